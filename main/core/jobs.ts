// Jobs in two lanes, one after the other in each, in the order of asking; snapshots by the pure reducer; the cancel ladder.
// Knows nothing about models: a job is a title and a function.
import { jobEnded, reduceJob, type JobEvent, type JobSnapshot } from '../../shared/domain/job.ts'
import { asSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { newId, type JobId } from '../../shared/ids.ts'

export interface JobContext {
  /** Aborted when the user asks to stop: finish the step at hand, then reject with `job.cancelled`. */
  readonly signal: AbortSignal
  /** Aborted when waiting is over: whatever still runs is killed. */
  readonly kill: AbortSignal
  /** Newest progress; `fraction` from 0 to 1, or null when the end is not known. */
  progress(value: unknown, fraction: number | null): void
}

/** Jobs of one lane wait for each other, those of two lanes do not: an evaluation of an hour holds up no import. */
export type JobLane = 'evaluations' | 'light'

export interface JobSpec<T> {
  readonly method: string
  readonly title: string
  readonly subject: string | null
  /** Default: light. */
  readonly lane?: JobLane
  /** It keeps what it has done when `signal` is aborted with the reason `paused`. Default: no. */
  readonly pausable?: boolean
  readonly run: (context: JobContext) => Promise<T>
  /** Called instead of `run` when the job is cancelled while it waits. */
  readonly dropped?: () => void
  /** Called once, after the end, however it ended. */
  readonly ended?: (job: JobSnapshot) => void
}

export interface JobsOptions {
  readonly clock: () => number
  /** Told about every change, coalesced; the last state is never lost. */
  readonly onChange: (jobs: readonly JobSnapshot[]) => void
  readonly onBug: (thrown: unknown, method: string) => void
  /** Milliseconds between asking and killing. Default 1200: a cancel ends within two seconds even inside a native call. */
  readonly graceMs?: number
  /** Least milliseconds between two change notices. Default 100. */
  readonly everyMs?: number
}

interface Entry { snapshot: JobSnapshot; readonly spec: JobSpec<unknown>; readonly ask: AbortController; readonly kill: AbortController; grace: ReturnType<typeof setTimeout> | null; over: () => void; readonly whenOver: Promise<void> }

/** Why a signal was aborted, when the user asked for a pause and not for an end. */
const paused = 'paused'
export const askedToPause = (signal: AbortSignal): boolean => signal.aborted && signal.reason === paused

const laneOf = (entry: Entry): JobLane => entry.spec.lane ?? 'light'

const endedKeptMs = 5 * 60 * 1000
const endedKeptMost = 50

export class Jobs {
  readonly #options: JobsOptions
  readonly #entries = new Map<JobId, Entry>()
  readonly #waiting: Entry[] = []
  readonly #running = new Map<JobLane, Entry>()
  #notice: ReturnType<typeof setTimeout> | null = null
  #lastNotice = 0
  #closed = false

  constructor(options: JobsOptions) { this.#options = options }

  /** Puts a job at the end of its lane. */
  start<T>(spec: JobSpec<T>): JobId {
    if (this.#closed) throw new SlipwayError('transport.closed', { reason: 'Slipway is closing' })
    const now = this.#options.clock()
    const id = newId('job', now)
    let over: () => void = () => undefined
    const whenOver = new Promise<void>((resolve) => { over = resolve })
    const snapshot: JobSnapshot = {
      id, method: spec.method, title: spec.title, subject: spec.subject, state: 'queued', pausable: spec.pausable ?? false, progress: null, fraction: null, result: null, error: null,
      queuedAt: now, startedAt: null, endedAt: null, lastSignAt: null,
    }
    const entry: Entry = { snapshot, spec, ask: new AbortController(), kill: new AbortController(), grace: null, over, whenOver }
    this.#entries.set(id, entry)
    this.#waiting.push(entry)
    this.#changed()
    setImmediate(() => this.#next(laneOf(entry)))
    return id
  }

  /** First call: drop or ask; 1.2 seconds later, at the second call, or with `now`: kill. An ended job stays as it is. */
  cancel(id: JobId, now: boolean): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new SlipwayError('input.unknownId', { what: 'job', id })
    if (jobEnded(entry.snapshot.state)) return
    const again = entry.snapshot.state === 'cancelling'
    if (entry.snapshot.state === 'queued') return this.#drop(entry)
    if (now || again) entry.kill.abort()
    this.#stop(entry)
  }

  #stop(entry: Entry, reason?: typeof paused): void {
    this.#apply(entry, { kind: 'cancelAsked', at: this.#options.clock() })
    entry.ask.abort(reason)
    if (!entry.kill.signal.aborted) entry.grace ??= setTimeout(() => entry.kill.abort(), this.#options.graceMs ?? 1200)
  }

  /** Asks a running job to stop and to keep what it has done; 1.2 seconds later it is killed, as by `cancel`. An ended or stopping job stays as it is. Errors: `job.notPausable`. */
  pause(id: JobId): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new SlipwayError('input.unknownId', { what: 'job', id })
    if (jobEnded(entry.snapshot.state) || entry.snapshot.state === 'cancelling') return
    if (entry.snapshot.state !== 'running' || !entry.snapshot.pausable) throw new SlipwayError('job.notPausable', { title: entry.snapshot.title })
    this.#stop(entry, paused)
  }

  /** Everything that is not ended, and what ended lately, oldest first. */
  list(): readonly JobSnapshot[] {
    this.#forget()
    return [...this.#entries.values()].map((e) => e.snapshot)
  }

  /** How many are not ended. */
  active(): number {
    return this.#waiting.length + this.#running.size
  }

  /** Drops what waits, cancels what runs (killing it after the grace), and waits for them. No job starts after this. */
  async close(): Promise<void> {
    this.#closed = true
    for (const entry of [...this.#waiting]) this.#drop(entry)
    const running = [...this.#running.values()]
    for (const entry of running) if (entry.snapshot.state === 'running') this.cancel(entry.snapshot.id as JobId, false)
    await Promise.all(running.map((entry) => entry.whenOver))
    if (this.#notice !== null) clearTimeout(this.#notice)
    this.#notice = null
  }

  #drop(entry: Entry): void {
    this.#waiting.splice(this.#waiting.indexOf(entry), 1)
    try { entry.spec.dropped?.() } catch (thrown) { this.#options.onBug(thrown, entry.spec.method) }
    this.#end(entry, { kind: 'cancelAsked', at: this.#options.clock() })
  }

  #next(lane: JobLane): void {
    if (this.#running.has(lane)) return
    const at = this.#waiting.findIndex((entry) => laneOf(entry) === lane)
    const [entry] = at === -1 ? [] : this.#waiting.splice(at, 1)
    if (entry === undefined) return
    this.#running.set(lane, entry)
    void this.#run(entry).finally(() => {
      this.#running.delete(lane)
      entry.over()
      this.#next(lane)
    })
  }

  async #run(entry: Entry): Promise<void> {
    const { clock } = this.#options
    this.#apply(entry, { kind: 'started', at: clock() })
    try {
      const result = await entry.spec.run({
        signal: entry.ask.signal, kill: entry.kill.signal,
        progress: (value, fraction) => this.#apply(entry, { kind: 'progress', at: clock(), value, fraction }),
      })
      this.#end(entry, { kind: 'done', at: clock(), result })
    } catch (thrown) {
      const error = asSlipwayError(thrown)
      if (!(thrown instanceof SlipwayError) && !entry.ask.signal.aborted) this.#options.onBug(thrown, entry.spec.method)
      // Whatever broke after the user asked to stop was broken by the stopping.
      const cancelled = error.code === 'job.cancelled' || entry.ask.signal.aborted
      this.#end(entry, cancelled ? { kind: askedToPause(entry.ask.signal) ? 'paused' : 'cancelled', at: clock() } : { kind: 'failed', at: clock(), error: error.toPlain() })
    }
  }

  #end(entry: Entry, event: JobEvent): void {
    if (entry.grace !== null) clearTimeout(entry.grace)
    this.#apply(entry, event)
    try { entry.spec.ended?.(entry.snapshot) } catch (thrown) { this.#options.onBug(thrown, entry.spec.method) }
  }

  #apply(entry: Entry, event: JobEvent): void {
    entry.snapshot = reduceJob(entry.snapshot, event)
    this.#changed()
  }

  #changed(): void {
    if (this.#notice !== null || this.#closed) return
    const rest = this.#lastNotice + (this.#options.everyMs ?? 100) - Date.now()
    this.#notice = setTimeout(() => {
      this.#notice = null
      this.#lastNotice = Date.now()
      this.#options.onChange(this.list())
    }, Math.max(0, rest))
  }

  #forget(): void {
    const ended = [...this.#entries.entries()].filter(([, e]) => jobEnded(e.snapshot.state))
    const tooOld = this.#options.clock() - endedKeptMs
    ended.forEach(([id, e], i) => {
      if ((e.snapshot.endedAt ?? 0) < tooOld || i < ended.length - endedKeptMost) this.#entries.delete(id)
    })
  }
}
