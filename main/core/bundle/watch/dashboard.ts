// A Grafana dashboard of one bundle: what runs, traffic and errors, times, drift against the limits, answers, and the log. Plain JSON; the data source is chosen when it is imported.
import type { Thresholds } from '../../../../shared/drift/thresholds.ts'
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { selectorOf } from './rules.ts'

interface Target { readonly refId: string; readonly expr: string; readonly legendFormat: string; readonly instant?: boolean; readonly datasource: Source }
interface Source { readonly type: 'prometheus'; readonly uid: '${datasource}' }
interface Step { readonly value: number | null; readonly color: string }
export interface DashboardPanel {
  readonly id: number
  readonly type: 'stat' | 'timeseries'
  readonly title: string
  readonly description: string
  readonly datasource: Source
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number }
  readonly targets: Target[]
  readonly fieldConfig: { readonly defaults: { readonly unit: string; readonly noValue: string; readonly min?: number; readonly thresholds?: { readonly mode: 'absolute'; readonly steps: Step[] }; readonly custom?: { readonly thresholdsStyle: { readonly mode: 'line' } } }; readonly overrides: [] }
  readonly options: Readonly<Record<string, unknown>>
}

/** What Grafana imports. */
export interface DashboardFile {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: string[]
  readonly timezone: 'browser'
  readonly schemaVersion: number
  readonly editable: boolean
  readonly refresh: string
  readonly time: { readonly from: string; readonly to: string }
  readonly annotations: { readonly list: [] }
  readonly templating: { readonly list: { readonly type: 'datasource'; readonly name: 'datasource'; readonly label: string; readonly query: 'prometheus' }[] }
  readonly panels: DashboardPanel[]
}

const source: Source = { type: 'prometheus', uid: '${datasource}' }

interface Wanted { readonly title: string; readonly description: string; readonly type: DashboardPanel['type']; readonly width: 6 | 8 | 12 | 24; readonly unit: string; readonly noValue?: string; readonly limit?: number | undefined; readonly limitIsFloor?: boolean; readonly queries: readonly (readonly [expr: string, legend: string])[] }

const heights = { stat: 4, timeseries: 8 } as const

/** Lays panels out in rows of 24, each row as high as its panels. */
function placed(wanted: readonly Wanted[]): DashboardPanel[] {
  let [x, y, height] = [0, 0, 0]
  return wanted.map((w, i): DashboardPanel => {
    if (x + w.width > 24 || (height !== 0 && heights[w.type] !== height && x !== 0)) { x = 0; y += height }
    height = heights[w.type]
    const gridPos = { h: height, w: w.width, x, y }
    x += w.width
    const calm: Step = { value: null, color: w.limitIsFloor === true ? 'red' : 'green' }
    return {
      id: i + 1, type: w.type, title: w.title, description: w.description, datasource: source, gridPos,
      targets: w.queries.map(([expr, legendFormat], q) => ({ refId: String.fromCharCode(65 + q), expr, legendFormat, datasource: source, ...(w.type === 'stat' ? { instant: true } : {}) })),
      fieldConfig: {
        defaults: {
          unit: w.unit, noValue: w.noValue ?? 'no data',
          ...(w.limit === undefined ? {} : { thresholds: { mode: 'absolute' as const, steps: [calm, { value: w.limit, color: w.limitIsFloor === true ? 'green' : 'red' }] }, ...(w.type === 'timeseries' ? { custom: { thresholdsStyle: { mode: 'line' as const } } } : {}) }),
        },
        overrides: [],
      },
      options: w.type === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, textMode: 'auto' } : { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
    }
  })
}

function servicePanels(s: string, latency: number | undefined): Wanted[] {
  return [
    { title: 'Bundle', description: 'The version that is served, by the digest of its signed list of files.', type: 'stat', width: 12, unit: 'none', queries: [[`model_info${s}`, '{{version}} · serial {{serial}} · {{root_digest}}']] },
    { title: 'Verified', description: '1: hashes and signature were checked before the model was loaded.', type: 'stat', width: 6, unit: 'none', limit: 1, limitIsFloor: true, queries: [[`min(model_bundle_verified${s})`, 'verified']] },
    { title: 'Days until review', description: 'Empty where nobody set a date.', type: 'stat', width: 6, unit: 'd', noValue: 'no date', limit: 0, limitIsFloor: true, queries: [[`(max(model_review_due_timestamp_seconds${s}) - time()) / 86400`, 'days']] },
    { title: 'Requests a second, by outcome', description: 'refused: the request was wrong. rejected: too much load.', type: 'timeseries', width: 12, unit: 'reqps', queries: [[`sum by (outcome) (rate(model_requests_total${s}[5m]))`, '{{outcome}}']] },
    { title: 'Turned away or failed, by reason', description: 'Requests that were not answered.', type: 'timeseries', width: 12, unit: 'reqps', queries: [[`sum by (reason) (rate(model_rejected_requests_total${s}[5m]))`, '{{reason}}']] },
    { title: 'Time to answer', description: 'The line is the limit of the 99th percentile.', type: 'timeseries', width: 12, unit: 's', limit: latency, queries: [
      [`histogram_quantile(0.99, sum by (le) (rate(model_request_duration_seconds_bucket${s}[5m])))`, '99 %'], [`histogram_quantile(0.5, sum by (le) (rate(model_request_duration_seconds_bucket${s}[5m])))`, 'half'],
      [`histogram_quantile(0.99, sum by (le) (rate(model_inference_duration_seconds_bucket${s}[5m])))`, '99 % in the model'],
    ] },
    { title: 'Queue, and rows a request', description: 'Requests that wait, and how large they are in the mean.', type: 'timeseries', width: 12, unit: 'short', queries: [[`sum(model_queue_depth${s})`, 'waiting'], [`sum(rate(model_request_rows_sum${s}[5m])) / sum(rate(model_request_rows_count${s}[5m]))`, 'rows a request']] },
    { title: 'Prediction log', description: 'Dropped records are missing from what comes home.', type: 'timeseries', width: 12, unit: 'cps', queries: [[`sum(rate(model_prediction_log_records_total${s}[5m]))`, 'records'], [`sum(rate(model_prediction_log_dropped_total${s}[5m]))`, 'dropped']] },
    { title: 'Server', description: 'Memory and processor time of the processes that Prometheus scrapes in the same job.', type: 'timeseries', width: 12, unit: 'bytes', queries: [[`process_resident_memory_bytes and on(instance) model_info${s}`, 'memory {{instance}}']] },
  ]
}

function dataPanels(s: string, limits: Thresholds): Wanted[] {
  const least = (alert: string, severity: string): number | undefined => {
    const values = limits.thresholds.filter((t) => t.alert === alert && t.severity === severity).map((t) => t.value)
    return values.length === 0 ? undefined : Math.min(...values)
  }
  const of = (alert: string): boolean => limits.thresholds.some((t) => t.alert === alert)
  const panels: readonly (Wanted & { readonly alert?: string })[] = [
    { title: 'Rows in the window', description: `From ${limits.minRows} rows on drift is judged; below, silence means not enough data.`, type: 'timeseries', width: 12, unit: 'short', limit: limits.minRows, limitIsFloor: true, queries: [[`min by (instance) (model_drift_window_rows${s})`, '{{instance}}']] },
    { alert: 'InputDrift', title: 'Drift of inputs (PSI)', description: 'The line is the lowest limit of a warning; each input has its own in thresholds.json.', type: 'timeseries', width: 12, unit: 'none', limit: least('InputDrift', 'warning'), queries: [[`max by (feature) (model_input_drift_psi${s})`, '{{feature}}']] },
    { alert: 'OutputDrift', title: 'Drift of answers (PSI)', description: 'Classes and scores against the evaluation.', type: 'timeseries', width: 12, unit: 'none', limit: least('OutputDrift', 'warning'), queries: [[`max by (output) (model_output_drift_psi${s})`, '{{output}}']] },
    { alert: 'InputMissing', title: 'Missing inputs', description: 'Share of the window.', type: 'timeseries', width: 12, unit: 'percentunit', queries: [[`max by (feature) (model_input_missing_ratio${s})`, '{{feature}}']] },
    { alert: 'InputUnseen', title: 'Values without a named category', description: 'Share of the window.', type: 'timeseries', width: 12, unit: 'percentunit', queries: [[`max by (feature) (model_input_unseen_ratio${s})`, '{{feature}}']] },
    { alert: 'InputOutOfRange', title: 'Values out of range', description: 'Share of the window.', type: 'timeseries', width: 12, unit: 'percentunit', queries: [[`max by (feature) (model_input_out_of_range_ratio${s})`, '{{feature}}']] },
    { alert: 'ConfidenceLow', title: 'Mean probability of the answer', description: 'The line is the limit.', type: 'timeseries', width: 12, unit: 'percentunit', limit: least('ConfidenceLow', 'warning'), limitIsFloor: true, queries: [[`min(model_prediction_confidence_mean${s})`, 'mean']] },
    { alert: 'ConfidenceLow', title: 'Answers, by class', description: 'Share of rows in five minutes.', type: 'timeseries', width: 12, unit: 'percentunit', queries: [[`sum by (class) (rate(model_predictions_total${s}[5m])) / ignoring(class) group_left sum(rate(model_predictions_total${s}[5m]))`, '{{class}}']] },
  ]
  return panels.filter((p) => p.alert === undefined || of(p.alert))
}

export function dashboard(facts: BundleFacts, limits: Thresholds): DashboardFile {
  const name = slugOf(facts.version.modelName)
  const s = selectorOf({ model: name, version: facts.semver })
  const latency = limits.thresholds.find((t) => t.alert === 'LatencyHigh')?.value
  return {
    uid: `slipway-${name}-${facts.serial}`.slice(0, 40), title: `${facts.version.modelName} ${facts.semver}`, description: 'Made by Slipway with the bundle; limits are those of monitoring/thresholds.json.',
    tags: ['slipway', name], timezone: 'browser', schemaVersion: 39, editable: true, refresh: '30s', time: { from: 'now-6h', to: 'now' }, annotations: { list: [] },
    templating: { list: [{ type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus' }] },
    panels: placed([...servicePanels(s, latency), ...dataPanels(s, limits)]),
  }
}
