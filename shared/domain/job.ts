// A job's life as a pure reducer: queued, running, cancelling, ended. Knows nothing about models.
import { z } from 'zod'
import { JobId } from '../ids.ts'
import { ErrorRecord } from './run.ts'

export const JobState = z.enum(['queued', 'running', 'cancelling', 'done', 'failed', 'cancelled', 'paused'])
export type JobState = z.infer<typeof JobState>

export const JobSnapshot = z.object({
  id: JobId,
  /** The contract key that started it, such as `run.evaluate`. */
  method: z.string(),
  /** What the user sees, such as `Evaluate iris 2 on iris-test.csv`. */
  title: z.string(),
  /** The thing it works on, so that a screen can find its job: a run, version or data set id. */
  subject: z.string().nullable(),
  state: JobState,
  /** It can be paused: what it has done is kept, and another job goes on from there. */
  pausable: z.boolean(),
  progress: z.unknown().nullable(),
  /** 0 to 1, or null when the end is not known. */
  fraction: z.number().min(0).max(1).nullable(),
  result: z.unknown().nullable(),
  error: ErrorRecord.nullable(),
  queuedAt: z.number().int(),
  startedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** When the last progress arrived; a display of silence, never a verdict. */
  lastSignAt: z.number().int().nullable(),
})
export type JobSnapshot = z.infer<typeof JobSnapshot>

export type JobEvent =
  | { readonly kind: 'started'; readonly at: number }
  | { readonly kind: 'progress'; readonly at: number; readonly value: unknown; readonly fraction: number | null }
  | { readonly kind: 'cancelAsked'; readonly at: number }
  | { readonly kind: 'done'; readonly at: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly at: number; readonly error: ErrorRecord }
  | { readonly kind: 'cancelled'; readonly at: number }
  | { readonly kind: 'paused'; readonly at: number }

export const jobEnded = (state: JobState): boolean => state === 'done' || state === 'failed' || state === 'cancelled' || state === 'paused'

/** The next snapshot. An event that cannot happen in this state changes nothing, so a late message is harmless. */
export function reduceJob(job: JobSnapshot, event: JobEvent): JobSnapshot {
  if (jobEnded(job.state)) return job
  switch (event.kind) {
    case 'started': return job.state === 'queued' ? { ...job, state: 'running', startedAt: event.at, lastSignAt: event.at } : job
    case 'progress': return job.state === 'queued' ? job : { ...job, progress: event.value, fraction: event.fraction, lastSignAt: event.at }
    case 'cancelAsked': return job.state === 'queued' ? { ...job, state: 'cancelled', endedAt: event.at } : { ...job, state: 'cancelling' }
    case 'done': return { ...job, state: 'done', result: event.result, fraction: 1, endedAt: event.at }
    case 'failed': return { ...job, state: 'failed', error: event.error, endedAt: event.at }
    case 'cancelled': return { ...job, state: 'cancelled', endedAt: event.at }
    case 'paused': return { ...job, state: 'paused', endedAt: event.at }
  }
}
