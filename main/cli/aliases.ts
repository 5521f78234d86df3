// `slipway aliases`: where the aliases of a model point, every move that they made, and taking one off.
import type { Command } from 'commander'
import type { Alias } from '../../shared/domain/alias.ts'
import { reasonOf, whoWhy } from './alias-text.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { table } from './print.ts'
import { model } from './references.ts'

function describeAliases(aliases: readonly Alias[], name: string): string {
  return table(['Alias', 'Version', 'Since', 'Who', 'Why', 'Before'], aliases.map((a) => [a.alias, a.target === null ? 'none' : `${name}@${a.target.number}`, ...whoWhy(a.last), a.before === null ? '' : `@${a.before.number}`]), [],
    `${name} has no alias yet. Give one: slipway promote ${name}@1 --alias champion --reason "why"`)
}

interface ListOptions { readonly history?: boolean; readonly remove?: string; readonly reason?: string }

async function list(session: CliSession, text: string, options: ListOptions): Promise<void> {
  const { id: modelId, name } = await model(session, text)
  if (options.remove !== undefined) {
    const reason = reasonOf(options)
    const preview = await session.client.call('alias.preview', { action: 'remove', modelId, alias: options.remove })
    await session.client.call('alias.remove', { modelId, alias: options.remove, expected: preview.from?.versionId ?? null, reason })
  }
  if (options.history === true) {
    const moves = await session.client.call('alias.history', { modelId })
    session.print(moves, () => table(['Alias', 'Move', 'From', 'To', 'When', 'Who', 'Why'], moves.map((m) => [m.alias, m.action, m.from === null ? '' : `@${m.from.number}`, m.to === null ? '' : `@${m.to.number}`, ...whoWhy(m)]), [], `No alias of ${name} was ever moved.`))
    return
  }
  const aliases = await session.client.call('alias.list', { modelId })
  session.print(aliases, () => describeAliases(aliases, name))
}

/** Registers the command. */
export function registerAliases(program: Command): void {
  withExample(program.command('aliases').description('Show where the aliases of a model point, since when, by whom and why.')
    .argument('<model>', 'a model').option('--history', 'every move instead').option('--remove <alias>', 'take this alias off first').option('--reason <text>', 'why it is taken off'), 'slipway aliases income')
    .action(async (text: string, options: ListOptions, command: Command) => withSession(command, (session) => list(session, text, options)))
}
