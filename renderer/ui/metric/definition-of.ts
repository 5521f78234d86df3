// The words for a metric key, from the one catalogue, and the families in which its numbers are shown.
import { describeMetric, metricName, type MetricDescription, type MetricDirection } from '../../../shared/metrics/catalogue.ts'
import { detectionIds } from '../../../shared/metrics/catalogue-detection.ts'
import { unlabelledIds } from '../../../shared/metrics/catalogue-unlabelled.ts'

export interface MetricWords {
  readonly title: string
  readonly description: MetricDescription | null
  readonly direction: MetricDirection
}

/** What a metric of the user’s own is called before its name. */
const own = 'custom.'

/** Title, catalogue entry and direction of a metric; a key that the catalogue does not know is shown as it is written. */
export function metricWords(metric: string): MetricWords {
  const description = describeMetric(metric)
  return { title: metric.startsWith(own) ? metric.slice(own.length) : metricName(metric), description, direction: description?.direction ?? 'neither' }
}

/** `class:setosa` and `size:small` as words; all rows as nothing. */
export const sliceWords = (slice: string): string => (/^(class|size):/.test(slice) ? slice.slice(slice.indexOf(':') + 1) : slice)

export const directionWords: Readonly<Record<MetricDirection, string>> = { 'higher-is-better': 'higher is better', 'lower-is-better': 'lower is better', neither: 'no direction is better' }

const families: readonly (readonly [name: string, test: RegExp])[] = [
  ['Overall', /^(n|accuracy|error_rate|balanced_accuracy|matthews_corrcoef|cohen_kappa.*)$/],
  ['Label sets', /^(n_labels|threshold|subset_accuracy|hamming_loss|jaccard_samples|label_cardinality_(true|pred))$/],
  ['Positive class', /^binary\./],
  ['Averages over classes', /^(macro|micro|weighted|samples)\./],
  ['Ranking', /^(roc_auc|average_precision|gini|ks_statistic|lrap|coverage_error|ranking_loss|top_k|ties_at_top_k)/],
  ['Probabilities', /^(log_loss|mean_binary_log_loss|brier|mean_confidence|label_equals_argmax)/],
  ['Calibration', /^(ece_|calibration\.)/],
  ['At other thresholds', /^at_threshold_/],
  ['Size of the error', /^(mae|mse|rmse|median_absolute_error|max_error|abs_error_quantiles.*)$/],
  ['Relative error', /^(mape|smape|msle|rmsle)$/],
  ['Fit', /^(r2|explained_variance|pearson_r|spearman_rho|kendall_tau)$/],
  ['Masks', /^(pixel_accuracy|mean_class_accuracy|mean_iou|mean_dice|frequency_weighted_iou|mean_over_images_of_mean_iou|n_images|n_pixels|ignored_pixels|pixels_outside_classes)$/],
  ['Boxes', detectionIds],
  ['Answers', unlabelledIds],
  ['Your own', /^custom\./],
  ['Residuals', /^(mean_error_bias|error_std.*|residual_quantiles.*)$/],
]

/** The family of a metric, such as `Calibration`. */
export const metricFamily = (metric: string): string => families.find(([, test]) => test.test(metric))?.[0] ?? 'Other'

/** The families in the order of reading. */
export const familyOrder: readonly string[] = [...families.map(([name]) => name), 'Other']
