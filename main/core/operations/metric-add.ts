// metric.add: saves a metric of a user's own with its model, after trying it. The same expression again changes nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { customMetricId } from '../../../shared/domain/custom-metric.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { ModelId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { insertCustomMetric, listCustomMetrics } from '../store/custom-metrics.ts'
import { record } from '../store/history.ts'
import { modelName } from '../store/models.ts'
import { getRun, newestRunIds } from '../store/runs.ts'

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
