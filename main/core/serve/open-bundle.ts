// What the server needs of the bundle it lies in: checked hashes, the manifest and the golden requests for warming up.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { GoldenLine } from '../bundle/golden-lines.ts'
import { parseGoldenLines } from '../bundle/golden-parse.ts'
import { verifyBundle } from '../bundle/verify.ts'

export interface ServedBundle { readonly root: string; readonly manifest: BundleManifest; readonly rootDigest: string; readonly trusted: boolean; readonly golden: readonly GoldenLine[] }

/** Why a bundle is not served; its message is for the operator. */
export class NotServed extends Error {
  readonly exit: number
  constructor(message: string, exit: number) {
    super(message)
    this.exit = exit
  }
}

/** Verifies before anything is loaded. A bundle of an unknown publisher is served only when no key was demanded. */
export async function openBundleAt(root: string, trustFile: string | null): Promise<ServedBundle> {
  const trust = trustFile === null ? {} : { trust: await readFile(trustFile, 'utf8').catch(() => { throw new NotServed(`the trusted key ${trustFile} cannot be read`, 2) }) }
  const report = await verifyBundle(root, trust)
  const acceptable = report.verdict === 'trusted' || (trustFile === null && report.verdict === 'unknown-publisher')
  if (!acceptable || report.rootDigest === null) throw new NotServed(report.sentence, report.exit)
  const manifest = BundleManifest.parse(JSON.parse(await readFile(join(root, 'bundle.json'), 'utf8')))
  const golden = parseGoldenLines(await readFile(join(root, 'model/golden.jsonl'), 'utf8'))
  if (golden === null) throw new NotServed('model/golden.jsonl cannot be read', 2)
  return { root, manifest, rootDigest: report.rootDigest, trusted: report.verdict === 'trusted', golden }
}
