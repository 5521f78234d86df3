// Differences of two error measures on the same rows, with 95 % intervals. Owns no choosing of rows.
import { normalQuantile, studentTwoSided } from './distributions.ts'
import { sumOf } from './running-sum.ts'
import type { Estimate } from './two-proportions.ts'

/** t with P(|T| ≤ t) = `confidence` for `freedom` ≥ 1 degrees of freedom. */
export function studentQuantile(confidence: number, freedom: number): number {
  let [low, high] = [normalQuantile((1 + confidence) / 2), 1e6]
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, freedom) > 1 - confidence) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** t with P(|T| ≤ t) = 0.95. */
export const studentQuantile975 = (freedom: number): number => studentQuantile(0.95, freedom)

const spread = (n: number, at: (i: number) => number, confidence = 0.95): Estimate => {
  const value = sumOf(n, at) / n
  const variance = n < 2 ? NaN : sumOf(n, (i) => (at(i) - value) ** 2) / (n - 1)
  const half = studentQuantile(confidence, Math.max(1, n - 1)) * Math.sqrt(variance / n)
  return { value, low: value - half, high: value + half }
}

/** Mean of a − b over rows, by Student's t; at least one row, the ends are NaN for one. */
export const meanDifference = (a: Float64Array, b: Float64Array): Estimate => spread(a.length, (i) => a[i]! - b[i]!)

/**
 * Root of the mean of `a` minus root of the mean of `b`, both squares of errors on the same rows: the delta method over the two means, with their covariance.
 * Where both are 0 the interval is a point.
 */
export function rootMeanDifference(a: Float64Array, b: Float64Array, confidence = 0.95): Estimate {
  const n = a.length
  const [meanA, meanB] = [sumOf(n, (i) => a[i]!) / n, sumOf(n, (i) => b[i]!) / n]
  const [rootA, rootB] = [Math.sqrt(meanA), Math.sqrt(meanB)]
  // The slope of √m at m; an error of 0 in every row has none, and moves nothing.
  const [slopeA, slopeB] = [rootA === 0 ? 0 : 0.5 / rootA, rootB === 0 ? 0 : 0.5 / rootB]
  const { value, low, high } = spread(n, (i) => slopeA * (a[i]! - meanA) - slopeB * (b[i]! - meanB), confidence)
  const difference = rootA - rootB
  return { value: difference, low: difference + low - value, high: difference + high - value }
}
