// Makes the bins of a numeric column: at most twenty, at its quantiles, none with so few rows that it would tell of somebody.
import { leastRows, type NoBins, type NumericBins } from './reference.ts'
import { sketchNumbers } from './sketch.ts'

/** A sample without its order: distinct values ascending (no NaN), and how many rows hold each. */
export interface CountedNumbers { readonly values: ArrayLike<number>; readonly counts: ArrayLike<number> }

const mostBins = 20
/** Bins that are made; merging may leave fewer. Twice what a bin must hold, so that few are merged. */
const binsFor = (rows: number): number => Math.max(1, Math.min(mostBins, Math.floor(rows / (2 * leastRows))))
/** The share of rows beyond each end of the usual range. */
const tail = 0.005

/** Rows up to and with each value. */
function runningCounts(counts: ArrayLike<number>): Float64Array {
  const out = new Float64Array(counts.length)
  let sum = 0
  for (let i = 0; i < out.length; i++) { sum += counts[i]!; out[i] = sum }
  return out
}

/** Place of the first running count that reaches `rows`. */
function placeOf(running: Float64Array, rows: number): number {
  let [low, high] = [0, running.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (running[middle]! >= rows) high = middle
    else low = middle + 1
  }
  return low
}

/** Places i after which a bin ends, ascending: for each quantile the nearest gap between two distinct values. */
function cutPlaces(running: Float64Array, rows: number): number[] {
  const bins = binsFor(rows)
  const cuts = new Set<number>()
  for (let b = 1; b < bins; b++) {
    const wanted = (rows * b) / bins
    const at = placeOf(running, wanted)
    const before = at === 0 ? 0 : running[at - 1]!
    const place = at > 0 && wanted - before < running[at]! - wanted ? at - 1 : at
    if (place < running.length - 1) cuts.add(place)
  }
  return [...cuts].sort((a, b) => a - b)
}

/** Leaves out cuts until every bin holds enough rows. */
function mergeSmall(cuts: readonly number[], running: Float64Array, rows: number): number[] {
  const kept: number[] = []
  let from = 0
  for (const cut of cuts) {
    if (running[cut]! - from < leastRows) continue
    kept.push(cut)
    from = running[cut]!
  }
  while (kept.length > 0 && rows - running[kept.at(-1)!]! < leastRows) kept.pop()
  return kept
}

/** The place of the lowest value of the usual range: nothing lies below it, or enough rows to say so. */
function lowPlace(running: Float64Array, rows: number): number {
  const at = placeOf(running, Math.max(leastRows, Math.ceil(rows * tail)))
  const below = at === 0 ? 0 : running[at - 1]!
  return below === 0 || below >= leastRows || at === running.length - 1 ? at : at + 1
}

const reversed = (counts: ArrayLike<number>): Float64Array => Float64Array.from({ length: counts.length }, (_, i) => counts[counts.length - 1 - i]!)

/**
 * Bins of a sample. An edge is the middle between two neighbouring values, so that it is nobody's value and rounding to 32 bits moves
 * nothing across it. Fewer than ten rows have no bins.
 */
export function numericBins({ values, counts }: CountedNumbers, missing: number): NumericBins | NoBins {
  const running = runningCounts(counts)
  const rows = running.at(-1) ?? 0
  if (rows < leastRows) return { kind: 'none', rows: rows + missing, missing, reason: `fewer than ${leastRows} rows have a value` }
  const cuts = mergeSmall(cutPlaces(running, rows), running, rows)
  const bounds = [0, ...cuts.map((c) => running[c]!), rows]
  const first = lowPlace(running, rows)
  const last = values.length - 1 - lowPlace(runningCounts(reversed(counts)), rows)
  const [from, to] = first <= last ? [first, last] : [0, values.length - 1]
  const sketch = sketchNumbers({ values, counts })
  const slack = 1e-6 * (values[to]! - values[from]! || Math.abs(values[to]!) || 1)
  return {
    kind: 'numeric', rows: rows + missing, missing, edges: cuts.map((c) => values[c]! + (values[c + 1]! - values[c]!) / 2), counts: bounds.slice(1).map((b, i) => b - bounds[i]!),
    low: values[from]! - slack, high: values[to]! + slack, outside: (from === 0 ? 0 : running[from - 1]!) + rows - running[to]!,
    ...(sketch === null ? {} : { sketch }),
  }
}

/** A sample as distinct values with counts; values that are not finite are left out. */
export function countNumbers(sample: ArrayLike<number>): CountedNumbers {
  const sorted = Float64Array.from(sample).filter((x) => Number.isFinite(x)).sort()
  const values: number[] = []
  const counts: number[] = []
  for (const x of sorted) {
    if (values.length > 0 && values.at(-1) === x) counts[counts.length - 1]!++
    else { values.push(x); counts.push(1) }
  }
  return { values, counts }
}

/** How many of the ascending edges a number reaches: the cell that it lies in. */
export function edgesReached(edges: ArrayLike<number>, value: number): number {
  let [from, to] = [0, edges.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (value < edges[middle]!) to = middle
    else from = middle + 1
  }
  return from
}

/** The bin of a number, or one of `code`'s. `edges` ascending. */
export function binOf(edges: ArrayLike<number>, low: number, high: number, value: number): number {
  if (value !== value) return -1
  if (value < low) return -3
  if (value > high) return -4
  return edgesReached(edges, value)
}
