// bundle.verify: a bundle, archive or unpacked folder -> a report. A bundle that does not verify is an answer, not an error.
import { readFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { VerifyReport } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { verifyBundle } from '../bundle/verify.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'
import { inferWith } from './bundle-export.ts'
import { ownPublicKey } from './publisher-key.ts'

export interface VerifyRequest { readonly path: string; readonly trust: string | null; readonly golden: boolean }

async function trustedKey(parts: Parts, path: string | null): Promise<string | undefined> {
  if (path === null) return ownPublicKey(parts) ?? undefined
  return readFile(path, 'utf8').catch(() => { throw new SlipwayError('file.missing', { file: basename(path) }) })
}

/**
 * Verifies with the key given, else with this workspace's own key when the bundle carries it. Errors: `file.missing`,
 * engine errors while golden requests run.
 */
export async function verifyBundleFile(parts: Parts, request: VerifyRequest, context: JobContext): Promise<VerifyReport> {
  const scratch = workFolder(parts)
  const golden = request.golden ? { infer: inferWith(parts, context), scratch } : {}
  context.progress({ step: 'verifying', done: null, total: null }, null)
  try {
    const trust = await trustedKey(parts, request.trust)
    const report = await verifyBundle(request.path, { ...golden, ...(trust === undefined ? {} : { trust }), signal: context.signal })
    // Somebody else's bundle is not tampered with because our own key did not sign it: without a chosen key, its publisher is unknown.
    if (request.trust !== null || trust === undefined || report.verdict !== 'tampered' || report.checks.at(-1)?.name !== 'signature') return report
    return await verifyBundle(request.path, { ...golden, signal: context.signal })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
