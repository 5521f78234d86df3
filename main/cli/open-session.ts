// One command's session with the core: opens the workspace, runs jobs with progress on stderr, turns failures into exit codes.
// Refuses prompts and colour where nobody looks.
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { commandEngine, defaultWorkspace, openCore, type Core } from '../core/core.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Job, OutputOf, RequestOf } from '../../shared/contract-kit.ts'
import { asSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { FileToken } from '../../shared/ids.ts'
import { runJob } from '../../shared/job-client.ts'
import { paragraph, progressLine } from './print.ts'
import { printableLines, safeJson } from './text.ts'

export const slipwayVersion = '0.1.0'

export interface GlobalOptions { readonly workspace?: string; readonly json?: boolean; readonly quiet?: boolean; readonly as?: string }

type JobKey = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Job ? K : never }[keyof SlipwayContract]

export interface CliSession {
  readonly core: Core
  readonly client: Core['client']
  readonly json: boolean
  /** Runs a job to its end with a progress line; Ctrl-C once asks it to stop, twice ends everything. */
  job<K extends JobKey>(method: K, input: RequestOf<SlipwayContract[K]>): Promise<OutputOf<SlipwayContract[K]>>
  /** A token for a path that the user typed. */
  admit(path: string, use?: 'read' | 'write'): Promise<FileToken>
  /** Prints the value as JSON with --json, else the text. */
  print(value: unknown, text: () => string): void
  /** Says on stderr what may help next to the answer; never part of it. */
  advise(sentence: string): void
  /** The exit code when nothing failed but the answer is no. */
  answerNo(): void
  /** The exit code of a check that has codes of its own. */
  exitWith(code: number): void
}

/** The folder of sample files and bundle parts: beside the sources, or beside the packaged application. */
function resourcesFolder(): string {
  const candidates = [join(import.meta.dirname, '../../resources'), join(import.meta.dirname, '../../../resources')]
  return candidates.find((folder) => existsSync(folder)) ?? candidates[0]!
}

/** Says a failure in the table's words, and as JSON when that was asked for; answers the exit code. */
export function fail(thrown: unknown, json: boolean): number {
  const error = asSlipwayError(thrown)
  if (json) process.stdout.write(`${safeJson({ error: error.toPlain() })}\n`)
  say(error.message, error.commandLine === '' ? error.next : `${error.next} ${error.commandLine}`)
  return error.code === 'job.cancelled' ? 130 : error.exit
}

/** A path that is not there is named as it was typed. */
const asTyped = (path: string) => (thrown: unknown): never => {
  throw thrown instanceof SlipwayError && thrown.code === 'file.missing' ? new SlipwayError('file.missing', { file: path }) : thrown
}

/** Sentences on stderr, each a line of its own; nothing in them can move the cursor or start a line. */
export function say(...sentences: readonly string[]): void {
  process.stderr.write(`${sentences.map((sentence) => paragraph(sentence)).join('\n')}\n`)
}

/** Opens the workspace, does the work, closes, and sets the exit code. No stack trace reaches the user. */
export async function withSession(command: Command, work: (session: CliSession) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const json = options.json === true
  const interrupt = new AbortController()
  let core: Core | null = null
  let exit = 0
  let evaluating = false
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130)
    interrupt.abort()
    process.stderr.write('\nStopping. Press Ctrl-C again to end at once.\n')
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    const said = options.workspace ?? process.env['SLIPWAY_WORKSPACE']
    if (said === '') throw new SlipwayError('input.invalid', { reason: 'the workspace is an empty text, not a folder' })
    const workspace = resolve(said ?? defaultWorkspace())
    const actor = options.as ?? process.env['SLIPWAY_AS']
    core = await openCore({ workspace, resources: resourcesFolder(), startEngine: commandEngine, version: slipwayVersion, electron: null, oneEngine: true, ...(actor === undefined ? {} : { actor }) })
    const opened = core
    if (opened.notices.length > 0) say(...opened.notices)
    const progress = progressLine(options.quiet !== true && process.stderr.isTTY === true)
    await work({
      core: opened, client: opened.client, json,
      async job(method, input) {
        evaluating = method === 'run.evaluate' || method === 'run.resume'
        try {
          return await runJob(opened.client, method, input, { signal: interrupt.signal, onSnapshot: progress.show })
        } finally {
          progress.clear()
        }
      },
      admit: async (path, use = 'read') => (await opened.admit(resolve(path), use).catch(asTyped(path))).token,
      print(value, text) { process.stdout.write(json ? `${safeJson(value)}\n` : `${printableLines(text())}\n`) },
      advise(sentence) { say(sentence) },
      answerNo() { exit = 1 },
      exitWith(code) { exit = code },
    })
  } catch (thrown) {
    exit = fail(interrupt.signal.aborted ? new SlipwayError('job.cancelled', evaluating ? { resumable: true } : {}) : thrown, json)
  } finally {
    await core?.close().catch((thrown: unknown) => { say(asSlipwayError(thrown).message) })
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
  process.exitCode = exit
}
