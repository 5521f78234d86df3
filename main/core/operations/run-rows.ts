// run.rows and run.neighbours: a finished run's rows for whoever looks for errors. Stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'
import { datasetSource } from './dataset-add.ts'
import { inputColumns } from './run-baseline.ts'

/** Errors: `run.notFinished`, `file.vanished`, `input.invalid` for a column, score or kind that is not there. */
export async function browseRun(parts: Parts, request: InputOf<SlipwayContract['run.rows']>, signal: AbortSignal): Promise<OutputOf<SlipwayContract['run.rows']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const { filter, order, offset, limit } = request
  const { source } = datasetSource(parts, run.datasetId)
  if (source.format.kind === 'images' && (filter.cells.length > 0 || filter.text.trim() !== '' || order.of === 'column')) throw new SlipwayError('input.invalid', { reason: 'pictures have no columns to ask for' })
  return parts.reader.task('predictions.rows', { path: storedPredictions(parts, run), source, positiveClass: run.binding.positiveClass, offset, limit, filter, order }, { signal })
}

/** Errors: `run.notFinished`, `file.vanished`, `input.invalid` for pictures, unlabelled runs and records that were not scored. */
export async function neighboursInRun(parts: Parts, request: InputOf<SlipwayContract['run.neighbours']>, signal: AbortSignal): Promise<OutputOf<SlipwayContract['run.neighbours']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const path = storedPredictions(parts, run)
  const columns = inputColumns(run.binding)
  if (columns.length === 0) throw new SlipwayError('input.invalid', { reason: 'rows are near each other by the columns that feed the model, and no column feeds this one' })
  if (run.binding.target === null) throw new SlipwayError('input.invalid', { reason: 'without true answers no row is known to be right' })
  return parts.reader.task('predictions.near', { path, source: datasetSource(parts, run.datasetId).source, columns, regression: run.task === 'regression', record: request.record, count: request.count }, { signal })
}
