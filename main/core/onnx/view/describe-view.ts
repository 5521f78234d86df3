// The overview of a model's graphs and pages of its nodes, as the contract tells them.
import type { GraphCost, GraphNode, GraphOverview, GraphPage, GraphScope, GraphSource, GraphValue } from '../../../../shared/domain/graph.ts'
import type { ValueSpec } from '../../../../shared/domain/model.ts'
import { formatCount, formatPlural } from '../../../../shared/format.ts'
import { bytesOf, knownText, nothing, type Known } from '../../../../shared/graph/known.ts'
import { floatCountOf } from '../attributes.ts'
import { elementTypeName } from '../element-type.ts'
import { isLearnedList } from '../learned-attributes.ts'
import type { NodeRecord } from '../records.ts'
import type { TensorRecord } from '../tensor.ts'
import type { ByteSource } from '../wire.ts'
import type { GraphModel } from './graph-model.ts'
import { declaredKnown } from './infer-model.ts'
import { NodeSettings } from './node-settings.ts'
import { capturesOf, functionKey, type Scope } from './scopes.ts'

/** Scopes that are told at once; a model with more says so. */
const mostScopes = 2000
const longestText = 400

const short = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

/** The constant behind a name, in this graph or one around it. */
export function constantNamed(scope: Scope, name: string): TensorRecord | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.initializers.get(name) ?? at.sparse.get(name)?.values
    if (found !== undefined) return found
    if (at.inputs.some((v) => v.name === name)) return null
  }
  return null
}

/** What is known of a name, and who says so. */
export function valueNamed(m: GraphModel, scope: Scope, name: string): GraphValue {
  let known: Known = nothing
  let declared: ValueSpec | undefined
  let constant = false
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = m.named.values[at.id]?.get(name)
    if (found === undefined) continue
    known = found
    declared = at.declared.get(name)
    constant = at.initializers.has(name) || at.sparse.has(name)
    break
  }
  return toValue(name, known, declared, constant)
}

function toValue(name: string, known: Known, declared: ValueSpec | undefined, constant: boolean): GraphValue {
  const told = declared !== undefined && (declaredKnown(declared).shape !== null || declaredKnown(declared).other !== undefined)
  return {
    name, text: short(knownText(known)), dtype: known.dtype === 'undefined' ? null : known.dtype, shape: known.shape === null ? null : [...known.shape],
    known: constant ? 'constant' : told ? 'declared' : known.shape !== null || known.other !== undefined ? 'inferred' : 'unknown',
  }
}

function toScope(m: GraphModel, scope: Scope): GraphScope {
  const values = (specs: readonly ValueSpec[]): GraphValue[] => specs.map((v) => valueNamed(m, scope, v.name))
  return { id: scope.id, kind: scope.kind, name: scope.name, node: scope.node, first: scope.first, nodes: scope.nodes.length, inputs: values(scope.inputs.filter((v) => !scope.initializers.has(v.name))), outputs: values(scope.outputs) }
}

/** Types of learned numbers; wider integers in settings are shapes and positions. */
const weightType = (code: number): boolean => /float|^u?int[48]$/.test(elementTypeName(code))

function ownWeights(source: ByteSource, scope: Scope, node: NodeRecord): { parameters: number; weights: string } {
  let parameters = 0
  let largest: readonly number[] = []
  let most = 1
  const take = (dims: readonly number[], elements: number): void => { parameters += elements; if (elements > most) { most = elements; largest = dims } }
  for (const name of new Set(node.inputs)) {
    const t = name === '' ? null : constantNamed(scope, name)
    if (t !== null) take(t.dims, t.elements)
  }
  for (const a of node.attributes) {
    if (isLearnedList(node, a.name)) { const floats = floatCountOf(source, a); take([floats], floats) }
    else if (a.name === 'value' && node.opType === 'Constant') { const t = new NodeSettings(source, node).tensorRecord('value'); if (t !== null && weightType(t.elementCode)) take(t.dims, t.elements) }
  }
  return { parameters, weights: largest.join('×') }
}

/** One node as lists show it. */
export function toNode(m: GraphModel, source: ByteSource, id: number): GraphNode {
  const scope = m.model.scopeOf(id)
  const node = scope.nodes[id - scope.first]!
  const bodies = scope.bodies.get(id) ?? []
  const called = m.model.functions.get(functionKey(node.domain, node.opType))
  const bytes = (m.sized.nodes[id]?.outputs ?? []).map(bytesOf)
  const first = m.named.nodes[id]?.outputs[0]
  return {
    id, scope: scope.id, name: node.name, op: node.opType, domain: node.domain, inputs: [...node.inputs], outputs: [...node.outputs],
    captures: [...new Set(bodies.flatMap((b) => [...capturesOf(b)]))], opens: [...bodies.map((b) => b.id), ...(called === undefined ? [] : [called.id])],
    ...ownWeights(source, scope, node), output: short(first === undefined ? 'unknown' : knownText(first)),
    flops: m.sized.nodes[id]?.flops ?? null, outputBytes: bytes.length === 0 || bytes.includes(null) ? null : (bytes as number[]).reduce((a, b) => a + b, 0),
  }
}

/** Nodes `offset` to `offset + limit` of all graphs. */
export function pageOf(m: GraphModel, source: ByteSource, offset: number, limit: number): GraphPage {
  const end = Math.min(m.model.nodes, offset + limit)
  return { total: m.model.nodes, nodes: Array.from({ length: Math.max(0, end - offset) }, (_, i) => toNode(m, source, offset + i)) }
}

/** Values that the nodes of the model's own graph make: all of them, and the most that live at once in the order of the file. */
function activations(m: GraphModel): Pick<GraphCost, 'activationBytes' | 'peakBytes' | 'bytesUnknown'> {
  const main = m.model.scopes[0]!
  const last = new Map<string, number>()
  for (const [i, node] of main.nodes.entries()) for (const name of [...node.inputs, ...(main.bodies.get(i) ?? []).flatMap((b) => [...capturesOf(b)])]) last.set(name, i)
  for (const output of main.outputs) last.set(output.name, main.nodes.length)
  const size = (known: Known | undefined): number | null => (known === undefined ? null : bytesOf(known))
  const ending = new Map<number, number>()
  let [live, peak, total, unknown, counted] = [0, 0, 0, 0, 0]
  for (const [i, node] of main.nodes.entries()) {
    for (const [o, name] of node.outputs.entries()) {
      if (name === '') continue
      const bytes = size(m.sized.nodes[i]?.outputs[o])
      if (bytes === null) { unknown++; continue }
      counted++
      total += bytes
      live += bytes
      const end = Math.max(i, last.get(name) ?? i)
      ending.set(end, (ending.get(end) ?? 0) + bytes)
    }
    peak = Math.max(peak, live)
    live -= ending.get(i) ?? 0
  }
  return { activationBytes: counted === 0 ? null : total, peakBytes: counted === 0 ? null : peak, bytesUnknown: unknown }
}

function shapesOf(m: GraphModel): GraphOverview['shapes'] {
  const out = { values: 0, declared: 0, inferred: 0, unknown: 0 }
  for (const scope of m.model.scopes) {
    for (const [i, node] of scope.nodes.entries()) {
      for (const [o, name] of node.outputs.entries()) {
        if (name === '') continue
        const { known } = toValue(name, m.named.nodes[scope.first + i]?.outputs[o] ?? nothing, scope.declared.get(name), false)
        out.values++
        out[known === 'constant' ? 'declared' : known]++
      }
    }
  }
  return out
}

function notesOf(m: GraphModel): string[] {
  const { scopes } = m.model
  const uncounted = m.sized.unknown
  const byOp = new Map<string, number>()
  for (const [i, node] of scopes[0]!.nodes.entries()) if ((m.sized.nodes[i]?.flops ?? null) === null) byOp.set(node.opType, (byOp.get(node.opType) ?? 0) + 1)
  const named = [...byOp].sort((a, b) => b[1] - a[1]).slice(0, 4).map(([op, n]) => (n === 1 ? op : `${op} ×${formatCount(n)}`)).join(', ')
  return [
    ...(uncounted === 0 ? [] : [`The operations of ${formatPlural(uncounted, 'node')} are not known and not in the sum: ${named}.`]),
    ...(scopes.length > mostScopes ? [`The model has ${formatCount(scopes.length)} graphs; the first ${formatCount(mostScopes)} are told.`] : []),
    ...(m.named.gaveUp || m.sized.gaveUp ? ['Its functions call each other so often that shapes and operations were not followed to the end.'] : []),
  ]
}

/** Totals, graphs, operators, what is known. */
export function overviewOf(m: GraphModel, which: GraphSource): GraphOverview {
  const { summary } = m
  const all = m.model.scopes.flatMap((s) => [...s.initializers.values(), ...[...s.sparse.values()].map((x) => x.values)])
  return {
    which, nodes: m.model.nodes, scopes: m.model.scopes.slice(0, mostScopes).map((s) => toScope(m, s)), scopesLeftOut: Math.max(0, m.model.scopes.length - mostScopes), operators: summary.operators,
    initializers: { tensors: all.length, elements: all.reduce((n, t) => n + t.elements, 0), bytes: all.reduce((n, t) => n + t.bytes, 0) },
    parameters: summary.parameterCount, parameterBytes: summary.parameterBytes,
    cost: { flops: m.sized.flops, unknown: m.sized.unknown, parameterBytes: summary.parameterBytes, ...activations(m) },
    sizes: m.sizes.map((s) => ({ ...s })), shapes: shapesOf(m), notes: notesOf(m),
  }
}
