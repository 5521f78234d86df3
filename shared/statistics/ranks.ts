// Ranks with ties, and the correlations built on them. Works on numbers without NaN.
import { sumOf } from './running-sum.ts'

/** The place of every value among the distinct values: 0 for the smallest. */
export interface Ranking {
  readonly places: Uint32Array
  /** How many values share each place. */
  readonly counts: Uint32Array
}

/** Ranks `values` by one native sort and one search a value. */
export function rankingOf(values: Float64Array): Ranking {
  const keys = values.slice().sort()
  const counts = new Uint32Array(keys.length)
  let distinct = 0
  for (let i = 0; i < keys.length; i++) {
    if (i === 0 || keys[i] !== keys[distinct - 1]) keys[distinct++] = keys[i]!
    counts[distinct - 1] = counts[distinct - 1]! + 1
  }
  const places = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) places[i] = placeOf(keys, distinct, values[i]!)
  return { places, counts: counts.slice(0, distinct) }
}

function placeOf(keys: Float64Array, distinct: number, value: number): number {
  let low = 0
  let high = distinct - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Average ranks, 1-based: equal values share the mean of the ranks they cover. */
export function averageRanks({ places, counts }: Ranking): Float64Array {
  const byPlace = new Float64Array(counts.length)
  let before = 0
  counts.forEach((count, place) => {
    byPlace[place] = before + (count + 1) / 2
    before += count
  })
  // A plain loop: `Float64Array.from` with a mapping is ten times slower.
  const ranks = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) ranks[i] = byPlace[places[i]!]!
  return ranks
}

/** Pearson's product-moment correlation, two passes; NaN when either side is constant. */
export function pearson(a: Float64Array, b: Float64Array): number {
  const n = a.length
  const meanA = sumOf(n, (i) => a[i]!) / n
  const meanB = sumOf(n, (i) => b[i]!) / n
  const cross = sumOf(n, (i) => (a[i]! - meanA) * (b[i]! - meanB))
  const squareA = sumOf(n, (i) => (a[i]! - meanA) ** 2)
  const squareB = sumOf(n, (i) => (b[i]! - meanB) ** 2)
  return Math.max(-1, Math.min(1, cross / (Math.sqrt(squareA) * Math.sqrt(squareB))))
}

/** Spearman's rank correlation: Pearson's on average ranks; NaN when either side is constant. */
export const spearman = (a: Ranking, b: Ranking): number => pearson(averageRanks(a), averageRanks(b))

/**
 * Kendall's τ-b in n log n; NaN when either side is constant. Exact up to about 90 million rows.
 * W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61, 1966.
 */
export function kendallTauB(a: Ranking, b: Ranking): number {
  const n = a.places.length
  const width = b.counts.length
  // One whole number per row that sorts by a and then by b.
  const keys = new Float64Array(n)
  for (let i = 0; i < n; i++) keys[i] = a.places[i]! * width + b.places[i]!
  keys.sort()
  let tiedBoth = 0
  let run = 1
  const order = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    order[i] = keys[i]! % width
    if (i + 1 < n && keys[i + 1] === keys[i]) { run++; continue }
    tiedBoth += run * (run - 1) / 2
    run = 1
  }
  const pairs = n * (n - 1) / 2
  const tiedA = tiedPairs(a.counts)
  const tiedB = tiedPairs(b.counts)
  const score = pairs - tiedA - tiedB + tiedBoth - 2 * inversions(order)
  return Math.max(-1, Math.min(1, score / Math.sqrt(pairs - tiedA) / Math.sqrt(pairs - tiedB)))
}

const tiedPairs = (counts: Uint32Array): number => counts.reduce((sum, c) => sum + c * (c - 1) / 2, 0)

/** Pairs i < j with values[i] > values[j], by bottom-up merge sort; reorders `values` on the way. */
function inversions(values: Uint32Array): number {
  let from = values
  let into = new Uint32Array(values.length)
  let count = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) count += mergeRuns(from, into, start, width)
    const spare = from
    from = into
    into = spare as Uint32Array<ArrayBuffer>
  }
  return count
}

function mergeRuns(from: Uint32Array, into: Uint32Array, start: number, width: number): number {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let left = start
  let right = middle
  let count = 0
  for (let place = start; place < end; place++) {
    if (left < middle && (right >= end || from[left]! <= from[right]!)) into[place] = from[left++]!
    else {
      into[place] = from[right++]!
      count += middle - left
    }
  }
  return count
}
