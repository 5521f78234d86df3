// The difference of one metric between two models on the same rows, as every test gives it, and what they all share.
// Owns no test and no words: label-, sum- and ranking-differences.ts compute, decide.ts judges.
import { normalQuantile, normalTail, studentTwoSided } from '../statistics/distributions.ts'
import { studentQuantile } from '../statistics/paired-interval.ts'
import { quantile } from '../statistics/quantile.ts'
import { skewedEnds, skewedP, skewnessOf, sureSkewness, untrusted, type Untrusted } from '../statistics/skewed-mean.ts'

/** `mcnemar`: shares right. `paired-t`: means of a number a row. `delong`: area under ROC. `influence`: other rankings, linearised. `bootstrap`: everything else. */
export type DifferenceMethod = 'mcnemar' | 'paired-t' | 'delong' | 'influence' | 'bootstrap'

/** How the difference varies from row to row: what other numbers of rows would tell. `variance`: standard error squared times rows. */
export type RowSpread = { readonly kind: 'mean', readonly variance: number } | { readonly kind: 'shares', readonly differing: number }

export interface Difference {
  readonly metric: string
  /** '' for all rows, else `class:NAME`. */
  readonly slice: string
  readonly first: number
  readonly second: number
  /** second − first */
  readonly value: number
  /** Interval of `value` at the asked confidence. */
  readonly low: number
  readonly high: number
  /** Two-sided, against no difference; not corrected for other metrics. */
  readonly p: number
  readonly method: DifferenceMethod
  /** Rows (or pictures) that took part. */
  readonly rows: number
  readonly spread: RowSpread
  /** A few rows carry the difference, and too few rows are here to know how far out it may lie; absent: there are enough. */
  readonly untrusted?: Untrusted
}

/** A metric that was asked for and cannot be compared row by row. */
export interface Untested { readonly metric: string, readonly slice: string, readonly reason: string }

export interface DifferenceOptions {
  /** Such as 0.95. */
  readonly confidence: number
  readonly seed: number
  /** Draws of a bootstrap; default 1,000, more for few rows, fewer for very many classes. */
  readonly resamples?: number
}

export const isTested = (d: Difference | Untested): d is Difference => 'p' in d

/** The normal quantile of a two-sided interval. */
export const quantileOf = (confidence: number): number => normalQuantile((1 + confidence) / 2)

export interface Draws {
  readonly value: number
  /** Differences of resampled rows, centred on the value that they were drawn around. NaN where undefined. */
  readonly deviations: Float64Array
  /** Differences with the two models' answers swapped in a random half of the rows. */
  readonly swapped: Float64Array
  readonly rows: number
  /** Whether a row may count without limit, as squares of errors do: then skewness is reckoned with. */
  readonly unbounded?: boolean
}

const standardDeviation = (values: Float64Array): number => {
  let mean = 0
  for (const v of values) mean += v / values.length
  let squares = 0
  for (const v of values) squares += (v - mean) ** 2
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1))
}

/** Fewer crossings than this say little about a tail; a normal one stands in for them. */
const enoughCrossings = 10
const rounding = 1e-12

/** P of a difference at least this large when the models' answers are exchangeable: counted, or by a normal tail far out. R. A. Fisher, The Design of Experiments, 1935. */
function swapP(value: number, swapped: Float64Array): number {
  let crossings = 0
  for (const v of swapped) if (Math.abs(v) >= Math.abs(value) - rounding) crossings++
  if (crossings >= enoughCrossings) return (crossings + 1) / (swapped.length + 1)
  const spread = standardDeviation(swapped)
  return spread === 0 ? 1 : Math.min((crossings + 1) / (swapped.length + 1), 2 * normalTail(Math.abs(value) / spread))
}

/**
 * Interval, p and spread from draws. The interval is the expanded percentile one: percentiles as far out as Student's t asks for so few rows
 * (T. C. Hesterberg, "What teachers should know about the bootstrap", Am. Statistician 69, 2015). p is the larger of that of the bootstrap's
 * standard error and that of swapping the answers, which stays honest where only a handful of rows differ. Null where fewer than half of the draws are defined.
 */
export function fromDraws({ value, deviations, swapped, rows, unbounded = false }: Draws, confidence: number): Pick<Difference, 'low' | 'high' | 'p' | 'spread' | 'untrusted'> | null {
  const sorted = deviations.filter((v) => !Number.isNaN(v)).sort()
  if (sorted.length < deviations.length / 2 || rows < 2) return null
  const few = Math.sqrt(rows / (rows - 1))
  const tail = normalTail(few * studentQuantile(confidence, rows - 1))
  const error = standardDeviation(sorted) * few
  const byError = Math.abs(value) <= rounding || error === 0 ? 1 : studentTwoSided(value / error, rows - 1)
  const p = Math.max(byError, swapP(value, swapped.filter((v) => !Number.isNaN(v))))
  const found = { low: value + quantile(sorted, tail), high: value + quantile(sorted, 1 - tail), p, spread: { kind: 'mean', variance: error * error * rows } } as const
  return unbounded && error > 0 ? reckoned(value, found, { error, skew: skewnessOf(sorted), rows, confidence }) : found
}

/** The same with the skewness of the draws reckoned with: wider where it asks for that, and marked where rows are too few for it. */
function reckoned<T extends Pick<Difference, 'low' | 'high' | 'p'>>(value: number, found: T, { error, skew, rows, confidence }: { readonly error: number, readonly skew: number, readonly rows: number, readonly confidence: number }): T & Pick<Difference, 'untrusted'> {
  // The draws' own skewness is that of a mean; that of a row is √n times as large.
  const ofRow = skew * Math.sqrt(rows)
  const sure = sureSkewness(ofRow, rows) / Math.sqrt(rows)
  const ends = skewedEnds(value, error, sure, studentQuantile(confidence, rows - 1))
  const doubt = untrusted(ofRow, rows)
  return { ...found, low: Math.min(found.low, ends.low), high: Math.max(found.high, ends.high), p: Math.max(found.p, skewedP(value / error, sure, rows - 1)), ...(doubt === null ? {} : { untrusted: doubt }) }
}
