// The engine's `model.find`: the model files in a folder or a zip archive.
// Refuses unsafe archives before writing anything; follows no links; writes only below staging, and nothing that stays after a refusal.
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { unpackArchive } from '../files/archive.ts'
import { foreign, type Foreign } from '../files/foreign.ts'
import { checkCancelled, openOrdinary, readFault, specialKind, Staging } from '../files/staged-copy.ts'
import { sniffFile } from './model-read.ts'

type FindModels = EngineContract['model.find']
type Context = CallContext<ProgressOf<FindModels>>

const DEEPEST = 12
const MOST_ENTRIES = 20_000
/** Folders that hold no one's models and very many files. */
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules', '__pycache__', '.venv', '__MACOSX'])

const isModelName = (name: string): boolean => /\.onnx$/i.test(name) && !name.startsWith('._')

interface Listing { readonly models: string[]; readonly others: string[]; seen: number }

async function walk(folder: string, depth: number, into: Listing, shown: string, signal: AbortSignal): Promise<void> {
  checkCancelled(signal)
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => { throw readFault(error, shown) })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (++into.seen > MOST_ENTRIES) throw new SlipwayError('model.folderTooLarge', { folder: shown, most: MOST_ENTRIES })
    const path = join(folder, entry.name)
    // Links are neither files nor folders here, so they are never followed.
    if (entry.isDirectory()) {
      into.others.push(path)
      if (depth < DEEPEST && !skipped.has(entry.name)) await walk(path, depth + 1, into, shown, signal)
    } else if (entry.isFile()) (isModelName(entry.name) ? into.models : into.others).push(path)
  }
}

/** What a folder without an ONNX file is, by the files in it. */
async function foreignFolder(listing: Listing): Promise<Foreign> {
  const has = (pattern: RegExp): boolean => listing.others.some((p) => pattern.test(basename(p)))
  if (has(/^saved_model\.pb(txt)?$/)) return { ...foreign.savedModel, what: 'a TensorFlow SavedModel folder' }
  if (has(/\.mlpackage$|^com\.apple\.CoreML$|\.mlmodel$/i)) return foreign.coremlPackage
  if (has(/\.pdmodel$|\.pdiparams$/)) return foreign.paddle
  for (const path of listing.others.slice(0, 50)) {
    const found = (await lstat(path)).isFile() ? (await sniffFile(path, basename(path))).foreign : null
    if (found !== null && found.what !== foreign.text.what && found.what !== foreign.json.what && found.what !== foreign.image.what) {
      return { what: `a folder without an ONNX model; “${basename(path)}” in it is ${found.what}`, how: found.how }
    }
  }
  return { what: 'a folder without an ONNX model', how: 'Choose a folder that holds a .onnx file, or the file itself.' }
}

async function findInFolder(path: string, file: string, context: Context): Promise<string[]> {
  const listing: Listing = { models: [], others: [], seen: 0 }
  await walk(path, 0, listing, file, context.signal)
  if (listing.models.length === 0) throw new SlipwayError('model.notAModel', { file, ...(await foreignFolder(listing)) })
  return listing.models
}

async function findInArchive(path: string, file: string, staging: Staging, context: Context): Promise<string[]> {
  const { handle } = await openOrdinary(path, file)
  try {
    let done = 0
    const watch = { signal: context.signal, onBytes: (n: number) => { done += n; context.progress({ step: 'checking and unpacking the archive', done, total: null }) } }
    const written = await unpackArchive(handle, file, staging, watch)
    const models = written.filter((inside) => isModelName(inside.split('/').at(-1) ?? ''))
    if (models.length === 0) throw new SlipwayError('model.notAModel', { file, what: 'an archive without an ONNX model', how: 'Choose an archive that holds a .onnx file, or the file itself.' })
    return models.sort().map((inside) => join(staging.folder, inside))
  } finally {
    await handle.close()
  }
}

/**
 * The ONNX files in a folder (where they are) or a zip archive (unpacked below `staging`), sorted by path; a single ONNX file answers itself.
 * Throws `archive.unsafe`, `archive.damaged`, `model.notAModel` with what it is instead, `file.…`.
 */
export async function findModels(input: InputOf<FindModels>, context: Context): Promise<OutputOf<FindModels>> {
  const file = basename(input.path)
  const staging = new Staging(input.staging)
  try {
    checkCancelled(context.signal)
    const stats = await lstat(input.path).catch((error: unknown) => { throw readFault(error, file) })
    if (stats.isDirectory()) return { models: await findInFolder(input.path, file, context) }
    const special = specialKind(stats)
    if (special !== null) throw new SlipwayError('file.notRegular', { file, what: special })
    const { foreign: other } = await sniffFile(input.path, file)
    if (other?.what === foreign.zip.what) return { models: await findInArchive(input.path, file, staging, context) }
    if (other !== null) throw new SlipwayError('model.notAModel', { file, ...other })
    return { models: [input.path] }
  } catch (error) {
    await staging.takeBack()
    throw error
  }
}
