// The frames between the server and the process that runs the model: little-endian, in multiples of eight bytes so that numbers lie
// aligned, tensors as their raw bytes. Owns the layout; refuses to know what a tensor means.
import { isAscii } from 'node:buffer'
import type { DenseTensor, TensorValues } from '../engine/session.ts'
import { bytesOfValues, datatypeCoded, datatypeOfRuntime } from './datatypes.ts'

export const frameKind = { open: 1, run: 2, opened: 3, answer: 4, fault: 5, load: 6 } as const

export interface Frame { readonly kind: number; readonly id: number; readonly count: number; readonly body: Buffer }

const headerBytes = 16
const padded = (bytes: number): number => (bytes + 7) & ~7

/** One tensor of a frame, its values in parts that belong one behind the other: the rows of several requests. */
export interface FrameTensor { readonly index: number; readonly dtype: DenseTensor['dtype']; readonly dims: readonly number[]; readonly parts: readonly TensorValues[] }

/** Bytes that are ready to be put into a frame. */
interface Content { readonly bytes: number; write(into: Buffer, at: number): void }

/** Texts lie one behind the other, written at once, behind their lengths in UTF-16 units: one call of the encoder, not one a text. */
function textContent(parts: readonly (readonly string[])[]): Content {
  let joined = ''
  let count = 0
  for (const texts of parts) { joined += texts.join(''); count += texts.length }
  const bytes = Buffer.byteLength(joined)
  return {
    bytes: count * 4 + bytes,
    write(into, at) {
      let next = at
      for (const texts of parts) for (let i = 0; i < texts.length; i++) next = into.writeUInt32LE(texts[i]!.length, next)
      if (bytes === joined.length) into.write(joined, next, 'latin1')
      else into.write(joined, next)
    },
  }
}

function readTexts(bytes: Buffer, count: number): string[] {
  const texts = new Array<string>(count)
  // Most texts are ASCII, which is read a good deal faster.
  const body = bytes.subarray(count * 4)
  const joined = isAscii(body) ? body.toString('latin1') : body.toString('utf8')
  let from = 0
  for (let i = 0; i < count; i++) {
    const end = from + bytes.readUInt32LE(i * 4)
    texts[i] = joined.slice(from, end)
    from = end
  }
  if (from !== joined.length) throw new Error('a frame whose texts do not have their lengths')
  return texts
}

function numberContent(parts: readonly TensorValues[]): Content {
  return {
    bytes: parts.reduce((sum, part) => sum + (part as Float32Array).byteLength, 0),
    write(into, at) {
      let next = at
      for (const part of parts) {
        into.set(bytesOfValues(part), next)
        next += (part as Float32Array).byteLength
      }
    },
  }
}

function contentOf({ dtype, parts }: FrameTensor): Content {
  if (dtype !== 'string') return numberContent(parts)
  return textContent(parts as readonly (readonly string[])[])
}

function header(buffer: Buffer, kind: number, id: number, count: number): void {
  buffer.writeUInt32LE(buffer.length, 0)
  buffer.writeUInt32LE(kind, 4)
  buffer.writeUInt32LE(id, 8)
  buffer.writeUInt32LE(count, 12)
}

/** A frame of numbers and tensors: `words` first (the asked outputs, or a time), then every tensor. */
export function tensorFrame(kind: number, id: number, words: readonly number[], tensors: readonly FrameTensor[]): Buffer {
  const contents = tensors.map(contentOf)
  let total = headerBytes + padded(4 + words.length * 8)
  tensors.forEach((t, i) => { total += padded(16 + t.dims.length * 4) + padded(contents[i]!.bytes) })
  const buffer = Buffer.allocUnsafe(total)
  header(buffer, kind, id, tensors.length)
  let at = buffer.writeUInt32LE(words.length, headerBytes)
  for (const word of words) at = buffer.writeDoubleLE(word, at)
  at = headerBytes + padded(4 + words.length * 8)
  tensors.forEach((t, i) => {
    const start = at
    at = buffer.writeUInt32LE(t.index, at)
    at = buffer.writeUInt32LE(datatypeOfRuntime(t.dtype)?.code ?? 0, at)
    at = buffer.writeUInt32LE(t.dims.length, at)
    at = buffer.writeUInt32LE(contents[i]!.bytes, at)
    for (const d of t.dims) at = buffer.writeUInt32LE(d, at)
    at = start + padded(16 + t.dims.length * 4)
    contents[i]!.write(buffer, at)
    at += padded(contents[i]!.bytes)
  })
  return buffer
}

export function jsonFrame(kind: number, id: number, value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value))
  const buffer = Buffer.alloc(padded(headerBytes + text.length), 0x20)
  header(buffer, kind, id, text.length)
  text.copy(buffer, headerBytes)
  return buffer
}

export const jsonOf = (frame: Frame): unknown => JSON.parse(frame.body.toString('utf8', 0, frame.count))

export interface ReadTensor extends DenseTensor { readonly index: number }

/** Words and tensors of a frame; numbers are views of its bytes. Throws on what is no such frame. */
export function readTensorFrame({ body, count }: Frame): { readonly words: readonly number[]; readonly tensors: readonly ReadTensor[] } {
  const words = Array.from({ length: body.readUInt32LE(0) }, (_, i) => body.readDoubleLE(4 + i * 8))
  const tensors: ReadTensor[] = []
  let at = padded(4 + words.length * 8)
  for (let t = 0; t < count; t++) {
    const [index, code, rank, bytes] = [body.readUInt32LE(at), body.readUInt32LE(at + 4), body.readUInt32LE(at + 8), body.readUInt32LE(at + 12)]
    const dims = Array.from({ length: rank }, (_, i) => body.readUInt32LE(at + 16 + i * 4))
    at += padded(16 + rank * 4)
    const type = datatypeCoded(code)
    if (type === undefined) throw new Error(`a frame with the datatype ${code}`)
    const elements = dims.reduce((product, d) => product * d, 1)
    const values = type.size === 0 ? readTexts(body.subarray(at, at + bytes), elements) : new type.array(body.buffer, body.byteOffset + at, elements)
    tensors.push({ index, dtype: type.dtype, dims, values })
    at += padded(bytes)
  }
  return { words, tensors }
}

/** Cuts a stream of chunks into frames. A frame's bytes belong to nobody else and lie aligned. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let open: Buffer | null = null
  let filled = 0
  let rest: Buffer = Buffer.alloc(0)
  const hand = (whole: Buffer): void => { onFrame({ kind: whole.readUInt32LE(4), id: whole.readUInt32LE(8), count: whole.readUInt32LE(12), body: whole.subarray(headerBytes) }) }
  return (given) => {
    let chunk = rest.length === 0 ? given : Buffer.concat([rest, given])
    rest = Buffer.alloc(0)
    while (chunk.length > 0) {
      if (open === null) {
        if (chunk.length < 4) { rest = Buffer.from(chunk); return }
        const length = chunk.readUInt32LE(0)
        if (chunk.length >= length && chunk.byteOffset % 8 === 0) {
          const whole = chunk.subarray(0, length)
          chunk = chunk.subarray(length)
          hand(whole)
          continue
        }
        open = Buffer.from(new ArrayBuffer(length))
        filled = 0
      }
      const take = Math.min(open.length - filled, chunk.length)
      open.set(chunk.subarray(0, take), filled)
      filled += take
      chunk = chunk.subarray(take)
      if (filled === open.length) {
        const whole = open
        open = null
        hand(whole)
      }
    }
  }
}
