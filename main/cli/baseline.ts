// `slipway baseline`: is a finished run better than what needs no model, and than a small tree.
import type { Command } from 'commander'
import type { BaselineReport, BaselineScore } from '../../shared/domain/baseline.ts'
import { formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { dataset, run } from './references.ts'

interface Options { readonly train?: string; readonly time?: string }

const kinds: Readonly<Record<BaselineReport['baselines'][number]['kind'], string>> = {
  majority: 'most frequent', prior: 'class shares', stratified: 'by chance', mean: 'mean', median: 'median', 'last-value': 'last value', tree: 'small tree', 'no-boxes': 'no boxes', 'constant-mask': 'one class everywhere',
}

const gain = (s: BaselineScore): string => `${metricText(s.metric, s.gain)}${s.low === null || s.high === null ? '' : ` (${metricText(s.metric, s.low)} to ${metricText(s.metric, s.high)})`}`

/** A report as text: the answer, every comparison, the tree. */
export function describeBaselines(report: BaselineReport): string {
  return sections(
    paragraph(report.sentence),
    ...report.baselines.filter((b) => b.sentence !== report.sentence).map((b) => paragraph(b.sentence)),
    { title: `On ${formatPlural(report.rows, 'row')}; a gain above 0 is the model’s`, body: table(['Baseline', 'Metric', 'Baseline', 'Model', 'Gain (95 %)', ''],
      report.baselines.flatMap((b) => b.scores.map((s) => [kinds[b.kind], metricName(s.metric), metricText(s.metric, s.baseline), metricText(s.metric, s.model), gain(s), s.verdict])), [2, 3, 4]) },
    report.tree === null ? null : { title: `The small tree, fitted on ${formatPlural(report.tree.trainedOn, 'training row')}`, body: report.tree.lines.map((l) => paragraph(`${'  '.repeat(l.depth)}${l.text}, ${formatPlural(l.rows, 'row')}`, 2 * l.depth + 2)).join('\n') },
    ...report.notes.map((note) => paragraph(`Note: ${note}`)),
  )
}

/** Registers the command. */
export function registerBaseline(program: Command): void {
  const command = program.command('baseline').description('Compare a finished run with what needs no model, and with a small decision tree.')
    .argument('<run>', 'a run id or name@version (its newest run)').option('--train <data>', 'the training file: constants come from it, and a small tree is fitted on it')
    .option('--time <column>', 'a column of times or numbers: compare with repeating the last true answer, too')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const found = await run(session, text)
      const training = options.train === undefined ? null : await dataset(session, options.train)
      const report = await session.job('run.baseline', { runId: found.id, ...(training === null ? {} : { trainingId: training.id }), ...(options.time === undefined ? {} : { timeColumn: options.time }) })
      session.print(report, () => describeBaselines(report))
    }))
  withExample(command, 'slipway baseline income@2 --train train.csv')
}
