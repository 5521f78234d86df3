// A described graph as layers: nodes with their weights at hand and their sources resolved. Quantised forms are told as the plain operator
// that they stand for, marked as quantised, and the nodes that only change the scale of numbers are part of the layers beside them.
import type { DescribedAttribute, DescribedGraph, DescribedNode, DescribedTensor } from './graph.ts'
import { familyOf, isSetting, quantisedForms, type QuantisedForm } from './operators.ts'

export interface LayerWeight {
  readonly slot: string
  readonly tensor: DescribedTensor
  /** Of a quantised weight: value = (stored − zero) × scale. */
  scale: DescribedTensor | null
  readonly zero: DescribedTensor | null
  readonly setting: boolean
}

/** Where an input of a layer comes from. */
export type Source = { readonly kind: 'layer'; readonly layer: number; readonly slot: number } | { readonly kind: 'input'; readonly name: string } | { readonly kind: 'outer'; readonly name: string } | null

export interface Layer {
  readonly name: string
  /** What it is called: its name, else in brackets the value that it makes. */
  readonly label: string
  readonly op: string
  readonly domain: string
  readonly family: string
  readonly outputs: readonly string[]
  /** By data input; null where a weight or nothing is. */
  readonly sources: readonly Source[]
  readonly weights: readonly LayerWeight[]
  readonly attributes: readonly DescribedAttribute[]
  readonly bodies: readonly { readonly slot: string; readonly graph: DescribedGraph }[]
  readonly quantised: boolean
}

/** Constants by name, as an inner graph sees them from outside too. */
export type Constants = ReadonlyMap<string, { readonly tensor: DescribedTensor; readonly scale: DescribedTensor | null; readonly zero: DescribedTensor | null }>

export interface LayerGraph {
  readonly inputs: readonly string[]
  /** In the order of the file. */
  readonly layers: readonly Layer[]
  /** Layers, each after all that feed it. */
  readonly order: readonly number[]
  readonly outputs: readonly { readonly name: string; readonly source: Source }[]
  readonly constants: Constants
}

interface Draft { readonly at: number; readonly node: DescribedNode; readonly op: string; readonly inputs: string[]; readonly weights: Map<number, LayerWeight>; quantised: boolean; readonly outputs: readonly string[]; made: string }

/** Places of nodes so that each comes after those that feed it; nodes in a circle keep the order of the file. */
export function inOrder(count: number, feeders: (at: number) => readonly number[]): number[] {
  const order: number[] = []
  const state = new Uint8Array(count)
  for (let root = 0; root < count; root++) {
    const stack = [root]
    while (stack.length > 0) {
      const at = stack.at(-1)!
      if (state[at] === 0) {
        state[at] = 1
        for (const from of feeders(at)) if (state[from] === 0) stack.push(from)
      } else {
        stack.pop()
        if (state[at] === 1) { state[at] = 2; order.push(at) }
      }
    }
  }
  return order
}

/** Names that a graph takes from around it, also those that its own bodies take. */
function takenFromOutside(graph: DescribedGraph): string[] {
  const own = new Set([...graph.inputs, ...graph.tensors.map((t) => t.name), ...graph.nodes.flatMap((n) => n.outputs)])
  const used = [...graph.nodes.flatMap((n) => [...n.inputs, ...n.bodies.flatMap((b) => takenFromOutside(b.graph))]), ...graph.outputs]
  return [...new Set(used.filter((name) => name !== '' && !own.has(name)))]
}

class Builder {
  readonly drafts: Draft[] = []
  readonly constants: Map<string, { tensor: DescribedTensor; scale: DescribedTensor | null; zero: DescribedTensor | null }>
  /** A value that is the same numbers as another one. */
  private readonly alias = new Map<string, string>()
  /** Scales and zero points made on the way, with the constant part of a scale. */
  private readonly aux = new Map<string, DescribedTensor | null>()
  /** Values of integer operators that still wait for their scale, or for their bias. */
  private readonly waiting = new Map<string, { readonly draft: Draft; readonly scaled: boolean }>()

  constructor(graph: DescribedGraph, outer: Constants) {
    this.constants = new Map(outer)
    for (const tensor of graph.tensors) this.constants.set(tensor.name, { tensor, scale: null, zero: null })
  }

  resolve(name: string): string {
    let at = name
    for (let next = this.alias.get(at); next !== undefined; next = this.alias.get(at)) at = next
    return at
  }

  private tensorAt(node: DescribedNode, at: number | undefined): DescribedTensor | null {
    return at === undefined ? null : this.constants.get(node.inputs[at] ?? '')?.tensor ?? null
  }

  private rescale(node: DescribedNode): boolean {
    const [first = ''] = node.inputs
    const [out = ''] = node.outputs
    if (node.op === 'DynamicQuantizeLinear') {
      this.alias.set(out, first)
      for (const name of node.outputs.slice(1)) this.aux.set(name, null)
      return true
    }
    if (node.op !== 'QuantizeLinear' && node.op !== 'DequantizeLinear') return false
    const constant = this.constants.get(first)
    if (constant === undefined) this.alias.set(out, first)
    else this.constants.set(out, node.op === 'QuantizeLinear' ? constant : { tensor: constant.tensor, scale: this.tensorAt(node, 1), zero: this.tensorAt(node, 2) })
    return true
  }

  /** Cast, Mul and Add behind an integer operator, which give its numbers their scale and their bias. */
  private finish(node: DescribedNode): boolean {
    const [a = '', b = ''] = node.inputs
    const [out = ''] = node.outputs
    if (node.op === 'Mul' && (this.aux.has(a) || this.aux.has(b)) && [a, b].every((v) => this.aux.has(v) || this.constants.has(v))) {
      this.aux.set(out, this.constants.get(a)?.tensor ?? this.constants.get(b)?.tensor ?? this.aux.get(a) ?? this.aux.get(b) ?? null)
      return true
    }
    const held = [a, b].find((v) => this.waiting.has(v))
    const waits = held === undefined ? undefined : this.waiting.get(held)
    if (held === undefined || waits === undefined) return false
    const other = held === a ? b : a
    const constant = this.constants.get(other)?.tensor
    if (node.op === 'Cast') this.waiting.set(out, waits)
    else if (node.op === 'Mul' && !waits.scaled && (this.aux.has(other) || constant !== undefined)) {
      const weight = waits.draft.weights.get(1)
      if (weight !== undefined) weight.scale = constant ?? this.aux.get(other) ?? null
      this.waiting.set(out, { draft: waits.draft, scaled: true })
    } else if (node.op === 'Add' && waits.scaled && constant !== undefined && constant.elements > 0 && !waits.draft.weights.has(2)) {
      waits.draft.weights.set(2, { slot: '2', tensor: constant, scale: null, zero: null, setting: false })
    } else return false
    this.alias.set(out, held)
    waits.draft.made = out
    return true
  }

  private layer(node: DescribedNode, at: number, form: QuantisedForm | undefined): void {
    const places = form?.data ?? node.inputs.map((_, i) => ({ at: i }))
    const op = form?.op ?? node.op
    const weights = new Map<number, LayerWeight>()
    const inputs = places.map((place, i) => {
      const name = node.inputs[place.at] ?? ''
      const constant = this.constants.get(name)
      if (constant === undefined) return name
      const quantised = 'scale' in place || 'zero' in place ? { scale: this.tensorAt(node, place.scale), zero: this.tensorAt(node, place.zero) } : { scale: constant.scale, zero: constant.zero }
      weights.set(i, { slot: String(i), tensor: constant.tensor, ...quantised, setting: quantised.scale === null && form === undefined && isSetting(op, String(i), constant.tensor) })
      return ''
    })
    const draft: Draft = { at, node, op, inputs, weights, quantised: form !== undefined || [...weights.values()].some((w) => w.scale !== null), outputs: node.outputs, made: node.outputs[0] ?? '' }
    this.drafts.push(draft)
    if (node.op === 'ConvInteger' || node.op === 'MatMulInteger') this.waiting.set(node.outputs[0] ?? '', { draft, scaled: false })
  }

  take(node: DescribedNode, at: number): void {
    if ((node.domain === '' || node.domain === 'com.microsoft') && (this.rescale(node) || this.finish(node))) return
    this.layer(node, at, node.domain === '' || node.domain === 'com.microsoft' ? quantisedForms[node.op] : undefined)
  }
}

/** The layers of a graph; `outer`: constants of the graphs around it. */
export function layersOf(graph: DescribedGraph, outer: Constants = new Map()): LayerGraph {
  const makers = new Map(graph.nodes.flatMap((n, i) => n.outputs.map((o) => [o, i] as const)))
  const inner = graph.nodes.map((n) => n.bodies.flatMap((b) => takenFromOutside(b.graph)))
  const nodeOrder = inOrder(graph.nodes.length, (i) => [...graph.nodes[i]!.inputs, ...inner[i]!].flatMap((name) => makers.get(name) ?? []))
  const builder = new Builder(graph, outer)
  for (const i of nodeOrder) builder.take(graph.nodes[i]!, i)
  const drafts = builder.drafts.sort((a, b) => a.at - b.at)
  const made = new Map(drafts.flatMap((d, layer) => d.outputs.map((o, slot) => [o, { layer, slot }] as const)))
  const inputs = new Set(graph.inputs)
  const source = (name: string): Source => {
    const end = builder.resolve(name)
    const maker = made.get(end)
    if (end === '') return null
    return maker !== undefined ? { kind: 'layer', ...maker } : inputs.has(end) ? { kind: 'input', name: end } : builder.constants.has(end) ? null : { kind: 'outer', name: end }
  }
  const layers = drafts.map((d): Layer => ({
    name: d.node.name, label: d.node.name === '' ? `(${d.made})` : d.node.name, op: d.op, domain: d.quantised && d.op !== d.node.op ? '' : d.node.domain, family: familyOf(d.op), outputs: d.outputs, quantised: d.quantised,
    sources: [...d.inputs.map(source), ...inner[d.at]!.map(source)],
    weights: [...d.weights.values(), ...d.node.learned.map((l): LayerWeight => ({ slot: l.slot, tensor: l.tensor, scale: null, zero: null, setting: false }))],
    attributes: d.node.attributes, bodies: d.node.bodies,
  }))
  const order = inOrder(layers.length, (i) => layers[i]!.sources.flatMap((s) => (s?.kind === 'layer' ? [s.layer] : [])))
  return { inputs: graph.inputs, layers, order, outputs: graph.outputs.map((name) => ({ name, source: source(name) })), constants: builder.constants }
}
