// run.explain: what a finished run's model goes by, on the same rows and with the same binding. Stores nothing: model, data and seed decide it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openModel } from '../steps/model-source.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'

const explainedTasks: readonly string[] = ['binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression']

/** Errors: `run.notFinished`, `dataset.changed`, `input.invalid` for pictures and for tasks without one answer a row, those of an evaluation. */
export async function explainRun(parts: Parts, request: InputOf<SlipwayContract['run.explain']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.explain']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  const { dataset, source } = datasetSource(parts, run.datasetId)
  if (!explainedTasks.includes(run.task) || source.format.kind === 'images') throw new SlipwayError('input.invalid', { reason: 'only models of tables with one answer or one set of labels a row are explained by their columns' })
  const asked = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) }
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, asked)
  if (now.sha256 !== run.datasetSha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  const model = await openModel(parts, parts.store.read((db) => getVersion(db, run.versionId)))
  const answer = await parts.engine.task('explain', {
    model, source, binding: run.binding, options: run.options, records: request.records, class: request.class ?? null, budget: request.budget,
  }, asked)
  return { runId: run.id, ...answer }
}
