// Encryption of a finished archive for its recipients, in the age format (age-encryption.org/v1). Owns no keys; refuses to decrypt.
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Loaded when something is encrypted: its curves take a quarter of the program's start. */
const newEncrypter = async () => new (await import('age-encryption')).Encrypter()

/** Why a text is no recipient, or null. */
export async function recipientFault(recipient: string): Promise<string | null> {
  const encrypter = await newEncrypter()
  try {
    encrypter.addRecipient(recipient)
    return null
  } catch {
    return `“${recipient}” is not an age recipient, which begins with age1 and is printed by age-keygen`
  }
}

/** Streams `from` into `to`, encrypted for every recipient. Throws when one is none, or the disk refuses. */
export async function encryptFile(from: string, to: string, recipients: readonly string[], signal: AbortSignal): Promise<void> {
  const encrypter = await newEncrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  const sealed = await encrypter.encrypt(Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>)
  await pipeline(Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(to, { flags: 'wx' }), { signal })
}
