// An Ed25519 public key as the 32 bytes that every format but X.509 wants, and back. Refuses anything else.
import { createPublicKey } from 'node:crypto'

/** What stands before the 32 bytes in the DER form (RFC 8410). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** The 32 bytes of a public key in canonical PEM. Throws when it is not an Ed25519 key. */
export function rawKeyOf(publicPem: string): Buffer {
  const der = createPublicKey(publicPem).export({ type: 'spki', format: 'der' })
  if (der.length !== 44 || !der.subarray(0, 12).equals(derPrefix)) throw new TypeError('not an Ed25519 public key')
  return der.subarray(12)
}

/** The canonical PEM of 32 bytes. */
export function pemOfRaw(raw: Buffer): string {
  if (raw.length !== 32) throw new TypeError('not an Ed25519 public key')
  return createPublicKey({ key: Buffer.concat([derPrefix, raw]), format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' }).toString()
}
