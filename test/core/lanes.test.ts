// What goes on while an evaluation runs, with real engines: data sets, imports and proposals do; other evaluations wait their turn.
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../shared/ids.ts'
import { followJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { lives } from '../engine/start-engine.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { bringSlow, startSlow } from './slow-run.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

const stateOf = async (jobId: JobId): Promise<string | undefined> => (await test.core.client.call('job.list', {})).find((j) => j.id === jobId)?.state

describe('while an evaluation runs', { timeout: 120_000 }, () => {
  it('a model is imported, a data set added and a binding proposed', async () => {
    const { jobId, running } = await startSlow(test)
    expect(await running).toBe(true)
    const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const { binding } = await test.job('binding.propose', { versionId: outcome!.version!.id, datasetId: dataset.id, target: 'species' })
    expect(dataset.rows).toBe(150)
    expect(binding.classes.map((c) => c.label)).toEqual(['setosa', 'versicolor', 'virginica'])
    expect(await stateOf(jobId)).toBe('running')
    await test.core.client.call('job.cancel', { jobId, now: true })
    expect(await followJob(test.core.client, jobId)).toMatchObject({ state: 'cancelled' })
  })

  it('a second evaluation waits, and runs when the first has ended, whatever became of it', async () => {
    const { jobId, running } = await startSlow(test)
    expect(await running).toBe(true)
    const dataset = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
    const { binding } = await test.job('binding.propose', { ...pair, target: 'species' })
    const second = await test.core.client.call('run.evaluate', { ...pair, binding }) as JobId
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await stateOf(second)).toBe('queued')
    await test.core.client.call('job.cancel', { jobId, now: true })
    expect(await followJob(test.core.client, second)).toMatchObject({ state: 'done' })
  })

  it('a light job whose engine is killed fails alone: the evaluation goes on, the next light job works', async () => {
    const { jobId, running } = await startSlow(test)
    expect(await running).toBe(true)
    const big = join(test.folder, 'big.csv')
    writeFileSync(big, `a,b,c\n${'1.5,2.25,three\n'.repeat(2_000_000)}`)
    const before = new Set(test.processes)
    const adding = await test.core.client.call('dataset.add', { file: await test.token(big) }) as JobId
    const light = [...before].filter((p) => lives(p.pid))[0]!
    await new Promise((resolve) => setTimeout(resolve, 150))
    process.kill(light.pid!, 'SIGKILL')
    expect(await followJob(test.core.client, adding)).toMatchObject({ state: 'failed', error: { code: 'engine.crashed' } })
    expect(await stateOf(jobId)).toBe('running')
    expect((await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })).rows).toBe(150)
    await test.core.client.call('job.cancel', { jobId, now: true })
    await followJob(test.core.client, jobId)
  })

  it('leaving ends both jobs and leaves no process', async () => {
    const { running } = await startSlow(test)
    expect(await running).toBe(true)
    await test.core.client.call('dataset.add', { file: await test.token(fixture('adult-income/data/test.csv')) })
    await test.core.close()
    expect(test.processes.filter((p) => lives(p.pid))).toEqual([])
  })
})

describe('a model too slow to be tried out', { timeout: 120_000 }, () => {
  it('is proposed for from names, shapes and metadata, says so, and can be evaluated as before', async () => {
    const pair = await bringSlow(test)
    const asked = Date.now()
    const proposal = await test.job('binding.propose', { ...pair, target: 't' })
    // One call of this model takes half a minute and more.
    expect(Date.now() - asked).toBeLessThan(20_000)
    expect(proposal.binding.inputs).toMatchObject([{ kind: 'columns', input: 'x', columns: ['a', 'b', 'c', 'd'] }])
    expect(proposal.binding.target).toEqual({ kind: 'column', column: 't' })
    const words = 'The model is too slow to be tried out here, so the proposal rests on names, shapes and metadata.'
    expect(proposal.guesses.find((g) => g.about === 'probe')).toMatchObject({ value: 'not run', reason: words })
    expect(proposal.problems.find((p) => p.about === 'probe')).toMatchObject({ severity: 'warning', sentence: words })
    expect(await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })).toMatchObject({ rows: 150 })
  })

  it('can still be cancelled while it is being tried', async () => {
    const pair = await bringSlow(test)
    const jobId = await test.core.client.call('binding.propose', { ...pair, target: 't' }) as JobId
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const asked = Date.now()
    await test.core.client.call('job.cancel', { jobId })
    expect(await followJob(test.core.client, jobId)).toMatchObject({ state: 'cancelled' })
    expect(Date.now() - asked).toBeLessThan(3000)
  })
})
