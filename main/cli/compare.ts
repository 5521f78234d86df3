// `slipway compare`: two versions side by side, and their metrics on the same data.
import type { Command } from 'commander'
import type { Comparison } from '../../shared/domain/compare.ts'
import { withSession } from './open-session.ts'
import { heading, number, table } from './print.ts'
import { dataset, version } from './references.ts'

function describe(c: Comparison): string {
  const name = (v: Comparison['left']): string => `${v.modelName}@${v.number}`
  const value = (v: number | null): string => (v === null ? 'n/a' : number(v))
  return [
    table(['Fact', name(c.left), name(c.right), ''], c.facts.map((f) => [f.fact, f.before, f.after, f.same ? '' : 'changed'])),
    heading('Signature'),
    table(['', 'Name', 'Change', 'Before', 'After', 'Breaking'], c.signature.map((s) => [s.where, s.name, s.change, s.before ?? '', s.after ?? '', s.breaking ? 'yes' : ''])),
    heading('Operators'), table(['Operator', 'Before', 'After'], c.operators.map((o) => [o.type, String(o.before), String(o.after)]), [1, 2]),
    ...(c.onData === null ? [heading('Metrics'), c.missing ?? ''] : [
      heading(`Metrics on ${c.onData.datasetName}`),
      table(['Metric', 'Rows of', 'Before', 'After', 'Change', ''], c.onData.metrics.map((m) => [
        m.metric, m.slice || 'all', value(m.before), value(m.after), m.delta === null ? '' : `${m.delta >= 0 ? '+' : ''}${m.delta.toPrecision(4)}`, m.verdict,
      ]), [2, 3, 4]),
      ...c.onData.caveats.map((caveat) => `\nNote: ${caveat}`),
    ]),
  ].join('\n')
}

/** Registers the command. */
export function registerCompare(program: Command): void {
  program.command('compare').description('Compare two versions: signature, graph, size, and metrics on the same data.')
    .argument('<left>', 'the version compared from').argument('<right>', 'the version compared to').option('--data <data>', 'the data set to compare on')
    .addHelpText('after', '\nExample:\n  slipway compare income@1 income@2\n')
    .action(async (left: string, right: string, options: { data?: string }, command: Command) => withSession(command, async (session) => {
      const [a, b] = [await version(session, left), await version(session, right)]
      const rows = options.data === undefined ? null : await dataset(session, options.data)
      const comparison = await session.client.call('version.compare', { left: a.id, right: b.id, ...(rows === null ? {} : { datasetId: rows.id }) })
      session.print(comparison, () => describe(comparison))
    }))
}
