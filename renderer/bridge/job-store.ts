// The window's copy of all job snapshots, fed by the `jobs` event. Owns no job: it only remembers what the core said.
import { type contract } from '../../shared/contract.ts'
import type { JobId } from '../../shared/ids.ts'
import { jobEnded, type JobSnapshot } from '../../shared/domain/job.ts'
import type { Connection, Method } from './client.ts'

export type JobMethod = { [K in Method]: (typeof contract)[K] extends { readonly kind: 'job' } ? K : never }[Method]

export interface JobStore {
  /** Newest first; ended jobs stay for as long as the window lives. The same array until something changes. */
  all(): readonly JobSnapshot[]
  get(id: string | null): JobSnapshot | null
  subscribe(listener: () => void): () => void
  /** The first snapshot of a job that was just started; null when the core does not know it. */
  seen(id: JobId): Promise<JobSnapshot | null>
  /** Resolves when the job has ended. */
  ended(id: JobId): Promise<JobSnapshot>
}

function merge(known: readonly JobSnapshot[], news: readonly JobSnapshot[]): readonly JobSnapshot[] {
  const byId = new Map(known.map((j) => [j.id, j]))
  for (const job of news) {
    const old = byId.get(job.id)
    // An answer that was on its way while the job ended must not bring it back to life.
    if (old === undefined || !jobEnded(old.state)) byId.set(job.id, job)
  }
  return [...byId.values()].sort((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1))
}

/** Follows the jobs of a connection, also across reconnects. */
export function followJobs(connection: Connection): JobStore {
  let jobs: readonly JobSnapshot[] = []
  const listeners = new Set<() => void>()
  const take = (news: readonly JobSnapshot[]): void => {
    jobs = merge(jobs, news)
    for (const listener of listeners) listener()
  }
  const refresh = (): Promise<void> => connection.call('job.list', {}).then(take, () => undefined)
  connection.on('jobs', take)
  let wasOpen = false
  connection.subscribe(() => {
    const open = connection.state().kind === 'open'
    if (open && !wasOpen) void refresh()
    wasOpen = open
  })
  void refresh()

  const get = (id: string | null): JobSnapshot | null => jobs.find((j) => j.id === id) ?? null
  const subscribe = (listener: () => void): (() => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }
  return {
    all: () => jobs,
    get,
    subscribe,
    seen: async (id) => {
      if (get(id) === null) await refresh()
      return get(id)
    },
    ended: (id) => new Promise((resolve) => {
      const look = (): boolean => {
        const job = get(id)
        if (job === null || !jobEnded(job.state)) return false
        stop()
        resolve(job)
        return true
      }
      const stop = subscribe(look)
      look()
    }),
  }
}
