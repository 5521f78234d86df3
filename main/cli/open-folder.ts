// One command on a workspace folder that is not opened: for what must work when the workspace does not. Progress on stderr, failures as exit codes.
import type { Command } from 'commander'
import { resolve } from 'node:path'
import { defaultWorkspace } from '../core/core.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { fail, type GlobalOptions } from './open-session.ts'
import { stepLine } from './print.ts'
import { printableLines, safeJson } from './text.ts'

export interface FolderSession {
  /** The workspace folder that was named, or the default one. */
  readonly workspace: string
  readonly watch: { readonly signal: AbortSignal; readonly progress: (step: string, done: number | null, total: number | null) => void }
  print(value: unknown, text: () => string): void
  /** The exit code when nothing failed but the answer is no. */
  answerNo(): void
}

/** Does the work and sets the exit code. No stack trace reaches the user. */
export async function withFolder(command: Command, work: (session: FolderSession) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const json = options.json === true
  const interrupt = new AbortController()
  const onInterrupt = (): void => { if (interrupt.signal.aborted) process.exit(130); interrupt.abort() }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  const line = stepLine(options.quiet !== true && process.stderr.isTTY === true)
  let exit = 0
  try {
    const said = options.workspace ?? process.env['SLIPWAY_WORKSPACE']
    if (said === '') throw new SlipwayError('input.invalid', { reason: 'the workspace is an empty text, not a folder' })
    await work({
      workspace: resolve(said ?? defaultWorkspace()), watch: { signal: interrupt.signal, progress: line.show },
      print(value, text) { line.clear(); process.stdout.write(json ? `${safeJson(value)}\n` : `${printableLines(text())}\n`) },
      answerNo() { exit = 1 },
    })
  } catch (thrown) {
    line.clear()
    exit = fail(interrupt.signal.aborted ? new SlipwayError('job.cancelled', {}) : thrown, json)
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
  process.exitCode = exit
}
