// What main knows of an engine process, whichever way it was started: a port, an end, a kill.
// Types only: node-process.ts makes one with child_process, main/desktop with utilityProcess.
import type { Port } from '../../../shared/rpc.ts'

/** How an engine process ended. `killed`: somebody's kill(), ours or from outside; `launchFailed`: it never ran. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  readonly reason: 'ended' | 'killed' | 'crashed' | 'outOfMemory' | 'launchFailed'
  /** The reason in words, such as `signal SIGFPE`. */
  readonly detail: string
}

export interface EngineProcess {
  readonly port: Port
  readonly pid: number | undefined
  /** Settles once, never rejects. */
  readonly exited: Promise<Exit>
  /** Ends the process with the strongest means at hand. Safe to call twice. */
  kill(): void
  /** The last lines that the process wrote to its standard error, at most 4,000 characters. */
  stderrTail(): string
}

/** Starts an engine: a lasting one, or a `probe` that is thrown away after one question. */
export type StartEngine = (purpose: 'engine' | 'probe') => EngineProcess
