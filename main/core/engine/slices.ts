// Answers `slices`: stored predictions beside the data set's columns, cut into groups. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { groupNumbers, groupTexts, type GroupedColumn, mostGroups } from '../../../shared/slices/grouped-column.ts'
import { overallScore, sliceTable, type Outcomes } from '../../../shared/slices/slice-table.ts'
import { sliceMeasures } from '../../../shared/slices/slice-measures.ts'
import { weakSegments } from '../../../shared/slices/weak-segments.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { type PredictionColumns, readPredictionColumns } from '../datasets/prediction-columns.ts'
import type { EngineContract } from './engine-contract.ts'
import { pictureColumns } from './picture-columns.ts'
import { readScoredColumns, type Reading, type SourceColumn } from './scored-columns.ts'

type Method = EngineContract['slices']
type Input = InputOf<Method>
type Skipped = OutputOf<Method>['skipped']

/** Numbers with up to this many different values are shown value by value. */
const fewValues = 10
const mostColumns = 200

/** Words as they are, numbers with few values by value, other numbers in ranges; null for too many words. */
export function groupReading(reading: Reading): GroupedColumn | null {
  if (reading.texts !== null) return groupTexts(reading.name, reading.texts)
  const numbers = reading.numbers!
  const seen = new Set<number>()
  for (const value of numbers) { if (!Number.isNaN(value)) seen.add(value); if (seen.size > fewValues) return groupNumbers(reading.name, numbers) }
  return groupTexts(reading.name, Array.from(numbers, (v) => (Number.isNaN(v) ? null : String(v))))
}

/** Groups the columns; those that say nothing are told with the reason. */
function groupAll(readings: readonly Reading[], skipped: Skipped): GroupedColumn[] {
  return readings.flatMap((reading) => {
    const grouped = groupReading(reading)
    if (grouped === null) skipped.push({ column: reading.name, reason: `It has more than ${mostGroups} different values.` })
    else if (grouped.labels.length < 2) skipped.push({ column: reading.name, reason: 'All rows have the same value.' })
    else return [grouped]
    return []
  })
}

/** Pictures have no stored truth in words: what was judged has a number of errors. */
const judgedByLoss: readonly Input['metric'][] = ['box_errors', 'mask_error']

async function ofPictures(input: Input, predictions: PredictionColumns, { signal, progress }: CallContext<{ step: string, done: number | null, total: number | null }>): Promise<Reading[]> {
  const found = await pictureColumns(input.source, predictions.records, signal, (step, done, total) => { if (done % 20 === 0 || done === total) progress({ step, done, total }) })
  const missing = input.columns?.find((name) => !found.some((c) => c.name === name))
  if (missing !== undefined) throw new SlipwayError('dataset.columnMissing', { input: missing, columns: `“${missing}”` })
  return input.columns === null ? found : found.filter((c) => input.columns!.includes(c.name))
}

function tableColumns(input: Input, skipped: Skipped): readonly SourceColumn[] {
  const known = new Set(input.source.columns.map((c) => c.name))
  const missing = input.columns?.find((name) => !known.has(name))
  if (missing !== undefined) throw new SlipwayError('dataset.columnMissing', { input: missing, columns: `“${missing}”` })
  const asked = input.source.columns.filter((c) => input.columns === null ? !input.leaveOut.includes(c.name) : input.columns.includes(c.name))
  for (const column of asked.slice(mostColumns)) skipped.push({ column: column.name, reason: `Only the first ${mostColumns} columns are cut.` })
  return asked.slice(0, mostColumns)
}

function outcomesOf(input: Input, predictions: PredictionColumns): Outcomes {
  const binary = input.positiveClass !== null
  return {
    metric: sliceMeasures[input.metric].share ? 'accuracy' : 'mae', score: sliceMeasures[input.metric].share ? Float64Array.from(predictions.correct) : predictions.loss,
    truth: binary ? predictions.truePositive : null, predicted: binary ? predictions.calledPositive : null,
  }
}

/** Errors: `run.noRows` for a run without true answers, `dataset.*`, `job.cancelled`. */
export async function sliceRun(input: Input, context: CallContext<{ step: string, done: number | null, total: number | null }>): Promise<OutputOf<Method>> {
  const { signal } = context
  const predictions = await readPredictionColumns(input.predictions, input.positiveClass, signal, judgedByLoss.includes(input.metric))
  if (predictions.records.length === 0) throw new SlipwayError('run.noRows', { reason: 'no row has a true answer, so no part of the data can be judged' })
  const skipped: Skipped = []
  const readings = input.source.format.kind === 'images'
    ? await ofPictures(input, predictions, context)
    : await readScoredColumns(input.source, tableColumns(input, skipped), predictions.records, signal)
  const grouped = groupAll(readings, skipped)
  const outcomes = outcomesOf(input, predictions)
  const options = { minimumRows: input.minimumRows, level: input.level }
  return {
    overall: overallScore(outcomes), skipped,
    slices: sliceTable(grouped, outcomes, options),
    segments: weakSegments(grouped, outcomes, predictions.records, { ...options, seed: input.seed }),
  }
}
