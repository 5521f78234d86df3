// Signatures in the format of `ssh-keygen -Y` (PROTOCOL.sshsig of OpenSSH) and the list of allowed signers. One text each, as in minisign.ts.
import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import type { SigningKey } from '../sign.ts'
import { rawKeyOf } from './raw-key.ts'

/** What the signature is for, so that none made for something else counts. */
export const sshNamespace = 'mlbundle.v1'
export const sshPrincipal = (keyId: string): string => `publisher@${keyId}`

function field(value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const keyBlob = (publicPem: string): Buffer => Buffer.concat([field('ssh-ed25519'), field(rawKeyOf(publicPem))])
const about = Buffer.concat([field(sshNamespace), field(''), field('sha512')])
const signedBytes = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('SSHSIG'), about, field(createHash('sha512').update(bytes).digest())])

function text(publicPem: string, signature: Buffer): string {
  const version = Buffer.from([0, 0, 0, 1])
  const blob = Buffer.concat([Buffer.from('SSHSIG'), version, field(keyBlob(publicPem)), about, field(Buffer.concat([field('ssh-ed25519'), field(signature)]))])
  return `-----BEGIN SSH SIGNATURE-----\n${(blob.toString('base64').match(/.{1,70}/g) ?? []).join('\n')}\n-----END SSH SIGNATURE-----\n`
}

/** The line for `ssh-keygen -f`: this key, for bundles only. */
export const allowedSigners = (publicPem: string, keyId: string): string => `${sshPrincipal(keyId)} namespaces="${sshNamespace}" ssh-ed25519 ${keyBlob(publicPem).toString('base64')}\n`

/** The signature for `ssh-keygen -Y verify`. Deterministic. */
export const sshSignature = (key: SigningKey, bytes: Buffer): string => text(key.publicPem, sign(null, signedBytes(bytes), key.privateKey))

/** Whether the text is exactly the signature of this key over these bytes. */
export function sshHolds(publicPem: string, bytes: Buffer, given: string): boolean {
  const blob = Buffer.from(given.split('\n').slice(1, -2).join(''), 'base64')
  const signature = blob.subarray(blob.length - 64)
  return signature.length === 64 && text(publicPem, signature) === given && verify(null, signedBytes(bytes), createPublicKey(publicPem), signature)
}
