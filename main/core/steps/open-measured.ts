// What a measurement of a version on a data set begins with: the model, the rows as they were added, the binding, and what the result is stored with.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { ParityReport } from '../../../shared/domain/device-report.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId } from '../../../shared/ids.ts'
import type { ModelSource } from '../engine/engine-contract.ts'
import type { JobContext } from '../jobs.ts'
import { datasetSource } from '../operations/dataset-add.ts'
import type { Parts } from '../parts.ts'
import { newestBinding } from '../store/bindings.ts'
import { getVersion } from '../store/versions.ts'
import { openModel, runningSha256 } from './model-source.ts'

type Request = Pick<InputOf<SlipwayContract['version.speed']>, 'versionId' | 'datasetId' | 'binding'>
type Stored = Pick<ParityReport, 'id' | 'versionId' | 'datasetId' | 'datasetSha256' | 'modelSha256' | 'createdAt'>

export interface Measured { readonly model: ModelSource; readonly source: DatasetSource; readonly binding: Binding; readonly names: string; stored(): Stored }

/** Errors: `binding.missing`, `dataset.changed`, `store.blobMissing`. */
export async function openMeasured(parts: Parts, request: Request, context: JobContext): Promise<Measured> {
  const { dataset, source } = datasetSource(parts, request.datasetId)
  const { version, stored } = parts.store.read((db) => ({ version: getVersion(db, request.versionId), stored: newestBinding(db, request.versionId) }))
  const binding = request.binding ?? stored?.binding
  if (binding === undefined) throw new SlipwayError('binding.missing', { version: `${version.modelName} ${version.number}` })
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, { signal: context.signal, kill: context.kill })
  if (now.sha256 !== dataset.sha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  return {
    model: await openModel(parts, version), source, binding, names: `${version.modelName} ${version.number} on ${dataset.name}`,
    stored: () => ({ id: newId('device', parts.clock()), versionId: version.id, datasetId: dataset.id, datasetSha256: dataset.sha256, modelSha256: runningSha256(version), createdAt: parts.clock() }),
  }
}
