// Who uses this program: the name that was said, the publisher's name, or the operating system's user name; and the workspace's key.
// A claim, as in a commit: it proves nothing by itself. Refuses to make a name up.
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Settings, type Actor } from '../../shared/domain/history.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { existingPublicKey } from './bundle/sign.ts'

const longest = 120
const unnamed = Settings.parse({}).publisherName

/** The name as one line of text; null when nothing of it is left. */
function asName(text: string): string | null {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim().slice(0, longest)
  return line === '' ? null : line
}

function systemName(): string | null {
  try {
    return asName(userInfo().username)
  } catch { return null }
}

export interface ActorSources {
  /** What the user said for this session alone. */
  readonly said: string | undefined
  readonly settings: () => Settings
  /** The folder of the publisher's key. */
  readonly keys: string
  readonly passphrase: () => string | undefined
}

/** A key that does not open has no id to be named by; that is told where it is wanted. */
function keyIdIn(keys: string, passphrase: () => string | undefined): string | null {
  if (!existsSync(join(keys, 'publisher.key.pem'))) return null
  try { return existingPublicKey(keys, passphrase())?.keyId ?? null } catch { return null }
}

/** Answers who it is, asked anew each time: the publisher's name can change meanwhile. Errors: `input.invalid` for a name of nothing. */
export function openActor({ said, settings, keys, passphrase }: ActorSources): () => Actor | null {
  const spoken = said === undefined ? null : asName(said)
  if (said !== undefined && spoken === null) throw new SlipwayError('input.invalid', { reason: 'the name after --as is empty' })
  let keyId: string | null = null
  return () => {
    const { publisherName } = settings()
    const name = spoken ?? (publisherName === unnamed ? null : asName(publisherName)) ?? systemName()
    if (name === null) return null
    keyId ??= keyIdIn(keys, passphrase) ?? null
    return { name, keyId }
  }
}
