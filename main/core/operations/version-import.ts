// version.import: file -> blob -> read -> version. Every file for itself: one refusal never stops the others.
// Writes nothing into the history before the engine has read the model to its end.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { ImportOutcome, SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import type { ModelFile, Version } from '../../../shared/domain/model.ts'
import { newId, type ModelId, type Sha256 } from '../../../shared/ids.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { annotateVersion, findVersionByContent, getVersion, insertVersion } from '../store/versions.ts'
import { findModelByName, insertModel, modelName } from '../store/models.ts'
import { record } from '../store/history.ts'
import type { WriteDb } from '../store/database.ts'
import { modelFile } from '../steps/model-source.ts'
import { rewriteVersion } from './version-rewrite.ts'

export type ImportRequest = Omit<InputOf<SlipwayContract['version.import']>, 'files'> & { readonly paths: readonly string[] }

interface Candidate { readonly path: string; readonly shown: string }
type ReadModel = OutputOf<EngineContract['model.read']>

const refused = (fileName: string, thrown: unknown): ImportOutcome => ({ fileName, outcome: 'refused', version: null, error: asSlipwayError(thrown).toPlain() })

/** A cancel ends the whole job; every other failure belongs to one file. */
function rethrowCancel(thrown: unknown, context: JobContext): void {
  if (context.signal.aborted || asSlipwayError(thrown).code === 'job.cancelled') throw new SlipwayError('job.cancelled', {})
}

/** One hash for all files of a model under their names: what makes two imports the same version. */
export function contentHash(files: readonly ModelFile[]): Sha256 {
  const [only] = files
  if (files.length === 1 && only !== undefined) return only.sha256
  const lines = files.map((f) => (f.role === 'model' ? `model ${f.sha256}` : `${f.name} ${f.sha256}`)).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/** The model files behind one dropped thing. */
async function find(parts: Parts, path: string, staging: string, context: JobContext): Promise<readonly Candidate[]> {
  const { models } = await parts.light.task('model.find', { path, staging }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context, `${basename(path)}: `) })
  if (models.length === 1 && models[0] === path) return [{ path, shown: basename(path) }]
  return models.map((model) => {
    const inside = relative(model.startsWith(staging) ? staging : path, model)
    return { path: model, shown: join(basename(path), inside) }
  })
}

function targetModel(db: WriteDb, request: ImportRequest, fileName: string, now: number): { id: ModelId; name: string } {
  if (request.modelId !== undefined) return { id: request.modelId, name: modelName(db, request.modelId) }
  const name = request.modelName ?? (basename(fileName, extname(fileName)).slice(0, 120).trim() || 'model')
  const found = findModelByName(db, name)
  if (found !== null) return { id: found, name: modelName(db, found) }
  const id = newId('model', now)
  insertModel(db, { id, name, createdAt: now })
  return { id, name }
}

/** Where the same bytes count as known: in the named model, or anywhere when none is named. */
function existingVersion(parts: Parts, request: ImportRequest, content: Sha256): Version | null {
  return parts.store.read((db) => {
    const named = request.modelId ?? (request.modelName === undefined ? null : findModelByName(db, request.modelName))
    if (named === null && request.modelName !== undefined) return null
    return findVersionByContent(db, content, named)
  })
}

/** Answers the new version, or the one that another program has added meanwhile. */
function commit(parts: Parts, request: ImportRequest, shown: string, read: ReadModel): Version {
  const now = parts.clock()
  const main = modelFile(read.files)
  return parts.store.write((db) => {
    const model = targetModel(db, request, shown, now)
    const meanwhile = findVersionByContent(db, contentHash(read.files), model.id)
    if (meanwhile !== null) return meanwhile
    const id = newId('version', now)
    insertVersion(db, {
      id, modelId: model.id, sha256: main.sha256, contentSha256: contentHash(read.files), bytes: read.files.reduce((n, f) => n + f.bytes, 0),
      sourceName: basename(shown), files: read.files, signature: read.signature, graph: read.graph, needsRewrite: read.needsRewrite, createdAt: now,
    })
    if (request.note !== '') annotateVersion(db, id, request.note, [], now)
    const version = getVersion(db, id)
    record(db, { verb: 'version.import', subject: id, sentence: `Imported “${version.sourceName}” as version ${version.number} of ${model.name}.`, facts: { modelId: model.id, sha256: version.sha256, bytes: version.bytes } }, now)
    return version
  })
}

async function importOne(parts: Parts, request: ImportRequest, candidate: Candidate, externals: Set<string>, context: JobContext, report: ReturnType<typeof stepProgress>): Promise<ImportOutcome> {
  const staging = workFolder(parts)
  try {
    const read = await parts.light.task('model.read', { path: candidate.path, staging }, { signal: context.signal, kill: context.kill, onProgress: report })
    for (const file of read.files) if (file.role === 'external-data') externals.add(resolve(dirname(candidate.path), file.name))
    const known = existingVersion(parts, request, contentHash(read.files))
    // Known content is put again too: a stored file that was lost or damaged is whole after this.
    for (const file of read.files) await parts.blobs.put(join(staging, file.name), file.sha256)
    const version = known ?? commit(parts, request, candidate.shown, read)
    const outcome = known === null ? 'created' : 'existing'
    if (!request.rewrite || !version.needsRewrite) return { fileName: candidate.shown, outcome, version, error: null }
    try {
      return { fileName: candidate.shown, outcome, version: await rewriteVersion(parts, version.id, context), error: null }
    } catch (thrown) {
      rethrowCancel(thrown, context)
      return { fileName: candidate.shown, outcome, version, error: asSlipwayError(thrown).toPlain() }
    }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Graphs first, so that a weight file dropped beside its model is known as such when its turn comes. */
const graphsFirst = (a: string, b: string): number => Number(!/\.onnx$/i.test(a)) - Number(!/\.onnx$/i.test(b))

/** Imports every model behind the given paths. Errors of single files are in the outcomes. Throws `job.cancelled` and store errors. */
export async function importVersions(parts: Parts, request: ImportRequest, context: JobContext): Promise<ImportOutcome[]> {
  const outcomes: ImportOutcome[] = []
  const externals = new Set<string>()
  const unpacked = workFolder(parts)
  const paths = [...request.paths].sort(graphsFirst)
  try {
    for (const [at, path] of paths.entries()) {
      if (externals.has(path)) continue
      try {
        const candidates = await find(parts, path, join(unpacked, String(at)), context)
        for (const [i, candidate] of candidates.entries()) {
          const report = stepProgress(context, `${candidate.shown}: `, (at + i / candidates.length) / paths.length, 1 / paths.length / candidates.length)
          try {
            outcomes.push(await importOne(parts, request, candidate, externals, context, report))
            parts.changed(['models', 'versions', 'history'])
          } catch (thrown) {
            rethrowCancel(thrown, context)
            outcomes.push(refused(candidate.shown, thrown))
          }
        }
      } catch (thrown) {
        rethrowCancel(thrown, context)
        outcomes.push(refused(basename(path), thrown))
      }
    }
    return outcomes
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
}
