// Every limit of a bundle with its origin: formula and inputs. The limits of drift depend on how many rows and features are looked at, not on a number of folklore.
import { describeMetric, headlineMetric, metricDirection } from '../../../../shared/metrics/catalogue.ts'
import { freedomOf, referenceRates } from '../../../../shared/drift/cells.ts'
import { falseAlarm, meanLimit, psiLimit, rowsForPsi, shareLimit, type PsiSetting } from '../../../../shared/drift/limits.ts'
import type { Bins, CategoryBins, NumericBins, Reference } from '../../../../shared/drift/reference.ts'
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { AlertName } from './alerts.ts'
import { latencyBuckets, mostFeatureSeries } from './metric-catalogue.ts'

type Binned = NumericBins | CategoryBins
const isBinned = (bins: Bins | null): bins is Binned => bins !== null && bins.kind !== 'none' && freedomOf(bins) > 0

/** Limits are written with four digits, rounded away from what is usual. */
export function rounded(value: number, up: boolean): number {
  if (value === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 3)
  return Number(((up ? Math.ceil(value / unit - 1e-9) : Math.floor(value / unit + 1e-9)) * unit).toPrecision(4))
}

export interface WatchSizes { readonly windowRows: number; readonly minRows: number }

/** Windows smaller than this say little about anything; larger ones come too late. */
const [fewest, most] = [200, 1000]

const settingOf = (bins: Binned, features: number): PsiSetting => ({ freedom: freedomOf(bins), features, reference: Math.max(1, bins.rows - (bins.kind === 'numeric' ? bins.missing : 0)) })

const watchedFeatures = (reference: Reference): Reference['features'] => reference.features.slice(0, mostFeatureSeries)
const driftFeatures = (reference: Reference): number => watchedFeatures(reference).filter((f) => isBinned(f.bins)).length

/** Rows from which on drift is judged: where chance stays below PSI 0.1 for every feature, within bounds; and the window, twice that. */
export function watchSizes(reference: Reference | null): WatchSizes {
  const binned = reference === null ? [] : watchedFeatures(reference).map((f) => f.bins).filter(isBinned)
  const needed = binned.map((bins) => rowsForPsi(settingOf(bins, binned.length)) ?? most)
  const minRows = Math.min(most, Math.max(fewest, ...needed))
  return { minRows: Math.ceil(minRows / 50) * 50, windowRows: Math.max(2000, 2 * Math.ceil(minRows / 50) * 50) }
}

/** What limits are made of. */
export type LimitFacts = Pick<BundleFacts, 'reference' | 'run' | 'version' | 'semver' | 'speed'> & { readonly check: Pick<BundleFacts['check'], 'findings'> | null }

interface Base { readonly runId: string; readonly selector: Readonly<Record<string, string>>; readonly sizes: WatchSizes }
type Origin = Threshold['origin']

function overRows(base: Base, alert: AlertName, metric: string, labels: Readonly<Record<string, string>>, op: '>' | '<', value: number, severity: Threshold['severity'], origin: Omit<Origin, 'runId'>): Threshold {
  const place = Object.values(labels).join(',')
  return {
    id: `${alert}${place === '' ? '' : `:${place}`}:${severity}`, alert, judgedBy: 'prometheus', metric, selector: { ...base.selector, ...labels }, op, value, for: '10m',
    window: base.sizes.windowRows, minRows: base.sizes.minRows, severity, origin: { runId: base.runId, ...origin },
  }
}

function psiThresholds(base: Base, alert: AlertName, metric: string, labels: Readonly<Record<string, string>>, bins: Binned, features: number): Threshold[] {
  const setting = settingOf(bins, features)
  const limit = psiLimit(setting, base.sizes.minRows)
  const inputs = { cells: setting.freedom + 1, features, falseAlarm, windowRows: base.sizes.minRows, referenceRows: setting.reference }
  const formula = 'v = 1/windowRows + 1/referenceRows; by chance: χ²(cells − 1; 1 − falseAlarm/2/features) · v · (1 + 2·cells·v)'
  return [
    overRows(base, alert, metric, labels, '>', rounded(limit.warn, true), 'warning', { statistic: 'population stability index against the evaluation', formula: `max(0.1, by chance), ${formula}`, inputs }),
    overRows(base, alert, metric, labels, '>', rounded(limit.page, true), 'critical', { statistic: 'population stability index against the evaluation', formula: `max(0.25, 2 · max(0.1, by chance)), ${formula}`, inputs }),
  ]
}

function rateThreshold(base: Base, alert: AlertName, metric: string, feature: string, share: number | null, statistic: string): Threshold[] {
  if (share === null) return []
  const limit = shareLimit(share, base.sizes.minRows)
  if (limit >= 1) return []
  return [overRows(base, alert, metric, { feature }, '>', rounded(limit, true), 'warning', { statistic, formula: 'share + max(0.02, 3 · √(share · (1 − share) / windowRows))', inputs: { share, windowRows: base.sizes.minRows } })]
}

function featureThresholds(base: Base, reference: Reference): Threshold[] {
  const features = driftFeatures(reference)
  return watchedFeatures(reference).flatMap(({ feature, bins }) => {
    const rates = referenceRates(bins)
    return [
      ...(isBinned(bins) ? psiThresholds(base, 'InputDrift', 'model_input_drift_psi', { feature }, bins, features) : []),
      ...rateThreshold(base, 'InputMissing', 'model_input_missing_ratio', feature, rates.missing, 'share of missing cells in the evaluation'),
      ...rateThreshold(base, 'InputUnseen', 'model_input_unseen_ratio', feature, rates.unseen, 'share of rows of the evaluation whose category is too rare to be named'),
      ...rateThreshold(base, 'InputOutOfRange', 'model_input_out_of_range_ratio', feature, rates.outside, 'share of rows of the evaluation beyond the 0.5 % and 99.5 % points, or the ten outermost rows'),
    ]
  })
}

function answerThresholds(base: Base, { answers }: Reference): Threshold[] {
  const of = (output: string, bins: Bins | null): Threshold[] => (isBinned(bins) ? psiThresholds(base, 'OutputDrift', 'model_output_drift_psi', { output }, bins, 1) : [])
  const { confidence } = answers
  const low = confidence === null ? 0 : meanLimit(confidence.mean, confidence.standardDeviation, base.sizes.minRows)
  return [
    ...of('class', answers.classes), ...of('score', answers.score),
    ...(confidence === null || low <= 0 ? [] : [overRows(base, 'ConfidenceLow', 'model_prediction_confidence_mean', {}, '<', rounded(low, false), 'warning', {
      statistic: 'mean probability of the answered class', formula: 'mean − 4 · standardDeviation / √windowRows', inputs: { mean: confidence.mean, standardDeviation: confidence.standardDeviation, windowRows: base.sizes.minRows },
    })]),
  ]
}

/** The time around the model that a server needs at least, in seconds. */
const serverShare = 0.025
const withoutSpeed = 1

/** Three times the measured 99th percentile of one row, at least 25 ms for the server around it, at the next edge of the histogram. */
export function latencyLimit(speed: BundleFacts['speed']): { readonly seconds: number; readonly formula: string; readonly inputs: Readonly<Record<string, number | string>> } {
  const timed = speed?.batches.toSorted((a, b) => a.batchSize - b.batchSize).find((b) => b.p99 !== null || b.calls > 0) ?? null
  if (timed === null) return { seconds: withoutSpeed, formula: 'nobody measured the speed of this model, so 1 s is taken', inputs: {} }
  const p99 = (timed.p99 ?? timed.meanMs * 3) / 1000
  const wanted = Math.max(3 * p99, serverShare)
  return {
    seconds: latencyBuckets.find((edge) => edge >= wanted) ?? latencyBuckets.at(-1)!, formula: 'max(3 · p99, 0.025 s), at the next edge of the histogram',
    inputs: { [timed.p99 === null ? 'p99: three times the mean, too few calls were timed' : 'p99']: p99, batchSize: timed.batchSize, calls: timed.calls },
  }
}

function fixed(base: Base, alert: AlertName, metric: string, op: Threshold['op'], value: number, wait: string, severity: Threshold['severity'], statistic: string, formula = 'fixed'): Threshold {
  return { id: `${alert}:${severity}`, alert, judgedBy: 'prometheus', metric, selector: { ...base.selector }, op, value, for: wait, window: null, minRows: null, severity, origin: { runId: null, statistic, formula, inputs: {} } }
}

function serviceThresholds(base: Base, facts: LimitFacts): Threshold[] {
  const latency = latencyLimit(facts.speed)
  return [
    { ...fixed(base, 'LatencyHigh', 'model_request_duration_seconds', '>', latency.seconds, '5m', 'critical', '99th percentile of the time to answer, seconds', latency.formula), origin: { runId: null, statistic: '99th percentile of the time to answer, seconds', formula: latency.formula, inputs: { ...latency.inputs } } },
    ...([[14.4, 'critical', '1h and 5m'], [6, 'critical', '6h and 30m'], [1, 'warning', '3d and 6h']] as const).map(([burn, severity, windows]): Threshold => ({
      ...fixed(base, 'AvailabilityBurn', 'model_requests_total', '>', burn, '2m', severity, `share of failed requests in both windows (${windows}) over the 0.5 % that an objective of 99.5 % leaves`), id: `AvailabilityBurn:${burn}`,
    })),
    fixed(base, 'RequestsFailing', 'model_requests_total', '>', 0.05, '5m', 'warning', 'share of failed requests in 15 minutes, of at least 5 failures'),
    fixed(base, 'RequestsRejected', 'model_rejected_requests_total', '>', 0, '5m', 'warning', 'requests turned away by a full queue, a second'),
    fixed(base, 'PredictionLogDropped', 'model_prediction_log_dropped_total', '>', 0, '1m', 'warning', 'records that were dropped in ten minutes'),
    fixed(base, 'BundleUnverified', 'model_bundle_verified', '==', 0, '1m', 'critical', 'whether hashes and signature were checked'),
    fixed(base, 'ReviewDue', 'model_review_due_timestamp_seconds', '<', 0, '1h', 'warning', 'seconds until the review is due'),
    fixed(base, 'NoTraffic', 'model_requests_total', '==', 0, '2h', 'warning', 'requests in 30 minutes, where there were some in a day'),
    fixed(base, 'ModelAbsent', 'model_info', '==', 0, '5m', 'critical', 'servers that tell of this bundle'),
  ]
}

/** Limits for when true answers have come back; Slipway judges them, since no server knows the truth. */
function qualityThresholds(base: Base, facts: LimitFacts): Threshold[] {
  const metric = headlineMetric(facts.run.task)
  const value = facts.run.metrics.find((m) => m.metric === metric && m.slice === '')
  const higher = metricDirection(metric) !== 'lower-is-better'
  const bound = higher ? value?.low : value?.high
  const one = (alert: AlertName, limit: number, severity: Threshold['severity'], origin: Origin, named: string, up: boolean): Threshold => ({
    id: `${alert}:${named}`, alert, judgedBy: 'slipway', metric: `live:${named}`, selector: { ...base.selector }, op: up ? '<' : '>', value: limit, for: '', window: null, minRows: base.sizes.minRows, severity, origin,
  })
  const gates = (facts.check?.findings ?? []).filter((f) => f.rule.kind === 'metric' && f.rule.slice === '' && describeMetric(f.rule.metric) !== null)
  return [
    ...(value == null || bound == null || value.value === null ? [] : [one('QualityBelowEvaluation', bound, 'warning', {
      runId: base.runId, statistic: `${metric} of the evaluation`, formula: `${higher ? 'lower' : 'upper'} end of its 95 % interval`, inputs: { value: value.value, n: value.n },
    }, metric, higher)]),
    ...gates.flatMap(({ rule }) => (rule.kind === 'metric' ? [one('QualityBelowGate', rule.limit, 'critical', { runId: null, statistic: `${rule.metric}, as the gate asks`, formula: `${rule.op} ${rule.limit}`, inputs: {} }, rule.metric, rule.op === '>=')] : [])),
  ]
}

function withoutLimits(reference: Reference | null): Thresholds['without'] {
  if (reference === null) return [{ what: 'drift', reason: 'the rows of the evaluation were gone when the bundle was exported, so there is no profile' }]
  return [
    ...reference.features.flatMap(({ feature, bins }, i) => (i >= mostFeatureSeries ? [{ what: feature, reason: `only the first ${mostFeatureSeries} inputs are watched` }] : isBinned(bins) ? [] : [{ what: `drift of ${feature}`, reason: bins.kind === 'none' ? bins.reason : 'it had one value only' }])),
    ...reference.unwatched.map(({ input, reason }) => ({ what: input, reason })),
    ...(reference.answers.reason === '' ? [] : [{ what: 'answers', reason: reference.answers.reason }]),
  ]
}

/** All limits of a bundle, in the order of their alerts. Without a check there is no gate to hold quality against. */
export function bundleThresholds(facts: LimitFacts): Thresholds {
  const { reference } = facts
  const sizes = watchSizes(reference)
  const base: Base = { runId: facts.run.id, selector: { model: slugOf(facts.version.modelName), version: facts.semver }, sizes }
  return {
    schema: 'slipway.thresholds/1', ...sizes,
    thresholds: [...(reference === null ? [] : [...featureThresholds(base, reference), ...answerThresholds(base, reference)]), ...serviceThresholds(base, facts), ...qualityThresholds(base, facts)],
    without: withoutLimits(reference),
  }
}
