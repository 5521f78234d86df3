// A real bundle tried from the program: its own server as a process, a row by column names, the reference's answer, its metrics, and an end
// that leaves nothing. And two bundles compared by their manifests.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportBundle, type ExportedBundle } from '../../main/core/bundle/export.ts'
import { nativeModulesFolder, partsFolder } from '../../main/core/bundle/bundle-parts.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { differenceOf } from '../../main/core/operations/bundle-compare.ts'
import { figuresOf } from '../../main/core/trial/trial-metrics.ts'
import { Trials, type TrialPlan } from '../../main/core/trial/trials.ts'
import { Bundle } from '../../shared/domain/bundle.ts'
import { fixture } from '../setup/fixtures.ts'
import { inferHere, irisFacts } from '../setup/small-bundle.ts'
import { samples } from '../contract-samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-trial-'))
const platform = `${process.platform}-${process.arch}`
const bundleId = samples['trial.get'].input.bundleId
const context = { signal: new AbortController().signal, kill: new AbortController().signal, progress: () => undefined }
let archive = ''
let publicPem = ''
let made: ExportedBundle
const trials = new Trials({ command: process.execPath, env: {} })
const plan = (change: Partial<TrialPlan> = {}): TrialPlan => ({ bundleId, archive, platforms: [platform], folder: join(folder, 'trial'), trust: publicPem, ...change })

beforeAll(async () => {
  const key = await loadOrCreateKey(join(folder, 'keys'), undefined)
  publicPem = key.publicPem
  archive = join(folder, 'iris.zip')
  made = await exportBundle(await irisFacts(folder, { platforms: [platform] }), { staging: join(folder, 'staging'), target: archive, parts: partsFolder(), nativeModules: nativeModulesFolder() }, { key, infer: inferHere, signal: context.signal, progress: () => undefined })
})
afterAll(async () => {
  await trials.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a row sent through the form gets the reference’s answer from the bundle’s own server', async () => {
  const trial = await trials.start(plan(), context)
  expect(trial).toMatchObject({ state: 'running', verified: true })
  expect(trial.fields.map((f) => [f.name, f.kind])).toEqual(['sepal_length', 'sepal_width', 'petal_length', 'petal_width'].map((name) => [name, 'number']))
  expect(trial.fields.every((f) => Number.isFinite(Number(f.value)))).toBe(true)

  const [header, first] = readFileSync(fixture('iris/data/iris.csv'), 'utf8').split('\n').map((line) => line.trim().split(','))
  const values = Object.fromEntries(trial.fields.map((f) => [f.name, first![header!.indexOf(f.name)]!]))
  const reference = (JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }).outputs['probabilities']!.data.slice(0, 3)
  const answer = await trials.send(bundleId, values)
  expect(answer).toMatchObject({ ok: true, status: 200, error: null })
  const found = answer.prediction === null ? answer.outputs.find((o) => o.name === 'probabilities')!.values as number[] : ['setosa', 'versicolor', 'virginica'].map((label) => answer.prediction!.probabilities.find((p) => p.label === label)!.probability)
  found.forEach((p, i) => { expect(Math.abs(p - reference[i]!)).toBeLessThan(1e-5) })

  await expect(trials.send(bundleId, { sepal_length: 'wide' })).rejects.toMatchObject({ code: 'input.invalid' })
  const metrics = await trials.metrics(bundleId)
  expect(metrics.reason === null ? metrics.figures.length : 1).toBeGreaterThan(0)
  await trials.stop(bundleId)
  expect([trials.get(bundleId), existsSync(join(folder, 'trial'))]).toEqual([null, false])
  await expect(trials.send(bundleId, values)).rejects.toMatchObject({ code: 'trial.notRunning' })
})

test('what cannot be tried here says why and leaves nothing behind', async () => {
  await expect(trials.start(plan({ platforms: ['win32-arm64'] }), context)).rejects.toMatchObject({ code: 'trial.notHere' })
  await expect(trials.start(plan({ archive: fixture('iris/data/iris.csv') }), context)).rejects.toMatchObject({ code: 'trial.failed' })
  await expect(new Trials({ command: join(folder, 'no-node'), env: {} }).start(plan(), context)).rejects.toMatchObject({ code: 'trial.noNode' })
  const stranger = await loadOrCreateKey(join(folder, 'stranger'), undefined)
  await expect(trials.start(plan({ trust: stranger.publicPem }), context)).rejects.toMatchObject({ code: 'trial.failed' })
  expect(existsSync(join(folder, 'trial'))).toBe(false)
})

test('figures out of the exposition format', () => {
  const text = '# HELP x y\nmodel_requests_total{model="iris",outcome="ok"} 7\nmodel_requests_total{model="iris",outcome="failed"} 1\nmodel_request_duration_seconds_sum 0.04\nmodel_request_duration_seconds_count 8\nmodel_predictions_total{output="label",class="a \\"b\\""} 3\nmodel_queue_depth NaN\n'
  expect(figuresOf(text)).toEqual([{ name: 'Requests', value: 8, unit: 'count' }, { name: 'Not answered', value: 1, unit: 'count' }, { name: 'Mean time of a request', value: 5, unit: 'milliseconds' }, { name: 'Predicted a "b"', value: 3, unit: 'count' }])
})

test('two bundles: model, decision, metrics with their differences, targets and files', () => {
  const bundle = Bundle.parse({ ...samples['bundle.get'].output, name: 'iris', version: '1.2.3', fileName: 'iris-1.2.3.zip' })
  const left = made.manifest
  const changed = left.files.find((f) => f.path === 'README.md')!
  const right = {
    ...left, serial: left.serial + 1, version: '1.3.0', targets: [{ target: 'triton' as const, engine: '25.03' }],
    model: { ...left.model, sha256: 'e'.repeat(64), decisionThreshold: 0.3, outputs: left.model.outputs.slice(1) },
    evaluation: { ...left.evaluation, metrics: left.evaluation.metrics.map((m) => (m.metric === 'accuracy' ? { ...m, value: 0.98 } : m)) },
    files: [...left.files.filter((f) => f !== changed && !f.path.endsWith('smoke.mjs')).map((f) => ({ ...f, path: f.path.replace(`/${left.serial}/`, `/${left.serial + 1}/`) })), { ...changed, sha256: 'f'.repeat(64), bytes: 9 }, { ...changed, path: 'deploy/triton/README.md' }],
  }
  const difference = differenceOf(bundle, left, { ...bundle, version: '1.3.0', fileName: 'iris-1.3.0.zip' }, right)
  expect(difference).toMatchObject({ breaking: true, sameData: true })
  expect(difference.sentence).toBe('iris-1.3.0.zip holds another model. Callers of iris 1.2.3 break on iris 1.3.0. 3 files differ.')
  expect(difference.facts.filter((f) => !f.same).map((f) => f.name)).toEqual(['Model', 'Outputs', 'Decision threshold', 'Targets'])
  expect(difference.metrics.find((m) => m.metric === 'accuracy')).toMatchObject({ before: 0.96, after: 0.98, verdict: 'better' })
  expect(difference.files).toEqual([{ path: 'README.md', change: 'changed', before: changed.bytes, after: 9 }, { path: 'bin/smoke.mjs', change: 'removed', before: expect.any(Number) as number, after: null }, { path: 'deploy/triton/README.md', change: 'added', before: null, after: changed.bytes }])
  expect(differenceOf(bundle, left, bundle, left)).toMatchObject({ breaking: false, files: [], sentence: 'Both hold the same model. Callers need no change. No file differs.' })
})
