// What is measured at one threshold, from four counts. The same formulas for the engine, the command line and the moving slider.
import type { ThresholdCounts, ThresholdMeasure, ThresholdPoints } from '../domain/thresholds.ts'

export interface Costs { readonly falsePositive: number, readonly falseNegative: number }
export type Measures = Readonly<Record<ThresholdMeasure, number | null>>

const share = (part: number, whole: number): number | null => whole === 0 ? null : part / whole

/**
 * Precision TP ÷ (TP + FP), recall TP ÷ (TP + FN), F1, accuracy, specificity TN ÷ (TN + FP), the share of rows selected, and the total cost.
 * null: nothing stands under the line; `cost` null: no costs were given.
 */
export function measuresOf({ tp, fp, fn, tn }: ThresholdCounts, costs: Costs | null): Measures {
  const n = tp + fp + fn + tn
  return {
    precision: share(tp, tp + fp), recall: share(tp, tp + fn), f1: share(2 * tp, 2 * tp + fp + fn), accuracy: share(tp + tn, n), specificity: share(tn, tn + fp),
    selected: share(tp + fp, n), cost: costs === null ? null : fp * costs.falsePositive + fn * costs.falseNegative,
  }
}

/** The point that selects the rows that `threshold` selects; `exact` false: the points leave out the score that would tell, and this is the next one above. */
export function pointAt(points: ThresholdPoints, threshold: number): { readonly at: number, readonly exact: boolean } {
  let low = 0, high = points.threshold.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (points.upTo[middle]! >= threshold) high = middle
    else low = middle + 1
  }
  return { at: low, exact: points.complete || (points.threshold[low]! <= threshold && threshold <= points.upTo[low]!) }
}

/** Names of the measures, as people read them. */
export const measureNames: Readonly<Record<ThresholdMeasure, string>> = {
  precision: 'Precision', recall: 'Recall', f1: 'F1', accuracy: 'Accuracy', specificity: 'Specificity', selected: 'Selected', cost: 'Cost',
}
