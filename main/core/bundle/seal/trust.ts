// Whose signatures count: one public key in PEM, or a list of keys with the time they are good for. Refuses a list that it does not understand
// in every part, because a key that was overlooked would be a key that was not revoked.
import { z } from 'zod'
import { keyIdOf, publicPemOf } from '../sign.ts'
import { Refused } from './findings.ts'
import { keyTrust } from './trust-key.ts'

const Instant = z.string().refine((text) => /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/.test(text) && !Number.isNaN(Date.parse(text)), 'not a day such as 2026-01-31, nor an instant such as 2026-01-31T12:00:00Z')
const Entry = z.object({
  keyId: z.string().regex(/^[0-9a-f]{16}$/, 'not a key id'), publicKey: z.string().max(1000), name: z.string().max(200).optional(),
  /** First and last instant, of the evaluation inside the bundle; a day stands for all of it. */
  notBefore: Instant.nullable().optional(), notAfter: Instant.nullable().optional(), revoked: z.boolean().optional(),
  /** What it may sign; absent: both. */
  use: z.array(z.enum(['publish', 'approve'])).optional(),
}).strict()
const List = z.array(Entry).min(1).max(1000)

export interface TrustedKey { readonly keyId: string; readonly publicPem: string; readonly name: string | null; readonly publish: boolean; readonly approve: boolean; readonly notBefore: number; readonly notAfter: number; readonly revoked: boolean }
export interface Trust { readonly kind: 'key' | 'list'; readonly keys: readonly TrustedKey[] }

const dayMs = 86_400_000

function keyOf(entry: z.infer<typeof Entry>): TrustedKey {
  const publicPem = publicPemOf(entry.publicKey)
  if (keyIdOf(publicPem) !== entry.keyId) throw new TypeError(`the key id ${entry.keyId} is not its key’s`)
  const end = entry.notAfter == null ? Infinity : Date.parse(entry.notAfter) + (entry.notAfter.length === 10 ? dayMs - 1 : 0)
  return {
    keyId: entry.keyId, publicPem, name: entry.name ?? null, revoked: entry.revoked === true, publish: entry.use?.includes('publish') ?? true, approve: entry.use?.includes('approve') ?? true,
    notBefore: entry.notBefore == null ? -Infinity : Date.parse(entry.notBefore), notAfter: end,
  }
}

/** Reads what `--trust` names. Throws TypeError with the reason as the end of a sentence. */
export function parseTrust(text: string): Trust {
  if (!text.trimStart().startsWith('[')) {
    const trust = keyTrust(text)
    if (trust === null) throw new TypeError('it is not an Ed25519 public key in PEM')
    return trust
  }
  const value = ((): unknown => { try { return JSON.parse(text) } catch { throw new TypeError('the list of keys is not JSON') } })()
  const list = List.safeParse(value)
  if (!list.success) { const [first] = list.error.issues; throw new TypeError(`the list of keys is not understood at ${first?.path.join('.') ?? 'its beginning'}: ${first?.message ?? ''}`) }
  const keys = list.data.map((entry) => { try { return keyOf(entry) } catch (thrown) { throw new TypeError(`the list of keys: ${thrown instanceof Error && thrown.message.startsWith('the key id') ? thrown.message : `the key ${entry.keyId} is not an Ed25519 public key in PEM`}`) } })
  if (new Set(keys.map((k) => k.keyId)).size !== keys.length) throw new TypeError('the list of keys names a key twice')
  return { kind: 'list', keys }
}

/** Trust as the verification was given it; null: none. */
export function trustOf(text: string | undefined): Trust | null {
  if (text === undefined) return null
  try { return parseTrust(text) } catch (thrown) {
    throw new Refused('malformed', 'signature', `The trusted key cannot be used: ${thrown instanceof Error ? thrown.message : 'it is not understood'}.`)
  }
}

/** Why a key does not count for something signed at this instant, as a sentence; null: it counts. */
export function keyFault(key: TrustedKey, at: number, what: 'publish' | 'approve'): string | null {
  if (key.revoked) return `the key ${key.keyId} is revoked`
  if (!key[what]) return `the key ${key.keyId} may not ${what}`
  if (at < key.notBefore) return `the key ${key.keyId} is not good yet for this date`
  return at > key.notAfter ? `the key ${key.keyId} is no longer good for this date` : null
}
