// DuckDB vectors to typed arrays, without a value object per cell.
// The only file that looks inside the vector classes of the DuckDB binding; refuses row objects.
import type { DuckDBVector } from '@duckdb/node-api'

/** The parts of a fixed-width vector that the binding keeps to itself. Values at invalid places are garbage. */
interface Fixed<T> { readonly items: T; readonly validity: { readonly data: BigUint64Array | null; readonly offset: number } }
interface VarChar { readonly dataView: DataView; readonly validity: { readonly data: BigUint64Array | null; readonly offset: number } }

const inside = <T>(vector: DuckDBVector): T => vector as unknown as T

/** The validity bits of a vector, lowest bit first; null when every value is valid. */
function validBits(vector: DuckDBVector): { bits: Uint8Array; offset: number } | null {
  const { data, offset } = inside<Fixed<unknown>>(vector).validity
  return data === null ? null : { bits: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset }
}

/** Copies DOUBLE values `from..to` of a vector to `target` at `at`; NULLs become NaN and are counted. */
export function copyDoubles(vector: DuckDBVector, from: number, to: number, target: Float64Array | Float32Array, at: number): number {
  const { items } = inside<Fixed<Float64Array>>(vector)
  target.set(items.subarray(from, to), at)
  const valid = validBits(vector)
  if (valid === null) return 0
  let nulls = 0
  for (let i = from; i < to; i++) {
    const bit = valid.offset + i
    if ((valid.bits[bit >> 3]! >> (bit & 7) & 1) === 0) { target[at + i - from] = NaN; nulls++ }
  }
  return nulls
}

/** Copies BIGINT values; NULLs become 0. */
export function copyIntegers(vector: DuckDBVector, from: number, to: number, target: BigInt64Array, at: number): void {
  const { items } = inside<Fixed<BigInt64Array>>(vector)
  target.set(items.subarray(from, to), at)
  const valid = validBits(vector)
  if (valid === null) return
  for (let i = from; i < to; i++) {
    const bit = valid.offset + i
    if ((valid.bits[bit >> 3]! >> (bit & 7) & 1) === 0) target[at + i - from] = 0n
  }
}

/** Copies UTINYINT values that are never NULL; answers whether any of them is not 0. */
export function copyStates(vector: DuckDBVector, from: number, to: number, target: Uint8Array, at: number): boolean {
  const { items } = inside<Fixed<Uint8Array>>(vector)
  let any = 0
  for (let i = from; i < to; i++) { const state = items[i]!; any |= state; target[at + i - from] = state }
  return any !== 0
}

/** Marks the NULL places of a vector with `state`; answers whether there were any. */
export function markNulls(vector: DuckDBVector, from: number, to: number, target: Uint8Array, at: number, state: number): boolean {
  const valid = validBits(vector)
  if (valid === null) return false
  let any = false
  for (let i = from; i < to; i++) {
    const bit = valid.offset + i
    if ((valid.bits[bit >> 3]! >> (bit & 7) & 1) === 0) { target[at + i - from] = state; any = true }
  }
  return any
}

const slots = 1024

/** Reads text vectors. Short texts repeat (labels, categories), so a small table of them saves most of the decoding. */
export class TextReader {
  readonly #keys = new Uint32Array(slots * 4)
  readonly #texts = new Array<string | undefined>(slots)

  copy(vector: DuckDBVector, from: number, to: number, target: (string | null)[], at: number): void {
    const view = inside<VarChar>(vector).dataView
    const valid = validBits(vector)
    for (let i = from; i < to; i++) {
      if (valid !== null) {
        const bit = valid.offset + i
        if ((valid.bits[bit >> 3]! >> (bit & 7) & 1) === 0) { target[at + i - from] = null; continue }
      }
      const length = view.getUint32(i * 16, true)
      target[at + i - from] = length <= 12 ? this.#short(view, i * 16, length) : String(vector.getItem(i))
    }
  }

  /** A text of at most 12 bytes lies in the vector itself, padded with zeros. */
  #short(view: DataView, at: number, length: number): string {
    const a = view.getUint32(at + 4, true)
    const b = view.getUint32(at + 8, true)
    const c = view.getUint32(at + 12, true)
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ length) >>> 22
    const k = slot * 4
    const known = this.#texts[slot]
    const keys = this.#keys
    if (known !== undefined && keys[k] === a && keys[k + 1] === b && keys[k + 2] === c && keys[k + 3] === length) return known
    const text = Buffer.from(view.buffer, view.byteOffset + at + 4, length).toString('utf8')
    keys[k] = a
    keys[k + 1] = b
    keys[k + 2] = c
    keys[k + 3] = length
    this.#texts[slot] = text
    return text
  }
}
