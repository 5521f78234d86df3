// All graphs of a model file in one list, each node with a number: the model's graph, every body inside it, every function and its bodies.
// Reads declared types of inner values, which import leaves out. Judges nothing.
import type { ValueSpec } from '../../../../shared/domain/model.ts'
import type { GraphRecord, ModelRecord, NodeRecord } from '../records.ts'
import type { SparseRecord, TensorRecord } from '../tensor.ts'
import { readValue } from '../value-type.ts'
import { type ByteSource, Cursor } from '../wire.ts'

export interface Scope {
  readonly id: number
  readonly kind: 'graph' | 'body' | 'function'
  readonly name: string
  /** The node that holds a body. */
  readonly node: number | null
  readonly slot: string
  readonly parent: Scope | null
  readonly first: number
  readonly nodes: readonly NodeRecord[]
  readonly inputs: readonly ValueSpec[]
  readonly outputs: readonly ValueSpec[]
  readonly initializers: ReadonlyMap<string, TensorRecord>
  readonly sparse: ReadonlyMap<string, SparseRecord>
  /** Declared types of values inside it, by name. */
  readonly declared: ReadonlyMap<string, ValueSpec>
  /** By the number of a node: its bodies with the settings that hold them. */
  readonly bodies: Map<number, Scope[]>
}

export interface ScopedModel {
  readonly scopes: readonly Scope[]
  /** By `domain` and name, a line feed between. */
  readonly functions: ReadonlyMap<string, Scope>
  readonly nodes: number
  readonly scopeOf: (node: number) => Scope
}

export const functionKey = (domain: string, name: string): string => `${domain === 'ai.onnx' ? '' : domain}\n${name}`

const untyped = (name: string): ValueSpec => ({ name, kind: 'tensor', dtype: 'undefined', shape: null, text: 'unknown' })

function declaredIn(source: ByteSource, graph: GraphRecord): Map<string, ValueSpec> {
  const out = new Map<string, ValueSpec>()
  const cursor = new Cursor(source, graph.start, graph.end)
  while (cursor.next()) {
    if (cursor.field !== 13) continue
    const value = readValue(cursor.inside())
    out.set(value.name, value)
  }
  for (const v of [...graph.inputs, ...graph.outputs]) out.set(v.name, v)
  return out
}

class Numbering {
  readonly scopes: Scope[] = []
  private next = 0
  private readonly source: ByteSource
  private readonly byPlace: readonly GraphRecord[]

  constructor(source: ByteSource, model: ModelRecord) {
    this.source = source
    this.byPlace = [...model.bodies].sort((a, b) => a.start - b.start)
  }

  /** Bodies that lie directly in a range of the file. */
  private inside(start: number, end: number): GraphRecord[] {
    let low = 0
    for (let high = this.byPlace.length; low < high;) { const mid = (low + high) >> 1; if (this.byPlace[mid]!.start < start) low = mid + 1; else high = mid }
    const out: GraphRecord[] = []
    let past = start
    for (; low < this.byPlace.length && this.byPlace[low]!.start < end; low++) {
      const body = this.byPlace[low]!
      if (body.start >= past) { out.push(body); past = body.end }
    }
    return out
  }

  add(part: Omit<Scope, 'id' | 'first' | 'bodies'>): Scope {
    const scope: Scope = { ...part, id: this.scopes.length, first: this.next, bodies: new Map() }
    this.next += part.nodes.length
    this.scopes.push(scope)
    return scope
  }

  graph(graph: GraphRecord, place: Pick<Scope, 'kind' | 'node' | 'slot' | 'parent' | 'name'>): Scope {
    return this.add({
      ...place, nodes: graph.nodes, inputs: graph.inputs, outputs: graph.outputs, declared: declaredIn(this.source, graph),
      initializers: new Map(graph.initializers.map((t) => [t.name, t])), sparse: new Map(graph.sparse.map((s) => [s.values.name, s])),
    })
  }

  /** Adds the bodies of every scope that is there, and theirs. */
  descend(): void {
    for (let at = 0; at < this.scopes.length; at++) {
      const scope = this.scopes[at]!
      for (const [i, node] of scope.nodes.entries()) {
        const id = scope.first + i
        for (const a of node.attributes) {
          const found = this.inside(a.start, a.end)
          for (const [n, body] of found.entries()) {
            const slot = found.length > 1 ? `${a.name} ${n + 1}` : a.name
            const made = this.graph(body, { kind: 'body', node: id, slot, parent: scope, name: `${node.name === '' ? node.opType : node.name}: ${slot}` })
            scope.bodies.set(id, [...(scope.bodies.get(id) ?? []), made])
          }
        }
      }
    }
  }

  get count(): number { return this.next }
}

/** Every graph of the model. The model's own graph comes first, then the functions, then all bodies. */
export function scopesOf(source: ByteSource, model: ModelRecord): ScopedModel {
  const numbering = new Numbering(source, model)
  numbering.graph(model.graph, { kind: 'graph', node: null, slot: '', parent: null, name: model.graph.name })
  const functions = new Map<string, Scope>()
  for (const f of model.functions) {
    functions.set(functionKey(f.domain, f.name), numbering.add({
      kind: 'function', node: null, slot: '', parent: null, name: f.domain === '' ? f.name : `${f.domain}.${f.name}`, nodes: f.nodes, inputs: f.inputs.map(untyped), outputs: f.outputs.map(untyped),
      initializers: new Map(), sparse: new Map(), declared: new Map(),
    }))
  }
  numbering.descend()
  const { scopes } = numbering
  const scopeOf = (node: number): Scope => {
    let low = 0
    for (let high = scopes.length - 1; low < high;) { const mid = (low + high + 1) >> 1; if (scopes[mid]!.first <= node) low = mid; else high = mid - 1 }
    // Scopes without nodes begin where the next one does.
    while (node >= scopes[low]!.first + scopes[low]!.nodes.length && low > 0) low--
    return scopes[low]!
  }
  return { scopes, functions, nodes: numbering.count, scopeOf }
}

/** Names that a body and the bodies inside it take from around it. */
export function capturesOf(scope: Scope): readonly string[] {
  const own = new Set([...scope.inputs.map((v) => v.name), ...scope.initializers.keys(), ...scope.sparse.keys(), ...scope.nodes.flatMap((n) => n.outputs)])
  const taken = new Set<string>()
  const take = (name: string): void => { if (name !== '' && !own.has(name)) taken.add(name) }
  for (const [i, node] of scope.nodes.entries()) {
    node.inputs.forEach(take)
    for (const body of scope.bodies.get(scope.first + i) ?? []) capturesOf(body).forEach(take)
  }
  for (const output of scope.outputs) take(output.name)
  return [...taken]
}
