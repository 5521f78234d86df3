// Which number stands for a run in the library: one for every task, so that no evaluated model reads as not evaluated.
import { expect, test } from 'vitest'
import { headlineOf } from '../../main/core/operations/run-evaluate.ts'
import type { ModelTask } from '../../shared/domain/model.ts'
import { known } from '../../shared/metrics/metric-values.ts'

test.each([
  ['binary-classification', 'accuracy'], ['regression', 'rmse'], ['multilabel-classification', 'micro.f1'], ['object-detection', 'map50_95'], ['semantic-segmentation', 'mean_iou'],
] as const satisfies readonly (readonly [ModelTask, string])[])('%s: %s', (task, metric) => {
  expect(headlineOf({ task, metrics: [known('n', 7, 7), known(metric, 0.5, 7)] })).toEqual({ metric, value: 0.5, n: 7 })
})
