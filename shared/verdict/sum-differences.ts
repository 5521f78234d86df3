// Differences of metrics that are means of a number a row, or formulas of sums over rows: paired t for the first, a paired bootstrap for the others.
// Owns the resampling of rows; what the columns and formulas of a task are is in sum-problems.ts.
import { studentQuantile } from '../statistics/paired-interval.ts'
import { randomStream, type RandomStream } from '../statistics/random.ts'
import { sumOf } from '../statistics/running-sum.ts'
import { skewedEnds, skewedP, skewnessOf, sureSkewness, untrusted } from '../statistics/skewed-mean.ts'
import { type Difference, type DifferenceOptions, fromDraws, type Untested } from './difference.ts'

/** A metric as the mean of one column, or as a formula of the sums of all columns of a side and the number of rows; NaN where it is undefined. `turnsOn`: the column whose mean the formula rises or falls with alone, such as e² for a root. */
export type SumMetric = { readonly metric: string, readonly slice?: string, readonly turnsOn?: number } & ({ readonly mean: number } | { readonly of: (sums: Float64Array, rows: number) => number })

/** Columns of both sides, row-major [rows, width]; a metric is the same function of either side. */
export interface SumProblem {
  readonly rows: number
  readonly width: number
  readonly first: Float64Array
  readonly second: Float64Array
  readonly metrics: readonly SumMetric[]
  /** Whether a row may count without limit, as squares of errors do. */
  readonly unbounded?: boolean
}

/** Above this many rows a random part of them is resampled, and its spread brought down to that of all rows. */
const mostRows = 10_000
const draws = { few: 2000, many: 1000, fewRows: 2000 }

function sumsOf(columns: Float64Array, rows: number, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, c) => sumOf(rows, (i) => columns[i * width + c]!))
}

const column = (values: Float64Array, rows: number, width: number, c: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => values[i * width + c]!)

/**
 * The mean of `second` minus that of `first`, by Student's paired t, with skewness reckoned with: few rows may carry most of an error.
 * A difference that is the same in every row has no spread, and its interval is a point.
 */
export function meanDifferenceOf(metric: string, first: Float64Array, second: Float64Array, confidence: number, slice = ''): Difference {
  const rows = first.length
  const mean = (values: Float64Array): number => sumOf(rows, (i) => values[i]!) / rows
  const each = Float64Array.from(second, (b, i) => b - first[i]!)
  const value = mean(each)
  const common = { metric, slice, first: mean(first), second: mean(second), value, method: 'paired-t', rows } as const
  const variance = rows < 2 ? 0 : sumOf(rows, (i) => (each[i]! - value) ** 2) / (rows - 1)
  if (rows < 2) return { ...common, low: -Infinity, high: Infinity, p: 1, spread: { kind: 'mean', variance } }
  // Without spread t says nothing: no difference at all has p = 1, and one and the same in every row cannot be chance.
  if (variance === 0) return { ...common, low: value, high: value, p: value === 0 ? 1 : 0, spread: { kind: 'mean', variance } }
  const error = Math.sqrt(variance / rows)
  const skewness = skewnessOf(each)
  const skew = sureSkewness(skewness, rows) / Math.sqrt(rows)
  const doubt = untrusted(skewness, rows)
  return { ...common, ...skewedEnds(value, error, skew, studentQuantile(confidence, rows - 1)), p: skewedP(value / error, skew, rows - 1), spread: { kind: 'mean', variance }, ...(doubt === null ? {} : { untrusted: doubt }) }
}

/** `count` of the rows 0 … rows − 1, drawn without repetition, in order. D. E. Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S. */
function part(random: RandomStream, rows: number, count: number): Uint32Array {
  const out = new Uint32Array(count)
  for (let i = 0, taken = 0; taken < count; i++) if ((rows - i) * random.next() < count - taken) out[taken++] = i
  return out
}

interface Part { readonly rows: number, readonly first: Float64Array, readonly second: Float64Array }

function partOf(problem: SumProblem, random: RandomStream): Part {
  const { rows, width } = problem
  if (rows <= mostRows) return problem
  const chosen = part(random, rows, mostRows)
  const take = (values: Float64Array): Float64Array => {
    const out = new Float64Array(chosen.length * width)
    chosen.forEach((row, i) => { out.set(values.subarray(row * width, (row + 1) * width), i * width) })
    return out
  }
  return { rows: mostRows, first: take(problem.first), second: take(problem.second) }
}

/** Adds one row of both sides to the sums. */
function addRow(row: number, width: number, first: Float64Array, second: Float64Array, sums: readonly [Float64Array, Float64Array]): void {
  const at = row * width
  for (let c = 0; c < width; c++) {
    sums[0][c]! += first[at + c]!
    sums[1][c]! += second[at + c]!
  }
}

function bootstrapDifferences(problem: SumProblem, wanted: readonly SumMetric[], { confidence, seed, resamples }: DifferenceOptions): (Difference | Untested)[] {
  const { width } = problem
  const random = randomStream(seed)
  const { rows, first, second } = partOf(problem, random)
  const sides = [first, second] as const
  const sums = [new Float64Array(width), new Float64Array(width)] as const
  const value = (m: SumMetric, of: Float64Array, n: number): number => 'of' in m ? m.of(of, n) : of[m.mean]! / n
  const whole = [sumsOf(problem.first, problem.rows, width), sumsOf(problem.second, problem.rows, width)] as const
  const centreSums = rows === problem.rows ? whole : [sumsOf(first, rows, width), sumsOf(second, rows, width)] as const
  const count = resamples ?? (rows <= draws.fewRows ? draws.few : draws.many)
  const deviations = wanted.map(() => new Float64Array(count))
  const swapped = wanted.map(() => new Float64Array(count))
  const centre = wanted.map((m) => value(m, centreSums[1], rows) - value(m, centreSums[0], rows))
  const scale = Math.sqrt(rows / problem.rows)
  for (let r = 0; r < count; r++) {
    sums.forEach((s) => s.fill(0))
    for (let i = 0; i < rows; i++) addRow(random.below(rows), width, first, second, sums)
    wanted.forEach((m, k) => { deviations[k]![r] = (value(m, sums[1], rows) - value(m, sums[0], rows) - centre[k]!) * scale })
    sums.forEach((s) => s.fill(0))
    for (let i = 0; i < rows; i++) { const own = random.next() < 0.5 ? 0 : 1; addRow(i, width, sides[own]!, sides[1 - own]!, sums) }
    wanted.forEach((m, k) => { swapped[k]![r] = (value(m, sums[1], rows) - value(m, sums[0], rows)) * scale })
  }
  return wanted.map((m, k): Difference | Untested => {
    const [a, b] = [value(m, whole[0], problem.rows), value(m, whole[1], problem.rows)]
    const slice = m.slice ?? ''
    const found = Number.isNaN(b - a) ? null : fromDraws({ value: b - a, deviations: deviations[k]!, swapped: swapped[k]!, rows: problem.rows, unbounded: problem.unbounded ?? false }, confidence)
    if (found === null) return { metric: m.metric, slice, reason: 'It is not available for one of the two on these rows.' }
    const drawn: Difference = { metric: m.metric, slice, first: a, second: b, value: b - a, method: 'bootstrap', rows: problem.rows, ...found }
    return m.turnsOn === undefined || problem.rows < 2 ? drawn : withMeanOf(drawn, meanDifferenceOf(m.metric, column(problem.first, problem.rows, width, m.turnsOn), column(problem.second, problem.rows, width, m.turnsOn), confidence))
  })
}

/**
 * A difference of roots or the like is none exactly where that of the means below them is none, and those show their skewness undamped:
 * the larger p, the wider ends, and the doubt are theirs too.
 */
function withMeanOf(drawn: Difference, below: Difference): Difference {
  const ratio = below.value === 0 ? 0 : drawn.value / below.value
  const ends = ratio === 0 ? [drawn.low, drawn.high] : [ratio * below.low, ratio * below.high]
  const doubt = below.untrusted === undefined ? {} : { untrusted: { rows: below.untrusted.rows, side: ratio < 0 === (below.untrusted.side === 'above') ? 'below' as const : 'above' as const } }
  return { ...drawn, p: Math.max(drawn.p, below.p), low: Math.min(drawn.low, ...ends), high: Math.max(drawn.high, ...ends), ...doubt }
}

/** Every metric of the problem, in its order. At least one row; all numbers finite. */
export function sumDifferences(problem: SumProblem, options: DifferenceOptions): (Difference | Untested)[] {
  const { rows, width } = problem
  const formulas = problem.metrics.filter((m) => 'of' in m)
  const drawn = formulas.length === 0 ? [] : bootstrapDifferences(problem, formulas, options)
  return problem.metrics.map((m) => ('mean' in m
    ? meanDifferenceOf(m.metric, column(problem.first, rows, width, m.mean), column(problem.second, rows, width, m.mean), options.confidence, m.slice)
    : drawn[formulas.indexOf(m)]!))
}
