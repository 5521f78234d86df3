// Intervals of the regression metrics: means by their spread and skewness, ratios by the delta method, quantiles by order statistics, correlations on Fisher's scale.
import type { MetricValue } from '../domain/run.ts'
import { studentQuantile } from '../statistics/paired-interval.ts'
import { influenceError, scaledInterval } from '../statistics/scaled-interval.ts'
import { skewedEnds, skewnessOf, sureSkewness, untrusted } from '../statistics/skewed-mean.ts'
import { formatCount } from '../format.ts'
import { type Interval, normalQuantile975 } from '../statistics/wilson.ts'

export interface ErrorTable { readonly truth: Float64Array, readonly predicted: Float64Array, readonly error: Float64Array }

const meanOf = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length
const centredSquares = (values: Float64Array): Float64Array => {
  const mean = meanOf(values)
  return values.map((v) => (v - mean) ** 2)
}

/** What each row adds to a mean-like metric. */
function termsOf(metric: string, { truth, predicted, error }: ErrorTable): Float64Array | null {
  switch (metric) {
    case 'mae': return error.map(Math.abs)
    case 'mse': return error.map((e) => e * e)
    case 'mape': return error.map((e, i) => Math.abs(e) / Math.abs(truth[i]!))
    case 'smape': return error.map((e, i) => 2 * Math.abs(e) / (Math.abs(truth[i]!) + Math.abs(predicted[i]!)))
    case 'msle': return error.map((_, i) => (Math.log1p(predicted[i]!) - Math.log1p(truth[i]!)) ** 2)
    case 'mean_error_bias': return error
    default: return null
  }
}

/** The square root of an interval. */
const rooted = (interval: Interval | null): Interval | null => interval === null ? null : { low: Math.sqrt(Math.max(0, interval.low)), high: Math.sqrt(interval.high) }

/** Squared and absolute errors have a long tail, so Student's interval is bent by the skewness of the rows: P. Hall, J. R. Statist. Soc. B 54, 1992. */
function tailInterval(terms: Float64Array, value: number, n: number): Interval | null {
  const { low, high } = skewedEnds(value, influenceError(terms, n), sureSkewness(skewnessOf(terms), n) / Math.sqrt(n), studentQuantile(0.95, n - 1))
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null
  return { low, high }
}

function meanInterval(metric: string, table: ErrorTable, value: number, n: number): Interval | null {
  const terms = termsOf(metric, table)
  const found = terms === null ? null : tailInterval(terms, value, n)
  return found === null || metric === 'mean_error_bias' ? found : { ...found, low: Math.max(0, found.low) }
}

/** Of normal errors, half of the squared error lies in an eighth of the rows; in fewer than this it is a tail. */
const mostCarriers = 0.06

/**
 * Says that a few rows carry most of the squared error, where no interval of a mean can be trusted (W. G. Cochran, Sampling Techniques, 1977, section 2.15); null elsewhere.
 * `table` may be a random sample of the `n` rows.
 */
export function heavyErrorsNote(table: ErrorTable, n: number): string | null {
  if (table.error.length < 3) return null
  const squares = table.error.map((e) => e * e)
  const heavy = untrusted(skewnessOf(squares), n)
  const total = squares.reduce((sum, v) => sum + v, 0)
  if (heavy === null || total === 0) return null
  const falling = squares.slice().sort().reverse()
  let [rows, carried] = [0, 0]
  while (carried < total / 2) carried += falling[rows++]!
  if (rows > mostCarriers * squares.length) return null
  return `A few rows carry most of the squared error: half of it lies in ${formatCount(rows)} of ${formatCount(table.error.length)} rows. The intervals of RMSE and MSE hold the truth less often than they say, and the truth is rather larger; about ${formatCount(heavy.rows)} rows like these would be needed. The median absolute error does not suffer from this.`
}

/** 1 − unexplained ÷ spread: the ratio's logarithm is close to normal, and what a row adds to it is aᵢ ÷ ā − bᵢ ÷ b̄. */
function explainedInterval(value: number, unexplained: Float64Array, spread: Float64Array, n: number): Interval | null {
  const [a, b] = [meanOf(unexplained), meanOf(spread)]
  const error = influenceError(unexplained.map((u, i) => u / a - spread[i]! / b), n)
  const ratio = scaledInterval(1 - value, (1 - value) * error, 'log')
  return ratio === null ? null : { low: 1 - ratio.high, high: 1 - ratio.low }
}

/** Pearson's r by its influence: zₓ·z_y − r·(zₓ² + z_y²) ÷ 2. Needs no normal distribution of the values. */
function correlationInterval(r: number, { truth, predicted }: ErrorTable, n: number): Interval | null {
  const standard = (values: Float64Array): Float64Array => {
    const mean = meanOf(values)
    const deviation = Math.sqrt(meanOf(centredSquares(values)))
    return values.map((v) => (v - mean) / deviation)
  }
  const [x, y] = [standard(truth), standard(predicted)]
  return scaledInterval(r, influenceError(x.map((v, i) => v * y[i]! - r * (v * v + y[i]! * y[i]!) / 2), n), 'fisher')
}

/** Order statistics around the q-quantile whose ranks are binomial: no assumption on the distribution. W. J. Conover, Practical Nonparametric Statistics, 1999, section 3.2. */
export function quantileInterval(sorted: Float64Array, q: number): Interval | null {
  // The lowest and the highest row have no row beyond them.
  if (q <= 0 || q >= 1) return null
  const n = sorted.length
  const half = normalQuantile975 * Math.sqrt(n * q * (1 - q))
  const low = Math.floor(n * q - half)
  const high = Math.ceil(n * q + half)
  return low < 1 || high > n ? null : { low: sorted[low - 1]!, high: sorted[high - 1]! }
}

/**
 * Gives the error and fit metrics of `n` rows their 95 % intervals; the largest error, an extreme, has none.
 * `table` may be a random sample of the rows: it only tells how they spread.
 */
export function regressionIntervals(metrics: readonly MetricValue[], table: ErrorTable, n: number): MetricValue[] {
  if (n < 2 || table.error.length < 2) return [...metrics]
  const intervalOf = (metric: string, value: number): Interval | null => {
    switch (metric) {
      case 'rmse': return rooted(meanInterval('mse', table, value ** 2, n))
      case 'rmsle': return rooted(meanInterval('msle', table, value ** 2, n))
      case 'error_std': case 'error_std_sample': return rooted(tailInterval(centredSquares(table.error), value ** 2, n))
      case 'r2': return explainedInterval(value, table.error.map((e) => e * e), centredSquares(table.truth), n)
      case 'explained_variance': return explainedInterval(value, centredSquares(table.error), centredSquares(table.truth), n)
      case 'pearson_r': return correlationInterval(value, table, n)
      // D. G. Bonett, T. A. Wright, Psychometrika 65, 2000; for τ: E. C. Fieller, H. O. Hartley, E. S. Pearson, Biometrika 44, 1957.
      case 'spearman_rho': return n < 4 ? null : scaledInterval(value, (1 - value ** 2) * Math.sqrt((1 + value ** 2 / 2) / (n - 3)), 'fisher')
      case 'kendall_tau': return n < 5 ? null : scaledInterval(value, (1 - value ** 2) * Math.sqrt(0.437 / (n - 4)), 'fisher')
      default: return meanInterval(metric, table, value, n)
    }
  }
  return metrics.map((metric) => {
    const interval = metric.value === null ? null : intervalOf(metric.metric, metric.value)
    return interval === null ? metric : { ...metric, low: interval.low, high: interval.high }
  })
}
