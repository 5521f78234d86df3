// What a binary classifier would score at nine round decision thresholds. Predicted positive when the score is at or above the threshold.
import type { Curve } from '../domain/run.ts'

export const tableThresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const

const edges = Float64Array.from(tableThresholds)

export type ThresholdCurve = Extract<Curve, { kind: 'thresholds' }>

const share = (part: number, whole: number): number => whole === 0 ? 0 : part / whole

export class ThresholdTable {
  /** Rows by how many thresholds their score reaches, 0 to 9: first those of the other class, then those of the positive one. */
  readonly #counts = new Float64Array(2 * (tableThresholds.length + 1))

  /** Adds the first `count` rows; `positive` is 1 for a row of the positive class. */
  addMany(scores: Float64Array, positive: Uint8Array, count: number): void {
    const last = tableThresholds.length
    const counts = this.#counts
    for (let i = 0; i < count; i++) {
      const score = scores[i]!
      // A good guess, settled against the thresholds themselves.
      let reached = Math.min(last, Math.max(0, Math.floor(score * (last + 1))))
      while (reached > 0 && !(score >= edges[reached - 1]!)) reached--
      while (reached < last && score >= edges[reached]!) reached++
      counts[positive[i]! * (last + 1) + reached]!++
    }
  }

  finish(positiveClass: string): ThresholdCurve {
    const from = (counts: Float64Array, index: number) => counts.subarray(index + 1).reduce((sum, c) => sum + c, 0)
    const positive = this.#counts.subarray(tableThresholds.length + 1)
    const negative = this.#counts.subarray(0, tableThresholds.length + 1)
    const positives = from(positive, -1)
    const negatives = from(negative, -1)
    const rows = tableThresholds.map((threshold, i) => {
      const tp = from(positive, i)
      const fp = from(negative, i)
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
