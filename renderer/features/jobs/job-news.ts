// What changed between two looks at the jobs, in sentences that are read out: started, finished, failed with the reason.
import { jobEnded, type JobSnapshot } from '../../../shared/domain/job.ts'

/** Jobs so short that their result is seen where they were asked for are told only when they fail. */
const quietBelowMs = 1500

function endWords(job: JobSnapshot): string | null {
  const took = (job.endedAt ?? 0) - (job.startedAt ?? job.queuedAt)
  switch (job.state) {
    case 'done': return took < quietBelowMs ? null : `${job.title}: finished.`
    case 'failed': return `${job.title}: failed. ${job.error === null ? '' : `${job.error.message} ${job.error.next}`}`.trim()
    case 'cancelled': return `${job.title}: cancelled.`
    case 'paused': return `${job.title}: paused.`
    default: return null
  }
}

/** Jobs whose end was not seen before. The first look at all tells nothing: what ended earlier is no news. */
export function newlyEnded(before: ReadonlyMap<string, JobSnapshot> | null, jobs: readonly JobSnapshot[]): readonly JobSnapshot[] {
  if (before === null) return []
  return jobs.filter((job) => {
    const old = before.get(job.id)
    return jobEnded(job.state) && (old === undefined || !jobEnded(old.state))
  })
}

/** The sentences for what is new, oldest first. */
export function newsOf(before: ReadonlyMap<string, JobSnapshot> | null, jobs: readonly JobSnapshot[]): readonly string[] {
  return [...newlyEnded(before, jobs)].reverse().flatMap((job) => endWords(job) ?? [])
}
