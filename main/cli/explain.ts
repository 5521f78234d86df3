// `slipway explain`: what a finished run's model goes by: which columns matter, how the answer follows them, what made single answers.
import type { Command } from 'commander'
import { ExplainBudget, type Explanation } from '../../shared/domain/explanation.ts'
import { formatCount, formatDelta, formatNumber, formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { occludeRow } from './occlusion.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'
import { SlipwayError } from '../../shared/errors.ts'

interface Options { readonly records?: string[]; readonly row?: string; readonly patch?: string; readonly stride?: string; readonly fill?: string; readonly class?: string; readonly sample?: string; readonly shuffles?: string; readonly values?: string; readonly orders?: string }

const plain = (value: number | string | null): string => (value === null ? 'missing' : typeof value === 'string' ? value || '(empty)' : String(Number(value.toPrecision(6))))

function describe(e: Explanation): string {
  return sections(
    paragraph(`About ${e.answer}, from ${formatPlural(e.rows, 'row')}; the model scored ${formatCount(e.modelRows)} mixed rows in ${formatNumber(e.seconds)} s.`),
    e.importance.length === 0 ? null : { title: `Importance: rise of ${metricName(e.loss).toLowerCase()} when a column is shuffled`, body: table(['Column', 'Rise', '95 % interval'], e.importance.map((f) => [f.feature, formatNumber(f.rise), `${formatNumber(f.low)} to ${formatNumber(f.high)}`]), [1, 2]) },
    e.dependence.length === 0 ? null : { title: 'Dependence: the mean answer when a column has one value in every row', body: table(['Column', 'Range', 'Lowest at', 'Highest at'], e.dependence.map((d) => {
      const sorted = [...d.points].sort((a, b) => a.mean - b.mean)
      const [low, high] = [sorted[0]!, sorted.at(-1)!]
      return [d.feature, formatNumber(d.range), `${plain(low.value)} (${formatNumber(low.mean)})`, `${plain(high.value)} (${formatNumber(high.mean)})`]
    }), [1]) },
    ...e.explained.map((row) => ({
      title: `Record ${row.record}: ${formatNumber(row.answer)}, where the mean is ${formatNumber(row.base)}`,
      body: table(['Column', 'Value', 'Share', 'Standard error'], row.contributions.map((c) => [c.feature, plain(c.value), formatDelta(c.share), formatNumber(c.standardError)]), [2, 3]),
    })),
    ...e.notes.map((note) => paragraph(`Note: ${note}`)),
  )
}

function recordNumbers(texts: readonly string[] | undefined): number[] {
  return (texts ?? []).map((text) => {
    const value = wholeNumber('--records', text, { least: 1, most: 2_000_000_000 })
    if (value === null) throw new SlipwayError('input.invalid', { reason: '--records needs record numbers' })
    return value
  })
}

function budgetOf(options: Options): ExplainBudget {
  const pick = (name: keyof ExplainBudget, option: string, text: string | undefined, least: number, most: number): Partial<ExplainBudget> => {
    const value = wholeNumber(option, text, { least, most })
    return value === null ? {} : { [name]: value }
  }
  return ExplainBudget.parse({
    ...pick('rows', '--sample', options.sample, 2, 5000), ...pick('shuffles', '--shuffles', options.shuffles, 1, 50),
    ...pick('values', '--values', options.values, 0, 50), ...pick('orders', '--orders', options.orders, 1, 5000),
  })
}

/** Registers the command. */
export function registerExplain(program: Command): void {
  const command = program.command('explain').description('Explain a finished run: which columns matter, how the answer follows them, what made single answers.')
    .argument('<run>', 'a run id or name@version (its newest run)').option('--records <numbers...>', 'explain these rows by Shapley values (1 is the first row of data)')
    .option('--class <label>', 'the class whose probability is explained; absent: the positive one').option('--sample <rows>', 'rows drawn from the data (500)')
    .option('--shuffles <count>', 'shuffles of each column (5)').option('--values <count>', 'values of each column on its curve (12; 0: no curves)').option('--orders <count>', 'orders of the columns drawn per row (100)')
    .option('--row <record>', 'this row alone; for pictures: cover its parts in turn (1)').option('--patch <pixels>', 'pictures: side of the patch, in pixels of the model’s input (a seventh of the shorter side)')
    .option('--stride <pixels>', 'pictures: how far the patch is moved (half of itself)').option('--fill <colour>', 'pictures: cover with mean, black, grey or white (mean)')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const request = { records: recordNumbers([...(options.records ?? []), ...(options.row === undefined ? [] : [options.row])]), budget: budgetOf(options), ...(options.class === undefined ? {} : { class: options.class }) }
      const found = await session.client.call('run.get', { runId: (await run(session, text)).id })
      if (found.binding.inputs.some((i) => i.kind === 'image')) return occludeRow(session, found.id, options)
      const explanation = await session.job('run.explain', { runId: found.id, ...request })
      session.print(explanation, () => describe(explanation))
    }))
  withExample(command, 'slipway explain income@2 --records 7 12')
}
