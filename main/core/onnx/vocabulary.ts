// Finds the categories that the graph knows for each text or integer input, by following the input to its encoder.
// Refuses to guess: an input whose values are mixed with others before the encoder has no vocabulary here.
import type { InputVocabulary, Signature } from '../../../shared/domain/model.ts'
import { integerOf, integersOf, stringsOf, tensorAttributeTexts, tensorTexts } from './attributes.ts'
import type { ModelRecord, NodeRecord } from './records.ts'
import type { ByteSource } from './wire.ts'

const MOST_VALUES = 10_000
/** Operators that keep the columns of their first input as they are. */
const passes: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast', 'StringNormalizer', 'Where'])

/** Categories in the attributes of an encoder. */
function encoderValues(source: ByteSource, model: ModelRecord, node: NodeRecord): readonly string[] | null {
  if (node.domain !== 'ai.onnx.ml') return null
  if (node.opType === 'OneHotEncoder') return stringsOf(source, node, 'cats_strings') ?? integersOf(source, node, 'cats_int64s')
  if (node.opType === 'CategoryMapper') return stringsOf(source, node, 'cats_strings')
  if (node.opType !== 'LabelEncoder') return null
  return stringsOf(source, node, 'keys_strings') ?? integersOf(source, node, 'keys_int64s') ?? tensorAttributeTexts(source, node, 'keys_tensor', model.attributeTensors)
    ?? stringsOf(source, node, 'classes_strings')
}

/** The inputs behind each column of a value; null where a column comes from elsewhere. */
type Columns = readonly (string | null)[]

function constantIndices(source: ByteSource, model: ModelRecord, name: string | undefined): readonly number[] | null {
  const table = model.graph.initializers.find((t) => t.name === name)
  if (table !== undefined) return tensorTexts(source, table)?.map(Number) ?? null
  const constant = model.graph.nodes.find((n) => n.opType === 'Constant' && n.outputs[0] === name)
  if (constant === undefined) return null
  return (tensorAttributeTexts(source, constant, 'value', model.attributeTensors) ?? integersOf(source, constant, 'value_ints'))?.map(Number) ?? null
}

function picked(columns: Columns, indices: readonly number[] | null): Columns | null {
  if (indices === null) return null
  return indices.map((i) => columns[i < 0 ? columns.length + i : i] ?? null)
}

function outputColumns(source: ByteSource, model: ModelRecord, node: NodeRecord, known: ReadonlyMap<string, Columns>): Columns | null {
  const first = known.get(node.inputs[0] ?? '')
  if (node.domain === '' && node.opType === 'Concat') {
    const axis = integerOf(source, node, 'axis')
    return axis === 1 || axis === -1 ? node.inputs.flatMap((i) => known.get(i) ?? [null]) : null
  }
  if (node.domain === '' && node.opType === 'Where') return known.get(node.inputs[1] ?? '') ?? known.get(node.inputs[2] ?? '') ?? null
  if (first === undefined) return null
  if (node.domain === '' && passes.has(node.opType)) return first
  if (node.domain === 'ai.onnx.ml' && node.opType === 'ArrayFeatureExtractor') return picked(first, constantIndices(source, model, node.inputs[1]))
  if (node.domain === '' && node.opType === 'Gather' && (integerOf(source, node, 'axis') ?? 0) !== 0) return picked(first, constantIndices(source, model, node.inputs[1]))
  // Text encoders that answer text, such as the filling of missing values, keep the column too.
  return node.domain === 'ai.onnx.ml' && (node.opType === 'LabelEncoder' || node.opType === 'CategoryMapper' || node.opType === 'Imputer') ? first : null
}

/** The vocabulary of every text or integer input that reaches an encoder alone; the encoder nearest to the input counts. */
export function vocabularies(source: ByteSource, model: ModelRecord, signature: Signature): InputVocabulary[] {
  const known = new Map<string, Columns>()
  for (const input of signature.inputs) {
    const width = input.shape?.[1]
    const single = input.shape === null || input.shape.length < 2 || width === 1 || width === null || typeof width === 'string'
    if (input.dtype === 'string' || input.dtype === 'int64' || input.dtype === 'int32') known.set(input.name, single ? [input.name] : [null])
  }
  const found = new Map<string, string[]>()
  if (known.size > 0) {
    for (const node of model.graph.nodes) {
      const columns = known.get(node.inputs[0] ?? '')
      const values = columns === undefined ? null : encoderValues(source, model, node)
      const only = columns?.length === 1 ? columns[0] : undefined
      if (values !== null && only !== null && only !== undefined && !found.has(only)) found.set(only, [...new Set(values)].slice(0, MOST_VALUES))
      const next = outputColumns(source, model, node, known)
      if (next !== null) for (const output of node.outputs) if (output !== '') known.set(output, next)
    }
  }
  return signature.inputs.flatMap((i) => { const values = found.get(i.name); return values === undefined ? [] : [{ input: i.name, values }] })
}
