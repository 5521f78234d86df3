// What is known of a value in a graph before anything runs: its element type, its shape, and its numbers where they are few.
// Owns broadcasting and the arithmetic of sizes that may be named or unknown. Refuses to guess: what is not certain is null.
import type { Dimension, TensorType } from '../domain/model.ts'

/** A fixed size, a named one, or null for unknown. */
export type Dim = Dimension

export interface Known {
  readonly dtype: TensorType
  /** null: not even the rank is known. */
  readonly shape: readonly Dim[] | null
  /** The numbers themselves of a small constant or of computed sizes; null where they are not known. */
  readonly value: readonly Dim[] | null
  /** The type in words of what is no tensor, such as `sequence(float32)`. */
  readonly other?: string
}

export const nothing: Known = { dtype: 'undefined', shape: null, value: null }

export const tensor = (dtype: TensorType, shape: readonly Dim[] | null, value: readonly Dim[] | null = null): Known => ({ dtype, shape, value })

/** The same size under broadcasting: equal, or one of them 1. */
function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b) return a
  if (a === 1) return b
  if (b === 1) return a
  // A fixed size other than 1 wins: the other side must be it, or 1.
  if (typeof a === 'number') return typeof b === 'number' ? null : a
  return typeof b === 'number' ? b : null
}

/** The shape of several together, by the rules of multidirectional broadcasting. */
export function broadcast(shapes: readonly (readonly Dim[] | null)[]): readonly Dim[] | null {
  let out: readonly Dim[] = []
  for (const shape of shapes) {
    if (shape === null) return null
    const rank = Math.max(out.length, shape.length)
    const at = (s: readonly Dim[], i: number): Dim => (i < rank - s.length ? 1 : s[i - (rank - s.length)] ?? null)
    const before = out
    out = Array.from({ length: rank }, (_, i) => broadcastDim(at(before, i), at(shape, i)))
  }
  return out
}

/** The number of elements; null when a size is named or unknown, or the number is no longer exact. */
export function elementsOf(shape: readonly Dim[] | null): number | null {
  if (shape === null) return null
  if (shape.includes(0)) return 0
  let product = 1
  for (const dim of shape) {
    if (typeof dim !== 'number') return null
    product *= dim
    if (product > Number.MAX_SAFE_INTEGER) return null
  }
  return product
}

/** Product of sizes; null unless all are numbers, but a single named one among ones stays. */
export function productOf(dims: readonly Dim[]): Dim {
  const open = dims.filter((d) => d !== 1)
  if (open.length === 0) return 1
  if (open.length === 1) return open[0]!
  return elementsOf(open)
}

/** The place of an axis that may be counted from the end; null when it lies outside. */
export function axisOf(axis: number, rank: number): number | null {
  const at = axis < 0 ? axis + rank : axis
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null
}

/** Whole numbers without a named or unknown one among them; null otherwise. */
export function numbersOf(value: readonly Dim[] | null | undefined): readonly number[] | null {
  return value != null && value.every((v) => typeof v === 'number') ? (value as readonly number[]) : null
}

const bits: Readonly<Partial<Record<TensorType, number>>> = {
  float32: 32, uint8: 8, int8: 8, uint16: 16, int16: 16, int32: 32, int64: 64, bool: 8, float16: 16, float64: 64, uint32: 32, uint64: 64, complex64: 64, complex128: 128,
  bfloat16: 16, float8e4m3fn: 8, float8e4m3fnuz: 8, float8e5m2: 8, float8e5m2fnuz: 8, uint4: 4, int4: 4, float4e2m1: 4,
}

/** Bytes that a value takes in memory; null for text and where the shape is not known. */
export function bytesOf(known: Known): number | null {
  const one = bits[known.dtype]
  const count = elementsOf(known.shape)
  return one === undefined || count === null ? null : Math.ceil((count * one) / 8)
}

/** A value in words: `float32[N, 64]`, `float32 of unknown shape`, `unknown`. */
export function knownText(known: Known): string {
  if (known.other !== undefined) return known.other
  if (known.shape === null) return known.dtype === 'undefined' ? 'unknown' : `${known.dtype}, shape unknown`
  return `${known.dtype === 'undefined' ? 'unknown type ' : known.dtype}[${known.shape.map((d) => d ?? '?').join(', ')}]`
}
