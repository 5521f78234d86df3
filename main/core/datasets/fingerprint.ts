// SHA-256 of a file in one stream, with what detection needs to know about its bytes on the way.
// Refuses anything that is not an ordinary file.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import { cancelled } from './duckdb.ts'
import { Utf8Check } from './text-encoding.ts'

export interface Fingerprint {
  readonly sha256: Sha256
  readonly bytes: number
  readonly validUtf8: boolean
  /** The first 64 KiB. */
  readonly head: Uint8Array
}

/** Size of an ordinary file; `dataset.notReadable` for everything else. */
export async function fileSize(path: string): Promise<number> {
  const file = basename(path)
  try {
    const found = await stat(path)
    if (found.isFile()) return found.size
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    throw new SlipwayError('dataset.notReadable', { file, reason: code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'reading it is not permitted' : `it cannot be opened (${code ?? 'unknown'})` })
  }
  throw new SlipwayError('dataset.notReadable', { file, reason: 'it is not an ordinary file' })
}

/** Hashes a file. `tell` hears the bytes read so far. */
export async function fingerprintFile(path: string, signal: AbortSignal, tell?: (bytes: number) => void): Promise<Fingerprint> {
  await fileSize(path)
  const hash = createHash('sha256')
  const utf8 = new Utf8Check()
  const heads: Buffer[] = []
  let bytes = 0
  try {
    for await (const raw of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
      const block = raw as Buffer
      hash.update(block)
      utf8.push(block)
      if (bytes < 65536) heads.push(block.subarray(0, 65536 - bytes))
      bytes += block.length
      tell?.(bytes)
    }
  } catch (thrown) {
    if (signal.aborted) throw cancelled()
    throw new SlipwayError('dataset.notReadable', { file: basename(path), reason: `reading it failed (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})` })
  }
  return { sha256: hash.digest('hex') as Sha256, bytes, validUtf8: utf8.finish(), head: Buffer.concat(heads) }
}
