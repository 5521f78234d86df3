// From a judged run to a verified bundle, and the sample: the real core, the real engine, the real archive.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatePolicy } from '../../shared/domain/gate-rules.ts'
import type { RunId, VersionId } from '../../shared/ids.ts'
import { ExecutionProvider } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

const policyOf = (limit: number): GatePolicy => ({ schema: 'slipway.gate/1', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit }] })

async function judgedIris(): Promise<{ runId: RunId; versionId: VersionId }> {
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
  const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
  const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
  const { binding, guesses } = await test.job('binding.propose', { ...pair, target: 'species' })
  await test.core.client.call('binding.save', { versionId: pair.versionId, binding, guesses })
  return { ...await test.job('run.evaluate', pair), versionId: pair.versionId }
}

describe('the gate', () => {
  it('judges by the given policy and by the stored one; a no is an answer; an override is kept with its name', async () => {
    const { runId } = await judgedIris()
    const { client } = test.core
    const run = await client.call('run.get', { runId })
    // No policy is no broken policy: it is said as such, with how to make one.
    await expect(client.call('gate.check', { runId })).rejects.toMatchObject({ code: 'gate.policyMissing', message: expect.stringMatching(/^There is no policy yet for the model “iris-logreg-tensor”/) as string, next: expect.stringContaining('--policy gate.yaml') as string })
    const mistyped: GatePolicy = { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 1 }, { kind: 'metric', metric: 'acuracy', slice: '', op: '>=', limit: 0.9 }] }
    const refusal = { code: 'gate.policyInvalid', message: expect.stringMatching(/rule 2 asks for the metric “acuracy”, which does not exist; the nearest names? (is|are) “accuracy”/) as string }
    await expect(client.call('gate.check', { runId, policy: mistyped })).rejects.toMatchObject(refusal)
    await expect(client.call('gate.save', { modelId: run.modelId, policy: mistyped })).rejects.toMatchObject(refusal)
    await expect(client.call('gate.check', { runId, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'no-regression', metric: 'f-1', slice: '', margin: 0 }] } })).rejects.toMatchObject({ message: expect.stringContaining('the nearest name') as string })
    expect(await client.call('gate.check', { runId, policy: policyOf(0.9) })).toMatchObject({ passed: true, findings: [{ verdict: 'pass', value: 0.96, limit: 0.9 }] })
    expect(await client.call('gate.get', { modelId: run.modelId })).toBeNull()
    const saved = await client.call('gate.save', { modelId: run.modelId, policy: policyOf(0.99) })
    expect(await client.call('gate.save', { modelId: run.modelId, policy: policyOf(0.99) })).toEqual(saved)
    const no = await client.call('gate.check', { runId })
    expect(no).toMatchObject({ passed: false, override: null, gateId: saved.id, findings: [{ verdict: 'fail' }] })
    const overridden = await client.call('gate.check', { runId, override: { name: 'Ada', reason: 'a pilot with ten users' } })
    expect(overridden).toMatchObject({ passed: false, override: { name: 'Ada', reason: 'a pilot with ten users' } })
    expect((await client.call('gate.checks', { runId })).map((c) => c.id)).toContain(overridden.id)
    expect((await client.call('history.list', {}))[0]!.sentence).toContain('Ada overrode it')
  })
})

describe('the bundle', () => {
  it('needs a passed or overridden check, verifies, is never overwritten, and is the same bytes again', async () => {
    const { runId, versionId } = await judgedIris()
    const { client } = test.core
    const failed = await client.call('gate.check', { runId, policy: policyOf(0.99) })
    const target = join(test.folder, 'iris.zip')
    await expect(test.job('bundle.export', { checkId: failed.id, destination: await test.token(target, 'write') })).rejects.toMatchObject({ code: 'bundle.gateNotPassed' })
    expect(existsSync(target)).toBe(false)
    const check = await client.call('gate.check', { runId, policy: policyOf(0.9) })
    const bundle = await test.job('bundle.export', { checkId: check.id, destination: await test.token(target, 'write') })
    expect(bundle).toMatchObject({ versionId, runId, checkId: check.id, version: '1.0.0', serial: 1, overridden: false, fileName: 'iris.zip', bytes: readFileSync(target).length })
    expect((await client.call('app.about', {})).publisherKeyId).toBe(bundle.publisherKeyId)
    expect(await test.job('bundle.verify', { file: await test.token(target) })).toMatchObject({ verdict: 'trusted', exit: 0, rootDigest: bundle.rootDigest })
    await expect(test.job('bundle.export', { checkId: check.id, destination: await test.token(target, 'write') })).rejects.toMatchObject({ code: 'bundle.targetExists' })
    const elsewhere = join(test.folder, 'elsewhere')
    mkdirSync(elsewhere)
    const again = await test.job('bundle.export', { checkId: check.id, destination: await test.token(elsewhere, 'write') })
    expect(again).toMatchObject({ sha256: bundle.sha256, rootDigest: bundle.rootDigest, serial: 1 })
    expect(readFileSync(join(elsewhere, again.fileName)).equals(readFileSync(target))).toBe(true)
    const next = await test.job('bundle.export', { checkId: check.id, destination: await test.token(join(test.folder, 'next.zip'), 'write'), version: '1.1.0' })
    expect(next.serial).toBe(2)
    expect((await client.call('bundle.list', { versionId })).map((b) => b.serial).sort()).toEqual([1, 1, 2])
  })

  it('with one changed byte, of another publisher, or no bundle at all: the report says which', async () => {
    const { runId } = await judgedIris()
    const check = await test.core.client.call('gate.check', { runId, policy: policyOf(0.9) })
    const target = join(test.folder, 'iris.zip')
    await test.job('bundle.export', { checkId: check.id, destination: await test.token(target, 'write') })
    const bytes = readFileSync(target)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    const bent = join(test.folder, 'bent.zip')
    writeFileSync(bent, bytes)
    expect((await test.job('bundle.verify', { file: await test.token(bent) })).exit).toBeGreaterThan(0)
    const text = join(test.folder, 'text.zip')
    writeFileSync(text, 'no bundle')
    expect(await test.job('bundle.verify', { file: await test.token(text) })).toMatchObject({ verdict: 'malformed' })
    const stranger = await openTestCore()
    try {
      copyFileSync(target, join(stranger.folder, 'iris.zip'))
      expect(await stranger.job('bundle.verify', { file: await stranger.token(join(stranger.folder, 'iris.zip')) })).toMatchObject({ verdict: 'unknown-publisher', exit: 3 })
    } finally { await stranger.done() }
    await expect(test.job('bundle.verify', { file: await test.token(target), trust: await test.token(text) })).rejects.toMatchObject({ code: 'key.notPublic', next: expect.stringContaining('publisher.pub.pem') as string })
  })
})

describe('the sample', () => {
  it('opens into two versions, data, bindings, runs and a policy; asking again changes nothing', async () => {
    const { client } = test.core
    expect(await client.call('app.about', {})).toMatchObject({ sampleAvailable: true, empty: true })
    const steps: unknown[] = []
    const opened = await test.job('sample.open', {}, { onSnapshot: (job) => steps.push(job.fraction) })
    expect(opened.versionIds).toHaveLength(2)
    expect(steps.length).toBeGreaterThan(2)
    const runs = await Promise.all(opened.runIds.map((runId) => client.call('run.get', { runId })))
    const reference = (v: string): number => (JSON.parse(readFileSync(fixture(`adult-income/reference/${v}.test.json`), 'utf8')) as { metrics: { accuracy: number } }).metrics.accuracy
    expect(runs.map((r) => r.headline?.value)).toEqual([reference('v1'), reference('v2')])
    const { modelId } = opened
    expect(await client.call('gate.get', { modelId })).not.toBeNull()
    expect(await client.call('model.trend', { modelId, metric: 'accuracy' })).toMatchObject([{ number: 1 }, { number: 2 }])
    const compared = await client.call('version.compare', { left: opened.versionIds[0]!, right: opened.versionIds[1]! })
    expect(compared.onData).toMatchObject({ leftRunId: opened.runIds[0], rightRunId: opened.runIds[1] })
    expect(await test.job('sample.open', {})).toEqual(opened)
    expect(await client.call('run.list', {})).toHaveLength(2)
    expect(await client.call('app.about', {})).toMatchObject({ empty: false })
  })

  it('is missing: said before anything is made', async () => {
    const other = await openTestCore({ resources: join(test.folder, 'nowhere') })
    try {
      expect((await other.core.client.call('app.about', {})).sampleAvailable).toBe(false)
      await expect(other.job('sample.open', {})).rejects.toMatchObject({ code: 'sample.missing' })
    } finally { await other.done() }
  })
})

describe('devices', () => {
  it('each is tried in a process of its own, which is gone afterwards; the answer is kept', async () => {
    const found = await test.job('app.probe', {})
    expect(found.map((p) => p.provider)).toEqual(ExecutionProvider.options)
    expect(found.find((p) => p.provider === 'cpu')).toMatchObject({ status: 'works' })
    for (const p of found) expect(p.sentence.length).toBeGreaterThan(5)
    expect(test.processes).toHaveLength(ExecutionProvider.options.length)
    await Promise.all(test.processes.map((p) => p.exited))
    expect(await test.core.client.call('app.providers', {})).toEqual(found)
    const gone = found.find((p) => p.status === 'unavailable')!
    const { runId } = await judgedIris()
    const run = await test.core.client.call('run.get', { runId })
    await expect(test.job('run.evaluate', { versionId: run.versionId, datasetId: run.datasetId, options: { provider: gone.provider } })).rejects.toMatchObject({ code: 'engine.providerUnavailable' })
  })
})

describe('what only a desktop can do', () => {
  it('fails in words without one, and goes through tokens with one', async () => {
    const { client } = test.core
    await expect(client.call('shell.openFiles', { what: 'model' })).rejects.toMatchObject({ code: 'shell.unavailable' })
    const place = join(test.folder, 'saved.csv')
    const desktop = await openTestCore({ shell: { openFiles: () => Promise.resolve([fixture('iris/data/iris.csv')]), saveFile: () => Promise.resolve(place), reveal: () => undefined, printPdf: async () => new Uint8Array() } })
    try {
      const [file] = await desktop.core.client.call('shell.openFiles', { what: 'dataset' })
      expect(file).toMatchObject({ name: 'iris.csv', kind: 'file' })
      expect(JSON.stringify(file)).not.toContain('/')
      const target = await desktop.core.client.call('shell.saveFile', { what: 'csv', suggestedName: 'saved.csv' })
      await desktop.core.client.call('shell.writeText', { file: target!.token, text: 'a,b\n' })
      expect(readFileSync(place, 'utf8')).toBe('a,b\n')
      await desktop.core.client.call('shell.writeText', { file: target!.token, text: 'aGk=', encoding: 'base64' })
      expect(readFileSync(place, 'utf8')).toBe('hi')
      await expect(desktop.core.client.call('shell.readText', { file: target!.token })).rejects.toMatchObject({ code: 'input.tokenUnknown' })
      await expect(desktop.core.client.call('shell.writeText', { file: file!.token, text: 'x' })).rejects.toMatchObject({ code: 'input.tokenUnknown' })
    } finally { await desktop.done() }
  })
})

describe('settings', () => {
  it('change only what was named, and reach the runs', async () => {
    const { client } = test.core
    await client.call('settings.save', { theme: 'dark', threads: 1 })
    expect(await client.call('settings.save', { publisherName: 'Ada' })).toEqual({ theme: 'dark', density: 'comfortable', threads: 1, publisherName: 'Ada' })
    const { runId } = await judgedIris()
    expect((await client.call('run.get', { runId })).environment?.threads).toBe(1)
  })
})
