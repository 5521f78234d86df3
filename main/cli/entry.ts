// The command line's main(): parses, runs, and turns every end into an exit code. Never imports Electron; the packaged application runs it all the same.
import { CommanderError, type Command } from 'commander'
import { existsSync } from 'node:fs'
import { SlipwayError } from '../../shared/errors.ts'
import { fail, say } from './open-session.ts'
import { buildProgram } from './program.ts'
import { safeJson } from './text.ts'

/** Commander throws instead of ending the process, and says nothing by itself: what it would say holds what was typed. */
function strict(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined })
  for (const child of command.commands) strict(child)
}

/** What is wrong with what was typed. Help that nobody asked for goes to stderr by commander itself. */
function misused(error: CommanderError, typed: readonly string[]): number {
  if (error.exitCode === 0) return 0
  if (error.code === 'commander.help') return 2
  const reason = error.message.replace(/^error: /, '').replace(/\.$/, '').replaceAll('\n', ' ')
  if (typed.includes('--json')) process.stdout.write(`${safeJson({ error: new SlipwayError('input.invalid', { reason }).toPlain() })}\n`)
  const file = error.code === 'commander.unknownOption' ? typed.find((word) => word.startsWith('-') && existsSync(word)) : undefined
  say(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.?)]$/.test(reason) ? '' : '.'}`)
  say(file === undefined ? 'Add --help for the options and an example.' : `A file whose name begins with a dash goes after “--”: slipway ${typed.find((word) => program.commands.some((c) => c.name() === word)) ?? '<command>'} -- ${file}`)
  return 2
}

// A reader such as `head` that has seen enough closes the pipe; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 3) })
process.on('uncaughtException', (thrown) => { process.exit(fail(thrown, false)) })

const program = buildProgram()
strict(program)
try {
  await program.parseAsync(process.argv)
} catch (thrown) {
  process.exitCode = thrown instanceof CommanderError ? misused(thrown, process.argv.slice(2)) : fail(thrown, process.argv.includes('--json'))
}
