// Finds what lies in a part of the drawing without looking at all of it: boxes and edges by horizontal bands.
import type { Scene } from '../../../shared/graph/layout/scene.ts'

export interface Area { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

const band = 600

export class Spatial {
  private readonly boxes = new Map<number, number[]>()
  private readonly edges = new Map<number, number[]>()
  private readonly seenBox: Uint32Array
  private readonly seenEdge: Uint32Array
  /** Left, top, right, bottom of every edge. */
  private readonly bounds: Float64Array
  private stamp = 0
  private readonly scene: Scene

  constructor(scene: Scene) {
    this.scene = scene
    this.seenBox = new Uint32Array(scene.boxes.length)
    this.seenEdge = new Uint32Array(scene.edges.length)
    this.bounds = new Float64Array(scene.edges.length * 4)
    const put = (into: Map<number, number[]>, at: number, top: number, bottom: number): void => {
      for (let b = Math.floor(top / band); b <= Math.floor(bottom / band); b++) { const list = into.get(b); if (list === undefined) into.set(b, [at]); else list.push(at) }
    }
    for (const [i, b] of scene.boxes.entries()) put(this.boxes, i, b.y, b.y + b.height)
    for (const [i, e] of scene.edges.entries()) {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
      for (let p = 0; p < e.points.length; p += 2) { const [x, y] = [e.points[p]!, e.points[p + 1]!]; left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y) }
      this.bounds.set([left, top, right, bottom], i * 4)
      if (e.points.length > 0) put(this.edges, i, top, bottom)
    }
  }

  private each(bands: ReadonlyMap<number, number[]>, area: Area, use: (at: number) => void): void {
    const [first, last] = [Math.floor(area.top / band), Math.floor(area.bottom / band)]
    if (last - first > bands.size * 2) { for (const list of bands.values()) list.forEach(use); return }
    for (let b = first; b <= last; b++) bands.get(b)?.forEach(use)
  }

  boxesIn(area: Area): number[] {
    const out: number[] = []
    const mark = ++this.stamp
    this.each(this.boxes, area, (i) => {
      if (this.seenBox[i] === mark) return
      this.seenBox[i] = mark
      const b = this.scene.boxes[i]!
      if (b.x <= area.right && b.x + b.width >= area.left && b.y <= area.bottom && b.y + b.height >= area.top) out.push(i)
    })
    // Far away nobody sees what lies on what, and to sort thousands takes longer than to draw them.
    return out.length > 3000 ? out : out.sort((a, b) => this.scene.boxes[a]!.depth - this.scene.boxes[b]!.depth || a - b)
  }

  edgesIn(area: Area): number[] {
    const out: number[] = []
    const mark = ++this.stamp
    this.each(this.edges, area, (i) => {
      if (this.seenEdge[i] === mark) return
      this.seenEdge[i] = mark
      const at = i * 4
      if (this.bounds[at]! <= area.right && this.bounds[at + 2]! >= area.left && this.bounds[at + 1]! <= area.bottom && this.bounds[at + 3]! >= area.top) out.push(i)
    })
    return out
  }

  /** Edges in view that are at least so long. */
  longEdgesIn(area: Area, least: number): number[] {
    const { bounds } = this
    const out: number[] = []
    for (let i = 0, at = 0; at < bounds.length; i++, at += 4) {
      if (bounds[at + 2]! - bounds[at]! + bounds[at + 3]! - bounds[at + 1]! >= least && bounds[at]! <= area.right && bounds[at + 2]! >= area.left && bounds[at + 1]! <= area.bottom && bounds[at + 3]! >= area.top) out.push(i)
    }
    return out
  }

  /** The innermost box at a point; −1: none. */
  at(x: number, y: number): number {
    return this.boxesIn({ left: x, right: x, top: y, bottom: y }).at(-1) ?? -1
  }
}
