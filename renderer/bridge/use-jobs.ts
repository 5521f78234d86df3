// Jobs as React sees them: all snapshots, one typed snapshot, and starting one. Nothing else subscribes to the `jobs` event.
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import { contract, type SlipwayContract } from '../../shared/contract.ts'
import type { OutputOf, ProgressOf, RequestOf } from '../../shared/contract-kit.ts'
import { jobEnded, type JobSnapshot } from '../../shared/domain/job.ts'
import type { ErrorRecord } from '../../shared/domain/run.ts'
import { asSlipwayError, type SlipwayError } from '../../shared/errors.ts'
import type { JobId } from '../../shared/ids.ts'
import { useBridge } from './bridge.tsx'
import type { JobMethod } from './job-store.ts'

/** All jobs that this window knows of, newest first. */
export function useJobs(): readonly JobSnapshot[] {
  const { jobs } = useBridge()
  return useSyncExternalStore(jobs.subscribe, jobs.all)
}

/** The newest snapshot of one job; null while the core has not spoken of it. */
export function useJob(id: string | null): JobSnapshot | null {
  const { jobs } = useBridge()
  return useSyncExternalStore(jobs.subscribe, () => jobs.get(id))
}

/** The progress of a job, parsed by its contract entry; null when there is none yet. */
export function progressOf<K extends JobMethod>(method: K, job: JobSnapshot | null): ProgressOf<SlipwayContract[K]> | null {
  const parsed = contract[method].progress.safeParse(job?.progress)
  return parsed.success ? (parsed.data as ProgressOf<SlipwayContract[K]>) : null
}

/** The result of a finished job, parsed by its contract entry; null before that. */
export function resultOf<K extends JobMethod>(method: K, job: JobSnapshot | null): OutputOf<SlipwayContract[K]> | null {
  if (job?.state !== 'done') return null
  const parsed = contract[method].output.safeParse(job.result)
  return parsed.success ? (parsed.data as OutputOf<SlipwayContract[K]>) : null
}

export interface JobHandle<K extends JobMethod> {
  readonly job: JobSnapshot | null
  readonly running: boolean
  readonly progress: ProgressOf<SlipwayContract[K]> | null
  readonly result: OutputOf<SlipwayContract[K]> | null
  /** Why it could not start, or why it failed; null for cancelled jobs. */
  readonly error: SlipwayError | ErrorRecord | null
  /** Starts it and answers its first snapshot, whose `subject` is the thing it works on; null when it could not start. */
  start(input: RequestOf<SlipwayContract[K]>): Promise<JobSnapshot | null>
  cancel(now?: boolean): void
  /** Forgets the job on this screen; the job itself goes on. */
  clear(): void
}

/** One job that this screen starts and watches. */
export function useJobHandle<K extends JobMethod>(method: K): JobHandle<K> {
  const { connection, jobs } = useBridge()
  const [id, setId] = useState<JobId | null>(null)
  const [starting, setStarting] = useState(false)
  const [refusal, setRefusal] = useState<SlipwayError | null>(null)
  const job = useJob(id)
  const start = useCallback(async (input: RequestOf<SlipwayContract[K]>): Promise<JobSnapshot | null> => {
    setRefusal(null)
    setStarting(true)
    try {
      const started = await connection.call(method, input) as JobId
      setId(started)
      return await jobs.seen(started)
    } catch (thrown) {
      setRefusal(asSlipwayError(thrown))
      return null
    } finally {
      setStarting(false)
    }
  }, [connection, jobs, method])
  const cancel = useCallback((now = false): void => {
    if (id !== null) connection.call('job.cancel', { jobId: id, now }).catch(() => undefined)
  }, [connection, id])
  const clear = useCallback((): void => { setId(null); setRefusal(null) }, [])
  const result = useMemo(() => resultOf(method, job), [method, job])
  const running = starting || (id !== null && (job === null || !jobEnded(job.state)))
  return { job, running, progress: progressOf(method, job), result, error: refusal ?? job?.error ?? null, start, cancel, clear }
}
