// The publisher's key of this workspace, by its id. Makes none: the first export does that.
import { existingPublicKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'

/** First 16 digits of the key's hash; empty before the first export. */
export const publisherKeyId = (parts: Parts): string => existingPublicKey(parts.places.keys)?.keyId ?? ''
