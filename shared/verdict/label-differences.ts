// Differences of metrics of predicted classes: McNemar for shares right, a paired bootstrap of the joint table for everything else.
// Works on counts of (truth, first answer, second answer), so that a million rows cost no more than a thousand. Owns no probabilities.
import type { MetricValue } from '../domain/run.ts'
import { confusionMetrics, type ConfusionMatrix } from '../metrics/confusion.ts'
import { drawBinomial, redrawCounts } from '../statistics/multinomial.ts'
import { mcNemar } from '../statistics/paired-tests.ts'
import { randomStream, type RandomStream } from '../statistics/random.ts'
import { differenceOfPairedShares, type PairedCounts } from '../statistics/two-proportions.ts'
import { type Difference, type DifferenceOptions, fromDraws, quantileOf, type Untested } from './difference.ts'

export interface ClassAnswers {
  readonly classes: readonly string[]
  readonly positiveClass: string | null
  /** Places in `classes`, one a row. */
  readonly truth: Int32Array
  readonly first: Int32Array
  readonly second: Int32Array
}

/** Cells of the joint table that hold a row, cells of the same true class together. */
interface JointTable { readonly k: number, readonly truth: Int32Array, readonly first: Int32Array, readonly second: Int32Array, readonly counts: Float64Array, readonly rows: number }

function jointTable({ classes, truth, first, second }: ClassAnswers): JointTable {
  const k = classes.length
  const cells = new Map<number, number>()
  for (let i = 0; i < truth.length; i++) {
    const key = (truth[i]! * k + first[i]!) * k + second[i]!
    cells.set(key, (cells.get(key) ?? 0) + 1)
  }
  // Both orders of every pair of answers, so that swapping has a place; and in each true class a wrong answer each way, see `smoothed`.
  for (const key of [...cells.keys()]) {
    const [t, a, b] = [Math.floor(key / (k * k)), Math.floor(key / k) % k, key % k]
    const other = (t + 1) % k
    for (const wanted of [(t * k + b) * k + a, (t * k + t) * k + other, (t * k + other) * k + t]) if (!cells.has(wanted)) cells.set(wanted, 0)
  }
  const keys = Float64Array.from(cells.keys()).sort()
  const part = (of: (key: number) => number): Int32Array => Int32Array.from(keys, of)
  return { k, truth: part((key) => Math.floor(key / (k * k))), first: part((key) => Math.floor(key / k) % k), second: part((key) => key % k), counts: Float64Array.from(keys, (key) => cells.get(key)!), rows: truth.length }
}

/** Both and only one right, and neither. */
export function pairedCounts({ truth, first, second }: Pick<ClassAnswers, 'truth' | 'first' | 'second'>): PairedCounts {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [first[i] === truth[i], second[i] === truth[i]]
    counts[a ? (b ? 'both' : 'onlyFirst') : b ? 'onlySecond' : 'neither']++
  }
  return counts
}

/** Below this many rows that only one side has right, the binomial test is exact; above it is the corrected χ². */
const exactBelow = 25

/** A difference of two shares of right rows, with McNemar's test and Newcombe's paired interval. `sign` −1 for shares wrong. */
export function shareDifference(metric: string, counts: PairedCounts, confidence: number, sign: 1 | -1 = 1): Difference {
  const rows = counts.both + counts.onlyFirst + counts.onlySecond + counts.neither
  const test = mcNemar(counts.onlyFirst, counts.onlySecond)
  const interval = differenceOfPairedShares({ ...counts, onlyFirst: counts.onlySecond, onlySecond: counts.onlyFirst }, quantileOf(confidence))
  const share = (right: number): number => (sign === 1 ? right : rows - right) / rows
  const [low, high] = sign === 1 ? [interval.low, interval.high] : [-interval.high, -interval.low]
  const differing = counts.onlyFirst + counts.onlySecond
  return {
    metric, slice: '', first: share(counts.both + counts.onlyFirst), second: share(counts.both + counts.onlySecond), value: sign * interval.value, low, high,
    p: differing < exactBelow ? test.exactP : test.chiSquareP, method: 'mcnemar', rows,
    // One more row each way: without a single differing row the share that differs is small, not nothing.
    spread: { kind: 'shares', differing: (differing + 1) / (rows + 2) },
  }
}

const keyOf = (m: Pick<MetricValue, 'metric' | 'slice'>): string => `${m.metric}\u0000${m.slice}`

/** Every wanted label metric of one side from counts of the joint table. */
function statisticOf(table: JointTable, answers: ClassAnswers, side: 'first' | 'second', wanted: readonly string[]): (counts: ArrayLike<number>) => Float64Array {
  const { k, truth } = table
  const matrix: ConfusionMatrix = { classes: answers.classes, counts: new Float64Array(k * k) }
  const own = table[side]
  // The list has the same order whatever the counts are.
  const places = new Map(confusionMetrics(matrix, answers.positiveClass).map((m, i) => [keyOf(m), i]))
  const at = wanted.map((key) => places.get(key) ?? -1)
  return (counts) => {
    matrix.counts.fill(0)
    for (let c = 0; c < own.length; c++) matrix.counts[truth[c]! * k + own[c]!]! += counts[c]!
    const metrics = confusionMetrics(matrix, answers.positiveClass)
    return Float64Array.from(at, (place) => metrics[place]?.value ?? NaN)
  }
}

/** Classes with fewer true rows than this are drawn by themselves, so that no draw loses one. */
const fewRows = 30

/** Draws the rows of the table again; with few rows of a class, class by class. */
function redraw(random: RandomStream, table: JointTable, weights: Float64Array, out: Float64Array): void {
  const perClass = new Float64Array(table.k)
  for (let c = 0; c < weights.length; c++) perClass[table.truth[c]!]! += weights[c]!
  if (!perClass.some((rows) => rows > 0 && rows < fewRows)) { redrawScaled(random, weights, table.rows, out); return }
  let from = 0
  while (from < weights.length) {
    let to = from
    while (to < weights.length && table.truth[to] === table.truth[from]) to++
    redrawScaled(random, weights.subarray(from, to), Math.round(perClass[table.truth[from]!]!), out.subarray(from, to))
    from = to
  }
}

/** `rows` draws with chances as the weights, which need not be whole. */
function redrawScaled(random: RandomStream, weights: Float64Array, rows: number, out: Float64Array): void {
  let total = 0
  for (const w of weights) total += w
  if (total === rows && weights.every(Number.isInteger)) { redrawCounts(random, weights, out); return }
  let left = rows
  for (let c = 0; c < weights.length; c++) {
    const drawn = c === weights.length - 1 ? left : drawBinomial(random, left, Math.min(1, weights[c]! / total))
    out[c] = drawn
    left -= drawn
    total -= weights[c]!
  }
}

/**
 * The table with one row more that only the first has right and one that only the second has right, spread over the true classes present:
 * without them a handful of differing rows, or none, would make an interval far too narrow. A. Agresti, Y. Min, Statistics in Medicine 24, 2005.
 */
function smoothed(table: JointTable): Float64Array {
  const present = new Set(Array.from(table.truth))
  return table.counts.map((count, c) => {
    const [t, a, b] = [table.truth[c]!, table.first[c]!, table.second[c]!]
    const other = (t + 1) % table.k
    return count + ((a === t && b === other) || (a === other && b === t) ? 1 / present.size : 0)
  })
}

/** Swaps the two answers in a random half of the rows of every pair of answers. */
function swap(random: RandomStream, table: JointTable, mirror: Int32Array, out: Float64Array): void {
  for (let c = 0; c < mirror.length; c++) {
    const other = mirror[c]!
    if (other < c) continue
    const both = table.counts[c]! + (other === c ? 0 : table.counts[other]!)
    const stays = other === c ? both : drawBinomial(random, both, 0.5)
    out[c] = stays
    if (other !== c) out[other] = both - stays
  }
}

function mirrorOf({ k, truth, first, second }: JointTable): Int32Array {
  const place = new Map(Array.from(truth, (t, c) => [(t * k + first[c]!) * k + second[c]!, c]))
  return Int32Array.from(truth, (t, c) => place.get((t * k + second[c]!) * k + first[c]!)!)
}

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!)

/** Differences of the wanted label metrics (keys `metric`, or `metric` and a class slice) by the paired bootstrap of the joint table. */
function tableDifferences(answers: ClassAnswers, wanted: readonly string[], { confidence, seed, resamples }: DifferenceOptions): (Difference | Untested)[] {
  const table = jointTable(answers)
  const [first, second] = [statisticOf(table, answers, 'first', wanted), statisticOf(table, answers, 'second', wanted)]
  const difference = (counts: Float64Array): Float64Array => minus(second(counts), first(counts))
  const [a, b] = [first(table.counts), second(table.counts)]
  const weights = smoothed(table)
  const centre = difference(weights)
  const random = randomStream(seed)
  const mirror = mirrorOf(table)
  const scratch = new Float64Array(weights.length)
  const count = resamples ?? (table.k > 100 ? 400 : 1000)
  const deviations = wanted.map(() => new Float64Array(count))
  const swapped = wanted.map(() => new Float64Array(count))
  for (let r = 0; r < count; r++) {
    redraw(random, table, weights, scratch)
    difference(scratch).forEach((v, m) => { deviations[m]![r] = v - centre[m]! })
    swap(random, table, mirror, scratch)
    difference(scratch).forEach((v, m) => { swapped[m]![r] = v })
  }
  return wanted.map((key, m): Difference | Untested => {
    const [metric = '', slice = ''] = key.split('\u0000')
    const value = b[m]! - a[m]!
    const found = Number.isNaN(value) ? null : fromDraws({ value, deviations: deviations[m]!, swapped: swapped[m]!, rows: table.rows }, confidence)
    if (found === null) return { metric, slice, reason: 'It is not available for one of the two on these rows.' }
    return { metric, slice, first: a[m]!, second: b[m]!, value, method: 'bootstrap', rows: table.rows, ...found }
  })
}

/** Differences of the wanted metrics of predicted classes, in their order. `wanted`: metric ids with class slices ('' for all rows). */
export function labelDifferences(answers: ClassAnswers, wanted: readonly Pick<MetricValue, 'metric' | 'slice'>[], options: DifferenceOptions): (Difference | Untested)[] {
  const shares = wanted.filter((m) => m.slice === '' && (m.metric === 'accuracy' || m.metric === 'error_rate'))
  const rest = wanted.filter((m) => !shares.includes(m)).map(keyOf)
  const counts = pairedCounts(answers)
  const found = new Map<string, Difference | Untested>([
    ...shares.map((m) => [keyOf(m), shareDifference(m.metric, counts, options.confidence, m.metric === 'accuracy' ? 1 : -1)] as const),
    ...(rest.length === 0 ? [] : tableDifferences(answers, rest, options).map((d) => [keyOf(d), d] as const)),
  ])
  return wanted.map((m) => found.get(keyOf(m))!)
}
