// Rules for Triton's own metrics, where it serves the model instead of the bundle's server: it knows requests and times, and nothing of drift.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { runbookLink } from './alerts.ts'
import { latencyLimit } from './limits.ts'
import type { AlertRule, RuleGroup } from './rules.ts'
import { selectorOf } from './rules.ts'

export function tritonGroups(facts: BundleFacts): RuleGroup[] {
  const labels = { model: slugOf(facts.version.modelName), version: String(facts.serial) }
  const s = selectorOf(labels)
  const microseconds = latencyLimit(facts.speed).seconds * 1e6
  const rule = (alert: string, expr: string, wait: string, severity: string, summary: string, about: string): AlertRule => ({ alert, expr, for: wait, labels: { ...labels, severity }, annotations: { summary, runbook: runbookLink(about) } })
  const rate = (metric: string, window: string): string => `sum by (model, version) (rate(${metric}${s}[${window}]))`
  const requests = `(${rate('nv_inference_request_success', '15m')} + ${rate('nv_inference_request_failure', '15m')})`
  return [{ name: 'triton-model', rules: [
    rule('TritonRequestsFailing', `${rate('nv_inference_request_failure', '15m')} / ${requests} > 0.05 and sum by (model, version) (increase(nv_inference_request_failure${s}[15m])) >= 5`, '5m', 'critical', 'More than one request in twenty fails in Triton.', 'RequestsFailing'),
    // Triton tells sums of times, so the mean is all that can be judged; its tail is longer.
    rule('TritonMeanLatencyHigh', `${rate('nv_inference_request_duration_us', '5m')} / ${rate('nv_inference_request_success', '5m')} > ${microseconds}`, '5m', 'warning', 'Triton takes longer for the mean request than the limit of the 99th percentile.', 'LatencyHigh'),
    rule('TritonQueueLong', `${rate('nv_inference_queue_duration_us', '5m')} / ${rate('nv_inference_request_duration_us', '5m')} > 0.5`, '10m', 'warning', 'Requests wait in Triton’s queue for more than half of their time.', 'RequestsRejected'),
    rule('TritonModelAbsent', `absent(nv_inference_request_success${s})`, '5m', 'critical', 'Triton tells nothing of this model and version.', 'ModelAbsent'),
  ] }]
}
