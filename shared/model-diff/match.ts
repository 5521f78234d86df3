// Which layer of one graph is which of the other: by structure first, then by weights, by name, by neighbours, and last by order between what is known.
// A layer has at most one counterpart. Refuses to pair operators of different purpose.
import type { Layer } from './layers.ts'
import { alignedPairs, longestIncreasing } from './sequence.ts'
import type { Structure, Use } from './structure.ts'

/** Where a layer of the first graph is in the second and the other way round; −1: nowhere. */
export interface Match { readonly toRight: Int32Array; readonly toLeft: Int32Array }

/** Weights too few to know a layer by them. */
const fewNumbers = 4

const learnedNumbers = (layer: Layer): number => layer.weights.reduce((n, w) => n + (w.setting ? 0 : w.tensor.elements), 0)

class Matcher implements Match {
  readonly toRight: Int32Array
  readonly toLeft: Int32Array
  private readonly left: Structure
  private readonly right: Structure

  constructor(left: Structure, right: Structure) {
    this.left = left
    this.right = right
    this.toRight = new Int32Array(left.graph.layers.length).fill(-1)
    this.toLeft = new Int32Array(right.graph.layers.length).fill(-1)
  }

  private pair(i: number, j: number): void {
    this.toRight[i] = j
    this.toLeft[j] = i
  }

  private groups(side: 'left' | 'right', key: (i: number) => string | null): Map<string, number[]> {
    const taken = side === 'left' ? this.toRight : this.toLeft
    const groups = new Map<string, number[]>()
    for (const i of this[side].graph.order) {
      const k = taken[i]! >= 0 ? null : key(i)
      if (k === null) continue
      const group = groups.get(k)
      if (group === undefined) groups.set(k, [i])
      else group.push(i)
    }
    return groups
  }

  /** Pairs layers with equal keys: those of one name first, then, where as many are left on both sides (or `uneven`), in their order. */
  by(key: (s: Structure, i: number) => string | null, uneven = false): void {
    const right = this.groups('right', (j) => key(this.right, j))
    for (const [k, ours] of this.groups('left', (i) => key(this.left, i))) {
      const theirs = right.get(k)
      if (theirs === undefined) continue
      if (ours.length > 1 || theirs.length > 1) this.namesakes(ours, theirs)
      const [a, b] = [ours.filter((i) => this.toRight[i]! < 0), theirs.filter((j) => this.toLeft[j]! < 0)]
      if (a.length === b.length || uneven) for (let at = 0; at < Math.min(a.length, b.length); at++) this.pair(a[at]!, b[at]!)
    }
  }

  private namesakes(ours: readonly number[], theirs: readonly number[]): void {
    const named = new Map<string, number>()
    for (const j of theirs) named.set(label(this.right, j), named.has(label(this.right, j)) ? -1 : j)
    for (const i of ours) {
      const j = named.get(label(this.left, i)) ?? -1
      if (j >= 0 && this.toLeft[j]! < 0) this.pair(i, j)
    }
  }

  /** Goes from known pairs to their neighbours, as long as these are alike. */
  spread(alike: (i: number, j: number) => boolean): void {
    const queue = [...this.toRight.entries()].filter(([, j]) => j >= 0).map(([i]) => i)
    const meet = (i: number, j: number): void => {
      if (this.toRight[i]! >= 0 || this.toLeft[j]! >= 0 || !alike(i, j)) return
      this.pair(i, j)
      queue.push(i)
    }
    for (let at = 0; at < queue.length; at++) {
      const i = queue[at]!
      const j = this.toRight[i]!
      const theirs = this.right.graph.layers[j]!.sources
      for (const [slot, ours] of this.left.graph.layers[i]!.sources.entries()) {
        const other = theirs[slot]
        if (ours?.kind === 'layer' && other?.kind === 'layer' && ours.slot === other.slot) meet(ours.layer, other.layer)
      }
      this.onward(i, j, meet, alike)
    }
  }

  /** Users of the same output at the same input: one on each side, or as many that are alike. */
  private onward(i: number, j: number, meet: (i: number, j: number) => void, alike: (i: number, j: number) => boolean): void {
    const free = (uses: readonly Use[], taken: Int32Array): Use[] => uses.filter((u) => taken[u.layer]! < 0)
    const theirs = free(this.right.uses[j]!, this.toLeft)
    for (const use of free(this.left.uses[i]!, this.toRight)) {
      const fits = theirs.filter((u) => u.input === use.input && u.output === use.output && this.toLeft[u.layer]! < 0 && alike(use.layer, u.layer))
      const rivals = fits.length <= 1 ? 1 : this.left.uses[i]!.filter((u) => u.input === use.input && u.output === use.output && this.toRight[u.layer]! < 0 && alike(u.layer, fits[0]!.layer)).length
      if (fits.length > 0 && fits.length === rivals) meet(use.layer, fits[0]!.layer)
    }
  }

  /** The rest, in order, between the pairs that are in order themselves. */
  align(worth: (i: number, j: number) => number): void {
    const rank = (s: Structure): Int32Array => { const at = new Int32Array(s.graph.layers.length); for (const [n, i] of s.graph.order.entries()) at[i] = n; return at }
    const place = rank(this.right)
    const known = this.left.graph.order.filter((i) => this.toRight[i]! >= 0)
    const anchors = longestIncreasing(known.map((i) => place[this.toRight[i]!]!)).map((at) => known[at]!)
    const cut = (s: Structure, at: readonly number[], taken: Int32Array): number[][] => {
      const ends = new Map(at.map((i, n) => [i, n + 1]))
      const parts: number[][] = Array.from({ length: at.length + 1 }, () => [])
      let part = 0
      for (const i of s.graph.order) { part = ends.get(i) ?? part; if (taken[i]! < 0) parts[part]!.push(i) }
      return parts
    }
    const ours = cut(this.left, anchors, this.toRight)
    const theirs = cut(this.right, anchors.map((i) => this.toRight[i]!), this.toLeft)
    for (const [part, a] of ours.entries()) for (const [x, y] of alignedPairs(a.length, theirs[part]!.length, (p, q) => worth(a[p]!, theirs[part]![q]!))) this.pair(a[x]!, theirs[part]![y]!)
  }
}

const label = (s: Structure, i: number): string => s.graph.layers[i]!.label

/** Pairs the layers of two graphs. Both structures must share their interner and their ends. */
export function matchLayers(left: Structure, right: Structure): Match {
  const m = new Matcher(left, right)
  const layer = (s: Structure, i: number): Layer => s.graph.layers[i]!
  const kind = (s: Structure, i: number): string => `${layer(s, i).domain}.${layer(s, i).op}`
  const ops = (i: number, j: number): boolean => kind(left, i) === kind(right, j)
  const families = (i: number, j: number): boolean => layer(left, i).family === layer(right, j).family && (ops(i, j) || layer(left, i).op !== layer(right, j).op)
  const equal = (i: number, j: number): boolean => left.own.shape[i] === right.own.shape[j]
  m.by((s, i) => `${s.up.exact[i]}/${s.down.exact[i]}`)
  m.by((s, i) => (learnedNumbers(layer(s, i)) < fewNumbers ? null : String(s.own.exact[i])))
  m.by((s, i) => (learnedNumbers(layer(s, i)) < fewNumbers || layer(s, i).name === '' ? null : `${layer(s, i).name}/${s.own.shape[i]}`))
  m.by((s, i) => `${s.up.shape[i]}/${s.down.shape[i]}`)
  m.spread(equal)
  m.by((s, i) => String(s.up.shape[i]), true)
  m.by((s, i) => String(s.down.shape[i]), true)
  m.spread(equal)
  m.by((s, i) => (layer(s, i).name === '' ? null : `${layer(s, i).name}/${kind(s, i)}`))
  m.spread(ops)
  m.spread(families)
  m.align((i, j) => (equal(i, j) ? 3 : ops(i, j) ? 2 : families(i, j) ? 1 : 0))
  return m
}
