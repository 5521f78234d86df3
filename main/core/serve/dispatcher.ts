// Brings jobs to the process with the model: rows of several requests in one run while it is busy, never a wait while it is idle;
// a bounded queue; a time limit; a new process when the old one died, which costs at most the request that killed it.
// Owns queue, frames in flight and restarts; knows no HTTP.
import type { DenseTensor } from '../engine/session.ts'
import { fitTogether, joinInputs, outputsOf, splitOutputs, type Job } from './job.ts'
import { frameKind, readTensorFrame, tensorFrame, type Frame } from './frames.ts'
import { ModelChild, type ChildFault } from './model-child.ts'
import type { OpenWish } from './model-process.ts'
import { JobQueue } from './job-queue.ts'
import { RequestFault } from './request-fault.ts'

export interface DispatchOptions {
  readonly program: string
  /** A process that was started before, and loads this model already; null: none. */
  readonly first: ModelChild | null
  readonly open: OpenWish & { readonly sha256: string }
  readonly timeoutMs: number
  readonly queue: number
  readonly queueBytes: number
  /** Most rows of one run over several requests; 1: every request alone. */
  readonly batchRows: number
  readonly batchBytes: number
  readonly log: (message: string, facts?: Record<string, unknown>) => void
  /** Told how many requests wait. */
  readonly depth: (waiting: number) => void
}

interface Flight { readonly jobs: readonly Job[]; readonly sent: number; /** told alone, after a crash */ readonly suspect: boolean }

/** Frames in the model's process at once: one that runs, and one that is there when it is done. */
const inFlight = 2
/** Crashes this close together lead to waiting before the next start. */
const crashWindowMs = 60_000
const longestPauseMs = 30_000
const forgivenCrashes = 3

const notReady = (retryAfter: number | null): RequestFault => new RequestFault(503, 'the model is not ready', 'not-ready', retryAfter)
const crashed = (): RequestFault => new RequestFault(500, 'the model’s process ended while it answered this request', 'crashed')
const late = (ms: number): RequestFault => new RequestFault(504, `the request was not answered within ${ms} ms`)

export class Dispatcher {
  private readonly options: DispatchOptions
  private readonly queue: JobQueue
  private readonly suspects: Job[] = []
  private readonly flights = new Map<number, Flight>()
  private readonly watch: NodeJS.Timeout
  private child: ModelChild | null = null
  private first: ModelChild | null
  /** `unfit`: the process answers its golden requests differently. */
  private state: 'starting' | 'warming' | 'ready' | 'unfit' | 'pausing' | 'closed' = 'starting'
  private nextId = 1
  private pumping = false
  private crashes: number[] = []
  private runningSince = 0
  private expired = false
  private batching: boolean
  private readonly together: Job[] = []
  private startedOnce = false
  private waiters: { resolve: () => void; reject: (why: Error) => void }[] = []
  /** Runs the golden requests on a process that was just opened; the dispatcher is ready when it answers true. */
  warm: (() => Promise<boolean>) | null = null

  constructor(options: DispatchOptions) {
    this.options = options
    this.first = options.first
    this.batching = options.batchRows > 1
    this.queue = new JobQueue(options.queue, options.queueBytes)
    this.watch = setInterval(() => { this.lookAtTime() }, Math.min(100, Math.max(10, options.timeoutMs / 10)))
    this.watch.unref()
  }

  get ready(): boolean { return this.state === 'ready' }
  get pid(): number | undefined { return this.child?.pid }
  get batches(): boolean { return this.batching }
  stopBatching(): void { this.batching = false }

  /** Starts the process and opens the model; the promise follows the first opening only. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject })
      this.launch()
    })
  }

  private launch(): void {
    this.state = 'starting'
    const child = this.first ?? new ModelChild(this.options.program)
    this.first = null
    this.child = child
    child.listen({
      opened: () => { void this.opened() },
      answered: (frame) => { this.answered(frame) },
      fault: (id, fault) => { this.fault(id, fault) },
      ended: (words) => { this.ended(words) },
    })
    // A large model's file was hashed a moment ago when the first process opens it, and is hashed again whenever another one does.
    const { open } = this.options
    child.open(this.startedOnce || open.inMemory ? open : { ...open, sha256: null })
  }

  private async opened(): Promise<void> {
    this.state = 'warming'
    const child = this.child
    const good = this.warm === null || (await this.warm().catch(() => false))
    // It may have died meanwhile; then its end speaks.
    if (this.child !== child || this.closed) return
    this.startedOnce = true
    this.state = good ? 'ready' : 'unfit'
    if (!good) this.refuseWaiting(notReady(null))
    for (const waiter of this.waiters.splice(0)) waiter.resolve()
    this.pump()
  }

  private get closed(): boolean { return this.state === 'closed' }

  /** Takes a job, or refuses it at once. */
  submit(job: Job): void {
    const refusal = this.closed ? new RequestFault(503, 'the server is ending', 'draining', 1)
      : this.state === 'pausing' || this.state === 'unfit' || !this.startedOnce ? notReady(5)
      : this.queue.push(job) ? null : new RequestFault(429, 'too many requests are waiting; ask again in a moment', 'queue-full', 1)
    if (refusal !== null) { job.refused(refusal, { queueMs: 0, runMs: 0 }); return }
    this.schedule()
  }

  /** After everything that arrived together has been read, so that it runs together: no clock, no wait. */
  private schedule(): void {
    if (this.pumping) return
    this.pumping = true
    setImmediate(() => { this.pumping = false; this.pump() })
  }

  /** Runs one job before the model is ready, for warm-up. */
  runNow(job: Job): void { this.send([job], false) }

  /** Collects so many jobs and runs them as one where they fit; those that do not fit run alone. */
  runTogether(job: Job, count: number): void {
    if (this.together.push(job) < count) return
    const jobs = this.together.splice(0)
    const alike = jobs.filter((other) => fitTogether(jobs[0]!, other))
    this.send(alike, false)
    for (const other of jobs.filter((one) => !alike.includes(one))) this.send([other], false)
  }

  private pump(): void {
    if (this.state !== 'ready') return
    while (this.flights.size < inFlight) {
      const suspect = this.suspects[0]
      if (suspect !== undefined) {
        if (this.flights.size > 0) break
        this.suspects.shift()
        if (!suspect.gone()) this.send([suspect], true)
        break
      }
      if ([...this.flights.values()].some((flight) => flight.suspect)) break
      const jobs = this.queue.take(this.batching ? this.options.batchRows : 1, this.options.batchBytes, fitTogether)
      if (jobs.length === 0) break
      this.send(jobs, false)
    }
    this.options.depth(this.queue.length + this.suspects.length)
  }

  private send(jobs: readonly Job[], suspect: boolean): void {
    const id = this.nextId++
    const now = performance.now()
    if (this.flights.size === 0) this.runningSince = now
    this.flights.set(id, { jobs, sent: now, suspect })
    this.child?.write(tensorFrame(frameKind.run, id, outputsOf(jobs), joinInputs(jobs)))
  }

  private land(id: number): Flight | null {
    const flight = this.flights.get(id) ?? null
    this.flights.delete(id)
    this.runningSince = performance.now()
    return flight
  }

  private answered(frame: Frame): void {
    const flight = this.land(frame.id)
    if (flight === null) return
    const { words: [runMs = 0], tensors } = readTensorFrame(frame)
    // The next run begins before these answers are written.
    this.pump()
    const parts = splitOutputs(flight.jobs, tensors)
    if (parts === null) {
      this.options.log('batching stopped: an output does not have one entry a row')
      this.batching = false
      this.again(flight.jobs)
      return
    }
    for (const [i, job] of flight.jobs.entries()) this.finish(job, parts[i]!, flight.sent, runMs)
  }

  private finish(job: Job, outputs: readonly DenseTensor[], sent: number, runMs: number): void {
    job.answered(outputs, { queueMs: Math.max(0, sent - job.arrived), runMs })
  }

  private again(jobs: readonly Job[]): void {
    if (this.state === 'warming') for (const job of jobs) job.refused(new RequestFault(500, 'these rows cannot share a run'), { queueMs: 0, runMs: 0 })
    else this.suspects.push(...jobs)
    this.schedule()
  }

  /** The runtime refused a run. Of several requests in it one may be at fault, so each is tried alone. */
  private fault(id: number, fault: ChildFault): void {
    if (id === 0) {
      this.options.log('the model could not be opened', { reason: fault.reason })
      for (const waiter of this.waiters.splice(0)) waiter.reject(new Error(fault.reason))
      this.child?.kill()
      return
    }
    const flight = this.land(id)
    if (flight === null) return
    const [only] = flight.jobs
    if (flight.jobs.length > 1) { this.again(flight.jobs); return }
    if (!fault.caller) this.options.log('request failed', { reason: fault.reason })
    only?.refused(fault.caller ? new RequestFault(400, `the model does not take these tensors: ${fault.reason}`) : new RequestFault(500, 'the model could not answer this request'), { queueMs: 0, runMs: 0 })
    this.pump()
  }

  /** The process died: the frame that ran is to blame, the one behind it is not. */
  private ended(words: string): void {
    if (this.closed) return
    const [running, ...behind] = [...this.flights.values()]
    this.flights.clear()
    this.child = null
    for (const flight of behind) this.queue.putBack(flight.jobs)
    if (running !== undefined) {
      const fault = this.expired ? late(this.options.timeoutMs) : crashed()
      if (this.expired || running.jobs.length === 1) for (const job of running.jobs) job.refused(fault, { queueMs: 0, runMs: performance.now() - running.sent })
      else this.suspects.push(...running.jobs)
    }
    const overdue = this.expired
    this.expired = false
    if (this.startedOnce) this.relaunch(words, overdue)
    else for (const waiter of this.waiters.splice(0)) waiter.reject(new Error(`the model’s process ended while it opened the model (${words})`))
  }

  private relaunch(words: string, overdue: boolean): void {
    const now = performance.now()
    this.crashes = [...this.crashes.filter((at) => now - at < crashWindowMs), now]
    const over = this.crashes.length - forgivenCrashes
    const pause = over <= 0 ? 0 : Math.min(longestPauseMs, 250 * 2 ** (over - 1))
    this.options.log(overdue ? 'the model’s process was ended: a run took too long' : 'the model’s process ended', { how: words, crashes: this.crashes.length, startsAgainInMs: pause })
    if (pause === 0) { this.launch(); return }
    this.state = 'pausing'
    this.refuseWaiting(notReady(Math.ceil(pause / 1000)))
    setTimeout(() => { if (!this.closed) this.launch() }, pause).unref()
  }

  private refuseWaiting(fault: RequestFault): void {
    for (const job of [...this.suspects.splice(0), ...this.queue.drain()]) job.refused(fault, { queueMs: performance.now() - job.arrived, runMs: 0 })
    this.options.depth(0)
  }

  /** Requests that waited too long, and a run that takes too long. */
  private lookAtTime(): void {
    const { timeoutMs } = this.options
    const now = performance.now()
    for (const job of this.queue.overdue(now - timeoutMs)) job.refused(late(timeoutMs), { queueMs: now - job.arrived, runMs: 0 })
    while (this.suspects[0] !== undefined && now - this.suspects[0].arrived > timeoutMs) this.suspects.shift()?.refused(late(timeoutMs), { queueMs: timeoutMs, runMs: 0 })
    // Their answers come to nobody; the run itself may still be within its time.
    for (const { jobs } of this.flights.values()) for (const job of jobs) if (this.startedOnce && now - job.arrived > timeoutMs) job.refused(late(timeoutMs), { queueMs: 0, runMs: now - job.arrived })
    if (this.flights.size > 0 && this.startedOnce && now - this.runningSince > timeoutMs) {
      this.expired = true
      this.child?.kill()
    }
  }

  /** Waits for what is under way, then ends the process. */
  async close(): Promise<void> {
    while (!this.closed && this.state === 'ready' && this.flights.size + this.queue.length + this.suspects.length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    this.state = 'closed'
    clearInterval(this.watch)
    this.refuseWaiting(new RequestFault(503, 'the server is ending', 'draining', 1))
    await this.child?.close()
  }
}
