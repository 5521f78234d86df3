// The metric catalogue: what every number means, how it is computed, which way is better, and where it misleads.
// Owns lookup; the entries live in the catalogue files beside this one. Refuses ids it does not know.
import type { ModelTask } from '../domain/model.ts'
import { averagedEntries, labelEntries } from './catalogue-labels.ts'
import { detectionClassIds, detectionEntries, detectionIds } from './catalogue-detection.ts'
import { labelSetIds, multilabelEntries } from './catalogue-multilabel.ts'
import { probabilityEntries } from './catalogue-probabilities.ts'
import { regressionEntries } from './catalogue-regression.ts'
import { segmentationEntries } from './catalogue-segmentation.ts'
import { unlabelledEntries, unlabelledIds } from './catalogue-unlabelled.ts'

export type MetricDirection = 'higher-is-better' | 'lower-is-better' | 'neither'

/** How a value is written: a share as a percentage or as 0.8462, a count, a number in the target's unit, or yes and no. */
export type MetricFormat = 'share' | 'score' | 'count' | 'target-unit' | 'squared-target-unit' | 'relative' | 'yes-no'

export interface MetricDescription {
  readonly id: string
  readonly name: string
  /** One or two sentences. */
  readonly definition: string
  /** Plain text with Unicode signs. */
  readonly formula: string
  readonly direction: MetricDirection
  /** Such as `0 … 1` or `−∞ … 1`. */
  readonly range: string
  readonly format: MetricFormat
  /** Ties, empty classes, zero division, clipping: everything another tool may do differently. */
  readonly conventions: string
  readonly pitfalls: string
  readonly source: string
}

/** Every metric that an accumulator can give, in the order in which they are shown. */
export const metricCatalogue: readonly MetricDescription[] = [...labelEntries, ...averagedEntries, ...probabilityEntries, ...multilabelEntries, ...regressionEntries, ...segmentationEntries, ...detectionEntries, ...unlabelledEntries]

const byId = new Map(metricCatalogue.map((entry) => [entry.id, entry]))

/** The entry of a metric id such as `macro.f1`; null for an id that no accumulator gives. */
export const describeMetric = (id: string): MetricDescription | null => byId.get(id) ?? null

/** The direction of a metric; unknown ids have none. */
export const metricDirection = (id: string): MetricDirection => byId.get(id)?.direction ?? 'neither'

export type MetricFamily = 'Decisions' | 'Label sets' | 'Per class' | 'Averages over classes' | 'Positive class' | 'Probabilities' | 'Calibration' | 'Ranking' | 'Top k' | 'At other thresholds' | 'Errors' | 'Fit' | 'Error quantiles' | 'Masks' | 'Masks per class' | 'Boxes' | 'Boxes per class' | 'Answers' | 'Other'

const families: readonly (readonly [RegExp, MetricFamily])[] = [
  [/^(iou|dice|class_pixels|predicted_pixels)$/, 'Masks per class'],
  [/^(precision|recall|f1|specificity|support|predicted)$/, 'Per class'],
  [labelSetIds, 'Label sets'],
  [detectionIds, 'Boxes'],
  [detectionClassIds, 'Boxes per class'],
  [unlabelledIds, 'Answers'],
  [/^at_threshold_/, 'At other thresholds'],
  [/^(macro|micro|weighted|samples)\./, 'Averages over classes'],
  [/^binary\./, 'Positive class'],
  [/^(ece_|calibration\.|mean_confidence)/, 'Calibration'],
  [/^(roc_auc|average_precision|ks_statistic|gini|lrap|coverage_error|ranking_loss)/, 'Ranking'],
  [/^(top_k|ties_at_top_k_boundary)\./, 'Top k'],
  [/^(log_loss|mean_binary_log_loss|brier|label_equals_argmax)/, 'Probabilities'],
  [/^(n_images|n_pixels|ignored_pixels|pixels_outside_classes|pixel_accuracy|mean_class_accuracy|mean_iou|mean_dice|frequency_weighted_iou|mean_over_images_of_mean_iou)$/, 'Masks'],
  [/^(residual_quantiles|abs_error_quantiles)\./, 'Error quantiles'],
  [/^(r2|explained_variance|pearson_r|spearman_rho|kendall_tau)$/, 'Fit'],
]

/** The group under which a metric is listed; ids that the catalogue does not hold are in `Other`. */
export function metricFamily(id: string): MetricFamily {
  if (!byId.has(id)) return 'Other'
  return families.find(([pattern]) => pattern.test(id))?.[1] ?? (regressionEntries.some((e) => e.id === id) ? 'Errors' : 'Decisions')
}

/** The metric that stands for a whole run of a task: in lists, in progress, over versions. */
export const headlineMetric = (task: ModelTask): string => headlines[task]

const headlines: Readonly<Record<ModelTask, string>> = {
  'binary-classification': 'accuracy', 'multiclass-classification': 'accuracy', 'multilabel-classification': 'micro.f1',
  regression: 'rmse', 'object-detection': 'map50_95', 'semantic-segmentation': 'mean_iou',
}

/** The short name of a metric, or the id itself when it is not in the catalogue. */
export const metricName = (id: string): string => byId.get(id)?.name ?? id
