// Numbers for what a layer is, what feeds it and what it feeds: equal exactly when structure is equal, on both sides of a comparison.
// `exact` counts weights too; `shape` only their shapes, so that a model trained again has the same structure.
import type { DescribedGraph, Interner } from './graph.ts'
import { layersOf, type Constants, type Layer, type LayerGraph, type LayerWeight, type Source } from './layers.ts'
import { saysNothing } from './operators.ts'

export type Detail = 'exact' | 'shape'

/** Which layers take each layer's outputs. */
export interface Use { readonly layer: number; readonly input: number; readonly output: number }

export interface Structure {
  readonly graph: LayerGraph
  readonly uses: readonly (readonly Use[])[]
  readonly own: Readonly<Record<Detail, Int32Array>>
  readonly up: Readonly<Record<Detail, Int32Array>>
  readonly down: Readonly<Record<Detail, Int32Array>>
}

/** Numbers for the inputs and outputs of a graph, equal for those that correspond. */
export interface Ends { readonly inputs: ReadonlyMap<string, number>; readonly outputs: ReadonlyMap<string, number> }

const weightText = (w: LayerWeight, detail: Detail): string =>
  detail === 'shape' ? (w.setting ? `${w.slot}=${w.tensor.digest}` : `${w.slot}:${w.tensor.dims.join('x')}`) : `${w.slot}=${w.tensor.digest}/${w.scale?.digest ?? ''}/${w.zero?.digest ?? ''}:${w.tensor.dims.join('x')}`

/** The attributes that say something, as they count for structure. */
export const tellingAttributes = (layer: Layer): Layer['attributes'] => layer.attributes.filter((a) => !saysNothing(layer.op, a.name, a.text))

class Numbering {
  private readonly interner: Interner
  constructor(interner: Interner) { this.interner = interner }

  own(layer: Layer, detail: Detail, constants: Constants): number {
    const attributes = tellingAttributes(layer).filter((a) => detail === 'exact' || !a.learned).map((a) => `${a.name}=${a.digest}`)
    const bodies = layer.bodies.map((b) => `${b.slot}{${this.body(b.graph, detail, constants)}}`)
    return this.interner.of(`${layer.domain}.${layer.op}|${attributes.join(';')}|${layer.weights.map((w) => weightText(w, detail)).join(';')}|${bodies.join(';')}|${layer.sources.length}|${layer.outputs.length}`)
  }

  private source(s: Source, up: Int32Array, inputs: ReadonlyMap<string, number>): string {
    if (s === null) return '-'
    return s.kind === 'layer' ? `${up[s.layer]}.${s.slot}` : s.kind === 'input' ? `i${inputs.get(s.name) ?? '?'}` : 'o'
  }

  up(graph: LayerGraph, own: Int32Array, inputs: ReadonlyMap<string, number>): Int32Array {
    const up = new Int32Array(graph.layers.length)
    for (const i of graph.order) up[i] = this.interner.of(`u${own[i]}(${graph.layers[i]!.sources.map((s) => this.source(s, up, inputs)).join(',')})`)
    return up
  }

  down(graph: LayerGraph, own: Int32Array, uses: Structure['uses'], outputs: ReadonlyMap<string, number>): Int32Array {
    const ends = new Map<number, string[]>()
    for (const o of graph.outputs) if (o.source?.kind === 'layer') ends.set(o.source.layer, [...(ends.get(o.source.layer) ?? []), `${o.source.slot}>o${outputs.get(o.name) ?? '?'}`])
    const down = new Int32Array(graph.layers.length)
    for (const i of [...graph.order].reverse()) {
      const to = [...uses[i]!.map((u) => `${u.output}>${down[u.layer]}.${u.input}`), ...(ends.get(i) ?? [])].sort()
      down[i] = this.interner.of(`d${own[i]}(${to.join(',')})`)
    }
    return down
  }

  /** A body counts by what its outputs are made of. */
  body(described: DescribedGraph, detail: Detail, constants: Constants): number {
    const graph = layersOf(described, constants)
    const inputs = new Map(graph.inputs.map((name, i) => [name, i]))
    const own = Int32Array.from(graph.layers, (layer) => this.own(layer, detail, graph.constants))
    const up = this.up(graph, own, inputs)
    return this.interner.of(`b(${graph.outputs.map((o) => this.source(o.source, up, inputs)).join(',')})${graph.layers.length}`)
  }
}

function usesOf(graph: LayerGraph): Use[][] {
  const uses: Use[][] = graph.layers.map(() => [])
  for (const [layer, { sources }] of graph.layers.entries()) for (const [input, s] of sources.entries()) if (s?.kind === 'layer') uses[s.layer]!.push({ layer, input, output: s.slot })
  return uses
}

/** Numbers of every layer of a graph. Both sides of a comparison must use the same `interner`. */
export function structureOf(graph: LayerGraph, ends: Ends, interner: Interner): Structure {
  const numbering = new Numbering(interner)
  const uses = usesOf(graph)
  const each = <T>(make: (detail: Detail) => T): Record<Detail, T> => ({ exact: make('exact'), shape: make('shape') })
  const own = each((detail) => Int32Array.from(graph.layers, (layer) => numbering.own(layer, detail, graph.constants)))
  return { graph, uses, own, up: each((d) => numbering.up(graph, own[d], ends.inputs)), down: each((d) => numbering.down(graph, own[d], uses, ends.outputs)) }
}
