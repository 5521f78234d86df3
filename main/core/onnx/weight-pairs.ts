// Reads two tensors side by side and adds up how far they are apart, in float64 and in pieces.
// Holds one piece of each at a time; a transposed pair is the one exception, and refused beyond 64 million numbers.
import type { TensorType } from '../../../shared/domain/model.ts'
import { addSums, noSums, type PairRequest, type PairSums, type Rescaling } from '../../../shared/model-diff/weights.ts'
import { decodeElements } from './element-values.ts'
import type { ReadPieces } from './graph-description.ts'
import { pieceElements } from './tensor-content.ts'

const mostTransposed = 64_000_000

/** The largest relative and absolute difference that one step of a type can make: 2^-(digits − 1), and the smallest number. */
const steps: Partial<Record<TensorType, readonly [number, number]>> = {
  float16: [2 ** -10, 2 ** -24], bfloat16: [2 ** -7, 2 ** -133], float32: [2 ** -23, 2 ** -149], float64: [2 ** -52, 0],
}

function stepOf(a: TensorType, b: TensorType): readonly [number, number] {
  const none: readonly [number, number] = [0, 0]
  const x = steps[a] ?? none
  const y = steps[b] ?? none
  return x[0] > y[0] ? x : y
}

/** Sums over places from 0 to `count` of two lists. */
function sumsOf(a: Float64Array, b: Float64Array, count: number, step: readonly [number, number]): PairSums {
  let changed = 0, notFinite = 0, before = 0, after = 0, apart = 0, dot = 0, maxAbs = 0, beyondRounding = 0
  for (let i = 0; i < count; i++) {
    const x = a[i]!
    const y = b[i]!
    const gap = y - x
    if (gap - gap !== 0) {
      notFinite++
      if (!Object.is(x, y)) { changed++; beyondRounding++ }
      continue
    }
    before += x * x
    after += y * y
    dot += x * y
    if (gap === 0) continue
    changed++
    const size = gap < 0 ? -gap : gap
    apart += gap * gap
    if (size > maxAbs) maxAbs = size
    if (size > step[0] * Math.max(Math.abs(x), Math.abs(y)) + step[1]) beyondRounding++
  }
  return { compared: count, changed, notFinite, before, after, apart, dot, maxAbs, beyondRounding }
}

/** The values of a tensor piece by piece, always into the same place, scaled where that was asked for. */
function* valuesOf(read: ReadPieces, type: TensorType, elements: number, rescale: ((values: Float64Array, from: number, count: number) => void) | null): Generator<{ readonly values: Float64Array; readonly count: number }> {
  const values = new Float64Array(Math.min(pieceElements, elements))
  let from = 0
  for (const piece of read()) {
    const count = decodeElements(type, piece, values)
    rescale?.(values, from, count)
    from += count
    yield { values, count }
  }
}

function whole(read: ReadPieces, type: TensorType, elements: number, rescale: Parameters<typeof valuesOf>[3] = null): Float64Array {
  const out = new Float64Array(elements)
  let at = 0
  for (const { values, count } of valuesOf(read, type, elements, rescale)) { out.set(values.subarray(0, Math.min(count, elements - at)), at); at += count }
  return out
}

export interface ReadSide {
  /** By the tensor's id. */
  readonly pieces: readonly ReadPieces[]
  readonly typeOf: (id: number) => { readonly type: TensorType; readonly elements: number } | null
}

function rescaler(side: ReadSide, dims: readonly number[], rescaling: Rescaling | null): Parameters<typeof valuesOf>[3] {
  if (rescaling === null) return null
  const list = (id: number | null): Float64Array | null => {
    const found = id === null ? null : side.typeOf(id)
    return id === null || found === null ? null : whole(side.pieces[id]!, found.type, found.elements)
  }
  const scales = list(rescaling.scale) ?? Float64Array.of(1)
  const zeros = list(rescaling.zero) ?? Float64Array.of(0)
  const inner = dims.slice(rescaling.axis + 1).reduce((n, d) => n * d, 1)
  const along = dims[rescaling.axis] ?? 1
  return (values, from, count) => {
    for (let i = 0; i < count; i++) {
      const at = scales.length === 1 ? 0 : Math.floor((from + i) / inner) % along
      values[i] = (values[i]! - (zeros[zeros.length === 1 ? 0 : at] ?? 0)) * (scales[at] ?? 1)
    }
  }
}

/**
 * Sums of one request, a piece at each step, with the numbers that it had. Null where the pair cannot be read side by side.
 * Quantised values are scaled back first, so that they are compared as the numbers that they stand for.
 */
export function* readPair(request: PairRequest, left: ReadSide, right: ReadSide): Generator<number, PairSums | null> {
  const step = stepOf(request.leftType, request.rightType)
  const ours = valuesOf(left.pieces[request.left]!, request.leftType, request.elements, rescaler(left, request.leftDims, request.leftScale))
  const back = rescaler(right, request.rightDims, request.rightScale)
  let sums = noSums
  if (request.transposed !== null) {
    if (request.elements > mostTransposed) return null
    const { rows, columns } = request.transposed
    const theirs = whole(right.pieces[request.right]!, request.rightType, request.elements, back)
    const picked = new Float64Array(Math.min(pieceElements, request.elements))
    let from = 0
    for (const { values, count } of ours) {
      for (let i = 0; i < count; i++) picked[i] = theirs[((from + i) % columns) * rows + Math.floor((from + i) / columns)]!
      sums = addSums(sums, sumsOf(values, picked, count, step))
      from += count
      yield count
    }
    return sums
  }
  const theirs = valuesOf(right.pieces[request.right]!, request.rightType, request.elements, back)
  for (const { values, count } of ours) {
    const other = theirs.next()
    if (other.done === true) break
    sums = addSums(sums, sumsOf(values, other.value.values, Math.min(count, other.value.count), step))
    yield count
  }
  return sums
}
