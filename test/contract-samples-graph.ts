// One valid question and answer for every key of the contract about graphs; contract-samples.ts spreads them.
import type { graphContract } from '../shared/contract-graph.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import type { GraphNode, GraphValue } from '../shared/domain/graph.ts'
import { newId } from '../shared/ids.ts'

type Samples = { readonly [K in keyof typeof graphContract]: { readonly input: InputOf<(typeof graphContract)[K]>; readonly output: OutputOf<(typeof graphContract)[K]> } }

const of = { versionId: newId('version'), which: 'original' as const }
const sizes = { N: 8 }
const value: GraphValue = { name: 'x', text: 'float32[N, ?]', dtype: 'float32', shape: ['N', null], known: 'declared' }
const node: GraphNode = { id: 0, scope: 0, name: 'a/b', op: 'If', domain: '', inputs: ['x', ''], outputs: ['y'], captures: ['z'], opens: [1], parameters: 3, weights: '3', output: 'unknown', flops: null, outputBytes: 12 }
const tensor = { slot: 'input:1', name: 'w', dtype: 'float32' as const, dims: [3], elements: 3, bytes: 12, external: 'w.bin' }

export const graphSamples: Samples = {
  'version.graph': { input: { ...of, sizes }, output: {
    which: 'original', nodes: 1, scopes: [{ id: 0, kind: 'graph', name: 'g', node: null, first: 0, nodes: 1, inputs: [value], outputs: [value] }], scopesLeftOut: 0, operators: [{ domain: '', type: 'If', count: 1 }],
    initializers: { tensors: 1, elements: 3, bytes: 12 }, parameters: 3, parameterBytes: 12, cost: { flops: 1e12, unknown: 1, parameterBytes: 12, activationBytes: 4, peakBytes: null, bytesUnknown: 0 },
    sizes: [{ name: 'N', size: 8 }], shapes: { values: 1, declared: 1, inferred: 0, unknown: 0 }, notes: ['n'],
  } },
  'version.graphNodes': { input: { ...of, sizes, offset: 0, limit: 10 }, output: { total: 1, nodes: [node] } },
  'version.graphNode': { input: { ...of, sizes, node: 0 }, output: { node, attributes: [{ name: 'axis', type: 'int', text: '1', tensor: null }], inputs: [{ value, tensor }], outputs: [value], documentation: '' } },
  'version.tensor': { input: { ...of, node: 0, slot: 'input:1' }, output: { tensor, numbers: { minimum: -1, maximum: 1, mean: 0, deviation: 1, norm: 1, zeros: 1, negative: 1, notANumber: 0, infinite: 0, histogram: { edges: [0, 1], counts: [3] } }, first: ['1'], why: null } },
}
