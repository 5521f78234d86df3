// Every verb's example: shown by --help, printed in docs/cli.md, and parsed by a test.
import type { Command } from 'commander'

const examples = new WeakMap<Command, string>()

/** Gives a command its example: a line that can be typed as it stands. */
export function withExample(command: Command, line: string): Command {
  examples.set(command, line)
  return command.addHelpText('after', `\nExample:\n  ${line}\n`)
}

/** The example of a command, if it has one. */
export const exampleOf = (command: Command): string | undefined => examples.get(command)
