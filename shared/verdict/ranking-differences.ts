// Differences of ranking metrics of two models on the same rows: DeLong for the area under the ROC curve, influence functions for the others.
// Owns no order of rows by itself: statistics/delong.ts and statistics/ranking-influence.ts rank.
import { normalTail } from '../statistics/distributions.ts'
import { pairedAreas } from '../statistics/delong.ts'
import { precisionInfluence, rocInfluence, type Influence } from '../statistics/ranking-influence.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import { type Difference, type DifferenceOptions, quantileOf, type Untested } from './difference.ts'

/** Scores of one class in the same rows, by both models. */
export interface ClassScores { readonly label: string, readonly first: Float64Array, readonly second: Float64Array }

export interface RankedPair {
  /** Place of the true class. */
  readonly truth: Int32Array
  readonly classes: readonly ClassScores[]
  /** Place of the class that the binary metrics are about; null: every class against the rest. */
  readonly positive: number | null
}

const lacking = 'A class has fewer than two rows on one side, so nothing can be ranked.'

/** A difference from its value and standard error, with a normal interval; without any spread, that of so many rows of the smaller class without a miss. */
function normalDifference(metric: string, values: readonly [number, number], error: number, p: number, of: { readonly rows: number, readonly smaller: number, readonly confidence: number, readonly method: Difference['method'] }): Difference {
  const z = quantileOf(of.confidence)
  const value = values[1] - values[0]
  const half = error > 0 ? z * error : z * z / (of.smaller + z * z)
  return { metric, slice: '', first: values[0], second: values[1], value, low: value - half, high: value + half, p, method: of.method, rows: of.rows, spread: { kind: 'mean', variance: (half / z) ** 2 * of.rows } }
}

const truthIs = (truth: Int32Array, place: number): Uint8Array => Uint8Array.from(truth, (t) => (t === place ? 1 : 0))
const smallerSide = (positive: Uint8Array): number => { const n = positive.reduce((sum, p) => sum + p, 0); return Math.min(n, positive.length - n) }

/** Mean over classes of an influence of one side; null where a class has no rows. */
function averaged(pair: RankedPair, side: 'first' | 'second', of: typeof rocInfluence): Influence | null {
  const n = pair.truth.length
  const perRow = new Float64Array(n)
  let value = 0
  for (const [place, scores] of pair.classes.entries()) {
    const found = of({ scores: scores[side], positive: truthIs(pair.truth, place) })
    if (found === null) return null
    value += found.value / pair.classes.length
    for (let i = 0; i < n; i++) perRow[i] = perRow[i]! + found.perRow[i]! / pair.classes.length
  }
  return { value, perRow }
}

/** Youden's form: rates at the threshold where each side is best, taken as fixed there. W. J. Youden, Cancer 3, 1950. */
function separation(scores: Float64Array, positive: Uint8Array): Influence | null {
  const n = positive.length
  const positives = positive.reduce((sum, p) => sum + p, 0)
  const negatives = n - positives
  if (positives === 0 || negatives === 0) return null
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  let [hits, alarms, best, cut] = [0, 0, 0, Infinity]
  let rates: readonly [number, number] = [0, 0]
  order.forEach((row, i) => {
    if (positive[row] === 1) hits++; else alarms++
    if (i + 1 < n && scores[order[i + 1]!] === scores[row]) return
    const gap = hits / positives - alarms / negatives
    if (gap > best) { best = gap; cut = scores[row]!; rates = [hits / positives, alarms / negatives] }
  })
  const perRow = Float64Array.from(positive, (own, i) => {
    const over = scores[i]! >= cut ? 1 : 0
    return own === 1 ? (over - rates[0]) * n / positives : -(over - rates[1]) * n / negatives
  })
  return { value: best, perRow }
}

function influenceDifference(metric: string, first: Influence | null, second: Influence | null, smaller: number, confidence: number): Difference | Untested {
  if (first === null || second === null) return { metric, slice: '', reason: lacking }
  const rows = first.perRow.length
  const error = influenceError(second.perRow.map((v, i) => v - first.perRow[i]!), rows)
  const value = second.value - first.value
  // Below this the spread is what rounding leaves of two equal rankings.
  const none = !(error > 1e-12)
  return normalDifference(metric, [first.value, second.value], none ? 0 : error, none ? 1 : Math.min(1, 2 * normalTail(Math.abs(value) / error)), { rows, smaller, confidence, method: 'influence' })
}

function binaryDifference(pair: RankedPair, place: number, metric: string, confidence: number): Difference | Untested | null {
  const scores = pair.classes[place]!
  const positive = truthIs(pair.truth, place)
  const smaller = smallerSide(positive)
  switch (metric) {
    case 'roc_auc':
    case 'gini': {
      const found = pairedAreas(positive, scores.first, scores.second)
      if (found === null) return { metric, slice: '', reason: lacking }
      const area = normalDifference(metric, [found.first, found.second], found.standardError, found.p, { rows: positive.length, smaller, confidence, method: 'delong' })
      // Gini is twice the area minus one: the same test on another scale.
      return metric === 'roc_auc' ? area : { ...area, first: 2 * area.first - 1, second: 2 * area.second - 1, value: 2 * area.value, low: 2 * area.low, high: 2 * area.high, spread: { kind: 'mean', variance: area.spread.kind === 'mean' ? 4 * area.spread.variance : 0 } }
    }
    case 'average_precision': return influenceDifference(metric, precisionInfluence({ scores: scores.first, positive }), precisionInfluence({ scores: scores.second, positive }), smaller, confidence)
    case 'ks_statistic': return influenceDifference(metric, separation(scores.first, positive), separation(scores.second, positive), smaller, confidence)
    default: return null
  }
}

/** Ids that this file compares: with a positive class, and over all classes. */
export const binaryRankings: readonly string[] = ['roc_auc', 'gini', 'average_precision', 'ks_statistic']
export const classRankings: readonly string[] = ['roc_auc.ovr_macro', 'average_precision.macro']

/** Those of `wanted` that are rankings, in their order. Scores are finite; `truth` holds places of `classes`. */
export function rankingDifferences(pair: RankedPair, wanted: readonly string[], { confidence }: DifferenceOptions): (Difference | Untested)[] {
  const smallest = Math.min(...pair.classes.map((_, place) => smallerSide(truthIs(pair.truth, place))))
  return wanted.flatMap((metric): (Difference | Untested)[] => {
    if (pair.positive !== null) {
      const found = binaryDifference(pair, pair.positive, metric, confidence)
      return found === null ? [] : [found]
    }
    if (!classRankings.includes(metric)) return []
    const of = metric.startsWith('roc_auc') ? rocInfluence : precisionInfluence
    return [influenceDifference(metric, averaged(pair, 'first', of), averaged(pair, 'second', of), smallest, confidence)]
  })
}
