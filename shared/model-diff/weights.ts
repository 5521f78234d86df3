// How far two tensors are apart: sums that can be added over pieces, tensors and layers, and the figures that they give.
// Refuses to call a rounding a change: whether a pair is apart by more than the narrower type can hold is told beside the sums.
import type { WeightChange } from '../domain/model-diff.ts'
import type { TensorType } from '../domain/model.ts'
import type { Layer, LayerWeight } from './layers.ts'

/** Sums over the numbers of a pair, a before and b after, both finite. */
export interface PairSums {
  readonly compared: number
  readonly changed: number
  readonly notFinite: number
  readonly before: number
  readonly after: number
  readonly apart: number
  readonly dot: number
  readonly maxAbs: number
  /** Numbers that are further apart than one step of the narrower type. */
  readonly beyondRounding: number
}

export const noSums: PairSums = { compared: 0, changed: 0, notFinite: 0, before: 0, after: 0, apart: 0, dot: 0, maxAbs: 0, beyondRounding: 0 }

export const addSums = (a: PairSums, b: PairSums): PairSums => ({
  compared: a.compared + b.compared, changed: a.changed + b.changed, notFinite: a.notFinite + b.notFinite, before: a.before + b.before, after: a.after + b.after,
  apart: a.apart + b.apart, dot: a.dot + b.dot, maxAbs: Math.max(a.maxAbs, b.maxAbs), beyondRounding: a.beyondRounding + b.beyondRounding,
})

/** Sums of a pair whose content is the same, which nobody need read again. */
export const sameSums = (elements: number, squares: number): PairSums => ({ ...noSums, compared: elements, before: squares, after: squares, dot: squares })

/** The figures; see WeightChange. */
export function weightChange(s: PairSums): WeightChange {
  const size = Math.sqrt(s.before)
  const cosine = s.before > 0 && s.after > 0 ? Math.max(-1, Math.min(1, s.dot / Math.sqrt(s.before * s.after))) : null
  return { compared: s.compared, changed: s.changed, notFinite: s.notFinite, relative: s.before > 0 ? Math.sqrt(s.apart) / size : null, maxAbs: s.compared > 0 ? s.maxAbs : null, cosine }
}

/** How a stored whole number becomes the number it stands for: (stored − zero) × scale, one scale for all or one for each place along an axis. */
export interface Rescaling { readonly scale: number; readonly zero: number | null; readonly axis: number }

/** Two tensors to be read side by side. */
export interface PairRequest {
  readonly left: number
  readonly right: number
  readonly elements: number
  readonly leftType: TensorType
  readonly rightType: TensorType
  /** Rows and columns of the left one where the right one is its transpose. */
  readonly transposed: { readonly rows: number; readonly columns: number } | null
  readonly leftDims: readonly number[]
  readonly rightDims: readonly number[]
  readonly leftScale: Rescaling | null
  readonly rightScale: Rescaling | null
}

const comparable: ReadonlySet<TensorType> = new Set(['float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'bool'])

const withoutOnes = (dims: readonly number[]): string => dims.filter((d) => d !== 1).join('x')

/** Whether two weights have the same shape, sizes of 1 apart; `transposed` where only rows and columns are swapped. */
export function sameShape(a: LayerWeight, b: LayerWeight): 'same' | 'transposed' | null {
  if (withoutOnes(a.tensor.dims) === withoutOnes(b.tensor.dims)) return 'same'
  const [x, y] = [a.tensor.dims, b.tensor.dims]
  return x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0] ? 'transposed' : null
}

const flagOf = (layer: Layer, name: string): string => layer.attributes.find((a) => a.name === name)?.text ?? '0'

/** Whether a weight is stored with rows and columns swapped and the operator says so: the same product from the same numbers. */
export function storedTurned(a: Layer, b: Layer, slot: string): boolean {
  const flag = slot === '0' ? 'transA' : slot === '1' ? 'transB' : null
  return flag !== null && a.op === 'Gemm' && b.op === 'Gemm' && a.domain === '' && b.domain === '' && flagOf(a, flag) !== flagOf(b, flag)
}

const swapped = ({ tensor: { dims: x } }: LayerWeight, { tensor: { dims: y } }: LayerWeight): boolean => x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0]

function rescaling(w: LayerWeight, family: string): Rescaling | null | 'unknown' {
  if (w.scale === null) return w.zero === null && !/^u?int8$/.test(w.tensor.type) ? null : 'unknown'
  const { dims } = w.tensor
  const many = w.scale.elements
  const places = family === 'linear' ? [dims.length - 1, 0] : [0, 1, dims.length - 1]
  const axis = many === 1 ? 0 : places.find((at) => dims[at] === many)
  return axis === undefined ? 'unknown' : { scale: w.scale.id, zero: w.zero?.id ?? null, axis }
}

/** The request that compares two weights number by number, `turned`: with rows and columns of the second swapped; null where that is not possible. Whole numbers without a scale are compared as they are, if both are. */
export function pairRequest(a: LayerWeight, b: LayerWeight, family: string, turned = false): PairRequest | null {
  const shape = turned && swapped(a, b) ? 'transposed' : sameShape(a, b)
  if (shape === null || a.tensor.elements !== b.tensor.elements || !comparable.has(a.tensor.type) || !comparable.has(b.tensor.type)) return null
  let [leftScale, rightScale] = [rescaling(a, family), rescaling(b, family)]
  if (leftScale === 'unknown' || rightScale === 'unknown') {
    if (a.tensor.type !== b.tensor.type) return null
    leftScale = rightScale = null
  }
  const [rows = 0, columns = 0] = a.tensor.dims
  return {
    left: a.tensor.id, right: b.tensor.id, elements: a.tensor.elements, leftType: a.tensor.type, rightType: b.tensor.type, leftDims: a.tensor.dims, rightDims: b.tensor.dims,
    transposed: shape === 'transposed' ? { rows, columns } : null, leftScale, rightScale,
  }
}
