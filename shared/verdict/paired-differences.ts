// The entry: answers of two models on the same rows, and the metrics that are wanted -> the difference of each, or why it is not compared.
// What gates and comparisons share. Owns the choice of the test by metric, no test.
import type { ModelTask } from '../domain/model.ts'
import { describeMetric } from '../metrics/catalogue.ts'
import { compareRegressors, type RegressorComparison } from '../statistics/paired-comparison.ts'
import { type Difference, type DifferenceOptions, type Untested } from './difference.ts'
import { type ClassAnswers, labelDifferences, pairedCounts, shareDifference } from './label-differences.ts'
import { binaryRankings, classRankings, type RankedPair, rankingDifferences } from './ranking-differences.ts'
import { sumDifferences, type SumProblem } from './sum-differences.ts'
import { boxProblem, labelSetProblem, meanProblem, valueProblem } from './sum-problems.ts'

interface Pair<T> { readonly first: T, readonly second: T }

/** Answers of two models on the same rows, by task. All arrays of one side are as long as those of the other, in the same order of rows. */
export type PairedAnswers =
  | { readonly kind: 'classes', readonly answers: ClassAnswers, /** −ln of the true class's probability, finite; null where one side has none */ readonly logLoss: Pair<Float64Array> | null, readonly brier: Pair<Float64Array> | null, readonly ranked: RankedPair | null }
  | { readonly kind: 'values', readonly truth: Float64Array, readonly first: Float64Array, readonly second: Float64Array }
  /** Label sets: 1 where the whole set is right; mean log loss of a label; per label hits, predicted ones and true ones, one column each. */
  | { readonly kind: 'label-sets', readonly labels: number, readonly right: Pair<Uint8Array>, readonly loss: Pair<Float64Array> | null, readonly columns: Pair<readonly Float64Array[]> }
  /** Pictures: boxes found, wrong and missed. */
  | { readonly kind: 'boxes', readonly columns: Pair<readonly Float64Array[]> }
  /** Pictures: mean IoU of each. */
  | { readonly kind: 'masks', readonly meanIou: Pair<Float64Array> }

/** What is compared where nothing is asked for, the metric that the verdict goes by first. */
export const comparedMetrics: Readonly<Record<ModelTask, readonly string[]>> = {
  'binary-classification': ['accuracy', 'roc_auc', 'binary.f1', 'binary.precision', 'binary.recall', 'log_loss'],
  'multiclass-classification': ['accuracy', 'macro.f1', 'balanced_accuracy', 'roc_auc.ovr_macro', 'log_loss'],
  'multilabel-classification': ['micro.f1', 'macro.f1', 'subset_accuracy', 'hamming_loss', 'mean_binary_log_loss'],
  'object-detection': ['detection.f1', 'detection.precision', 'detection.recall'],
  'semantic-segmentation': ['mean_over_images_of_mean_iou'],
  regression: ['rmse', 'mae', 'r2'],
}

const labelMetrics = /^(accuracy|error_rate|balanced_accuracy|matthews_corrcoef|cohen_kappa(_linear|_quadratic)?|(macro|micro|weighted)\.(precision|recall|f1)|binary\.\w+)$/
const perClass = /^(precision|recall|f1|specificity)$/

/** Why a metric is not compared, where that is known from its name. */
function whyNot(metric: string, kind: PairedAnswers['kind']): string {
  if (describeMetric(metric) === null) return 'There is no such metric.'
  if (describeMetric(metric)?.direction === 'neither') return 'It has no better direction.'
  if (kind === 'boxes') return 'Average precision ranks the boxes of all pictures together, so that no picture has a value of its own to pair; box precision, recall and F1 are compared picture by picture instead.'
  if (kind === 'masks') return 'It pools the pixels of all pictures, so that no picture has a value of its own to pair; the mean IoU of each picture is compared instead.'
  if (/^(ece_|calibration\.)/.test(metric)) return 'Binned calibration errors are biased upwards by an amount that depends on the model, so that their difference cannot be tested; the log loss and the Brier score are compared instead.'
  if (/median|quantile|max_error|spearman|kendall/.test(metric)) return 'It hangs on ranks or single rows, not on a sum over rows, and is not compared row by row.'
  return 'These predictions do not hold what it is computed from, or it cannot be compared row by row.'
}

function classDifferences(pair: Extract<PairedAnswers, { kind: 'classes' }>, wanted: readonly WantedMetric[], options: DifferenceOptions): (Difference | Untested)[] {
  const labels = wanted.filter((m) => (m.slice === '' ? labelMetrics.test(m.metric) : perClass.test(m.metric) && pair.answers.classes.includes(m.slice.slice('class:'.length))))
    .filter((m) => pair.answers.classes.length === 2 && pair.answers.positiveClass !== null ? true : !m.metric.startsWith('binary.'))
  const plain = wanted.filter((m) => m.slice === '').map((m) => m.metric)
  const means = [...(pair.logLoss === null || !plain.includes('log_loss') ? [] : [{ metric: 'log_loss', ...pair.logLoss }]), ...(pair.brier === null || !plain.includes('brier') ? [] : [{ metric: 'brier', ...pair.brier }])]
  return [
    ...labelDifferences(pair.answers, labels, options),
    ...(means.length === 0 ? [] : sumDifferences(meanProblem(means), options)),
    ...(pair.ranked === null ? [] : rankingDifferences(pair.ranked, plain.filter((m) => (pair.ranked?.positive === null ? classRankings : binaryRankings).includes(m)), options)),
  ]
}

function setDifferences(pair: Extract<PairedAnswers, { kind: 'label-sets' }>, wanted: readonly string[], options: DifferenceOptions): (Difference | Untested)[] {
  const right = (side: Uint8Array): Int32Array => Int32Array.from(side)
  const counts = pairedCounts({ truth: new Int32Array(pair.right.first.length).fill(1), first: right(pair.right.first), second: right(pair.right.second) })
  const loss = pair.loss !== null && wanted.includes('mean_binary_log_loss') ? [{ metric: 'mean_binary_log_loss', ...pair.loss }] : []
  const sums: SumProblem = labelSetProblem(pair.labels, pair.columns.first, pair.columns.second, wanted)
  return [
    ...(wanted.includes('subset_accuracy') ? [shareDifference('subset_accuracy', counts, options.confidence)] : []),
    ...(sums.metrics.length === 0 ? [] : sumDifferences(sums, options)), ...(loss.length === 0 ? [] : sumDifferences(meanProblem(loss), options)),
  ]
}

function found(pair: PairedAnswers, wanted: readonly WantedMetric[], options: DifferenceOptions): (Difference | Untested)[] {
  const plain = wanted.filter((m) => m.slice === '').map((m) => m.metric)
  switch (pair.kind) {
    case 'classes': return classDifferences(pair, wanted, options)
    case 'values': return sumDifferences(valueProblem(pair.truth, pair.first, pair.second, plain), options)
    case 'label-sets': return setDifferences(pair, plain, options)
    case 'boxes': return sumDifferences(boxProblem(pair.columns.first, pair.columns.second, plain), options)
    case 'masks': return plain.includes('mean_over_images_of_mean_iou') ? sumDifferences(meanProblem([{ metric: 'mean_over_images_of_mean_iou', ...pair.meanIou }]), options) : []
  }
}

export interface WantedMetric { readonly metric: string, /** '' for all rows, else `class:NAME`. */ readonly slice: string }

/**
 * The difference (second − first) of every wanted metric with its interval and p-value, or why it is not compared; in the order of `wanted`.
 * Needs at least one row. The same seed gives the same answer.
 */
export function pairedDifferences(pair: PairedAnswers, wanted: readonly WantedMetric[], options: DifferenceOptions): (Difference | Untested)[] {
  const byKey = new Map(found(pair, wanted, options).map((d) => [`${d.metric}\u0000${d.slice}`, d]))
  return wanted.map((m) => byKey.get(`${m.metric}\u0000${m.slice}`) ?? { ...m, reason: m.slice !== '' && pair.kind !== 'classes' ? 'Parts of the rows are not compared for this task.' : whyNot(m.metric, pair.kind) })
}

/** Wilcoxon and paired t on absolute errors, beside the verdict; null for other tasks. */
export const errorTests = (pair: PairedAnswers): RegressorComparison | null => (pair.kind === 'values' ? compareRegressors(pair.truth, pair.first, pair.second) : null)
