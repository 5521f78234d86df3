// Finds the class labels that a model carries: in ZipMaps, classifiers, label encoders, label tables, metadata.
// Refuses to guess: where two places disagree, there are no labels.
import type { ZipMap } from '../../../shared/domain/model.ts'
import { integersOf, stringsOf, tensorAttributeTexts, tensorTexts } from './attributes.ts'
import { metadataLabels } from './metadata-labels.ts'
import type { ModelRecord, NodeRecord } from './records.ts'
import type { ByteSource } from './wire.ts'

export interface FoundZipMap { readonly zipMap: ZipMap; readonly node: NodeRecord }

const isMl = (node: NodeRecord, type: string): boolean => node.opType === type && node.domain === 'ai.onnx.ml'

/** Nodes of the graph that read a value. */
export function consumersOf(model: ModelRecord, value: string): readonly NodeRecord[] {
  return model.graph.nodes.filter((n) => n.inputs.includes(value))
}

/** ZipMap nodes that make a graph output. (The runtime lets no other operator but those of sequences stand between.) */
export function findZipMaps(source: ByteSource, model: ModelRecord): readonly FoundZipMap[] {
  return model.graph.outputs.flatMap((output) => {
    const node = model.graph.nodes.find((n) => n.outputs.includes(output.name))
    if (node === undefined || !isMl(node, 'ZipMap')) return []
    const strings = stringsOf(source, node, 'classlabels_strings')
    const labels = strings ?? integersOf(source, node, 'classlabels_int64s') ?? []
    return [{ node, zipMap: { output: output.name, input: node.inputs[0] ?? '', labelType: strings === null ? 'int64' : 'string', labels: [...labels] } }]
  })
}

const classifiers: Readonly<Record<string, readonly string[]>> = {
  TreeEnsembleClassifier: ['classlabels_strings', 'classlabels_int64s'],
  LinearClassifier: ['classlabels_strings', 'classlabels_ints'],
  SVMClassifier: ['classlabels_strings', 'classlabels_ints'],
}

/** Labels in a classifier's attributes, in the order of its columns. */
function classifierLabels(source: ByteSource, node: NodeRecord): readonly string[] | null {
  const names = node.domain === 'ai.onnx.ml' ? classifiers[node.opType] : undefined
  if (names === undefined) return null
  return stringsOf(source, node, names[0] ?? '') ?? integersOf(source, node, names[1] ?? '')
}

const passes: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])

/** Node that really makes a graph output, past nodes that only pass values on. */
function makerOf(model: ModelRecord, byOutput: ReadonlyMap<string, NodeRecord>, output: string): NodeRecord | undefined {
  let node = byOutput.get(output)
  for (let steps = 0; node !== undefined && passes.has(node.opType) && steps < model.graph.nodes.length; steps++) node = byOutput.get(node.inputs[0] ?? '')
  return node
}

/** Labels of a final LabelEncoder: its values in the order of its integer keys. */
function encoderLabels(source: ByteSource, model: ModelRecord, node: NodeRecord): readonly string[] | null {
  if (!isMl(node, 'LabelEncoder')) return null
  const keys = integersOf(source, node, 'keys_int64s') ?? tensorAttributeTexts(source, node, 'keys_tensor', model.attributeTensors)
  const values = stringsOf(source, node, 'values_strings') ?? integersOf(source, node, 'values_int64s') ?? tensorAttributeTexts(source, node, 'values_tensor', model.attributeTensors)
  if (keys === null || values === null || keys.length !== values.length) {
    // The first version of the operator has one list, whose positions are the keys.
    return keys === null && values === null ? stringsOf(source, node, 'classes_strings') : null
  }
  const order = keys.map((k, i) => ({ key: Number(k), value: values[i] ?? '' }))
  return order.some((o) => !Number.isSafeInteger(o.key)) ? null : order.sort((a, b) => a.key - b.key).map((o) => o.value)
}

/** Labels of a lookup by position: a one-dimensional table of texts or integers as the first input of ArrayFeatureExtractor or Gather. */
function tableLabels(source: ByteSource, model: ModelRecord, node: NodeRecord): readonly string[] | null {
  if (!isMl(node, 'ArrayFeatureExtractor') && !(node.opType === 'Gather' && node.domain === '')) return null
  const table = model.graph.initializers.find((t) => t.name === node.inputs[0])
  return table === undefined || table.elements < 2 || table.elements !== Math.max(...table.dims) ? null : tensorTexts(source, table)
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((v, i) => v === b[i])

function unanimous(candidates: readonly (readonly string[] | null)[]): string[] | null {
  const given = candidates.filter((c): c is readonly string[] => c !== null && c.length > 0)
  const first = given[0]
  return first !== undefined && given.every((c) => same(c, first)) ? [...first] : null
}

/** Class labels in column order: from ZipMaps, else from what makes the label output, else from classifiers, else from the metadata; null when there are none or they disagree. */
export function classLabels(source: ByteSource, model: ModelRecord): string[] | null {
  const zipMaps = findZipMaps(source, model).map((z) => z.zipMap.labels)
  if (zipMaps.some((l) => l.length > 0)) return unanimous(zipMaps)
  const byOutput = new Map(model.graph.nodes.flatMap((n) => n.outputs.map((o) => [o, n] as const)))
  const makers = model.graph.outputs.map((o) => makerOf(model, byOutput, o.name)).filter((n): n is NodeRecord => n !== undefined)
  const named = unanimous(makers.map((n) => encoderLabels(source, model, n) ?? tableLabels(source, model, n)))
  if (named !== null) return named
  const all = model.graph.nodes.map((n) => classifierLabels(source, n))
  if (all.some((l) => l !== null)) return unanimous(all)
  return metadataLabels(model.metadata)
}
