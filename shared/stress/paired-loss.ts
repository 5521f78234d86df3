// How much the headline differs between untouched and spoiled answers to the same rows, with an interval that knows that they are the same rows.
// Owns the choice of the formula by task; pooled headlines of pictures have no value of a row and give null.
import type { ModelTask } from '../domain/model.ts'
import type { OtherDifference, StressDifference } from '../domain/stress.ts'
import { rootMeanDifference, studentQuantile } from '../statistics/paired-interval.ts'
import { sumOf } from '../statistics/running-sum.ts'
import { pairedCounts, shareDifference } from '../verdict/label-differences.ts'
import { isTested } from '../verdict/difference.ts'
import { type PairedAnswers, pairedDifferences } from '../verdict/paired-differences.ts'

/** What is judged beside the headline: how the model ranks, and how good its probabilities are. A model may be right as often and know nothing any more. */
export const alsoJudged: Readonly<Record<ModelTask, readonly string[]>> = {
  'binary-classification': ['roc_auc', 'log_loss'], 'multiclass-classification': ['roc_auc.ovr_macro', 'log_loss'], 'multilabel-classification': ['mean_binary_log_loss'],
  regression: ['mae'], 'object-detection': [], 'semantic-segmentation': [],
}

/** Each of `steps` × `metrics` intervals is this sure, so that all of them together are 95 % sure. C. E. Bonferroni, 1936. */
export const stepConfidence = (steps: number, metrics = 1): number => 1 - 0.05 / Math.max(1, steps * metrics)

/** Spoiled minus untouched of the metrics that are judged beside the headline; one that cannot be paired is not in it. */
export function otherLosses(pair: PairedAnswers, task: ModelTask, confidence: number, seed: number): OtherDifference[] {
  return pairedDifferences(pair, alsoJudged[task].map((metric) => ({ metric, slice: '' })), { confidence, seed }).filter(isTested)
    .filter((d) => [d.value, d.low, d.high].every(Number.isFinite)).map(({ metric, first, second, value, low, high, rows }) => ({ metric, first, second, value, low, high, rows, confidence }))
}

/** Micro-averaged F1, second minus first: 2 Σ hits ÷ Σ (predicted + true), linearised about both values (the delta method), row by row. */
function microF1(pair: Extract<PairedAnswers, { kind: 'label-sets' }>, confidence: number): StressDifference | null {
  const rows = pair.right.first.length
  const { labels } = pair
  const over = (columns: readonly Float64Array[], from: number, to: number, i: number): number => { let sum = 0; for (let c = from * labels; c < to * labels; c++) sum += columns[c]![i]!; return sum }
  const sides = [pair.columns.first, pair.columns.second].map((columns) => {
    const hits = Float64Array.from({ length: rows }, (_, i) => 2 * over(columns, 0, 1, i))
    const given = Float64Array.from({ length: rows }, (_, i) => over(columns, 1, 3, i))
    const whole = sumOf(rows, (i) => given[i]!)
    const f1 = whole === 0 ? 0 : sumOf(rows, (i) => hits[i]!) / whole
    return { f1, influence: (i: number) => (whole === 0 ? 0 : (hits[i]! - f1 * given[i]!) / (whole / rows)) }
  })
  const [first, second] = [sides[0]!, sides[1]!]
  if (rows < 2) return null
  const variance = sumOf(rows, (i) => (second.influence(i) - first.influence(i)) ** 2) / (rows - 1)
  const half = studentQuantile(confidence, rows - 1) * Math.sqrt(variance / rows)
  const value = second.f1 - first.f1
  return { value, low: value - half, high: value + half, rows, confidence }
}

/** Spoiled minus untouched of the task's headline at `confidence`; null where it has no value of a row, or there are fewer than two rows. */
export function pairedLoss(pair: PairedAnswers, confidence: number): StressDifference | null {
  if (pair.kind === 'classes') {
    const { value, low, high, rows } = shareDifference('accuracy', pairedCounts(pair.answers), confidence)
    return rows < 2 ? null : { value, low, high, rows, confidence }
  }
  if (pair.kind === 'values') {
    const rows = pair.truth.length
    if (rows < 2) return null
    const squares = (side: Float64Array): Float64Array => side.map((p, i) => (p - pair.truth[i]!) ** 2)
    const { value, low, high } = rootMeanDifference(squares(pair.second), squares(pair.first), confidence)
    return [value, low, high].every(Number.isFinite) ? { value, low, high, rows, confidence } : null
  }
  return pair.kind === 'label-sets' ? microF1(pair, confidence) : null
}
