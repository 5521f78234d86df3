// Jobs without an engine: order, the ladder's rungs, coalesced notices, what is remembered.
import { describe, expect, it, vi } from 'vitest'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { Jobs, type JobContext, type JobSpec, type JobsOptions } from '../../main/core/jobs.ts'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function setUp(options: Partial<JobsOptions> = {}) {
  const notices: (readonly JobSnapshot[])[] = []
  const bugs: unknown[] = []
  const jobs = new Jobs({ clock: Date.now, onChange: (list) => notices.push(list), onBug: (thrown) => bugs.push(thrown), ...options })
  const start = (run: (context: JobContext) => Promise<unknown>, more: Partial<JobSpec<unknown>> = {}) => jobs.start({ method: 'test', title: 'a job', subject: null, run, ...more })
  const of = (id: string): JobSnapshot => jobs.list().find((j) => j.id === id)!
  return { jobs, notices, bugs, start, of }
}

const untilAborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new SlipwayError('job.cancelled', {}))))

describe('the queue', () => {
  it('runs one job at a time, in the order of asking', async () => {
    const { start, of, jobs } = setUp()
    const happened: string[] = []
    const body = (name: string) => async () => { happened.push(`${name} begins`); await wait(20); happened.push(`${name} ends`); return name }
    const ids = ['a', 'b', 'c'].map((name) => start(body(name)))
    expect(ids.map((id) => of(id).state)).toEqual(['queued', 'queued', 'queued'])
    expect(jobs.active()).toBe(3)
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    expect(happened).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(ids.map((id) => [of(id).state, of(id).result])).toEqual([['done', 'a'], ['done', 'b'], ['done', 'c']])
  })

  it('lanes do not wait for each other; within a lane the order holds', async () => {
    const { start, of, jobs } = setUp()
    const happened: string[] = []
    let finish: () => void = () => undefined
    const long = start(() => new Promise<void>((resolve) => { finish = resolve }), { lane: 'evaluations' })
    const next = start(async () => { happened.push('next evaluation') }, { lane: 'evaluations' })
    const light = ['a', 'b'].map((name) => start(async () => { happened.push(name) }, { lane: 'light' }))
    await vi.waitFor(() => expect(light.map((id) => of(id).state)).toEqual(['done', 'done']))
    expect([of(long).state, of(next).state, jobs.active()]).toEqual(['running', 'queued', 2])
    finish()
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    expect(happened).toEqual(['a', 'b', 'next evaluation'])
  })

  it('closing cancels what runs in every lane and drops what waits', async () => {
    const { start, of, jobs } = setUp()
    const running = (['evaluations', 'light'] as const).map((lane) => start(({ signal }) => untilAborted(signal), { lane }))
    const waiting = start(async () => 1, { lane: 'evaluations' })
    await vi.waitFor(() => expect(running.map((id) => of(id).state)).toEqual(['running', 'running']))
    await jobs.close()
    expect([...running, waiting].map((id) => of(id).state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(of(waiting).startedAt).toBeNull()
  })

  it('a failure keeps its code and words, and the next job runs', async () => {
    const { start, of, jobs, bugs } = setUp()
    const failing = start(() => Promise.reject(new SlipwayError('dataset.empty', { file: 'a.csv' })))
    const next = start(async () => 1)
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    expect(of(failing)).toMatchObject({ state: 'failed', error: { code: 'dataset.empty', details: { file: 'a.csv' } } })
    expect(of(next).state).toBe('done')
    expect(bugs).toEqual([])
  })

  it('anything else that is thrown is a bug: logged, and shown without its stack', async () => {
    const { start, of, jobs, bugs } = setUp()
    const id = start(() => Promise.reject(new TypeError('x is not a function')))
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    expect(of(id).error?.code).toBe('internal.bug')
    expect(JSON.stringify(of(id).error)).not.toContain('at ')
    expect(bugs).toHaveLength(1)
  })
})

describe('cancel', () => {
  it('drops a waiting job without running it, and says so to its owner', async () => {
    const { start, of, jobs } = setUp()
    const first = start(({ signal }) => untilAborted(signal))
    const run = vi.fn(async () => 1)
    const dropped = vi.fn()
    const ended = vi.fn()
    const second = start(run, { dropped, ended })
    jobs.cancel(second, false)
    expect(of(second)).toMatchObject({ state: 'cancelled', error: null })
    expect(dropped).toHaveBeenCalledOnce()
    expect(ended).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(of(first).state).toBe('running'))
    jobs.cancel(first, false)
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    expect(run).not.toHaveBeenCalled()
  })

  it('a pause keeps what there is, of a running job that can be paused and of no other', async () => {
    const { jobs, start, of } = setUp({ graceMs: 60_000 })
    let reason: unknown = null
    const id = start(({ signal }) => untilAborted(signal).finally(() => { reason = signal.reason }), { pausable: true, lane: 'evaluations' })
    const plain = start(({ signal }) => untilAborted(signal))
    const waiting = start(async () => undefined, { pausable: true, lane: 'evaluations' })
    await vi.waitFor(() => expect([id, plain].map((i) => of(i).state)).toEqual(['running', 'running']))
    for (const refused of [plain, waiting]) expect(() => jobs.pause(refused)).toThrow(expect.objectContaining({ code: 'job.notPausable' }))
    jobs.pause(id)
    await vi.waitFor(() => expect(of(waiting).state).toBe('done'))
    expect([of(id).state, of(id).error, reason]).toEqual(['paused', null, 'paused'])
    jobs.pause(id)
    expect(of(id).state).toBe('paused')
    await jobs.close()
    expect(of(plain).state).toBe('cancelled')
  })

  it('asks first and kills after the grace; any error after asking is a cancel', async () => {
    const { start, of, jobs } = setUp({ graceMs: 60 })
    const seen: string[] = []
    const id = start(async ({ signal, kill }) => {
      signal.addEventListener('abort', () => seen.push('asked'))
      await new Promise<void>((resolve) => kill.addEventListener('abort', () => { seen.push('killed'); resolve() }))
      throw new SlipwayError('engine.crashed', { reason: 'signal SIGKILL', phase: 'scoring' })
    })
    await vi.waitFor(() => expect(of(id).state).toBe('running'))
    jobs.cancel(id, false)
    expect(of(id).state).toBe('cancelling')
    expect(seen).toEqual(['asked'])
    await vi.waitFor(() => expect(of(id)).toMatchObject({ state: 'cancelled', error: null }))
    expect(seen).toEqual(['asked', 'killed'])
  })

  it('kills at once when asked a second time', async () => {
    const { start, of, jobs } = setUp({ graceMs: 60_000 })
    const id = start(({ kill }) => untilAborted(kill))
    await vi.waitFor(() => expect(of(id).state).toBe('running'))
    jobs.cancel(id, false)
    await wait(20)
    expect(of(id).state).toBe('cancelling')
    jobs.cancel(id, false)
    await vi.waitFor(() => expect(of(id).state).toBe('cancelled'))
  })

  it('of an ended job changes nothing; of an unknown one is an error', async () => {
    const { start, of, jobs } = setUp()
    const id = start(async () => 1)
    await vi.waitFor(() => expect(of(id).state).toBe('done'))
    jobs.cancel(id, true)
    expect(of(id).state).toBe('done')
    expect(() => jobs.cancel('job_00000000000000000000' as never, false)).toThrow(expect.objectContaining({ code: 'input.unknownId' }) as Error)
  })
})

describe('what askers see', () => {
  it('at most ten notices a second, and the last state always', async () => {
    const { start, jobs, notices } = setUp()
    const started = Date.now()
    start(async ({ progress }) => {
      for (let i = 1; i <= 400; i++) { progress({ i }, i / 400); await wait(1) }
      return 'the end'
    })
    await vi.waitFor(() => expect(jobs.active()).toBe(0), 5000)
    await wait(150)
    const seconds = (Date.now() - started) / 1000
    expect(notices.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1)
    expect(notices.length).toBeGreaterThan(2)
    expect(notices.at(-1)?.[0]).toMatchObject({ state: 'done', result: 'the end', fraction: 1 })
  })

  it('ended jobs are forgotten after some minutes, running ones never', async () => {
    let now = 0
    const { start, jobs } = setUp({ clock: () => now })
    start(async () => 1)
    await vi.waitFor(() => expect(jobs.active()).toBe(0))
    const id = start(({ signal }) => untilAborted(signal))
    await vi.waitFor(() => expect(jobs.list().find((j) => j.id === id)?.state).toBe('running'))
    expect(jobs.list()).toHaveLength(2)
    now = 6 * 60 * 1000
    expect(jobs.list().map((j) => j.id)).toEqual([id])
    await jobs.close()
  })

  it('no job starts once closing has begun', async () => {
    const { start, jobs } = setUp()
    await jobs.close()
    expect(() => start(async () => 1)).toThrow(expect.objectContaining({ code: 'transport.closed' }) as Error)
  })
})
