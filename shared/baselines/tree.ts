// A small classification and regression tree: the least that a model of a table has to beat. Deterministic; owns fitting and answering.
// L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone, Classification and Regression Trees, 1984.

/** One column. Numbers: NaN is missing and lies below every number. Words: places in `words`, −1 is missing. */
export type TreeFeature =
  | { readonly kind: 'number', readonly name: string, readonly values: Float64Array }
  | { readonly kind: 'words', readonly name: string, readonly places: Int32Array, readonly words: readonly string[] }

export type TreeTarget = { readonly kind: 'classes', readonly places: Int32Array, readonly count: number } | { readonly kind: 'values', readonly values: Float64Array }

/** Left where the number is missing or at most the threshold, or where the word is this one; `word` −1: where it is missing. */
export type TreeSplit = { readonly feature: number, readonly kind: 'number', readonly threshold: number } | { readonly feature: number, readonly kind: 'words', readonly word: number }

export interface TreeNode {
  readonly rows: number
  /** Gini impurity, or variance. */
  readonly impurity: number
  /** Share of each class, or the mean. */
  readonly answer: Float64Array
  readonly split: TreeSplit | null
  readonly left: TreeNode | null
  readonly right: TreeNode | null
}

export interface TreeOptions { readonly depth: number, readonly leafRows: number }

/** Words beyond these many of a column get no question of their own. */
const mostWords = 256

/** Running sums of one side of a split: counts per class, or the sum of values. */
class Side {
  readonly #target: TreeTarget
  readonly counts: Float64Array
  rows = 0
  sum = 0
  squares = 0

  constructor(target: TreeTarget) {
    this.#target = target
    this.counts = new Float64Array(target.kind === 'classes' ? target.count : 0)
  }

  add(row: number): void {
    this.rows++
    if (this.#target.kind === 'classes') {
      const place = this.#target.places[row]!
      this.counts[place] = this.counts[place]! + 1
    } else {
      const value = this.#target.values[row]!
      this.sum += value
      this.squares += value * value
    }
  }

  clear(): void { this.rows = 0; this.sum = 0; this.squares = 0; this.counts.fill(0) }

  minus(other: Side, into: Side): void {
    into.rows = this.rows - other.rows
    into.sum = this.sum - other.sum
    into.squares = this.squares - other.squares
    for (let c = 0; c < this.counts.length; c++) into.counts[c] = this.counts[c]! - other.counts[c]!
  }

  /** What splitting makes as large as it can: rows minus rows × impurity, up to a constant that both sides share. */
  weight(): number {
    if (this.#target.kind === 'values') return this.sum * this.sum / this.rows
    let squares = 0
    for (const count of this.counts) squares += count * count
    return squares / this.rows
  }

  impurity(): number {
    if (this.#target.kind === 'values') return Math.max(0, this.squares / this.rows - (this.sum / this.rows) ** 2)
    return 1 - this.weight() / this.rows
  }

  answer(shift: number): Float64Array { return this.#target.kind === 'values' ? Float64Array.of(shift + this.sum / this.rows) : this.counts.map((c) => c / this.rows) }
}

interface Best { weight: number, split: TreeSplit | null }

/** A number's own order: missing ones first. */
const below = (values: Float64Array) => (a: number, b: number): number => {
  const [x, y] = [values[a]!, values[b]!]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x)) || a - b
  return x - y || a - b
}

class Grower {
  readonly #features: readonly TreeFeature[]
  readonly #target: TreeTarget
  readonly #options: TreeOptions
  readonly #shift: number
  readonly #left: Side
  readonly #right: Side

  constructor(features: readonly TreeFeature[], target: TreeTarget, options: TreeOptions, shift: number) {
    this.#features = features
    this.#target = target
    this.#options = options
    this.#shift = shift
    this.#left = new Side(target)
    this.#right = new Side(target)
  }

  /** `orders[f]`: the node's rows in the order of feature f (of words: any order). */
  grow(orders: readonly Int32Array[], depth: number): TreeNode {
    const all = new Side(this.#target)
    for (const row of orders[0]!) all.add(row)
    const node = { rows: all.rows, impurity: all.impurity(), answer: all.answer(this.#shift) }
    const leaf: TreeNode = { ...node, split: null, left: null, right: null }
    if (depth === 0 || all.rows < 2 * this.#options.leafRows || node.impurity <= 1e-12) return leaf
    const split = this.#bestSplit(orders, all)
    if (split === null) return leaf
    const toLeft = goesLeft(this.#features, split)
    return { ...node, split, left: this.grow(orders.map((o) => o.filter(toLeft)), depth - 1), right: this.grow(orders.map((o) => o.filter((row) => !toLeft(row))), depth - 1) }
  }

  #bestSplit(orders: readonly Int32Array[], all: Side): TreeSplit | null {
    const best: Best = { weight: -Infinity, split: null }
    this.#features.forEach((feature, f) => {
      if (feature.kind === 'number') this.#numberSplits(feature.values, orders[f]!, f, all, best)
      else this.#wordSplits(feature.places, feature.words.length, orders[f]!, f, all, best)
    })
    return best.split
  }

  #offer(all: Side, best: Best, split: () => TreeSplit): void {
    const { leafRows } = this.#options
    if (this.#left.rows < leafRows || all.rows - this.#left.rows < leafRows) return
    all.minus(this.#left, this.#right)
    const weight = this.#left.weight() + this.#right.weight()
    // Sums of the same rows in another order differ in the last digit; the first of equals stays.
    if (best.split === null || weight > best.weight + 1e-12 * Math.abs(best.weight)) { best.weight = weight; best.split = split() }
  }

  #numberSplits(values: Float64Array, order: Int32Array, feature: number, all: Side, best: Best): void {
    this.#left.clear()
    for (let i = 0; i + 1 < order.length; i++) {
      this.#left.add(order[i]!)
      const [here, next] = [values[order[i]!]!, values[order[i + 1]!]!]
      if (here === next || Number.isNaN(next)) continue
      this.#offer(all, best, () => ({ feature, kind: 'number', threshold: Number.isNaN(here) ? -Infinity : here / 2 + next / 2 }))
    }
  }

  #wordSplits(places: Int32Array, words: number, rows: Int32Array, feature: number, all: Side, best: Best): void {
    const byWord = new Map<number, number[]>()
    for (const row of rows) {
      const word = places[row]!
      const known = byWord.get(word)
      if (known === undefined) byWord.set(word, [row])
      else known.push(row)
    }
    const order = [...byWord.keys()].sort((a, b) => a - b)
    const asked = words > mostWords ? order.sort((a, b) => byWord.get(b)!.length - byWord.get(a)!.length || a - b).slice(0, mostWords) : order
    for (const word of asked) {
      this.#left.clear()
      for (const row of byWord.get(word)!) this.#left.add(row)
      this.#offer(all, best, () => ({ feature, kind: 'words', word }))
    }
  }
}

/** Whether a row of these features goes to the left of a split. */
function goesLeft(features: readonly TreeFeature[], split: TreeSplit): (row: number) => boolean {
  const feature = features[split.feature]!
  if (split.kind === 'number' && feature.kind === 'number') return (row) => !(feature.values[row]! > split.threshold)
  if (split.kind === 'words' && feature.kind === 'words') return (row) => feature.places[row] === split.word
  return () => false
}

/** Grows a tree on the rows 0 … rows − 1, at least one; at least one feature. Of equally good splits the first column's lowest one is taken. */
export function growTree(features: readonly TreeFeature[], target: TreeTarget, options: TreeOptions): TreeNode {
  const rows = target.kind === 'classes' ? target.places.length : target.values.length
  const plain = Int32Array.from({ length: rows }, (_, i) => i)
  // Around their mean, values lose no digits when they are squared.
  const shift = target.kind === 'values' ? target.values.reduce((sum, v) => sum + v / rows, 0) : 0
  const centred: TreeTarget = target.kind === 'values' ? { kind: 'values', values: target.values.map((v) => v - shift) } : target
  const orders = features.map((f) => (f.kind === 'number' ? Int32Array.from(plain).sort(below(f.values)) : plain))
  return new Grower(features, centred, options, shift).grow(orders, options.depth)
}

/** The leaf that a row of these features falls into; words must be places in the words that the tree was grown on. */
export function leafOf(tree: TreeNode, features: readonly TreeFeature[], row: number): TreeNode {
  let node = tree
  while (node.split !== null) node = (goesLeft(features, node.split)(row) ? node.left : node.right)!
  return node
}
