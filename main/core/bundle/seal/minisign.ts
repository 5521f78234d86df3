// Signatures and keys in the format of minisign (prehashed: Ed25519 over BLAKE2b-512 of the file). Each has one text: reading a signature
// means writing it again and comparing, so that no byte of it is free.
import { createHash, createPublicKey, getHashes, sign, verify } from 'node:crypto'
import type { SigningKey } from '../sign.ts'
import { blake2b512 as blake2bHere } from './blake2b.ts'
import { rawKeyOf } from './raw-key.ts'

/** The runtime's own where it has one (Electron's has none): a hundred times as fast. */
const blake2b512 = (bytes: Buffer): Buffer => (getHashes().includes('blake2b512') ? createHash('blake2b512').update(bytes).digest() : blake2bHere(bytes))

const signatureComment = 'untrusted comment: signature of a Slipway bundle'
/** minisign names a key by eight bytes of its maker's choice: here those of the key id. */
const nameOf = (keyId: string): Buffer => Buffer.from(keyId, 'hex')
const text = (keyId: string, signature: Buffer, comment: string, global: Buffer): string =>
  `${signatureComment}\n${Buffer.concat([Buffer.from('ED'), nameOf(keyId), signature]).toString('base64')}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`

/** The public key for `minisign -p`. */
export const minisignKey = (publicPem: string, keyId: string): string =>
  `untrusted comment: publisher key ${keyId}\n${Buffer.concat([Buffer.from('Ed'), nameOf(keyId), rawKeyOf(publicPem)]).toString('base64')}\n`

/** The signature for `minisign -V`. `comment` is signed too. Deterministic. */
export function minisignSignature(key: SigningKey, bytes: Buffer, comment: string): string {
  const signature = sign(null, blake2b512(bytes), key.privateKey)
  return text(key.keyId, signature, comment, sign(null, Buffer.concat([signature, Buffer.from(comment, 'utf8')]), key.privateKey))
}

/** Whether the text is exactly the signature of this key over these bytes with this comment. */
export function minisignHolds(publicPem: string, keyId: string, bytes: Buffer, comment: string, given: string): boolean {
  const lines = given.split('\n')
  const signature = Buffer.from(lines[1] ?? '', 'base64').subarray(10)
  const global = Buffer.from(lines[3] ?? '', 'base64')
  if (signature.length !== 64 || global.length !== 64 || text(keyId, signature, comment, global) !== given) return false
  const key = createPublicKey(publicPem)
  return verify(null, blake2b512(bytes), key, signature) && verify(null, Buffer.concat([signature, Buffer.from(comment, 'utf8')]), key, global)
}
