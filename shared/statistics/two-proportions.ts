// Differences and ratios of two shares with 95 % intervals that also hold for few rows and for shares of 0 and 1. Owns no rows.
import { normalQuantile975, wilsonInterval, type Interval } from './wilson.ts'

export interface Share { readonly hits: number, readonly rows: number }

/** A point value with its interval; `high` null: without an upper end. */
export interface Estimate { readonly value: number, readonly low: number, readonly high: number }

/** `hits` out of `rows` ≥ 1 as a share with Wilson's interval. */
const wilsonOf = ({ hits, rows }: Share, z = normalQuantile975): Estimate => ({ value: hits / rows, ...wilsonInterval(hits, rows, z) })

/** Two sides squared and added; `phi` is the correlation of the two shares. */
const joined = (one: number, other: number, phi: number): number => Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other))

const within = (low: number, high: number): Interval => ({ low: Math.max(-1, low), high: Math.min(1, high) })

/**
 * First share minus second share of two separate groups, each with at least one row, from their Wilson intervals.
 * R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, method 10.
 */
export function differenceOfShares(first: Share, second: Share): Estimate {
  const [a, b] = [wilsonOf(first), wilsonOf(second)]
  const value = a.value - b.value
  return { value, ...within(value - joined(a.value - a.low, b.high - b.value, 0), value + joined(b.value - b.low, a.high - a.value, 0)) }
}

/** The same rows judged twice. */
export interface PairedCounts { readonly both: number, readonly onlyFirst: number, readonly onlySecond: number, readonly neither: number }

/** Correlation of two judgements, drawn towards 0 where it is positive, as the method below asks. */
function pairedCorrelation({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const rows = both + onlyFirst + onlySecond + neither
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither)
  if (margins === 0) return 0
  const product = both * neither - onlyFirst * onlySecond
  const numerator = product > rows / 2 ? product - rows / 2 : Math.min(0, product)
  return numerator / Math.sqrt(margins)
}

/**
 * First share minus second share of the same rows (at least one). `z`: the normal quantile of the confidence, that of 95 % by default.
 * R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data", Statistics in Medicine 17, 1998, method 10.
 */
export function differenceOfPairedShares(counts: PairedCounts, z = normalQuantile975): Estimate {
  const rows = counts.both + counts.onlyFirst + counts.onlySecond + counts.neither
  const [a, b] = [wilsonOf({ hits: counts.both + counts.onlyFirst, rows }, z), wilsonOf({ hits: counts.both + counts.onlySecond, rows }, z)]
  const phi = pairedCorrelation(counts)
  const value = (counts.onlyFirst - counts.onlySecond) / rows
  return { value, ...within(value - joined(a.value - a.low, b.high - b.value, phi), value + joined(b.value - b.low, a.high - a.value, phi)) }
}

/** The score of a ratio: how many standard errors the data lie above it, at the likeliest shares that have exactly this ratio. */
function ratioScore(ratio: number, first: Share, second: Share): number {
  const rows = first.rows + second.rows
  const a = rows * ratio
  const b = first.rows * ratio + first.hits + second.rows + second.hits * ratio
  const q = (b - Math.sqrt(Math.max(0, b * b - 4 * a * (first.hits + second.hits)))) / (2 * a)
  const p = q * ratio
  const variance = (p * (1 - p) / first.rows + ratio * ratio * q * (1 - q) / second.rows) * rows / (rows - 1)
  const distance = first.hits / first.rows - ratio * second.hits / second.rows
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Infinity
}

/** The ratio, searched by its logarithm, at which the score passes `score`; it falls as the ratio grows. */
function ratioAt(score: number, first: Share, second: Share): number {
  let [low, high] = [Math.log(1e-9), Math.log(1e9)]
  for (let step = 0; step < 200 && high - low > 1e-13; step++) {
    const middle = (low + high) / 2
    if (ratioScore(Math.exp(middle), first, second) > score) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}

/** Null where a ratio has no value, or its interval no upper end. */
export interface RatioEstimate { readonly value: number | null, readonly low: number | null, readonly high: number | null }

/**
 * First share over second share of two separate groups, by inverting the score test.
 * O. Miettinen, M. Nurminen, "Comparative analysis of two rates", Statistics in Medicine 4, 1985; without their factor N ÷ (N − 1): P. Koopman, Biometrics 40, 1984.
 * With no hit in the second group there is no ratio and no upper end; with no hit at all nothing is known.
 */
export function ratioOfShares(first: Share, second: Share): RatioEstimate {
  if (first.rows === 0 || second.rows === 0 || first.hits + second.hits === 0) return { value: null, low: null, high: null }
  return {
    value: second.hits === 0 ? null : (first.hits / first.rows) / (second.hits / second.rows),
    low: first.hits === 0 ? 0 : ratioAt(normalQuantile975, first, second),
    high: second.hits === 0 ? null : ratioAt(-normalQuantile975, first, second),
  }
}
