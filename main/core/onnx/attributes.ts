// Reads the values of single node attributes on demand: texts, numbers, small tensors.
// Owns the field numbers of AttributeProto and of tensor values. Refuses nothing; an absent attribute is null.
import { elementTypeName } from './element-type.ts'
import type { AttributeRecord, NodeRecord } from './records.ts'
import type { TensorRecord } from './tensor.ts'
import { type ByteSource, Cursor } from './wire.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const MOST_LISTED = 1_000_000

function find(node: NodeRecord, name: string): AttributeRecord | undefined {
  return node.attributes.find((a) => a.name === name)
}

/** Strings of a `strings` attribute; null when the node has no such attribute or it is empty. */
export function stringsOf(source: ByteSource, node: NodeRecord, name: string): readonly string[] | null {
  const at = find(node, name)
  if (at === undefined) return null
  const out: string[] = []
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next() && out.length < MOST_LISTED) if (cursor.field === 9) out.push(utf8.decode(cursor.bytes()))
  return out.length === 0 ? null : out
}

/** Integers of an `ints` attribute as decimal text; null when the node has no such attribute or it is empty. */
export function integersOf(source: ByteSource, node: NodeRecord, name: string): readonly string[] | null {
  const at = find(node, name)
  if (at === undefined) return null
  const out: string[] = []
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next() && out.length < MOST_LISTED) if (cursor.field === 8) cursor.eachInteger((v) => out.push(v.toString()))
  return out.length === 0 ? null : out
}

/** The `i` value of an attribute. */
export function integerOf(source: ByteSource, node: NodeRecord, name: string): number | null {
  const at = find(node, name)
  if (at === undefined) return null
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next()) if (cursor.field === 3) return Number(cursor.int64())
  return null
}

/** How many floats an attribute lists, packed or not. */
export function floatCountOf(source: ByteSource, attribute: AttributeRecord): number {
  let count = 0
  const cursor = new Cursor(source, attribute.start, attribute.end)
  while (cursor.next()) if (cursor.field === 7) count += cursor.delimited ? Math.floor((cursor.end - cursor.start) / 4) : 1
  return count
}

/** Texts of a small string or integer tensor in the file, integers as decimal text; null for other types and external tensors. */
export function tensorTexts(source: ByteSource, tensor: TensorRecord): readonly string[] | null {
  const type = elementTypeName(tensor.elementCode)
  if (tensor.external !== null || tensor.elements > MOST_LISTED) return null
  if (type !== 'string' && type !== 'int64' && type !== 'int32') return null
  const out: string[] = []
  const cursor = new Cursor(source, tensor.start, tensor.end)
  while (cursor.next()) {
    if (cursor.field === 6) out.push(utf8.decode(cursor.bytes()))
    else if (cursor.field === 5 || cursor.field === 7) cursor.eachInteger((v) => out.push(v.toString()))
    else if (cursor.field === 9) out.push(...rawIntegers(source.bytes(cursor.start, cursor.end), type))
  }
  return out.length === tensor.elements ? out : null
}

function rawIntegers(bytes: Uint8Array, type: 'string' | 'int64' | 'int32'): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = type === 'int64' ? 8 : 4
  const out: string[] = []
  for (let at = 0; at + size <= bytes.length; at += size) out.push(size === 8 ? view.getBigInt64(at, true).toString() : view.getInt32(at, true).toString())
  return out
}

/** Texts of a tensor attribute (field t), by the record that reading found inside the attribute. */
export function tensorAttributeTexts(source: ByteSource, node: NodeRecord, name: string, tensors: readonly TensorRecord[]): readonly string[] | null {
  const at = find(node, name)
  if (at === undefined) return null
  const tensor = tensors.find((t) => t.start >= at.start && t.end <= at.end)
  return tensor === undefined ? null : tensorTexts(source, tensor)
}
