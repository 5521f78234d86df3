// Supervisor of one engine process: start, one task at a time, cancel, crash budget, idle stop, retirement.
// Cannot tell a forked Node from a utility process, and keeps nothing that a crash could lose.
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import type { InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { connect, type Client } from '../../../shared/rpc-client.ts'
import { engineContract, type EngineContract } from './engine-contract.ts'
import type { EngineProcess, Exit, StartEngine } from './engine-process.ts'

export type EngineState = 'idle' | 'starting' | 'ready' | 'busy' | 'down' | 'unstable'
export type EngineTask = Exclude<keyof EngineContract, 'engine.hello' | 'engine.memory'>
export type Hello = OutputOf<EngineContract['engine.hello']>

export interface TaskOptions<K extends EngineTask> {
  /** Asks the engine to stop at the next batch. */
  readonly signal?: AbortSignal
  /** Kills the process at once. */
  readonly kill?: AbortSignal
  readonly onProgress?: (value: ProgressOf<EngineContract[K]>) => void
}

export interface EngineOptions {
  readonly start: StartEngine
  readonly clock: () => number
  readonly onState?: (state: EngineState) => void
  readonly log?: (what: string, details: Readonly<Record<string, unknown>>) => void
  readonly idleMs?: number
  /** Tasks that open a session, after which the process is replaced (sessions leak a little). */
  readonly sessionsPerProcess?: number
  /** Resident memory above which the process is replaced after a task, in bytes. Default 2 GiB. */
  readonly memoryCeiling?: number
  readonly startMs?: number
}

interface Live { readonly process: EngineProcess; readonly client: Client<EngineContract>; sessions: number; weStopped: boolean }

const crashWindowMs = 5 * 60 * 1000
const crashBudget = 3
/**
 * Allocators keep what a large model or data set once needed, so a process that has grown stays grown. Two GiB is a choice, not a
 * measurement: a process that small work has left behind should stay, one that holds a large share of a laptop's memory should go.
 */
const defaultMemoryCeiling = 2 * 1024 ** 3
/** An engine that has just answered says how much memory it holds at once; a mute one is left alone. */
const memoryAnswerMs = 1000
const opensSession: ReadonlySet<string> = new Set(['model.read', 'model.rewrite', 'binding.propose', 'evaluate', 'model.infer', 'provider.probe'])

/** What the engine was doing, in words, from its last progress. */
function phaseOf(task: string, progress: unknown): string {
  if (typeof progress !== 'object' || progress === null) return `working on ${task}`
  if ('phase' in progress) return 'rowsDone' in progress && Number(progress.rowsDone) > 0 ? `${String(progress.phase)}, after row ${String(progress.rowsDone)}` : String(progress.phase)
  return 'step' in progress ? String(progress.step) : `working on ${task}`
}

const lastLine = (stderr: string): string => stderr.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? ''

export class Engine {
  readonly #options: EngineOptions
  #live: Live | null = null
  #state: EngineState = 'idle'
  #turn: Promise<unknown> = Promise.resolve()
  #idle: ReturnType<typeof setTimeout> | null = null
  #crashes: number[] = []
  #closed = false
  #hello: Hello | null = null

  constructor(options: EngineOptions) { this.#options = options }

  get state(): EngineState { return this.#state }
  get pid(): number | undefined { return this.#live?.process.pid }
  /** What the last engine said of itself; null before the first start. */
  get hello(): Hello | null { return this.#hello }

  /**
   * Asks the engine, after what was asked before. Errors: the engine's own, `engine.startFailed`, `engine.crashed`,
   * `engine.outOfMemory`, `engine.unstable`, and `job.cancelled` once it has really stopped.
   */
  task<K extends EngineTask>(method: K, input: InputOf<EngineContract[K]>, options: TaskOptions<K> = {}): Promise<OutputOf<EngineContract[K]>> {
    let begun = false
    const mine = this.#turn.then(() => { begun = true; return this.#perform(method, input, options) })
    this.#turn = mine.catch(() => undefined)
    // Whoever gives up while waiting for a turn need not wait for it.
    const signals = [options.signal, options.kill].filter((signal) => signal !== undefined)
    return new Promise((resolve, reject) => {
      const leave = (): void => { if (!begun) reject(new SlipwayError('job.cancelled', {})) }
      for (const signal of signals) signal.addEventListener('abort', leave, { once: true })
      mine.then(resolve, reject).finally(() => { for (const signal of signals) signal.removeEventListener('abort', leave) })
    })
  }

  /** Forgets the crashes and starts afresh with the next task. */
  async restart(): Promise<void> {
    this.#crashes = []
    await this.#stop()
    this.#enter('idle')
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#stop()
    this.#enter('idle')
  }

  #enter(state: EngineState): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState?.(state)
  }

  async #perform<K extends EngineTask>(method: K, input: InputOf<EngineContract[K]>, options: TaskOptions<K>): Promise<OutputOf<EngineContract[K]>> {
    if (this.#closed) throw new SlipwayError('transport.closed', { reason: 'Slipway is closing' })
    if (options.signal?.aborted === true || options.kill?.aborted === true) throw new SlipwayError('job.cancelled', {})
    if (this.#state === 'unstable') throw new SlipwayError('engine.unstable', {})
    if (this.#idle !== null) clearTimeout(this.#idle)
    const live = this.#live ?? (await this.#startProcess(options.kill))
    this.#enter('busy')
    try {
      const output = await this.#ask(live, method, input, options)
      this.#crashes = []
      return output
    } finally {
      if (opensSession.has(method)) live.sessions++
      await this.#settle(live)
    }
  }

  async #ask<K extends EngineTask>(live: Live, method: K, input: InputOf<EngineContract[K]>, options: TaskOptions<K>): Promise<OutputOf<EngineContract[K]>> {
    let last: unknown = null
    const kill = (): void => { live.weStopped = true; live.process.kill() }
    options.kill?.addEventListener('abort', kill, { once: true })
    const gone = live.process.exited.then((exit) => { throw this.#exitError(live, exit, phaseOf(method, last), method === 'evaluate') })
    gone.catch(() => undefined)
    try {
      const call = live.client.call(method as never, input as never, {
        ...(options.signal === undefined ? {} : { signal: options.signal }), onAbort: 'wait',
        onProgress: (value: never) => { last = value; options.onProgress?.(value) },
      }) as Promise<unknown>
      const answer = call.catch(async (thrown: unknown) => {
        // A closed channel is only the first sign of the end; the exit says why.
        if (asSlipwayError(thrown).code === 'transport.closed') return gone
        if (asSlipwayError(thrown).code === 'transport.badMessage') { live.weStopped = true; live.process.kill() }
        throw thrown
      })
      return (await Promise.race([answer, gone])) as OutputOf<EngineContract[K]>
    } finally {
      options.kill?.removeEventListener('abort', kill)
    }
  }

  /** What the end of the process means for the task at hand. */
  #exitError(live: Live, exit: Exit, phase: string, resumable: boolean): SlipwayError {
    if (live.weStopped) return new SlipwayError('job.cancelled', {}) as SlipwayError
    const stderr = live.process.stderrTail()
    this.#options.log?.('the engine ended unexpectedly', { phase, exit, stderr })
    if (exit.reason === 'outOfMemory') return new SlipwayError('engine.outOfMemory', { phase }) as SlipwayError
    const hint = exit.signal === null ? lastLine(stderr) : ''
    return new SlipwayError('engine.crashed', { reason: hint === '' ? exit.detail : `${exit.detail}: ${hint}`, phase, ...(stderr === '' ? {} : { stderr }), ...(resumable ? { resumable } : {}) }) as SlipwayError
  }

  /** After a task: back to ready, or replaced when it has opened many sessions or holds much memory. */
  async #settle(live: Live): Promise<void> {
    if (this.#live !== live) return
    if (live.weStopped || live.sessions >= (this.#options.sessionsPerProcess ?? 20) || await this.#hasGrown(live)) {
      if (this.#live !== live) return
      await this.#stop()
      this.#enter('idle')
      return
    }
    if (this.#live !== live) return
    this.#enter('ready')
    this.#idle = setTimeout(() => { void this.#stop().then(() => this.#enter('idle')) }, this.#options.idleMs ?? 5 * 60 * 1000)
    this.#idle.unref()
  }

  async #hasGrown(live: Live): Promise<boolean> {
    const ceiling = this.#options.memoryCeiling ?? defaultMemoryCeiling
    let timer: ReturnType<typeof setTimeout> | undefined
    const mute = new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), memoryAnswerMs) })
    const asked = live.client.call('engine.memory', {}).catch(() => null)
    const answer = await Promise.race([asked, mute, live.process.exited.then(() => null)])
    clearTimeout(timer)
    if (answer === null || answer.residentBytes <= ceiling) return false
    this.#options.log?.('the engine is replaced, it holds much memory', { residentBytes: answer.residentBytes, ceiling })
    return true
  }

  async #startProcess(kill: AbortSignal | undefined): Promise<Live> {
    this.#enter('starting')
    const process = this.#options.start('engine')
    const live: Live = { process, client: connect<EngineContract>(process.port, engineContract), sessions: 0, weStopped: false }
    this.#live = live
    const stop = (): void => { live.weStopped = true; process.kill() }
    kill?.addEventListener('abort', stop, { once: true })
    void process.exited.then((exit) => this.#onExit(live, exit))
    try {
      this.#hello = await greet(process, live.client, this.#options.startMs ?? 30_000)
      return live
    } catch (thrown) {
      if (live.weStopped) throw new SlipwayError('job.cancelled', {})
      process.kill()
      await process.exited
      throw thrown
    } finally {
      kill?.removeEventListener('abort', stop)
    }
  }

  #onExit(live: Live, exit: Exit): void {
    if (this.#live !== live) return
    this.#live = null
    if (live.weStopped) return this.#enter('idle')
    const now = this.#options.clock()
    this.#crashes = [...this.#crashes.filter((at) => now - at < crashWindowMs), now]
    this.#options.log?.('the engine is down', { exit })
    this.#enter(this.#crashes.length >= crashBudget ? 'unstable' : 'down')
  }

  async #stop(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    const live = this.#live
    if (live === null) return
    live.weStopped = true
    live.process.kill()
    await live.process.exited
    if (this.#live === live) this.#live = null
  }
}

/** Waits for the engine's first words. Errors: `engine.startFailed` with the loader's own. */
export async function greet(process: EngineProcess, client: Client<EngineContract>, withinMs: number): Promise<Hello> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SlipwayError('engine.startFailed', { reason: `it did not answer within ${withinMs / 1000} seconds` })), withinMs)
  })
  const gone = process.exited.then((exit) => {
    const hint = lastLine(process.stderrTail())
    throw new SlipwayError('engine.startFailed', { reason: hint === '' ? exit.detail : `${exit.detail}: ${hint}` })
  })
  const hello = client.call('engine.hello', {}).catch((thrown: unknown) => {
    if (asSlipwayError(thrown).code === 'transport.closed') return gone
    throw thrown
  })
  try { return await Promise.race([hello, late, gone]) } finally {
    clearTimeout(timer)
    gone.catch(() => undefined)
  }
}
