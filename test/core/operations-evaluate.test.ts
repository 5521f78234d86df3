// Evaluation through the real core and engine: results against references computed elsewhere, and every way in which a run can end.
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../shared/ids.ts'
import { portPair } from '../../shared/port-pair.ts'
import { connect } from '../../shared/rpc-client.ts'
import { contract, events, type SlipwayContract } from '../../shared/contract.ts'
import { followJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { until } from '../engine/start-engine.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { slowBinding, startSlow, type Pair } from './slow-run.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

async function ready(model: string, data: string, target: string): Promise<Pair> {
  const [outcome] = await test.job('version.import', { files: [await test.token(model)] })
  const dataset = await test.job('dataset.add', { file: await test.token(data) })
  const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
  const { binding, guesses } = await test.job('binding.propose', { ...pair, target })
  await test.core.client.call('binding.save', { versionId: pair.versionId, binding, guesses })
  return pair
}
const iris = (): Promise<Pair> => ready(fixture('iris/models/iris-logreg-tensor.onnx'), fixture('iris/data/iris.csv'), 'species')

const onlyRun = async () => (await test.core.client.call('run.list', {}))[0]!
const nothingStaged = (): boolean => {
  const session = readdirSync(join(test.workspace, 'staging'))[0]!
  return readdirSync(join(test.workspace, 'staging', session)).every((f) => f === 'models')
}

describe('a finished run', () => {
  it('has the metrics of the reference, its conditions, its predictions, and is there after reopening', async () => {
    const pair = await iris()
    const { runId } = await test.job('run.evaluate', pair)
    const reference = JSON.parse(readFileSync(fixture('iris/reference/logreg-tensor.iris.json'), 'utf8')) as { metrics: Record<string, number> }
    const run = await test.core.client.call('run.get', { runId })
    const value = (metric: string): number | null | undefined => run.metrics.find((m) => m.metric === metric && m.slice === '')?.value
    expect(value('accuracy')).toBe(reference.metrics['accuracy'])
    expect(value('log_loss')).toBeCloseTo(reference.metrics['log_loss']!, 6)
    expect(run).toMatchObject({ status: 'done', ...pair, headline: { metric: 'accuracy', n: 150 }, options: { provider: 'cpu', seed: 1 }, environment: { providerAsked: 'cpu', providerUsed: 'cpu' }, rows: { read: 150, scored: 150 } })
    expect(run.modelSha256).toBe((await test.core.client.call('version.get', { versionId: pair.versionId })).version.sha256)
    const page = await test.core.client.call('run.predictions', { runId, limit: 10 })
    expect(page.total).toBe(150)
    expect(page.rows).toHaveLength(10)
    expect(page.rows[0]!.loss).toBeGreaterThanOrEqual(page.rows[9]!.loss!)
    expect(nothingStaged()).toBe(true)
    const other = await test.job('dataset.add', { file: await test.token(fixture('adult-income/data/test.csv')) })
    const onOther = await test.core.client.call('binding.ready', { datasetId: other.id })
    expect(onOther).toEqual([{ versionId: pair.versionId, modelName: run.modelName, number: 1, task: 'multiclass-classification', problem: expect.stringContaining('sepal'), runId: null }])
    expect(await test.core.client.call('binding.ready', { datasetId: pair.datasetId })).toEqual([{ ...onOther[0]!, problem: null, runId }])
    test = await test.reopen()
    expect(await test.core.client.call('run.get', { runId })).toEqual(run)
    expect(await test.core.client.call('model.list', {})).toMatchObject([{ task: 'multiclass-classification', runCount: 1, headline: { metric: 'accuracy', value: reference.metrics['accuracy'] } }])
  })

  it('of a rewritten version ran the derived bytes, and says so', async () => {
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-zipmap.onnx'))], rewrite: true })
    const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
    const { binding } = await test.job('binding.propose', { ...pair, target: 'species' })
    const { runId } = await test.job('run.evaluate', { ...pair, binding })
    const run = await test.core.client.call('run.get', { runId })
    expect(run.modelSha256).toBe(outcome!.version!.derivation!.sha256)
    const reference = JSON.parse(readFileSync(fixture('iris/reference/logreg-zipmap.iris.json'), 'utf8')) as { metrics: Record<string, number> }
    expect(run.metrics.find((m) => m.metric === 'accuracy')?.value).toBe(reference.metrics['accuracy'])
  })
})

describe('a rewrite after an evaluation', () => {
  it('makes the saved binding one of the past: the next proposal reads the probabilities', async () => {
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-zipmap.onnx'))] })
    const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
    const before = await test.job('binding.propose', { ...pair, target: 'species' })
    expect(before.guesses.find((g) => g.about === 'outputs.output_probability')!.reason).toContain('rewritten to plain tensors, it can be used')
    await test.core.client.call('binding.save', { versionId: pair.versionId, binding: before.binding, guesses: before.guesses })
    const { runId: labelsOnly } = await test.job('run.evaluate', pair)
    expect((await test.core.client.call('run.get', { runId: labelsOnly })).metrics.find((m) => m.metric === 'log_loss')).toMatchObject({ value: null, reason: 'Only labels were read from the model, no probabilities.' })
    await test.job('version.rewrite', { versionId: pair.versionId })
    expect((await test.core.client.call('version.get', { versionId: pair.versionId })).binding).toBeNull()
    const after = await test.job('binding.propose', { ...pair, target: 'species' })
    await test.core.client.call('binding.save', { versionId: pair.versionId, binding: after.binding, guesses: after.guesses })
    expect((await test.core.client.call('version.get', { versionId: pair.versionId })).binding).toMatchObject({ revision: 2, binding: after.binding })
    const { runId } = await test.job('run.evaluate', pair)
    const reference = JSON.parse(readFileSync(fixture('iris/reference/logreg-zipmap.iris.json'), 'utf8')) as { metrics: Record<string, number> }
    expect((await test.core.client.call('run.get', { runId })).metrics.find((m) => m.metric === 'log_loss')?.value).toBeCloseTo(reference.metrics['log_loss']!, 6)
  })
})

describe('a run that does not finish', () => {
  it('cancelled during a native call: under 3 seconds, the row says cancelled, nothing is kept, the next run works', async () => {
    const { jobId, running } = await startSlow(test)
    expect(await running).toBe(true)
    const asked = Date.now()
    await test.core.client.call('job.cancel', { jobId })
    expect(await followJob(test.core.client, jobId)).toMatchObject({ state: 'cancelled', error: null })
    expect(Date.now() - asked).toBeLessThan(3000)
    const run = await test.core.client.call('run.get', { runId: (await onlyRun()).id })
    expect(run).toMatchObject({ status: 'cancelled', error: null, metrics: [], curves: [], predictionsSha256: null })
    expect(nothingStaged()).toBe(true)
    await test.job('run.evaluate', await iris())
  })

  it('cancelled while it waits: the row says cancelled and it never ran', async () => {
    const { jobId, running, pair } = await startSlow(test)
    await running
    const second = await test.core.client.call('run.evaluate', { ...pair, binding: slowBinding }) as JobId
    await test.core.client.call('job.cancel', { jobId: second })
    expect((await followJob(test.core.client, second)).startedAt).toBeNull()
    const statuses = (await test.core.client.call('run.list', {})).map((r) => r.status).sort()
    expect(statuses).toEqual(['cancelled', 'running'])
    await test.core.client.call('job.cancel', { jobId, now: true })
    await followJob(test.core.client, jobId)
  })

  it('the engine killed from outside: failed with the reason, the core lives, the next run works', async () => {
    const { jobId, running } = await startSlow(test)
    await running
    process.kill(test.processes.filter((p) => p.pid !== undefined).at(-1)!.pid!, 'SIGKILL')
    const job = await followJob(test.core.client, jobId)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'engine.crashed' } })
    expect(await onlyRun()).toMatchObject({ status: 'failed', error: { code: 'engine.crashed' } })
    expect(nothingStaged()).toBe(true)
    await test.job('run.evaluate', await iris())
  })

  it('a data file that changed since it was added is noticed before the run', async () => {
    const copy = join(test.folder, 'iris.csv')
    copyFileSync(fixture('iris/data/iris.csv'), copy)
    const pair = await ready(fixture('iris/models/iris-logreg-tensor.onnx'), copy, 'species')
    appendFileSync(copy, '5.1,3.5,1.4,0.2,setosa\n')
    await expect(test.job('run.evaluate', pair)).rejects.toMatchObject({ code: 'dataset.changed' })
    expect(await onlyRun()).toMatchObject({ status: 'failed', error: { code: 'dataset.changed' } })
    rmSync(copy)
    await expect(test.job('run.evaluate', pair)).rejects.toMatchObject({ code: 'file.vanished', message: expect.stringContaining('does not exist any more') as string })
  })

  it('a stored model whose bytes changed is noticed before the run', async () => {
    const pair = await iris()
    const { version } = await test.core.client.call('version.get', { versionId: pair.versionId })
    rmSync(join(test.workspace, 'blobs', version.sha256.slice(0, 2), version.sha256))
    await expect(test.job('run.evaluate', pair)).rejects.toMatchObject({ code: 'store.blobMissing' })
  })

  it('without a binding it does not begin, and leaves no row', async () => {
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    await expect(test.job('run.evaluate', { versionId: outcome!.version!.id, datasetId: dataset.id })).rejects.toMatchObject({ code: 'binding.missing' })
    expect(await test.core.client.call('run.list', {})).toEqual([])
  })

  it('closing during a run cancels it; reopening finds it cancelled', async () => {
    const { running } = await startSlow(test)
    await running
    expect(test.core.runningJobs()).toBe(1)
    test = await test.reopen()
    expect(await onlyRun()).toMatchObject({ status: 'cancelled' })
  })
})

describe('several askers', () => {
  it('a second window sees the running job; closing the first does not stop it; quick questions do not wait', async () => {
    const pair = await iris()
    const { jobId, running } = await startSlow(test)
    await running
    const [mine, theirs] = portPair()
    test.core.serve(mine)
    const window = connect<SlipwayContract>(theirs, contract, events)
    const seen = await window.call('job.list', {})
    expect(seen.find((j) => j.id === jobId)).toMatchObject({ state: 'running' })
    const started = Date.now()
    const rows = await window.call('dataset.rows', { datasetId: pair.datasetId, limit: 5 })
    expect(rows).toMatchObject({ total: 150, records: [1, 2, 3, 4, 5] })
    expect(rows.rows[0]).toEqual(['5.1', '3.5', '1.4', '0.2', 'setosa'])
    // The native call lasts half a minute on an idle machine, longer on a busy one; nobody waited for its end.
    expect(Date.now() - started).toBeLessThan(15_000)
    mine.close('reload')
    expect((await test.core.client.call('job.list', {})).find((j) => j.id === jobId)?.state).toBe('running')
    await test.core.client.call('job.cancel', { jobId, now: true })
    await followJob(test.core.client, jobId)
  })

  it('files that the system opened before there was a window wait for it', async () => {
    await test.core.opened([fixture('iris/data/iris.csv')])
    const [mine, theirs] = portPair()
    test.core.serve(mine)
    const window = connect<SlipwayContract>(theirs, contract, events)
    const opened: string[] = []
    window.on('opened', (files) => opened.push(...(files as { name: string }[]).map((f) => f.name)))
    await window.call('job.list', {})
    expect(await until(() => opened.length > 0, 1000)).toBe(true)
    await test.core.opened([fixture('iris/data/iris-test.csv')])
    expect(await until(() => opened.length > 1, 1000)).toBe(true)
    expect(opened).toEqual(['iris.csv', 'iris-test.csv'])
  })

  it('are told what became stale, and of files that the system opened', async () => {
    const tags: string[] = []
    const opened: unknown[] = []
    test.core.client.on('changed', (value) => tags.push(...(value as string[])))
    test.core.client.on('opened', (value) => opened.push(...(value as { name: string }[]).map((f) => f.name)))
    await test.core.opened([fixture('iris/data/iris.csv'), '/no/such/file.onnx'])
    await iris()
    expect(await until(() => ['models', 'versions', 'datasets', 'bindings'].every((t) => tags.includes(t)) && opened.length > 0, 2000)).toBe(true)
    expect(opened).toEqual(['iris.csv'])
  })
})

describe('data sets', () => {
  it('the same content from the same place is the same data set; another name or content is another one', async () => {
    const copy = join(test.folder, 'iris.csv')
    copyFileSync(fixture('iris/data/iris.csv'), copy)
    const first = await test.job('dataset.add', { file: await test.token(copy) })
    expect((await test.job('dataset.add', { file: await test.token(copy) })).id).toBe(first.id)
    appendFileSync(copy, '5.1,3.5,1.4,0.2,setosa\n')
    const second = await test.job('dataset.add', { file: await test.token(copy) })
    expect([second.name, second.rows]).toEqual(['iris.csv (2)', 151])
    await expect(test.job('dataset.add', { file: await test.token(copy), name: 'iris.csv' })).rejects.toMatchObject({ code: 'input.nameTaken' })
  })

  it('a copy lives in the workspace and outlives its source', async () => {
    const source = join(test.folder, 'mine.csv')
    copyFileSync(fixture('iris/data/iris.csv'), source)
    const added = await test.job('dataset.add', { file: await test.token(source), copy: true })
    rmSync(source)
    expect((await test.core.client.call('dataset.rows', { datasetId: added.id, limit: 1 })).total).toBe(150)
    expect(existsSync(join(test.workspace, 'datasets', added.id, 'mine.csv'))).toBe(true)
  })
})
