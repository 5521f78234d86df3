// `slipway neighbours`: the rows nearest to one row, among those that the model has right.
import type { Command } from 'commander'
import type { NearRows } from '../../shared/domain/run-rows.ts'
import { formatNumber } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

/** A row beside its neighbours, an input a line; `=` where a neighbour has the same. */
export function describeNear(near: NearRows): string {
  return sections(
    paragraph(near.sentence),
    table(['', `record ${near.record}`, ...near.rows.map((r) => `record ${r.record}`)], [
      ['distance', '', ...near.rows.map((r) => formatNumber(r.distance))], ['true', '', ...near.rows.map((r) => r.prediction.truth ?? '')], ['predicted', '', ...near.rows.map((r) => r.prediction.predicted ?? '')],
      ...near.columns.map((column, i) => [column, near.cells[i] ?? 'missing', ...near.rows.map((r) => (r.differs.includes(column) ? r.cells[i] ?? 'missing' : '='))]),
    ]),
  )
}

/** Registers the command. */
export function registerNeighbours(program: Command): void {
  const command = program.command('neighbours').description('Show the rows nearest to one row by the model’s inputs, among those that the model has right.')
    .argument('<run>', 'a run id or name@version (its newest run)').argument('<record>', 'the number of the row, 1 is the first row of data').option('--count <rows>', 'how many (5)')
    .action(async (text: string, record: string, options: { readonly count?: string }, command: Command) => withSession(command, async (session) => {
      const wanted = wholeNumber('The record', record, { least: 1, most: Number.MAX_SAFE_INTEGER }) ?? 1
      const count = wholeNumber('--count', options.count, { least: 1, most: 50 })
      const found = await run(session, text)
      const near = await session.client.call('run.neighbours', { runId: found.id, record: wanted, ...(count === null ? {} : { count }) })
      session.print(near, () => describeNear(near))
    }))
  withExample(command, 'slipway neighbours income@2 17')
}
