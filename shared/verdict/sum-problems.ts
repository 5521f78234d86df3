// The columns and formulas by which metrics of errors, losses, label sets and boxes are compared row by row. Owns no resampling.
// The formulas are those of the metric catalogue; a test holds both equal.
import type { SumMetric, SumProblem } from './sum-differences.ts'

const rowMajor = (rows: number, columns: readonly Float64Array[]): Float64Array => {
  const out = new Float64Array(rows * columns.length)
  columns.forEach((values, c) => { for (let i = 0; i < rows; i++) out[i * columns.length + c] = values[i]! })
  return out
}

/** A problem from columns of both sides, as many each. */
export function problemOf(first: readonly Float64Array[], second: readonly Float64Array[], metrics: readonly SumMetric[]): SumProblem {
  const rows = first[0]?.length ?? 0
  return { rows, width: first.length, first: rowMajor(rows, first), second: rowMajor(rows, second), metrics }
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

// Sums of a regression, a row: |e|, e², e, y, y², p, p², p·y; then the percentage and logarithmic errors, NaN where they have no meaning.
const [absolute, squared, plain, truthSum, truthSquares, predictedSum, predictedSquares, product, percentage, symmetric, logarithmic] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const
/** Σ (v − mean)² from Σ v and Σ v². */
const scatter = (sum: number, squares: number, n: number): number => squares - sum * sum / n

const valueMetrics: readonly SumMetric[] = [
  { metric: 'rmse', turnsOn: squared, of: (s, n) => Math.sqrt(s[squared]! / n) },
  { metric: 'mae', mean: absolute },
  { metric: 'mse', mean: squared },
  { metric: 'r2', turnsOn: squared, of: (s, n) => 1 - s[squared]! / scatter(s[truthSum]!, s[truthSquares]!, n) },
  { metric: 'explained_variance', turnsOn: squared, of: (s, n) => 1 - scatter(s[plain]!, s[squared]!, n) / scatter(s[truthSum]!, s[truthSquares]!, n) },
  { metric: 'error_std', turnsOn: squared, of: (s, n) => Math.sqrt(scatter(s[plain]!, s[squared]!, n) / n) },
  { metric: 'pearson_r', of: (s, n) => (s[product]! - s[truthSum]! * s[predictedSum]! / n) / Math.sqrt(scatter(s[truthSum]!, s[truthSquares]!, n) * scatter(s[predictedSum]!, s[predictedSquares]!, n)) },
  { metric: 'mape', mean: percentage },
  { metric: 'smape', mean: symmetric },
  { metric: 'msle', mean: logarithmic },
  { metric: 'rmsle', turnsOn: logarithmic, of: (s, n) => Math.sqrt(s[logarithmic]! / n) },
]

/** Metrics that compare by sums, by task, whether or not the rows allow each of them. */
export const valueMetricIds: readonly string[] = valueMetrics.map((m) => m.metric)

/** Predicted numbers: every metric of `wanted` that has a meaning on these rows. Truth is taken about its mean, so that squares of large numbers lose nothing. */
export function valueProblem(truth: Float64Array, first: Float64Array, second: Float64Array, wanted: readonly string[]): SumProblem {
  const n = truth.length
  const centre = truth.reduce((sum, y) => sum + y / n, 0)
  const columns = (predicted: Float64Array): Float64Array[] => {
    const error = predicted.map((p, i) => p - truth[i]!)
    const at = (of: (e: number, p: number, y: number) => number): Float64Array => error.map((e, i) => of(e, predicted[i]!, truth[i]!))
    return [
      at(Math.abs), at((e) => e * e), error, at((_, __, y) => y - centre), at((_, __, y) => (y - centre) ** 2), at((_, p) => p - centre), at((_, p) => (p - centre) ** 2), at((_, p, y) => (p - centre) * (y - centre)),
      at((e, _, y) => Math.abs(e) / Math.abs(y)), at((e, p, y) => 2 * Math.abs(e) / (Math.abs(y) + Math.abs(p))), at((_, p, y) => (Math.log1p(p) - Math.log1p(y)) ** 2),
    ]
  }
  const [a, b] = [columns(first), columns(second)]
  const meant = (c: number): boolean => a[c]!.every(Number.isFinite) && b[c]!.every(Number.isFinite)
  const positive = [truth, first, second].every((values) => values.every((v) => v >= 0))
  const usable = new Map([['mape', meant(percentage)], ['smape', meant(symmetric)], ['msle', positive && meant(logarithmic)], ['rmsle', positive && meant(logarithmic)]])
  const metrics = valueMetrics.filter((m) => wanted.includes(m.metric) && usable.get(m.metric) !== false)
  // What has no meaning here must not reach a sum.
  for (const side of [a, b]) for (const c of [percentage, symmetric, logarithmic]) if (!meant(c)) side[c]!.fill(0)
  return { ...problemOf(a, b, metrics), unbounded: true }
}

/** Means of one number a row each, such as the log loss. */
export function meanProblem(means: readonly { readonly metric: string, readonly first: Float64Array, readonly second: Float64Array }[]): SumProblem {
  return problemOf(means.map((m) => m.first), means.map((m) => m.second), means.map((m, mean) => ({ metric: m.metric, mean })))
}

/** Boxes of every picture at the operating score: found, wrong, missed. */
export function boxProblem(first: readonly Float64Array[], second: readonly Float64Array[], wanted: readonly string[]): SumProblem {
  const metrics: readonly SumMetric[] = [
    { metric: 'detection.f1', of: (s) => share(2 * s[0]!, 2 * s[0]! + s[1]! + s[2]!) },
    { metric: 'detection.precision', of: (s) => share(s[0]!, s[0]! + s[1]!) },
    { metric: 'detection.recall', of: (s) => share(s[0]!, s[0]! + s[2]!) },
  ]
  return problemOf(first, second, metrics.filter((m) => wanted.includes(m.metric)))
}

/** Several labels a row: per label hits and predicted ones of a side (`labels` columns each), then the true ones. */
export function labelSetProblem(labels: number, first: readonly Float64Array[], second: readonly Float64Array[], wanted: readonly string[]): SumProblem {
  const total = (s: Float64Array, from: number): number => { let sum = 0; for (let l = 0; l < labels; l++) sum += s[from * labels + l]!; return sum }
  const macro = (s: Float64Array, of: (hit: number, predicted: number, support: number) => number): number => {
    let sum = 0
    for (let l = 0; l < labels; l++) sum += of(s[l]!, s[labels + l]!, s[2 * labels + l]!)
    return sum / labels
  }
  const metrics: readonly SumMetric[] = [
    { metric: 'micro.f1', of: (s) => share(2 * total(s, 0), total(s, 1) + total(s, 2)) },
    { metric: 'micro.precision', of: (s) => share(total(s, 0), total(s, 1)) },
    { metric: 'micro.recall', of: (s) => share(total(s, 0), total(s, 2)) },
    { metric: 'macro.f1', of: (s) => macro(s, (hit, predicted, support) => share(2 * hit, predicted + support)) },
    { metric: 'macro.precision', of: (s) => macro(s, (hit, predicted) => share(hit, predicted)) },
    { metric: 'macro.recall', of: (s) => macro(s, (hit, _, support) => share(hit, support)) },
    { metric: 'hamming_loss', of: (s, n) => (total(s, 1) + total(s, 2) - 2 * total(s, 0)) / (n * labels) },
  ]
  return problemOf(first, second, metrics.filter((m) => wanted.includes(m.metric)))
}
