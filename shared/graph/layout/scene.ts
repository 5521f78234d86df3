// The whole drawing: groups that are open are laid out on their own and stand as one box among their neighbours; edges go in and out of them
// through ports on their borders. Every place is absolute. Runs in a worker; knows no screen.
import type { Group } from './groups.ts'
import { placeLevel, type LevelBox, type LevelEdge } from './placement.ts'

export interface SceneNode { readonly id: number; readonly width: number; readonly height: number; readonly inputs: readonly string[]; readonly outputs: readonly string[] }
export interface SceneRequest {
  readonly nodes: readonly SceneNode[]
  readonly inputs: readonly { readonly name: string; readonly width: number }[]
  readonly outputs: readonly { readonly name: string; readonly width: number }[]
  readonly tree: Group
  readonly open: readonly string[]
}

/** `node`: its id; −1 for anything else. `key`: the group's path, or the name of an input or output. */
export interface SceneBox { readonly kind: 'node' | 'closed' | 'open' | 'input' | 'output'; readonly node: number; readonly key: string; readonly name: string; readonly size: number; readonly depth: number; x: number; y: number; readonly width: number; readonly height: number }
export interface SceneEdge { readonly value: string; /** places in the list of boxes; −1: the border of a group */ readonly from: number; readonly to: number; readonly points: number[] }
export interface Scene { readonly boxes: SceneBox[]; readonly edges: SceneEdge[]; readonly width: number; readonly height: number; /** ids of nodes in closed groups: the group’s place in the list */ readonly inside: ReadonlyMap<number, number> }

const head = 30
const pad = 16
const closedHeight = 44
const endHeight = 26

interface Port { readonly value: string; x: number }
interface Built { readonly width: number; readonly height: number; readonly boxes: SceneBox[]; readonly edges: SceneEdge[]; readonly into: ReadonlyMap<string, Port>; readonly out: ReadonlyMap<string, Port> }
/** One thing of a level: what it takes and makes, and its drawing. */
interface Part { readonly kind: SceneBox['kind'] | 'port-in' | 'port-out'; readonly width: number; readonly height: number; readonly takes: ReadonlySet<string>; readonly makes: ReadonlySet<string>; readonly key: string; readonly name: string; readonly node: number; readonly size: number; readonly built: Built | null }

const closedWidth = (name: string): number => Math.max(112, Math.min(240, name.length * 7.2 + 36))

class Drawing {
  private readonly nodes: ReadonlyMap<number, SceneNode>
  private readonly open: ReadonlySet<string>
  readonly inside = new Map<number, string>()

  constructor(private readonly request: SceneRequest) {
    this.nodes = new Map(request.nodes.map((n) => [n.id, n]))
    this.open = new Set(request.open)
  }

  private flows(group: Group): { readonly takes: Set<string>; readonly makes: Set<string> } {
    const takes = new Set<string>()
    const makes = new Set<string>()
    const walk = (g: Group): void => {
      for (const id of g.nodes) { const n = this.nodes.get(id); for (const v of n?.outputs ?? []) makes.add(v); for (const v of n?.inputs ?? []) takes.add(v) }
      g.groups.forEach(walk)
    }
    walk(group)
    return { takes, makes }
  }

  private hide(group: Group, path: string): void {
    for (const id of group.nodes) this.inside.set(id, path)
    for (const g of group.groups) this.hide(g, path)
  }

  private part(group: Group, used: ReadonlySet<string>, depth: number): Part {
    const { takes, makes } = this.flows(group)
    const needed = new Set([...takes].filter((v) => !makes.has(v)))
    const built = this.open.has(group.path) ? this.level(group, needed, new Set([...makes].filter((v) => used.has(v))), depth + 1) : null
    if (built === null) this.hide(group, group.path)
    return {
      kind: built === null ? 'closed' : 'open', width: built === null ? closedWidth(group.name) : Math.max(built.width + 2 * pad, group.name.length * 7 + 90), height: built === null ? closedHeight : built.height + head + pad,
      takes: needed, makes, key: group.path, name: group.name, node: -1, size: group.size, built,
    }
  }

  private parts(group: Group, needed: ReadonlySet<string>, given: ReadonlySet<string>, depth: number): Part[] {
    const takenBy = new Map<string, number>()
    const use = (values: Iterable<string>): void => { for (const v of new Set(values)) takenBy.set(v, (takenBy.get(v) ?? 0) + 1) }
    for (const id of group.nodes) use(this.nodes.get(id)?.inputs ?? [])
    const flows = group.groups.map((g) => this.flows(g))
    for (const f of flows) use([...f.takes].filter((v) => !f.makes.has(v)))
    const used = new Set([...takenBy.keys(), ...given])
    const plain = { key: '', name: '', node: -1, size: 0, built: null }
    return [
      ...[...needed].map((v): Part => ({ ...plain, kind: depth === 0 ? 'input' : 'port-in', width: depth === 0 ? this.endWidth(v) : 0, height: depth === 0 ? endHeight : 0, takes: new Set(), makes: new Set([v]), key: v, name: v })),
      ...group.nodes.flatMap((id): Part[] => { const n = this.nodes.get(id); return n === undefined ? [] : [{ ...plain, kind: 'node', width: n.width, height: n.height, takes: new Set(n.inputs), makes: new Set(n.outputs), node: id }] }),
      ...group.groups.map((g) => this.part(g, used, depth)),
      ...[...given].map((v): Part => ({ ...plain, kind: depth === 0 ? 'output' : 'port-out', width: depth === 0 ? this.endWidth(v) : 0, height: depth === 0 ? endHeight : 0, takes: new Set([v]), makes: new Set(), key: v, name: v })),
    ]
  }

  private endWidth(name: string): number {
    return [...this.request.inputs, ...this.request.outputs].find((e) => e.name === name)?.width ?? 80
  }

  /** `needed`: values from outside; `given`: values that are used outside. */
  level(group: Group, needed: ReadonlySet<string>, given: ReadonlySet<string>, depth: number): Built {
    const parts = this.parts(group, needed, given, depth)
    const boxes: LevelBox[] = parts.map((p) => ({ width: p.width, height: p.height, ...(p.kind === 'port-in' ? { rank: 'first' as const } : p.kind === 'port-out' ? { rank: 'last' as const } : {}) }))
    const makers = new Map<string, number>()
    for (const [i, p] of parts.entries()) for (const v of p.makes) if (v !== '' && (!makers.has(v) || p.kind !== 'port-in')) makers.set(v, i)
    const values = new Map<string, number>()
    const named: { readonly value: string; readonly edge: LevelEdge }[] = []
    const offset = (p: Part, side: 'into' | 'out', v: string): number => { const port = p.built?.[side].get(v); return port === undefined || p.built === null ? 0 : port.x - p.built.width / 2 }
    for (const [to, p] of parts.entries()) {
      for (const v of p.takes) {
        const from = makers.get(v)
        if (from === undefined || from === to || v === '') continue
        if (!values.has(v)) values.set(v, values.size)
        named.push({ value: v, edge: { from, to, out: offset(parts[from]!, 'out', v), into: offset(p, 'into', v), value: values.get(v)! } })
      }
    }
    return this.assembled(parts, boxes, named, depth)
  }

  private assembled(parts: readonly Part[], level: readonly LevelBox[], named: readonly { readonly value: string; readonly edge: LevelEdge }[], depth: number): Built {
    const placed = placeLevel(level, named.map((n) => n.edge))
    const boxes: SceneBox[] = []
    const edges: SceneEdge[] = []
    const at = new Map<number, number>()
    const into = new Map<string, Port>()
    const out = new Map<string, Port>()
    for (const [i, p] of parts.entries()) {
      const [x, y] = [placed.x[i]!, placed.y[i]!]
      if (p.kind === 'port-in') { into.set(p.key, { value: p.key, x }); continue }
      if (p.kind === 'port-out') { out.set(p.key, { value: p.key, x }); continue }
      const open = p.kind === 'open'
      if (!open) at.set(i, boxes.length)
      boxes.push({ kind: p.kind, node: p.node, key: p.key, name: p.name, size: p.size, depth, x: x - p.width / 2, y, width: p.width, height: p.height })
      if (p.built === null) continue
      const [dx, dy] = [x - p.built.width / 2, y + head]
      const first = boxes.length
      for (const b of p.built.boxes) boxes.push({ ...b, x: b.x + dx, y: b.y + dy })
      for (const e of p.built.edges) edges.push({ ...e, from: e.from < 0 ? -1 : e.from + first, to: e.to < 0 ? -1 : e.to + first, points: e.points.map((v, n) => v + (n % 2 === 0 ? dx : dy)) })
      this.stubs(p.built, x, y, p, edges)
    }
    for (const [i, n] of named.entries()) edges.push({ value: n.value, from: at.get(n.edge.from) ?? -1, to: at.get(n.edge.to) ?? -1, points: [...placed.routes[i]!] })
    return { width: placed.width, height: placed.height, boxes, edges, into, out }
  }

  /** From the border of an open group to where its own drawing begins and ends. */
  private stubs(built: Built, x: number, y: number, part: Part, edges: SceneEdge[]): void {
    const left = x - built.width / 2
    for (const port of built.into.values()) edges.push({ value: port.value, from: -1, to: -1, points: [left + port.x, y, left + port.x, y + head] })
    for (const port of built.out.values()) edges.push({ value: port.value, from: -1, to: -1, points: [left + port.x, y + head + built.height, left + port.x, y + part.height] })
  }
}

/** Draws a graph. */
export function drawScene(request: SceneRequest): Scene {
  const drawing = new Drawing(request)
  const made = drawing.level(request.tree, new Set(request.inputs.map((i) => i.name)), new Set(request.outputs.map((o) => o.name)), 0)
  const places = new Map(made.boxes.flatMap((b, i) => (b.kind === 'closed' ? [[b.key, i] as const] : [])))
  return { boxes: made.boxes, edges: made.edges, width: made.width, height: made.height, inside: new Map([...drawing.inside].map(([id, path]) => [id, places.get(path) ?? -1])) }
}
