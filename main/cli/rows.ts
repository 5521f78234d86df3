// `slipway rows`: the rows behind the numbers.
import { Option, type Command } from 'commander'
import type { RowPage } from '../../shared/domain/dataset.ts'
import type { PredictionPage } from '../../shared/domain/run.ts'
import { RowKind, type CellCondition } from '../../shared/domain/run-rows.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatNumber } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options { readonly kind: RowKind; readonly true?: string; readonly predicted?: string; readonly where?: string[]; readonly text?: string; readonly sort?: string; readonly descending?: boolean; readonly limit?: string }

/** `age>=30`, `age<=60`, `sex=Female`, `job~gov`, `job=` (missing). */
export function rowCondition(text: string): CellCondition {
  const parts = /^(.*?)(>=|<=|=|~)(.*)$/s.exec(text)
  const [, column = '', sign = '', value = ''] = parts ?? []
  if (column === '' || (value === '' && sign !== '=')) throw new SlipwayError('input.invalid', { reason: `“${text}” is no condition; write column=value, column~part, column>=number, column<=number, or column= for a missing cell` })
  if (sign === '=') return value === '' ? { kind: 'missing', column } : { kind: 'is', column, value }
  if (sign === '~') return { kind: 'contains', column, value }
  const bound = Number(value)
  if (value.trim() === '' || !Number.isFinite(bound)) throw new SlipwayError('input.invalid', { reason: `“${value}” is no number, in “${text}”` })
  return { kind: 'between', column, from: sign === '>=' ? bound : null, to: sign === '<=' ? bound : null }
}

const number = (value: number | null): string => (value === null ? '' : formatNumber(value))

function describeRows(page: PredictionPage, cells: RowPage): string {
  const byRecord = new Map(cells.records.map((record, i) => [record, cells.rows[i] ?? []]))
  return sections(
    paragraph(`${formatCount(page.total)} ${page.total === 1 ? 'row is' : 'rows are'} like that${page.rows.length < page.total ? `; these are the first ${page.rows.length}` : ''}.`),
    table(['#', 'True', 'Predicted', 'Confidence', 'Loss', ...cells.columns], page.rows.map((r) => [String(r.record), r.truth ?? '', r.predicted ?? '', number(r.confidence), number(r.loss), ...(byRecord.get(r.record) ?? []).map((c) => c ?? '')]), [0, 3, 4], ''),
  )
}

/** Registers the command. */
export function registerRows(program: Command): void {
  const command = program.command('rows').description('Show the rows of a finished run: by kind of error, class pair, any cell, in any order.')
    .argument('<run>', 'a run id or name@version (its newest run)').addOption(new Option('--kind <kind>', 'which rows').choices(RowKind.options).default('all'))
    .option('--true <class>', 'only rows of this true class').option('--predicted <class>', 'only rows predicted as this class')
    .option('--where <condition...>', 'conditions on columns: sex=Female, age>=30, age<=60, job~gov, or job= for missing').option('--text <text>', 'somewhere in the row')
    .option('--sort <column>', 'order by a column of the data set; absent: the largest loss first').option('--descending', 'largest or last first').option('--limit <rows>', 'at most so many rows (20)')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const found = await run(session, text)
      const page = await session.client.call('run.rows', {
        runId: found.id, limit: wholeNumber('--limit', options.limit, { least: 1, most: 1000 }) ?? 20,
        filter: { kind: options.kind, ...(options.true === undefined ? {} : { truth: options.true }), ...(options.predicted === undefined ? {} : { predicted: options.predicted }), cells: (options.where ?? []).map(rowCondition), text: options.text ?? '' },
        ...(options.sort === undefined ? {} : { order: { by: options.sort, of: 'column', descending: options.descending ?? false } }),
      })
      const cells = await session.client.call('dataset.rows', { datasetId: found.datasetId, records: page.rows.map((r) => r.record), limit: 1000 })
      session.print({ ...page, columns: cells.columns, cells: cells.rows }, () => describeRows(page, cells))
    }))
  withExample(command, 'slipway rows income@2 --kind false-negative --where "age>=60"')
}
