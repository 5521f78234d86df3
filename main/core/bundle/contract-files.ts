// The files that tell a server and its callers what the model takes and gives (io.json), and why Triton could not load it.
import type { InputBinding, OutputBinding } from '../../../shared/domain/binding.ts'
import type { BundleTensor } from '../../../shared/domain/bundle.ts'
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
