// version.diff: two stored versions, or model files as they lie, -> what differs, and what it means for callers.
// Reads the files as they were imported; the interface is the one that is served. Stores nothing: a file that is compared is not imported.
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelDiff } from '../../../shared/domain/model-diff.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId, type VersionId } from '../../../shared/ids.ts'
import { modelDiff, type DiffedSide } from '../../../shared/model-diff/model-diff.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { modelFile, openModel } from '../steps/model-source.ts'
import { newestBinding } from '../store/bindings.ts'
import { listDeviceReports } from '../store/device-reports.ts'
import { getVersion } from '../store/versions.ts'

/** A stored version, or the path of a file that the user named. */
export type DiffOf = VersionId | { readonly path: string }

interface Opened { readonly side: DiffedSide; readonly path: string }

async function stored(parts: Parts, versionId: VersionId): Promise<Opened> {
  const side: DiffedSide = parts.store.read((db) => ({
    version: getVersion(db, versionId), binding: newestBinding(db, versionId)?.binding ?? null, speed: listDeviceReports(db, { versionId }).speed,
  }))
  return { side, path: (await openModel(parts, side.version, 'original')).path }
}

/** A model that belongs to no registry: read in a copy that is thrown away. */
async function loose(parts: Parts, path: string, folder: string, context: JobContext): Promise<Opened> {
  const task = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context, `${basename(path)}: `) }
  const { models: [only, ...more] } = await parts.light.task('model.find', { path, staging: join(folder, 'unpacked') }, task)
  if (only === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: basename(path) })
  if (more.length > 0) throw new SlipwayError('input.ambiguous', { what: 'model', id: basename(path), matches: [only, ...more].map((m) => basename(m)).join(', ') })
  const staging = join(folder, 'model')
  const read = await parts.light.task('model.read', { path: only, staging }, task)
  const main = modelFile(read.files)
  const version: Version = {
    ...read, id: newId('version', parts.clock()), modelId: newId('model', parts.clock()), modelName: basename(path), number: 1, parentId: null, sha256: main.sha256, bytes: main.bytes, sourceName: basename(path),
    derivation: null, note: '', tags: [], hasBinding: false, createdAt: parts.clock(),
  }
  return { side: { version, binding: null, speed: [], file: true }, path: join(staging, main.name) }
}

/** Errors: `input.unknownId`, `input.ambiguous`, `store.blobMissing`, those of reading a model file. */
export async function diffVersions(parts: Parts, request: { readonly left: DiffOf; readonly right: DiffOf }, context: JobContext): Promise<ModelDiff> {
  const folder = workFolder(parts)
  const open = (of: DiffOf, name: string): Promise<Opened> => (typeof of === 'string' ? stored(parts, of) : loose(parts, of.path, join(folder, name), context))
  try {
    const [ours, theirs] = [await open(request.left, 'left'), await open(request.right, 'right')]
    const graph = await parts.light.task('model.diff', { left: { path: ours.path }, right: { path: theirs.path } }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    return modelDiff(ours.side, theirs.side, graph)
  } finally { await rm(folder, { recursive: true, force: true }) }
}
