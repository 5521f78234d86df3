// `slipway promote`: points an alias to a version, with a reason, or only says what that would change.
import type { Command } from 'commander'
import { describePreview, expectedOf, moved, reasonOf, withMoveOptions, type MoveOptions } from './alias-text.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { version } from './references.ts'

async function promote(session: CliSession, text: string, options: MoveOptions): Promise<void> {
  const { id: versionId, modelId, modelName } = await version(session, text)
  const preview = await session.client.call('alias.preview', { action: 'set', modelId, alias: options.alias, versionId })
  if (options.preview === true) { session.print(preview, () => describePreview(preview)); return }
  const reason = reasonOf(options)
  const move = await session.client.call('alias.set', { modelId, alias: options.alias, versionId, expected: await expectedOf(session, options, preview), reason })
  session.print(move, () => moved(move, modelName))
}

/** Registers the command. */
export function registerPromote(program: Command): void {
  withExample(withMoveOptions(program.command('promote').description('Point an alias such as champion to a version. Refused when somebody else moved it meanwhile.')
    .argument('<version>', 'name@number, name@alias or an id'), 'the alias: champion, challenger, staging or any other name'), 'slipway promote income@2 --alias champion --reason "better on the May data"')
    .action(async (text: string, options: MoveOptions, command: Command) => withSession(command, (session) => promote(session, text, options)))
}
