// run.disagreements and run.disagreementGroups: the rows on which two finished runs differ, and the parts of the data where they differ most. Stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
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

/** Errors: `run.notFinished`, `dataset.changed`, `file.vanished`, `input.invalid` for runs that cannot be paired. */
export async function groupRunDisagreements(parts: Parts, request: InputOf<SlipwayContract['run.disagreementGroups']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.disagreementGroups']>> {
  const [first, second] = comparableRuns(parts, [request.first, request.second])
  const paths = { first: storedPredictions(parts, first), second: storedPredictions(parts, second!) }
  const source = await unchangedSource(parts, first.datasetId, first.datasetSha256, context)
  const leaveOut = [first, second!].flatMap((run) => (run.binding.idColumn === null ? [] : [run.binding.idColumn]))
  return parts.light.task('disagreements', { ...paths, task: first.task, source, leaveOut, minimumRows: request.minimumRows, level: request.level, seed: first.options.seed }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
}
