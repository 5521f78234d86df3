// The element types of the protocol: how many bytes one takes on the wire, and the array that the runtime takes it in.
// Owns raw little-endian bytes both ways, texts with their 4-byte lengths included; refuses lengths that do not fit.
import { isUtf8 } from 'node:buffer'
import type { TensorType } from '../../../shared/domain/model.ts'
import type { TensorValues } from '../engine/session.ts'

type NumberValues = Exclude<TensorValues, readonly string[]>
type Constructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NumberValues

export interface Datatype {
  readonly name: string
  readonly dtype: TensorType
  /** Its number between the server and the model's process. */
  readonly code: number
  /** Bytes of one element; 0: texts, each with a length of its own. */
  readonly size: number
  readonly array: Constructor
}

const type = (code: number, name: string, dtype: TensorType, size: number, array: unknown): Datatype => ({ code, name, dtype, size, array: array as Constructor })

const all: readonly Datatype[] = [
  type(1, 'BOOL', 'bool', 1, Uint8Array), type(2, 'UINT8', 'uint8', 1, Uint8Array), type(3, 'UINT16', 'uint16', 2, Uint16Array), type(4, 'UINT32', 'uint32', 4, Uint32Array), type(5, 'UINT64', 'uint64', 8, BigUint64Array),
  type(6, 'INT8', 'int8', 1, Int8Array), type(7, 'INT16', 'int16', 2, Int16Array), type(8, 'INT32', 'int32', 4, Int32Array), type(9, 'INT64', 'int64', 8, BigInt64Array),
  // Half floats travel as their bits.
  type(10, 'FP16', 'float16', 2, Uint16Array), type(11, 'FP32', 'float32', 4, Float32Array), type(12, 'FP64', 'float64', 8, Float64Array), type(13, 'BYTES', 'string', 0, Uint8Array),
  type(14, 'BF16', 'bfloat16', 2, Uint16Array),
]

const byName = new Map(all.map((d) => [d.name, d]))
const byDtype = new Map(all.map((d) => [d.dtype, d]))

export const datatypeNamed = (name: string): Datatype | undefined => byName.get(name)
export const datatypeCoded = (code: number): Datatype | undefined => all[code - 1]
export const datatypeOfRuntime = (dtype: TensorType): Datatype | undefined => byDtype.get(dtype)

export const elementsOf = (shape: readonly number[]): number => {
  let product = 1
  for (const d of shape) product *= d
  return product
}

const slabBytes = 65_536
let slab = new ArrayBuffer(slabBytes)
let slabTaken = 0

/** Zeros to be filled. Small ones share a piece of memory, of which no byte is given out twice: one piece is cheaper than hundreds. */
export function freshNumbers({ array, size }: Datatype, count: number): NumberValues {
  const bytes = count * size
  if (bytes > slabBytes / 8) return new array(new ArrayBuffer(bytes), 0, count)
  if (slabTaken + bytes > slabBytes) { slab = new ArrayBuffer(slabBytes); slabTaken = 0 }
  const at = slabTaken
  slabTaken += (bytes + 7) & ~7
  return new array(slab, at, count)
}

/** Bytes of texts with their lengths, four bytes each. */
export function textBytes(texts: readonly string[]): number {
  let bytes = 0
  for (const text of texts) bytes += 4 + Buffer.byteLength(text)
  return bytes
}

/** Writes texts with their lengths; answers where it ended. */
export function writeTexts(texts: readonly string[], into: Buffer, at: number): number {
  let end = at
  for (const text of texts) {
    const written = into.write(text, end + 4)
    into.writeUInt32LE(written, end)
    end += 4 + written
  }
  return end
}

/** Texts with their lengths; a sentence where the bytes are no such texts. */
export function readTexts(bytes: Uint8Array, count: number): string[] | string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: string[] = []
  let at = 0
  while (texts.length < count) {
    if (at + 4 > buffer.length) return `ends after ${texts.length} of ${count} texts`
    const end = at + 4 + buffer.readUInt32LE(at)
    if (end > buffer.length) return `has a text at place ${texts.length} that is longer than the rest of its bytes`
    const text = buffer.subarray(at + 4, end)
    if (!isUtf8(text)) return `has a text at place ${texts.length} that is not UTF-8`
    texts.push(text.toString('utf8'))
    at = end
  }
  return at === buffer.length ? texts : `has ${buffer.length - at} bytes behind its last text`
}

/** Raw bytes as the runtime takes them, in memory of their own; a sentence where they do not fit. */
export function valuesOfBytes(datatype: Datatype, bytes: Uint8Array, count: number): TensorValues | string {
  if (datatype.size === 0) return readTexts(bytes, count)
  if (bytes.byteLength !== count * datatype.size) return `has ${bytes.byteLength} bytes, but ${count} values of ${datatype.name} take ${count * datatype.size}`
  const own = new Uint8Array(bytes.byteLength)
  own.set(bytes)
  if (datatype.name === 'BOOL') {
    const strange = own.findIndex((byte) => byte > 1)
    if (strange !== -1) return `holds the byte ${own[strange] ?? 0} at place ${strange}, where 0 or 1 belongs`
  }
  return new datatype.array(own.buffer, 0, count)
}

/** The raw bytes of a tensor: a view of its numbers, or texts written out. */
export function bytesOfValues(values: TensorValues): Uint8Array {
  if (ArrayBuffer.isView(values)) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const out = Buffer.allocUnsafe(textBytes(values as readonly string[]))
  writeTexts(values as readonly string[], out, 0)
  return out
}
