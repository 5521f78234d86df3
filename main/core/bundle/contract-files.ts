// The files that tell a server and its callers what the model takes and gives: io.json, labels.txt and Triton's config.pbtxt.
import type { InputBinding, OutputBinding } from '../../../shared/domain/binding.ts'
import type { BundleTensor } from '../../../shared/domain/bundle.ts'
import type { Signature, ValueSpec } from '../../../shared/domain/model.ts'
import { slugOf } from '../../../shared/slug.ts'
import { bindingOf, datatypeOf, servedOutputs, servedSignature, wireShape, type BundleFacts } from './facts.ts'

const meanings: Readonly<Record<OutputBinding['role'], string>> = {
  label: 'the predicted class', probabilities: 'probability of each class, in the order of classes', logits: 'one logit per class, in the order of classes; softmax gives probabilities',
  'positive-probability': 'probability of the positive class', 'positive-logit': 'logit of the positive class; the sigmoid gives its probability', value: 'the predicted number',
  'label-probabilities': 'probability of each label on its own, in the order of classes', 'label-logits': 'one logit per label, in the order of classes; the sigmoid of each is its probability',
  boxes: 'four numbers per box', 'box-scores': 'how sure the model is of each box', 'box-labels': 'class of each box', 'box-count': 'how many of the boxes count',
  yolo: 'boxes and class scores before suppression', 'pixel-logits': 'one logit per class and pixel, in the order of classes', 'pixel-probability': 'probability of the second class at every pixel', 'pixel-labels': 'class of every pixel', ignored: 'not used',
}

function inputMeaning(bound: InputBinding | undefined): string {
  if (bound === undefined) return 'not bound'
  switch (bound.kind) {
    case 'column': return `column ${bound.column}`
    case 'columns': return `columns ${bound.columns.join(', ')}, in this order`
    case 'image': return `a picture, ${bound.image.width} × ${bound.image.height}, ${bound.image.color}, ${bound.image.layout}`
    case 'constant': return `always ${String(bound.value)}`
  }
}

/** Inputs and outputs as the manifest and io.json name them. */
export function bundleTensors(facts: BundleFacts): { inputs: BundleTensor[]; outputs: BundleTensor[] } {
  const signature = servedSignature(facts.version)
  const binding = bindingOf(facts)
  return {
    inputs: signature.inputs.map((s) => ({ name: s.name, datatype: datatypeOf(s.dtype), shape: wireShape(s.shape), meaning: inputMeaning(binding.inputs.find((b) => b.input === s.name)) })),
    outputs: servedOutputs(facts.version).map((s) => ({ name: s.name, datatype: datatypeOf(s.dtype), shape: wireShape(s.shape), meaning: meanings[binding.outputs.find((b) => b.output === s.name)?.role ?? 'ignored'] })),
  }
}

/** io.json: features to tensors, types, categories that the graph itself knows, and what the outputs mean. */
export function ioDocument(facts: BundleFacts): unknown {
  const binding = bindingOf(facts)
  const types = new Map(facts.dataset.columns.map((c) => [c.name, c.type]))
  const feature = (column: string): unknown => ({ column, type: types.get(column) ?? 'unknown', unit: 'not recorded' })
  return {
    schema: 'slipway.io/1',
    task: binding.task,
    ...bundleTensors(facts),
    features: binding.inputs.flatMap((b) => (b.kind === 'column' ? [feature(b.column)] : b.kind === 'columns' ? b.columns.map(feature) : [])),
    vocabularies: facts.version.graph.vocabularies,
    preprocessing: binding.inputs,
    classes: binding.classes.map((c) => c.label),
    labelOutputs: binding.classes.map((c) => c.output),
    positiveClass: binding.positiveClass,
    decision: binding.decision,
    rows: binding.rows,
  }
}

const quoted = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`
const tritonType = (s: ValueSpec): string => { const t = datatypeOf(s.dtype); return t === 'BYTES' ? 'TYPE_STRING' : `TYPE_${t}` }

/** Whether every input and output has a free first dimension, so that the server may batch requests. */
const batches = (signature: Signature): boolean => [...signature.inputs, ...signature.outputs].every((s) => s.shape !== null && s.shape.length > 0 && typeof s.shape[0] !== 'number')

function tritonTensor(s: ValueSpec, batched: boolean, labels: boolean): string {
  const whole = wireShape(s.shape)
  const dims = batched ? whole.slice(1) : whole
  // A value per row has no dimension of its own, which the format cannot say without a reshape.
  const shape = dims.length === 0 ? 'dims: [ 1 ] reshape: { shape: [ ] }' : `dims: [ ${dims.join(', ')} ]`
  return `  { name: ${quoted(s.name)} data_type: ${tritonType(s)} ${shape}${labels ? ' label_filename: "labels.txt"' : ''} }`
}

/** Why no configuration for Triton can be written that is surely right, or null. */
export function tritonFault(facts: BundleFacts): string | null {
  const signature = servedSignature(facts.version)
  const refused = signature.outputs.find((o) => o.kind !== 'tensor')
  if (refused !== undefined) return `Triton loads no model whose output is not a tensor (“${refused.name}”: ${refused.text})`
  const all = [...signature.inputs, ...signature.outputs]
  const untyped = all.find((s) => datatypeOf(s.dtype) === 'UNSUPPORTED')
  if (untyped !== undefined) return `the protocol has no name for the type of “${untyped.name}” (${untyped.text})`
  const unranked = all.find((s) => s.shape === null)
  return unranked === undefined ? null : `the model does not declare the number of dimensions of “${unranked.name}”`
}

/** Triton's model configuration, everything explicit so that `--disable-auto-complete-config` accepts it. */
export function tritonConfig(facts: BundleFacts): string {
  const signature = servedSignature(facts.version)
  const binding = bindingOf(facts)
  // Where the range of a quantisation comes from the whole batch, mixing callers' requests would change their answers.
  const batched = batches(signature) && !facts.version.graph.operators.some((o) => o.type === 'DynamicQuantizeLinear')
  const perClass = new Set(binding.outputs.filter((o) => o.role === 'probabilities' || o.role === 'logits').map((o) => o.output))
  const list = (values: readonly ValueSpec[]): string => values.map((s) => tritonTensor(s, batched, binding.classes.length > 0 && perClass.has(s.name))).join(',\n')
  return [
    `name: ${quoted(slugOf(facts.version.modelName))}`,
    'backend: "onnxruntime"',
    `max_batch_size: ${batched ? 64 : 0}`,
    `input [\n${list(signature.inputs)}\n]`,
    `output [\n${list(signature.outputs)}\n]`,
    ...(batched ? ['dynamic_batching { }'] : []),
    'instance_group [ { count: 1 kind: KIND_CPU } ]',
    `version_policy: { specific: { versions: [ ${facts.serial} ] } }`,
    '',
  ].join('\n')
}
