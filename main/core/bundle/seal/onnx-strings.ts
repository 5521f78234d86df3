// Every text of an ONNX model, with its place in words: names, comments, metadata, attributes, string tensors, and what no version of the
// format knows. Numbers are not read. Owns the table of the format's messages (onnx.proto3).
import { Cursor, type ByteSource } from '../../onnx/wire.ts'

export interface PlacedText { readonly place: string; readonly text: string }

type Field = { readonly words: string; readonly of: Message | 'text' | 'skip' | 'raw' }
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'value' | 'type' | 'tensor-type' | 'shape' | 'dimension' | 'wrapped' | 'map' | 'property' | 'opset' | 'function' | 'quantisation' | 'training'

const text = (words: string): Field => ({ words, of: 'text' })
const skip: Field = { words: '', of: 'skip' }
const inner = (words: string, of: Message): Field => ({ words, of })
const property = inner('metadata_props', 'property')

const messages: Readonly<Record<Message, Readonly<Record<number, Field>>>> = {
  model: { 2: text('producer_name'), 3: text('producer_version'), 4: text('domain'), 6: text('doc_string'), 7: inner('graph', 'graph'), 8: inner('opset_import', 'opset'), 14: property, 20: inner('training_info', 'training'), 25: inner('function', 'function') },
  graph: { 1: inner('node', 'node'), 2: text('name'), 5: inner('initializer', 'tensor'), 10: text('doc_string'), 11: inner('input', 'value'), 12: inner('output', 'value'), 13: inner('value_info', 'value'), 14: inner('quantization_annotation', 'quantisation'), 15: inner('sparse_initializer', 'sparse'), 16: property },
  node: { 1: text('input'), 2: text('output'), 3: text('name'), 4: text('op_type'), 5: inner('attribute', 'attribute'), 6: text('doc_string'), 7: text('domain'), 8: text('overload'), 9: property },
  attribute: { 1: text('name'), 4: text('s'), 5: inner('t', 'tensor'), 6: inner('g', 'graph'), 7: skip, 8: skip, 9: text('strings'), 10: inner('tensors', 'tensor'), 11: inner('graphs', 'graph'), 13: text('doc_string'), 14: inner('tp', 'type'), 15: inner('type_protos', 'type'), 21: text('ref_attr_name'), 22: inner('sparse_tensor', 'sparse'), 23: inner('sparse_tensors', 'sparse') },
  tensor: { 1: skip, 3: skip, 4: skip, 5: skip, 6: text('string_data'), 7: skip, 8: text('name'), 9: { words: 'raw_data', of: 'raw' }, 10: skip, 11: skip, 12: text('doc_string'), 13: inner('external_data', 'property'), 16: property },
  sparse: { 1: inner('values', 'tensor'), 2: inner('indices', 'tensor'), 3: skip },
  value: { 1: text('name'), 2: inner('type', 'type'), 3: text('doc_string'), 4: property },
  type: { 1: inner('tensor_type', 'tensor-type'), 4: inner('sequence_type', 'wrapped'), 5: inner('map_type', 'map'), 6: text('denotation'), 8: inner('sparse_tensor_type', 'tensor-type'), 9: inner('optional_type', 'wrapped') },
  'tensor-type': { 2: inner('shape', 'shape') },
  shape: { 1: inner('dim', 'dimension') },
  dimension: { 2: text('dim_param'), 3: text('denotation') },
  wrapped: { 1: inner('elem_type', 'type') },
  map: { 2: inner('value_type', 'type') },
  property: { 1: text('key'), 2: text('value') },
  opset: { 1: text('domain') },
  function: { 1: text('name'), 4: text('input'), 5: text('output'), 6: text('attribute'), 7: inner('node', 'node'), 8: text('doc_string'), 9: inner('opset_import', 'opset'), 10: text('domain'), 11: inner('attribute_proto', 'attribute'), 12: inner('value_info', 'value'), 13: text('overload'), 14: property },
  quantisation: { 1: text('tensor_name'), 2: inner('quant_parameter_tensor_names', 'property') },
  training: { 1: inner('initialization', 'graph'), 2: inner('algorithm', 'graph'), 3: inner('initialization_binding', 'property'), 4: inner('update_binding', 'property') },
}

const deepest = 200
/** Longer texts are read in pieces that overlap by what a find may span. */
const piece = 1 << 20
const overlap = 4096
/** Tensors of bytes are where a text could hide among numbers. */
const byteTypes = [2, 3]
const decoder = new TextDecoder('utf-8')
const strict = new TextDecoder('utf-8', { fatal: true })

function* pieces(cursor: Cursor, place: string): Generator<PlacedText> {
  for (let at = cursor.start; at < cursor.end; at += piece) yield { place, text: decoder.decode(cursor.source.bytes(Math.max(cursor.start, at - overlap), Math.min(cursor.end, at + piece))) }
}

const isText = (bytes: Uint8Array): boolean => { try { strict.decode(bytes); return true } catch { return false } }

function* walk(cursor: Cursor, message: Message, place: string, depth: number): Generator<PlacedText> {
  if (depth > deepest) return
  const counts = new Map<number, number>()
  let elementType = 0
  while (cursor.next()) {
    if (message === 'tensor' && cursor.field === 2 && cursor.wire === 0) elementType = cursor.integer()
    if (!cursor.delimited) continue
    const field = messages[message][cursor.field]
    const number = (counts.get(cursor.field) ?? 0) + 1
    counts.set(cursor.field, number)
    const here = `${place === '' ? '' : `${place}, `}${field === undefined ? `unknown field ${cursor.field}` : field.words}${number > 1 ? ` ${number}` : ''}`
    if (field === undefined) { if (isText(cursor.source.bytes(cursor.start, Math.min(cursor.end, cursor.start + piece)))) yield* pieces(cursor, here) }
    else if (field.of === 'text' || (field.of === 'raw' && byteTypes.includes(elementType))) yield* pieces(cursor, here)
    else if (field.of !== 'skip' && field.of !== 'raw') yield* walk(cursor.inside(), field.of, here, depth + 1)
  }
}

/** All texts of the model that lies from `start` to `end`. Throws WireError where the bytes are no model. */
export const onnxStrings = (source: ByteSource, start = 0, end = source.size): Generator<PlacedText> => walk(new Cursor(source, start, end), 'model', '', 0)
