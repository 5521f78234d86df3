// bundle.encrypt: a finished archive, encrypted for whoever may read it. The archive itself stays where it is.
import { rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { placeWhole } from '../bundle/place-whole.ts'
import { encryptFile, recipientFault } from '../bundle/seal/age.ts'
import { verifyBundle } from '../bundle/verify.ts'
import { makeFolder } from '../files/make-folder.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'

export interface EncryptRequest { readonly path: string; readonly target: string; readonly recipients: readonly string[] }

/** Only bundles that hold are worth sending. Errors: `bundle.notIntact`, `bundle.targetExists`, `input.invalid`, `file.*`. */
export async function encryptBundle(parts: Parts, { path, target, recipients }: EncryptRequest, context: JobContext): Promise<{ fileName: string; bytes: number; recipients: number }> {
  for (const recipient of recipients) {
    const fault = await recipientFault(recipient)
    if (fault !== null) throw new SlipwayError('input.invalid', { reason: fault })
  }
  context.progress({ step: 'verifying', done: null, total: null }, null)
  const report = await verifyBundle(path, { signal: context.signal, notRun: 'the archive is encrypted as it is' })
  if (report.verdict !== 'unknown-publisher' && report.verdict !== 'trusted') throw new SlipwayError('bundle.notIntact', { file: basename(path), reason: report.sentence })
  context.progress({ step: 'encrypting', done: null, total: null }, 0.5)
  const staging = workFolder(parts)
  const into = (await stat(target).then((s) => s.isDirectory(), () => false)) ? join(target, `${basename(path)}.age`) : target
  try {
    makeFolder(staging)
    const sealed = join(staging, 'bundle.age')
    await encryptFile(path, sealed, recipients, context.signal)
    const { size } = await stat(sealed)
    await placeWhole(sealed, into)
    return { fileName: basename(into), bytes: size, recipients: recipients.length }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}
