// Writes protobuf fields, and files made of ranges of another file with new bytes between them.
// Knows nothing of ONNX.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { checkCancelled, writeFault } from '../files/staged-copy.ts'
import type { ByteSource } from './wire.ts'

/** A piece of a new file: new bytes, or a range of the source. */
export type Piece = Uint8Array | { readonly from: number; readonly to: number }

const utf8 = new TextEncoder()

/** A non-negative integer as varint. */
export function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    out.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return Uint8Array.from(out)
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) { out.set(part, at); at += part.length }
  return out
}

/** A length-delimited field: text or an encoded message. */
export function delimitedField(field: number, payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === 'string' ? utf8.encode(payload) : payload
  return concatBytes([varint(field * 8 + 2), varint(bytes.length), bytes])
}

/** A varint field. */
export function numberField(field: number, value: number): Uint8Array {
  return concatBytes([varint(field * 8), varint(value)])
}

export const pieceLength = (piece: Piece): number => (piece instanceof Uint8Array ? piece.length : piece.to - piece.from)

/** Pieces as one length-delimited field. */
export function delimitedPieces(field: number, pieces: readonly Piece[]): readonly Piece[] {
  return [concatBytes([varint(field * 8 + 2), varint(pieces.reduce((n, p) => n + pieceLength(p), 0))]), ...pieces]
}

const CHUNK = 1 << 20

/** Writes pieces to a new file; answers its SHA-256 and length. Throws `file.diskFull`, `job.cancelled`. */
export async function writePieces(source: ByteSource, pieces: readonly Piece[], target: string, signal: AbortSignal): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const handle = await open(target, 'wx', 0o600)
    try {
      const put = async (part: Uint8Array): Promise<void> => {
        checkCancelled(signal)
        hash.update(part)
        bytes += part.length
        await handle.writeFile(part)
      }
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) await put(piece)
        else for (let at = piece.from; at < piece.to; at += CHUNK) await put(source.bytes(at, Math.min(piece.to, at + CHUNK)))
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw writeFault(error, 'the workspace')
  }
  return { sha256: hash.digest('hex'), bytes }
}
