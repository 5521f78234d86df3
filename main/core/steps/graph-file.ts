// A version's model file for looking into its graph: laid out and checked once, then at hand while the program runs.
import type { GraphSource } from '../../../shared/domain/graph.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { getVersion } from '../store/versions.ts'
import { openModel } from './model-source.ts'

const opened = new WeakMap<Parts, Map<string, Promise<string>>>()

/** Its path. Errors: `input.unknownId`, `store.blobMissing`. */
export function graphFile(parts: Parts, versionId: VersionId, which: GraphSource): Promise<string> {
  const files = opened.get(parts) ?? new Map<string, Promise<string>>()
  opened.set(parts, files)
  const key = `${versionId} ${which}`
  const known = files.get(key)
  if (known !== undefined) return known
  const version = parts.store.read((db) => getVersion(db, versionId))
  const made = openModel(parts, version, which).then((model) => model.path)
  files.set(key, made)
  made.catch(() => files.delete(key))
  return made
}
