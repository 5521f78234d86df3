// What the server needs of the bundle it lies in: checked hashes, the manifest and the golden requests for warming up.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { GoldenLine } from '../bundle/golden-lines.ts'
import { parseGoldenLines } from '../bundle/golden-parse.ts'
import { ServingDocument, servingPath } from '../bundle/serving-file.ts'
import { verifyBundle } from '../bundle/verify.ts'

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

/** Why a bundle is not served; its message is for the operator. */
export class NotServed extends Error {
  readonly exit: number
  constructor(message: string, exit: number) {
    super(message)
    this.exit = exit
  }
}

/** Reads a document of the bundle. Throws NotServed when it is not what it should be. */
async function document<T>(root: string, path: string, read: (value: unknown) => T): Promise<T> {
  try {
    return read(JSON.parse(await readFile(join(root, path), 'utf8')))
  } catch {
    throw new NotServed(`${path} cannot be read`, 2)
  }
}

async function readParts(root: string): Promise<Pick<ServedBundle, 'root' | 'manifest' | 'golden' | 'serving'>> {
  const manifest = await document(root, 'bundle.json', (value) => BundleManifest.parse(value))
  const text = await readFile(join(root, 'model/golden.jsonl'), 'utf8').catch(() => '')
  const golden = parseGoldenLines(text)
  if (golden === null) throw new NotServed('model/golden.jsonl cannot be read', 2)
  const serving = manifest.files.some((f) => f.path === servingPath) ? await document(root, servingPath, (value) => ServingDocument.parse(value)) : null
  return { root, manifest, golden, serving }
}

export interface OpenOptions { readonly skipVerify?: boolean }

/** Verifies before anything is loaded. A bundle of an unknown publisher is served only when no key was demanded. */
export async function openBundleAt(root: string, trustFile: string | null, options: OpenOptions = {}): Promise<ServedBundle> {
  if (options.skipVerify === true) {
    const sums = await readFile(join(root, 'SHA256SUMS')).catch(() => { throw new NotServed('SHA256SUMS cannot be read', 2) })
    return { ...await readParts(root), rootDigest: createHash('sha256').update(sums).digest('hex'), trusted: false, verified: false }
  }
  const trust = trustFile === null ? {} : { trust: await readFile(trustFile, 'utf8').catch(() => { throw new NotServed(`the trusted key ${trustFile} cannot be read`, 2) }) }
  const report = await verifyBundle(root, trust)
  const acceptable = report.verdict === 'trusted' || (trustFile === null && report.verdict === 'unknown-publisher')
  if (!acceptable || report.rootDigest === null) throw new NotServed(report.sentence, report.exit)
  return { ...await readParts(root), rootDigest: report.rootDigest, trusted: report.verdict === 'trusted', verified: true }
}
