// metric.compute: an expression, or the saved metrics of the model, on the stored predictions of a run. Stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { customMetricId } from '../../../shared/domain/custom-metric.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { savedExpressions } from '../steps/custom-metrics.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'

/** An expression, or all saved metrics of the model, on the stored predictions of a run. Stores nothing. Errors: `run.notFinished`, `metric.invalid` for the one expression. */
export async function computeCustomMetrics(parts: Parts, request: InputOf<SlipwayContract['metric.compute']>, context: JobContext): Promise<OutputOf<SlipwayContract['metric.compute']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const predictions = storedPredictions(parts, run)
  const expressions = request.expression === undefined ? savedExpressions(parts, run.modelId) : [{ metric: customMetricId('expression'), expression: request.expression }]
  const { metrics } = await parts.light.task('metrics.custom', { predictions, positiveClass: run.binding.positiveClass, strict: request.expression !== undefined, expressions }, { signal: context.signal, kill: context.kill })
  return [...metrics]
}
