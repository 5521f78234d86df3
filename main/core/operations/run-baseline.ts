// run.trivial and run.baseline: is a finished run better than what needs no model, and than a small tree. Stores nothing: the run and the files decide it.
import { hasBaselines } from '../../../shared/baselines/trivial.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { RunId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
import { getRun } from '../store/runs.ts'
import { datasetSource } from './dataset-add.ts'

/** The columns that feed the model, each once. */
export const inputColumns = (binding: Binding): string[] => [...new Set(binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : [])))]

function comparable(parts: Parts, runId: RunId): { readonly run: Run, readonly predictions: string } {
  const run = parts.store.read((db) => getRun(db, runId))
  const predictions = storedPredictions(parts, run)
  if (run.binding.target === null) throw new SlipwayError('run.noRows', { reason: 'no true answers are bound, so there is nothing to compare' })
  if (!hasBaselines(run)) throw new SlipwayError('input.invalid', { reason: 'this task has no baseline' })
  return { run, predictions }
}

/** The baselines whose constants come from the evaluated rows. Errors: `run.notFinished`, `run.noRows`, `input.invalid` for other tasks. */
export async function trivialOfRun(parts: Parts, runId: RunId, signal: AbortSignal): Promise<OutputOf<SlipwayContract['run.trivial']>> {
  const { run, predictions } = comparable(parts, runId)
  const answer = await parts.reader.task('baselines', { predictions, binding: run.binding, source: run.task === 'semantic-segmentation' ? datasetSource(parts, run.datasetId).source : null, columns: [], timeColumn: null, training: null, seed: run.options.seed }, { signal })
  return { runId, trainingName: null, ...answer }
}

/** With a training file, or a time column. Errors: those above, `dataset.changed`, `dataset.columnMissing`, those of reading. */
export async function baselineOfRun(parts: Parts, request: InputOf<SlipwayContract['run.baseline']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.baseline']>> {
  const { run, predictions } = comparable(parts, request.runId)
  const asked = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) }
  const { source } = datasetSource(parts, run.datasetId)
  const training = request.trainingId === undefined ? null : datasetSource(parts, request.trainingId)
  const needsRows = request.timeColumn !== undefined || training !== null
  if (needsRows && source.format.kind === 'images') throw new SlipwayError('input.invalid', { reason: 'of pictures only the constants of the evaluated rows are compared' })
  if (training?.source.format.kind === 'images') throw new SlipwayError('input.invalid', { reason: 'a training file must be a table' })
  if (needsRows) await unchangedSource(parts, run.datasetId, run.datasetSha256, context)
  if (training !== null) await unchangedSource(parts, training.dataset.id, training.dataset.sha256, context)
  const answer = await parts.light.task('baselines', {
    predictions, binding: run.binding, source, columns: inputColumns(run.binding), timeColumn: request.timeColumn ?? null, training: training?.source ?? null, seed: run.options.seed,
  }, asked)
  return { runId: run.id, trainingName: training?.dataset.name ?? null, ...answer }
}
