// A data set as the engine opens it, proved to hold the bytes that a run was made on.
import { SlipwayError } from '../../../shared/errors.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { DatasetId, Sha256 } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { datasetSource } from '../operations/dataset-add.ts'
import { stepProgress, type Parts } from '../parts.ts'

/** Errors: `dataset.changed`, `file.vanished`. */
export async function unchangedSource(parts: Parts, id: DatasetId, sha256: Sha256, context: JobContext): Promise<DatasetSource> {
  const { dataset, source } = datasetSource(parts, id)
  context.progress({ step: 'reading the data', done: null, total: null }, null)
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  if (now.sha256 !== sha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  return source
}
