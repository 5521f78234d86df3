// Signs, reads and checks the two files of a review; what a signature covers is told in bundle/review-signature.ts.
// Refuses anything that is not exactly one of the two, and a key that is not the one the file names.
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import type { Signer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { signatureFault, signedBytes } from '../bundle/review-signature.ts'
import { signBytes, type SigningKey } from '../bundle/sign.ts'
import { readFault } from '../files/staged-copy.ts'

/** More than any evidence takes. */
const mostBytes = 4 * 1024 * 1024

export const signReview = (key: SigningKey, body: { readonly schema: string }): string => signBytes(key, signedBytes(body.schema, body)).toString('base64')

/** Throws `review.wrongKey` or `review.altered`. */
export function demandSignature(what: string, signer: Signer, body: { readonly schema: string }, signature: string): void {
  const fault = signatureFault(signer, body, signature)
  if (fault === 'wrong-key') throw new SlipwayError('review.wrongKey', { name: signer.name, keyId: signer.keyId })
  if (fault === 'altered') throw new SlipwayError('review.altered', { what })
}

async function readSmall(path: string): Promise<string> {
  const file = basename(path)
  const handle = await open(path, 'r').catch((thrown: unknown) => { throw readFault(thrown, file) })
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) throw new SlipwayError('review.notAFile', { reason: 'it is too large to be one' })
    return await handle.readFile('utf8')
  } catch (thrown) { throw readFault(thrown, file) } finally { await handle.close() }
}

/** What a file says to be; anything but an answer is left to the reading of a request, which says what is wrong. Errors: `file.*`. */
export async function reviewFileKind(path: string): Promise<'request' | 'answer'> {
  let value: unknown = null
  try { value = JSON.parse(await readSmall(path)) } catch (thrown) { if (!(thrown instanceof SyntaxError)) throw thrown }
  return z.object({ body: z.object({ schema: z.string().startsWith('slipway.review-answer/') }) }).safeParse(value).success ? 'answer' : 'request'
}

/** Reads a file of one of these kinds. Errors: `review.notAFile`, `file.*`. */
export async function readReviewFile<T extends z.ZodType>(path: string, schema: T, what: string): Promise<z.infer<T>> {
  let value: unknown
  try { value = JSON.parse(await readSmall(path)) } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new SlipwayError('review.notAFile', { reason: 'it is not JSON' })
    throw thrown
  }
  const kind = z.object({ body: z.object({ schema: z.string() }) }).safeParse(value)
  if (!kind.success) throw new SlipwayError('review.notAFile', { reason: 'it has no body' })
  const found = kind.data.body.schema
  if (!found.startsWith(`slipway.review-${what}/`)) throw new SlipwayError('review.notAFile', { reason: found.startsWith('slipway.review-') ? `it is a review ${found.slice('slipway.review-'.length).split('/')[0] ?? ''}, and a review ${what} was wanted` : `it says to be “${found.slice(0, 60)}”` })
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new SlipwayError('review.notAFile', { reason: `${parsed.error.issues[0]?.path.join('.') ?? 'its content'} is not as it should be, or it was written by a newer Slipway` })
  return parsed.data
}
