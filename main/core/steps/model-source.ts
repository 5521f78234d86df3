// A version as the engine opens it: a folder in which the blobs appear under the names that the graph refers to.
import { join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelFile, Version } from '../../../shared/domain/model.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import type { ModelSource } from '../engine/engine-contract.ts'
import type { Parts } from '../parts.ts'

/** The model file of a version among its files. */
export function modelFile(files: readonly ModelFile[]): ModelFile {
  const file = files.find((f) => f.role === 'model')
  if (file === undefined) throw new SlipwayError('store.corrupt', { reason: 'a version has no model file' })
  return file
}

/** Hash of the bytes that really run: the derived blob where there is one. */
export const runningSha256 = (version: Version): Sha256 => version.derivation?.sha256 ?? version.sha256

/** The files that run, under their names: the derived model in place of the original one. */
export function runningFiles(version: Version, which: 'running' | 'original' = 'running'): readonly ModelFile[] {
  const { derivation } = version
  if (derivation === null || which === 'original') return version.files
  return version.files.map((f) => (f.role === 'model' ? { ...f, sha256: derivation.sha256, bytes: derivation.bytes } : f))
}

/** Checks the blobs of a version and lays them out. Errors: `store.blobMissing`. */
export async function openModel(parts: Parts, version: Version, which: 'running' | 'original' = 'running'): Promise<ModelSource> {
  const files = runningFiles(version, which)
  for (const file of files) await parts.blobs.verify(file.sha256, file.role === 'model' ? 'model' : 'weight file')
  const main = modelFile(files)
  const folder = join(parts.places.session, 'models', `${version.id}-${main.sha256.slice(0, 16)}`)
  await parts.blobs.materialise(files, folder)
  const signature = version.derivation !== null && which === 'running' ? version.derivation.signature : version.signature
  return { path: join(folder, main.name), signature, graph: version.graph }
}
