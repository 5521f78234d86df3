// Who looks after a model or a version, and where more is written about it. Addresses are kept and shown; Slipway never opens them.
import { z } from 'zod'
import { EventId, ModelId, VersionId } from '../ids.ts'

/** The parts of an address of the web, or null for any other text: `javascript:`, a path, an address with a password in it. */
export function webAddress(text: string): { readonly host: string } | null {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) return null
  try {
    const url = new URL(text)
    const plain = url.username === '' && url.password === ''
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' && plain ? { host: url.host } : null
  } catch { return null }
}

export const WebAddress = z.string().trim().max(2000).refine((text) => webAddress(text) !== null, 'not an address that begins with http:// or https://, without a name or password in it')
export const CareLink = z.object({ title: z.string().trim().max(120).default(''), url: WebAddress })
export type CareLink = z.infer<typeof CareLink>
export const OwnerName = z.string().trim().min(1).max(120)

/** Owners and links as they stand: the newest revision, or none yet. */
export const Care = z.object({
  modelId: ModelId, versionId: VersionId.nullable(), revision: z.number().int().nonnegative(),
  owners: z.array(z.string()), links: z.array(z.object({ title: z.string(), url: z.string() })),
  who: z.object({ name: z.string(), keyId: z.string().nullable() }).nullable(), eventId: EventId.nullable(), at: z.number().int().nullable(),
})
export type Care = z.infer<typeof Care>
