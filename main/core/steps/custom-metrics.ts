// The metrics that a user saved with a model, and their values for a run that was just scored.
import { customMetricId } from '../../../shared/domain/custom-metric.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { asSlipwayError } from '../../../shared/errors.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { unknown } from '../../../shared/metrics/metric-values.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { listCustomMetrics } from '../store/custom-metrics.ts'

/** Ids and expressions of a model's saved metrics, newest revisions. */
export function savedExpressions(parts: Parts, modelId: ModelId): { metric: string, expression: string }[] {
  return parts.store.read((db) => listCustomMetrics(db, modelId)).map((m) => ({ metric: customMetricId(m.name), expression: m.expression }))
}

/** The model's own metrics of a run that was just scored. What cannot be computed is a metric with its reason: it does not cost the run. */
export async function customMetricsOf(parts: Parts, of: { readonly modelId: ModelId, readonly positiveClass: string | null, readonly predictionsSha256: string }, context: JobContext): Promise<readonly MetricValue[]> {
  const expressions = savedExpressions(parts, of.modelId)
  if (expressions.length === 0) return []
  try {
    const { metrics } = await parts.engine.task('metrics.custom', { predictions: parts.blobs.path(of.predictionsSha256), positiveClass: of.positiveClass, strict: false, expressions }, { signal: context.signal, kill: context.kill })
    return metrics
  } catch (thrown) {
    if (context.signal.aborted) throw thrown
    return expressions.map(({ metric }) => unknown(metric, 0, asSlipwayError(thrown).message))
  }
}
