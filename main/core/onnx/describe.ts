// Turns the records of a model file into its Signature and GraphSummary.
// Owns the counting of operators and parameters. Loads no weights.
import type { GraphSummary, OperatorCount, Signature } from '../../../shared/domain/model.ts'
import { floatCountOf } from './attributes.ts'
import { elementTypeName } from './element-type.ts'
import { classLabels, findZipMaps } from './labels.ts'
import type { ModelRecord, NodeRecord } from './records.ts'
import { vocabularies } from './vocabulary.ts'
import type { ByteSource } from './wire.ts'

/** Float attributes of the classical operators (domain ai.onnx.ml) that hold what was learned. */
const learned: ReadonlySet<string> = new Set([
  'coefficients', 'intercepts', 'support_vectors', 'rho', 'prob_a', 'prob_b', 'nodes_values', 'class_weights', 'target_weights', 'base_values', 'offset', 'scale', 'imputed_value_floats',
])

const MOST_TEXT = 64 * 1024

const shortened = (text: string): string => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text)

/** Every node of the model: of the graph, of the bodies inside it, of its functions. */
export function allNodes(model: ModelRecord): readonly NodeRecord[] {
  return [...model.graph.nodes, ...model.bodies.flatMap((b) => b.nodes), ...model.functions.flatMap((f) => f.nodes)]
}

/** Inputs that a caller must feed: initialisers listed as inputs are defaults, not inputs. */
export function readSignature(model: ModelRecord): Signature {
  const known = new Set([...model.graph.initializers.map((t) => t.name), ...model.graph.sparse.map((s) => s.values.name)])
  return { inputs: model.graph.inputs.filter((i) => !known.has(i.name)), outputs: [...model.graph.outputs] }
}

function countOperators(nodes: readonly NodeRecord[]): OperatorCount[] {
  const counts = new Map<string, { domain: string; type: string; count: number }>()
  for (const node of nodes) {
    const key = `${node.domain}\n${node.opType}`
    const seen = counts.get(key)
    if (seen === undefined) counts.set(key, { domain: node.domain, type: node.opType, count: 1 })
    else seen.count += 1
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : a.type > b.type ? 1 : a.domain < b.domain ? -1 : 1))
}

/** Types of learned numbers; wider integers in attributes are shapes and positions. */
const weightType = (name: string): boolean => /float|^u?int[48]$/.test(name)

/**
 * Parameters: the numbers in initialisers (dense and sparse, in the graph and in the bodies inside it, wherever their bytes are), those in tensors of
 * attributes such as Constant nodes have (floating point and 4 or 8 bit integers), and the learned float lists of classical operators.
 * Of a sparse initialiser only the stored values count; its bytes include the positions.
 */
function countParameters(source: ByteSource, model: ModelRecord): { readonly count: number; readonly bytes: number; readonly tensors: number } {
  let count = 0
  let bytes = 0
  let tensors = 0
  for (const graph of [model.graph, ...model.bodies]) {
    tensors += graph.initializers.length + graph.sparse.length
    for (const t of [...graph.initializers, ...graph.sparse.map((s) => s.values)]) { count += t.elements; bytes += t.bytes }
    for (const s of graph.sparse) bytes += s.indices?.bytes ?? 0
  }
  for (const t of model.attributeTensors) if (weightType(elementTypeName(t.elementCode))) { count += t.elements; bytes += t.bytes }
  for (const node of allNodes(model)) {
    if (node.domain !== 'ai.onnx.ml') continue
    for (const attribute of node.attributes) {
      if (!learned.has(attribute.name)) continue
      const floats = floatCountOf(source, attribute)
      count += floats
      bytes += 4 * floats
    }
  }
  return { count, bytes, tensors }
}

/** Everything about the graph that later steps need, from one reading of the file without its weights. */
export function readSummary(source: ByteSource, model: ModelRecord): GraphSummary {
  const parameters = countParameters(source, model)
  const inner = model.bodies.reduce((n, b) => n + b.nodes.length, 0) + model.functions.reduce((n, f) => n + f.nodes.length, 0)
  const zipMaps = findZipMaps(source, model)
  return {
    irVersion: model.irVersion,
    opsets: [...model.opsets],
    producerName: model.producerName,
    producerVersion: model.producerVersion,
    graphName: model.graph.name,
    domain: model.domain,
    modelVersion: model.modelVersion,
    description: shortened(model.description),
    metadata: model.metadata.map((m) => ({ key: m.key, value: shortened(m.value) })),
    operators: countOperators(allNodes(model)),
    nodeCount: model.graph.nodes.length,
    subgraphNodeCount: inner,
    functionCount: model.functions.length,
    initializerCount: parameters.tensors,
    parameterCount: parameters.count,
    parameterBytes: parameters.bytes,
    zipMaps: zipMaps.map((z) => z.zipMap),
    classLabels: classLabels(source, model),
    vocabularies: vocabularies(source, model, readSignature(model)),
  }
}
