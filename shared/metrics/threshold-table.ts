// What a binary classifier would score at nine round decision thresholds. Predicted positive when the score is at or above the threshold.
import type { Curve } from '../domain/run.ts'

export const tableThresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const

export type ThresholdCurve = Extract<Curve, { kind: 'thresholds' }>

const share = (part: number, whole: number): number => whole === 0 ? 0 : part / whole

export class ThresholdTable {
  /** Rows by how many thresholds their score reaches: 0 to 9. */
  readonly #positive = new Float64Array(tableThresholds.length + 1)
  readonly #negative = new Float64Array(tableThresholds.length + 1)

  add(score: number, positive: boolean): void {
    let reached = 0
    while (reached < tableThresholds.length && score >= tableThresholds[reached]!) reached++
    const counts = positive ? this.#positive : this.#negative
    counts[reached] = counts[reached]! + 1
  }

  finish(positiveClass: string): ThresholdCurve {
    const from = (counts: Float64Array, index: number) => counts.subarray(index + 1).reduce((sum, c) => sum + c, 0)
    const positives = from(this.#positive, -1)
    const negatives = from(this.#negative, -1)
    const rows = tableThresholds.map((threshold, i) => {
      const tp = from(this.#positive, i)
      const fp = from(this.#negative, i)
      const fn = positives - tp
      const tn = negatives - fp
      return {
        threshold, precision: share(tp, tp + fp), recall: share(tp, positives), f1: share(2 * tp, 2 * tp + fp + fn),
        accuracy: share(tp + tn, positives + negatives), tp, fp, fn, tn,
      }
    })
    return { kind: 'thresholds', positiveClass, rows }
  }
}
