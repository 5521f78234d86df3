// binding.propose: a version and a data set -> how columns become inputs, with a reason for every guess. Stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Proposal } from '../../../shared/domain/binding.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'
import { openModel } from '../steps/model-source.ts'

export async function proposeBinding(parts: Parts, request: InputOf<SlipwayContract['binding.propose']>, context: JobContext): Promise<Proposal> {
  const version = parts.store.read((db) => getVersion(db, request.versionId))
  const { dataset, source } = datasetSource(parts, request.datasetId)
  const model = await openModel(parts, version)
  return parts.engine.task('binding.propose', { model, source, columns: dataset.columns, classes: dataset.classes, target: request.target ?? null },
    { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
}
