// Prometheus rules from the limits of a bundle: one rule a limit, with the words and the runbook link of its alert.
// Every rule over rows waits until the window holds enough of them; silence then means "not enough data", which the dashboard shows.
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { alerts, runbookLink, type AlertName } from './alerts.ts'

export interface AlertRule { readonly alert: string; readonly expr: string; readonly for: string; readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }
export interface RuleGroup { readonly name: string; readonly interval?: string; readonly rules: readonly AlertRule[] }

/** A text as PromQL writes it. */
const quoted = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`
export const selectorOf = (labels: Readonly<Record<string, string>>): string => `{${Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`).join(',')}}`

/** The edge of a bucket as expositions write it: newer servers add `.0` to whole numbers. */
const edgeMatcher = (edge: number): string => (Number.isInteger(edge) ? `le=~"${edge}|${edge}.0"` : `le="${edge}"`)

const failed = 'outcome=~"failed|timed-out|rejected"'
const with_ = (selector: string, more: string): string => `${selector.slice(0, -1)},${more}}`
const errorShare = (s: string, window: string): string => `sum by (model, version) (rate(model_requests_total${with_(s, failed)}[${window}])) / sum by (model, version) (rate(model_requests_total${with_(s, 'outcome!="refused"')}[${window}]))`
const enough = (s: string, window: string, requests: number): string => `sum by (model, version) (increase(model_requests_total${s}[${window}])) >= ${requests}`

const burnWindows: Readonly<Record<string, readonly [string, string]>> = { '14.4': ['1h', '5m'], '6': ['6h', '30m'], '1': ['3d', '6h'] }
/** What an objective of 99.5 % leaves. */
const budget = 0.005

const special: Partial<Record<AlertName, (t: Threshold, s: string) => string>> = {
  LatencyHigh: (t, s) => `sum by (model, version) (rate(model_request_duration_seconds_bucket${with_(s, edgeMatcher(t.value))}[5m])) / sum by (model, version) (rate(model_request_duration_seconds_count${s}[5m])) < 0.99 and ${'sum by (model, version) '}(increase(model_request_duration_seconds_count${s}[5m])) >= 100`,
  AvailabilityBurn: (t, s) => {
    const [long, short] = burnWindows[String(t.value)]!
    const limit = Number((t.value * budget).toPrecision(4))
    return `${errorShare(s, long)} > ${limit} and ${errorShare(s, short)} > ${limit} and ${enough(s, long, 200)}`
  },
  RequestsFailing: (t, s) => `${errorShare(s, '15m')} > ${t.value} and sum by (model, version) (increase(model_requests_total${with_(s, failed)}[15m])) >= 5`,
  RequestsRejected: (t, s) => `sum by (model, version) (rate(model_rejected_requests_total${with_(s, 'reason="queue-full"')}[5m])) > ${t.value}`,
  PredictionLogDropped: (t, s) => `sum by (model, version) (increase(model_prediction_log_dropped_total${s}[10m])) > ${t.value}`,
  ReviewDue: (t, s) => `max by (model, version) (model_review_due_timestamp_seconds${s}) - time() < ${t.value}`,
  NoTraffic: (t, s) => `sum by (model, version) (increase(model_requests_total${s}[30m])) == ${t.value} and sum by (model, version) (increase(model_requests_total${s}[1d])) > 0`,
  ModelAbsent: (_t, s) => `absent(model_info${s})`,
}

/** The expression that is true while the limit is crossed. */
export function expressionOf(threshold: Threshold): string {
  const own = special[threshold.alert as AlertName]
  const selector = selectorOf(threshold.selector)
  if (own !== undefined) return own(threshold, selector)
  const compared = `${threshold.metric}${selector} ${threshold.op} ${threshold.value}`
  if (threshold.minRows === null) return compared
  const { model, version, ...labels } = threshold.selector
  const rows = `model_drift_window_rows${selectorOf({ ...(model === undefined ? {} : { model }), ...(version === undefined ? {} : { version }) })} >= ${threshold.minRows}`
  const ignored = Object.keys(labels)
  return `${compared} and ignoring(${ignored.join(', ')}) ${rows}`
}

const over = (t: Threshold): string => (t.op === '<' ? 'below' : 'above')

export function ruleOf(threshold: Threshold): AlertRule {
  const words = alerts[threshold.alert as AlertName]
  const { model, version, ...labels } = threshold.selector
  const gauge = threshold.minRows !== null
  return {
    alert: threshold.alert, expr: expressionOf(threshold), for: threshold.for,
    // What `absent` and sums lose is said here, so that every alert names its model.
    labels: { ...(model === undefined ? {} : { model }), ...(version === undefined ? {} : { version }), ...labels, severity: threshold.severity, threshold: threshold.id },
    annotations: {
      summary: words.summary.replace('$FEATURE', labels['feature'] ?? '').replace('$OUTPUT', labels['output'] ?? ''),
      description: `${gauge ? `It is {{ $value | printf "%.3g" }}, ${over(threshold)} the limit ${threshold.value} over the last rows. ` : ''}${words.meaning}`,
      runbook: runbookLink(threshold.alert),
    },
  }
}

/** The rules of all limits that Prometheus can judge, in groups. */
export function alertGroups({ thresholds }: Pick<Thresholds, 'thresholds'>): RuleGroup[] {
  const drift = thresholds.filter((t) => t.judgedBy === 'prometheus' && t.minRows !== null)
  const service = thresholds.filter((t) => t.judgedBy === 'prometheus' && t.minRows === null)
  return [...(drift.length === 0 ? [] : [{ name: 'model-data', rules: drift.map(ruleOf) }]), { name: 'model-service', rules: service.map(ruleOf) }]
}
