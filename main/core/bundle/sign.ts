// The publisher's Ed25519 key: made once per workspace, kept in PKCS#8, named by the hash of its public half.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from 'node:crypto'
import { constants, existsSync, readFileSync } from 'node:fs'
import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicPem: string
  /** First 16 hexadecimal digits of SHA-256 over the public key's SPKI DER. */
  readonly keyId: string
}

function publicKey(publicPem: string): KeyObject {
  // The parser would also take a private key and answer with its public half: nobody should hand that to a verifier.
  if (publicPem.includes('PRIVATE KEY')) throw new TypeError('a private key, where a public one belongs')
  const key = createPublicKey(publicPem)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 public key')
  return key
}

/** The key id of a public key in PEM. Throws when it is not an Ed25519 public key. */
export const keyIdOf = (publicPem: string): string => createHash('sha256').update(publicKey(publicPem).export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16)

/** The one canonical PEM text of a public key, however it was written. Throws when it is not an Ed25519 public key. */
export const publicPemOf = (publicPem: string): string => publicKey(publicPem).export({ type: 'spki', format: 'pem' }).toString()

function fromPrivate(privateKey: KeyObject): SigningKey {
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return { privateKey, publicPem, keyId: keyIdOf(publicPem) }
}

/**
 * Loads the key of a workspace, or makes it on first use (readable by its owner only). With a passphrase the file is encrypted.
 * Errors: `file.unreadable`, and `key.locked` when the file is there but does not open with this passphrase.
 */
export async function loadOrCreateKey(folder: string, passphrase: string | undefined = process.env['SLIPWAY_PASSPHRASE']): Promise<SigningKey> {
  const file = join(folder, 'publisher.key.pem')
  const stored = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null
    throw new SlipwayError('file.unreadable', { file: 'publisher.key.pem', reason: thrown.code ?? 'it cannot be read' })
  })
  if (stored !== null) {
    try {
      return fromPrivate(createPrivateKey({ key: stored, ...(passphrase === undefined ? {} : { passphrase }) }))
    } catch {
      throw new SlipwayError('key.locked', { reason: passphrase === undefined ? 'it is encrypted, or damaged, and no passphrase was given' : 'the passphrase is not the one it was encrypted with, or the file is damaged' })
    }
  }
  const { privateKey } = generateKeyPairSync('ed25519')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }) })
  // Whole or not at all, and never over another: of two processes that both find no key, one makes it and the other reads it.
  const beside = join(folder, `.publisher.key.${process.pid}.${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(beside, pem, { mode: 0o600, flag: 'wx' })
    const made = await link(beside, file).then(() => true, async (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'EEXIST') return false
      // A disk without hard links.
      await copyFile(beside, file, constants.COPYFILE_EXCL)
      return true
    })
    return made ? fromPrivate(privateKey) : await loadOrCreateKey(folder, passphrase)
  } finally {
    await rm(beside, { force: true })
  }
}

/** The public half of a workspace's key; null when none was made yet, or the passphrase does not open it. Makes nothing. */
export function existingPublicKey(folder: string, passphrase: string | undefined = process.env['SLIPWAY_PASSPHRASE']): { readonly keyId: string; readonly publicPem: string } | null {
  const file = join(folder, 'publisher.key.pem')
  if (!existsSync(file)) return null
  try {
    return fromPrivate(createPrivateKey({ key: readFileSync(file), ...(passphrase === undefined ? {} : { passphrase }) }))
  } catch {
    return null
  }
}

/** The raw 64 bytes of the signature. Ed25519 is deterministic: the same bytes give the same signature. */
export const signBytes = (key: SigningKey, bytes: Buffer): Buffer => sign(null, bytes, key.privateKey)

/** Whether the signature is this public key's over these bytes. */
export function verifyBytes(publicPem: string, bytes: Buffer, signature: Buffer): boolean {
  return signature.length === 64 && verify(null, bytes, createPublicKey(publicPem), signature)
}
