// `slipway reviewer`: whose answers to review requests count here.
import type { Command } from 'commander'
import { formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, table } from './print.ts'

/** Registers the command. */
export function registerReviewer(program: Command): void {
  const reviewer = withExample(program.command('reviewer').description('Whose answers to review requests count in this workspace.'), 'slipway reviewer list')
  withExample(reviewer.command('trust').description('Trust a public key under a name.').argument('<name>', 'whose key it is').argument('<key>', 'the public key (PEM); compare its id with the person over another channel').option('--rename', 'give a key that is trusted under another name this one'), 'slipway reviewer trust "Ada Lovelace" ada.pub.pem')
    .action(async (name: string, key: string, options: { rename?: boolean }, command: Command) => withSession(command, async (session) => {
      const trusted = await session.client.call('reviewer.trust', { name, file: await session.admit(key), rename: options.rename === true })
      session.print(trusted, () => facts([['Trusted', trusted.name], ['Key id', trusted.keyId]]))
    }))
  withExample(reviewer.command('distrust').description('Trust a key no more; what was recorded stays.').argument('<reviewer>', 'a name or a key id').option('--reason <text>', 'why'), 'slipway reviewer distrust "Ada Lovelace" --reason "left the team"')
    .action(async (who: string, options: { reason?: string }, command: Command) => withSession(command, async (session) => {
      const left = await session.client.call('reviewer.distrust', { reviewer: who, reason: options.reason ?? '' })
      session.print(left, () => table(['Name', 'Key id', 'Since'], left.map((r) => [r.name, r.keyId, formatTime(r.since)]), [], 'Nobody is trusted now.'))
    }))
  withExample(reviewer.command('list').description('The trusted keys.'), 'slipway reviewer list')
    .action(async (_options: unknown, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('reviewer.list', {})
      session.print(all, () => table(['Name', 'Key id', 'Since'], all.map((r) => [r.name, r.keyId, formatTime(r.since)]), [], 'Nobody yet. Trust somebody: slipway reviewer trust NAME KEY-FILE'))
    }))
}
