// The declared type of a graph input or output, as a ValueSpec and in words.
// Refuses nothing that the format allows: unknown ranks, symbolic dimensions, sequences, maps and optionals all have words.
import type { Dimension, TensorType, ValueSpec } from '../../../shared/domain/model.ts'
import { elementTypeName } from './element-type.ts'
import { type Cursor, WireError } from './wire.ts'

export interface DeclaredType {
  readonly kind: ValueSpec['kind']
  readonly dtype: TensorType | null
  readonly shape: readonly Dimension[] | null
  readonly text: string
}

const DEEPEST = 16

/** Shape in words: `[N, 4]`, `[]` for a scalar, nothing when the rank is not declared. */
export function shapeText(shape: readonly Dimension[] | null): string {
  return shape === null ? ' (any shape)' : `[${shape.map((d) => d ?? '?').join(', ')}]`
}

function readDimension(cursor: Cursor): Dimension {
  let value: Dimension = null
  while (cursor.next()) {
    if (cursor.field === 1) {
      const size = cursor.integer()
      // Some exporters write -1 for "any".
      value = size < 0 ? null : size
    } else if (cursor.field === 2) {
      const name = cursor.text()
      value = name === '' ? null : name
    }
  }
  return value
}

function readShape(cursor: Cursor): Dimension[] {
  const shape: Dimension[] = []
  while (cursor.next()) if (cursor.field === 1) shape.push(readDimension(cursor.inside()))
  return shape
}

function readTensorType(cursor: Cursor, sparse: boolean): DeclaredType {
  let dtype: TensorType = 'undefined'
  let shape: Dimension[] | null = null
  while (cursor.next()) {
    if (cursor.field === 1) dtype = elementTypeName(cursor.integer())
    else if (cursor.field === 2) shape = readShape(cursor.inside())
  }
  return { kind: sparse ? 'sparse-tensor' : 'tensor', dtype, shape, text: `${sparse ? 'sparse ' : ''}${dtype}${shapeText(shape)}` }
}

function readMapType(cursor: Cursor, depth: number): DeclaredType {
  let key = 'undefined'
  let value = 'undefined'
  while (cursor.next()) {
    if (cursor.field === 1) key = elementTypeName(cursor.integer())
    else if (cursor.field === 2) {
      const inner = readType(cursor.inside(), depth + 1)
      // A value in a map is one number when no shape is declared.
      value = inner.kind === 'tensor' && (inner.shape === null || inner.shape.length === 0) ? (inner.dtype ?? 'undefined') : inner.text
    }
  }
  return { kind: 'map', dtype: null, shape: null, text: `map(${key}, ${value})` }
}

function readWrapped(cursor: Cursor, kind: 'sequence' | 'optional', depth: number): DeclaredType {
  let inner = 'undefined'
  while (cursor.next()) if (cursor.field === 1) inner = readType(cursor.inside(), depth + 1).text
  return { kind, dtype: null, shape: null, text: `${kind}(${inner})` }
}

/** Reads a TypeProto. */
export function readType(cursor: Cursor, depth = 0): DeclaredType {
  if (depth > DEEPEST) throw new WireError('excess', 'a type is nested too deep')
  let type: DeclaredType = { kind: 'tensor', dtype: 'undefined', shape: null, text: 'undefined' }
  while (cursor.next()) {
    if (cursor.field === 1) type = readTensorType(cursor.inside(), false)
    else if (cursor.field === 4) type = readWrapped(cursor.inside(), 'sequence', depth)
    else if (cursor.field === 5) type = readMapType(cursor.inside(), depth)
    else if (cursor.field === 8) type = readTensorType(cursor.inside(), true)
    else if (cursor.field === 9) type = readWrapped(cursor.inside(), 'optional', depth)
  }
  return type
}

/** Reads a ValueInfoProto: name and declared type. */
export function readValue(cursor: Cursor): ValueSpec {
  let name = ''
  let type: DeclaredType = { kind: 'tensor', dtype: 'undefined', shape: null, text: 'undefined (any shape)' }
  while (cursor.next()) {
    if (cursor.field === 1) name = cursor.text()
    else if (cursor.field === 2) type = readType(cursor.inside())
  }
  return { name, kind: type.kind, dtype: type.dtype, shape: type.shape === null ? null : [...type.shape], text: type.text }
}
