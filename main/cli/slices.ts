// `slipway slices`: how a finished run does on every part of its data, and where it does worst.
import type { Command } from 'commander'
import type { SegmentCondition, Slice, SliceRate, SliceReport } from '../../shared/domain/slices.ts'
import { formatCount, formatDelta, formatNumber, formatPlural } from '../../shared/format.ts'
import { sliceMeasureName, sliceNoun, slicesSentence } from '../../shared/slices/slice-measures.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options { readonly columns?: string[]; readonly minimumRows?: string; readonly all?: boolean }

/** Values of one condition that are written out. */
const mostValues = 4

const withInterval = (rate: SliceRate | null): string => rate === null ? 'no rows' : `${formatNumber(rate.value)} (${formatNumber(rate.low)} to ${formatNumber(rate.high)})`

function conditionText(condition: SegmentCondition): string {
  if (condition.kind === 'values') {
    const values = condition.values.map((v) => v ?? 'missing')
    return `${condition.column} is ${values.length <= mostValues ? values.join(' or ') : `${values.slice(0, mostValues).join(', ')} or ${values.length - mostValues === 1 ? 'one other' : `one of ${values.length - mostValues} others`}`}`
  }
  const plain = (value: number): string => String(Number(value.toPrecision(6)))
  const range = condition.low === null ? (condition.high === null ? '' : `≤ ${plain(condition.high)}`) : condition.high === null ? `≥ ${plain(condition.low)}` : `${plain(condition.low)} to ${plain(condition.high)}`
  return `${condition.column} ${[...(range === '' ? [] : [range]), ...(condition.missing ? ['missing'] : [])].join(' or ')}`
}

function sliceRows(slices: readonly Slice[], binary: boolean): string {
  return table(['Column', 'Value', 'Rows', 'Score (95 %)', 'Against the rest', 'Adjusted p', '', ...(binary ? ['Selected', 'Found', 'False alarms'] : [])],
    slices.map((s) => [s.column, s.value ?? '(missing)', formatCount(s.rows), withInterval(s.score), formatNumber(s.difference), s.adjusted < 0.0001 ? '< 0.0001' : s.adjusted.toFixed(4), s.weak ? 'weak' : '',
      ...(binary ? [s.selection, s.truePositive, s.falsePositive].map((r) => (r === null ? '—' : formatNumber(r.value))) : [])]), [2, 3, 4, 5, 7, 8, 9])
}

function describe(report: SliceReport, all: boolean): string {
  const weak = report.slices.filter((s) => s.weak)
  const shown = all ? report.slices : weak.length > 0 ? weak : report.slices.slice(0, 10)
  const name = sliceMeasureName(report.metric)
  const noun = sliceNoun(report.metric)
  return sections(
    paragraph(`${name} on all ${formatPlural(report.overall.rows, noun)}: ${withInterval(report.overall)}. ${slicesSentence(report)}`),
    { title: all ? 'All slices' : weak.length > 0 ? 'Weak slices' : 'The lowest slices', body: sliceRows(shown, report.slices.some((s) => s.selection !== null)) },
    report.segments.length === 0 ? null : {
      title: `Weak segments: found on one half of the ${noun}s, measured on the other`,
      body: report.segments.map((s) => paragraph(`${s.conditions.map(conditionText).join(' and ')}: ${withInterval(s.score)}, ${formatDelta(s.difference)} against the rest; measured on ${formatCount(s.score.rows)} of its ${formatPlural(s.rows, noun)}, the worst are records ${s.examples.join(', ')}.`, 2)).join('\n'),
    },
    report.skipped.length === 0 ? null : { title: 'Not cut', body: report.skipped.map((s) => paragraph(`${s.column}: ${s.reason}`, 2)).join('\n') },
  )
}

/** Registers the command. */
export function registerSlices(program: Command): void {
  const command = program.command('slices').description('Show how a finished run does on every part of its data, and where it does worst.')
    .argument('<run>', 'a run id or name@version (its newest run)').option('--columns <name...>', 'only these columns; absent: all that can be cut')
    .option('--minimum-rows <rows>', 'leave out slices with fewer rows (30)').option('--all', 'every slice, not only the weak ones')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const minimumRows = wholeNumber('--minimum-rows', options.minimumRows, { least: 1, most: 1_000_000_000 })
      const found = await run(session, text)
      const report = await session.job('run.slices', { runId: found.id, ...(options.columns === undefined ? {} : { columns: options.columns }), ...(minimumRows === null ? {} : { minimumRows }) })
      session.print(report, () => describe(report, options.all === true))
    }))
  withExample(command, 'slipway slices income@2 --columns sex race age')
}
