// run.occlusion: which parts of one picture a finished run's model goes by. Stores nothing: model, picture and patch decide it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { usualPatch } from '../../../shared/explain/occlusion.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openModel } from '../steps/model-source.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `input.invalid` for anything but a classifier of pictures, those of an evaluation. */
export async function occludePicture(parts: Parts, request: InputOf<SlipwayContract['run.occlusion']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.occlusion']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  const { dataset, source } = datasetSource(parts, run.datasetId)
  const image = run.binding.inputs.find((i) => i.kind === 'image')
  if (source.format.kind !== 'images' || image?.kind !== 'image') throw new SlipwayError('input.invalid', { reason: 'only pictures can be covered; this run is on a table' })
  const asked = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) }
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, asked)
  if (now.sha256 !== run.datasetSha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  const model = await openModel(parts, parts.store.read((db) => getVersion(db, run.versionId)))
  const usual = usualPatch(image.image.width, image.image.height)
  const patch = request.patch ?? usual.patch
  const answer = await parts.engine.task('occlusion', {
    model, source, binding: run.binding, options: run.options, record: request.record, class: request.class ?? null,
    patch, stride: request.stride ?? (request.patch === undefined ? usual.stride : Math.max(1, Math.round(patch / 2))), fill: request.fill,
  }, asked)
  return { runId: run.id, ...answer }
}
