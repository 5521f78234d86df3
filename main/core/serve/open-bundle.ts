// What the server needs of the bundle it lies in: checked hashes, the manifest and the golden requests for warming up. Tells when signature and
// hashes hold, so that the model can be loaded while the rest is looked at. Schemas are loaded after that.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { GoldenLine } from '../bundle/golden-lines.ts'
import { parseGoldenLines } from '../bundle/golden-parse.ts'
import type { ServingDocument } from '../bundle/serving-file.ts'
import { verifyBundle } from '../bundle/verify.ts'
import { NotServed } from './not-served.ts'

export interface ServedBundle {
  readonly root: string
  readonly manifest: BundleManifest
  readonly rootDigest: string
  /** Signed by the key that was given. */
  readonly trusted: boolean
  /** Hashes and signature were checked. */
  readonly verified: boolean
  readonly golden: readonly GoldenLine[]
  /** How columns become tensors; null in bundles of before that was written down. */
  readonly serving: ServingDocument | null
}

/** Reads a document of the bundle. Throws NotServed when it is not what it should be. */
async function document<T>(root: string, path: string, read: (value: unknown) => T): Promise<T> {
  try {
    return read(JSON.parse(await readFile(join(root, path), 'utf8')))
  } catch {
    throw new NotServed(`${path} cannot be read`, 2)
  }
}

async function readManifest(root: string): Promise<BundleManifest> {
  const { BundleManifest: Manifest } = await import('../../../shared/domain/bundle.ts')
  return document(root, 'bundle.json', (value) => Manifest.parse(value))
}

async function readParts(root: string, manifest: BundleManifest): Promise<Pick<ServedBundle, 'root' | 'manifest' | 'golden' | 'serving'>> {
  const { ServingDocument: Serving, servingPath } = await import('../bundle/serving-file.ts')
  const text = await readFile(join(root, 'model/golden.jsonl'), 'utf8').catch(() => '')
  const golden = parseGoldenLines(text)
  if (golden === null) throw new NotServed('model/golden.jsonl cannot be read', 2)
  const serving = manifest.files.some((f) => f.path === servingPath) ? await document(root, servingPath, (value) => Serving.parse(value)) : null
  return { root, manifest, golden, serving }
}

/** The model's file as the list of hashes has it. */
export interface ListedModel { readonly path: string; readonly sha256: string; /** see LoadWish */ readonly inMemory: boolean }

/** Larger models are opened by their path: reading them twice at once would take their memory twice. */
const mostInMemory = 64 * 1024 * 1024

function modelOf(root: string, path: string, sha256: string, bytes: number, paths: readonly string[]): ListedModel {
  const folder = `${posix.dirname(path)}/`
  const alone = paths.every((other) => other === path || !other.startsWith(folder))
  return { path: join(root, ...path.split('/')), sha256, inMemory: alone && bytes <= mostInMemory }
}

/** The model of a bundle as its process opens it. */
export function servedModel({ root, manifest }: Pick<ServedBundle, 'root' | 'manifest'>): ListedModel {
  const { path, sha256 } = manifest.model
  return modelOf(root, path, sha256, manifest.files.find((f) => f.path === path)?.bytes ?? Infinity, manifest.files.map((f) => f.path))
}

export interface OpenOptions {
  readonly skipVerify?: boolean
  /** Told when signature and hashes hold, while the rest is still looked at; not told where nothing is verified. */
  readonly intact?: (model: ListedModel) => void
}

/** The model that the manifest names, by the listed hashes; null where they do not fit, which the check of the manifest has the words for. */
function listedModel(root: string, sums: ReadonlyMap<string, string>): ListedModel | null {
  const manifest = ((): { readonly model?: { readonly path?: unknown } } | null => { try { return JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')) as object } catch { return null } })()
  const path = manifest?.model?.path
  const sha256 = typeof path === 'string' ? sums.get(path) : undefined
  if (typeof path !== 'string' || sha256 === undefined) return null
  return modelOf(root, path, sha256, statSync(join(root, ...path.split('/'))).size, [...sums.keys()])
}

/** Verifies before anything is loaded. A bundle of an unknown publisher is served only when no key was demanded. */
export async function openBundleAt(root: string, trustFile: string | null, options: OpenOptions = {}): Promise<ServedBundle> {
  if (options.skipVerify === true) {
    const sums = await readFile(join(root, 'SHA256SUMS')).catch(() => { throw new NotServed('SHA256SUMS cannot be read', 2) })
    return { ...await readParts(root, await readManifest(root)), rootDigest: createHash('sha256').update(sums).digest('hex'), trusted: false, verified: false }
  }
  const trust = trustFile === null ? {} : { trust: await readFile(trustFile, 'utf8').catch(() => { throw new NotServed(`the trusted key ${trustFile} cannot be read`, 2) }) }
  const { intact } = options
  let manifest: BundleManifest | null = null
  const report = await verifyBundle(root, { ...trust, read: (found) => { manifest = found }, ...(intact === undefined ? {} : { intact: (sums) => { const model = listedModel(root, sums); if (model !== null) intact(model) } }) })
  const acceptable = report.verdict === 'trusted' || (trustFile === null && report.verdict === 'unknown-publisher')
  if (!acceptable || report.rootDigest === null) throw new NotServed(report.sentence, report.exit)
  return { ...await readParts(root, manifest ?? await readManifest(root)), rootDigest: report.rootDigest, trusted: report.verdict === 'trusted', verified: true }
}
