// Intervals of the metrics of predicted labels, from the confusion matrix alone: Wilson for plain shares and for F1 (a function of one), Wilson with as many
// rows as the standard error is worth for the rest. That error comes from rows drawn again after a little smoothing, so that no error seen is not no error.
// Resampling rows only redraws the matrix's counts, so a million rows cost as much as a hundred.
import type { MetricValue } from '../domain/run.ts'
import { redrawShares } from '../statistics/multinomial.ts'
import { randomStream } from '../statistics/random.ts'
import { f1Interval, type Interval, wilsonInterval } from '../statistics/wilson.ts'
import { type ConfusionMatrix, confusionMetrics } from './confusion.ts'

const resamples = 500
/** Work of all draws together: draws times cells. Larger tables get fewer draws, and none above `mostWork`. */
const quickWork = 1e7
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
    case 'f1': case 'jaccard': return c < 0 ? null : { hits: at(c, c), rows: support + predicted - at(c, c) }
    case 'specificity': return { hits: total - support - predicted + at(c, c), rows: total - support }
    default: return null
  }
}

const keyOf = (metric: MetricValue): string => `${metric.metric}\n${metric.slice}`

interface Spread { /** At the smoothed counts. */ readonly value: number, readonly error: number, readonly lost: boolean }

/** The redrawn metrics of a matrix that holds no certain zero (`smoothedCounts`): their standard errors, and their values there. */
function spreads(matrix: ConfusionMatrix, positiveClass: string | null, seed: number): Map<string, Spread> {
  const draws = Math.min(resamples, Math.max(fewestDraws, Math.floor(quickWork / matrix.counts.length)))
  const found = new Map<string, Spread>()
  if (draws * matrix.counts.length > mostWork) return found
  const random = randomStream(seed)
  const smooth = smoothedCounts(matrix)
  const rows = matrix.counts.reduce((a, b) => a + b, 0)
  const counts = new Float64Array(matrix.counts.length)
  const seen = new Map<string, { n: number, sum: number, squares: number }>()
  const centres = confusionMetrics({ classes: matrix.classes, counts: smooth }, positiveClass, false)
  for (let i = 0; i < draws; i++) {
    redrawShares(random, smooth, rows, counts)
    confusionMetrics({ classes: matrix.classes, counts }, positiveClass, false).forEach((metric, at) => {
      const centre = centres[at]!.value
      if (metric.value === null || centre === null || facts.test(metric.metric)) return
      const key = keyOf(metric)
      const into = seen.get(key) ?? { n: 0, sum: 0, squares: 0 }
      if (into.n === 0) seen.set(key, into)
      const away = metric.value - centre
      into.n++
      into.sum += away
      into.squares += away * away
    })
  }
  for (const centre of centres) {
    const drawn = seen.get(keyOf(centre))
    if (centre.value === null || drawn === undefined || drawn.n < 2) continue
    const mean = drawn.sum / drawn.n
    found.set(keyOf(centre), { value: centre.value, error: Math.sqrt(Math.max(0, drawn.squares / drawn.n - mean * mean)), lost: drawn.n < draws / 2 })
  }
  return found
}

/**
 * The matrix with two rows more for every class that has some, so that what was never seen is unlikely and not impossible: half of them share out as all rows
 * do, half with as many errors as one unseen error in a Jeffreys prior. H. Jeffreys, Theory of Probability, 1961.
 */
export function smoothedCounts({ classes, counts }: ConfusionMatrix): Float64Array {
  const k = classes.length
  const out = Float64Array.from(counts)
  if (k < 2) return out
  let rows = 0, hits = 0
  for (let c = 0; c < k; c++) { hits += counts[c * k + c]!; for (let b = 0; b < k; b++) rows += counts[c * k + b]! }
  const pooled = (rows - hits + 0.5) / (rows + 1)
  for (let c = 0; c < k; c++) {
    let support = 0
    for (let b = 0; b < k; b++) support += counts[c * k + b]!
    if (support === 0) continue
    const own = (support - counts[c * k + c]! + 0.5) / (support + 1)
    const errors = pooled + own
    for (let b = 0; b < k; b++) out[c * k + b]! += b === c ? 2 - errors : errors / (k - 1)
  }
  return out
}

/**
 * Wilson's interval with as many rows as would give a plain share the same standard error. Measures from −1 to 1 are moved to 0 to 1 first.
 * Where errors are few this keeps the skewness that a bootstrap of what was seen loses.
 */
function effectiveInterval(value: number, spread: Spread, signed: boolean): Interval | null {
  const [width, least] = signed ? [2, -1] : [1, 0]
  const share = (value - least) / width
  const centre = (spread.value - least) / width
  const rows = centre * (1 - centre) / (spread.error / width) ** 2
  if (!(share >= 0 && share <= 1) || !Number.isFinite(rows) || rows <= 0) return null
  const { low, high } = wilsonInterval(share * rows, rows)
  return { low: least + width * low, high: least + width * (share === 1 ? 1 : high) }
}

const signed = /^(matthews_corrcoef|cohen_kappa)/

/** Every label metric with its 95 % interval. The same seed gives the same intervals. */
export function labelMetrics(matrix: ConfusionMatrix, positiveClass: string | null, seed: number): MetricValue[] {
  const metrics = confusionMetrics(matrix, positiveClass)
  const rows = metrics.find((m) => m.metric === 'n')?.value ?? 0
  if (rows === 0) return metrics
  const drawn = spreads(matrix, positiveClass, seed)
  return metrics.map((metric) => {
    if (metric.value === null || facts.test(metric.metric)) return metric
    const share = shareOf(metric, matrix, positiveClass)
    const spread = drawn.get(keyOf(metric))
    const interval = share !== null ? share.rows === 0 ? null : /^(binary\.)?f1$/.test(metric.metric) ? f1Interval(share.hits, share.rows - share.hits, 0) : wilsonInterval(share.hits, share.rows)
      : spread === undefined || spread.lost ? null : effectiveInterval(metric.value, spread, signed.test(metric.metric))
    return interval === null ? metric : { ...metric, low: interval.low, high: interval.high }
  })
}
