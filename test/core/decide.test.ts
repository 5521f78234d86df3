// From logs of two arms to an A/B comparison that is kept, through the real core, store and engine; sums are held against counting here.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ModelId, VersionId } from '../../shared/ids.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { fixture } from '../setup/fixtures.ts'
import { irisAnswers } from '../setup/kserve-logs.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
let folder: string
let versionId: VersionId
let modelId: ModelId
const start = Date.UTC(2026, 5, 1)
const names = ['setosa', 'versicolor', 'virginica']
const random = randomStream(7)

/** Callers keep their side; the second side is right more often, and slower. */
const rows = Array.from({ length: 6000 }, (_, i) => {
  const unit = random.below(3000)
  const second = unit % 2 === 1
  const truth = names[random.below(3)]!
  const right = random.next() < (second ? 0.9 : 0.8)
  return { i, unit: `u${unit}`, arm: second ? 'canary' : 'stable', truth, label: right ? truth : names[(names.indexOf(truth) + 1) % 3]!, ms: second ? 12 + random.next() : 10 + random.next(), status: random.next() < 0.02 ? 500 : 200 }
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-decide-'))
  test = await openTestCore({ actor: 'Ann' })
  const { client } = test.core
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))], modelName: 'iris' })
  const data = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
  ;[versionId, modelId] = [outcome!.version!.id, outcome!.version!.modelId]
  const { binding, guesses } = await test.job('binding.propose', { versionId, datasetId: data.id, target: 'species' })
  await client.call('binding.save', { versionId, binding, guesses })
  const line = (r: typeof rows[number]): string => [`r${r.i}`, start + r.i * 1000, r.arm, r.unit, r.status, r.ms, r.status === 200 ? r.label : '', r.status === 200 ? '0.9' : '', r.truth].join(',')
  writeFileSync(join(folder, 'log.csv'), `id,ts,arm,unit,status,ms,label,score,truth\n${rows.map(line).join('\n')}\n`)
  const mapping = { requestId: 'id', time: 'ts', arm: 'arm', unit: 'unit', status: 'status', latency: 'ms', label: 'label', score: 'score', truth: 'truth' }
  const batch = await test.job('logs.import', { files: [await test.token(join(folder, 'log.csv'))], format: 'table', mapping, versionId })
  expect(batch.rows).toBe(6000)
}, 120_000)
afterAll(async () => { await test.done(); rmSync(folder, { recursive: true, force: true }) })

const sides = (): { control: { versionId: VersionId; arm: 'stable' }; treatment: { versionId: VersionId; arm: 'canary' } } => ({ control: { versionId, arm: 'stable' }, treatment: { versionId, arm: 'canary' } })

it('an A/B comparison counts what is there, decides once, and is kept', async () => {
  const report = await test.job('monitor.ab', { ...sides(), smallest: 0.05 })
  const of = (arm: string): typeof rows => rows.filter((r) => r.arm === arm)
  const answered = (arm: string): typeof rows => of(arm).filter((r) => r.status === 200)
  expect(report).toMatchObject({ who: 'Ann', units: 'callers', inBoth: 0, verdict: 'better', from: start, to: start + 5999 * 1000, control: { rows: of('stable').length, units: new Set(of('stable').map((r) => r.unit)).size }, ratio: { holds: true } })
  const [correct, failed, latency] = report.metrics
  expect(report.metrics.map((m) => m.metric)).toEqual(['correct', 'failed', 'latency', 'answer', 'score'])
  expect(report.metrics[4]).toMatchObject({ verdict: 'not-enough', always: null })
  const share = (arm: string): number => answered(arm).filter((r) => r.label === r.truth).length / answered(arm).length
  expect(correct).toMatchObject({ primary: true, control: { rows: answered('stable').length, value: share('stable') }, treatment: { rows: answered('canary').length, value: share('canary') } })
  expect(failed!.control).toEqual({ rows: of('stable').length, value: of('stable').filter((r) => r.status === 500).length / of('stable').length })
  expect(latency!.treatment.value).toBeCloseTo(answered('canary').reduce((sum, r) => sum + r.ms, 0) / answered('canary').length, 9)
  expect(latency).toMatchObject({ verdict: 'worse' })
  // It was decided long before the log ends, and says when: as many rows were answered by then.
  const { at, rows: after } = correct!.decided!
  expect(after).toBe(rows.filter((r) => r.status === 200 && start + r.i * 1000 <= at).length)
  expect(after).toBeLessThan(3000)
  // Labels do not depend on the caller here, so rows of one caller are not alike.
  expect(correct!.designEffect).toBeLessThan(1.1)
  expect(correct!.always!.low).toBeLessThan(correct!.effect!.low!)
  const { client } = test.core
  const [kept] = await client.call('monitor.studies', { modelId, kind: 'ab' })
  expect(kept).toMatchObject({ id: report.id, verdict: 'better', versionId, modelName: 'iris' })
  expect(await client.call('monitor.study', { studyId: report.id })).toEqual(report)
}, 60_000)

it('a broken split decides nothing, and sides that are no sides are refused', async () => {
  const report = await test.job('monitor.ab', { ...sides(), share: 0.4 })
  expect(report).toMatchObject({ verdict: 'invalid', ratio: { holds: false } })
  await expect(test.job('monitor.ab', { control: { versionId }, treatment: { versionId, arm: 'canary' } })).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(test.job('monitor.ab', { ...sides(), treatment: { versionId, arm: 'shadow' } })).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(test.job('monitor.ab', { ...sides(), from: start + 10_000_000 })).rejects.toMatchObject({ code: 'monitor.noLogs' })
  await expect(test.job('monitor.ab', { ...sides(), primary: 'value' })).rejects.toMatchObject({ code: 'input.invalid' })
}, 60_000)

it('a rollout is played against the limits of the evaluation, and waits where too few requests came', async () => {
  const { client } = test.core
  const asked = { stable: sides().control, canary: sides().treatment }
  await expect(test.job('monitor.rollout', asked)).rejects.toMatchObject({ code: 'monitor.noLimits' })
  const [data] = await client.call('dataset.list', {})
  await test.job('run.evaluate', { versionId, datasetId: data!.id })
  const report = await test.job('monitor.rollout', asked)
  // One request a second, half of them to each side: a step of 5 % can be played with 1 ÷ 0.95 of the stable half, of which the canary gets 1.6 a minute.
  expect(report).toMatchObject({ verdict: 'inconclusive', ended: { step: 0, by: 'no-data', name: 'errors' }, limits: 'run', mirrored: false, stable: { rows: rows.filter((r) => r.arm === 'stable').length } })
  const first = Math.max(...['stable', 'canary'].map((arm) => rows.find((r) => r.arm === arm)!.i))
  expect(report.ended!.at).toBe(start + first * 1000 + 15 * 60_000)
  const within = rows.filter((r) => r.i >= first && r.i < first + 72 * 60)
  expect(report.steps[0]!.played).toBeCloseTo(within.filter((r) => r.arm === 'stable').length / 0.95 / within.length, 9)
  expect(report.steps[0]!.canary.requests).toBe(report.exposed)
  expect(await client.call('monitor.study', { studyId: report.id })).toEqual(report)
  expect((await client.call('history.list', { subject: versionId, verb: 'monitor.rollout' })).length).toBe(1)
}, 60_000)

it('rows with raw values become a data set that can be evaluated, and tells where it came from', async () => {
  const { client } = test.core
  await expect(test.job('logs.dataset', { versionId })).rejects.toMatchObject({ code: 'logs.noValues' })
  // The rows of the fixture as they were asked and truly are, two of three with a true answer; the answers of another runtime.
  const lines = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split('\n').slice(1).map((l) => l.trim().split(','))
  const answers = irisAnswers()
  const log = lines.map((cells, i) => [`q${i}`, start + 90_000_000 + i, ...cells.slice(0, 4), names[answers.labels[i]!], i % 3 === 0 ? '' : cells[4]].join(','))
  writeFileSync(join(folder, 'raw.csv'), `id,ts,sepal_length,sepal_width,petal_length,petal_width,label,truth\n${log.join('\n')}\n`)
  await test.job('logs.import', { files: [await test.token(join(folder, 'raw.csv'))], format: 'table', mapping: { requestId: 'id', time: 'ts', label: 'label', truth: 'truth' }, versionId, level: 2 })
  const dataset = await test.job('logs.dataset', { versionId, from: start + 90_000_000 })
  expect(dataset).toMatchObject({ rows: 100, copied: true, name: 'iris 1, labelled rows of logs' })
  expect(dataset.columns.map((c) => c.name)).toEqual(['request_id', 'log_row', 'sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'])
  const { runId } = await test.job('run.evaluate', { versionId, datasetId: dataset.id })
  const run = await client.call('run.get', { runId })
  const right = lines.filter((cells, i) => i % 3 !== 0 && names[answers.labels[i]!] === cells[4]).length
  expect(run.metrics.find((m) => m.metric === 'accuracy' && m.slice === '')).toMatchObject({ value: right / 100, n: 100 })
  const wrong = await test.job('logs.dataset', { versionId, which: 'wrong', from: start + 90_000_000, name: 'wrong' })
  expect(wrong.rows).toBe(100 - right)
  const [told] = await client.call('history.list', { subject: dataset.id, verb: 'logs.dataset' })
  expect(told).toMatchObject({ facts: { origin: 'logs', versionId, which: 'labelled' } })
}, 60_000)
