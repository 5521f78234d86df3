// Sample rows for a model whose data is not known: seeded, spread over what its input types allow.
// Owns the shapes that are tried where the model declares none. Reads no user data.
import type { Dimension, InputVocabulary, Signature, TensorType, ValueSpec } from '../../../shared/domain/model.ts'
import { exactProduct } from './tensor.ts'
import type { DenseTensor, TensorValues } from '../engine/session.ts'

export interface SampleStyle {
  /** Size of dimensions after the first that the model leaves open, and of undeclared ranks. */
  readonly width: number
  /** Texts that the graph does not know, and empty ones. */
  readonly unseen: boolean
  /** A row of NaN in every floating-point input. */
  readonly withNaN: boolean
}

/** Largest number of elements of one input of one run. */
export const MOST_ELEMENTS = 4_000_000

/** A repeatable source of numbers in [0, 1): mulberry32 by T. Ettinger. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Rows of one run: the fixed first dimension of the inputs, else `wanted`. */
export function batchRows(signature: Signature, wanted: number): number {
  const fixed = signature.inputs.map((i) => i.shape?.[0]).filter((d): d is number => typeof d === 'number' && d > 0)
  return fixed.length === 0 ? wanted : Math.max(...fixed)
}

function shapeOf(input: ValueSpec, rows: number, width: number): number[] {
  const open = (d: Dimension, i: number): number => (typeof d === 'number' ? d : i === 0 ? rows : width)
  return input.shape === null ? [rows, width] : input.shape.map(open)
}

function numberAt(row: number, random: () => number): number {
  // Around zero, small positive, wide, whole: most learned thresholds lie in one of these.
  if (row % 4 === 0) return (random() + random() + random() - 1.5) * 2
  if (row % 4 === 1) return random() * 10
  if (row % 4 === 2) return (random() - 0.5) * 2000
  return Math.floor(random() * 100)
}

/** Bits of float16 numbers: 0, 0.5, 1, 2, 3, 10, -1, -2.5. */
const halves = [0x0000, 0x3800, 0x3c00, 0x4000, 0x4200, 0x4900, 0xbc00, 0xc100]
const HALF_NAN = 0x7e00

interface Filling { readonly elements: number; readonly perRow: number; readonly lastRow: number; readonly vocabulary: readonly string[]; readonly style: SampleStyle; readonly random: () => number }

function fillFloats(values: Float32Array | Float64Array | Uint16Array, f: Filling): TensorValues {
  for (let i = 0; i < f.elements; i++) {
    const row = Math.floor(i / f.perRow)
    const isNaNRow = f.style.withNaN && row === f.lastRow
    if (values instanceof Uint16Array) values[i] = isNaNRow ? HALF_NAN : (halves[Math.floor(f.random() * halves.length)] ?? 0)
    else values[i] = isNaNRow ? Number.NaN : numberAt(row, f.random)
  }
  return values
}

function fillStrings(f: Filling): TensorValues {
  return Array.from({ length: f.elements }, (_, i) => {
    const row = Math.floor(i / f.perRow)
    if (f.style.unseen && row % 11 === 5) return 'never seen'
    if (f.style.unseen && row % 11 === 9) return ''
    return f.vocabulary[Math.floor(f.random() * f.vocabulary.length)] ?? (f.style.unseen ? `text ${row % 5}` : '')
  })
}

function fillIntegers<T extends Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array>(values: T, f: Filling): T {
  for (let i = 0; i < f.elements; i++) {
    const known = f.vocabulary[Math.floor(f.random() * f.vocabulary.length)]
    const n = known !== undefined && /^-?\d+$/.test(known) ? Number(known) : Math.floor(f.random() * (Math.floor(i / f.perRow) % 2 === 0 ? 10 : 100))
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[i] = BigInt(n)
    else values[i] = n
  }
  return values
}

const fillers: Readonly<Partial<Record<TensorType, (f: Filling) => TensorValues>>> = {
  float32: (f) => fillFloats(new Float32Array(f.elements), f),
  float64: (f) => fillFloats(new Float64Array(f.elements), f),
  float16: (f) => fillFloats(new Uint16Array(f.elements), f),
  string: fillStrings,
  bool: (f) => Uint8Array.from({ length: f.elements }, () => (f.random() < 0.5 ? 0 : 1)),
  int8: (f) => fillIntegers(new Int8Array(f.elements), f),
  uint8: (f) => fillIntegers(new Uint8Array(f.elements), f),
  int16: (f) => fillIntegers(new Int16Array(f.elements), f),
  uint16: (f) => fillIntegers(new Uint16Array(f.elements), f),
  int32: (f) => fillIntegers(new Int32Array(f.elements), f),
  uint32: (f) => fillIntegers(new Uint32Array(f.elements), f),
  int64: (f) => fillIntegers(new BigInt64Array(f.elements), f),
  uint64: (f) => fillIntegers(new BigUint64Array(f.elements), f),
}

/** Feeds of one run; the name of an input that cannot be filled where there is one. */
export function sampleFeeds(signature: Signature, vocabularies: readonly InputVocabulary[], rows: number, style: SampleStyle, random: () => number): Readonly<Record<string, DenseTensor>> | { readonly impossible: string } {
  const feeds: Record<string, DenseTensor> = Object.create(null) as Record<string, DenseTensor>
  for (const input of signature.inputs) {
    if (input.kind !== 'tensor' || input.dtype === null) return { impossible: `its input “${input.name}” is ${input.text}, not a tensor` }
    const dims = shapeOf(input, rows, style.width)
    const elements = exactProduct(dims)
    if (elements === null || elements > MOST_ELEMENTS) return { impossible: `its input “${input.name}” is too large for sample rows` }
    const perRow = Math.max(1, elements / Math.max(1, dims[0] ?? 1))
    const vocabulary = vocabularies.find((v) => v.input === input.name)?.values ?? []
    const fill = fillers[input.dtype]
    if (fill === undefined) return { impossible: `its input “${input.name}” has the type ${input.dtype}` }
    feeds[input.name] = { dtype: input.dtype, dims, values: fill({ elements, perRow, lastRow: (dims[0] ?? 1) - 1, vocabulary, style, random }) }
  }
  return feeds
}
