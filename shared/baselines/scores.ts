// One metric of the model beside that of a baseline on the same rows, with the paired interval of the difference and the words for it.
import type { Baseline, BaselineKind, BaselineScore } from '../domain/baseline.ts'
import { formatNumber } from '../format.ts'
import { metricName } from '../metrics/catalogue.ts'
import { meanDifference, rootMeanDifference } from '../statistics/paired-interval.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import { normalQuantile975 } from '../statistics/wilson.ts'
import { sumOf } from '../statistics/running-sum.ts'
import { differenceOfPairedShares, type Estimate } from '../statistics/two-proportions.ts'

/** What a model of classes answered, one value a row. `loss`: −ln of the true class's probability, NaN where unknown. */
export interface ClassOutcomes {
  readonly kind: 'classes'
  readonly metric: 'accuracy' | 'subset_accuracy'
  readonly names: readonly string[]
  /** Places in `names`. */
  readonly truth: Int32Array
  readonly predicted: Int32Array
  readonly loss: Float64Array
}
export interface ValueOutcomes { readonly kind: 'values', readonly truth: Float64Array, readonly predicted: Float64Array }
export type Outcomes = ClassOutcomes | ValueOutcomes

const verdictOf = (low: number | null, high: number | null): BaselineScore['verdict'] => low !== null && low > 0 ? 'better' : high !== null && high < 0 ? 'worse' : 'unclear'
const finite = (value: number): number | null => Number.isFinite(value) ? value : null

function score(metric: string, model: number, baseline: number, { value, low, high }: Estimate, rows: number): BaselineScore {
  const [from, to] = [finite(low), finite(high)]
  return { metric, model, baseline, gain: value, low: from, high: to, rows, verdict: verdictOf(from, to) }
}

/** Share right against the share right of other answers; Newcombe's paired interval. */
export function shareScore(outcomes: ClassOutcomes, answers: (row: number) => number, rows: readonly number[] | null = null): BaselineScore {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  const count = rows?.length ?? outcomes.truth.length
  for (let i = 0; i < count; i++) {
    const row = rows === null ? i : rows[i]!
    const truth = outcomes.truth[row]!
    const [model, other] = [outcomes.predicted[row] === truth, answers(row) === truth]
    counts[model ? (other ? 'both' : 'onlyFirst') : other ? 'onlySecond' : 'neither']++
  }
  return score(outcomes.metric, (counts.both + counts.onlyFirst) / count, (counts.both + counts.onlySecond) / count, differenceOfPairedShares(counts), count)
}

/** Share right against the expected share right of answers drawn by chance: `chance` of the true answer, by row. */
export function expectedShareScore(outcomes: ClassOutcomes, chance: (truth: number) => number): BaselineScore {
  const { truth, predicted } = outcomes
  const right = perRow(truth.length, null, (row) => (predicted[row] === truth[row] ? 1 : 0))
  const expected = perRow(truth.length, null, (row) => chance(truth[row]!))
  const n = right.length
  return score(outcomes.metric, sumOf(n, (i) => right[i]!) / n, sumOf(n, (i) => expected[i]!) / n, meanDifference(right, expected), n)
}

/** Spacing of float64 at 1; the same floor as in the metric `log_loss`. */
const floor = 2 ** -52

/** The rows for which a number is known; null: all of them, which needs no list. */
function knownRows(rows: number, known: (row: number) => boolean): Int32Array | null {
  let count = 0
  for (let row = 0; row < rows; row++) if (known(row)) count++
  if (count === rows) return null
  const out = new Int32Array(count)
  for (let row = 0, at = 0; row < rows; row++) if (known(row)) out[at++] = row
  return out
}

/** One number for each of `kept` rows, or for all. */
function perRow(rows: number, kept: Int32Array | null, of: (row: number) => number): Float64Array {
  const out = new Float64Array(kept?.length ?? rows)
  for (let i = 0; i < out.length; i++) out[i] = of(kept === null ? i : kept[i]!)
  return out
}

/** Log loss against that of other probabilities of the true class; null where the model has none. */
export function logLossScore(outcomes: ClassOutcomes, probability: (row: number) => number): BaselineScore | null {
  const { loss } = outcomes
  const known = knownRows(loss.length, (row) => Number.isFinite(loss[row]!))
  const model = perRow(loss.length, known, (row) => loss[row]!)
  const n = model.length
  if (n === 0) return null
  const other = perRow(loss.length, known, (row) => -Math.log(Math.min(1 - floor, Math.max(floor, probability(row)))))
  return score('log_loss', sumOf(n, (i) => model[i]!) / n, sumOf(n, (i) => other[i]!) / n, meanDifference(other, model), n)
}

/** Root mean squared error and mean absolute error against those of other values; rows whose `answers` is NaN take no part. */
export function errorScores(outcomes: ValueOutcomes, answers: (row: number) => number): { readonly rmse: BaselineScore, readonly mae: BaselineScore } | null {
  const { truth } = outcomes
  const kept = knownRows(truth.length, (row) => !Number.isNaN(answers(row)))
  const error = (of: (row: number) => number): Float64Array => perRow(truth.length, kept, (row) => of(row) - truth[row]!)
  const [model, other] = [error((row) => outcomes.predicted[row]!), error(answers)]
  const n = model.length
  if (n === 0) return null
  const [modelSquares, otherSquares] = [model.map((e) => e * e), other.map((e) => e * e)]
  const [modelSizes, otherSizes] = [model.map(Math.abs), other.map(Math.abs)]
  const mean = (values: Float64Array): number => sumOf(n, (i) => values[i]!) / n
  return {
    rmse: score('rmse', Math.sqrt(mean(modelSquares)), Math.sqrt(mean(otherSquares)), rootMeanDifference(otherSquares, modelSquares), n),
    mae: score('mae', mean(modelSizes), mean(otherSizes), meanDifference(otherSizes, modelSizes), n),
  }
}

/** Means over pictures of what is better when larger, side by side. */
export function meanScore(metric: string, model: Float64Array, other: Float64Array): BaselineScore {
  const mean = (values: Float64Array): number => sumOf(values.length, (i) => values[i]!) / values.length
  return score(metric, mean(model), mean(other), meanDifference(model, other), model.length)
}

/**
 * Box F1 beside that of marking nothing, which is 0. `counts`: found, wrong and missed boxes of each picture. The interval is that of a ratio of
 * sums over pictures: W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 2.11.
 */
export function boxScore(counts: readonly (readonly [found: number, wrong: number, missed: number])[]): BaselineScore {
  const n = counts.length
  const top = counts.map(([found]) => 2 * found)
  const bottom = counts.map(([found, wrong, missed]) => 2 * found + wrong + missed)
  const [tops, bottoms] = [sumOf(n, (i) => top[i]!), sumOf(n, (i) => bottom[i]!)]
  const value = bottoms === 0 ? 0 : tops / bottoms
  const half = normalQuantile975 * influenceError(top.map((t, i) => (t - value * bottom[i]!) * n / bottoms), n)
  return score('detection.f1', value, 0, { value, low: Math.max(0, value - half), high: Math.min(1, value + half) }, n)
}

const isShare = (metric: string): boolean => metric === 'accuracy' || metric === 'subset_accuracy'

/** A gain as written: points of a share, or the unit of the metric. */
export const gainText = (metric: string, gain: number): string => isShare(metric) ? `${(100 * gain).toFixed(1).replace('-', '−')} points` : formatNumber(gain)
const bare = (metric: string, gain: number): string => isShare(metric) ? (100 * gain).toFixed(1).replace('-', '−') : formatNumber(gain)

/** `(95 %: 11.1 to 13.4)`, with the ends in order; empty where there is none. */
function interval({ metric, low, high }: BaselineScore, sign: 1 | -1): string {
  if (low === null || high === null) return ''
  const [from, to] = sign === 1 ? [low, high] : [-high, -low]
  return ` (95 %: ${bare(metric, from)} to ${bare(metric, to)})`
}

/** `Better than always answering the most frequent class (<=50K) by 9.3 points of accuracy (95 %: 8.1 to 10.5).` */
export function baselineSentence(does: string, first: BaselineScore): string {
  const name = metricName(first.metric)
  // `Box F1` keeps its F, `RMSE` all of its letters.
  const lower = name.charAt(0).toLowerCase() + name.slice(1)
  const of = isShare(first.metric) ? ` of ${lower}` : ` in ${name.length <= 5 ? name : lower}`
  if (first.verdict === 'unclear') return `Not clearly better than ${does}: a gain of ${gainText(first.metric, first.gain)}${of}${interval(first, 1)}.`
  if (first.verdict === 'worse') return `Worse than ${does} by ${gainText(first.metric, -first.gain)}${of}${interval(first, -1)}.`
  return `Better than ${does} by ${gainText(first.metric, first.gain)}${of}${interval(first, 1)}.`
}

/** A baseline from its scores; null where it has none. */
export function baselineOf(kind: BaselineKind, does: string, scores: readonly (BaselineScore | null)[]): Baseline | null {
  const [first, ...rest] = scores.filter((s) => s !== null)
  return first === undefined ? null : { kind, does, scores: [first, ...rest], sentence: baselineSentence(does, first) }
}
