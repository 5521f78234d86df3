// The metadata at the top of the model card, by the fields that Hugging Face reads from a README: licence, task, tags, results.
import { stringify } from 'yaml'
import type { ModelTask } from '../../../../shared/domain/model.ts'
import { headlineMetric, metricDirection, metricName } from '../../../../shared/metrics/catalogue.ts'
import { slugOf } from '../../../../shared/slug.ts'
import type { CardData } from './card-facts.ts'

/** The pipeline that fits a task best; tables where the inputs are not pictures. */
const pipelines: Readonly<Record<ModelTask, readonly [table: string, pictures: string]>> = {
  'binary-classification': ['tabular-classification', 'image-classification'], 'multiclass-classification': ['tabular-classification', 'image-classification'],
  'multilabel-classification': ['tabular-classification', 'image-classification'], regression: ['tabular-regression', 'tabular-regression'],
  'object-detection': ['object-detection', 'object-detection'], 'semantic-segmentation': ['image-segmentation', 'image-segmentation'],
}

/** Names of Hugging Face's own evaluators where a metric of ours is the same. */
const theirNames: Readonly<Record<string, string>> = { accuracy: 'accuracy', 'binary.f1': 'f1', 'binary.precision': 'precision', 'binary.recall': 'recall', roc_auc: 'roc_auc', matthews_corrcoef: 'matthews_correlation', brier: 'brier_score', mse: 'mse', mae: 'mae', mape: 'mape', r2: 'r_squared', mean_iou: 'mean_iou' }

const mostMetrics = 6

/** A licence that the list of SPDX could know: one word without spaces. */
const isName = (licence: string): boolean => /^[A-Za-z0-9][A-Za-z0-9.+-]{0,40}$/.test(licence)

export function frontMatter(card: CardData, pictures: boolean): string {
  const pipeline = pipelines[card.task as ModelTask][pictures ? 1 : 0]
  // The few that a reader of many cards compares by; all of them stand in the card itself.
  const headline = headlineMetric(card.task as ModelTask)
  const whole = card.metrics.filter((m) => m.slice === '' && m.value !== null && metricDirection(m.metric) !== 'neither' && (m.metric === headline || theirNames[m.metric] !== undefined)).slice(0, mostMetrics)
  const licence = card.licence === null ? { license: 'unknown' } : isName(card.licence) ? { license: card.licence.toLowerCase() } : { license: 'other', license_name: card.licence.slice(0, 80) }
  const document = {
    ...licence, library_name: 'onnx', pipeline_tag: pipeline, tags: ['onnx', 'slipway', card.task],
    'model-index': [{
      name: card.model,
      results: [{
        task: { type: pipeline, name: card.taskName }, dataset: { type: slugOf(card.data.name), name: card.data.name, revision: card.data.sha256 },
        metrics: whole.map((m) => ({ type: theirNames[m.metric] ?? m.metric, name: metricName(m.metric), value: m.value })),
      }],
    }],
  }
  return `---\n${stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}---\n`
}
