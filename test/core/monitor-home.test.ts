// From a bundle's own prediction log to an analysis, its alerts and a decision, through the real core, store and engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VersionId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { irisAnswers } from '../setup/kserve-logs.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
let folder: string
let versionId: VersionId
const from = Date.UTC(2026, 4, 1)
const answers = irisAnswers()
const names = ['setosa', 'versicolor', 'virginica']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-monitor-home-'))
  test = await openTestCore({ actor: 'Ann' })
  const { client } = test.core
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))], modelName: 'iris' })
  const data = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
  versionId = outcome!.version!.id
  const { binding, guesses } = await test.job('binding.propose', { versionId, datasetId: data.id, target: 'species' })
  await client.call('binding.save', { versionId, binding, guesses })
  const { runId } = await test.job('run.evaluate', { versionId, datasetId: data.id })
  await expect(test.job('monitor.analyse', { versionId })).rejects.toMatchObject({ code: 'monitor.noLogs' })
  await client.call('gate.save', { modelId: outcome!.version!.modelId, policy: { schema: 'slipway.gate/2', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.9 }] } })
  const check = await client.call('gate.check', { runId })
  const bundle = await test.job('bundle.export', { checkId: check.id, destination: await test.token(join(folder, 'iris.mlbundle.zip'), 'write') })
  // One of three sorts is all that comes; every other row has a petal length below all that was ever seen.
  const record = (i: number): string => { const at = i % 50; return JSON.stringify({
    schema: 'predlog.v1', model: bundle.name, version: bundle.version, serial: bundle.serial, root_digest: bundle.rootDigest, ts: new Date(from + i * 1000).toISOString(), event_id: `0194a1b2-c3d4-7000-8000-${i.toString(16).padStart(12, '0')}`, request_id: `r${i}`, row: 0, arm: 'stable', latency_ms: 2.5, outcome: 'ok',
    out: { label: names[answers.labels[at]!], score: Math.max(...answers.probabilities[at]!), scores: answers.probabilities[at] }, bins: { sepal_length: i % 2, sepal_width: i % 2, petal_length: i % 2 === 0 ? -3 : 0, petal_width: 0 }, sampled: 1,
  }) }
  writeFileSync(join(folder, 'log.jsonl'), `${Array.from({ length: 1200 }, (_, i) => record(i)).join('\n')}\n`)
  await test.job('logs.import', { files: [await test.token(join(folder, 'log.jsonl'))] })
}, 180_000)
afterAll(async () => { await test.done(); rmSync(folder, { recursive: true, force: true }) })

it('an analysis holds logs against the profile and limits of the bundle, raises its alerts, and keeps what was decided', async () => {
  const { client } = test.core
  const summary = await test.job('monitor.analyse', { versionId, windows: 4 })
  expect(summary).toMatchObject({ rows: 1200, verdict: 'drift', stale: false, who: 'Ann' })
  expect(summary.firing).toBeGreaterThan(0)
  expect(summary.undecided).toBe(summary.firing)
  const overview = await client.call('monitor.overview', { versionId })
  expect(overview).toMatchObject({ id: summary.id, task: 'multiclass-classification', source: { limits: 'bundle', profile: { from: 'bundle', rows: 150 } } })
  expect(overview.windows).toHaveLength(4)
  const column = await client.call('monitor.column', { versionId, column: 'petal_length' })
  expect(column).toMatchObject({ whole: { verdict: 'drift' }, of: 'input' })
  expect(column.windows[0]).toMatchObject({ outside: 0.5 })
  expect(await client.call('monitor.quality', { monitorId: summary.id })).toMatchObject({ labelled: 0, whole: [], metrics: ['accuracy', 'macro.f1', 'balanced_accuracy', 'roc_auc.ovr_macro', 'log_loss'] })
  const { alerts, previous } = await client.call('monitor.alerts', { versionId, firing: true })
  expect(previous).toBeNull()
  const alert = alerts.find((a) => a.thresholdId === 'InputOutOfRange:petal_length:warning')!
  expect(alert).toMatchObject({ state: 'firing', value: 0.5, decision: null })
  expect(alert.actions.find((a) => a.action === 'roll-back')).toMatchObject({ available: false })
  const decision = await client.call('alert.decide', { monitorId: summary.id, thresholdId: alert.thresholdId, action: 'threshold', limit: 0.6, reason: 'the sensor was replaced' })
  expect(decision).toMatchObject({ who: 'Ann', limit: alert.limit, newLimit: 0.6, value: 0.5 })
  await expect(client.call('alert.decide', { monitorId: summary.id, thresholdId: alert.thresholdId, action: 'accept', limit: 1, reason: 'because' })).rejects.toMatchObject({ code: 'input.invalid' })
  expect(await client.call('alert.decisions', { versionId })).toEqual([decision])
  // The moved limit counts from the next analysis on, and says who moved it.
  await test.job('monitor.analyse', { versionId, windows: 1 })
  const again = (await client.call('monitor.alerts', { versionId })).alerts.find((a) => a.thresholdId === alert.thresholdId)!
  expect(again).toMatchObject({ state: 'clear', limit: 0.6, decision: { reason: 'the sensor was replaced' } })
  expect(again.origin.formula).toBe(`moved from ${alert.limit} by Ann: the sensor was replaced`)
  expect(await client.call('monitor.list', { versionId })).toHaveLength(2)
}, 120_000)

it('a decision to roll back moves the alias and tells it where the version serves, or does nothing at all', async () => {
  const { client } = test.core
  const version = (await client.call('version.get', { versionId })).version
  const [other] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-forest.onnx'))], modelName: 'iris' })
  const second = other!.version!.id
  await client.call('alias.set', { modelId: version.modelId, alias: 'champion', versionId: second, expected: null, reason: 'the first one' })
  await client.call('alias.set', { modelId: version.modelId, alias: 'champion', versionId, expected: second, reason: 'a better one' })
  const { monitorId, alerts } = await client.call('monitor.alerts', { versionId, firing: true })
  const [serving] = await client.call('deployment.list', { modelId: version.modelId, current: true })
  expect(serving).toMatchObject({ versionId, incidents: 0 })
  const decide = { monitorId, thresholdId: alerts[0]!.thresholdId, action: 'roll-back' as const, reason: 'petals are wrong since noon' }
  // What cannot be done leaves nothing behind.
  await expect(client.call('alert.decide', { ...decide, rollback: { alias: 'champion', expected: second } })).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(client.call('alert.decide', { ...decide, action: 'accept', rollback: { alias: 'champion', expected: versionId } })).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(client.call('alert.decide', { ...decide, rollback: { alias: 'staging', expected: versionId } })).rejects.toMatchObject({ code: 'alias.moved' })
  const before = (await client.call('alert.decisions', { versionId })).length
  await client.call('alert.decide', { ...decide, rollback: { alias: 'champion', expected: versionId, deploymentId: serving!.id } })
  expect(await client.call('alias.list', { modelId: version.modelId })).toMatchObject([{ alias: 'champion', target: { versionId: second }, last: { action: 'rollback', reason: decide.reason } }])
  expect(await client.call('deployment.list', { modelId: version.modelId })).toMatchObject([{ versionId: second, start: 'rolled-back-to', until: null }, { versionId, end: 'rolled-back', incidents: 1 }])
  const { steps } = await client.call('deployment.timeline', { modelId: version.modelId })
  expect(steps.slice(0, 3).map((s) => s.sentence).sort()).toEqual([`Incident with iris ${version.number} in production.`, `iris ${version.number} in production was rolled back.`, expect.stringContaining('serves again after a rollback')])
  expect(await client.call('alert.decisions', { versionId })).toHaveLength(before + 1)
  // Said again, it is refused: the alias has moved.
  await expect(client.call('alert.decide', { ...decide, rollback: { alias: 'champion', expected: versionId } })).rejects.toMatchObject({ code: 'alias.moved' })
}, 60_000)
