// What the server's observer counts, sees drift and logs: against numbers worked out here from the rows that were sent. Promtool reads its exposition in test/ops.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { PlainTensor } from '../../main/core/engine/engine-contract.ts'
import type { PredictionEvent } from '../../main/core/serve/observer.ts'
import { createObserver } from '../../main/core/serve/watch/create-observer.ts'
import { createTables } from '../../main/core/serve/watch/metric-tables.ts'
import type { WatchedBundle } from '../../main/core/serve/watch/watched-bundle.ts'
import { observerOptions, readWatchOptions, type ObserverOptions, type WatchOptionName } from '../../main/core/serve/watch/watch-options.ts'
import type { BundleManifest } from '../../shared/domain/bundle.ts'
import { Binding } from '../../shared/domain/binding.ts'
import { PredlogLine, type PredlogRecord } from '../../shared/drift/predlog.ts'
import { Reference } from '../../shared/drift/reference.ts'

const folders: string[] = []
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true }) })
const folder = (): string => { const made = mkdtempSync(join(tmpdir(), 'slipway-watch-')); folders.push(made); return made }

const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'binary-classification',
  inputs: [{ kind: 'columns', input: 'x', dtype: 'float32', columns: ['age', 'hours'], missing: 'nan' }, { kind: 'column', input: 'job', dtype: 'string', column: 'job', missing: 'empty' }],
  outputs: [{ output: 'label', role: 'label' }, { output: 'p', role: 'probabilities' }], target: { kind: 'column', column: 'y' }, idColumn: null,
  classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }], positiveClass: 'yes', decision: { kind: 'threshold', threshold: 0.3 }, rows: 'lenient',
})
const numeric = (edges: number[], counts: number[], low: number, high: number): unknown => ({ kind: 'numeric', rows: counts.reduce((a, b) => a + b), missing: 0, edges, counts, low, high, outside: 20 })
const reference = Reference.parse({
  schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a'.repeat(64), rows: 400, leastRows: 10, unwatched: [],
  features: [
    { feature: 'age', input: 'x', place: 0, datatype: 'FP32', bins: numeric([30.5, 50.5], [100, 200, 100], 17, 80) },
    { feature: 'secret', input: 'x', place: 1, datatype: 'FP32', bins: { kind: 'none', rows: 400, missing: 4, reason: 'personal data' } },
    { feature: 'job', input: 'job', place: 0, datatype: 'BYTES', bins: { kind: 'categorical', rows: 400, missing: 40, categories: ['clerk', 'smith'], counts: [200, 130], other: 30 } },
  ],
  answers: { rows: 400, classes: { kind: 'categorical', rows: 400, missing: 0, categories: ['no', 'yes'], counts: [300, 100], other: 0 }, score: numeric([0.25, 0.5], [200, 100, 100], 0.01, 0.99), scoreMeaning: 'probability of yes', confidence: { mean: 0.8, standardDeviation: 0.1, rows: 400 }, reason: '' },
})
const manifest = (version: string, rawColumns: string[] = []): BundleManifest => ({ name: 'income', version, serial: 3, reviewBy: '2027-01-31T00:00:00Z', monitoring: { reference: 'monitoring/reference.json', thresholds: 'monitoring/thresholds.json', windowRows: 4, minRows: 2, logLevelDefault: 1, schema: 'predlog.v1', rawColumns } }) as unknown as BundleManifest
const bundle = (version = '1.0.0', rawColumns: string[] = []): WatchedBundle => ({ manifest: manifest(version, rawColumns), rootDigest: 'f'.repeat(64), verified: true, binding, reference })
const options = (more: Partial<ObserverOptions> = {}): ObserverOptions => ({ level: 0, logFolder: null, logFileBytes: 1e6, logFiles: 3, logRate: 1e6, unitKey: null, windowRows: 4, ...more })

type Row = readonly [age: number | null, hours: number | null, job: string, probability: number]
const event = (rows: readonly Row[], more: Partial<PredictionEvent> = {}): PredictionEvent => {
  const tensor = (name: string, datatype: string, shape: number[], data: PlainTensor['data']): PlainTensor => ({ name, datatype, shape, data })
  return {
    requestId: 'r-1', at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), arm: 'stable', outcome: 'ok', status: 200, reason: null, rows: rows.length, totalMs: 4, queueMs: 1, inferenceMs: 2, unitHash: null,
    inputs: [tensor('x', 'FP32', [rows.length, 2], rows.flatMap((r) => [r[0], r[1]])), tensor('job', 'BYTES', [rows.length, 1], rows.map((r) => r[2]))],
    outputs: [tensor('label', 'INT64', [rows.length], rows.map((r) => (r[3] > 0.5 ? '1' : '0'))), tensor('p', 'FP32', [rows.length, 2], rows.flatMap((r) => [1 - r[3], r[3]]))],
    ...more,
  }
}
const sample: readonly Row[] = [[25, 40, 'clerk', 0.125], [40, null, 'smith', 0.375], [60, 40, 'diver', 0.75], [99, 40, '', 0.5]]

/** The number of one series, such as `model_queue_depth{model="income",version="1.0.0"}`. */
const numberOf = (text: string, series: string): number | null => {
  const line = text.split('\n').find((l) => l.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}
const mine = 'model="income",version="1.0.0"'
const share = (q: number, p: number): number => (q - p) * Math.log(q / p)

describe('numbers', () => {
  it('counts requests, rows, classes and times', async () => {
    const observer = createObserver(bundle(), options())
    observer.observe(event(sample))
    observer.observe(event(sample.slice(0, 1), { totalMs: 300 }))
    observer.observe(event([], { outcome: 'rejected', status: 429, reason: 'queue-full', rows: 0, inputs: [], outputs: [] }))
    observer.queueDepth(7)
    const text = await observer.metrics()
    const expected: Record<string, number> = {
      [`model_requests_total{${mine},outcome="ok"}`]: 2, [`model_requests_total{${mine},outcome="rejected"}`]: 1, [`model_requests_total{${mine},outcome="failed"}`]: 0,
      [`model_rejected_requests_total{${mine},reason="queue-full"}`]: 1, [`model_queue_depth{${mine}}`]: 7,
      [`model_request_duration_seconds_bucket{${mine},le="0.005"}`]: 1, [`model_request_duration_seconds_bucket{${mine},le="0.5"}`]: 2, [`model_request_duration_seconds_count{${mine}}`]: 2,
      [`model_request_rows_sum{${mine}}`]: 5,
      // The rule is p ≥ 0.3: three of the four rows are a yes, whatever the label output says.
      [`model_predictions_total{${mine},output="class",class="yes"}`]: 3, [`model_predictions_total{${mine},output="class",class="no"}`]: 2,
      [`model_prediction_score_bucket{${mine},output="score",le="0.25"}`]: 2, [`model_prediction_score_bucket{${mine},output="score",le="0.5"}`]: 4, [`model_prediction_score_count{${mine},output="score"}`]: 5,
      [`model_info{${mine},serial="3",root_digest="${'f'.repeat(64)}"}`]: 1, [`model_bundle_verified{${mine}}`]: 1, [`model_review_due_timestamp_seconds{${mine}}`]: Date.UTC(2027, 0, 31) / 1000,
    }
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, numberOf(text, series)]))).toEqual(expected)
    expect(text).toMatch(/process_resident_memory_bytes \d{7,}/)
    await observer.close()
  })

  it('drift over the last four rows only, in the cells of the profile', async () => {
    const observer = createObserver(bundle(), options())
    expect(await observer.metrics()).not.toContain('model_input_drift_psi{')
    // Rows that will have left the window.
    observer.observe(event([[null, null, 'diver', 0.9], [null, null, 'diver', 0.9]]))
    observer.observe(event(sample))
    const text = await observer.metrics()
    expect(numberOf(text, `model_drift_window_rows{${mine}}`)).toBe(4)
    // Ages 25 | 40 | 60, 99: a quarter, a quarter, a half, where the profile has 1/4, 1/2, 1/4.
    expect(numberOf(text, `model_input_drift_psi{${mine},feature="age"}`)).toBeCloseTo(share(1 / 4, 1 / 2) + share(1 / 2, 1 / 4), 12)
    expect(numberOf(text, `model_input_out_of_range_ratio{${mine},feature="age"}`)).toBe(0.25)
    expect(numberOf(text, `model_input_missing_ratio{${mine},feature="secret"}`)).toBe(0.25)
    expect(numberOf(text, `model_input_drift_psi{${mine},feature="secret"}`)).toBeNull()
    // Jobs: one clerk, one smith, one that is not named, one missing; the profile has 200, 130, 30 and 40 of 400.
    expect(numberOf(text, `model_input_drift_psi{${mine},feature="job"}`)).toBeCloseTo(share(1 / 4, 1 / 2) + share(1 / 4, 0.325) + share(1 / 4, 0.075) + share(1 / 4, 0.1), 12)
    expect(numberOf(text, `model_input_unseen_ratio{${mine},feature="job"}`)).toBe(0.25)
    expect(numberOf(text, `model_output_drift_psi{${mine},output="class"}`)).toBeCloseTo(share(1 / 4, 3 / 4) + share(3 / 4, 1 / 4), 12)
    expect(numberOf(text, `model_output_drift_psi{${mine},output="score"}`)).toBeCloseTo(share(1 / 4, 1 / 2) + share(1 / 2, 1 / 4), 12)
    // Probability of the answered class over the last four answers: 0.875, 0.375, 0.75, 0.5.
    expect(numberOf(text, `model_prediction_confidence_mean{${mine}}`)).toBeCloseTo(0.625, 12)
    await observer.close()
  })

  it('two versions side by side share one exposition', async () => {
    const tables = createTables()
    const [first, second] = [createObserver(bundle('1.0.0'), options({ tables })), createObserver(bundle('2.0.0'), options({ tables }))]
    first.observe(event(sample))
    second.observe(event(sample.slice(0, 2), { arm: 'canary' }))
    const text = await first.metrics()
    expect([numberOf(text, `model_request_rows_sum{${mine}}`), numberOf(text, 'model_request_rows_sum{model="income",version="2.0.0"}')]).toEqual([4, 2])
    expect(text.split('\n').filter((l) => l === '# TYPE model_request_rows histogram')).toHaveLength(1)
  })
})

describe('prediction log', () => {
  const lines = (at: string): PredlogLine[] => readdirSync(at).sort().flatMap((f) => readFileSync(join(at, f), 'utf8').trimEnd().split('\n').map((l) => PredlogLine.parse(JSON.parse(l))))
  const records = (at: string): PredlogRecord[] => lines(at).filter((l): l is PredlogRecord => l.kind === undefined)

  it('level 1 holds answers and bins of every row, and no value of an input', async () => {
    const at = folder()
    const observer = createObserver(bundle(), options({ level: 1, logFolder: at, unitKey: Buffer.from('key') }))
    observer.observe(event([[61.4321, 12.3456, 'clerk', 0.125], ...sample.slice(1)], { unitHash: 'customer 7' }))
    observer.observe(event([], { outcome: 'refused', status: 400, reason: 'wrong-shape', rows: 1, inputs: [], outputs: [] }))
    await observer.close()
    const text = readdirSync(at).map((f) => readFileSync(join(at, f), 'utf8')).join('')
    for (const value of ['61.4321', '12.3456', 'clerk', 'smith', 'diver', 'customer']) expect(text).not.toContain(value)
    expect(lines(at)[0]).toMatchObject({ kind: 'head', level: 1, raw_columns: [], root_digest: 'f'.repeat(64) })
    const found = records(at)
    expect(found.map((r) => r.bins)).toEqual([{ age: 2, secret: 0, job: 0 }, { age: 1, secret: -1, job: 1 }, { age: 2, secret: 0, job: -2 }, { age: -4, secret: 0, job: -1 }, undefined])
    expect(found.map((r) => r.out)).toEqual([{ label: 'no', score: 0.125, scores: [0.875, 0.125] }, { label: 'yes', score: 0.375, scores: [0.625, 0.375] }, { label: 'yes', score: 0.75, scores: [0.25, 0.75] }, { label: 'yes', score: 0.5, scores: [0.5, 0.5] }, {}])
    expect(found.map((r) => r.row)).toEqual([0, 1, 2, 3, 0])
    expect(found[0]).toMatchObject({ ts: '2026-01-02T03:04:05.678Z', request_id: 'r-1', arm: 'stable', outcome: 'ok', latency_ms: 4, sampled: 1, unit_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    expect(found[4]).toMatchObject({ outcome: 'refused', error_code: 'wrong-shape' })
    expect(new Set(found.map((r) => r.event_id)).size).toBe(5)
    // Version 7 begins with the time: of logging, so that ids sort as the rows were taken into the window of drift, also within a millisecond.
    expect(found[0]!.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Math.abs(Number.parseInt(found[0]!.event_id.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000)
    expect(found.map((r) => r.event_id)).toEqual(found.map((r) => r.event_id).sort())
  })

  it('level 2 writes only columns that the bundle allows, and says which', async () => {
    const at = folder()
    const observer = createObserver(bundle('1.0.0', ['job']), options({ level: 2, logFolder: at }))
    observer.observe(event(sample, { unitHash: 'customer 7' }))
    await observer.close()
    expect(lines(at)[0]).toMatchObject({ kind: 'head', level: 2, raw_columns: ['job'] })
    expect(records(at).map((r) => r.features)).toEqual([{ job: 'clerk' }, { job: 'smith' }, { job: 'diver' }, { job: '' }])
    expect(records(at).every((r) => r.unit_hash === undefined)).toBe(true)
  })

  it('more rows than its rate are sampled evenly and say so; files are rotated and only the newest kept', async () => {
    const at = folder()
    const observer = createObserver(bundle(), options({ level: 1, logFolder: at, logRate: 100, logFileBytes: 60_000, logFiles: 2 }))
    const many = event(Array.from({ length: 50 }, () => sample[0]!))
    for (let second = 0; second < 8; second++) for (let i = 0; i < 20; i++) {
      observer.observe({ ...many, at: 1_000_000 + second * 1000 + i })
      await new Promise((done) => { setImmediate(done) })
    }
    const text = await observer.metrics()
    await observer.close()
    const written = numberOf(text, `model_prediction_log_records_total{${mine}}`)!
    expect(numberOf(text, `model_prediction_log_dropped_total{${mine}}`)).toBe(0)
    expect(written).toBeGreaterThan(8 * 80)
    expect(written).toBeLessThan(8 * 220)
    const files = readdirSync(at)
    expect(files.length).toBeLessThanOrEqual(2)
    const last = records(at).at(-1)!
    expect(last.sampled).toBe(0.1)
  })

  it('drops and counts what a full buffer cannot take, and never waits', async () => {
    const at = folder()
    const observer = createObserver(bundle(), options({ level: 1, logFolder: at, logFileBytes: 1e9 }))
    const many = event(Array.from({ length: 1000 }, () => sample[0]!))
    // All in one turn of the event loop: nothing can be written meanwhile.
    for (let i = 0; i < 40; i++) observer.observe(many)
    const text = await observer.metrics()
    const [kept, dropped] = [numberOf(text, `model_prediction_log_records_total{${mine}}`)!, numberOf(text, `model_prediction_log_dropped_total{${mine}}`)!]
    expect(kept + dropped).toBe(40_000)
    expect(dropped).toBeGreaterThan(1000)
    await observer.close()
    expect(records(at)).toHaveLength(kept)
  })
})

describe('options', () => {
  const said = (words: Partial<Record<WatchOptionName, string>>): ReturnType<typeof readWatchOptions> => readWatchOptions((name) => words[name] ?? null)
  it('say what they cannot take, and level 2 is refused where the bundle allows no column', () => {
    expect(() => said({ 'prediction-log': '3' })).toThrow('--prediction-log is “3”, but must be a whole number from 0 to 2')
    expect(() => said({ 'drift-window': 'all' })).toThrow('--drift-window is “all”')
    expect(() => observerOptions(said({ 'prediction-log': '2' }), manifest('1.0.0').monitoring, null)).toThrow('allows none of its columns')
    expect(observerOptions(said({}), manifest('1.0.0').monitoring, null)).toMatchObject({ level: 1, windowRows: 4, logFolder: null })
    expect(observerOptions(said({ 'prediction-log': '2', 'drift-window': '900' }), manifest('1.0.0', ['job']).monitoring, null)).toMatchObject({ level: 2, windowRows: 900 })
  })
})
