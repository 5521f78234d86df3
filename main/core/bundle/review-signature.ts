// What a signature of a review covers, and whether one holds: the canonical form of the body, after a line that says what it is.
// Owns no files and no rows. Refuses a key that is not the one the signer names.
import { createHash } from 'node:crypto'
import type { Signer } from '../../../shared/domain/review.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import { canonicalJson } from './canonical-json.ts'
import { keyIdOf, publicPemOf, verifyBytes } from './sign.ts'

/** The signed bytes begin with this, so that a signature of a review is never one of something else. */
export const signedBytes = (schema: string, body: unknown): Buffer => Buffer.from(`${schema}\n${canonicalJson(body)}`, 'utf8')

/** What an answer is tied to: SHA-256 of the body's canonical form. */
export const bodySha256 = (body: unknown): Sha256 => createHash('sha256').update(canonicalJson(body), 'utf8').digest('hex')

/** Whether this signer's key made the signature over this very body; if not, which of the two does not fit. */
export function signatureFault(signer: Signer, body: { readonly schema: string }, signature: string): 'wrong-key' | 'altered' | null {
  try {
    if (keyIdOf(signer.publicKey) !== signer.keyId) return 'wrong-key'
  } catch { return 'wrong-key' }
  return verifyBytes(publicPemOf(signer.publicKey), signedBytes(body.schema, body), Buffer.from(signature, 'base64')) ? null : 'altered'
}
