// One tensor of a model as the file describes it: shape, type, size, where its bytes are. Never the bytes themselves.
// Refuses shapes whose size no machine can hold, and tensors that hold other than what they declare.
import { SlipwayError } from '../../../shared/errors.ts'
import { elementBits, elementTypeName } from './element-type.ts'
import { type Cursor, WireError } from './wire.ts'

export interface ExternalPlace { readonly location: string; readonly offset: number; readonly length: number | null }

export interface TensorRecord {
  readonly name: string
  readonly dims: readonly number[]
  readonly elementCode: number
  /** Elements by the declared shape. */
  readonly elements: number
  /** Bytes of the elements by the declared shape and type; of text, the bytes that are there. */
  readonly bytes: number
  readonly external: ExternalPlace | null
  /** Range of the message in the file, so that small tensors can be read later. */
  readonly start: number
  readonly end: number
}

export interface SparseRecord {
  readonly values: TensorRecord
  readonly indices: TensorRecord | null
  readonly dims: readonly number[]
}

/** Product with an exact answer; null when it is no longer exact in a double. */
export function exactProduct(factors: readonly number[]): number | null {
  if (factors.includes(0)) return 0
  let product = 1
  for (const factor of factors) {
    product *= factor
    if (product > Number.MAX_SAFE_INTEGER) return null
  }
  return product
}

interface Held { raw: number | null; typed: boolean; textBytes: number }

const decimal = /^\d{1,19}$/

function externalNumber(name: string, key: string, text: string): number {
  const value = decimal.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new WireError('excess', `the ${key} “${text.slice(0, 40)}” of the external tensor “${name}” is not a usable number`)
  return value
}

function readEntry(cursor: Cursor): readonly [string, string] {
  let key = ''
  let value = ''
  while (cursor.next()) {
    if (cursor.field === 1) key = cursor.text()
    else if (cursor.field === 2) value = cursor.text()
  }
  return [key, value]
}

function externalPlace(name: string, entries: ReadonlyMap<string, string>): ExternalPlace {
  const offset = entries.get('offset')
  const length = entries.get('length')
  return {
    location: entries.get('location') ?? '',
    offset: offset === undefined ? 0 : externalNumber(name, 'offset', offset),
    length: length === undefined ? null : externalNumber(name, 'length', length),
  }
}

const invalid = (reason: string): never => {
  throw new WireError('excess', reason)
}

function addDimension(dims: number[], size: bigint): void {
  if (dims.length === 64) invalid('a tensor declares more than 64 dimensions')
  if (!Number.isSafeInteger(Number(size))) invalid(`a tensor declares ${size} elements, more than any machine can hold`)
  dims.push(Number(size))
}

function checkedSize(name: string, dims: readonly number[], elementCode: number, held: Held): { readonly elements: number; readonly bytes: number } {
  const shape = dims.join(' × ')
  if (dims.some((d) => d < 0)) invalid(`the tensor “${name}” declares a negative size (${shape})`)
  const elements = exactProduct(dims) ?? invalid(`the tensor “${name}” declares ${shape} elements, more than any machine can hold`)
  const bits = elementBits(elementCode)
  if (bits === null) return { elements, bytes: held.textBytes }
  const total = exactProduct([elements, bits])
  if (total === null) return invalid(`the tensor “${name}” declares ${shape} elements, more than any machine can hold`)
  return { elements, bytes: Math.ceil(total / 8) }
}

function checkHeld(name: string, dims: readonly number[], elementCode: number, bytes: number, held: Held): void {
  const shape = `${elementTypeName(elementCode)} ${dims.join(' × ')}`
  if (held.raw !== null && elementBits(elementCode) !== null && held.raw !== bytes) invalid(`the tensor “${name}” (${shape}) needs ${bytes} bytes and holds ${held.raw}`)
  if (held.raw === null && !held.typed && bytes > 0) invalid(`the tensor “${name}” (${shape}) needs ${bytes} bytes and holds none`)
}

/** Reads a TensorProto without its values. */
export function readTensor(cursor: Cursor, start: number, end: number): TensorRecord {
  let name = ''
  let elementCode = 0
  let outside = false
  const dims: number[] = []
  const held: Held = { raw: null, typed: false, textBytes: 0 }
  const entries = new Map<string, string>()
  while (cursor.next()) {
    if (cursor.field === 1) cursor.eachInteger((d) => addDimension(dims, d))
    else if (cursor.field === 2) elementCode = cursor.integer()
    else if (cursor.field === 8) name = cursor.text()
    else if (cursor.field === 9) held.raw = cursor.end - cursor.start
    else if (cursor.field === 6) { held.typed = true; held.textBytes += cursor.end - cursor.start }
    else if (cursor.field === 4 || cursor.field === 5 || cursor.field === 7 || cursor.field === 10 || cursor.field === 11) held.typed = true
    else if (cursor.field === 13) entries.set(...readEntry(cursor.inside()))
    else if (cursor.field === 14) outside = cursor.integer() === 1
  }
  const { elements, bytes } = checkedSize(name, dims, elementCode, held)
  const external = outside ? externalPlace(name, entries) : null
  if (external === null) checkHeld(name, dims, elementCode, bytes, held)
  return { name, dims, elementCode, elements, bytes, external, start, end }
}

/** Reads a SparseTensorProto: its stored values and their positions. */
export function readSparse(cursor: Cursor): SparseRecord {
  let values: TensorRecord | null = null
  let indices: TensorRecord | null = null
  const dims: number[] = []
  while (cursor.next()) {
    if (cursor.field === 1) values = readTensor(cursor.inside(), cursor.start, cursor.end)
    else if (cursor.field === 2) indices = readTensor(cursor.inside(), cursor.start, cursor.end)
    else if (cursor.field === 3) cursor.eachInteger((d) => addDimension(dims, d))
  }
  if (values === null) throw new WireError('broken', 'a sparse tensor has no values')
  return { values, indices, dims }
}

/** Puts a WireError into the user's words. Anything else is returned as it is. */
export function wireFault(error: unknown, file: string): unknown {
  if (!(error instanceof WireError)) return error
  return error.kind === 'excess' ? new SlipwayError('model.invalid', { file, reason: error.message }) : new SlipwayError('model.truncated', { file, reason: error.message })
}
