// Answers `fairness`: stored predictions beside the columns that name groups. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { fairnessNotes, fairnessTable } from '../../../shared/fairness.ts'
import { mostGroups } from '../../../shared/slices/grouped-column.ts'
import { readPredictionColumns } from '../datasets/prediction-columns.ts'
import type { EngineContract } from './engine-contract.ts'
import { readScoredColumns } from './scored-columns.ts'
import { groupReading } from './slices.ts'

type Method = EngineContract['fairness']

/** Errors: `run.noRows`, `input.invalid` for a column or a reference that is not there, `dataset.*`, `job.cancelled`. */
export async function fairnessOfRun(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const { signal } = context
  const predictions = await readPredictionColumns(input.predictions, input.class, signal)
  const rows = predictions.records.length
  if (rows === 0) throw new SlipwayError('run.noRows', { reason: 'no row has a true answer, so no group can be judged' })
  const columns = input.columns.map((name) => {
    const found = input.source.columns.find((c) => c.name === name)
    if (found === undefined) throw new SlipwayError('input.invalid', { reason: `the data set has no column “${name}”` })
    return found
  })
  const skipped: OutputOf<Method>['skipped'] = []
  const grouped = (await readScoredColumns(input.source, columns, predictions.records, signal)).flatMap((reading) => {
    const group = groupReading(reading)
    if (group === null) skipped.push({ column: reading.name, reason: `It has more than ${mostGroups} different values.` })
    return group === null ? [] : [group]
  })
  if (input.reference !== null && grouped.length > 0 && !grouped.some((g) => g.labels.includes(input.reference))) {
    throw new SlipwayError('input.invalid', { reason: `no group is called “${input.reference}”; there are ${grouped.flatMap((g) => g.labels.slice(0, 10).map((l) => l ?? 'missing')).join(', ')}` })
  }
  const outcomes = { truth: predictions.truePositive, predicted: predictions.calledPositive }
  const tables = grouped.flatMap((column) => {
    const table = fairnessTable(column, outcomes, input.reference, input.minimumRows)
    if (table === null) skipped.push({ column: column.name, reason: `Fewer than two groups have at least ${input.minimumRows} rows.` })
    return table === null ? [] : [table]
  })
  return { rows, tables, skipped, notes: [...fairnessNotes(rows)] }
}
