// The content of one tensor as a stream of little-endian element bytes, wherever and however the file keeps it: raw, as typed fields, outside.
// Holds one piece at a time. Refuses ranges beyond the file, by WireError.
import type { AttributeRecord } from './records.ts'
import type { TensorRecord } from './tensor.ts'
import { elementBits } from './element-type.ts'
import { type ByteSource, Cursor, WireError } from './wire.ts'

/** Elements of every piece but the last, so that two tensors can be walked side by side. */
export const pieceElements = 1 << 17

/** Opens the weight file that a tensor names. */
export type OpenExternal = (location: string) => ByteSource

/** Cuts bytes that come in any sizes into pieces of one size. */
class Pieces {
  private readonly size: number
  private buffer: Uint8Array
  private used = 0
  constructor(elementBytes: number) {
    this.size = pieceElements * elementBytes
    this.buffer = new Uint8Array(Math.min(this.size, 1024))
  }

  /** Takes bytes; answers the pieces that are full now. */
  *add(bytes: Uint8Array): Generator<Uint8Array> {
    let at = 0
    while (at < bytes.length) {
      const take = Math.min(bytes.length - at, this.size - this.used)
      this.grow(this.used + take)
      this.buffer.set(bytes.subarray(at, at + take), this.used)
      this.used += take
      at += take
      if (this.used === this.size) yield* this.rest()
    }
  }

  *rest(): Generator<Uint8Array> {
    if (this.used === 0) return
    const piece = this.buffer.slice(0, this.used)
    this.used = 0
    yield piece
  }

  private grow(to: number): void {
    if (to <= this.buffer.length) return
    const larger = new Uint8Array(Math.min(this.size, Math.max(to, this.buffer.length * 4)))
    larger.set(this.buffer.subarray(0, this.used))
    this.buffer = larger
  }
}

function* ranges(source: ByteSource, start: number, end: number, elementBytes: number): Generator<Uint8Array> {
  const size = pieceElements * elementBytes
  for (let at = start; at < end; at += size) yield source.bytes(at, Math.min(end, at + size))
}

/** Bytes that one value of the integer fields stands for in the element type. */
function integerBytes(bits: number | null): number {
  return bits === null || bits < 8 ? 1 : Math.min(8, bits / 8)
}

/** Whole numbers of a packed list, or of one field, as little-endian bytes of this width. Eight bytes hold the longest. */
function* integerPieces(source: ByteSource, start: number, end: number, width: number): Generator<Uint8Array> {
  const held = new Uint8Array(Math.min(4096, end - start) * width)
  const one = new DataView(new ArrayBuffer(8))
  let [low, high, shift, used] = [0, 0, 0, 0]
  for (let at = start; at < end; at++) {
    const byte = source.byte(at)
    const bits = byte & 0x7f
    if (shift < 28) low |= bits << shift
    else if (shift === 28) { low |= bits << 28; high = bits >> 4 } else if (shift < 64) high |= bits << (shift - 32)
    shift += 7
    if ((byte & 0x80) !== 0) continue
    one.setInt32(0, low, true)
    one.setInt32(4, high, true)
    for (let b = 0; b < width; b++) held[used++] = one.getUint8(b)
    ;[low, high, shift] = [0, 0, 0]
    if (used === held.length) { yield held; used = 0 }
  }
  if (used > 0) yield held.subarray(0, used)
}

function* typedPieces(source: ByteSource, tensor: TensorRecord, elementBytes: number): Generator<Uint8Array> {
  const pieces = new Pieces(elementBytes)
  const width = integerBytes(elementBits(tensor.elementCode))
  const cursor = new Cursor(source, tensor.start, tensor.end)
  while (cursor.next()) {
    const parts = cursor.field === 4 || cursor.field === 10 ? ranges(source, cursor.start, cursor.end, 8)
      : cursor.field === 5 || cursor.field === 7 || cursor.field === 11 ? integerPieces(source, cursor.start, cursor.end, width) : []
    for (const part of parts) yield* pieces.add(part)
  }
  yield* pieces.rest()
}

/** Texts, each behind its length, so that no two lists have the same bytes. */
function* textPieces(source: ByteSource, tensor: TensorRecord): Generator<Uint8Array> {
  const cursor = new Cursor(source, tensor.start, tensor.end)
  while (cursor.next()) {
    if (cursor.field !== 6) continue
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, cursor.end - cursor.start, true)
    yield length
    yield* ranges(source, cursor.start, cursor.end, 1)
  }
}

/** Bytes of one element; types with fewer than 8 bits count in whole bytes. */
export const elementBytesOf = (tensor: TensorRecord): number => Math.max(1, (elementBits(tensor.elementCode) ?? 8) / 8)

/** The content piece by piece. Throws WireError when it is not there. */
export function* tensorPieces(source: ByteSource, tensor: TensorRecord, open: OpenExternal): Generator<Uint8Array> {
  const size = elementBytesOf(tensor)
  if (tensor.external !== null) {
    yield* ranges(open(tensor.external.location), tensor.external.offset, tensor.external.offset + tensor.bytes, size)
    return
  }
  const cursor = new Cursor(source, tensor.start, tensor.end)
  let raw: { start: number; end: number } | null = null
  while (cursor.next()) if (cursor.field === 9) raw = { start: cursor.start, end: cursor.end }
  if (raw !== null) yield* ranges(source, raw.start, raw.end, size)
  else if (elementBits(tensor.elementCode) === null) yield* textPieces(source, tensor)
  else yield* typedPieces(source, tensor, size)
}

/** The floats that an attribute lists, packed or not, as float32 bytes. */
export function* floatListPieces(source: ByteSource, attribute: AttributeRecord): Generator<Uint8Array> {
  const pieces = new Pieces(4)
  const cursor = new Cursor(source, attribute.start, attribute.end)
  while (cursor.next()) {
    if (cursor.field !== 7) continue
    if (cursor.wire !== 2 && cursor.wire !== 5) throw new WireError('broken', `a list of numbers is damaged at byte ${cursor.start}`)
    for (const part of ranges(source, cursor.start, cursor.end, 4)) yield* pieces.add(part)
  }
  yield* pieces.rest()
}
