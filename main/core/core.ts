// openCore(): wires store, files, engine and jobs into one core. The only door for the desktop and the command line.
// Refuses to know who asks: windows come through serve(), the command line and tests through client.
import type { AdmittedFile, SlipwayContract } from '../../shared/contract.ts'
import type { InputOf } from '../../shared/contract-kit.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc-client.ts'
import type { Port, Server } from '../../shared/rpc.ts'
import type { StartEngine } from './engine/engine-process.ts'

export type { EngineProcess, Exit, StartEngine } from './engine/engine-process.ts'
export { nodeEngine } from './engine/node-process.ts'
export { defaultWorkspace } from './files/default-workspace.ts'
export { parsePolicy } from './gate/policy-text.ts'

/** What only a desktop can do. Absent in the command line: those questions then fail with `shell.unavailable`. */
export interface Shell {
  /** An open dialog; the chosen absolute paths, empty when it was dismissed. */
  openFiles(what: InputOf<SlipwayContract['shell.openFiles']>['what']): Promise<readonly string[]>
  /** A save dialog; the chosen absolute path, null when it was dismissed. */
  saveFile(what: InputOf<SlipwayContract['shell.saveFile']>['what'], suggestedName: string): Promise<string | null>
  /** Shows a file in the system's file manager. */
  reveal(path: string): void
}

export interface CoreOptions {
  /** The workspace folder; made when absent. */
  readonly workspace: string
  /** The folder `resources/` of the application, with the sample. */
  readonly resources: string
  readonly startEngine: StartEngine
  /** Version of Slipway. */
  readonly version: string
  /** Version of Electron; null on plain Node. */
  readonly electron: string | null
  readonly shell?: Shell
  readonly clock?: () => number
}

export interface Core {
  /** Asks this core inside the process, with full validation both ways. */
  readonly client: Client<SlipwayContract>
  /** Answers one more asker, such as a window; its port is its permission. */
  serve(port: Port): Server
  /** Turns a path that the user handed over into a short-lived token. `write` tokens may name a file that does not exist yet. */
  admit(path: string, use?: 'read' | 'write'): Promise<AdmittedFile>
  /** Files handed over by the operating system: admits them and tells every asker by the `opened` event. */
  opened(paths: readonly string[]): Promise<void>
  /** Jobs that are queued, running or cancelling. */
  runningJobs(): number
  /** Cancels what runs, ends the engine, closes the store last. */
  close(): Promise<void>
}

/** Opens a workspace. Errors: `store.*`, `file.notWritable`. */
export function openCore(options: CoreOptions): Promise<Core> {
  return Promise.reject(new SlipwayError('internal.bug', { reason: `not built yet (${options.workspace})` }))
}
