// Element bytes as numbers: every type whose values have a place on the number line, into float64.
// Refuses texts, complex numbers and types of fewer than 8 bits: they have no numbers here.
import type { TensorType } from '../../../shared/domain/model.ts'

/** One half-precision number (IEEE 754 binary16). */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

let halves: Float64Array | null = null
const halfTable = (): Float64Array => (halves ??= Float64Array.from({ length: 65_536 }, (_, bits) => halfToNumber(bits)))

type Decoder = (bytes: Uint8Array, count: number, into: Float64Array) => void

const copied = (view: (buffer: ArrayBufferLike, from: number, count: number) => ArrayLike<number>): Decoder => (bytes, count, into) => { into.set(view(bytes.buffer, bytes.byteOffset, count)) }
const big = (view: (buffer: ArrayBufferLike, from: number, count: number) => BigInt64Array | BigUint64Array): Decoder => (bytes, count, into) => {
  const from = view(bytes.buffer, bytes.byteOffset, count)
  for (let i = 0; i < count; i++) into[i] = Number(from[i])
}

const decoders: Partial<Record<TensorType, { readonly bytes: number; readonly decode: Decoder }>> = {
  float32: { bytes: 4, decode: copied((b, at, n) => new Float32Array(b, at, n)) },
  float64: { bytes: 8, decode: copied((b, at, n) => new Float64Array(b, at, n)) },
  int8: { bytes: 1, decode: copied((b, at, n) => new Int8Array(b, at, n)) },
  uint8: { bytes: 1, decode: copied((b, at, n) => new Uint8Array(b, at, n)) },
  bool: { bytes: 1, decode: copied((b, at, n) => new Uint8Array(b, at, n)) },
  int16: { bytes: 2, decode: copied((b, at, n) => new Int16Array(b, at, n)) },
  uint16: { bytes: 2, decode: copied((b, at, n) => new Uint16Array(b, at, n)) },
  int32: { bytes: 4, decode: copied((b, at, n) => new Int32Array(b, at, n)) },
  uint32: { bytes: 4, decode: copied((b, at, n) => new Uint32Array(b, at, n)) },
  int64: { bytes: 8, decode: big((b, at, n) => new BigInt64Array(b, at, n)) },
  uint64: { bytes: 8, decode: big((b, at, n) => new BigUint64Array(b, at, n)) },
  float16: { bytes: 2, decode: (bytes, count, into) => {
    const table = halfTable()
    const from = new Uint16Array(bytes.buffer, bytes.byteOffset, count)
    for (let i = 0; i < count; i++) into[i] = table[from[i]!]!
  } },
  bfloat16: { bytes: 2, decode: (bytes, count, into) => {
    // The upper half of a float32.
    const wide = new Uint32Array(count)
    const from = new Uint16Array(bytes.buffer, bytes.byteOffset, count)
    for (let i = 0; i < count; i++) wide[i] = from[i]! << 16
    into.set(new Float32Array(wide.buffer))
  } },
}

/** Whether elements of a type can be read as numbers. */
export const hasNumbers = (type: TensorType): boolean => decoders[type] !== undefined

/** Decodes whole elements into the beginning of `into`; answers how many. The bytes must begin at a place that fits the type, as those of a fresh array do. */
export function decodeElements(type: TensorType, bytes: Uint8Array, into: Float64Array): number {
  const decoder = decoders[type]
  if (decoder === undefined) return 0
  const count = Math.floor(bytes.length / decoder.bytes)
  decoder.decode(bytes, count, into)
  return count
}
