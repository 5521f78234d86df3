// `slipway logs dataset`: rows of returned logs as a data set, ready for an evaluation.
import { Option, type Command } from 'commander'
import type { LogRowsKind } from '../../shared/domain/study.ts'
import { formatPlural } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { momentOption } from './moment-option.ts'
import { withSession } from './open-session.ts'
import { paragraph } from './print.ts'
import { version } from './references.ts'

interface Options { readonly arm?: 'stable' | 'canary' | 'shadow'; readonly which: LogRowsKind; readonly from?: string; readonly to?: string; readonly name?: string }

/** Adds `slipway logs dataset`. */
export function addDatasetVerb(group: Command): void {
  withExample(group.command('dataset').description('Make a data set of rows of the logs, with their raw values (level 2) and true answers. It is copied, tells where it came from, and outlives the logs.').argument('<version>', 'whose logs, such as income@2')
    .addOption(new Option('--which <rows>', 'which rows').choices(['all', 'labelled', 'wrong']).default('labelled')).addOption(new Option('--arm <arm>', 'rows of one arm').choices(['stable', 'canary', 'shadow']))
    .option('--from <time>', 'rows from this moment on').option('--to <time>', 'and before this one').option('--name <name>', 'name of the data set'), 'slipway logs dataset income@2 --which wrong --from 7d')
    .action(async (text: string, o: Options, command: Command) => withSession(command, async (session) => {
      const [from, to] = [momentOption('--from', o.from), momentOption('--to', o.to)]
      const dataset = await session.job('logs.dataset', { versionId: (await version(session, text)).id, which: o.which, ...(o.arm === undefined ? {} : { arm: o.arm }), ...(from === null ? {} : { from }), ...(to === null ? {} : { to }), ...(o.name === undefined ? {} : { name: o.name }) })
      session.print(dataset, () => paragraph(`${dataset.name}: ${formatPlural(dataset.rows, 'row')}, ${formatPlural(dataset.columns.length, 'column')}.`))
    }))
}
