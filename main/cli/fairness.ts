// `slipway fairness`: how a finished run treats the groups that columns name, each against a reference group.
import type { Command } from 'commander'
import type { FairnessGroup, FairnessRate, FairnessReport, FairnessTable } from '../../shared/domain/fairness.ts'
import type { SliceRate } from '../../shared/domain/slices.ts'
import { formatCount, formatNumber, formatPlural } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options { readonly column: string[]; readonly reference?: string; readonly class?: string; readonly minimumRows?: string }

const rates: readonly (readonly [FairnessRate, string])[] = [['selection', 'Selected'], ['truePositive', 'TPR'], ['falsePositive', 'FPR'], ['precision', 'Precision']]
const rateText = (rate: SliceRate | null): string => (rate === null ? 'no rows' : formatNumber(rate.value))
const end = (value: number | null): string => (value === null ? '∞' : formatNumber(value))

function gapRows(table: FairnessTable): string[][] {
  return table.groups.flatMap((group: FairnessGroup) => group.gaps.map(({ rate, difference, ratio }) => [
    group.value ?? '(missing)', rates.find(([key]) => key === rate)?.[1] ?? rate, `${formatNumber(difference.value)} (${formatNumber(difference.low)} to ${formatNumber(difference.high)})`,
    ratio.value === null ? 'not available' : `${formatNumber(ratio.value)} (${end(ratio.low)} to ${end(ratio.high)})`,
  ]))
}

const tableText = (found: FairnessTable): readonly (string | { readonly title: string; readonly body: string })[] => [
  { title: `${found.column}, against ${found.reference ?? 'missing'}`, body: table(['Group', 'Rows', 'Truly yes', ...rates.map(([, name]) => name)],
    found.groups.map((g) => [g.value ?? '(missing)', formatCount(g.rows), formatCount(g.positives), ...rates.map(([key]) => rateText(g[key]))]), [1, 2, 3, 4, 5, 6]) },
  table(['Group', 'Rate', 'Difference (95 %)', 'Ratio (95 %)'], gapRows(found)),
  ...found.sentences.map((s) => paragraph(s)),
  paragraph(`The smallest group shown is ${found.smallest.value ?? 'missing'} with ${formatPlural(found.smallest.rows, 'row')}.${found.leftOut.length === 0 ? '' : ` Left out as too small: ${found.leftOut.map((g) => `${g.value ?? 'missing'} (${g.rows})`).join(', ')}.`}`),
]

/** A report as text. */
export const describeFairness = (report: FairnessReport): string => sections(
  paragraph(`“Yes” is ${report.class}; ${formatPlural(report.rows, 'row')} with a true answer.`), ...report.tables.flatMap(tableText),
  report.skipped.length === 0 ? null : { title: 'Not compared', body: report.skipped.map((s) => paragraph(`${s.column}: ${s.reason}`, 2)).join('\n') },
  ...report.notes.map((note) => paragraph(`Note: ${note}`)),
)

/** Registers the command. */
export function registerFairness(program: Command): void {
  const command = program.command('fairness').description('Compare the groups that a column names: selection, true and false positive rates, precision.')
    .argument('<run>', 'a run id or name@version (its newest run)').requiredOption('--column <name...>', 'the columns that name groups')
    .option('--reference <group>', 'the group that others are compared with; absent: the largest').option('--class <name>', 'the class that counts as yes; absent: the positive class')
    .option('--minimum-rows <rows>', 'leave out groups with fewer rows (10)')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const minimumRows = wholeNumber('--minimum-rows', options.minimumRows, { least: 1, most: 1_000_000_000 })
      const found = await run(session, text)
      const report = await session.job('run.fairness', {
        runId: found.id, columns: options.column, ...(options.reference === undefined ? {} : { reference: options.reference }), ...(options.class === undefined ? {} : { class: options.class }), ...(minimumRows === null ? {} : { minimumRows }),
      })
      session.print(report, () => describeFairness(report))
    }))
  withExample(command, 'slipway fairness income@2 --column sex --reference Male')
}
