// What is new about jobs between two looks at them: which ended, what the desktop says of it, and how far all of them are together.
import { jobEnded, type JobSnapshot } from './domain/job.ts'

type Known = ReadonlyMap<string, JobSnapshot>

export const knownJobs = (jobs: readonly JobSnapshot[]): Known => new Map(jobs.map((job) => [job.id, job]))

/** Jobs whose end was not seen before. The first look of all (null) tells nothing: what ended earlier is no news. */
export function newlyEnded(before: Known | null, jobs: readonly JobSnapshot[]): readonly JobSnapshot[] {
  if (before === null) return []
  return jobs.filter((job) => {
    const old = before.get(job.id)
    return jobEnded(job.state) && (old === undefined || !jobEnded(old.state))
  })
}

/** Who waits less than this is still looking. */
export const longJobMs = 10_000

export interface JobNotice { readonly title: string; readonly body: string }

/** What the system is to tell somebody who looks elsewhere: long jobs that finished or failed. What the user stopped is no news. */
export function noticesOf(before: Known | null, jobs: readonly JobSnapshot[], looking: boolean): readonly JobNotice[] {
  if (looking) return []
  return newlyEnded(before, jobs).filter((job) => (job.endedAt ?? 0) - (job.startedAt ?? job.endedAt ?? 0) >= longJobMs).flatMap((job): JobNotice[] => {
    if (job.state === 'done') return [{ title: 'Finished', body: job.title }]
    return job.state === 'failed' ? [{ title: 'Failed', body: `${job.title}${job.error === null ? '' : `: ${job.error.message}`}` }] : []
  })
}

/** Where the bar of the taskbar stands: the mean of what runs, from 0 to 1; `unknown` when no end is known; null when nothing runs. */
export function shareDone(jobs: readonly JobSnapshot[]): number | 'unknown' | null {
  const running = jobs.filter((job) => !jobEnded(job.state) && job.state !== 'queued')
  if (running.length === 0) return null
  const known = running.flatMap((job) => job.fraction ?? [])
  return known.length === 0 ? 'unknown' : known.reduce((sum, fraction) => sum + fraction, 0) / known.length
}
