// Intervals of the metrics of predicted labels, from the confusion matrix alone: Wilson for plain shares, a bootstrap of the rows for the rest.
// Resampling rows only redraws the matrix's counts, so a million rows cost as much as a hundred.
import type { MetricValue } from '../domain/run.ts'
import { redrawCounts } from '../statistics/multinomial.ts'
import { quantile } from '../statistics/quantile.ts'
import { randomStream } from '../statistics/random.ts'
import { type Interval, wilsonInterval } from '../statistics/wilson.ts'
import { type ConfusionMatrix, confusionMetrics } from './confusion.ts'

const resamples = 1000
/** Work of all draws together: draws times cells. Larger tables get fewer draws. */
const mostWork = 4e7
const fewestDraws = 200

/** Facts about the rows, not estimates of anything. */
const facts = /^(n|support|predicted|binary\.(tp|fp|fn|tn))$/

interface Share { readonly hits: number, readonly rows: number }

/** The counts behind a metric that is a plain share of rows; null for all others. */
function shareOf(metric: MetricValue, matrix: ConfusionMatrix, positiveClass: string | null): Share | null {
  const k = matrix.classes.length
  const own = metric.metric.startsWith('binary.') ? positiveClass : metric.slice.startsWith('class:') ? metric.slice.slice('class:'.length) : null
  const c = own === null ? -1 : matrix.classes.indexOf(own)
  const at = (row: number, column: number) => matrix.counts[row * k + column]!
  let total = 0, hits = 0, support = 0, predicted = 0
  for (let a = 0; a < k; a++) {
    hits += at(a, a)
    for (let b = 0; b < k; b++) total += at(a, b)
    if (c >= 0) { support += at(c, a); predicted += at(a, c) }
  }
  switch (metric.metric.replace(/^binary\./, '')) {
    case 'accuracy': case 'micro.precision': case 'micro.recall': case 'micro.f1': return { hits, rows: total }
    case 'error_rate': return { hits: total - hits, rows: total }
    case 'precision': return { hits: at(c, c), rows: predicted }
    case 'recall': return { hits: at(c, c), rows: support }
    case 'specificity': return { hits: total - support - predicted + at(c, c), rows: total - support }
    default: return null
  }
}

const keyOf = (metric: MetricValue): string => `${metric.metric}\n${metric.slice}`

/** Percentile intervals of every metric over redrawn matrices; a metric that most draws leave undefined has none. B. Efron, R. J. Tibshirani, 1993, chapter 13. */
function redrawn(matrix: ConfusionMatrix, positiveClass: string | null, seed: number): Map<string, Interval> {
  const draws = Math.min(resamples, Math.floor(mostWork / matrix.counts.length))
  const intervals = new Map<string, Interval>()
  if (draws < fewestDraws) return intervals
  const random = randomStream(seed)
  const counts = new Float64Array(matrix.counts.length)
  const seen = new Map<string, number[]>()
  for (let i = 0; i < draws; i++) {
    redrawCounts(random, matrix.counts, counts)
    for (const metric of confusionMetrics({ classes: matrix.classes, counts }, positiveClass)) {
      if (metric.value === null || facts.test(metric.metric)) continue
      const key = keyOf(metric)
      const values = seen.get(key)
      if (values === undefined) seen.set(key, [metric.value])
      else values.push(metric.value)
    }
  }
  for (const [key, values] of seen) {
    if (values.length < draws / 2) continue
    const sorted = Float64Array.from(values).sort()
    intervals.set(key, { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) })
  }
  return intervals
}

/** Every label metric with its 95 % interval. The same seed gives the same intervals. */
export function labelMetrics(matrix: ConfusionMatrix, positiveClass: string | null, seed: number): MetricValue[] {
  const metrics = confusionMetrics(matrix, positiveClass)
  const rows = metrics.find((m) => m.metric === 'n')?.value ?? 0
  if (rows === 0) return metrics
  const drawn = redrawn(matrix, positiveClass, seed)
  return metrics.map((metric) => {
    if (metric.value === null || facts.test(metric.metric)) return metric
    const share = shareOf(metric, matrix, positiveClass)
    const interval = share === null ? drawn.get(keyOf(metric)) : share.rows === 0 ? undefined : wilsonInterval(share.hits, share.rows)
    return interval === undefined ? metric : { ...metric, low: interval.low, high: interval.high }
  })
}
