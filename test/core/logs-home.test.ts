// Logs come home through the real core and engine: a bundle's own log as a feedback pack and as it lies, tables, labels, forgetting; and what is deployed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packFeedback } from '../../main/core/bundle/watch/feedback-pack.ts'
import type { LogAccount } from '../../shared/domain/log-batch.ts'
import type { ModelId, VersionId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { irisAnswers } from '../setup/kserve-logs.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
let folder: string
let made: { modelId: ModelId; versionId: VersionId; rootDigest: string; name: string; version: string; serial: number }
const from = Date.UTC(2026, 4, 1)
const answers = irisAnswers()
const names = ['setosa', 'versicolor', 'virginica']

const addsUp = (a: LogAccount): void => { expect(a.kept + a.duplicates + a.rejected + a.unmatchedRequests + a.unmatchedResponses).toBe(a.read) }
const write = (name: string, lines: readonly string[]): string => { const path = join(folder, name); writeFileSync(path, `${lines.join('\n')}\n`); return path }
const uuid = (i: number): string => `0194a1b2-c3d4-7000-8000-${i.toString(16).padStart(12, '0')}`
const fixed = (): object => ({ schema: 'predlog.v1', model: made.name, version: made.version, serial: made.serial, root_digest: made.rootDigest })
const record = (i: number, more: object = {}): string => JSON.stringify({
  ...fixed(), ts: new Date(from + i * 60_000).toISOString(), event_id: uuid(i), request_id: `r${i}`, row: 0, arm: 'stable', latency_ms: 2.5, outcome: 'ok',
  out: { label: names[answers.labels[i % 150]!], score: Math.max(...answers.probabilities[i % 150]!), scores: answers.probabilities[i % 150] }, bins: { sepal_length: 1, sepal_width: -1, petal_length: -3, petal_width: 0 }, sampled: 1, ...more,
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-home-'))
  test = await openTestCore({ actor: 'Ann' })
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))], modelName: 'iris' })
  const data = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
  const versionId = outcome!.version!.id
  const { binding, guesses } = await test.job('binding.propose', { versionId, datasetId: data.id, target: 'species' })
  await test.core.client.call('binding.save', { versionId, binding, guesses })
  const { runId } = await test.job('run.evaluate', { versionId, datasetId: data.id })
  await test.core.client.call('gate.save', { modelId: outcome!.version!.modelId, policy: { schema: 'slipway.gate/2', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.9 }] } })
  const check = await test.core.client.call('gate.check', { runId })
  const bundle = await test.job('bundle.export', { checkId: check.id, destination: await test.token(join(folder, 'iris.mlbundle.zip'), 'write') })
  made = { modelId: outcome!.version!.modelId, versionId, rootDigest: bundle.rootDigest, name: bundle.name, version: bundle.version, serial: bundle.serial }
}, 120_000)
afterAll(async () => { await test.done(); rmSync(folder, { recursive: true, force: true }) })

it('a feedback pack names its version, tells that it serves, and comes in once; a changed one is refused', async () => {
  const head = JSON.stringify({ ...fixed(), kind: 'head', level: 1, raw_columns: [], records_per_second: 5000 })
  mkdirSync(join(folder, 'log'))
  writeFileSync(join(folder, 'log/a.jsonl'), [head, ...Array.from({ length: 60 }, (_, i) => record(i)), record(3), JSON.stringify({ ...fixed(), kind: 'dropped', ts: new Date(from).toISOString(), dropped: 7 }), record(61).slice(0, 90)].join('\n'))
  const target = join(folder, 'feedback.zip')
  await packFeedback({ logs: [join(folder, 'log')], since: 0, until: Number.MAX_SAFE_INTEGER, target, bundle: { root_digest: made.rootDigest, model: made.name, version: made.version, serial: made.serial } })
  const look = await test.job('logs.look', { files: [await test.token(target)] })
  expect(look).toMatchObject({ format: 'feedback', bundle: { versionId: made.versionId, versionNumber: 1 } })
  const batch = await test.job('logs.import', { files: [await test.token(target)] })
  addsUp(batch.account)
  expect(batch).toMatchObject({ versionId: made.versionId, rows: 60, from, to: from + 59 * 60_000, format: 'feedback', holds: { level: 1, rawColumns: [] }, account: { read: 61, kept: 60, duplicates: 1, dropped: 7, packed: { unreadable: 1, otherBundles: 0 } } })
  expect(batch.layout).toMatchObject({ classes: names, scores: 3, features: [{ feature: 'sepal_length', bins: 'b0' }, { feature: 'sepal_width' }, { feature: 'petal_length' }, { feature: 'petal_width' }] })
  const reference = execFileSync('unzip', ['-p', join(folder, 'iris.mlbundle.zip'), '*/monitoring/reference.json'])
  expect(batch.layout.referenceSha256).toBe(createHash('sha256').update(reference).digest('hex'))
  expect(await test.core.client.call('deployment.list', { current: true })).toMatchObject([{ versionId: made.versionId, environment: 'production', start: 'seen', source: 'feedback', since: from, logRows: 60, who: 'Ann' }])
  const again = await test.job('logs.import', { files: [await test.token(target)] })
  addsUp(again.account)
  expect(again).toMatchObject({ rows: 0, account: { duplicates: 61, duplicatesOfEarlier: 60, kept: 0 } })
  expect(await test.core.client.call('deployment.list', {})).toHaveLength(1)
  const bytes = readFileSync(target)
  const at = bytes.indexOf('"r7"')
  bytes.write('"r8"', at)
  writeFileSync(join(folder, 'changed.zip'), bytes)
  await expect(test.job('logs.import', { files: [await test.token(join(folder, 'changed.zip'))] })).rejects.toMatchObject({ code: 'logs.packDamaged' })
})

it('predlog.v1 as it lies: broken lines are counted with their place, other bundles left out, an unknown one refused', async () => {
  const lines = [record(100), '', record(101).slice(0, 50), record(102, { root_digest: 'e'.repeat(64) }), record(103, { arm: 'blue' }), record(104, { latency_ms: 'fast' }), record(105, { bins: { sepal_length: 1 } }), record(106, { ts: 'soon' }), '{"level":30,"msg":"listening"}', record(107, { outcome: 'failed', error_code: 'crashed', out: {}, bins: {} }), record(108, { request_id: '' })]
  const batch = await test.job('logs.import', { files: [await test.token(write('raw.jsonl', lines))], versionId: made.versionId })
  addsUp(batch.account)
  expect(batch.account).toMatchObject({ read: 10, kept: 2, rejected: 8 })
  expect(Object.fromEntries(batch.account.reasons.map((r) => [r.reason, r.examples.map((e) => e.line)]))).toEqual({ 'unreadable': [3, 9], 'other-bundle': [4], 'bad-field': [5], 'bad-number': [6], 'bins': [7], 'no-time': [8], 'no-id': [11] })
  expect(batch.outcomes).toEqual([{ outcome: 'failed', rows: 1 }, { outcome: 'ok', rows: 1 }])
  const unknown = write('unknown.jsonl', [record(1, { root_digest: 'd'.repeat(64) })])
  await expect(test.job('logs.import', { files: [await test.token(unknown)] })).rejects.toMatchObject({ code: 'logs.unknownBundle' })
  await expect(test.job('logs.import', { files: [await test.token(write('junk.jsonl', ['{"a":1}', '{"a":2}']))] })).rejects.toMatchObject({ code: 'logs.whichVersion' })
})

it('tables with mapped columns: bins by the profile, what is wrong told by line, nothing kept where too much is', async () => {
  const rows = answers.inputs.map((x, i) => [`t${i}`, new Date(from + 86_400_000 + i * 1000).toISOString(), ...x, names[answers.labels[i]!], '200', '12.5'].join(','))
  const csv = write('table.csv', ['id,ts,sepal_length,sepal_width,petal_length,petal_width,predicted,status,latency_ms', ...rows, 'bad,when?,1,2,3,4,setosa,200,1', 'short,1', ',2026-05-02T00:00:00Z,1,2,3,4,setosa,200,1', rows[0]!])
  const look = await test.job('logs.look', { files: [await test.token(csv)], versionId: made.versionId })
  expect(look).toMatchObject({ format: 'table', missing: [], mapping: { requestId: 'id', time: 'ts', label: 'predicted', status: 'status', latency: 'latency_ms', latencyUnit: 'ms' } })
  await expect(test.job('logs.import', { files: [await test.token(csv)], versionId: made.versionId, mostRejected: 0.01 })).rejects.toMatchObject({ code: 'logs.mostRejected' })
  const batch = await test.job('logs.import', { files: [await test.token(csv)], versionId: made.versionId })
  addsUp(batch.account)
  expect(batch.account).toMatchObject({ read: 154, kept: 150, duplicates: 1, rejected: 3 })
  expect(Object.fromEntries(batch.account.reasons.map((r) => [r.reason, r.examples.map((e) => e.line)]))).toEqual({ 'no-time': [152], 'columns': [153], 'no-id': [154] })
  expect(batch.layout.features.map((f) => f.bins)).toEqual(['b0', 'b1', 'b2', 'b3'])
  expect(readdirSync(join(test.workspace, 'journals')).filter((n) => n.startsWith('logs-'))).toEqual([])
})

it('labels come later: coverage, delay, corrections, and a warning when they are selective', async () => {
  const label = (i: number, late: number): string => `t${i},0,${names[Math.floor(i / 50)]!},${new Date(from + 86_400_000 + i * 1000 + late).toISOString()}`
  const first = await test.job('logs.labels', { files: [await test.token(write('labels.csv', ['request_id,row,label,label_ts', ...Array.from({ length: 70 }, (_, i) => label(i, 3_600_000)), 'unknown,0,setosa,2026-06-01T00:00:00Z', 't1,0,,', label(0, 3_600_000)]))], modelId: made.modelId })
  expect(first.account).toMatchObject({ read: 73, kept: 71, duplicates: 1, rejected: 1, matched: 70, corrections: 0 })
  const window = { modelId: made.modelId, from: from + 86_400_000, to: from + 86_400_000 + 150_000 }
  const early = await test.core.client.call('logs.coverage', window)
  expect(early).toMatchObject({ rows: 150, labelled: 70, delay: { labels: 70, median: 3_600_000, negative: 0 }, selection: { verdict: 'selective', statistic: 'total-variation' } })
  expect(early.windows.reduce((n, w) => n + w.labelled, 0)).toBe(70)
  const second = await test.job('logs.labels', { files: [await test.token(write('more.jsonl', Array.from({ length: 81 }, (_, i) => JSON.stringify({ request_id: `t${i + 69}`, label: 'virginica', label_ts: new Date(from + 3 * 86_400_000).toISOString() }))))], modelId: made.modelId })
  expect(second.account).toMatchObject({ read: 81, kept: 81, matched: 81, corrections: 1 })
  expect(await test.core.client.call('logs.coverage', window)).toMatchObject({ labelled: 150, selection: { verdict: 'not-enough' } })
})

it('windows can be forgotten: the rows are gone from disk, who did it stays, and the workspace is whole', async () => {
  const before = await test.core.client.call('logs.list', { modelId: made.modelId })
  const done = await test.job('logs.forget', { modelId: made.modelId, from: from + 86_400_000, to: from + 86_400_000 + 50_000, reason: 'asked to erase' })
  expect(done).toEqual({ rows: 50, batches: 1, labels: 0 })
  const [batch] = (await test.core.client.call('logs.list', { modelId: made.modelId })).filter((b) => b.forgotten.length > 0)
  expect(batch).toMatchObject({ rows: 100, from: from + 86_400_000 + 50_000, forgotten: [{ rows: 50, who: 'Ann', reason: 'asked to erase' }] })
  const pack = before.find((b) => b.format === 'feedback' && b.rows === 60)!
  expect(await test.job('logs.forget', { modelId: made.modelId, batchId: pack.id, reason: 'asked to erase' })).toEqual({ rows: 60, batches: 1, labels: 0 })
  expect(await test.core.client.call('logs.get', { batchId: pack.id })).toMatchObject({ rows: 0, from: null, account: { rows: 60 } })
  expect(await test.job('workspace.check', {})).toMatchObject({ healthy: true })
  expect(await test.job('audit.verify', {})).toMatchObject({ whole: true, findings: [] })
  expect(existsSync(join(test.workspace, 'blobs'))).toBe(true)
})

it('deployments: promotion, share, incident and rollback on one line of time; steps out of order are refused', async () => {
  const { call } = test.core.client
  const reason = 'release of May'
  const first = await call('deployment.record', { versionId: made.versionId, environment: 'Staging', target: 'eu-1', start: 'deployed', at: from, reason })
  const second = await call('deployment.record', { versionId: made.versionId, environment: 'staging', target: 'eu-1', start: 'promoted', share: 0.05, at: from + 1000, replace: true, reason })
  await call('deployment.share', { deploymentId: second.id, share: 0.5, at: from + 2000, reason })
  await call('deployment.incident', { deploymentId: second.id, at: from + 3000, reason: 'late answers' })
  await expect(call('deployment.end', { deploymentId: second.id, at: from, reason })).rejects.toMatchObject({ code: 'deployment.order' })
  await call('deployment.end', { deploymentId: second.id, at: from + 4000, end: 'rolled-back', reason: 'errors' })
  await expect(call('deployment.share', { deploymentId: second.id, share: 1, reason })).rejects.toMatchObject({ code: 'deployment.notServing' })
  const all = await call('deployment.list', { environment: 'staging' })
  expect(all).toMatchObject([{ id: second.id, share: 0.5, until: from + 4000, end: 'rolled-back', endReason: 'errors', incidents: 1 }, { id: first.id, until: from + 1000, end: 'replaced' }])
  const line = await call('deployment.timeline', { environment: 'staging' })
  expect(line.steps.map((s) => [s.kind, s.outcome, s.at - from])).toEqual([['end', 'bad', 4000], ['incident', 'bad', 3000], ['share', 'neutral', 2000], ['start', 'good', 1000], ['end', 'neutral', 1000], ['start', 'good', 0]])
})

it('an endpoint is asked only when its host was confirmed, and what it says is held against the version', async () => {
  const asked: string[] = []
  const tensors = { inputs: [{ name: 'float_input', datatype: 'FP32', shape: [-1, 4] }], outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }, { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] }] }
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const answer: Record<string, string> = {
      '/v2/health/live': '', '/v2/health/ready': '', '/v2': JSON.stringify({ name: 'some-server', version: '9', extensions: ['model_repository'] }), '/v2/models/iris/ready': '', '/v2/models/iris': JSON.stringify({ name: 'iris', versions: ['1'], platform: 'onnx_onnxv1', ...tensors }),
      '/metrics': `# HELP model_info x\nmodel_info{model="iris",root_digest="${made.rootDigest}"} 1\nnv_inference_request_success{model="iris",version="1"} 12\nmystery_total 3\nmodel_request_rows_bucket{le="1"} 4\nmodel_input_drift_psi{feature="a \\"b\\""} NaN\n`,
    }
    const text = answer[request.url ?? '']
    if (text === undefined) { response.writeHead(302, { location: 'http://elsewhere.invalid/' }); response.end(); return }
    response.end(text)
  })
  await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready) })
  try {
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    await expect(test.job('deployment.ask', { url: `http://${host}`, versionId: made.versionId })).rejects.toMatchObject({ code: 'endpoint.notConfirmed' })
    expect(asked).toEqual([])
    expect(await test.core.client.call('deployment.consent', { host, allowed: true })).toMatchObject({ host, allowed: true, who: 'Ann' })
    test = await test.reopen()
    const answer = await test.job('deployment.ask', { url: host, versionId: made.versionId })
    expect(answer).toMatchObject({ live: true, ready: true, server: { name: 'some-server' }, model: { ready: true }, version: { versionId: made.versionId, number: 1, by: 'digest' }, otherSeries: 1, differences: [] })
    expect(answer.metrics.map((m) => m.name)).toEqual(['model_info', 'nv_inference_request_success'])
    const other = await test.job('deployment.ask', { url: host, model: 'nothing', versionId: made.versionId, metrics: null })
    expect(other.questions.find((q) => q.what === 'model')).toMatchObject({ status: 302, fault: expect.stringContaining('not followed') as string })
    await test.core.client.call('deployment.consent', { host, allowed: false })
    await expect(test.job('deployment.ask', { url: host })).rejects.toMatchObject({ code: 'endpoint.notConfirmed' })
    await expect(test.job('deployment.ask', { url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'endpoint.url' })
  } finally { server.close() }
})
