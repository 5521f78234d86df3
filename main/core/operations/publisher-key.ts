// The publisher's signing key of this workspace. (Stub until signing lands.)
import type { Parts } from '../parts.ts'

export const publisherKeyId = (_parts: Parts): string => ''
