// What a declared tensor shape means for rows: which dimension is the batch, and how many values one row has.
// Owns no binding and no allocation.
import type { Signature, TensorType, ValueSpec } from '../domain/model.ts'

/** More elements than this are never allocated for one tensor (2^28 floats are a gibibyte). */
export const elementLimit = 2 ** 28

/** The largest number of rows of one native call. */
export const batchLimit = 65_536

export interface RowLayout {
  /** Rows of every call when the model declares a fixed number; null: any number. */
  readonly batch: number | null
  /** Dimensions after the batch; null entries are free. A null list: the rank is not declared. */
  readonly trailing: readonly (number | null)[] | null
  /** Values of one row; null when a trailing dimension is free or the rank unknown. */
  readonly width: number | null
}

/** The layout of an input or output whose first dimension is the batch; null for a scalar, which has no rows. */
export function rowLayout(spec: Pick<ValueSpec, 'shape'>): RowLayout | null {
  if (spec.shape === null) return { batch: null, trailing: null, width: null }
  const [first, ...rest] = spec.shape
  if (first === undefined) return null
  const trailing = rest.map((d) => (typeof d === 'number' ? d : null))
  const width = trailing.reduce<number | null>((product, d) => (product === null || d === null ? null : product * d), 1)
  return { batch: typeof first === 'number' ? first : null, trailing, width }
}

/**
 * Dimensions of a tensor that holds `rows` rows of `width` values, following the declared layout: free trailing dimensions
 * become 1, the last free one takes what is left. Null when `width` values cannot have that shape.
 */
export function tensorDims(layout: RowLayout, rows: number, width: number): readonly number[] | null {
  if (layout.trailing === null) return [rows, width]
  if (layout.trailing.length === 0) return width === 1 ? [rows] : null
  const dims: number[] = layout.trailing.map((d) => d ?? 1)
  const fixed = dims.reduce((product, d) => product * d, 1)
  const free = layout.trailing.lastIndexOf(null)
  if (free >= 0 && fixed > 0 && width % fixed === 0) dims[free] = width / fixed
  return dims.reduce((product, d) => product * d, 1) === width ? [rows, ...dims] : null
}

/** The fixed number of rows that the inputs ask for, the largest one where several do; null when all are free. */
export function fixedBatch(inputs: readonly Pick<ValueSpec, 'shape'>[]): number | null {
  const fixed = inputs.map((i) => rowLayout(i)?.batch ?? null).filter((b): b is number => b !== null)
  return fixed.length === 0 ? null : Math.max(...fixed)
}

/** Elements that one call must hold for one input, at the declared sizes, free dimensions counted as 1. */
export function declaredElements(spec: Pick<ValueSpec, 'shape'>): number {
  return (spec.shape ?? []).reduce<number>((product, d) => product * (typeof d === 'number' ? d : 1), 1)
}

export const isFloating = (dtype: TensorType | null): boolean => dtype === 'float32' || dtype === 'float64' || dtype === 'float16'

const integers: readonly (TensorType | null)[] = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']
export const isInteger = (dtype: TensorType | null): boolean => integers.includes(dtype)

/** Element types that rows can be turned into. */
export const isFeedable = (dtype: TensorType | null): boolean => isFloating(dtype) || isInteger(dtype) || dtype === 'string' || dtype === 'bool'

export const inputNamed = (signature: Signature, name: string): ValueSpec | null => signature.inputs.find((i) => i.name === name) ?? null
export const outputNamed = (signature: Signature, name: string): ValueSpec | null => signature.outputs.find((o) => o.name === name) ?? null
