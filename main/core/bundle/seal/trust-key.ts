// Trust in one public key, without the schema of lists (trust.ts): what a server is mostly started with, read in no time.
import { keyIdOf, publicPemOf } from '../sign.ts'
import type { Trust } from './trust.ts'

/** Trust in the key of a PEM text; null where the text is something else, which `parseTrust` has the words for. */
export function keyTrust(text: string): Trust | null {
  if (text.trimStart().startsWith('[')) return null
  try {
    const publicPem = publicPemOf(text)
    return { kind: 'key', keys: [{ keyId: keyIdOf(publicPem), publicPem, name: null, revoked: false, publish: true, approve: false, notBefore: -Infinity, notAfter: Infinity }] }
  } catch { return null }
}
