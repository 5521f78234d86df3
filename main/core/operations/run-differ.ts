// run.differ: how often two finished runs differ, and in which parts of the data they differ most. Stores nothing.
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
import { comparableRuns } from './run-compare.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `file.vanished`, `input.invalid` for runs that cannot be paired. */
export async function groupRunDisagreements(parts: Parts, request: InputOf<SlipwayContract['run.differ']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.differ']>> {
  const [first, second] = comparableRuns(parts, [request.first, request.second])
  const paths = { first: storedPredictions(parts, first), second: storedPredictions(parts, second!) }
  const source = await unchangedSource(parts, first.datasetId, first.datasetSha256, context)
  // A part of the data is to be known before the answer is: neither the true answers nor the ids cut one.
  const leaveOut = [first, second!].flatMap((run) => [...targetColumns(run.binding.target), ...(run.binding.idColumn === null ? [] : [run.binding.idColumn])])
  return parts.light.task('disagreements', { ...paths, task: first.task, source, leaveOut, minimumRows: request.minimumRows, level: request.level, seed: first.options.seed }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
}
