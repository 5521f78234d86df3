// The public half of this workspace's own key. Makes none: the first export, request or answer does that.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { existingPublicKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'

/** null when no key was made yet, or when it does not open. */
export function ownPublicKey(parts: Parts): { readonly keyId: string; readonly publicPem: string } | null {
  if (!existsSync(join(parts.places.keys, 'publisher.key.pem'))) return null
  try { return existingPublicKey(parts.places.keys, parts.passphrase()) } catch { return null }
}

/** First 16 digits of the key's hash; empty before the first export. */
export const publisherKeyId = (parts: Parts): string => ownPublicKey(parts)?.keyId ?? ''
