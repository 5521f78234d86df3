// Baselines that need no model: the most frequent class, the class shares, the mean, the median, the last value. Owns what each answers.
import type { Baseline, BaselineReport } from '../domain/baseline.ts'
import type { Run } from '../domain/run.ts'
import { formatNumber } from '../format.ts'
import { quantile } from '../statistics/quantile.ts'
import { sumOf } from '../statistics/running-sum.ts'
import { baselineOf, errorScores, expectedShareScore, logLossScore, shareScore, type ClassOutcomes, type Outcomes, type ValueOutcomes } from './scores.ts'

const compared: readonly Run['task'][] = ['binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression', 'object-detection', 'semantic-segmentation']

/** Whether a run has baselines at all: an answer a row or picture, and true answers. */
export const hasBaselines = (run: Pick<Run, 'task' | 'binding' | 'status'>): boolean => run.status === 'done' && compared.includes(run.task) && run.binding.target !== null

/** Rows in the order of a time column, as places in the outcomes, and the column's name. */
export interface TimeOrder { readonly column: string, readonly rows: ArrayLike<number> }

function lastRow(order: TimeOrder, rows: number): Int32Array {
  const before = new Int32Array(rows).fill(-1)
  for (let i = 1; i < order.rows.length; i++) before[order.rows[i]!] = order.rows[i - 1]!
  return before
}

const asLast = (order: TimeOrder): string => `repeating the last true answer in the order of “${order.column}”`

/** Most frequent class (of several, the one named first), class shares, and answers drawn by them. `truth`: where the shares come from. */
export function classBaselines(outcomes: ClassOutcomes, truth: Int32Array, order: TimeOrder | null): Baseline[] {
  const counts = new Float64Array(outcomes.names.length)
  for (const place of truth) if (place >= 0) counts[place] = counts[place]! + 1
  const known = sumOf(counts.length, (i) => counts[i]!)
  const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0))
  const share = (place: number): number => counts[place]! / known
  const noun = outcomes.metric === 'accuracy' ? 'class' : 'set of labels'
  const before = order === null ? null : lastRow(order, outcomes.truth.length)
  const withLast = before === null ? [] : [...before.keys()].filter((row) => before[row]! >= 0)
  return [
    baselineOf('majority', `always answering the most frequent ${noun} (${outcomes.names[most] || 'none'})`, [shareScore(outcomes, () => most)]),
    // Of several labels a row the stored loss is a mean over labels, which the shares of whole sets have nothing to set against.
    outcomes.metric === 'accuracy' ? baselineOf('prior', 'giving every row the class shares as probabilities', [logLossScore(outcomes, (row) => share(outcomes.truth[row]!))]) : null,
    baselineOf('stratified', `answering by chance, each ${noun} as often as it occurs`, [expectedShareScore(outcomes, share)]),
    order === null || before === null || withLast.length === 0 ? null : baselineOf('last-value', asLast(order), [shareScore(outcomes, (row) => outcomes.truth[before[row]!]!, withLast)]),
  ].filter((b) => b !== null)
}

/** Mean and median of `truth`, and the last value. The mean is the constant with the least squared error, the median that with the least absolute one. */
export function valueBaselines(outcomes: ValueOutcomes, truth: Float64Array, order: TimeOrder | null): Baseline[] {
  const mean = sumOf(truth.length, (i) => truth[i]!) / truth.length
  const median = quantile(Float64Array.from(truth).sort(), 0.5)
  const [byMean, byMedian] = [errorScores(outcomes, () => mean), errorScores(outcomes, () => median)]
  const before = order === null ? null : lastRow(order, outcomes.truth.length)
  const byLast = before === null ? null : errorScores(outcomes, (row) => (before[row]! < 0 ? NaN : outcomes.truth[before[row]!]!))
  return [
    baselineOf('mean', `always answering the mean (${formatNumber(mean)})`, [byMean?.rmse ?? null, byMean?.mae ?? null]),
    baselineOf('median', `always answering the median (${formatNumber(median)})`, [byMedian?.mae ?? null, byMedian?.rmse ?? null]),
    order === null ? null : baselineOf('last-value', asLast(order), [byLast?.rmse ?? null, byLast?.mae ?? null]),
  ].filter((b) => b !== null)
}

/** All trivial baselines; constants from `training`, or from the evaluated rows where it is null. */
export function trivialBaselines(outcomes: Outcomes, training: Int32Array | Float64Array | null, order: TimeOrder | null): Baseline[] {
  return outcomes.kind === 'classes'
    ? classBaselines(outcomes, training instanceof Int32Array ? training : outcomes.truth, order)
    : valueBaselines(outcomes, training instanceof Float64Array ? training : outcomes.truth, order)
}

const ranks = { worse: 0, unclear: 1, better: 2 } as const

/** The comparison that is hardest on the model, among those that need no model: the answer to “is it better than nothing”. */
export function hardest(baselines: readonly Baseline[]): Pick<BaselineReport, 'sentence' | 'verdict'> {
  const trivial = baselines.filter((b) => b.kind !== 'tree')
  const metric = trivial[0]?.scores[0]?.metric
  const order = (b: Baseline): readonly [number, number, number] => [ranks[b.scores[0]!.verdict], b.scores[0]!.metric === metric ? 0 : 1, b.scores[0]!.gain]
  const [first] = [...trivial].sort((a, b) => {
    const [x, y] = [order(a), order(b)]
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2]
  })
  return first === undefined ? { sentence: 'No baseline can be computed for this run.', verdict: 'unclear' } : { sentence: first.sentence, verdict: first.scores[0]!.verdict }
}
