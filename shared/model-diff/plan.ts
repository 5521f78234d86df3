// The first half of a comparison: pairs the layers of every graph, body and function, and lists which tensors must be read side by side.
// Pure; the second half (graph-diff.ts) takes the sums that the reading gave.
import { Interner, type DescribedGraph, type DescribedModel } from './graph.ts'
import { layersOf, type Constants, type LayerGraph, type LayerWeight } from './layers.ts'
import { matchLayers, type Match } from './match.ts'
import { structureOf, type Structure } from './structure.ts'
import { pairRequest, storedTurned, type PairRequest } from './weights.ts'

/** Two graphs that correspond, with their layers paired. */
export interface ScopePair { readonly scope: string; readonly left: Structure; readonly right: Structure; readonly match: Match; readonly inputs: ReadonlyMap<string, string>; readonly outputs: ReadonlyMap<string, string> }

/** A weight on both sides; `request`: place in the list of requests, null where nothing is to be read. */
export interface WeightPair { readonly left: LayerWeight; readonly right: LayerWeight; readonly request: number | null }

export interface DiffPlan {
  readonly scopes: readonly ScopePair[]
  readonly requests: readonly PairRequest[]
  /** The request of two weights. */
  readonly pairOf: (left: LayerWeight, right: LayerWeight, family: string, turned: boolean) => WeightPair
  readonly replaceable: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly documentation: boolean
}

const nothing: DescribedGraph = { inputs: [], outputs: [], tensors: [], nodes: [] }

/** Names on both sides that correspond: equal ones, then the rest in order. `byPlace`: only the order counts. */
function correspond(left: readonly string[], right: readonly string[], byPlace: boolean): Map<string, string> {
  if (byPlace) return new Map(left.flatMap((name, i) => (right[i] === undefined ? [] : [[name, right[i]] as const])))
  const pairs = new Map(left.filter((name) => right.includes(name)).map((name) => [name, name]))
  const rest = right.filter((name) => !left.includes(name))
  for (const [i, name] of left.filter((n) => !pairs.has(n)).entries()) if (rest[i] !== undefined) pairs.set(name, rest[i])
  return pairs
}

function numbered(left: readonly string[], right: readonly string[], pairs: ReadonlyMap<string, string>): [Map<string, number>, Map<string, number>] {
  const ours = new Map(left.map((name, i) => [name, i]))
  const theirs = new Map(right.map((name, i) => [name, left.length + i]))
  for (const [a, b] of pairs) theirs.set(b, ours.get(a)!)
  return [ours, theirs]
}

class Planner {
  readonly scopes: ScopePair[] = []
  readonly requests: PairRequest[] = []
  private readonly interner = new Interner()
  private readonly known = new Map<string, number>()

  graphs(scope: string, a: DescribedGraph, b: DescribedGraph, outer: readonly [Constants, Constants] = [new Map(), new Map()]): void {
    const [leftGraph, rightGraph] = [layersOf(a, outer[0]), layersOf(b, outer[1])]
    const names = (g: LayerGraph): string[] => g.outputs.map((o) => o.name)
    const inputs = correspond(a.inputs, b.inputs, scope !== '')
    const outputs = correspond(names(leftGraph), names(rightGraph), scope !== '')
    const [leftIn, rightIn] = numbered(a.inputs, b.inputs, inputs)
    const [leftOut, rightOut] = numbered(names(leftGraph), names(rightGraph), outputs)
    const left = structureOf(leftGraph, { inputs: leftIn, outputs: leftOut }, this.interner)
    const right = structureOf(rightGraph, { inputs: rightIn, outputs: rightOut }, this.interner)
    const match = matchLayers(left, right)
    this.scopes.push({ scope, left, right, match, inputs, outputs })
    for (const [i, layer] of leftGraph.layers.entries()) {
      const other = rightGraph.layers[match.toRight[i]!]
      if (other === undefined) continue
      for (const body of layer.bodies) {
        const theirs = other.bodies.find((x) => x.slot === body.slot)
        const way = `${scope === '' ? '' : `${scope} / `}${layer.name === '' ? layer.op : layer.name} / ${body.slot}`
        if (theirs !== undefined) this.graphs(way, body.graph, theirs.graph, [leftGraph.constants, rightGraph.constants])
      }
    }
  }

  pairOf(left: LayerWeight, right: LayerWeight, family: string, turned: boolean): WeightPair {
    const same = !turned && left.tensor.digest === right.tensor.digest && left.scale?.digest === right.scale?.digest && left.zero?.digest === right.zero?.digest
    const request = same || left.setting || right.setting ? null : pairRequest(left, right, family, turned)
    if (request === null) return { left, right, request: null }
    const key = `${request.left}:${request.right}:${String(turned)}`
    const known = this.known.get(key)
    if (known !== undefined) return { left, right, request: known }
    this.known.set(key, this.requests.length)
    this.requests.push(request)
    return { left, right, request: this.requests.length - 1 }
  }
}

/** What a caller may replace in one model and is fixed in the other. */
const lacking = (of: DescribedModel, other: DescribedModel): string[] => (of.replaceable ?? []).filter((name) => !(other.replaceable ?? []).includes(name) && other.graph.tensors.some((t) => t.name === name))

/** Pairs everything that corresponds in two models. */
export function planDiff(left: DescribedModel, right: DescribedModel): DiffPlan {
  const planner = new Planner()
  planner.graphs('', left.graph, right.graph)
  const names = [...new Set([...left.functions, ...right.functions].map((f) => f.name))]
  const body = (m: DescribedModel, name: string): DescribedGraph => m.functions.find((f) => f.name === name)?.graph ?? nothing
  for (const name of names) planner.graphs(`function ${name}`, body(left, name), body(right, name))
  const pairOf: DiffPlan['pairOf'] = (a, b, family, turned) => planner.pairOf(a, b, family, turned)
  // Asked once for every pair, so that the list of requests is whole before anything is read.
  for (const s of planner.scopes) {
    for (const [i, layer] of s.left.graph.layers.entries()) {
      const other = s.right.graph.layers[s.match.toRight[i]!]
      for (const weight of layer.weights) {
        const theirs = other?.weights.find((w) => w.slot === weight.slot)
        if (theirs !== undefined && other !== undefined) pairOf(weight, theirs, layer.family, storedTurned(layer, other, weight.slot))
      }
    }
  }
  return { scopes: planner.scopes, requests: planner.requests, pairOf, documentation: left.documentation !== right.documentation, replaceable: { added: lacking(right, left), removed: lacking(left, right) } }
}
