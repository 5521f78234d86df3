// The parts that openCore() wires together, as every operation receives them. Types only, and the two steps that many verbs share.
import { join } from 'node:path'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { InputOf, Tag } from '../../shared/contract-kit.ts'
import type { Actor } from '../../shared/domain/history.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import type { Admissions } from './admissions.ts'
import type { Engine } from './engine/engine.ts'
import type { StartEngine } from './engine/engine-process.ts'
import type { Blobs } from './files/blobs.ts'
import type { Journals } from './files/journals.ts'
import type { Places } from './files/places.ts'
import type { JobContext, Jobs } from './jobs.ts'
import type { Log } from './log.ts'
import type { Store } from './store/open.ts'
import type { Trials } from './trial/trials.ts'

/** What only a desktop can do. Absent in the command line: those questions then fail with `shell.unavailable`. */
export interface Shell {
  /** An open dialog; the chosen absolute paths, empty when it was dismissed. */
  openFiles(what: InputOf<SlipwayContract['shell.openFiles']>['what']): Promise<readonly string[]>
  /** A save dialog; the chosen absolute path, null when it was dismissed. */
  saveFile(what: InputOf<SlipwayContract['shell.saveFile']>['what'], suggestedName: string): Promise<string | null>
  /** Shows a file in the system's file manager. */
  reveal(path: string): void
  /** The pages of an HTML text as a PDF. Its scripts do not run, and it reaches nothing but itself. */
  printPdf(html: string): Promise<Uint8Array>
}

export interface Parts {
  readonly store: Store
  readonly blobs: Blobs
  readonly journals: Journals
  readonly places: Places
  readonly jobs: Jobs
  /** Runs evaluations, one at a time. */
  readonly engine: Engine
  /** Does the short work, one task at a time: imports, data sets, proposals, golden requests. */
  readonly light: Engine
  /** Answers quick questions about rows and pictures while the others are busy. */
  readonly reader: Engine
  readonly startEngine: StartEngine
  readonly admissions: Admissions
  readonly log: Log
  readonly clock: () => number
  /** The passphrase of the private key, undefined where it needs none; makes one where a key store can keep it. Errors: `key.locked`. */
  readonly passphrase: () => string | undefined
  /** Who uses this program; null when nobody can tell. The record names them with every event. */
  readonly actor: () => Actor | null
  readonly version: string
  readonly electron: string | null
  readonly resources: string
  readonly shell: Shell | null
  readonly trials: Trials
  /** Why nothing can be written; null as a rule. */
  readonly readOnly: SlipwayError | null
  /** What whoever uses this workspace must hear at once. */
  readonly notices: readonly string[]
  /** Tells every asker that answers with these tags are stale. */
  changed(tags: readonly Tag[]): void
}

/** A folder inside this process's staging that no one else uses. The engine makes it; whoever asks for it removes it. */
export const workFolder = (parts: Parts): string => join(parts.places.session, newId('job', parts.clock()))

interface Step { readonly step: string; readonly done: number | null; readonly total: number | null }

/** Progress of a job from the steps of an engine task: `share` of the whole, beginning at `from`. */
export function stepProgress(context: JobContext, prefix = '', from = 0, share = 1): (value: Step) => void {
  return (value) => {
    const part = value.done === null || value.total === null || value.total === 0 ? 0 : Math.min(1, value.done / value.total)
    context.progress({ ...value, step: `${prefix}${value.step}` }, Math.min(1, from + share * part))
  }
}
