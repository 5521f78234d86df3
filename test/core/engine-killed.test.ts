// The engine killed at twenty random moments of an evaluation: the run says so, nothing half-done is kept, the next run is right.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Binding } from '../../shared/domain/binding.ts'
import type { DatasetId, JobId, RunId, VersionId } from '../../shared/ids.ts'
import { followJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { lives } from '../engine/start-engine.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { faultsOf } from './workspace-whole.ts'

const moments = 20
/** The large data set holds the small one so many times, so that its shares are the reference's and its counts are multiples of them. */
const times = 12
const reference = JSON.parse(readFileSync(fixture('adult-income/reference/v1.test.json'), 'utf8')) as { metrics: { n: number; accuracy: number; confusion_matrix: number[][]; log_loss: number } }

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

/** Numbers between 0 and 1 that are the same in every run of this test. */
function seeded(seed: number): () => number {
  let state = seed
  return () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32 }
}

interface Ready { readonly versionId: VersionId; readonly large: DatasetId; readonly small: DatasetId; readonly binding: Binding }

async function ready(): Promise<Ready> {
  const [header, ...rows] = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split('\n')
  const path = join(test.folder, 'large.csv')
  writeFileSync(path, `${header}\n${Array.from({ length: times }, () => rows.join('\n')).join('\n')}\n`)
  const large = await test.job('dataset.add', { file: await test.token(path) })
  const small = await test.job('dataset.add', { file: await test.token(fixture('adult-income/data/test.csv')) })
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('adult-income/models/income-v1-logreg.onnx'))] })
  const versionId = outcome!.version!.id
  const { binding } = await test.job('binding.propose', { versionId, datasetId: small.id, target: 'income' })
  return { versionId, large: large.id, small: small.id, binding }
}

async function expectRight(runId: RunId, copies: number): Promise<void> {
  const run = await test.core.client.call('run.get', { runId })
  const value = (metric: string): number | null | undefined => run.metrics.find((m) => m.metric === metric && m.slice === '')?.value
  expect(run).toMatchObject({ status: 'done', error: null, rows: { read: reference.metrics.n * copies, scored: reference.metrics.n * copies } })
  expect(value('accuracy')).toBe(reference.metrics.accuracy)
  expect(value('log_loss')).toBeCloseTo(reference.metrics.log_loss, 6)
  const confusion = run.curves.find((c) => c.kind === 'confusion')
  expect(confusion?.kind === 'confusion' && confusion.counts).toEqual(reference.metrics.confusion_matrix.map((row) => row.map((n) => n * copies)))
}

describe('kill -9 of the engine', () => {
  it(`at ${moments} random moments: marked, never half-stored, and the next run is right`, { timeout: 240_000 }, async () => {
    const { versionId, large, small, binding } = await ready()
    const light = new Set(test.processes)
    // How long a whole run takes when its engine is up: the moments are spread over that.
    let whole = Infinity
    for (let i = 0; i < 2; i++) {
      const began = Date.now()
      await expectRight((await test.job('run.evaluate', { versionId, datasetId: large, binding })).runId, times)
      whole = Math.min(whole, Date.now() - began)
    }
    const random = seeded(20)
    const killed: number[] = []
    const ends: string[] = []
    for (let i = 0; i < moments; i++) {
      const began = Date.now()
      const jobId = await test.core.client.call('run.evaluate', { versionId, datasetId: large, binding, again: true }) as JobId
      const [run] = await test.core.client.call('run.list', { datasetId: large, limit: 1 })
      const ended = followJob(test.core.client, jobId)
      await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * whole)), ended])
      const engine = test.processes.filter((p) => !light.has(p)).at(-1)
      if (engine?.pid !== undefined && lives(engine.pid)) {
        killed.push(engine.pid)
        process.kill(engine.pid, 'SIGKILL')
        await engine.exited
      }
      const job = await ended
      ends.push(job.state)
      if (job.state === 'done') {
        whole = Math.min(whole, Date.now() - began)
        await expectRight(run!.id, times)
      } else {
        expect(job).toMatchObject({ state: 'failed', error: { code: expect.stringMatching(/^engine\.(crashed|startFailed)$/) as string } })
        expect(await test.core.client.call('run.get', { runId: run!.id })).toMatchObject({ status: 'failed', error: { code: job.error!.code }, metrics: [], curves: [], rows: null, predictionsSha256: null })
      }
      expect(faultsOf(test.workspace)).toEqual([])
      await expectRight((await test.job('run.evaluate', { versionId, datasetId: small, binding })).runId, 1)
    }
    // Most moments fall into the run; the last ones may come when it has just ended.
    expect(ends.filter((state) => state === 'failed').length).toBeGreaterThan(moments / 2)
    await expectRight((await test.job('run.evaluate', { versionId, datasetId: large, binding, again: true })).runId, times)
    test = await test.reopen()
    await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    expect(faultsOf(test.workspace)).toEqual([])
    const left = readdirSync(tmpdir()).filter((name) => killed.some((pid) => name.startsWith(`slipway-reader-${pid}-`)))
    expect(left).toEqual([])
  })
})
