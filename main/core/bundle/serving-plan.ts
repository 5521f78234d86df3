// Plans model/serving.json and decides whether rows of several callers may share a run. From facts alone.
import { canonicalJson } from './canonical-json.ts'
import { bindingOf, servedOutputs, servedSignature, type BundleFacts } from './facts.ts'
import { json, type Planned } from './planned.ts'
import { servingPath, type ServingDocument } from './serving-file.ts'

/** Why the rows of several requests must not share a run, or null. */
function batchingFault(facts: BundleFacts): string | null {
  const tensors = [...servedSignature(facts.version).inputs, ...servedOutputs(facts.version)]
  if (facts.version.graph.operators.some((o) => o.type === 'DynamicQuantizeLinear')) return 'the model takes its quantisation range from the whole batch, so callers would change each other’s answers'
  const fixed = tensors.find((t) => t.shape === null || t.shape.length === 0 || typeof t.shape[0] === 'number')
  return fixed === undefined ? null : `the first dimension of “${fixed.name}” is not free`
}

export function servingDocument(facts: BundleFacts): ServingDocument {
  const fault = batchingFault(facts)
  const signature = servedSignature(facts.version)
  return {
    schema: 'slipway.serving/1', batching: fault === null, batchingReason: fault ?? 'every input and output has a free first dimension',
    rowsAlone: facts.version.graph.operators.some((o) => o.type === 'DynamicQuantizeLinear'),
    binding: bindingOf(facts), signature: { inputs: signature.inputs, outputs: servedOutputs(facts.version) }, vocabularies: facts.version.graph.vocabularies,
  }
}

export const planServing = (facts: BundleFacts): readonly Planned[] => [{ path: servingPath, role: 'contract', mediaType: json, text: `${canonicalJson(servingDocument(facts))}\n` }]
