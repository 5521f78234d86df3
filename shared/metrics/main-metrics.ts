// The few metrics that stand for a whole run of a task, the headline first. Owns the choice, no formula.
import type { ModelTask } from '../domain/model.ts'

const byTask: Readonly<Record<ModelTask, readonly string[]>> = {
  'binary-classification': ['accuracy', 'roc_auc', 'binary.f1', 'binary.precision', 'binary.recall', 'log_loss'],
  'multiclass-classification': ['accuracy', 'macro.f1', 'balanced_accuracy', 'roc_auc.ovr_macro', 'log_loss'],
  'multilabel-classification': ['micro.f1', 'macro.f1', 'subset_accuracy', 'hamming_loss', 'lrap'],
  'object-detection': ['map50_95', 'map50', 'map75', 'detection.precision', 'detection.recall'],
  'semantic-segmentation': ['mean_iou', 'mean_dice', 'pixel_accuracy', 'mean_class_accuracy'],
  regression: ['rmse', 'mae', 'r2', 'median_absolute_error', 'max_error'],
}

/** Keys of the metric catalogue, in the order of showing. */
export const mainMetrics = (task: ModelTask): readonly string[] => byTask[task]
