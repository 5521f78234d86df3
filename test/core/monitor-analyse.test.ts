// Stored rows of logs, analysed by the engine's own task: the numbers are those of the server's window and of counting by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRows, openDatabase, sqlPath } from '../../main/core/datasets/duckdb.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { AnalysisPlan, AnalysisResult } from '../../main/core/monitor/analysis/analysis-plan.ts'
import { createWindow } from '../../main/core/serve/watch/drift-window.ts'
import type { LogLayout } from '../../shared/domain/log-batch.ts'
import { binOf, countNumbers, numericBins } from '../../shared/drift/bin-numbers.ts'
import { psiLimit } from '../../shared/drift/limits.ts'
import type { NumericBins, Reference } from '../../shared/drift/reference.ts'
import type { Threshold } from '../../shared/drift/thresholds.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { quiet } from './evaluate-case.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-monitor-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const random = randomStream(42)
const rows = 4000
const start = Date.UTC(2026, 0, 1)
const second = 1000
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const numericOf = (values: readonly number[]): NumericBins => { const bins = numericBins(countNumbers(values), 0); if (bins.kind !== 'numeric') throw new Error('no bins'); return bins }

// The evaluation: one input that decides, one that does not, and a text.
const before = Array.from({ length: 3000 }, () => { const x = 4 * random.next() - 2; const p = sigmoid(2 * x); return { x, p, truth: random.next() < p } })
const xBins = numericOf(before.map((r) => r.x))
const scoreBins = numericOf(before.map((r) => r.p))
const zBins = numericOf(before.map(() => random.next()))
const classes = { kind: 'categorical' as const, rows: 3000, missing: 0, categories: ['no', 'yes'], counts: [before.filter((r) => r.p < 0.5).length, before.filter((r) => r.p >= 0.5).length], other: 0 }
const reference: Reference = {
  schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a'.repeat(64), rows: 3000, leastRows: 10, unwatched: [],
  features: [{ feature: 'x', input: 'x', place: 0, datatype: 'FP32', bins: xBins }, { feature: 'z', input: 'z', place: 0, datatype: 'FP32', bins: zBins }, { feature: 'name', input: 'name', place: 0, datatype: 'BYTES', bins: { kind: 'none', rows: 3000, missing: 0, reason: 'personal data' } }],
  answers: { rows: 3000, classes, score: scoreBins, scoreMeaning: 'the probability of yes', confidence: { mean: 0.82, standardDeviation: 0.14, rows: 3000 }, reason: '' },
}
// The log: in its second half the input lies higher. Every hundredth request fails; the first 1,500 rows get true answers.
const live = Array.from({ length: rows }, (_, i) => {
  const x = Math.min(2, 4 * random.next() - 2 + (i < rows / 2 ? 0 : 1.2))
  const p = sigmoid(2 * x)
  return { i, x, p, z: random.next(), truth: i < 1500 ? (random.next() < p ? 'yes' : 'no') : null, ok: i % 100 !== 99 }
})
const codes = live.map((r) => [binOf(xBins.edges, xBins.low, xBins.high, r.x), binOf(zBins.edges, zBins.low, zBins.high, r.z), r.i % 10 === 0 ? -1 : 0])

const layout: LogLayout = {
  layout: 'slipway.log/1', classes: ['no', 'yes'], scores: 0, positiveClass: 'yes', referenceSha256: null,
  features: ['x', 'z', 'name'].map((feature, i) => ({ feature, bins: `b${i}`, raw: null, kind: 'number' as const, personal: i === 2 })),
}
const [logFile, labelFile, predictionFile] = [join(folder, 'log.parquet'), join(folder, 'labels.parquet'), join(folder, 'predictions.parquet')]

const limit = (id: string, alert: string, metric: string, selector: Record<string, string>, value: number, more: Partial<Threshold> = {}): Threshold => ({
  id, alert, judgedBy: 'prometheus', metric, selector: { model: 'm', version: '1.0.0', ...selector }, op: '>', value, for: '10m', window: 2000, minRows: 500, severity: 'warning', origin: { runId: null, statistic: 's', formula: 'f', inputs: {} }, ...more,
})
const warn = psiLimit({ freedom: xBins.counts.length - 1, features: 2, reference: 3000 }, 500).warn
const thresholds: Threshold[] = [
  limit('InputDrift:x:warning', 'InputDrift', 'model_input_drift_psi', { feature: 'x' }, warn), limit('InputDrift:z:warning', 'InputDrift', 'model_input_drift_psi', { feature: 'z' }, warn), limit('InputMissing:name', 'InputMissing', 'model_input_missing_ratio', { feature: 'name' }, 0.02),
  limit('RequestsFailing:warning', 'RequestsFailing', 'model_requests_total', {}, 0.05, { window: null, minRows: null }), limit('QualityBelowEvaluation:accuracy', 'QualityBelowEvaluation', 'live:accuracy', {}, 0.99, { judgedBy: 'slipway', op: '<' }),
  limit('ReviewDue:warning', 'ReviewDue', 'model_review_due_timestamp_seconds', {}, 0, { window: null, minRows: null, op: '<' }),
]

async function write(): Promise<void> {
  const db = await openDatabase([logFile, labelFile, predictionFile])
  const list = (values: readonly string[]): string => `(VALUES ${values.join(', ')})`
  const t = (i: number): number => start + i * second
  await db.connection.run(`COPY (SELECT * FROM ${list(live.map((r, i) => `('r${i}', NULL::VARCHAR, 0, ${t(i)}::BIGINT, 1, 'stable', NULL::VARCHAR, ${i % 7 + 1}::DOUBLE, '${r.ok ? 'ok' : 'failed'}', NULL::VARCHAR, 1::DOUBLE, ${r.ok ? `'${r.p >= 0.5 ? 'yes' : 'no'}'` : 'NULL'}, ${r.ok ? r.p : 'NULL'}::DOUBLE, NULL::DOUBLE, NULL::VARCHAR, ${codes[i]!.map((c) => `${r.ok ? c : 'NULL'}::SMALLINT`).join(', ')})`))}
    AS rows(request_id, event_id, "row", "time", version, arm, unit, latency_ms, outcome, error, sampled, label, score, value, truth, b0, b1, b2)) TO ${sqlPath(logFile)} (FORMAT parquet)`)
  await db.connection.run(`COPY (SELECT * FROM ${list(live.filter((r) => r.truth !== null).map((r) => `('r${r.i}', 0, '${r.truth!}', NULL::BIGINT, NULL::VARCHAR)`))} AS l(request_id, "row", label, "time", source)) TO ${sqlPath(labelFile)} (FORMAT parquet)`)
  const shape = JSON.stringify({ scoreNames: ['no', 'yes'], task: 'binary-classification' })
  await db.connection.run(`COPY (SELECT * FROM ${list(before.map((r, i) => `(${i + 1}, NULL::VARCHAR, '${r.truth ? 'yes' : 'no'}', '${r.p >= 0.5 ? 'yes' : 'no'}', ${(r.p >= 0.5) === r.truth}, ${Math.max(r.p, 1 - r.p)}::DOUBLE, 0::DOUBLE, ${1 - r.p}::DOUBLE, ${r.p}::DOUBLE)`))} AS p(record, id, truth, predicted, correct, confidence, loss, s0, s1)) TO ${sqlPath(predictionFile)} (FORMAT parquet, KV_METADATA {'slipway': '${shape}'})`)
  await allRows(db, 'SELECT 1', quiet.signal, 'x')
  db.close()
}

const plan = (more: Partial<AnalysisPlan> = {}): AnalysisPlan => ({
  logs: [{ path: logFile, layout }], labels: [labelFile], folder: join(folder, 'work'), task: 'binary-classification', classes: ['no', 'yes'], positiveClass: 'yes', version: null, arm: null, from: null, to: null,
  windows: 16, lastRows: 1000, against: null, reference, thresholds: { schema: 'slipway.thresholds/1', windowRows: 1000, minRows: 500, thresholds, without: [] }, importance: { x: 3, z: 1 }, slices: ['x'], predictions: predictionFile, expected: null, ...more,
})
const analyse = async (more: Partial<AnalysisPlan> = {}): Promise<AnalysisResult> => AnalysisResult.parse(JSON.parse(JSON.stringify(await engineHandlers['monitor.analyse'](AnalysisPlan.parse(plan(more)), quiet))))

let found: AnalysisResult
beforeAll(async () => { await write(); found = await analyse() }, 120_000)

const okRows = live.filter((r) => r.ok)
/** The server's own window over rows of the log. */
function server(from: readonly typeof live[number][]): ReturnType<typeof createWindow> {
  const window = createWindow(reference.features.map((f) => f.bins), from.length)
  window.add(Int16Array.from(from.flatMap((r) => codes[r.i]!)), from.length)
  return window
}

describe('an analysis of logs', () => {
  it('counts every row, and puts each into its window', () => {
    expect(found.source).toMatchObject({ rows, withoutTime: 0, from: start, to: start + (rows - 1) * second, outcomes: [{ outcome: 'failed', rows: 40 }, { outcome: 'ok', rows: 3960 }] })
    expect(found.windows.map((w) => w.rows)).toEqual(new Array(16).fill(250))
    expect(found.windows.map((w) => w.labelled)).toEqual([248, 247, 248, 247, 248, 247, ...new Array<number>(10).fill(0)])
    expect(found.windows[0]!.service).toMatchObject({ errorShare: 2 / 250, latency: { p50: 4, p99: 7 } })
    expect(found.windows[0]!.service.perSecond).toBeCloseTo(1, 2)
    expect(found.windows[0]!.classes.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('tells the number that the server’s own window holds for the same rows, and raises the same alert', () => {
    const window = server(okRows.slice(-1000))
    for (const [i, name] of ['x', 'z'].entries()) expect(found.last.data.columns.find((c) => c.column === name)!.psi).toBe(window.column(i)!.psi)
    const alert = found.alerts.find((a) => a.thresholdId === 'InputDrift:x:warning')!
    expect(alert).toMatchObject({ state: 'firing', value: window.column(0)!.psi, limit: warn, window: { rows: 1000 } })
    expect(alert.value).toBeGreaterThan(warn)
    expect(alert.firstChecks.length).toBeGreaterThan(0)
    expect(alert.actions.map((a) => a.action)).toEqual(['roll-back', 'retrain', 'threshold', 'accept'])
    expect(found.alerts.find((a) => a.thresholdId === 'InputDrift:z:warning')).toMatchObject({ state: 'clear' })
    expect(found.alerts.find((a) => a.thresholdId === 'InputMissing:name')).toMatchObject({ state: 'firing', value: window.column(2)!.missing })
    expect(found.alerts.find((a) => a.alert === 'RequestsFailing')).toMatchObject({ state: 'clear', value: 9 / 900 })
    expect(found.alerts.find((a) => a.alert === 'QualityBelowEvaluation')).toMatchObject({ state: 'firing' })
    expect(found.alerts.find((a) => a.alert === 'ReviewDue')).toMatchObject({ state: 'not-judged' })
    expect(found.alerts[0]!.state).toBe('firing')
  })

  it('finds from which window on an input drifted, and puts what the model rests on first', () => {
    expect(found.columns).toEqual(['x', 'z', 'name'])
    expect(found.windows.map((w) => w.drifted[0])).toEqual([...new Array<boolean>(8).fill(false), ...new Array<boolean>(8).fill(true)])
    expect(found.windows.some((w) => w.drifted[1])).toBe(false)
    expect(found.data.columns[0]).toMatchObject({ column: 'x', verdict: 'drift', importance: 0.75 })
    const detail = found.details.find((d) => d.column === 'x')!
    expect(detail.cells.map((c) => c.live)).toEqual(xBins.counts.map((_, cell) => okRows.filter((r) => { const c = codes[r.i]![0]!; return (c === -3 ? 0 : c === -4 ? xBins.counts.length - 1 : c) === cell }).length))
    expect(detail.cells.reduce((sum, c) => sum + c.psi, 0)).toBeCloseTo(detail.whole.psi!, 12)
    expect(detail.chart!.changes.map((c) => c.window)).toEqual([8])
    expect(found.details.find((d) => d.column === 'name')).toMatchObject({ personal: true, cells: [], kind: 'none' })
  })

  it('measures quality on labelled rows as counting does, by window and slice, and estimates it elsewhere', () => {
    const labelled = okRows.filter((r) => r.truth !== null)
    const right = (list: readonly typeof live[number][]): number => list.filter((r) => (r.p >= 0.5 ? 'yes' : 'no') === r.truth).length / list.length
    expect(found.quality.whole.find((m) => m.metric === 'accuracy')).toMatchObject({ value: right(labelled), n: 1485 })
    expect(found.windows[1]!.quality.find((m) => m.metric === 'accuracy')!.value).toBe(right(labelled.filter((r) => r.i >= 250 && r.i < 500)))
    expect(found.windows[10]!.quality).toEqual([])
    expect(found.quality.slices[0]!.groups.reduce((sum, g) => sum + g.labelled, 0)).toBe(1485)
    expect(found.quality.estimated).toMatchObject({ state: 'estimated', calibration: { verdict: 'holds', labelled: 1485 } })
    // The second half holds surer answers; nobody labelled them, and the truth is known here alone.
    const expected = live.filter((r) => r.ok && r.i >= 2500 && r.i < 2750).reduce((sum, r, _, all) => sum + Math.max(r.p, 1 - r.p) / all.length, 0)
    const { low, high } = found.windows[10]!.estimated!
    expect(expected).toBeGreaterThan(low!)
    expect(expected).toBeLessThan(high!)
  })

  it('compares window with window, all columns together too', async () => {
    const half = start + (rows / 2) * second
    const other = await analyse({ from: half, against: { from: start, to: half, version: null }, windows: 2 })
    expect(other.data.columns[0]).toMatchObject({ column: 'x', verdict: 'drift', referenceRows: 1980, rows: 1980 })
    expect(other.joint).toMatchObject({ state: 'measured', verdict: 'drift', rows: { reference: 1980, live: 1980 } })
    expect(other.joint.columns[0]!.column).toBe('x')
    expect(found.joint).toMatchObject({ state: 'not-measured', auc: null })
  })

  it('says “not enough data” for few rows', async () => {
    const few = await analyse({ to: start + 40 * second, windows: 1 })
    expect(few.data).toMatchObject({ verdict: 'not-enough', columnsDrifted: 0, sentence: 'Not enough data: 40 rows.' })
    expect(few.alerts.filter((a) => a.state === 'firing')).toEqual([])
  })
})
