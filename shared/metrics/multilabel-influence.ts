// How much each row moves the averaged precision, recall and F1 of several labels, so that their intervals respect that labels of a row go together.
// Owns no value; the averages themselves come from the counts.
import type { LabelCounts } from './multilabel-counts.ts'
import type { StoredLabels } from './multilabel-ranking.ts'

/** Rows are looked at one by one up to this many scores. */
const mostJudged = 8_000_000

/** Numerator and denominator of a share from one cell: hit, predicted, true. */
function partsOf(name: string, hit: number, predicted: number, own: number): readonly [number, number] {
  return name === 'precision' ? [hit, predicted] : name === 'recall' ? [hit, own] : [2 * hit, predicted + own]
}

/**
 * Influence of every row on `macro.f1` and the like, by the delta method: (numerator − value · denominator) ÷ mean denominator, summed over labels by
 * their weights (those of the weighted average counted as fixed). Null for other metrics and above 8 million scores.
 */
export function multilabelInfluence(metric: string, stored: StoredLabels, counts: LabelCounts, threshold: number): Float64Array | null {
  const [average, name] = metric.split('.')
  if (name === undefined || stored.scores.length > mostJudged) return null
  const k = stored.labels.length
  const n = counts.rows
  const total = counts.total
  const ratios = stored.labels.map((_, l) => partsOf(name, counts.hits[l]!, counts.predicted[l]!, counts.support[l]!))
  const pooled = partsOf(name, total.hits, total.predicted, total.support)
  const weights = stored.labels.map((_, l) => (average === 'weighted' ? counts.support[l]! / Math.max(1, total.support) : 1 / k))
  const out = new Float64Array(n)
  for (let r = 0; r < n; r++) {
    let sum = 0
    for (let l = 0; l < k; l++) {
      const own = stored.truth[r * k + l]!
      const said = stored.scores[r * k + l]! >= threshold ? 1 : 0
      const [above, below] = partsOf(name, own * said, said, own)
      const [numerator, denominator] = average === 'micro' ? pooled : ratios[l]!
      if (denominator > 0) sum += (average === 'micro' ? 1 : weights[l]!) * (above - (numerator / denominator) * below) * n / denominator
    }
    out[r] = sum
  }
  return out
}
