// Exact ranking measures of two groups of scores: area under ROC, average precision, KS, and their curves.
// Works on sorted typed arrays; ties are one step, never an order.
import type { FloatArray } from './growing-arrays.ts'

/** Scores of the rows of the class (`positive`) and of all others (`negative`), each sorted ascending. */
export interface ScoreGroups { readonly positive: FloatArray, readonly negative: FloatArray }

/** Called once per distinct score, from the highest down, with the rows at or above it. */
type ThresholdVisit = (threshold: number, truePositives: number, falsePositives: number) => void

export function walkThresholds(groups: ScoreGroups, visit: ThresholdVisit): void {
  const { positive, negative } = groups
  let p = positive.length - 1
  let q = negative.length - 1
  while (p >= 0 || q >= 0) {
    const threshold = q < 0 ? positive[p]! : p < 0 ? negative[q]! : Math.max(positive[p]!, negative[q]!)
    while (p >= 0 && positive[p] === threshold) p--
    while (q >= 0 && negative[q] === threshold) q--
    visit(threshold, positive.length - 1 - p, negative.length - 1 - q)
  }
}

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
export function averagePrecision(groups: ScoreGroups): number {
  const positives = groups.positive.length
  let before = 0
  let sum = 0
  walkThresholds(groups, (_, tp, fp) => {
    sum += (tp - before) * (tp / (tp + fp))
    before = tp
  })
  return sum / positives
}

/** The largest true positive rate minus false positive rate over all thresholds (not below 0); NaN when a group is empty. */
export function kolmogorovSmirnov(groups: ScoreGroups): number {
  const positives = groups.positive.length
  const negatives = groups.negative.length
  let largest = 0
  walkThresholds(groups, (_, tp, fp) => { largest = Math.max(largest, tp / positives - fp / negatives) })
  return positives === 0 || negatives === 0 ? NaN : largest
}

export interface CurvePoints { readonly x: number[], readonly y: number[], readonly threshold: (number | null)[] }

/** Walks a curve from its start, giving every point to `emit`; walking again gives the same points. */
type CurveWalk = (emit: (x: number, y: number, threshold: number | null) => void) => void

/**
 * ROC corners: false positive rate (x), true positive rate (y), threshold; the first point is (0, 0) with no threshold.
 * A point midway between two equal steps is left out, as it lies on the line; then the rest is thinned to about `most` points.
 */
export function rocPoints(groups: ScoreGroups, most: number): CurvePoints {
  const positives = groups.positive.length
  const negatives = groups.negative.length
  return collect((emit) => {
    emit(0, 0, null)
    let threshold = NaN, tp = 0, fp = 0
    let stepTp = NaN, stepFp = NaN
    let held = false
    walkThresholds(groups, (nextThreshold, nextTp, nextFp) => {
      if (held) {
        if (nextTp - tp !== stepTp || nextFp - fp !== stepFp) emit(fp / negatives, tp / positives, threshold)
        stepTp = nextTp - tp
        stepFp = nextFp - fp
      }
      held = true
      threshold = nextThreshold
      tp = nextTp
      fp = nextFp
    })
    if (held) emit(fp / negatives, tp / positives, threshold)
  }, most)
}

/** Precision (y) against recall (x): starts at recall 0, precision 1 with no threshold, then one point per distinct score, thinned to about `most`. */
export function precisionRecallPoints(groups: ScoreGroups, most: number): CurvePoints {
  return collect((emit) => {
    emit(0, 1, null)
    walkThresholds(groups, (threshold, tp, fp) => emit(tp / groups.positive.length, tp / (tp + fp), threshold))
  }, most)
}

/**
 * The points of a curve; when there are more than `most`, about that many, spread evenly along the length of the line, both ends kept.
 * Every point left is a true one. Walks the curve twice instead of holding millions of points.
 */
function collect(walk: CurveWalk, most: number): CurvePoints {
  const total = measure(walk)
  const points: CurvePoints = { x: [], y: [], threshold: [] }
  const gap = total.count <= most ? 0 : total.length / Math.max(1, most - 2)
  let index = 0
  let along = 0
  let next = 0
  let lastX = 0, lastY = 0
  walk((x, y, threshold) => {
    if (index > 0) along += Math.abs(x - lastX) + Math.abs(y - lastY)
    lastX = x
    lastY = y
    index++
    if (gap > 0 && along < next && index < total.count) return
    next = along + gap
    points.x.push(x)
    points.y.push(y)
    points.threshold.push(threshold)
  })
  return points
}

function measure(walk: CurveWalk): { count: number, length: number } {
  let count = 0
  let length = 0
  let lastX = 0, lastY = 0
  walk((x, y) => {
    if (count > 0) length += Math.abs(x - lastX) + Math.abs(y - lastY)
    lastX = x
    lastY = y
    count++
  })
  return { count, length }
}
