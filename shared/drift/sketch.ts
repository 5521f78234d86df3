// The shape of a stored column, finer than its bins: what Kolmogorov and Smirnov's gap and Wasserstein's distance are measured with when the rows are gone.
// Tells of no fewer than ten rows: a value is named only where ten rows hold it, and an end lies where ten rows' mean puts it.
import type { CountedNumbers } from './bin-numbers.ts'
import { leastRows, type Sketch } from './reference.ts'

/** Cells are made no smaller than this share of the rows, so that a sketch of any number of rows stays small. */
const finest = 1 / 400

interface Cell { first: number; last: number; rows: number; atom: boolean }

/** A value that fewer rows hold than so many times a cell's least gives up being a cell of its own, where its neighbours are too few to be told of. */
const movable = 4
/** … and where they lie no farther away than this share of the whole range. */
const near = 0.03

/** Puts a group of too few rows to what lies before it: a group grows, a value of few rows nearby becomes part of a group, any other value takes them in. */
function fold(before: Cell, group: Cell, mayMove: boolean): void {
  before.rows += group.rows
  if (before.atom && !mayMove) return
  before.atom = false
  before.last = group.last
}

/** Places of the values at which a new tenth of the rows begins: the first value that is not below each decile. Cells end there, so that a profile knows the shares of tenths. */
function decilePlaces({ values, counts }: CountedNumbers, rows: number): ReadonlySet<number> {
  const places = new Set<number>()
  let [at, with_] = [0, counts[0] ?? 0]
  for (let tenth = 1; tenth < 10; tenth++) {
    const position = (tenth / 10) * (rows - 1)
    while (at < values.length - 1 && with_ <= Math.floor(position)) with_ += counts[++at]!
    // The decile lies at this value, or between it and the next one.
    places.add(position > Math.floor(position) && with_ <= Math.floor(position) + 1 && at + 1 < values.length ? at + 1 : at)
  }
  return places
}

/** Values that many rows hold, each alone, and the others in groups. Places are those of the distinct values. */
function cellsOf({ values, counts }: CountedNumbers, least: number, rows: number): Cell[] {
  const cells: Cell[] = []
  const deciles = decilePlaces({ values, counts }, rows)
  const reach = near * (values[values.length - 1]! - values[0]!)
  const mayMove = (rows: number, from: number, to: number): boolean => rows < movable * least && values[to]! - values[from]! <= reach
  let open: Cell | null = null
  const close = (): void => {
    const before = cells.at(-1)
    if (open !== null && open.rows < leastRows && before !== undefined) fold(before, open, mayMove(before.rows, before.first, (open as Cell).last))
    else if (open !== null) cells.push(open)
    open = null
  }
  for (let i = 0; i < counts.length; i++) {
    if (deciles.has(i)) close()
    const absorbed: boolean = open !== null && (open as Cell).rows < leastRows && mayMove(counts[i]!, (open as Cell).first, i)
    if (counts[i]! >= least && !absorbed) {
      close()
      cells.push({ first: i, last: i, rows: counts[i]!, atom: true })
      continue
    }
    open ??= { first: i, last: i, rows: 0, atom: false }
    open.rows += counts[i]!
    open.last = i
    if (open.rows >= least) close()
  }
  close()
  const [first, second] = cells
  if (first !== undefined && second !== undefined && first.rows < leastRows) { second.rows += first.rows; if (!second.atom) second.first = first.first; cells.shift() }
  return cells
}

/** Between two values, in as few digits as keep it there. */
function middle(a: number, b: number): number {
  const exact = a + (b - a) / 2
  const short = Number(exact.toPrecision(6))
  return short > a && short < b ? short : exact
}

/** The sketch of a sample; null where fewer than ten rows have a value. */
export function sketchNumbers({ values, counts }: CountedNumbers): Sketch | null {
  let rows = 0
  for (let i = 0; i < counts.length; i++) rows += counts[i]!
  if (rows < leastRows) return null
  const cells = cellsOf({ values, counts }, Math.max(leastRows, Math.ceil(rows * finest)), rows)
  const meanOf = ({ first, last }: Cell): number => {
    let [sum, held] = [0, 0]
    for (let i = first; i <= last; i++) { sum += values[i]! * counts[i]!; held += counts[i]! }
    return sum / held
  }
  const edges = cells.map((cell): readonly [number, number] => {
    if (cell.atom) return [values[cell.first]!, values[cell.first]!]
    const mean = meanOf(cell)
    const before = cell.first === 0 ? null : middle(values[cell.first - 1]!, values[cell.first]!)
    const after = cell.last === values.length - 1 ? null : middle(values[cell.last]!, values[cell.last + 1]!)
    if (before === null && after === null) return [mean, mean]
    // An end without a neighbour lies as far from the mean as the other one, so that nobody's smallest or largest value is told.
    return [before ?? Number((2 * mean - after!).toPrecision(6)), after ?? Number((2 * mean - before!).toPrecision(6))]
  })
  return { from: edges.map(([from]) => from), to: edges.map(([, to]) => to), counts: cells.map((c) => c.rows) }
}

/** A distribution function that is straight between points. At an atom two points have the same value: its share before and with it. */
interface Path { readonly x: readonly number[]; readonly share: readonly number[] }

/** The path of a sketch. */
export function pathOfSketch({ from, to, counts }: Sketch): Path {
  const total = counts.reduce((sum, c) => sum + c, 0)
  const [x, share]: [number[], number[]] = [[], []]
  let below = 0
  counts.forEach((rows, i) => {
    x.push(from[i]!, to[i]!)
    share.push(below / total, (below + rows) / total)
    below += rows
  })
  return { x, share }
}

/** The path of a sorted sample: a step at every distinct value. */
export function pathOfSample(sorted: Float64Array): Path {
  const [x, share]: [number[], number[]] = [[], []]
  for (let i = 0; i < sorted.length;) {
    let end = i + 1
    while (end < sorted.length && sorted[end] === sorted[i]) end++
    x.push(sorted[i]!, sorted[i]!)
    share.push(i / sorted.length, end / sorted.length)
    i = end
  }
  return { x, share }
}

/** Shares just before and at a value. */
function sharesAt({ x, share }: Path, at: number, from: number): { readonly before: number; readonly with_: number; readonly place: number } {
  let i = from
  while (i < x.length && x[i]! < at) i++
  const last = i - 1
  const straight = (): number => (last < 0 ? 0 : i === x.length ? 1 : share[last]! + ((share[i]! - share[last]!) * (at - x[last]!)) / (x[i]! - x[last]!))
  if (i < x.length && x[i] === at) {
    let j = i
    while (j + 1 < x.length && x[j + 1] === at) j++
    return { before: share[i]!, with_: share[j]!, place: i }
  }
  const value = straight()
  return { before: value, with_: value, place: i }
}

export interface PathDistance {
  /** The largest gap between the distribution functions. */
  readonly gap: number
  /** The area between them: Wasserstein's distance of order 1, in the unit of the values. */
  readonly area: number
}

/** Area between two straight lines over a stretch, by their differences at its ends. */
const between = (a: number, b: number, width: number): number => (a * b >= 0 ? ((Math.abs(a) + Math.abs(b)) / 2) * width : ((a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)))) * width)

/**
 * Gap and area of two paths. The gap is looked for where `coarse` (the sketch) knows its share exactly, at its own points; between them the true gap may be larger by what a cell holds.
 */
export function pathDistance(coarse: Path, other: Path): PathDistance {
  const known = new Set(coarse.x)
  const points = [...new Set([...coarse.x, ...other.x])].sort((a, b) => a - b)
  let [gap, area] = [0, 0]
  let [placeA, placeB] = [0, 0]
  let [lastX, lastGap] = [NaN, 0]
  for (const at of points) {
    const a = sharesAt(coarse, at, Math.max(0, placeA - 1))
    const b = sharesAt(other, at, Math.max(0, placeB - 1))
    placeA = a.place
    placeB = b.place
    if (lastX === lastX) area += between(lastGap, b.before - a.before, at - lastX)
    if (known.has(at)) gap = Math.max(gap, Math.abs(b.with_ - a.with_), Math.abs(b.before - a.before))
    lastX = at
    lastGap = b.with_ - a.with_
  }
  return { gap, area }
}

/** Mean and standard deviation that a sketch stands for. */
export function momentsOfSketch({ from, to, counts }: Sketch): { readonly mean: number; readonly standardDeviation: number } {
  const total = counts.reduce((sum, c) => sum + c, 0)
  const mean = counts.reduce((sum, c, i) => sum + (c * (from[i]! + to[i]!)) / 2, 0) / total
  const squares = counts.reduce((sum, c, i) => sum + c * (((from[i]! + to[i]!) / 2 - mean) ** 2 + (to[i]! - from[i]!) ** 2 / 12), 0)
  return { mean, standardDeviation: Math.sqrt(squares / Math.max(1, total - 1)) }
}

/** Rows of a sketch between any edges: [−∞, e1), [e1, e2), … [ek, ∞); whole rows only where the edges are its own. */
export function sketchCounts(sketch: Sketch, edges: readonly number[]): number[] {
  const total = sketch.counts.reduce((sum, c) => sum + c, 0)
  const path = pathOfSketch(sketch)
  const below = [0, ...edges.map((edge) => total * sharesAt(path, edge, 0).before), total]
  return below.slice(1).map((b, i) => b - below[i]!)
}
