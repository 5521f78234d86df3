// Where an arrow key leads from a box: down and up along its edges, left and right to what stands beside it.
import type { Scene } from '../../../shared/graph/layout/scene.ts'

export type Direction = 'up' | 'down' | 'left' | 'right'

const kept = new WeakMap<Scene, { readonly makers: ReadonlyMap<string, readonly number[]>; readonly takers: ReadonlyMap<string, readonly number[]> }>()

/** Boxes by the values that their edges carry, over the borders of groups. */
function flows(scene: Scene): { readonly makers: ReadonlyMap<string, readonly number[]>; readonly takers: ReadonlyMap<string, readonly number[]> } {
  const known = kept.get(scene)
  if (known !== undefined) return known
  const makers = new Map<string, number[]>()
  const takers = new Map<string, number[]>()
  const put = (into: Map<string, number[]>, value: string, box: number): void => { const list = into.get(value) ?? []; if (!list.includes(box)) list.push(box); into.set(value, list) }
  for (const e of scene.edges) {
    if (e.from >= 0) put(makers, e.value, e.from)
    if (e.to >= 0) put(takers, e.value, e.to)
  }
  const made = { makers, takers }
  kept.set(scene, made)
  return made
}

/** Boxes that this one feeds, or that feed it. */
export function neighbours(scene: Scene, box: number, way: 'up' | 'down'): readonly number[] {
  const { makers, takers } = flows(scene)
  const [from, to] = way === 'down' ? [makers, takers] : [takers, makers]
  const out = new Set<number>()
  for (const [value, boxes] of from) if (boxes.includes(box)) for (const other of to.get(value) ?? []) if (other !== box) out.add(other)
  return [...out].sort((a, b) => scene.boxes[a]!.x - scene.boxes[b]!.x)
}

/** The box that the key leads to; the same one when there is none. */
export function stepFrom(scene: Scene, from: number, direction: Direction): number {
  const start = scene.boxes[from]
  if (start === undefined) return scene.boxes.reduce((top, b, i) => (b.kind !== 'open' && (top < 0 || b.y < scene.boxes[top]!.y) ? i : top), -1)
  if (direction === 'up' || direction === 'down') {
    const next = neighbours(scene, from, direction)
    const middle = start.x + start.width / 2
    const far = (i: number): number => Math.abs(scene.boxes[i]!.x + scene.boxes[i]!.width / 2 - middle)
    return next.length === 0 ? from : next.reduce((best, i) => (far(i) < far(best) ? i : best))
  }
  const level = start.y + start.height / 2
  const beside = scene.boxes.flatMap((b, i) => (i !== from && b.kind !== 'open' && b.y <= level && b.y + b.height >= level && (direction === 'left' ? b.x < start.x : b.x > start.x) ? [i] : []))
  return beside.length === 0 ? from : beside.reduce((best, i) => (Math.abs(scene.boxes[i]!.x - start.x) < Math.abs(scene.boxes[best]!.x - start.x) ? i : best))
}
