// Holds the last window of a log against the limits of the bundle: the same formulas and limits as its Prometheus rules, so the same number for the same rows.
// Owns what is said of an alert; the limits are those of thresholds.json, the words those of the runbook.
import type { Alert, MonitorQuality } from '../../../../shared/domain/monitor.ts'
import { formatPlural } from '../../../../shared/format.ts'
import type { CountedDrift } from '../../../../shared/drift/measure-column.ts'
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { metricName } from '../../../../shared/metrics/catalogue.ts'
import { alerts as words, type AlertName } from '../../bundle/watch/alerts.ts'
import type { RequestCounts } from './log-serving.ts'

export interface AlertFacts {
  readonly rows: number
  readonly from: number | null
  readonly to: number | null
  readonly features: ReadonlyMap<string, CountedDrift>
  /** Of `class` and `score`. */
  readonly outputs: ReadonlyMap<string, CountedDrift>
  readonly confidence: number | null
  readonly quality: Pick<MonitorQuality, 'whole' | 'labelled'>
  /** Requests of the last so many milliseconds of the log. */
  readonly requests: ReadonlyMap<number, RequestCounts>
  readonly drifted: readonly string[]
}

type Judged = Omit<Alert, 'decision'>
type State = Alert['state']
interface Found { readonly value: number | null; readonly state: State; readonly evidence: readonly string[] }

const minute = 60_000
const hour = 60 * minute
export const day = 24 * hour
/** As in rules.ts: long and short window of each burn rate. */
const burns: Readonly<Record<string, readonly [number, number]>> = { '14.4': [hour, 5 * minute], '6': [6 * hour, 30 * minute], '1': [3 * day, 6 * hour] }
const budget = 0.005
/** All stretches that an alert asks about. */
export const stretches = [5 * minute, 15 * minute, 30 * minute, hour, 6 * hour, 3 * day] as const

const over = ({ op, value }: Threshold, found: number): boolean => (op === '>' ? found > value : op === '<' ? found < value : found === value)
const digits = (value: number): string => Number(value.toPrecision(4)).toString()
const percent = (value: number): string => `${(100 * value).toFixed(2)} %`

function overRows(threshold: Threshold, facts: AlertFacts): Found {
  const { metric, selector, minRows } = threshold
  const [input, output] = [facts.features.get(selector['feature'] ?? ''), facts.outputs.get(selector['output'] ?? '')]
  const value = {
    model_input_drift_psi: input?.psi, model_input_missing_ratio: input?.missing, model_input_unseen_ratio: input?.unseen, model_input_out_of_range_ratio: input?.outside,
    model_output_drift_psi: output?.psi, model_prediction_confidence_mean: facts.confidence,
  }[metric] ?? null
  if (value === null) return { value, state: 'not-judged', evidence: ['The log does not tell this.'] }
  const state = facts.rows < (minRows ?? 0) ? 'not-enough' : over(threshold, value) ? 'firing' : 'clear'
  return { value, state, evidence: [`${digits(value)} over the last ${formatPlural(facts.rows, 'row')}, limit ${threshold.op} ${digits(threshold.value)}${state === 'not-enough' ? `; ${minRows} rows are needed` : ''}.`] }
}

function quality(threshold: Threshold, { quality: { whole, labelled } }: AlertFacts): Found {
  const found = whole.find((m) => `live:${m.metric}` === threshold.metric && m.slice === '')
  if (found === undefined || found.value === null) return { value: null, state: labelled === 0 ? 'not-judged' : 'not-enough', evidence: [labelled === 0 ? 'No true answers have come home.' : `${formatPlural(labelled, 'labelled row')} are too few.`] }
  const interval = found.low === null || found.high === null ? '' : `, 95 % interval ${digits(found.low)} to ${digits(found.high)}`
  return {
    value: found.value, state: found.n < (threshold.minRows ?? 0) ? 'not-enough' : over(threshold, found.value) ? 'firing' : 'clear',
    evidence: [`${metricName(found.metric)} ${digits(found.value)} on ${formatPlural(found.n, 'labelled row')}${interval}; limit ${threshold.op} ${digits(threshold.value)}.`],
  }
}

const untold = (why: string): Found => ({ value: null, state: 'not-judged', evidence: [why] })

function service(threshold: Threshold, { requests, to }: AlertFacts): Found {
  if (to === null) return untold('The rows have no time.')
  const at = (ms: number): RequestCounts => requests.get(ms) ?? { all: 0, answerable: 0, failed: 0, ok: 0, underLimit: 0 }
  const share = ({ failed, answerable }: RequestCounts): number => (answerable === 0 ? 0 : failed / answerable)
  if (threshold.alert === 'LatencyHigh') {
    const r = at(5 * minute)
    if (r.ok === 0) return untold('No request was answered in the last five minutes of the log.')
    const under = r.underLimit / r.ok
    return { value: under, state: r.ok < 100 ? 'not-enough' : under < 0.99 ? 'firing' : 'clear', evidence: [`${percent(under)} of ${formatPlural(r.ok, 'request')} in the last five minutes were answered within ${digits(threshold.value)} s; 99 % are asked for.`] }
  }
  if (threshold.alert === 'AvailabilityBurn') {
    const [long, short] = (burns[String(threshold.value)] ?? [hour, 5 * minute]).map(at) as [RequestCounts, RequestCounts]
    const limit = Number((threshold.value * budget).toPrecision(4))
    return { value: share(long), state: long.all < 200 ? 'not-enough' : share(long) > limit && share(short) > limit ? 'firing' : 'clear', evidence: [`${percent(share(long))} of ${formatPlural(long.answerable, 'request')} failed in the long window, ${percent(share(short))} in the short one; limit ${percent(limit)} in both.`] }
  }
  if (threshold.alert === 'RequestsFailing') {
    const r = at(15 * minute)
    return { value: share(r), state: r.failed >= 5 && share(r) > threshold.value ? 'firing' : 'clear', evidence: [`${r.failed} of ${formatPlural(r.answerable, 'request')} failed in the last 15 minutes; limit ${percent(threshold.value)} and five failures.`] }
  }
  return untold('Only the server’s own metrics tell this; a log does not.')
}

/** Words for what is offered; whether it can be done here is settled where the registry is known. */
const offers: Readonly<Record<Alert['actions'][number]['action'], string>> = {
  'roll-back': 'Roll back to the version before', retrain: 'Note that it is to be trained again', recalibrate: 'Recalibrate its probabilities', threshold: 'Move the limit', accept: 'Accept it, with a reason',
}
const fits: Readonly<Record<string, readonly Alert['actions'][number]['action'][]>> = {
  InputDrift: ['roll-back', 'retrain', 'threshold', 'accept'], OutputDrift: ['roll-back', 'retrain', 'recalibrate', 'threshold', 'accept'], ConfidenceLow: ['recalibrate', 'retrain', 'roll-back', 'threshold', 'accept'],
  QualityBelowEvaluation: ['roll-back', 'retrain', 'recalibrate', 'threshold', 'accept'], QualityBelowGate: ['roll-back', 'retrain', 'recalibrate', 'accept'],
}
const usual: readonly Alert['actions'][number]['action'][] = ['roll-back', 'threshold', 'accept']

/** What else is known beside the number itself. */
function context(threshold: Threshold, { drifted, outputs }: AlertFacts): string[] {
  const others = drifted.filter((name) => name !== threshold.selector['feature'])
  const lines = others.length === 0 ? [] : [`Drifting at the same time: ${others.slice(0, 5).join(', ')}${others.length > 5 ? ' …' : ''}.`]
  if (threshold.alert !== 'InputDrift') return lines
  const answers = [...outputs].map(([name, d]) => `${name} ${d.psi === null ? 'not known' : digits(d.psi)}`)
  return [...lines, ...(answers.length === 0 ? [] : [`PSI of the answers: ${answers.join(', ')}.`])]
}

function judge(threshold: Threshold, facts: AlertFacts): Judged {
  const said = words[threshold.alert as AlertName] ?? { summary: threshold.alert, meaning: threshold.origin.statistic, firstChecks: [] }
  const found = threshold.judgedBy === 'slipway' ? quality(threshold, facts) : threshold.minRows === null ? service(threshold, facts) : overRows(threshold, facts)
  const firing = found.state === 'firing'
  return {
    thresholdId: threshold.id, alert: threshold.alert, severity: threshold.severity, state: found.state, metric: threshold.metric, selector: threshold.selector, op: threshold.op, value: found.value, limit: threshold.value,
    window: { rows: threshold.judgedBy === 'slipway' ? facts.quality.labelled : facts.rows, minRows: threshold.minRows, from: facts.from, to: facts.to },
    summary: said.summary.replace('$FEATURE', threshold.selector['feature'] ?? '').replace('$OUTPUT', threshold.selector['output'] ?? ''),
    cause: said.meaning, evidence: [...found.evidence, ...(firing ? context(threshold, facts) : [])], firstChecks: [...said.firstChecks],
    actions: firing ? (fits[threshold.alert] ?? usual).map((action) => ({ action, label: offers[action], available: true, reason: '' })) : [],
    origin: { runId: threshold.origin.runId, statistic: threshold.origin.statistic, formula: threshold.origin.formula },
  }
}

const places: readonly State[] = ['firing', 'not-enough', 'clear', 'not-judged']

/** All limits, those that are crossed first, the grave ones before the others. */
export function judgeAlerts({ thresholds }: Pick<Thresholds, 'thresholds'>, facts: AlertFacts): Judged[] {
  return thresholds.map((t) => judge(t, facts)).sort((a, b) => places.indexOf(a.state) - places.indexOf(b.state) || (a.severity === b.severity ? 0 : a.severity === 'critical' ? -1 : 1))
}
