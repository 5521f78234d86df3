// `slipway views`: the searches that are kept under a name.
import type { Command } from 'commander'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { table } from './print.ts'

/** Registers the command. */
export function registerViews(program: Command): void {
  withExample(program.command('views').description('List the saved searches, or remove one.').option('--remove <name>', 'the view to remove'), 'slipway views')
    .action(async (options: { remove?: string }, command: Command) => withSession(command, async (session) => {
      if (options.remove !== undefined) await session.client.call('view.remove', { name: options.remove })
      const views = await session.client.call('view.list', {})
      session.print(views, () => table(['View', 'Search', 'Order'], views.map((v) => [v.name, v.query, v.sort === '' ? 'newest first' : v.sort]), [], 'No search is saved yet. Save one: slipway search "auc > 0.9" --save good'))
    }))
}
