// run.calibrate: a recalibration fitted on a finished run. Stores nothing; saving it is saving a binding.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'

/** Errors: `run.notFinished`, `store.blobMissing`, `input.invalid` for tasks without one probability for each class, and for runs that were recalibrated. */
export async function calibrateFinishedRun(parts: Parts, request: InputOf<SlipwayContract['run.calibrate']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.calibrate']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  if (run.task !== 'binary-classification' && run.task !== 'multiclass-classification') throw new SlipwayError('input.invalid', { reason: 'only the probabilities of one class a row can be recalibrated' })
  if (run.binding.target === null) throw new SlipwayError('input.invalid', { reason: 'this run has no true answers, so nothing can be fitted' })
  if (run.binding.calibration !== undefined) throw new SlipwayError('input.invalid', { reason: 'this run’s probabilities are recalibrated already; evaluate with a binding without that correction first' })
  const predictions = storedPredictions(parts, run)
  context.progress({ step: 'fitting the probabilities', done: null, total: null }, null)
  const answer = await parts.light.task('calibrate', {
    predictions, method: request.method, labels: run.binding.classes.map((c) => c.label), positiveClass: run.task === 'binary-classification' ? run.binding.positiveClass : null,
    fitted: { runId: run.id, dataset: run.datasetName }, seed: run.options.seed,
  }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  return { runId: run.id, ...answer }
}
