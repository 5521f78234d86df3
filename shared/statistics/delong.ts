// Two areas under ROC curves of scores of the same rows: their difference, its standard error and test. Owns no choosing of rows.
import { normalTail } from './distributions.ts'
import { averageRanks, rankingOf } from './ranks.ts'

export interface PairedAreas {
  readonly first: number
  readonly second: number
  /** second − first */
  readonly difference: number
  readonly standardError: number
  /** Two-sided; 1 where the two rank every pair alike, so that nothing varies. */
  readonly p: number
}

/** Per row of one class, the share of rows of the other class on its right side; ties count half. */
interface Components { readonly area: number, readonly positive: Float64Array, readonly negative: Float64Array }

/**
 * The structural components by mid-ranks in O(n log n): with X the scores of the positive rows, Y the others, Z both,
 * V10(i) = (rank in Z − rank in X) ÷ |Y| and V01(j) = 1 − (rank in Z − rank in Y) ÷ |X|.
 * X. Sun, W. Xu, "Fast implementation of DeLong's algorithm", IEEE Signal Processing Letters 21, 2014.
 */
function componentsOf(scores: Float64Array, isPositive: Uint8Array, positives: number): Components {
  const negatives = scores.length - positives
  const own = new Float64Array(positives)
  const other = new Float64Array(negatives)
  let p = 0
  let q = 0
  for (let i = 0; i < scores.length; i++) if (isPositive[i] === 1) own[p++] = scores[i]!; else other[q++] = scores[i]!
  const all = averageRanks(rankingOf(scores))
  const [ownRanks, otherRanks] = [averageRanks(rankingOf(own)), averageRanks(rankingOf(other))]
  p = 0
  q = 0
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    if (isPositive[i] === 1) {
      own[p] = (all[i]! - ownRanks[p]!) / negatives
      sum += own[p++]!
    } else {
      other[q] = 1 - (all[i]! - otherRanks[q]!) / positives
      q++
    }
  }
  return { area: sum / positives, positive: own, negative: other }
}

/** Σ (aᵢ − bᵢ − their mean)² ÷ (n − 1) ÷ n; 0 for a single row, where the spread cannot be known. */
function errorOfDifference(a: Float64Array, b: Float64Array): number {
  const n = a.length
  if (n < 2) return 0
  let mean = 0
  for (let i = 0; i < n; i++) mean += (b[i]! - a[i]!) / n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (b[i]! - a[i]! - mean) ** 2
  return squares / (n - 1) / n
}

/**
 * DeLong's paired comparison of two areas. Null where a class has fewer than two rows. All arrays are of the same rows, without NaN.
 * E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988.
 */
export function pairedAreas(isPositive: Uint8Array, first: Float64Array, second: Float64Array): PairedAreas | null {
  let positives = 0
  for (let i = 0; i < isPositive.length; i++) positives += isPositive[i]!
  if (positives < 2 || isPositive.length - positives < 2) return null
  const a = componentsOf(first, isPositive, positives)
  const b = componentsOf(second, isPositive, positives)
  const standardError = Math.sqrt(errorOfDifference(a.positive, b.positive) + errorOfDifference(a.negative, b.negative))
  const difference = b.area - a.area
  // Below this the variance is what rounding leaves of two equal rankings.
  const nothing = standardError < 1e-12
  return { first: a.area, second: b.area, difference, standardError: nothing ? 0 : standardError, p: nothing ? 1 : Math.min(1, 2 * normalTail(Math.abs(difference) / standardError)) }
}
