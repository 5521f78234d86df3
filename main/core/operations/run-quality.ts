// run.quality: what the scored rows of a finished run have wrong with them. Stores nothing: the run and the files decide it.
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'
import { datasetSource } from './dataset-add.ts'
import { inputColumns } from './run-baseline.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `dataset.columnMissing`, `input.invalid` for a training file of pictures, those of reading. */
export async function qualityOfRun(parts: Parts, request: InputOf<SlipwayContract['run.quality']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.quality']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const predictions = storedPredictions(parts, run)
  const columns = inputColumns(run.binding)
  const training = request.trainingId === undefined ? null : datasetSource(parts, request.trainingId)
  const { dataset, source: { format } } = datasetSource(parts, run.datasetId)
  if (format.kind === 'images' ? training !== null : columns.length === 0 || training?.source.format.kind === 'images') throw new SlipwayError('input.invalid', { reason: format.kind === 'images' ? 'pictures are looked at by themselves, without a training file' : 'a training file must be a table' })
  const source = await unchangedSource(parts, run.datasetId, run.datasetSha256, context)
  if (training !== null) await unchangedSource(parts, training.dataset.id, training.dataset.sha256, context)
  const [target = null] = targetColumns(run.binding.target)
  const answer = await parts.light.task('quality', {
    predictions, source, columns, target: run.binding.target?.kind === 'column' ? target : null, training: training?.source ?? null, regression: run.task === 'regression', task: run.task, options: run.options, rowsTotal: dataset.rows,
  }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  return { runId: run.id, trainingName: training?.dataset.name ?? null, ...answer }
}
