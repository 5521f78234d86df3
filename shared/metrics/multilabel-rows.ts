// What one row with several labels is worth: its set measures and its label ranking, and their means over rows with intervals.
// Owns the conventions for ties and empty rows; refuses to know what a label is called.
import type { MetricValue } from '../domain/run.ts'
import { RunningSum } from '../statistics/running-sum.ts'
import { scaledInterval, shareInterval } from '../statistics/scaled-interval.ts'
import { known, unknown } from './metric-values.ts'

const epsilon = 2 ** -52
const clip = (p: number): number => (p < epsilon ? epsilon : p > 1 - epsilon ? 1 - epsilon : p)
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** Means over rows, in the order in which a row's values are handed over. `share`: between 0 and 1. */
export const rowMeasures = [
  ['subset_accuracy', 'share'], ['hamming_loss', 'share'], ['jaccard_samples', 'share'], ['samples.precision', 'share'], ['samples.recall', 'share'], ['samples.f1', 'share'],
  ['lrap', 'share'], ['coverage_error', 'number'], ['ranking_loss', 'share'], ['average_precision.samples', 'share'], ['mean_binary_log_loss', 'number'],
  ['label_cardinality_true', 'number'], ['label_cardinality_pred', 'number'],
] as const

export type RowMeasure = (typeof rowMeasures)[number][0]

/** The set measures of one row: [subset, Hamming, Jaccard, precision, recall, F1]. A share with nothing under it is 0. */
export function setMeasures(hits: number, predicted: number, support: number, labels: number): readonly number[] {
  const wrong = predicted + support - 2 * hits
  return [wrong === 0 ? 1 : 0, wrong / labels, share(hits, predicted + support - hits), share(hits, predicted), share(hits, support), share(2 * hits, predicted + support)]
}

/**
 * How one row ranks its labels: [ranking average precision, coverage, ranking loss, average precision]. Labels with equal scores enter together,
 * and a tie of a true with a false label counts as wrong. `order` is scratch of one place per label.
 * A row with no true label, or with all of them, ranks perfectly (1, its cardinality, 0), but has an average precision of 0 or 1.
 * G. Tsoumakas, I. Katakis, I. Vlahavas, Mining Multi-label Data, 2010.
 */
export function rankMeasures(scores: Float64Array, truth: Uint8Array, from: number, labels: number, order: Uint32Array): readonly number[] {
  let support = 0
  for (let l = 0; l < labels; l++) { order[l] = l; support += truth[from + l]! }
  if (support === 0) return [1, 0, 0, 0]
  order.sort((a, b) => scores[from + b]! - scores[from + a]!)
  let own = 0
  let precision = 0
  let coverage = 0
  let wrongPairs = 0
  for (let at = 0; at < labels;) {
    const score = scores[from + order[at]!]!
    let here = 0
    let end = at
    while (end < labels && scores[from + order[end]!] === score) here += truth[from + order[end++]!]!
    const others = end - at - here
    own += here
    if (here > 0) { precision += here * own / end; coverage = end }
    // False labels at this score stand above, or level with, every true label that is not above them.
    wrongPairs += others * (support - own + here)
    at = end
  }
  const pairs = support * (labels - support)
  return [precision / support, coverage, pairs === 0 ? 0 : wrongPairs / pairs, precision / support]
}

/** Mean over the labels of minus the logarithm of the probability of what is true, clipped to [2⁻⁵², 1 − 2⁻⁵²]. */
export function binaryLogLoss(scores: Float64Array, truth: Uint8Array, from: number, labels: number): number {
  let sum = 0
  for (let l = from; l < from + labels; l++) sum -= Math.log(truth[l] === 1 ? clip(scores[l]!) : 1 - clip(scores[l]!))
  return sum / labels
}

/** Sums and squares of the measures over rows. */
export class RowMeans {
  readonly #sums = rowMeasures.map(() => new RunningSum())
  readonly #squares = new Float64Array(rowMeasures.length)
  #rows = 0

  add(values: readonly number[]): void {
    this.#rows++
    for (let m = 0; m < values.length; m++) {
      this.#sums[m]!.add(values[m]!)
      this.#squares[m] = this.#squares[m]! + values[m]! ** 2
    }
  }

  /** Means with 95 % intervals: of shares on the logit scale (Wilson at the ends), of numbers as they are. */
  metrics(): MetricValue[] {
    const n = this.#rows
    return rowMeasures.map(([metric, kind], m) => {
      if (n === 0) return unknown(metric, 0, 'No rows were scored.')
      const mean = this.#sums[m]!.total / n
      const error = n < 2 ? NaN : Math.sqrt(Math.max(0, this.#squares[m]! - n * mean * mean) / (n - 1) / n)
      const interval = kind === 'share' ? shareInterval(mean, error, n) : scaledInterval(mean, error, 'identity')
      return known(metric, mean, n, interval ?? {})
    })
  }
}
