// identity.get and identity.make: who this workspace signs as. The private half never leaves the workspace's key folder.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity, Signer } from '../../../shared/domain/review.ts'
import { loadOrCreateKey, type SigningKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'
import { isSealed } from '../passphrase.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'

const nameOf = (parts: Parts): string => parts.actor()?.name ?? 'Unnamed'

/** The name and public half that a signed file carries. */
export const signerOf = (parts: Parts, key: SigningKey): Signer => ({ name: nameOf(parts), keyId: key.keyId, publicKey: key.publicPem })

function keptAs(folder: string, opens: boolean): Identity['kept'] {
  const file = join(folder, 'publisher.key.pem')
  if (!existsSync(file)) return 'none'
  if (!opens) return 'locked'
  if (isSealed(folder)) return 'system'
  return readFileSync(file, 'utf8').includes('ENCRYPTED') ? 'passphrase' : 'file'
}

export function identityOf(parts: Parts): Identity {
  const found = ownPublicKey(parts)
  return { name: nameOf(parts), keyId: found?.keyId ?? null, publicKey: found?.publicPem ?? null, kept: keptAs(parts.places.keys, found !== null) }
}

/** Makes the key when there is none. Errors: `key.locked`. */
export async function makeIdentity(parts: Parts): Promise<Identity> {
  await loadOrCreateKey(parts.places.keys, parts.passphrase())
  return identityOf(parts)
}
