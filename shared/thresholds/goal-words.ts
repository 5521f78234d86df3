// A goal of the threshold explorer in words, the same on screen and on the command line.
import type { ThresholdGoal } from '../domain/thresholds.ts'
import { formatNumber } from '../format.ts'

const plain = (value: number): string => String(value)

/** Such as “Best threshold for the least cost (1 for a false positive, 5 for a false negative)”. */
export function goalWords(goal: ThresholdGoal, label: string): string {
  switch (goal.kind) {
    case 'f1': return 'Best threshold for F1'
    case 'cost': return `Best threshold for the least cost (${plain(goal.falsePositive)} for a false positive, ${plain(goal.falseNegative)} for a false negative)`
    case 'min-precision': return `Threshold that finds most of ${label} with a precision of at least ${formatNumber(goal.least)}`
    case 'min-recall': return `Most precise threshold that finds at least ${formatNumber(goal.least)} of ${label}`
    case 'max-selected': return `Threshold that finds most of ${label} while at most ${formatNumber(goal.most)} of all rows are selected`
  }
}
