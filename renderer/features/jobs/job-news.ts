// What changed between two looks at the jobs, in sentences that are read out: started, finished, failed with the reason.
import type { ErrorRecord } from '../../../shared/domain/run.ts'
import type { JobSnapshot } from '../../../shared/domain/job.ts'
import { newlyEnded } from '../../../shared/job-news.ts'
import { resultOf } from '../../bridge/use-jobs.ts'

/** What screens start by themselves when they are opened: their answer is the screen, so only a failure is news. */
const startedByScreens: readonly string[] = ['binding.propose', 'run.slices', 'run.differ', 'version.diff']

const why = (error: ErrorRecord | null): string => (error === null ? '' : ` ${error.message} ${error.next}`)

function endWords(job: JobSnapshot): string | null {
  const refused = (job.method === 'version.import' ? resultOf('version.import', job) ?? [] : []).filter((outcome) => outcome.error !== null)
  if (refused.length > 0) return refused.map((outcome) => `${outcome.fileName} did not come in.${why(outcome.error)}`).join(' ')
  switch (job.state) {
    case 'done': return startedByScreens.includes(job.method) ? null : `${job.title}: finished.`
    case 'failed': return `${job.title}: failed.${why(job.error)}`
    case 'cancelled': return `${job.title}: cancelled.`
    case 'paused': return `${job.title}: paused.`
    default: return null
  }
}

/** The sentences for what is new, oldest first. */
export function newsOf(before: ReadonlyMap<string, JobSnapshot> | null, jobs: readonly JobSnapshot[]): readonly string[] {
  return [...newlyEnded(before, jobs)].reverse().flatMap((job) => endWords(job) ?? [])
}
