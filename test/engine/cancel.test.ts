// The cancel ladder over real engines, and the promise that no engine outlives its parent.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import type { JobId } from '../../shared/ids.ts'
import { engineFile } from '../../main/core/engine/node-process.ts'
import { Jobs } from '../../main/core/jobs.ts'
import { lives, quick, slow, startEngine, until } from './start-engine.ts'

const made = startEngine()
const { engine, processes } = made
afterEach(async () => { await engine.restart() })

const newJobs = (): Jobs => new Jobs({ clock: Date.now, onChange: () => undefined, onBug: (thrown) => { throw thrown } })
const infer = (jobs: Jobs, input: typeof quick): JobId => jobs.start({
  method: 'run.evaluate', title: 'test', subject: null,
  run: ({ signal, kill, progress }) => engine.task('model.infer', input, { signal, kill, onProgress: (p) => progress(p, null) }),
})
const state = (jobs: Jobs, id: JobId): JobSnapshot => jobs.list().find((j) => j.id === id)!
const running = (jobs: Jobs, id: JobId): Promise<boolean> => until(() => state(jobs, id).state === 'running' && engine.state === 'busy', 5000)

describe('cancel', () => {
  it('between two requests: asked politely, the process stays', async () => {
    const jobs = newJobs()
    await engine.task('model.infer', quick)
    const pid = engine.pid
    const id = infer(jobs, { ...quick, requests: Array.from({ length: 200_000 }, () => quick.requests[0]!) })
    await running(jobs, id)
    await until(() => state(jobs, id).progress !== null, 5000)
    jobs.cancel(id, false)
    expect(await until(() => state(jobs, id).state === 'cancelled', 1900)).toBe(true)
    expect(engine.pid).toBe(pid)
    expect(lives(pid)).toBe(true)
  })

  it('during one long native call: cancelled in under 3 seconds, the process is gone, the next job works', async () => {
    const jobs = newJobs()
    const id = infer(jobs, slow)
    await running(jobs, id)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const pid = processes.at(-1)!.pid
    const asked = Date.now()
    jobs.cancel(id, false)
    expect(state(jobs, id).state).toBe('cancelling')
    expect(await until(() => state(jobs, id).state === 'cancelled', 3000)).toBe(true)
    expect(Date.now() - asked).toBeGreaterThanOrEqual(1100)
    expect(lives(pid)).toBe(false)
    const next = infer(jobs, quick)
    expect(await until(() => state(jobs, next).state === 'done', 5000)).toBe(true)
  })

  it('asked twice: killed at once', async () => {
    const jobs = newJobs()
    const id = infer(jobs, slow)
    await running(jobs, id)
    jobs.cancel(id, false)
    jobs.cancel(id, false)
    expect(await until(() => state(jobs, id).state === 'cancelled', 1000)).toBe(true)
  })

  it('now: killed at once', async () => {
    const jobs = newJobs()
    const id = infer(jobs, slow)
    await running(jobs, id)
    jobs.cancel(id, true)
    expect(await until(() => state(jobs, id).state === 'cancelled', 1000)).toBe(true)
  })

  it('closing waits for the running job and drops the waiting one', async () => {
    const jobs = newJobs()
    const first = infer(jobs, slow)
    const second = infer(jobs, quick)
    await running(jobs, first)
    await jobs.close()
    expect([state(jobs, first).state, state(jobs, second).state]).toEqual(['cancelled', 'cancelled'])
    expect(jobs.active()).toBe(0)
  })
})

describe('no orphans', () => {
  it('the engine ends when its parent is killed, even in the middle of a native call', async () => {
    const parent = fork(join(import.meta.dirname, 'orphan-parent.mjs'), [engineFile(), JSON.stringify(slow)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const pid = await new Promise<number>((resolve) => { parent.once('message', (m) => resolve(m as number)) })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(lives(pid)).toBe(true)
    parent.kill('SIGKILL')
    expect(await until(() => !lives(pid), 4000)).toBe(true)
  })
})
