// metric.add and metric.compute: metrics of a user's own, saved with the model, computed for every new run and on demand for stored ones.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { customMetricId, type CustomMetric } from '../../../shared/domain/custom-metric.ts'
import type { MetricValue, Run } from '../../../shared/domain/run.ts'
import { asSlipwayError } from '../../../shared/errors.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { unknown } from '../../../shared/metrics/metric-values.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { insertCustomMetric, listCustomMetrics } from '../store/custom-metrics.ts'
import { record } from '../store/history.ts'
import { modelName } from '../store/models.ts'
import { getRun, newestRunIds } from '../store/runs.ts'

interface Named { readonly metric: string, readonly expression: string }

const namedOf = (saved: readonly CustomMetric[]): Named[] => saved.map((m) => ({ metric: customMetricId(m.name), expression: m.expression }))

/** The newest finished run of a model, on whose predictions an expression is tried before it is saved. */
function trialRun(parts: Parts, modelId: ModelId): Run | null {
  return parts.store.read((db) => newestRunIds(db, modelId).map((id) => getRun(db, id)).filter((run) => run.status === 'done' && run.predictionsSha256 !== null).at(-1) ?? null)
}

/** Tries the expression on the newest finished run, or reads it only where there is none, and saves it. Errors: `metric.invalid`. */
export async function addCustomMetric(parts: Parts, request: InputOf<SlipwayContract['metric.add']>, context: JobContext): Promise<OutputOf<SlipwayContract['metric.add']>> {
  const { modelId, name, expression } = request
  const title = parts.store.read((db) => modelName(db, modelId))
  const run = trialRun(parts, modelId)
  const { metrics } = await parts.light.task('metrics.custom', {
    predictions: run === null ? null : storedPredictions(parts, run), positiveClass: run?.binding.positiveClass ?? null, strict: true, expressions: [{ metric: customMetricId(name), expression }],
  }, { signal: context.signal, kill: context.kill })
  return parts.store.write((db) => {
    const before = listCustomMetrics(db, modelId).find((m) => m.name === name)
    const metric = before?.expression === expression ? before : insertCustomMetric(db, { modelId, name, expression, createdAt: parts.clock() })
    if (metric !== before) record(db, { verb: 'metric.add', subject: modelId, sentence: `Saved revision ${metric.revision} of the metric ${name} of ${title}.`, facts: { name, expression } }, parts.clock())
    return { metric, runId: run?.id ?? null, value: metrics[0] ?? null }
  })
}

/** An expression, or all saved metrics of the model, on the stored predictions of a run. Stores nothing. Errors: `run.notFinished`, `metric.invalid` for the one expression. */
export async function computeCustomMetrics(parts: Parts, request: InputOf<SlipwayContract['metric.compute']>, context: JobContext): Promise<OutputOf<SlipwayContract['metric.compute']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const predictions = storedPredictions(parts, run)
  const expressions = request.expression === undefined ? namedOf(parts.store.read((db) => listCustomMetrics(db, run.modelId))) : [{ metric: customMetricId('expression'), expression: request.expression }]
  const { metrics } = await parts.light.task('metrics.custom', { predictions, positiveClass: run.binding.positiveClass, strict: request.expression !== undefined, expressions }, { signal: context.signal, kill: context.kill })
  return [...metrics]
}

/** The model's own metrics of a run that was just scored. What cannot be computed is a metric with its reason: it does not cost the run. */
export async function customMetricsOf(parts: Parts, of: { readonly modelId: ModelId, readonly positiveClass: string | null, readonly predictionsSha256: string }, context: JobContext): Promise<readonly MetricValue[]> {
  const expressions = namedOf(parts.store.read((db) => listCustomMetrics(db, of.modelId)))
  if (expressions.length === 0) return []
  try {
    const { metrics } = await parts.engine.task('metrics.custom', { predictions: parts.blobs.path(of.predictionsSha256), positiveClass: of.positiveClass, strict: false, expressions }, { signal: context.signal, kill: context.kill })
    return metrics
  } catch (thrown) {
    if (context.signal.aborted) throw thrown
    return expressions.map(({ metric }) => unknown(metric, 0, asSlipwayError(thrown).message))
  }
}
