// `slipway rollback`: points an alias back to what had it before, with a reason, or only says what that would change.
import type { Command } from 'commander'
import { fromPlain } from '../../shared/errors.ts'
import { describePreview, expectedOf, moved, reasonOf, withMoveOptions, type MoveOptions } from './alias-text.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { model } from './references.ts'

async function rollBack(session: CliSession, text: string, options: MoveOptions): Promise<void> {
  const { id: modelId, name } = await model(session, text)
  const preview = await session.client.call('alias.preview', { action: 'rollback', modelId, alias: options.alias })
  if (options.preview === true) { session.print(preview, () => describePreview(preview)); return }
  const reason = reasonOf(options)
  if (preview.refusal !== null) throw fromPlain(preview.refusal)
  const to = preview.to?.versionId
  const move = await session.client.call('alias.rollback', { modelId, alias: options.alias, expected: await expectedOf(session, options, preview), ...(to === undefined ? {} : { to }), reason })
  session.print(move, () => moved(move, name))
}

/** Registers the command. */
export function registerRollback(program: Command): void {
  withExample(withMoveOptions(program.command('rollback').description('Point an alias back to the version that had it before.')
    .argument('<model>', 'a model'), 'the alias to roll back'), 'slipway rollback income --alias champion --reason "too many false alarms"')
    .action(async (text: string, options: MoveOptions, command: Command) => withSession(command, (session) => rollBack(session, text, options)))
}
