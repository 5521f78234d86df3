// Answers `monitor.analyse`: what stored rows of a served version say, held against its profile, limits and evaluation. Streams; holds counts, never rows.
import { mkdir } from 'node:fs/promises'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import type { DriftReport } from '../../../../shared/domain/drift.ts'
import type { JointDrift, MonitorWindow } from '../../../../shared/domain/monitor.ts'
import { jointDrift, mostJoint, type JointColumn } from '../../../../shared/drift/domain-classifier.ts'
import { meanLimit } from '../../../../shared/drift/limits.ts'
import type { Reference } from '../../../../shared/drift/reference.ts'
import { mainMetrics } from '../../../../shared/metrics/main-metrics.ts'
import { estimateQuality, expectedAccuracy, type ConfidenceTable, type LiveConfidence } from '../../../../shared/monitor/estimate-quality.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { openDatabase } from '../../datasets/duckdb.ts'
import type { AnalysisPlan, AnalysisResult } from './analysis-plan.ts'
import { evaluatedConfidence, liveConfidence } from './confidence-counts.ts'
import { cellLabels, driftOf, type DriftPart } from './drift-part.ts'
import { judgeAlerts, stretches, type AlertFacts } from './judge-alerts.ts'
import { ask, confidenceSql, number, type Ask } from './log-counts.ts'
import { qualityOf, type QualityCounts, type QualitySlice } from './log-quality.ts'
import { cut, logRows, windowSql, type LogRows } from './log-rows.ts'
import { requestsSince, serviceOf, totalsOf, type LogTotals, type RequestCounts, type WindowService } from './log-serving.ts'
import { answersChart, columnChart, qualityCharts, serviceCharts } from './monitor-charts.ts'

type Step = { step: string; done: number | null; total: number | null }
type Context = CallContext<Step>

/** Where there is no profile, nothing is watched but the service. */
const noProfile: Reference = { schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: '', rows: 0, leastRows: 10, features: [], unwatched: [], answers: { rows: 0, classes: null, score: null, scoreMeaning: '', confidence: null, reason: 'there is no profile' } }

interface Gathered {
  readonly plan: AnalysisPlan; readonly reference: Reference; readonly totals: LogTotals; readonly drift: DriftPart; readonly service: readonly WindowService[]; readonly classes: readonly string[]
  readonly shares: readonly (readonly number[])[]; readonly quality: QualityCounts; readonly labelled: readonly number[]; readonly table: ConfidenceTable | null; readonly live: readonly LiveConfidence[] | null
  readonly stretch: readonly { readonly from: number; readonly to: number }[]; readonly requests: ReadonlyMap<number, RequestCounts>; readonly joint: JointDrift
  readonly lastRange: { readonly from: number | null; readonly to: number | null; readonly confidence: number | null; readonly rows: number }; readonly wholeConfidence: number | null
}

function slicesOf(plan: AnalysisPlan, reference: Reference): QualitySlice[] {
  return plan.slices.flatMap((column): QualitySlice[] => {
    const place = reference.features.findIndex((f) => f.feature === column)
    const bins = reference.features[place]?.bins
    if (bins === undefined || bins.kind === 'none') throw new SlipwayError('input.invalid', { reason: `quality cannot be told by ${column}: the profile has no bins of it` })
    const labels = cellLabels(bins)
    const codes: Readonly<Record<number, string>> = { [-1]: 'missing', [-2]: 'all others', [-3]: 'below the usual range', [-4]: 'above the usual range' }
    return [{ column, sql: `b${place}`, name: (code) => codes[code] ?? labels[code] ?? String(code) }]
  })
}

/** Rows of both sides by their codes, for the classifier. Deterministic: by a hash of their names. */
async function jointOf(on: Ask, reference: Reference, rows: LogRows): Promise<JointDrift> {
  const none = (reason: string): JointDrift => ({ state: 'not-measured', reason, auc: null, verdict: null, rows: { reference: 0, live: 0 }, columns: [] })
  if (rows.other === null) return none('The profile holds counts and no rows, so columns cannot be looked at together. Compare with another stretch of the logs instead.')
  const features = reference.features.filter((f) => f.bins.kind !== 'none')
  const names = features.map((f) => `b${reference.features.indexOf(f)}`)
  if (names.length === 0) return none('No input has bins.')
  const sample = (from: string): Promise<unknown[][]> => ask(on, `SELECT ${names.join(', ')} FROM ${from} WHERE outcome = 'ok' AND ${names.map((n) => `${n} IS NOT NULL`).join(' AND ')} ORDER BY hash(request_id, "row"), request_id LIMIT ${mostJoint}`)
  const [before, now] = [await sample(rows.other), await sample(rows.plain)]
  const all = [...before, ...now]
  const columns = features.map(({ feature, bins }, i): JointColumn => {
    const codes = all.map((r) => number(r[i]))
    if (bins.kind === 'numeric') return { kind: 'number', name: feature, values: Float64Array.from(codes, (c) => (c === -1 ? NaN : c === -3 ? -1 : c === -4 ? bins.counts.length : c)) }
    const words = bins.kind === 'categorical' ? [...bins.categories, 'all others'] : []
    return { kind: 'words', name: feature, words, places: Int32Array.from(codes, (c) => (c === -2 ? words.length - 1 : c)) }
  })
  return jointDrift(columns, before.length, now.length, 'Rows of both stretches, by the bins of their columns.')
}

async function classShares(on: Ask, from: string, w: string, windows: number): Promise<{ readonly classes: string[]; readonly shares: number[][] }> {
  const top = (await ask(on, `SELECT label, count(*) AS n FROM ${from} WHERE outcome = 'ok' AND label IS NOT NULL GROUP BY label ORDER BY n DESC, label LIMIT 20`)).map(([label]) => String(label))
  const counts = Array.from({ length: windows }, () => new Map<string, number>())
  for (const [at, label, n] of await ask(on, `SELECT ${w} AS w, label, count(*) FROM ${from} WHERE outcome = 'ok' AND label IS NOT NULL GROUP BY w, label HAVING w IS NOT NULL`)) counts[number(at)]!.set(String(label), number(n))
  return { classes: top, shares: counts.map((c) => { const all = [...c.values()].reduce((a, b) => a + b, 0); return top.map((name) => (all === 0 ? 0 : (c.get(name) ?? 0) / all)) }) }
}

async function labelledByWindow(on: Ask, from: string, w: string, windows: number): Promise<number[]> {
  const found = new Array<number>(windows).fill(0)
  for (const [at, n] of await ask(on, `SELECT ${w} AS w, count(truth) FROM ${from} WHERE outcome = 'ok' GROUP BY w HAVING w IS NOT NULL`)) found[number(at)] = number(n)
  return found
}

async function requestsOf(on: Ask, plan: AnalysisPlan, plain: string, to: number | null): Promise<ReadonlyMap<number, RequestCounts>> {
  if (to === null || plan.thresholds === null) return new Map()
  const limit = plan.thresholds.thresholds.find((t) => t.alert === 'LatencyHigh')?.value ?? 1
  const found = new Map<number, RequestCounts>()
  for (const ms of stretches) found.set(ms, await requestsSince(on, plain, to - ms, 1000 * limit))
  return found
}

async function gather(on: Ask, plan: AnalysisPlan, context: Context): Promise<Gathered> {
  const reference = plan.reference ?? noProfile
  const steps = 7
  const tell = (done: number, step: string): void => { context.progress({ step, done, total: steps }) }
  const scores = plan.classes.length > 0 && plan.logs.every((l) => l.layout.scores > 0 && plan.classes.every((c) => l.layout.classes.includes(c)))
  const rows = logRows(plan, reference.features.map((f) => f.feature), scores)
  tell(0, 'counting the rows')
  const totals = await totalsOf(on, rows.plain)
  const range = cut(plan.from ?? totals.from ?? 0, plan.to ?? (totals.to ?? 0) + 1, plan.windows)
  const w = windowSql(range)
  const stretch = Array.from({ length: range.windows }, (_, i) => ({ from: range.from + i * range.width, to: Math.min(range.to, range.from + (i + 1) * range.width) }))
  tell(1, 'counting inputs and answers')
  const drift = await driftOf(on, plan, reference, rows, w, stretch)
  tell(2, 'measuring the service')
  const confidence = confidenceSql(plan.task, plan.positiveClass)
  const service = await serviceOf(on, rows.plain, w, range.windows, plan.task === 'regression', confidence)
  const { classes, shares } = await classShares(on, rows.plain, w, range.windows)
  const requests = await requestsOf(on, plan, rows.plain, totals.to)
  tell(3, 'joining true answers')
  const labelled = await labelledByWindow(on, rows.labelled, w, range.windows)
  const quality = await qualityOf(on, plan, rows.labelled, w, scores, slicesOf(plan, reference))
  tell(4, 'estimating quality')
  const table = plan.predictions === null || plan.task === 'regression' ? null : await evaluatedConfidence(plan.predictions, plan.task === 'binary-classification' ? plan.positiveClass : null, on.signal)
  const live = table === null ? null : await liveConfidence(on, table, rows.labelled, w, range.windows, 'score')
  tell(5, 'looking at all columns together')
  const joint = await jointOf(on, reference, rows)
  tell(6, 'judging the last rows')
  const mean = async (from: string): Promise<unknown[]> => (await ask(on, `SELECT min("time"), max("time"), avg(${confidence}) FILTER (isfinite(${confidence})), count(*) FROM ${from}`))[0] ?? []
  const [end, whole] = [await mean(rows.last), await mean(`(SELECT * FROM ${rows.plain} WHERE outcome = 'ok')`)]
  const real = (cell: unknown): number | null => (cell === null || cell === undefined ? null : Number(cell))
  return {
    plan, reference, totals, drift, service, classes, shares, quality, labelled, table, live, stretch, requests, joint,
    lastRange: { from: real(end[0]), to: real(end[1]), confidence: real(end[2]), rows: number(end[3]) }, wholeConfidence: real(whole[2]),
  }
}

function windowsOf(g: Gathered, columns: readonly string[]): MonitorWindow[] {
  const hidden = g.live !== null && estimateQuality(g.table, g.live.at(-1)!, '').state === 'off'
  return g.stretch.map(({ from, to }, i) => {
    const { data, answers } = g.drift.windows[i]!
    const s = g.service[i]!
    const by = new Map(data.columns.map((c) => [c.column, c]))
    const failed = s.outcomes.filter((o) => ['failed', 'timed-out', 'rejected'].includes(o.outcome)).reduce((sum, o) => sum + o.rows, 0)
    const answerable = s.outcomes.filter((o) => o.outcome !== 'refused').reduce((sum, o) => sum + o.rows, 0)
    const answer = (name: string): number | null => answers.columns.find((c) => c.column === name)?.psi ?? null
    return {
      from, to, rows: s.rows, verdict: data.verdict, columnsDrifted: data.columnsDrifted,
      psi: columns.map((c) => by.get(c)?.psi ?? null), drifted: columns.map((c) => by.get(c)?.verdict === 'drift'), missing: columns.map((c) => by.get(c)?.rates?.missing.live ?? null),
      answers: { class: answer('class'), score: answer('score'), drifted: answers.verdict === 'drift' }, classes: [...g.shares[i]!], score: s.score, confidence: s.confidence,
      service: { perSecond: s.rows === 0 ? 0 : (1000 * s.standsFor) / Math.max(1, to - from), errorShare: answerable === 0 ? null : failed / answerable, outcomes: s.outcomes, latency: s.latency },
      labelled: g.labelled[i]!, quality: g.quality.windows.get(i)?.metrics ?? [], estimated: g.table === null || g.live === null || hidden ? null : expectedAccuracy(g.table, g.live[i]!.rows),
    }
  })
}

function confidenceOf({ reference }: Gathered, live: number | null, rows: number): AnalysisResult['confidence'] {
  const own = reference.answers.confidence
  const limit = own === null || rows === 0 ? null : meanLimit(own.mean, own.standardDeviation, rows)
  return { reference: own?.mean ?? null, live, limit, low: live !== null && limit !== null && rows >= 50 && live < limit }
}

function whyNoEstimate({ plan, table }: Gathered): string {
  if (plan.task === 'regression') return 'A regression tells no confidence.'
  if (plan.predictions === null) return 'The stored answers of the evaluation are gone, so nothing says what confidence meant.'
  return table === null ? 'The evaluation has too few labelled answers with a confidence.' : 'There are no rows.'
}

function qualityPart(g: Gathered, windows: readonly MonitorWindow[]): AnalysisResult['quality'] {
  const metrics = [...mainMetrics(g.plan.task)]
  const labelled = g.labelled.reduce((a, b) => a + b, 0)
  return {
    metrics, expected: g.plan.expected, labelled: Math.max(labelled, g.quality.whole.labelled), rows: g.totals.rows, whole: g.quality.whole.metrics, arms: g.quality.arms, slices: g.quality.slices,
    estimated: estimateQuality(g.table, g.live?.at(-1) ?? null, whyNoEstimate(g)), charts: qualityCharts(metrics, windows),
    notes: labelled > g.quality.whole.labelled && g.quality.whole.labelled > 0 ? [`${labelled - g.quality.whole.labelled} labelled rows have a label or an answer that is none of the classes, or no probabilities; they are in no metric.`] : [],
  }
}

function alertsOf(g: Gathered, quality: AnalysisResult['quality'], drifted: readonly string[]): AnalysisResult['alerts'] {
  if (g.plan.thresholds === null) return []
  const facts: AlertFacts = {
    rows: g.lastRange.rows, from: g.lastRange.from, to: g.lastRange.to, features: g.drift.last.features, outputs: g.drift.last.outputs, confidence: g.lastRange.confidence,
    quality, requests: g.requests, drifted,
  }
  return judgeAlerts(g.plan.thresholds, facts)
}

const driftedColumns = (report: DriftReport): string[] => report.columns.filter((c) => c.verdict === 'drift').map((c) => c.column)

function resultOf(g: Gathered): AnalysisResult {
  const columns = g.drift.columns.filter((c) => c.of === 'input').map((c) => c.column)
  const windows = windowsOf(g, columns)
  const quality = qualityPart(g, windows)
  const alerts = alertsOf(g, quality, driftedColumns(g.drift.last.data))
  const answers = answersChart(windows)
  return {
    data: g.drift.data, answers: g.drift.answers, confidence: confidenceOf(g, g.wholeConfidence, g.totals.rows), joint: g.joint,
    last: { rows: g.lastRange.rows, wanted: g.plan.lastRows, from: g.lastRange.from, to: g.lastRange.to, data: g.drift.last.data, answers: g.drift.last.answers, confidence: confidenceOf(g, g.lastRange.confidence, g.lastRange.rows) },
    columns, classes: [...g.classes], windows, charts: [...(answers === null ? [] : [answers]), ...serviceCharts(windows, g.service.map((s) => s.confidenceError))], quality, alerts,
    notes: g.totals.withoutTime > 0 ? [`${g.totals.withoutTime} rows have no time: they are in no window, and not among the last rows.`] : [],
    source: { rows: g.totals.rows, from: g.totals.from, to: g.totals.to, withoutTime: g.totals.withoutTime, arms: g.totals.arms, outcomes: g.totals.outcomes },
    details: g.drift.details.map((d) => ({ ...d, chart: columnChart(d.column, d.windows), alerts: alerts.filter((a) => a.state === 'firing' && (a.selector['feature'] ?? a.selector['output']) === d.column).map((a) => a.thresholdId) })),
  }
}

/** Errors: `job.cancelled`, `dataset.notReadable`, `input.invalid` for a column that quality cannot be told by. */
export async function analyseLogs(plan: AnalysisPlan, context: Context): Promise<AnalysisResult> {
  await mkdir(plan.folder, { recursive: true })
  const db = await openDatabase([...plan.logs.map((l) => l.path), ...plan.labels], plan.folder)
  try {
    return resultOf(await gather({ db, signal: context.signal }, plan, context))
  } finally { db.close() }
}

