// The publisher's signing key of this workspace: made at the first export, only read before.
import { existingPublicKey, loadOrCreateKey, type SigningKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'

/** The key id for people to read out; '' while nothing was exported yet. */
export const publisherKeyId = (parts: Parts): string => existingPublicKey(parts.places.keys)?.keyId ?? ''

/** The key for signing; made on first use. Errors: `file.unreadable` when the passphrase does not open it. */
export const signingKey = (parts: Parts): Promise<SigningKey> => loadOrCreateKey(parts.places.keys)

/** The workspace's own public key, which it trusts; null while it has none. */
export const ownPublicKey = (parts: Parts): string | null => existingPublicKey(parts.places.keys)?.publicPem ?? null
