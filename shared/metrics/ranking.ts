// Exact ranking measures of two groups of scores: area under ROC, average precision, KS, and their curves.
// Works on sorted typed arrays; ties are one step, never an order.
import type { FloatArray } from './growing-arrays.ts'

/** Scores of the rows of the class (`positive`) and of all others (`negative`), each sorted ascending. */
export interface ScoreGroups { readonly positive: FloatArray, readonly negative: FloatArray }

/**
 * The number of (positive, negative) pairs in the right order, a tie counting half: the Mann-Whitney U statistic.
 * Exact while it stays below 2^53. AUC = U ÷ (positives · negatives).
 */
export function rankedPairs(groups: ScoreGroups): number {
  const { positive, negative } = groups
  let below = 0
  let notAbove = 0
  let pairs = 0
  for (let i = 0; i < positive.length; i++) {
    const score = positive[i]!
    while (below < negative.length && negative[below]! < score) below++
    if (notAbove < below) notAbove = below
    while (notAbove < negative.length && negative[notAbove]! <= score) notAbove++
    pairs += below + (notAbove - below) / 2
  }
  return pairs
}

/** Area under the ROC curve; NaN when either group is empty. J. A. Hanley, B. J. McNeil, Radiology 143, 1982. */
export function areaUnderRoc(groups: ScoreGroups): number {
  return rankedPairs(groups) / (groups.positive.length * groups.negative.length)
}

/** Σ (Rn − Rn−1) · Pn over the distinct scores, no interpolation; NaN when there is no positive row. */
export const averagePrecision = (groups: ScoreGroups): number => sweep(groups).averagePrecision

/** What one walk over all thresholds tells. Lengths and counts are those of the two curves, for thinning them. */
export interface Sweep {
  readonly averagePrecision: number
  /** The largest true positive rate minus false positive rate over all thresholds (not below 0); NaN when a group is empty. */
  readonly kolmogorovSmirnov: number
  readonly roc: Extent
  readonly precisionRecall: Extent
}
export interface Extent { readonly count: number, readonly length: number }

/** One walk for everything that needs no points. Plain loops over local numbers: this is the longest part of a large result. */
export function sweep(groups: ScoreGroups): Sweep {
  const { positive, negative } = groups
  const positives = positive.length
  const negatives = negative.length
  let p = positives - 1
  let q = negatives - 1
  let sum = 0, largest = 0
  let tp = 0, fp = 0, stepTp = NaN, stepFp = NaN
  let rocCount = 1, rocLength = 0, rocX = 0, rocY = 0
  let count = 1, length = 0, lastX = 0, lastY = 1
  while (p >= 0 || q >= 0) {
    const threshold = q < 0 ? positive[p]! : p < 0 || negative[q]! > positive[p]! ? negative[q]! : positive[p]!
    while (p >= 0 && positive[p] === threshold) p--
    while (q >= 0 && negative[q] === threshold) q--
    const nextTp = positives - 1 - p
    const nextFp = negatives - 1 - q
    const recall = nextTp / positives
    const precision = nextTp / (nextTp + nextFp)
    sum += (nextTp - tp) * precision
    const gap = recall - nextFp / negatives
    if (gap > largest) largest = gap
    length += Math.abs(recall - lastX) + Math.abs(precision - lastY)
    count++
    lastX = recall
    lastY = precision
    if (tp + fp > 0) {
      // The point held back so far is a corner unless this step repeats the one that led to it.
      if (nextTp - tp !== stepTp || nextFp - fp !== stepFp) {
        const x = fp / negatives, y = tp / positives
        rocLength += Math.abs(x - rocX) + Math.abs(y - rocY)
        rocCount++
        rocX = x
        rocY = y
      }
      stepTp = nextTp - tp
      stepFp = nextFp - fp
    }
    tp = nextTp
    fp = nextFp
  }
  if (tp + fp > 0) { rocLength += Math.abs(fp / negatives - rocX) + Math.abs(tp / positives - rocY); rocCount++ }
  return {
    averagePrecision: sum / positives, kolmogorovSmirnov: positives === 0 || negatives === 0 ? NaN : largest,
    roc: { count: rocCount, length: rocLength }, precisionRecall: { count, length },
  }
}

export interface CurvePoints { readonly x: number[], readonly y: number[], readonly threshold: (number | null)[] }

/** Takes the points of a curve one by one and keeps those that are spread evenly along its line, both ends among them. */
class Thinned implements CurvePoints {
  readonly x: number[] = []
  readonly y: number[] = []
  readonly threshold: (number | null)[] = []
  readonly #extent: Extent
  readonly #gap: number
  #index = 0
  #along = 0
  #next = 0
  #lastX = 0
  #lastY = 0

  /** `most`: about how many points are kept when there are more. Every point kept is a true one. */
  constructor(extent: Extent, most: number) {
    this.#extent = extent
    this.#gap = extent.count <= most ? 0 : extent.length / Math.max(1, most - 2)
  }

  add(x: number, y: number, threshold: number | null): void {
    if (this.#index > 0) this.#along += Math.abs(x - this.#lastX) + Math.abs(y - this.#lastY)
    this.#lastX = x
    this.#lastY = y
    this.#index++
    if (this.#gap > 0 && this.#along < this.#next && this.#index < this.#extent.count) return
    this.#next = this.#along + this.#gap
    this.x.push(x)
    this.y.push(y)
    this.threshold.push(threshold)
  }

  get points(): CurvePoints { return { x: this.x, y: this.y, threshold: this.threshold } }
}

/**
 * ROC corners: false positive rate (x), true positive rate (y), threshold; the first point is (0, 0) with no threshold.
 * A point midway between two equal steps is left out, as it lies on the line; then the rest is thinned to about `most` points.
 */
export function rocPoints(groups: ScoreGroups, most: number, extent: Extent = sweep(groups).roc): CurvePoints {
  const { positive, negative } = groups
  const positives = positive.length
  const negatives = negative.length
  const thinned = new Thinned(extent, most)
  thinned.add(0, 0, null)
  let p = positives - 1
  let q = negatives - 1
  let held = NaN, tp = 0, fp = 0, stepTp = NaN, stepFp = NaN
  while (p >= 0 || q >= 0) {
    const threshold = q < 0 ? positive[p]! : p < 0 || negative[q]! > positive[p]! ? negative[q]! : positive[p]!
    while (p >= 0 && positive[p] === threshold) p--
    while (q >= 0 && negative[q] === threshold) q--
    const nextTp = positives - 1 - p
    const nextFp = negatives - 1 - q
    if (tp + fp > 0) {
      if (nextTp - tp !== stepTp || nextFp - fp !== stepFp) thinned.add(fp / negatives, tp / positives, held)
      stepTp = nextTp - tp
      stepFp = nextFp - fp
    }
    held = threshold
    tp = nextTp
    fp = nextFp
  }
  if (tp + fp > 0) thinned.add(fp / negatives, tp / positives, held)
  return thinned.points
}

/** Precision (y) against recall (x): starts at recall 0, precision 1 with no threshold, then one point per distinct score, thinned to about `most`. */
export function precisionRecallPoints(groups: ScoreGroups, most: number, extent: Extent = sweep(groups).precisionRecall): CurvePoints {
  const { positive, negative } = groups
  const thinned = new Thinned(extent, most)
  thinned.add(0, 1, null)
  let p = positive.length - 1
  let q = negative.length - 1
  while (p >= 0 || q >= 0) {
    const threshold = q < 0 ? positive[p]! : p < 0 || negative[q]! > positive[p]! ? negative[q]! : positive[p]!
    while (p >= 0 && positive[p] === threshold) p--
    while (q >= 0 && negative[q] === threshold) q--
    const tp = positive.length - 1 - p
    thinned.add(tp / positive.length, tp / (tp + negative.length - 1 - q), threshold)
  }
  return thinned.points
}
