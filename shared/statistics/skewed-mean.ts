// Means of numbers that few rows may dominate: Student's t bent for skewness, and when no interval can be trusted. Owns no choice of rows.
import { studentTwoSided } from './distributions.ts'
import { studentQuantile } from './paired-interval.ts'
import { sumOf } from './running-sum.ts'

/** Third central moment over the cubed standard deviation, both about the sample mean; 0 where nothing varies. */
export function skewnessOf(values: Float64Array): number {
  const n = values.length
  const mean = sumOf(n, (i) => values[i]!) / n
  const second = sumOf(n, (i) => (values[i]! - mean) ** 2) / n
  return second === 0 ? 0 : sumOf(n, (i) => (values[i]! - mean) ** 3) / n / second ** 1.5
}

/** What of a skewness of `n` rows is surely there: moved towards 0 by its standard error under normal theory, √(6/n). */
export const sureSkewness = (skewness: number, n: number): number => Math.sign(skewness) * Math.max(0, Math.abs(skewness) - Math.sqrt(6 / n))

/**
 * Student's statistic of a mean whose own distribution has the skewness `skew` (that of a row over √n), bent so that it is symmetric again.
 * P. Hall, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54, 1992, the monotone cubic.
 */
export const straightened = (t: number, skew: number): number => t + skew * t ** 2 / 3 + skew ** 2 * t ** 3 / 27 + skew / 6

/** The inverse: the statistic that is straightened to `straight`. */
export const bent = (straight: number, skew: number): number => (Math.abs(skew) < 1e-9 ? straight - skew / 6 : (3 / skew) * (Math.cbrt(1 + skew * (straight - skew / 6)) - 1))

/** A two-sided p of a mean that is `t` standard errors from 0: the larger of the plain one and the straightened one. */
export const skewedP = (t: number, skew: number, freedom: number): number => Math.max(studentTwoSided(t, freedom), studentTwoSided(straightened(t, skew), freedom))

/** The ends of an interval: the outer ones of the plain and of the straightened one. `error`: standard error of the value. */
export function skewedEnds(value: number, error: number, skew: number, quantile: number): { readonly low: number, readonly high: number } {
  return { low: value - error * Math.max(quantile, bent(quantile, skew)), high: value - error * Math.min(-quantile, bent(-quantile, skew)) }
}

/** Rows below which a mean of such numbers has no normal theory. W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 2.15: n > 25 G₁². */
export const rowsForSkewness = (skewness: number): number => Math.ceil(25 * skewness ** 2)

/** Where the truth may lie further out than the interval says: few rows, and a long tail that they may not have shown. */
export interface Untrusted { readonly side: 'above' | 'below', /** Rows from which on it can be trusted. */ readonly rows: number }

/** Null where there are rows enough for this skewness of a row. */
export const untrusted = (skewness: number, rows: number): Untrusted | null => (rowsForSkewness(skewness) > rows ? { side: skewness > 0 ? 'above' : 'below', rows: rowsForSkewness(skewness) } : null)

export interface SkewedMean { readonly value: number, readonly low: number, readonly high: number, readonly untrusted: Untrusted | null }

/** The mean of at least one number with its interval; the ends are NaN for one. */
export function skewedMean(values: Float64Array, confidence: number): SkewedMean {
  const n = values.length
  const value = sumOf(n, (i) => values[i]!) / n
  if (n < 2) return { value, low: NaN, high: NaN, untrusted: null }
  const error = Math.sqrt(sumOf(n, (i) => (values[i]! - value) ** 2) / (n - 1) / n)
  const skewness = skewnessOf(values)
  return { value, ...skewedEnds(value, error, sureSkewness(skewness, n) / Math.sqrt(n), studentQuantile(confidence, n - 1)), untrusted: untrusted(skewness, n) }
}
