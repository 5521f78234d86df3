// What the operating system is told of jobs: long ones that ended while nobody looked, and how far all are together.
import { describe, expect, it } from 'vitest'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import { knownJobs, noticesOf, shareDone } from '../../shared/job-news.ts'

const job = (id: string, state: JobSnapshot['state'], more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: id as JobSnapshot['id'], method: 'run.evaluate', title: `Evaluate ${id}`, subject: null, state, pausable: true, progress: null, fraction: null, result: null, error: null, queuedAt: 0, startedAt: 1000, endedAt: 61_000, lastSignAt: null, ...more,
})
const running = knownJobs([job('a', 'running'), job('b', 'running'), job('c', 'running'), job('d', 'cancelling'), job('e', 'running')])
const failed = job('b', 'failed', { error: { code: 'file.unreadable', details: {}, message: 'The disk is full.', next: 'Make room.' } as unknown as NonNullable<JobSnapshot['error']> })

describe('notices', () => {
  it('tell what finished and what failed, each once', () => {
    const now = [job('a', 'done'), failed]
    expect(noticesOf(running, now, false)).toEqual([{ title: 'Finished', body: 'Evaluate a' }, { title: 'Failed', body: 'Evaluate b: The disk is full.' }])
    expect(noticesOf(knownJobs(now), now, false)).toEqual([])
  })
  it('say nothing to who looks, of short jobs, of what the user stopped, and of what ended before', () => {
    expect(noticesOf(running, [job('a', 'done')], true)).toEqual([])
    expect(noticesOf(running, [job('c', 'done', { endedAt: 10_900 }), job('d', 'cancelled'), job('e', 'paused')], false)).toEqual([])
    expect(noticesOf(null, [job('a', 'done')], false)).toEqual([])
  })
})

it('the bar is the mean of what runs', () => {
  expect(shareDone([])).toBeNull()
  expect(shareDone([job('a', 'done'), job('b', 'queued')])).toBeNull()
  expect(shareDone([job('a', 'running')])).toBe('unknown')
  expect(shareDone([job('a', 'running', { fraction: 0.25 }), job('b', 'running', { fraction: 0.75 }), job('c', 'running'), job('d', 'queued', { fraction: 0 })])).toBe(0.5)
})
