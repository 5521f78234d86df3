// bundle.verify: a bundle file -> a report. (Stub until the verifier lands.)
import type { VerifyReport } from '../../../shared/domain/bundle.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'

export interface VerifyRequest { readonly path: string; readonly trust: string | null; readonly golden: boolean }

export async function verifyBundleFile(_parts: Parts, _request: VerifyRequest, _context: JobContext): Promise<VerifyReport> {
  throw new Error('not built yet')
}
