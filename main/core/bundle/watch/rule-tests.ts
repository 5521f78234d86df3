// Unit tests of the generated rules, in promtool's form: every limit over rows just under, just over, and just over with too few rows; every other rule at rest and firing.
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { ruleOf } from './rules.ts'

interface Series { readonly series: string; readonly values: string }
interface Expected { readonly eval_time: string; readonly alertname: string; readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>>; readonly exp_annotations: Readonly<Record<string, string>> }[] }
export interface RuleTest { readonly name: string; readonly interval: string; readonly input_series: readonly Series[]; readonly alert_rule_test: readonly Expected[] }

const labelText = (labels: Readonly<Record<string, string>>): string => `{${Object.entries(labels).map(([n, v]) => `${n}=${JSON.stringify(v)}`).join(',')}}`

/** The nearest number of three digits beyond the limit; `inside`: on its harmless side. */
export function besideLimit({ value, op }: Pick<Threshold, 'value' | 'op'>, inside: boolean): number {
  const up = (op === '>') !== inside
  if (value === 0) return up ? 0.001 : -0.001
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2)
  const steps = value / unit
  return Number(((up ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1) * unit).toPrecision(3))
}

/** A number as Go's `%.3g` writes it. */
function threeDigits(value: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -4 && exponent < 3) return String(Number(value.toPrecision(3)))
  const [mantissa, power] = value.toExponential(2).split('e') as [string, string]
  return `${String(Number(mantissa))}e${power.startsWith('-') ? '-' : '+'}${power.replace(/^[+-]/, '').padStart(2, '0')}`
}

function fired(threshold: Threshold, value: number | null): Expected['exp_alerts'][number] {
  const { labels, annotations } = ruleOf(threshold)
  return { exp_labels: labels, exp_annotations: value === null ? annotations : { ...annotations, description: annotations['description']!.replace('{{ $value | printf "%.3g" }}', threeDigits(value)) } }
}

const crosses = (t: Threshold, value: number): boolean => (t.op === '>' ? value > t.value : value < t.value)

interface Numbers { readonly name: string; readonly rows: number; readonly minRows: number; readonly valueOf: (threshold: Threshold) => number }

const seriesOf = (t: Threshold): string => `${t.metric}${labelText(t.selector)}`

function rowTest(thresholds: readonly Threshold[], { name, rows, minRows, valueOf }: Numbers): RuleTest {
  const selector = { model: thresholds[0]!.selector['model']!, version: thresholds[0]!.selector['version']! }
  const values = new Map(thresholds.map((t) => [seriesOf(t), valueOf(t)]))
  return {
    name, interval: '1m',
    input_series: [{ series: `model_drift_window_rows${labelText(selector)}`, values: `${rows}x30` }, ...[...values].map(([series, value]) => ({ series, values: `${value}x30` }))],
    alert_rule_test: [...new Set(thresholds.map((t) => t.alert))].map((alertname) => ({
      eval_time: '20m', alertname,
      exp_alerts: thresholds.filter((t) => rows >= minRows && t.alert === alertname && crosses(t, values.get(seriesOf(t))!)).map((t) => fired(t, values.get(seriesOf(t))!)),
    })),
  }
}

function rowTests(all: readonly Threshold[], minRows: number): RuleTest[] {
  const rows = all.filter((t) => t.judgedBy === 'prometheus' && t.minRows !== null)
  return (['warning', 'critical'] as const).flatMap((severity) => {
    const limits = new Map(rows.filter((t) => t.severity === severity).map((t) => [seriesOf(t), t]))
    // Where a number has two limits, crossing the grave one crosses the other too.
    const told = rows.filter((t) => limits.has(seriesOf(t)))
    if (told.length === 0) return []
    const beside = (inside: boolean) => (t: Threshold): number => besideLimit(limits.get(seriesOf(t))!, inside)
    return [
      rowTest(told, { name: `just under every limit of severity ${severity}`, rows: minRows, minRows, valueOf: beside(true) }),
      rowTest(told, { name: `just over every limit of severity ${severity}`, rows: minRows, minRows, valueOf: beside(false) }),
      rowTest(told, { name: `just over every limit of severity ${severity}, but one row too few: silence means not enough data`, rows: minRows - 1, minRows, valueOf: beside(false) }),
    ]
  })
}

type Case = { readonly name: string; readonly series: readonly Series[]; readonly at: string; readonly fires: boolean }

/** Counters by hand: `a+bxn` is promtool's way to say a, a+b, … n more times. */
function serviceCases(t: Threshold): Case[] {
  const { model = '', version = '' } = t.selector
  const of = (metric: string, labels: Readonly<Record<string, string>>, values: string): Series => ({ series: `${metric}${labelText({ model, version, ...labels })}`, values })
  const requests = (ok: string, bad: string): Series[] => [of('model_requests_total', { outcome: 'ok' }, ok), of('model_requests_total', { outcome: 'failed' }, bad)]
  const pair = (at: string, rest: readonly Series[], fire: readonly Series[]): Case[] => [{ name: 'just under', series: rest, at, fires: false }, { name: 'just over', series: fire, at, fires: true }]
  const share = t.value * 0.005
  switch (t.alert) {
    case 'LatencyHigh': return [
      ...pair('30m', [of('model_request_duration_seconds_bucket', { le: String(t.value) }, '0+991x60'), of('model_request_duration_seconds_count', {}, '0+1000x60')], [of('model_request_duration_seconds_bucket', { le: String(t.value) }, '0+989x60'), of('model_request_duration_seconds_count', {}, '0+1000x60')]),
      { name: 'too few requests', series: [of('model_request_duration_seconds_bucket', { le: String(t.value) }, '0+5x60'), of('model_request_duration_seconds_count', {}, '0+10x60')], at: '30m', fires: false },
    ]
    case 'AvailabilityBurn': {
      const bad = Math.round(share * 10_000)
      return pair('1h', requests('0+10000x90', `0+${Math.max(0, bad - 10)}x90`), requests('0+10000x90', `0+${Math.ceil((bad + 10) * (1 + share * 2))}x90`))
    }
    case 'RequestsFailing': return pair('1h', requests('0+96x120', '0+4x120'), requests('0+94x120', '0+6x120'))
    case 'RequestsRejected': return pair('1h', [of('model_rejected_requests_total', { reason: 'queue-full' }, '5x120')], [of('model_rejected_requests_total', { reason: 'queue-full' }, '0+1x120')])
    case 'PredictionLogDropped': return pair('1h', [of('model_prediction_log_dropped_total', {}, '7x120')], [of('model_prediction_log_dropped_total', {}, '0+1x120')])
    case 'BundleUnverified': return pair('1h', [of('model_bundle_verified', {}, '1x120')], [of('model_bundle_verified', {}, '0x120')])
    // The clock of these tests begins at 0: two hours are 7,200 seconds.
    case 'ReviewDue': return pair('2h', [of('model_review_due_timestamp_seconds', {}, '7201x200')], [of('model_review_due_timestamp_seconds', {}, '60x200')])
    case 'NoTraffic': return pair('4h', requests('0+1x300', '0x300'), requests('0+1x30 30x270', '0x300'))
    case 'ModelAbsent': return pair('1h', [of('model_info', { serial: '1', root_digest: 'x' }, '1x120')], [of('model_bundle_verified', {}, '1x120')])
    default: return []
  }
}

function serviceTests(thresholds: readonly Threshold[]): RuleTest[] {
  return thresholds.filter((t) => t.judgedBy === 'prometheus' && t.minRows === null).flatMap((t) => serviceCases(t).map((c): RuleTest => {
    // The burn of a steeper limit also burns the flatter ones.
    const told = c.fires && t.alert === 'AvailabilityBurn' ? thresholds.filter((o) => o.alert === t.alert && o.value <= t.value) : c.fires ? [t] : thresholds.filter((o) => t.alert === 'AvailabilityBurn' && o.alert === t.alert && o.value < t.value)
    return { name: `${t.id}, ${c.name}`, interval: '1m', input_series: c.series, alert_rule_test: [{ eval_time: c.at, alertname: t.alert, exp_alerts: told.map((o) => fired(o, null)) }] }
  }))
}

/** The file `alerts.test.yml`, as plain data; `promtool test rules alerts.test.yml` runs it beside the rules. */
export function ruleTests({ thresholds, minRows }: Thresholds): unknown {
  return { rule_files: ['alerts.rules.yml'], evaluation_interval: '5m', tests: [...rowTests(thresholds, minRows), ...serviceTests(thresholds)] }
}
