// run.slices: how a finished run does on every part of its data, and where it does worst. Stores nothing: the run and the data decide it.
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { sliceMetricOf } from '../../../shared/slices/slice-measures.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'
import { datasetSource } from './dataset-add.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `input.invalid` for a task that has no right or wrong per row, those of the data set. */
export async function sliceFinishedRun(parts: Parts, request: InputOf<SlipwayContract['run.slices']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.slices']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const metric = sliceMetricOf(run.task)
  if (metric === null) throw new SlipwayError('input.invalid', { reason: 'slices need one right or wrong answer, or one error, per row; this task has none' })
  const predictions = storedPredictions(parts, run)
  const { dataset, source } = datasetSource(parts, run.datasetId)
  const asked = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) }
  context.progress({ step: 'reading the data', done: null, total: null }, null)
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, asked)
  if (now.sha256 !== run.datasetSha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  const { minimumRows, level } = request
  const answer = await parts.light.task('slices', {
    predictions, source, metric, minimumRows, level, seed: run.options.seed, columns: request.columns ?? null,
    positiveClass: run.task === 'binary-classification' ? run.binding.positiveClass : null,
    leaveOut: [...targetColumns(run.binding.target), ...(run.binding.idColumn === null ? [] : [run.binding.idColumn])],
  }, asked)
  return { runId: run.id, metric, minimumRows, level, ...answer }
}
