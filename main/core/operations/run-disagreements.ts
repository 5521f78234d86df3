// run.disagreements: pages of the rows on which two finished runs differ. Stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { datasetSource } from './dataset-add.ts'
import { comparableRuns } from './run-compare.ts'

/** Errors: `run.notFinished`, `file.vanished`, `input.invalid` for runs that cannot be paired. */
export async function disagreementRows(parts: Parts, request: InputOf<SlipwayContract['run.disagreements']>, signal: AbortSignal): Promise<OutputOf<SlipwayContract['run.disagreements']>> {
  const [first, second] = comparableRuns(parts, [request.first, request.second])
  const { kind, conditions, order, offset, limit } = request
  return parts.reader.task('predictions.disagreements', {
    first: storedPredictions(parts, first), second: storedPredictions(parts, second!), task: first.task, source: datasetSource(parts, first.datasetId).source, kind, conditions, order, offset, limit,
  }, { signal })
}
