// Walks the graphs of a model once and finds what is known of every value, and what every node costs. Bodies see the values around them;
// functions are walked for every different call. Ends on any graph: circles, missing inputs and endless calls leave values unknown.
import type { Dimension, ValueSpec } from '../../../../shared/domain/model.ts'
import { flopsOf } from '../../../../shared/graph/cost.ts'
import { knownText, nothing, tensor, type Known } from '../../../../shared/graph/known.ts'
import { inferNode } from '../../../../shared/graph/shapes/infer.ts'
import { inOrder } from '../../../../shared/model-diff/layers.ts'
import { elementTypeName } from '../element-type.ts'
import type { NodeRecord } from '../records.ts'
import type { ByteSource } from '../wire.ts'
import { knownTensor, NodeSettings } from './node-settings.ts'
import { capturesOf, functionKey, type Scope, type ScopedModel } from './scopes.ts'

/** Nodes that are walked in all, functions counted for every call. */
const mostSteps = 4_000_000
const deepest = 40

export interface InferredNode { readonly outputs: readonly Known[]; readonly flops: number | null }
export interface Inferred {
  /** By the number of the node, as first seen. */
  readonly nodes: readonly (InferredNode | undefined)[]
  /** Of the graph and of every body and function: what is known of its values by name. */
  readonly values: readonly ReadonlyMap<string, Known>[]
  /** Operations of one call of the model; and how many nodes on the way have no known number. */
  readonly flops: number | null
  readonly unknown: number
  readonly gaveUp: boolean
}

interface Tally { flops: number | null; unknown: number }
const noTally = (): Tally => ({ flops: 0, unknown: 0 })

type Env = { readonly values: Map<string, Known>; readonly outer: Env | null }
function lookup(env: Env | null, name: string): Known | undefined {
  for (let at = env; at !== null; at = at.outer) { const found = at.values.get(name); if (found !== undefined) return found }
  return undefined
}

/** A declared type as what is known; `bind` gives open sizes a number. */
export function declaredKnown(spec: ValueSpec, bind?: (dim: Dimension, at: number) => Dimension): Known {
  if (spec.kind !== 'tensor' && spec.kind !== 'sparse-tensor') return { dtype: 'undefined', shape: null, value: null, other: spec.text }
  return tensor(spec.dtype ?? 'undefined', spec.shape === null ? null : bind === undefined ? spec.shape : spec.shape.map(bind))
}

/** What inference found, completed by what the file declares where inference is silent. */
function merged(found: Known, declared: Known | undefined): Known {
  if (declared === undefined) return found
  const dtype = found.dtype === 'undefined' ? declared.dtype : found.dtype
  if (found.other !== undefined) return found
  if (found.shape === null) return declared.other !== undefined ? declared : { ...declared, dtype, value: found.value }
  if (declared.shape?.length !== found.shape.length) return { ...found, dtype }
  const { shape } = declared
  return { ...found, dtype, shape: found.shape.map((d, i) => d ?? shape[i] ?? null) }
}

const key = (k: Known | null): string => (k === null ? '-' : `${knownText(k)}${k.value === null || k.value.length > 16 ? '' : `=${k.value.join(',')}`}`)

class Walk {
  readonly nodes: (InferredNode | undefined)[]
  readonly values: Map<string, Known>[]
  steps = 0
  private readonly calls = new Map<string, { readonly outputs: readonly Known[]; readonly tally: Tally }>()
  private readonly orders = new Map<number, readonly number[]>()
  private readonly source: ByteSource
  private readonly model: ScopedModel
  private readonly trustDeclared: boolean

  /** `trustDeclared` false: declared inner shapes may hold other sizes than those asked for, and are left out. */
  constructor(source: ByteSource, model: ScopedModel, trustDeclared: boolean) {
    this.source = source
    this.model = model
    this.trustDeclared = trustDeclared
    this.nodes = Array<InferredNode | undefined>(model.nodes)
    this.values = model.scopes.map(() => new Map())
  }

  private orderOf(scope: Scope): readonly number[] {
    const known = this.orders.get(scope.id)
    if (known !== undefined) return known
    const makers = new Map(scope.nodes.flatMap((n, i) => n.outputs.map((o) => [o, i] as const)))
    const inner = (i: number): readonly string[] => (scope.bodies.get(scope.first + i) ?? []).flatMap((b) => [...capturesOf(b)])
    const order = inOrder(scope.nodes.length, (i) => [...scope.nodes[i]!.inputs, ...inner(i)].flatMap((name) => makers.get(name) ?? []))
    this.orders.set(scope.id, order)
    return order
  }

  /** Walks one graph; answers what is known of its outputs. */
  scope(scope: Scope, inputs: ReadonlyMap<string, Known>, outer: Env | null, caller: NodeSettings | null, depth: number, tally: Tally): readonly Known[] {
    const env: Env = { values: new Map(inputs), outer }
    for (const [name, t] of scope.initializers) env.values.set(name, knownTensor(this.source, t))
    for (const [name, s] of scope.sparse) env.values.set(name, tensor(elementTypeName(s.values.elementCode), s.dims))
    const first = this.values[scope.id]!.size === 0
    for (const i of this.orderOf(scope)) {
      const node = scope.nodes[i]!
      if (++this.steps > mostSteps) break
      const id = scope.first + i
      const found = this.node(scope, node, id, env, caller, depth)
      const outputs = node.outputs.map((name, o) => (this.trustDeclared ? merged(found.outputs[o] ?? nothing, declaredAt(scope, name)) : typedBy(found.outputs[o] ?? nothing, declaredAt(scope, name))))
      node.outputs.forEach((name, o) => { if (name !== '') env.values.set(name, outputs[o]!) })
      if (first) this.nodes[id] = { outputs, flops: found.flops }
      if (found.flops === null) tally.unknown += 1
      else tally.flops = (tally.flops ?? 0) + found.flops
    }
    if (first) for (const [name, known] of env.values) this.values[scope.id]!.set(name, known)
    return scope.outputs.map((o) => lookup(env, o.name) ?? nothing)
  }

  private node(scope: Scope, node: NodeRecord, id: number, env: Env, caller: NodeSettings | null, depth: number): InferredNode {
    const settings = new NodeSettings(this.source, node, caller)
    const inputs = node.inputs.map((name) => (name === '' ? null : lookup(env, name) ?? nothing))
    while (inputs.length > 0 && inputs.at(-1) === null) inputs.pop()
    const bodies = scope.bodies.get(id)
    const called = this.model.functions.get(functionKey(node.domain, node.opType))
    if (called !== undefined) return this.call(called, inputs, settings, depth)
    if (bodies !== undefined && depth < deepest) return this.control(node, bodies, inputs, settings, env, caller, depth)
    const ask = { inputs, settings, outputs: node.outputs.length }
    const outputs = inferNode(node.domain, node.opType, ask)
    return { outputs, flops: flopsOf(node.domain, node.opType, ask, outputs) }
  }

  private call(called: Scope, inputs: readonly (Known | null)[], settings: NodeSettings, depth: number): InferredNode {
    const outputs = called.outputs.map(() => nothing)
    if (depth >= deepest) return { outputs, flops: null }
    const same = `${called.id}|${inputs.map(key).join('|')}`
    const known = this.calls.get(same)
    if (known !== undefined) return { outputs: known.outputs, flops: known.tally.unknown > 0 ? null : known.tally.flops }
    const tally = noTally()
    // A function that calls itself meets this and goes no further.
    this.calls.set(same, { outputs, tally: { flops: null, unknown: 1 } })
    const made = this.scope(called, new Map(called.inputs.flatMap((v, i) => (inputs[i] == null ? [] : [[v.name, inputs[i]!] as const]))), null, settings, depth + 1, tally)
    this.calls.set(same, { outputs: made, tally })
    return { outputs: made, flops: tally.unknown > 0 ? null : tally.flops }
  }

  /** One body with what flows into it. Its declared input types count where nothing better is known. */
  private body(body: Scope, given: readonly Known[], env: Env, caller: NodeSettings | null, depth: number): { readonly outputs: readonly Known[]; readonly tally: Tally } {
    const tally = noTally()
    const inputs = new Map(body.inputs.map((spec, i) => [spec.name, this.trustDeclared ? merged(given[i] ?? nothing, declaredKnown(spec)) : typedBy(given[i] ?? nothing, declaredKnown(spec))] as const))
    return { outputs: this.scope(body, inputs, env, caller, depth + 1, tally), tally }
  }

  private control(node: NodeRecord, bodies: readonly Scope[], inputs: readonly (Known | null)[], settings: NodeSettings, env: Env, caller: NodeSettings | null, depth: number): InferredNode {
    const given = inputs.map((i) => i ?? nothing)
    if (node.opType === 'If' && node.domain === '') {
      const both = bodies.map((b) => this.body(b, [], env, caller, depth))
      const flops = both.some((b) => b.tally.unknown > 0) ? null : Math.max(0, ...both.map((b) => b.tally.flops ?? 0))
      return { outputs: node.outputs.map((_, o) => both.map((b) => b.outputs[o] ?? nothing).reduce(either)), flops }
    }
    if (node.opType === 'Loop' && node.domain === '') return this.loop(node, bodies[0]!, given, env, caller, depth)
    if (node.opType === 'Scan' && node.domain === '') return this.scan(node, bodies[0]!, given, settings, env, caller, depth)
    for (const b of bodies) this.body(b, [], env, caller, depth)
    return { outputs: node.outputs.map(() => nothing), flops: null }
  }

  private loop(node: NodeRecord, body: Scope, given: readonly Known[], env: Env, caller: NodeSettings | null, depth: number): InferredNode {
    const trips = given[0]?.value?.[0]
    const counters = [tensor('int64', []), tensor('bool', [])]
    const start = given.slice(2).map((k) => ({ ...k, value: null }))
    const first = this.body(body, [...counters, ...start], env, caller, depth)
    const kept = start.every((k, i) => key(tensor('undefined', (first.outputs[i + 1] ?? nothing).shape)) === key(tensor('undefined', k.shape)))
    if (!kept) this.forget(body)
    // What is carried changes its shape from turn to turn: only its type is certain.
    const carried = kept ? start : start.map((k) => (k.other === undefined ? tensor(k.dtype, null) : k))
    const { outputs, tally } = kept ? first : this.body(body, [...counters, ...carried], env, caller, depth)
    const count = typeof trips === 'number' && trips >= 0 ? trips : null
    const made = node.outputs.map((_, o) => {
      const out = outputs[o + 1] ?? nothing
      if (o < carried.length) return agree(out, given[o + 2] ?? nothing)
      return tensor(out.dtype, out.shape === null ? null : [null, ...out.shape])
    })
    return { outputs: made, flops: count === null || tally.unknown > 0 || tally.flops === null ? null : tally.flops * count }
  }

  /** So that the next walk of a body is the one that is shown. */
  private forget(body: Scope): void {
    this.values[body.id]!.clear()
    for (const inner of body.bodies.values()) for (const b of inner) this.forget(b)
  }

  private scan(node: NodeRecord, body: Scope, given: readonly Known[], settings: NodeSettings, env: Env, caller: NodeSettings | null, depth: number): InferredNode {
    const scanned = settings.int('num_scan_inputs') ?? 0
    const states = given.length - scanned
    if (states < 0) return { outputs: node.outputs.map(() => nothing), flops: null }
    const axes = settings.ints('scan_input_axes') ?? []
    const ranks = given.slice(states)
    const along = ranks.map((k, i) => { const axis = axes[i] ?? 0; return k.shape === null ? null : axis < 0 ? axis + k.shape.length : axis })
    const length = ranks.map((k, i) => (along[i] === null ? null : k.shape?.[along[i]!] ?? null)).find((d) => d !== null) ?? null
    const slices = ranks.map((k, i) => tensor(k.dtype, k.shape === null ? null : k.shape.filter((_, at) => at !== along[i])))
    const { outputs, tally } = this.body(body, [...given.slice(0, states), ...slices], env, caller, depth)
    const outAxes = settings.ints('scan_output_axes') ?? []
    const made = node.outputs.map((_, o) => {
      const out = outputs[o] ?? nothing
      if (o < states) return given[o]?.shape === null ? out : tensor(out.dtype, given[o]?.shape ?? null)
      if (out.shape === null) return tensor(out.dtype, null)
      const axis = outAxes[o - states] ?? 0
      const at = axis < 0 ? axis + out.shape.length + 1 : axis
      return tensor(out.dtype, [...out.shape.slice(0, at), length, ...out.shape.slice(at)])
    })
    return { outputs: made, flops: typeof length !== 'number' || tally.unknown > 0 || tally.flops === null ? null : tally.flops * length }
  }
}

const declaredAt = (scope: Scope, name: string): Known | undefined => { const spec = scope.declared.get(name); return spec === undefined ? undefined : declaredKnown(spec) }
/** Only the type, and fixed ranks of what else would be unknown, are taken from a declaration that was made for other sizes. */
const typedBy = (found: Known, declared: Known | undefined): Known => (declared === undefined || found.other !== undefined ? found : declared.other !== undefined && found.shape === null ? declared
  : { ...found, dtype: found.dtype === 'undefined' ? declared.dtype : found.dtype, shape: found.shape ?? (declared.shape !== null && declared.shape.every((d) => typeof d === 'number') ? declared.shape : null) })

/** What holds of both of two. */
function either(a: Known, b: Known): Known {
  if (a.other !== undefined || b.other !== undefined) return a
  const dtype = a.dtype === b.dtype || b.dtype === 'undefined' ? a.dtype : b.dtype
  if (a.shape === null || b.shape?.length !== a.shape.length) return tensor(dtype, null)
  const { shape } = b
  return tensor(dtype, a.shape.map((d, i) => (d === shape[i] ? d : null)))
}
const agree = (out: Known, before: Known): Known => (out.other === undefined && out.shape !== null && before.shape !== null ? { ...either(out, before), dtype: out.dtype } : out.dtype === 'undefined' && out.other === undefined ? tensor(before.dtype, null) : out)

/** Infers a whole model. `bind`: numbers for open sizes of its inputs; absent: they stay as they are named. */
export function inferModel(source: ByteSource, model: ScopedModel, bind?: (input: string, dim: Dimension, at: number) => Dimension): Inferred {
  const walk = new Walk(source, model, bind === undefined)
  const tally = noTally()
  const [main] = model.scopes
  if (main !== undefined) walk.scope(main, new Map(main.inputs.map((v) => [v.name, declaredKnown(v, bind === undefined ? undefined : (d, at) => bind(v.name, d, at))])), null, null, 0, tally)
  // Functions that nobody calls are still shown.
  for (const f of model.functions.values()) if (walk.values[f.id]!.size === 0) walk.scope(f, new Map(), null, null, 1, noTally())
  const counted = walk.nodes.some((n) => n !== undefined && n.flops !== null)
  return { nodes: walk.nodes, values: walk.values, flops: counted ? tally.flops : null, unknown: tally.unknown, gaveUp: walk.steps > mostSteps }
}

