// Which theme is worn for a wish on a system; and what is read out when jobs end.
import { describe, expect, it } from 'vitest'
import { newsOf } from '../../renderer/features/jobs/job-news.ts'
import { themeFor } from '../../renderer/theme.ts'
import type { JobSnapshot } from '../../shared/domain/job.ts'

describe('the theme', () => {
  it.each([
    ['system', { dark: false, contrast: false }, 'light'], ['system', { dark: true, contrast: false }, 'dark'], ['light', { dark: true, contrast: false }, 'light'], ['dark', { dark: false, contrast: false }, 'dark'],
    ['contrast', { dark: false, contrast: false }, 'contrast'], ['contrast', { dark: true, contrast: false }, 'contrast-dark'],
    // Someone who told the system that contrast is needed gets it with every wish.
    ['system', { dark: true, contrast: true }, 'contrast-dark'], ['light', { dark: true, contrast: true }, 'contrast'], ['dark', { dark: false, contrast: true }, 'contrast-dark'],
  ] as const)('%s on %o is %s', (wish, system, worn) => {
    expect(themeFor(wish, system)).toBe(worn)
  })
})

const job = (id: string, state: JobSnapshot['state'], more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: id as JobSnapshot['id'], method: 'run.evaluate', title: `Evaluate ${id}`, subject: null, state, pausable: true, progress: null, fraction: null, result: null, error: null, queuedAt: 0, startedAt: 0, endedAt: 60_000, lastSignAt: null, ...more,
})
const known = (...jobs: readonly JobSnapshot[]): ReadonlyMap<string, JobSnapshot> => new Map(jobs.map((j) => [j.id, j]))

describe('what is read out', () => {
  it('says nothing of what ended before the first look', () => {
    expect(newsOf(null, [job('a', 'done')])).toEqual([])
  })
  it('says an end once, and an error with its next step', () => {
    const failed = job('b', 'failed', { error: { code: 'file.unreadable', details: {}, message: 'It broke.', next: 'Try again.' } as unknown as NonNullable<JobSnapshot['error']> })
    const before = known(job('a', 'running'), job('b', 'running'), job('c', 'running'))
    expect(newsOf(before, [job('c', 'running'), failed, job('a', 'done')])).toEqual(['Evaluate a: finished.', 'Evaluate b: failed. It broke. Try again.'])
    expect(newsOf(known(job('a', 'done'), failed), [failed, job('a', 'done')])).toEqual([])
  })
  it('leaves to a screen what the screen itself asked for', () => {
    expect(newsOf(known(), [job('a', 'done', { method: 'run.slices' })])).toEqual([])
  })
})
