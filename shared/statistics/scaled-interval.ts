// Normal intervals on the scale where an estimate is closest to normal, taken back to its own scale.
// Owns the scales; refuses to know where a standard error comes from.
import { type Interval, normalQuantile975, wilsonInterval } from './wilson.ts'

/** `identity`: any number. `log`: positive. `logit`: between 0 and 1. `fisher`: between −1 and 1. */
export type Scale = 'identity' | 'log' | 'logit' | 'fisher'

/** Scale, its inverse, and its slope at x. */
const scales: Readonly<Record<Scale, { readonly to: (x: number) => number, readonly back: (y: number) => number, readonly slope: (x: number) => number }>> = {
  identity: { to: (x) => x, back: (y) => y, slope: () => 1 },
  log: { to: Math.log, back: Math.exp, slope: (x) => 1 / x },
  logit: { to: (x) => Math.log(x / (1 - x)), back: (y) => 1 / (1 + Math.exp(-y)), slope: (x) => 1 / (x * (1 - x)) },
  fisher: { to: Math.atanh, back: Math.tanh, slope: (x) => 1 / (1 - x * x) },
}

/**
 * The 95 % interval of an estimate with this standard error, by the delta method: symmetric on the scale, never outside its range.
 * Null where the scale has no such value (a log of 0) or the error is not finite. A. W. van der Vaart, Asymptotic Statistics, 1998, chapter 3.
 */
export function scaledInterval(value: number, standardError: number, scale: Scale, z: number = normalQuantile975): Interval | null {
  const { to, back, slope } = scales[scale]
  const middle = to(value)
  const half = z * standardError * slope(value)
  if (!Number.isFinite(middle) || !Number.isFinite(half)) return null
  return { low: back(middle - half), high: back(middle + half) }
}

/**
 * The interval of a share-like estimate that may be exactly 0 or 1, where its own standard error says nothing:
 * there, that of as many trials as `rows` without a miss (or without a hit). E. B. Wilson, 1927.
 */
export function shareInterval(value: number, standardError: number, rows: number): Interval | null {
  if (rows < 1) return null
  return value <= 0 || value >= 1 ? wilsonInterval(value <= 0 ? 0 : rows, rows) : scaledInterval(value, standardError, 'logit')
}

/** The standard error of a mean, or of any estimate whose influence values (mean 0) are given, over `n` rows; `values` may be a sample of them. */
export function influenceError(values: ArrayLike<number>, n: number): number {
  const count = values.length
  let mean = 0
  for (let i = 0; i < count; i++) mean += values[i]!
  mean /= count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2
  return count < 2 ? NaN : Math.sqrt(squares / (count - 1) / n)
}
