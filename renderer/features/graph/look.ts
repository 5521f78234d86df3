// What every box of the drawing looks like: its words and its paint, by what the user wants to see. One list for screen and picture.
import type { GraphNode } from '../../../shared/domain/graph.ts'
import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts'
import { formatFlops } from '../../../shared/graph/graph-words.ts'
import type { Scene, SceneBox } from '../../../shared/graph/layout/scene.ts'
import { kindOf } from '../../../shared/graph/operator-kind.ts'
import { mixed, type Ink } from './ink.ts'

export type Paint = 'kind' | 'flops' | 'parameters' | 'memory' | 'time' | 'device' | 'diff'
export type DiffMark = 'added' | 'changed' | 'moved' | 'same'

export interface Painting {
  readonly paint: Paint
  /** Milliseconds and provider by node. */
  readonly times: ReadonlyMap<number, { readonly ms: number; readonly provider: string }>
  readonly marks: ReadonlyMap<number, DiffMark>
}

export interface Look { readonly title: string; readonly sub: string; readonly fill: string; readonly edge: string; readonly ink: string; readonly quiet: string; readonly strip: string | null }

/** Of a heat: the number behind it; null: not known. */
export function heatOf(node: GraphNode, p: Painting): number | null {
  switch (p.paint) {
    case 'flops': return node.flops
    case 'parameters': return node.parameters
    case 'memory': return node.outputBytes
    case 'time': return p.times.get(node.id)?.ms ?? null
    case 'kind': case 'device': case 'diff': return null
  }
}

export function heatText(paint: Paint, value: number): string {
  switch (paint) {
    case 'flops': return formatFlops(value)
    case 'memory': return formatBytes(value)
    case 'time': return formatDuration(value)
    default: return formatCount(value)
  }
}

const heats: ReadonlySet<Paint> = new Set(['flops', 'parameters', 'memory', 'time'])
export const isHeat = (paint: Paint): boolean => heats.has(paint)

/** Members of every closed group. */
function members(scene: Scene): ReadonlyMap<number, number[]> {
  const out = new Map<number, number[]>()
  for (const [id, box] of scene.inside) out.set(box, [...(out.get(box) ?? []), id])
  return out
}

const markOrder: readonly DiffMark[] = ['added', 'changed', 'moved', 'same']

interface Ground { readonly ink: Ink; readonly p: Painting; readonly nodes: ReadonlyMap<number, GraphNode>; readonly most: number; readonly providers: readonly string[] }

function heatLook(value: number | null, g: Ground): Pick<Look, 'fill' | 'edge' | 'ink' | 'quiet' | 'strip'> {
  const { ink } = g
  if (value === null) return { fill: ink.sunken, edge: ink.strong, ink: ink.text2, quiet: ink.text3, strip: null }
  const [r = 0, gr = 0, b = 0] = ink.heat.split(',').map(Number)
  const hot = `#${[r, gr, b].map((v) => v.toString(16).padStart(2, '0')).join('')}`
  const share = value <= 0 || g.most <= 0 ? 0.03 : 0.08 + 0.84 * Math.sqrt(value / g.most)
  const strong = share > 0.5
  return { fill: mixed(hot, ink.raised, share), edge: mixed(hot, ink.strong, Math.max(0.3, share)), ink: strong ? ink.onAccent : ink.text, quiet: strong ? ink.onAccent : ink.text2, strip: null }
}

function markLook(mark: DiffMark, ink: Ink): Pick<Look, 'fill' | 'edge' | 'ink' | 'quiet' | 'strip'> {
  const both = { ink: ink.text, quiet: ink.text2 }
  if (mark === 'added') return { ...both, fill: ink.goodSoft, edge: ink.good, strip: ink.good }
  if (mark === 'changed') return { ...both, fill: ink.warnSoft, edge: ink.warn, strip: ink.warn }
  if (mark === 'moved') return { ...both, fill: ink.soft, edge: ink.accent, strip: ink.accent }
  return { fill: ink.raised, edge: ink.line, ink: ink.text3, quiet: ink.text3, strip: null }
}

function plainLook(color: string, ink: Ink): Pick<Look, 'fill' | 'edge' | 'ink' | 'quiet' | 'strip'> {
  return { fill: mixed(color, ink.raised, 0.07), edge: mixed(color, ink.raised, 0.5), ink: ink.text, quiet: ink.text2, strip: color }
}

function colours(ids: readonly number[], g: Ground): Pick<Look, 'fill' | 'edge' | 'ink' | 'quiet' | 'strip'> {
  const { ink, p, nodes } = g
  const own = ids.flatMap((id) => nodes.get(id) ?? [])
  if (isHeat(p.paint)) {
    const known = own.flatMap((n) => heatOf(n, p) ?? [])
    return heatLook(known.length === 0 ? null : known.reduce((a, b) => a + b, 0), g)
  }
  if (p.paint === 'diff') return markLook(markOrder.find((m) => ids.some((id) => (p.marks.get(id) ?? 'same') === m)) ?? 'same', ink)
  if (p.paint === 'device') {
    const providers = [...new Set(ids.flatMap((id) => p.times.get(id)?.provider ?? []))]
    const at = providers.length === 1 ? g.providers.indexOf(providers[0]!) : -1
    return at < 0 ? heatLook(null, g) : plainLook([ink.kinds.product, ink.kinds.activation, ink.kinds.normalisation, ink.kinds.reduction][at % 4]!, ink)
  }
  if (own.length === 1 && ids.length === 1) return plainLook(ink.kinds[kindOf(own[0]!.domain, own[0]!.op, own[0]!.opens.length > 0)], ink)
  return { fill: ink.raised, edge: ink.strong, ink: ink.text, quiet: ink.text3, strip: null }
}

function subOf(node: GraphNode, p: Painting): string {
  const heat = heatOf(node, p)
  return isHeat(p.paint) ? (heat === null ? 'not known' : heatText(p.paint, heat)) : p.paint === 'device' ? (p.times.get(node.id)?.provider ?? 'not timed').replace('ExecutionProvider', '') : node.weights
}

/** The look of every box, in their order. */
export function looksOf(scene: Scene, nodes: ReadonlyMap<number, GraphNode>, p: Painting, ink: Ink): readonly Look[] {
  const within = members(scene)
  const idsOf = (b: SceneBox, i: number): readonly number[] => (b.kind === 'node' ? [b.node] : within.get(i) ?? [])
  const sums = isHeat(p.paint) ? scene.boxes.map((b, i) => idsOf(b, i).reduce((sum, id) => sum + (nodes.has(id) ? heatOf(nodes.get(id)!, p) ?? 0 : 0), 0)) : []
  const g: Ground = { ink, p, nodes, most: sums.reduce((a, b) => Math.max(a, b), 0), providers: [...new Set([...p.times.values()].map((t) => t.provider))].sort() }
  return scene.boxes.map((b, i): Look => {
    if (b.kind === 'open') return { title: b.name, sub: `${formatCount(b.size)} nodes`, fill: ink.sunken, edge: ink.line, ink: ink.text2, quiet: ink.text3, strip: null }
    if (b.kind === 'input' || b.kind === 'output') return { title: b.name, sub: '', fill: ink.soft, edge: ink.accent, ink: ink.accent, quiet: ink.accent, strip: null }
    const ids = idsOf(b, i)
    const node = b.kind === 'node' ? nodes.get(b.node) : undefined
    const sub = node === undefined ? (isHeat(p.paint) ? `${formatCount(b.size)} nodes, ${heatText(p.paint, sums[i] ?? 0)}` : `${formatCount(b.size)} nodes`) : subOf(node, p)
    return { title: node?.op ?? b.name, sub, ...colours(ids, g) }
  })
}
