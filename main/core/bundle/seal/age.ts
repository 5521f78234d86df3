// Encryption of a finished archive for its recipients, in the age format (age-encryption.org/v1). Owns no keys; refuses to decrypt.
import { Encrypter } from 'age-encryption'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Why a text is no recipient, or null. */
export function recipientFault(recipient: string): string | null {
  try {
    new Encrypter().addRecipient(recipient)
    return null
  } catch {
    return `“${recipient}” is not an age recipient, which begins with age1 and is printed by age-keygen`
  }
}

/** Streams `from` into `to`, encrypted for every recipient. Throws when one is none, or the disk refuses. */
export async function encryptFile(from: string, to: string, recipients: readonly string[], signal: AbortSignal): Promise<void> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  const sealed = await encrypter.encrypt(Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>)
  await pipeline(Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(to, { flags: 'wx' }), { signal })
}
