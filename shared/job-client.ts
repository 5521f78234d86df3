// Starts a job and waits for its end by following the `jobs` event. Refuses to poll while events arrive.
import { contract, type SlipwayContract } from './contract.ts'
import type { OutputOf, RequestOf, Job } from './contract-kit.ts'
import { jobEnded, type JobSnapshot } from './domain/job.ts'
import { fromPlain, SlipwayError } from './errors.ts'
import type { JobId } from './ids.ts'
import type { Client } from './rpc-client.ts'

/** The contract keys that are jobs. */
export type JobMethod = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Job ? K : never }[keyof SlipwayContract]

export interface RunJobOptions {
  /** The first abort asks the job to stop; runJob still waits for its end. */
  readonly signal?: AbortSignal
  /** Every snapshot of this job, in order, the last one included. */
  readonly onSnapshot?: (job: JobSnapshot) => void
  /** Told the job's id as soon as it is known. */
  readonly onStart?: (id: JobId) => void
}

/**
 * Follows a job that was started before, until it has ended.
 * Rejects with the job's own error, `job.cancelled`, or `transport.closed`; never hangs when the job ended before listening.
 */
export function followJob(client: Client<SlipwayContract>, id: JobId, onSnapshot: (job: JobSnapshot) => void = () => undefined): Promise<JobSnapshot> {
  return new Promise((resolve, reject) => {
    let over = false
    const end = (how: () => void): void => {
      if (over) return
      over = true
      stop()
      how()
    }
    const look = (jobs: readonly JobSnapshot[]): void => {
      const job = jobs.find((j) => j.id === id)
      if (job === undefined || over) return
      onSnapshot(job)
      if (jobEnded(job.state)) end(() => resolve(job))
    }
    const stop = client.on('jobs', (jobs) => look(jobs as readonly JobSnapshot[]))
    void client.closed.then((reason) => end(() => reject(new SlipwayError('transport.closed', { reason }))))
    client.call('job.list', {}).then((jobs) => {
      look(jobs)
      if (!jobs.some((j) => j.id === id)) end(() => reject(new SlipwayError('input.unknownId', { what: 'job', id })))
    }, (error: unknown) => end(() => reject(error as SlipwayError)))
  })
}

function readResult<K extends JobMethod>(method: K, result: unknown): OutputOf<SlipwayContract[K]> {
  const parsed = contract[method].output.safeParse(result)
  if (!parsed.success) throw new SlipwayError('transport.badMessage', { reason: `the result of ${method} does not follow the contract` })
  return parsed.data as OutputOf<SlipwayContract[K]>
}

/** Starts a job and resolves with its typed output, or rejects with the SlipwayError that ended it. */
export async function runJob<K extends JobMethod>(
  client: Client<SlipwayContract>, method: K, input: RequestOf<SlipwayContract[K]>, options: RunJobOptions = {},
): Promise<OutputOf<SlipwayContract[K]>> {
  const askedToStop = (): boolean => options.signal?.aborted === true
  if (askedToStop()) throw new SlipwayError('job.cancelled', {})
  const id = (await client.call(method, input)) as JobId
  options.onStart?.(id)
  const cancel = (): void => { client.call('job.cancel', { jobId: id }).catch(() => undefined) }
  if (askedToStop()) cancel()
  options.signal?.addEventListener('abort', cancel, { once: true })
  try {
    const job = await followJob(client, id, options.onSnapshot)
    if (job.state === 'done') return readResult(method, job.result)
    if (job.state === 'paused') throw new SlipwayError('job.paused', {})
    if (job.state === 'cancelled') throw new SlipwayError('job.cancelled', {})
    throw fromPlain(job.error)
  } finally {
    options.signal?.removeEventListener('abort', cancel)
  }
}
