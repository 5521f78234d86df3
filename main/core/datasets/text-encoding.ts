// Which encoding a text file has, and its bytes as UTF-8, block by block.
// Refuses to guess beyond UTF-8, UTF-16 and Latin-1; invalid UTF-8 is never replaced silently.
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import type { Encoding } from '../../../shared/domain/dataset.ts'

export interface DetectedEncoding { readonly encoding: Encoding; readonly byteOrderMark: boolean }

/** Where the bytes 0x80 to 0x9F lead: what files called Latin-1 hold in practice (the WHATWG table of windows-1252). */
const highLatin = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Length of the byte-order mark that `bytes` starts with, for the given encoding. */
export function markLength(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding === 'utf-8') return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  if (encoding === 'utf-16le') return bytes[0] === 0xff && bytes[1] === 0xfe ? 2 : 0
  if (encoding === 'utf-16be') return bytes[0] === 0xfe && bytes[1] === 0xff ? 2 : 0
  return 0
}

/** Share of NULs at even and odd places: Western text in UTF-16 has a NUL in every second byte. */
function nulShares(bytes: Uint8Array): { even: number; odd: number } {
  let even = 0
  let odd = 0
  for (let i = 0; i + 1 < bytes.length; i += 2) { if (bytes[i] === 0) even++; if (bytes[i + 1] === 0) odd++ }
  const pairs = Math.max(1, Math.floor(bytes.length / 2))
  return { even: even / pairs, odd: odd / pairs }
}

/**
 * The encoding of a file whose head is given. A byte-order mark decides; without one, UTF-16 shows by its NULs, and a whole file that is
 * not valid UTF-8 is Latin-1.
 */
export function detectEncoding(head: Uint8Array, validUtf8: boolean): DetectedEncoding {
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
    if (markLength(head, encoding) > 0) return { encoding, byteOrderMark: true }
  }
  const { even, odd } = nulShares(head.subarray(0, 65536))
  if (odd > 0.3 && even < 0.1) return { encoding: 'utf-16le', byteOrderMark: false }
  if (even > 0.3 && odd < 0.1) return { encoding: 'utf-16be', byteOrderMark: false }
  return { encoding: validUtf8 ? 'utf-8' : 'latin-1', byteOrderMark: false }
}

/** Checks a stream of blocks for valid UTF-8; a character may lie across two blocks. */
export class Utf8Check {
  valid = true
  #rest: Uint8Array = new Uint8Array(0)

  push(block: Uint8Array): void {
    if (!this.valid) return
    const bytes = this.#rest.length === 0 ? block : Buffer.concat([this.#rest, block])
    let cut = bytes.length
    // At most three bytes of an unfinished character wait for the next block.
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!
      if (byte < 0x80) break
      if (byte >= 0xc0) { if (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)) cut = bytes.length - back; break }
    }
    this.valid = isUtf8(bytes.subarray(0, cut))
    this.#rest = bytes.slice(cut)
  }

  finish(): boolean { return this.valid && this.#rest.length === 0 }
}

function latinDecoder(): (block: Uint8Array) => Buffer {
  const table = Array.from({ length: 256 }, (_, code) => Buffer.from(code >= 0x80 && code < 0xa0 ? highLatin[code - 0x80]! : String.fromCharCode(code)))
  return (block) => {
    const out = Buffer.allocUnsafe(block.length * 3)
    let length = 0
    for (const code of block) {
      if (code < 0x80) { out[length++] = code; continue }
      const bytes = table[code]!
      for (let k = 0; k < bytes.length; k++) out[length++] = bytes[k]!
    }
    return out.subarray(0, length)
  }
}

/**
 * The file's bytes as UTF-8 without its byte-order mark. UTF-16 that is not valid throws a TypeError.
 * `tell` hears the number of bytes read so far.
 */
export async function* utf8Blocks(path: string, encoding: Encoding, signal?: AbortSignal, tell?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be' ? new TextDecoder(encoding, { fatal: true }) : null
  const latin = encoding === 'latin-1' ? latinDecoder() : null
  let read = 0
  for await (const raw of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    const block = raw as Buffer
    const body = read === 0 ? block.subarray(markLength(block, encoding)) : block
    read += block.length
    yield wide !== null ? Buffer.from(wide.decode(body, { stream: true })) : latin !== null ? latin(body) : body
    tell?.(read)
  }
  if (wide !== null) { const rest = wide.decode(); if (rest !== '') yield Buffer.from(rest) }
}

/** The first `bytes` of the file as text, without a byte-order mark; a cut character at the end is dropped. */
export async function headText(path: string, encoding: Encoding, bytes: number): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const block of utf8Blocks(path, encoding)) {
    parts.push(block)
    length += block.length
    if (length >= bytes) break
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(parts), { stream: true })
}
