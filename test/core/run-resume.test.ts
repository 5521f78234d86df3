// Going on with runs that were cancelled, killed or cut off, over the real core: the same result as in one piece, the old run untouched.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { OutputOf } from '../../shared/contract-kit.ts'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import type { Run } from '../../shared/domain/run.ts'
import type { DatasetId, JobId, RunId, VersionId } from '../../shared/ids.ts'
import { followJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { until } from '../engine/start-engine.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { faultsOf } from './workspace-whole.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore({ journalAfterMs: 0 }) })
afterEach(() => test.done())

interface Ready { readonly versionId: VersionId; readonly datasetId: DatasetId }

/** Sixty thousand rows in small batches: a run of some seconds. */
async function ready(): Promise<Ready> {
  const [header, ...rows] = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split('\n')
  const path = join(test.folder, 'large.csv')
  writeFileSync(path, `${header}\n${Array.from({ length: 15 }, () => rows.join('\n')).join('\n')}\n`)
  const dataset = await test.job('dataset.add', { file: await test.token(path) })
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('adult-income/models/income-v1-logreg.onnx'))] })
  const pair = { versionId: outcome!.version!.id, datasetId: dataset.id }
  const { binding, guesses } = await test.job('binding.propose', { ...pair, target: 'income' })
  await test.core.client.call('binding.save', { versionId: pair.versionId, binding, guesses })
  return pair
}

const options = { batchSize: 50 }
const runOf = (runId: RunId): Promise<OutputOf<SlipwayContract['run.get']>> => test.core.client.call('run.get', { runId })

/** Starts and waits until a third of the rows is scored. */
async function halfway(pair: Ready): Promise<{ readonly jobId: JobId; readonly runId: RunId }> {
  let seen: readonly JobSnapshot[] = []
  test.core.client.on('jobs', (jobs) => { seen = jobs as readonly JobSnapshot[] })
  const jobId = await test.core.client.call('run.evaluate', { ...pair, options }) as JobId
  const job = (): JobSnapshot | undefined => seen.find((j) => j.id === jobId)
  expect(await until(() => (job()?.fraction ?? 0) > 0.33, 30_000)).toBe(true)
  return { jobId, runId: job()!.subject as RunId }
}

const journals = (): string[] => (existsSync(join(test.workspace, 'journals')) ? readdirSync(join(test.workspace, 'journals')) : [])

/** The same numbers, the same stored bytes; what differs is when, how fast and how it came about. */
function expectSame(again: Run, whole: Run): void {
  const { metrics, curves, rows, environment, predictionsSha256, modelSha256, datasetSha256, binding, options: conditions, headline } = whole
  expect(again).toMatchObject({ status: 'done', modelSha256, datasetSha256, headline, predictionsSha256 })
  expect([again.metrics, again.curves, again.rows, again.environment, again.binding, again.options]).toEqual([metrics, curves, rows, environment, binding, conditions])
  expect(again.notes.join(' ')).toMatch(/goes on from run_\w+, which was stopped: the answers for [\d,]+ rows were kept/)
}

describe('going on', { timeout: 180_000 }, () => {
  it('after a pause, and after the engine was killed: byte for byte the result of one piece', async () => {
    const pair = await ready()
    const whole = await runOf((await test.job('run.evaluate', { ...pair, options })).runId)
    expect(journals()).toEqual([])

    const first = await halfway(pair)
    await test.core.client.call('job.pause', { jobId: first.jobId })
    expect(await followJob(test.core.client, first.jobId)).toMatchObject({ state: 'paused', error: null })
    expect(journals()).toEqual([`${first.runId}.journal`])
    const stopped = await runOf(first.runId)
    expect(stopped).toMatchObject({ status: 'cancelled', error: { code: 'job.paused' }, kept: true, metrics: [], predictionsSha256: null })
    const { runId } = await test.job('run.resume', { runId: first.runId })
    expectSame(await runOf(runId), whole)
    expect(await runOf(first.runId)).toEqual({ ...stopped, kept: false })
    expect(journals()).toEqual([])

    const second = await halfway(pair)
    process.kill(test.processes.at(-1)!.pid!, 'SIGKILL')
    expect(await followJob(test.core.client, second.jobId)).toMatchObject({ state: 'failed', error: { code: 'engine.crashed' } })
    expectSame(await runOf((await test.job('run.resume', { runId: second.runId })).runId), whole)
    expect(journals()).toEqual([])
    expect(faultsOf(test.workspace)).toEqual([])
  })

  it('after the program ended in the middle and was opened again', async () => {
    const pair = await ready()
    const whole = await runOf((await test.job('run.evaluate', { ...pair, options })).runId)
    const { runId } = await halfway(pair)
    test = await test.reopen()
    expect(journals()).toEqual([`${runId}.journal`])
    expectSame(await runOf((await test.job('run.resume', { runId })).runId), whole)
  })

  it('with a journal that is gone begins again', async () => {
    const pair = await ready()
    const { jobId, runId } = await halfway(pair)
    await test.core.client.call('job.cancel', { jobId })
    await followJob(test.core.client, jobId)
    writeFileSync(join(test.workspace, 'journals', `${runId}.journal`), 'not a journal')
    const again = await runOf((await test.job('run.resume', { runId })).runId)
    expect(again).toMatchObject({ status: 'done', rows: { scored: 60_000 } })
    expect(again.notes.join(' ')).not.toContain('goes on')
  })
})

describe('refused', { timeout: 180_000 }, () => {
  it('a run that is done or still going', async () => {
    const pair = await ready()
    const { jobId, runId } = await halfway(pair)
    await expect(test.job('run.resume', { runId })).rejects.toMatchObject({ code: 'run.notResumable', details: { reason: 'it is running' } })
    await followJob(test.core.client, jobId)
    await expect(test.job('run.resume', { runId })).rejects.toMatchObject({ code: 'run.notResumable', details: { reason: 'it is done' } })
  })

  it('journals of runs that are done or unknown do not outlive a restart, nor do old ones', async () => {
    const pair = await ready()
    const { jobId, runId } = await halfway(pair)
    await test.core.client.call('job.cancel', { jobId })
    await followJob(test.core.client, jobId)
    writeFileSync(join(test.workspace, 'journals', 'run_unknown.journal'), '')
    test = await test.reopen()
    expect(journals()).toEqual([`${runId}.journal`])
    await test.core.close()
    const later = Date.now() + 15 * 24 * 60 * 60 * 1000
    const { openCore, nodeEngine } = await import('../../main/core/core.ts')
    const core = await openCore({ workspace: test.workspace, resources: test.folder, startEngine: nodeEngine, version: '0', electron: null, clock: () => later })
    await core.close()
    expect(journals()).toEqual([])
  })
})
