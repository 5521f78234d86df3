// bundle.verify: a bundle file or folder -> a report. A bundle that does not hold is an answer, not an error. Stores nothing.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { VerifyReport } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { parseTrust } from '../bundle/seal/trust.ts'
import { publicPemOf } from '../bundle/sign.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'
import { verifyBundle } from '../bundle/verify.ts'
import { readFault } from '../files/staged-copy.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'
import { inferPlain } from '../steps/infer-plain.ts'

const goldenCheck = 'golden requests'

export interface VerifyRequest { readonly path: string; /** file with a public key; null: only the workspace's own key is trusted */ readonly trust: string | null; readonly golden: boolean; readonly strict?: boolean; readonly requireApprovals?: number; /** last serial numbers by name */ readonly serials?: Readonly<Record<string, number>> }

async function readKey(file: string): Promise<string> {
  const name = basename(file)
  const pem = await readFile(file, 'utf8').catch((thrown: unknown) => { throw readFault(thrown, name) })
  // A list of keys says by itself what is wrong with it.
  if (pem.trimStart().startsWith('[')) { try { parseTrust(pem); return pem } catch (thrown) { throw new SlipwayError('key.notPublic', { file: name, reason: thrown instanceof Error ? thrown.message : 'it is not understood' }) } }
  if (pem.includes('PRIVATE KEY-----')) throw new SlipwayError('key.notPublic', { file: name, reason: 'it is a private key, which never leaves its owner' })
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new SlipwayError('key.notPublic', { file: name, reason: 'it holds no public key in PEM form' })
  try { return publicPemOf(pem) } catch { throw new SlipwayError('key.notPublic', { file: name, reason: 'it is damaged, or no Ed25519 key' }) }
}

/** Checks shape, signature, every hash, and (with `golden`) the model's answers. Errors: `file.*`, `key.notPublic`. */
export async function verifyBundleFile(parts: Parts, request: VerifyRequest, context: JobContext): Promise<VerifyReport> {
  return { ...await verified(parts, request, context), fileName: basename(request.path) }
}

async function verified(parts: Parts, request: VerifyRequest, context: JobContext): Promise<VerifyReport> {
  context.progress({ step: 'verifying', done: null, total: null }, null)
  const { serials = {} } = request
  const asked = { strict: request.strict ?? false, requireApprovals: request.requireApprovals ?? 0, lastSerial: (bundle: string) => (Object.hasOwn(serials, bundle) ? serials[bundle] ?? null : null), signal: context.signal }
  const golden = request.golden ? { infer: inferPlain(parts, context), scratch: workFolder(parts) } : { notRun: 'they were not asked for' }
  if (request.trust !== null) return verifyBundle(request.path, { ...golden, ...asked, trust: await readKey(request.trust) })
  const report = await verifyBundle(request.path, { ...golden, ...asked })
  const own = ownPublicKey(parts)
  if (own === null || report.verdict !== 'unknown-publisher' || report.publisherKeyId !== own.keyId) return report
  // Intact and by its key id our own: the whole key decides, not its short name.
  const ours = await verifyBundle(request.path, { ...asked, trust: own.publicPem })
  const answered = report.checks.find((c) => c.name === goldenCheck)
  return { ...ours, checks: ours.checks.map((c) => (c.name === goldenCheck && answered !== undefined ? answered : c)) }
}
