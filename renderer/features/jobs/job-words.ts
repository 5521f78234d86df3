// A job in words: what it does now, how far it is, and where its result stands.
import { StepProgress } from '../../../shared/contract.ts'
import { EvaluateProgress } from '../../../shared/domain/run.ts'
import type { JobSnapshot } from '../../../shared/domain/job.ts'
import { formatCount, formatDuration, formatRate } from '../../../shared/format.ts'
import { resultOf } from '../../bridge/use-jobs.ts'
import { routeOfId, type Route } from '../../route.ts'

const evaluateWords = (p: EvaluateProgress): string => [
  p.phase.charAt(0).toUpperCase() + p.phase.slice(1),
  p.rowsDone > 0 ? `${formatCount(p.rowsDone)}${p.rowsTotal === null ? '' : ` of ${formatCount(p.rowsTotal)}`} rows` : null,
  p.rowsPerSecond === null ? null : `${formatRate(p.rowsPerSecond)} rows/s`,
  p.secondsLeft === null ? null : `${formatDuration(p.secondsLeft * 1000)} left`,
].filter((part) => part !== null).join(' · ')

/** What a job says about itself, in one line. */
export function jobWords(job: JobSnapshot): string {
  switch (job.state) {
    case 'queued': return 'Waiting for its turn'
    case 'cancelling': return 'Stopping'
    case 'done': return 'Finished'
    case 'cancelled': return 'Cancelled. Nothing half-done was kept.'
    case 'paused': return 'Paused. It goes on from here when you say so.'
    case 'failed': return job.error === null ? 'Failed' : job.error.message
    case 'running': break
  }
  const evaluate = EvaluateProgress.safeParse(job.progress)
  if (evaluate.success) return evaluateWords(evaluate.data)
  const step = StepProgress.safeParse(job.progress)
  return step.success ? step.data.step : 'Working'
}

/** Where a finished job leads; null when it leads nowhere. */
export function jobRoute(job: JobSnapshot): Route | null {
  const imported = resultOf('version.import', job.method === 'version.import' ? job : null)
  const version = imported?.find((o) => o.version !== null)?.version
  if (version !== undefined && version !== null) return { screen: 'version', versionId: version.id }
  const result: unknown = job.result
  const id = typeof result === 'object' && result !== null ? 'runId' in result ? result.runId : 'modelId' in result && !('number' in result) ? result.modelId : 'id' in result ? result.id : null : null
  return routeOfId(typeof id === 'string' ? id : job.subject)
}

/** Seconds of silence of a running job, once it is long enough to be said. */
export function silence(job: JobSnapshot, now: number): number | null {
  if (job.state !== 'running' || job.lastSignAt === null) return null
  const seconds = Math.floor((now - job.lastSignAt) / 1000)
  return seconds >= 20 ? seconds : null
}
