// The passphrase of this workspace's private key: the one that the user set, or one that the operating system's key store keeps.
// Refuses to make one for a key that is there already: that key opens without it.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../../shared/errors.ts'

/** What the operating system can do for a secret of this user. Only a desktop has it. */
export interface KeyStore {
  seal(text: string): Buffer
  /** Throws when it was sealed by another user or on another machine. */
  open(sealed: Buffer): string
}

const sealedFile = (keys: string): string => join(keys, 'passphrase.sealed')

/** Whether the key's passphrase lies in the key store of some machine. */
export const isSealed = (keys: string): boolean => existsSync(sealedFile(keys))

/**
 * Answers the passphrase, undefined where the key needs none. `SLIPWAY_PASSPHRASE` goes before the key store, so that the command line
 * opens a key that was made with it. Errors: `key.locked` when the key store does not open what it is given.
 */
export function openPassphrase(keys: string, keyStore: KeyStore | null): () => string | undefined {
  let known: string | undefined
  return () => {
    const said = process.env['SLIPWAY_PASSPHRASE']
    if (said !== undefined) return said
    if (known !== undefined) return known
    if (isSealed(keys)) {
      if (keyStore === null) return undefined
      try { return (known = keyStore.open(readFileSync(sealedFile(keys)))) } catch {
        throw new SlipwayError('key.locked', { reason: 'its passphrase lies in the key store of another user or machine' })
      }
    }
    if (keyStore === null || existsSync(join(keys, 'publisher.key.pem'))) return undefined
    const fresh = randomBytes(32).toString('base64url')
    mkdirSync(keys, { recursive: true, mode: 0o700 })
    writeFileSync(sealedFile(keys), keyStore.seal(fresh), { mode: 0o600, flag: 'wx' })
    return (known = fresh)
  }
}
