// KServe's logs, made to the format facts, through the real reader: JSON, CSV and Parquet, with halves missing, told twice, out of order and corrupt.
// Nothing is lost unannounced: every event is kept, a duplicate, rejected with a reason, or a half. Answers are those of the fixtures' other runtime.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../main/core/monitor/logs/read-logs.ts'
import type { ReadingPlan, ReadingResult } from '../../main/core/monitor/logs/reading-plan.ts'
import { binOf } from '../../shared/drift/bin-numbers.ts'
import { LogMapping, type LogAccount } from '../../shared/domain/log-batch.ts'
import { binaryEvent, irisAnswers, makeCalls, storedRecord, structuredEvent, writeCsv, writeParquet, type Call } from '../setup/kserve-logs.ts'
import { taskContext } from '../setup/onnx-context.ts'
import { binding, irisReference } from '../setup/small-bundle.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-logs-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

const answers = irisAnswers()
const reference = irisReference()
const names = ['setosa', 'versicolor', 'virginica']

const plan = (paths: readonly string[], change: Partial<ReadingPlan> = {}): ReadingPlan => ({
  format: 'kserve', paths: [...paths], stages: join(folder, 'stages'), key: 'k', target: join(folder, 'stored.parquet'), mapping: LogMapping.parse({}), level: 1, versionNumber: 3, knownNumbers: [1, 2, 3], rootDigest: null, time: null,
  classes: names, positiveClass: null, regression: false, binding, inputTypes: { float_input: 'FP32' }, outputTypes: { label: 'INT64', probabilities: 'FP32' }, reference, referenceSha256: 'a'.repeat(64), fills: {}, personal: [], earlier: [], ...change,
})
const read = (paths: readonly string[], change: Partial<ReadingPlan> = {}): Promise<ReadingResult> => readLogs(plan(paths, change), taskContext())

async function stored(path = join(folder, 'stored.parquet')): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try { return (await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`)).getRowObjectsJson() } finally { connection.closeSync(); instance.closeSync() }
}

/** read = kept + duplicates + rejected + unmatched halves. */
function addsUp(account: LogAccount): void {
  expect(account.kept + account.duplicates + account.rejected + account.unmatchedRequests + account.unmatchedResponses).toBe(account.read)
  expect(account.reasons.reduce((sum, r) => sum + r.count, 0)).toBe(account.rejected)
}

/** What must be stored of calls, in their order. */
const rowsOf = (calls: readonly Call[]): readonly unknown[] => calls.flatMap((call) => call.rows.map((r, row) => ({
  request_id: call.id, row, version: 3, label: names[answers.labels[r]!], score: expect.closeTo(Math.max(...answers.probabilities[r]!), 6) as number, s0: expect.closeTo(answers.probabilities[r]![0]!, 6) as number,
  ...Object.fromEntries(reference.features.map((f, i) => [`b${i}`, f.bins.kind === 'numeric' ? binOf(f.bins.edges, f.bins.low, f.bins.high, answers.inputs[r]![i]!) : 0])),
})))

describe('JSON', () => {
  it('one record a line, out of order, halves missing, told twice, corrupt: every event is accounted for', async () => {
    const calls = makeCalls(60)
    const whole = calls.slice(0, 50)
    const lines = [
      ...whole.map((c) => JSON.stringify(storedRecord(c, 'response', answers))).reverse(), ...whole.map((c) => JSON.stringify(storedRecord(c, 'request', answers))),
      ...calls.slice(50, 54).map((c) => JSON.stringify(storedRecord(c, 'request', answers))), ...calls.slice(54, 60).map((c) => JSON.stringify(storedRecord(c, 'response', answers))),
      ...whole.slice(0, 5).map((c) => JSON.stringify(storedRecord(c, 'request', answers))), JSON.stringify(storedRecord(whole[0]!, 'response', answers)),
    ]
    const other: Call = { id: 'bad-1', rows: [1], at: whole[0]!.at, latencyMs: 1 }
    lines.push(lines[0]!.slice(0, 60), '', JSON.stringify({ ...storedRecord(other, 'request', answers), id: '' }), JSON.stringify({ ...storedRecord(other, 'request', answers), reqType: 'explain' }), JSON.stringify({ ...storedRecord(other, 'request', answers), bytes: 'not base64!' }),
      JSON.stringify(storedRecord(other, 'request', answers)), JSON.stringify(storedRecord(other, 'response', answers, '{"outputs": [{"name"')), JSON.stringify({ ...storedRecord({ ...other, id: 'bad-2' }, 'request', answers), occurrenceTime: 'yesterday' }))
    const path = join(folder, 'events.jsonl')
    writeFileSync(path, `${lines.join('\n')}\n`)
    const { account, rows, from, arms } = await read([path])
    addsUp(account)
    expect(account).toMatchObject({ read: lines.length - 1, kept: 100, duplicates: 6, unmatchedRequests: 4, unmatchedResponses: 6, rejected: 7, withoutTime: 0, timeFrom: 'record' })
    const first = 50 + 50 + 10 + 6 + 1
    expect(Object.fromEntries(account.reasons.map((r) => [r.reason, [r.count, r.examples.map((e) => e.line)]]))).toEqual({
      'unreadable': [1, [first]], 'no-id': [1, [first + 2]], 'no-kind': [1, [first + 3]], 'no-payload': [1, [first + 4]], 'other-half': [1, [first + 5]], 'response-payload': [1, [first + 6]], 'no-time': [1, [first + 7]],
    })
    expect([rows, from, arms]).toEqual([whole.reduce((n, c) => n + c.rows.length, 0), whole[0]!.at, [{ arm: 'stable', rows }]])
    const found = await stored()
    expect(found).toMatchObject(rowsOf(whole) as Record<string, unknown>[])
    expect(found.map((r) => r['latency_ms'])).toEqual(whole.flatMap((c) => c.rows.map(() => c.latencyMs)))
  })

  it('lists, single objects and both modes of CloudEvents are read alike, over many files', async () => {
    const calls = makeCalls(12)
    const [list, structured, binary] = [join(folder, 'a.json'), join(folder, 'b.jsonl'), join(folder, 'c.jsonl')]
    writeFileSync(list, JSON.stringify(calls.slice(0, 4).flatMap((c) => [storedRecord(c, 'request', answers), storedRecord(c, 'response', answers)]), null, 1))
    writeFileSync(structured, calls.slice(4, 8).flatMap((c) => [structuredEvent(c, 'request', answers), structuredEvent(c, 'response', answers)]).map((e) => JSON.stringify(e)).join('\n'))
    writeFileSync(binary, calls.slice(8, 10).flatMap((c) => [binaryEvent(c, 'response', answers), binaryEvent(c, 'request', answers)]).map((e) => JSON.stringify(e)).join('\n'))
    const single = calls.slice(10).flatMap((c) => (['request', 'response'] as const).map((half) => { const path = join(folder, `${c.id}-${half}.json`); writeFileSync(path, JSON.stringify(storedRecord(c, half, answers))); return path }))
    const { account, arms } = await read([list, structured, binary, ...single])
    addsUp(account)
    expect(account).toMatchObject({ read: 24, kept: 24, files: 7, rejected: 0 })
    expect(arms.map((a) => a.arm).sort()).toEqual(['canary', 'stable'])
    expect(new Set((await stored()).map((r) => r['request_id'])).size).toBe(12)
  })
})

describe('tables without a time column', () => {
  it.each(['csv', 'parquet'] as const)('%s: the same rows as from JSON, timed by their file, and no latency is made up', async (kind) => {
    const calls = makeCalls(40)
    const records = calls.flatMap((c, i) => [...(i === 39 ? [] : [storedRecord(c, 'request', answers)]), ...(i === 38 ? [] : [storedRecord(c, 'response', answers)])])
    const all = [...records, storedRecord(calls[0]!, 'request', answers), storedRecord({ ...calls[0]!, id: 'odd' }, 'request', answers, 'plain words')]
    const path = join(folder, `log.${kind}`)
    if (kind === 'csv') writeCsv(path, [...all, 'cut,off']); else await writeParquet(path, all)
    utimesSync(path, 1_770_000_000, 1_770_000_000)
    const { account, from, to } = await read([path])
    addsUp(account)
    expect(account).toMatchObject({ kept: 76, duplicates: 1, unmatchedRequests: 1, unmatchedResponses: 1, timeFrom: 'file', rejected: kind === 'csv' ? 2 : 1 })
    expect(account.reasons.map((r) => [r.reason, r.examples[0]!.line]).sort()).toEqual([...(kind === 'csv' ? [['columns', all.length + 2]] : []), ['no-payload', kind === 'csv' ? all.length + 1 : all.length]])
    expect([from, to]).toEqual([1_770_000_000_000, 1_770_000_000_000])
    const found = await stored()
    expect(found).toMatchObject(rowsOf(calls.slice(0, 38)) as Record<string, unknown>[])
    expect(found.every((r) => r['latency_ms'] === null)).toBe(true)
  })
})

it('what was imported before is a duplicate, half by half; personal columns leave neither value nor bin', async () => {
  const calls = makeCalls(10)
  const path = join(folder, 'a.jsonl')
  const write = (of: readonly Call[], half?: 'request'): void => writeFileSync(path, of.flatMap((c) => [storedRecord(c, 'request', answers), ...(half === undefined ? [storedRecord(c, 'response', answers)] : [])]).map((e) => JSON.stringify(e)).join('\n'))
  write(calls.slice(0, 6))
  const first = await read([path], { target: join(folder, 'first.parquet'), level: 2, personal: ['petal_width'] })
  expect([first.leftOut, first.rawColumns]).toEqual([['petal_width'], ['sepal_length', 'sepal_width', 'petal_length']])
  expect(Object.keys((await stored(join(folder, 'first.parquet')))[0]!).filter((c) => /^[bv]\d/.test(c))).toEqual(['b0', 'v0', 'b1', 'v1', 'b2', 'v2'])
  const earlier = [{ path: join(folder, 'first.parquet'), from: first.from, to: first.to }]
  write(calls)
  const again = await read([path], { earlier })
  addsUp(again.account)
  expect(again.account).toMatchObject({ read: 20, kept: 8, duplicates: 12, duplicatesOfEarlier: 12 })
  write(calls.slice(0, 2), 'request')
  expect((await read([path], { earlier })).account).toMatchObject({ read: 2, kept: 0, duplicates: 2, duplicatesOfEarlier: 2, unmatchedRequests: 0 })
})
