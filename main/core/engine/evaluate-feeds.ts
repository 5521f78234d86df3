// From columns to model inputs: which columns are wished for, and reused row-major buffers that one batch is built in.
// Owns no reading and no row policy; cells that are not ok have been judged before they come here.
import type { Binding, InputBinding, MissingRule } from '../../../shared/domain/binding.ts'
import type { Signature, TensorType, ValueSpec } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { elementLimit, inputNamed, isInteger, rowLayout, tensorDims, type RowLayout } from '../../../shared/binding/shapes.ts'
import type { ColumnChunk, ColumnWish } from '../datasets/rows.ts'
import { bigFromNumber, floatToHalf } from './tensor-values.ts'
import type { DenseTensor, TensorValues } from './session.ts'

/** One column that feeds one place of one input. `wish` indexes the plan's wishes. */
export interface FedColumn { readonly column: string; readonly wish: number; readonly dtype: TensorType; readonly input: string; readonly missing: MissingRule }

export interface InputPlan {
  readonly bound: InputBinding
  readonly spec: ValueSpec
  readonly layout: RowLayout | null
  /** Values of one row. */
  readonly width: number
  readonly columns: readonly FedColumn[]
}

export interface FeedPlan { readonly inputs: readonly InputPlan[]; readonly wishes: readonly ColumnWish[] }

function wishFor(dtype: TensorType): ColumnWish['as'] {
  if (dtype === 'string' || dtype === 'bool') return 'text'
  if (isInteger(dtype)) return 'int64'
  return dtype === 'float64' ? 'float64' : 'float32'
}

/** Adds a wish unless the same one is there, and answers its index. */
export function addWish(wishes: ColumnWish[], name: string, as: ColumnWish['as']): number {
  const found = wishes.findIndex((w) => w.name === name && w.as === as)
  return found >= 0 ? found : wishes.push({ name, as }) - 1
}

function planInput(bound: InputBinding, signature: Signature, wishes: ColumnWish[]): InputPlan {
  const spec = inputNamed(signature, bound.input)
  if (spec === null) throw new SlipwayError('binding.invalid', { reason: `the model has no input “${bound.input}”` })
  const names = bound.kind === 'column' ? [bound.column] : bound.kind === 'columns' ? bound.columns : []
  const missing: MissingRule = bound.kind === 'column' || bound.kind === 'columns' ? bound.missing : 'drop'
  const columns = names.map((column) => ({ column, wish: addWish(wishes, column, wishFor(bound.dtype)), dtype: bound.dtype, input: bound.input, missing }))
  const layout = rowLayout(spec)
  const width = bound.kind === 'image' ? bound.image.width * bound.image.height * (bound.image.color === 'grayscale' ? 1 : 3)
    : bound.kind === 'constant' ? (layout?.width ?? 1) : names.length
  return { bound, spec, layout, width, columns }
}

/** Which columns the inputs need, and as what. Throws `binding.invalid` for an input that the model does not have. */
export function planFeeds(binding: Binding, signature: Signature): FeedPlan {
  const wishes: ColumnWish[] = []
  const inputs = binding.inputs.map((bound) => planInput(bound, signature, wishes))
  return { inputs, wishes }
}

const allocators: Partial<Record<TensorType, (length: number) => TensorValues>> = {
  float32: (n) => new Float32Array(n), float64: (n) => new Float64Array(n), float16: (n) => new Uint16Array(n),
  int8: (n) => new Int8Array(n), int16: (n) => new Int16Array(n), int32: (n) => new Int32Array(n), int64: (n) => new BigInt64Array(n),
  uint8: (n) => new Uint8Array(n), uint16: (n) => new Uint16Array(n), uint32: (n) => new Uint32Array(n), uint64: (n) => new BigUint64Array(n),
  bool: (n) => new Uint8Array(n), string: (n) => new Array<string>(n).fill(''),
}

/** Values for `length` elements of one element type. Throws `run.tooLarge` before anything too large is allocated. */
export function allocateValues(dtype: TensorType, length: number, input: string): TensorValues {
  if (length > elementLimit) throw new SlipwayError('run.tooLarge', { input, elements: length.toLocaleString('en') })
  const make = allocators[dtype]
  if (make === undefined) throw new SlipwayError('binding.invalid', { reason: `the input “${input}” has the element type ${dtype}, which cannot be fed` })
  return make(length)
}

const isTrue = (text: string): boolean => /^(true|t|yes|y|1)$/i.test(text.trim())

/** What a bad cell of this column becomes, in the element type of the input. */
function fillValue(fed: FedColumn): number | bigint | string {
  const rule = fed.missing
  const fill = typeof rule === 'object' ? rule.fill : fed.dtype === 'string' ? '' : isInteger(fed.dtype) || fed.dtype === 'bool' ? 0 : Number.NaN
  if (typeof fill === 'string') return fill
  if (fed.dtype === 'int64' || fed.dtype === 'uint64') return bigFromNumber(fill)
  return fed.dtype === 'float16' ? floatToHalf(fill) : fill
}

function writeNumbers(out: Float32Array | Float64Array, values: Float32Array | Float64Array, rows: Int32Array, from: number, take: number, start: number, stride: number): void {
  const first = rows[from]!
  // Rows are in ascending order, so that nothing is left out between two that are as far apart as their places.
  if (take > 0 && rows[from + take - 1] === first + take - 1) for (let i = first, o = start; i < first + take; i++, o += stride) out[o] = values[i]!
  else for (let i = 0, o = start; i < take; i++, o += stride) out[o] = values[rows[from + i]!]!
}

function writeTexts(out: TensorValues, fed: FedColumn, column: Extract<ColumnChunk, { kind: 'text' }>, rows: Int32Array, from: number, take: number, start: number, stride: number): void {
  const fill = fillValue(fed)
  const target = out as unknown[]
  const flag = fed.dtype === 'bool'
  for (let i = 0, o = start; i < take; i++, o += stride) {
    const text = column.values[rows[from + i]!] ?? null
    target[o] = text === null ? fill : flag ? (isTrue(text) ? 1 : 0) : text
  }
}

function writeIntegers(out: TensorValues, column: Extract<ColumnChunk, { kind: 'integer' }>, rows: Int32Array, from: number, take: number, start: number, stride: number): void {
  const { values } = column
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0, o = start; i < take; i++, o += stride) out[o] = values[rows[from + i]!]!
  } else {
    const target = out as Int32Array
    for (let i = 0, o = start; i < take; i++, o += stride) target[o] = Number(values[rows[from + i]!]!)
  }
}

function writeNumberColumn(out: TensorValues, fed: FedColumn, column: Extract<ColumnChunk, { kind: 'number' }>, rows: Int32Array, from: number, take: number, start: number, stride: number): void {
  if (fed.dtype === 'float16') {
    const target = out as Uint16Array
    for (let i = 0, o = start; i < take; i++, o += stride) target[o] = floatToHalf(column.values[rows[from + i]!]!)
  } else {
    writeNumbers(out as Float32Array, column.values, rows, from, take, start, stride)
  }
}

function overwriteBad(out: TensorValues, fed: FedColumn, states: Uint8Array, rows: Int32Array, from: number, take: number, start: number, stride: number): void {
  const fill = fillValue(fed)
  const target = out as unknown[]
  for (let i = 0, o = start; i < take; i++, o += stride) if (states[rows[from + i]!] !== 0) target[o] = fill
}

export interface FeedBuffer {
  readonly capacity: number
  /** Copies `take` rows (indices `rows[from…]` into the chunk) to row `at` of every column input. */
  writeColumns(chunk: readonly ColumnChunk[], states: CellStates, rows: Int32Array, from: number, take: number, at: number): void
  /** Row-major values of one picture input, for writing. */
  picture(input: string): TensorValues
  /** The feeds of the first `rows` rows; with `padTo`, repeated up to that many rows. Views of the buffers: do not write before the run answered. */
  tensors(rows: number, padTo: number | null): Record<string, DenseTensor>
}

/** Judged states per fed column (by input and column name), where any cell is not ok. */
export type CellStates = ReadonlyMap<FedColumn, Uint8Array>

const stretch = 256

/** Buffers for up to `capacity` rows of every input of the plan. */
export function createFeedBuffer(plan: FeedPlan, capacity: number): FeedBuffer {
  const buffers = plan.inputs.map((input) => ({ input, values: allocateValues(input.bound.dtype, capacity * input.width, input.bound.input) }))
  for (const { input, values } of buffers) if (input.bound.kind === 'constant') fillConstant(values, input)
  return {
    capacity,
    writeColumns(chunk, states, rows, from, take, at) {
      // Stretch by stretch, so that the rows being written stay in the processor's cache while column after column is spread over them.
      if (take > stretch) { for (let done = 0; done < take; done += stretch) this.writeColumns(chunk, states, rows, from + done, Math.min(stretch, take - done), at + done); return }
      for (const { input, values } of buffers) {
        input.columns.forEach((fed, j) => {
          const column = chunk[fed.wish]
          if (column === undefined) throw new SlipwayError('dataset.columnMissing', { input: fed.input, columns: `“${fed.column}”` })
          const start = at * input.width + j
          if (column.kind === 'text') writeTexts(values, fed, column, rows, from, take, start, input.width)
          else if (column.kind === 'integer') writeIntegers(values, column, rows, from, take, start, input.width)
          else writeNumberColumn(values, fed, column, rows, from, take, start, input.width)
          const bad = states.get(fed)
          if (bad !== undefined) overwriteBad(values, fed, bad, rows, from, take, start, input.width)
        })
      }
    },
    picture(name) {
      const found = buffers.find((b) => b.input.bound.input === name)
      if (found === undefined) throw new SlipwayError('binding.invalid', { reason: `no input “${name}” is bound` })
      return found.values
    },
    tensors(rows, padTo) {
      const feeds: Record<string, DenseTensor> = {}
      for (const { input, values } of buffers) feeds[input.bound.input] = tensorOf(input, values, rows, padTo)
      return feeds
    },
  }
}

function fillConstant(values: TensorValues, input: InputPlan): void {
  if (input.bound.kind !== 'constant') return
  const { value, dtype } = input.bound
  const number = typeof value === 'boolean' ? Number(value) : value
  const fill = typeof number === 'string' ? number : dtype === 'int64' || dtype === 'uint64' ? bigFromNumber(number) : dtype === 'float16' ? floatToHalf(number) : number
  ;(values as unknown[]).fill(fill)
}

function tensorOf(input: InputPlan, values: TensorValues, rows: number, padTo: number | null): DenseTensor {
  const { dtype } = input.bound
  if (input.layout === null) return { dtype, dims: [], values: values.slice(0, 1) as TensorValues }
  const count = padTo ?? rows
  const dims = tensorDims(input.layout, count, input.width)
  if (dims === null) throw new SlipwayError('run.shapeMismatch', { reason: `${input.width} values a row do not fit “${input.bound.input}” (${input.spec.text})` })
  if (count > rows) repeatLastRow(values, rows, count, input.width)
  const end = count * input.width
  const view = Array.isArray(values) ? (values.length === end ? values : values.slice(0, end)) : (values as Float32Array).subarray(0, end)
  return { dtype, dims, values: view }
}

/** A fixed batch is filled up with copies of its last row; their answers are cut off again. */
function repeatLastRow(values: TensorValues, rows: number, count: number, width: number): void {
  const target = values as unknown[]
  for (let r = rows; r < count; r++) for (let j = 0; j < width; j++) target[r * width + j] = target[(rows - 1) * width + j]
}
