// Ranks with ties, and the correlations built on them. Works on numbers without NaN.
import { sumOf } from './running-sum.ts'

/** Average ranks, 1-based: equal values share the mean of the ranks they cover. */
export function averageRanks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort()
  // Rank of every distinct value once, then a search per row: no sort of indices is needed.
  const distinct: number[] = []
  const ranks: number[] = []
  for (let i = 0; i < sorted.length;) {
    let end = i + 1
    while (end < sorted.length && sorted[end] === sorted[i]) end++
    distinct.push(sorted[i]!)
    ranks.push((i + 1 + end) / 2)
    i = end
  }
  const keys = Float64Array.from(distinct)
  return values.map((v) => ranks[placeOf(keys, v)]!)
}

/** Index of each value among the distinct values in ascending order: 0, 1, 2 … */
export function denseRanks(values: Float64Array): { ranks: Float64Array, distinct: number } {
  const sorted = values.slice().sort()
  let distinct = 0
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[distinct - 1]) sorted[distinct++] = sorted[i]!
  const keys = sorted.subarray(0, distinct)
  return { ranks: values.map((v) => placeOf(keys, v)), distinct }
}

function placeOf(keys: Float64Array, value: number): number {
  let low = 0
  let high = keys.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
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
export const spearman = (a: Float64Array, b: Float64Array): number => pearson(averageRanks(a), averageRanks(b))

/**
 * Kendall's τ-b in n log n; NaN when either side is constant. Exact counts up to about 90 million rows.
 * W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61, 1966.
 */
export function kendallTauB(a: Float64Array, b: Float64Array): number {
  const n = a.length
  const x = denseRanks(a)
  const y = denseRanks(b)
  // One number per row that sorts by x and then by y.
  const keys = x.ranks.map((rank, i) => rank * y.distinct + y.ranks[i]!).sort()
  const order = Uint32Array.from(keys, (key) => key % y.distinct)
  const pairs = n * (n - 1) / 2
  const tiedX = tiedPairs(n, (i) => Math.floor(keys[i]! / y.distinct))
  const tiedBoth = tiedPairs(n, (i) => keys[i]!)
  const sortedY = y.ranks.slice().sort()
  const tiedY = tiedPairs(n, (i) => sortedY[i]!)
  const score = pairs - tiedX - tiedY + tiedBoth - 2 * inversions(order)
  return Math.max(-1, Math.min(1, score / Math.sqrt(pairs - tiedX) / Math.sqrt(pairs - tiedY)))
}

/** Pairs of equal values in a sequence where equal values lie together. */
function tiedPairs(n: number, at: (index: number) => number): number {
  let pairs = 0
  let run = 1
  for (let i = 1; i <= n; i++) {
    if (i < n && at(i) === at(i - 1)) { run++; continue }
    pairs += run * (run - 1) / 2
    run = 1
  }
  return pairs
}

/** Pairs i < j with values[i] > values[j], by bottom-up merge sort; sorts `values` on the way. */
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
