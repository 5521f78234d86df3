// `slipway drift`: how the inputs and answers of a served version differ from its evaluation. Exit code 1 when an input drifted.
import type { Command } from 'commander'
import { withExample } from './example.ts'
import { analysisOf, describeColumn, describeDrift, withStretch, type Options } from './monitor.ts'
import { withSession } from './open-session.ts'
import { version } from './references.ts'

/** Registers `slipway drift`. */
export function registerDrift(program: Command): void {
  withExample(withStretch(program.command('drift').description('Show how the inputs and answers of a served version differ from its evaluation, or from another stretch of its logs. Exit code 1 when an input drifted.')).option('--column <name>', 'one column in full').option('--all', 'every column'), 'slipway drift income@2 --from 2026-03-01')
    .action(async (text: string, o: Options, command: Command) => withSession(command, async (session) => {
      const found = await analysisOf(session, (await version(session, text)).id, o)
      if (o.column !== undefined) {
        const column = await session.client.call('monitor.column', { monitorId: found.id, column: o.column, of: found.columns.includes(o.column) ? 'input' : 'answer' })
        session.print(column, () => describeColumn(column))
        if (column.whole.verdict === 'drift') session.exitWith(1)
        return
      }
      session.print(found, () => describeDrift(found, o.all === true))
      if (found.data.verdict === 'drift') session.exitWith(1)
    }))
}
