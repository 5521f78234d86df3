// Number forms at the border of the runtime: half floats as bits, 64-bit integers, and tensors as plain numbers.
import type { DenseTensor } from './session.ts'

const scratch = new Float32Array(1)
const scratchBits = new Uint32Array(scratch.buffer)

/** The bits of the IEEE 754 half float nearest to `value` (ties to even), as `Uint16Array` tensors hold them. */
export function floatToHalf(value: number): number {
  scratch[0] = value
  const bits = scratchBits[0]!
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 0xff
  const mantissa = bits & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  const e = exponent - 112
  if (e >= 31) return sign | 0x7c00
  if (e <= 0) {
    if (e < -10) return sign
    const full = mantissa | 0x800000
    const shift = 14 - e
    const half = full >>> shift
    const rest = full & ((1 << shift) - 1)
    const middle = 1 << (shift - 1)
    return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0))
  }
  const half = (e << 10) | (mantissa >>> 13)
  const rest = mantissa & 0x1fff
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0))
}

/** The number that half-float bits stand for. */
export function halfToFloat(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1
  const exponent = (bits >>> 10) & 0x1f
  const mantissa = bits & 0x3ff
  if (exponent === 0) return sign * mantissa * 2 ** -24
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15)
}

/** A whole number as bigint; what is not whole is cut, what is not finite becomes 0. */
export const bigFromNumber = (value: number): bigint => (Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n)

/** The first `count` values as float64. Strings and booleans that are no numbers become NaN. */
export function toFloat64(tensor: DenseTensor, count: number): Float64Array {
  const { values, dtype } = tensor
  const out = new Float64Array(count)
  if (dtype === 'float16') {
    const bits = values as Uint16Array
    for (let i = 0; i < count; i++) out[i] = halfToFloat(bits[i]!)
  } else if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) out[i] = Number(values[i])
  } else if (values instanceof Float32Array || values instanceof Float64Array) {
    out.set(values.length === count ? values : values.subarray(0, count))
  } else {
    for (let i = 0; i < count; i++) out[i] = Number(values[i])
  }
  return out
}

/** One value as the text in which class labels are written: integers without a decimal point, strings as they are. */
export function labelText(tensor: DenseTensor, index: number): string {
  const value = tensor.values[index]
  if (tensor.dtype === 'bool') return Number(value) === 0 ? 'false' : 'true'
  if (tensor.dtype === 'float16') return String(halfToFloat(Number(value)))
  return String(value)
}
