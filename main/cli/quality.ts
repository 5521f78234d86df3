// `slipway quality`: what the scored rows of a run have wrong with them, alone and beside a training file.
import { Option, type Command } from 'commander'
import type { QualityExample, QualityFinding, QualityReport } from '../../shared/domain/quality.ts'
import { formatPlural } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections } from './print.ts'
import { dataset, run } from './references.ts'

const exampleText = (e: QualityExample): string => `${e.record}${e.other === null ? '' : ` like ${e.other.where === 'training' ? 'training record ' : ''}${e.other.record}`}${e.shows === '' ? '' : ` (${e.shows})`}`

const findingText = (f: QualityFinding): string => [
  paragraph(`${f.severity === 'warning' ? '! ' : '· '}${f.sentence}`, 2),
  ...(f.examples.length === 0 ? [] : [paragraph(`  Records ${f.examples.map(exampleText).join(', ')}.`, 2)]), paragraph(`  ${f.next}`, 2),
].join('\n')

/** A report as text. */
export function describeQuality(report: QualityReport): string {
  const { findings, clear } = report
  return sections(
    paragraph(`${findings.length === 0 ? 'Nothing was found' : `${formatPlural(findings.length, 'finding')}`} in ${formatPlural(report.rows, 'scored row')}${report.trainingName === null ? '' : `, beside the training file ${report.trainingName}`}.`),
    ...findings.map(findingText),
    clear.length === 0 ? null : paragraph(`Looked for and not found: ${clear.join('; ')}.`),
    ...report.notes.map((note) => paragraph(`Note: ${note}`)),
  )
}

/** Record numbers of all findings of one kind, each once, one a line. */
export const recordLines = (report: QualityReport, kind: QualityFinding['kind']): string => [...new Set(report.findings.filter((f) => f.kind === kind).flatMap((f) => f.records))].sort((a, b) => a - b).join('\n')

/** Registers the command. */
export function registerQuality(program: Command): void {
  const command = program.command('quality').description('Look for what is wrong with the evaluated rows: repeats, contradictions, leakage, unseen categories.')
    .argument('<run>', 'a run id or name@version (its newest run)').option('--train <data>', 'the training file')
    .addOption(new Option('--records <kind>', 'only the record numbers of this finding, one a line, for --exclude-records').choices(['leakage', 'duplicate-rows', 'unseen-category', 'out-of-range', 'tiny-pictures', 'boxes-outside', 'empty-annotations'] satisfies QualityFinding['kind'][]))
    .action(async (text: string, options: { readonly train?: string; readonly records?: QualityFinding['kind'] }, command: Command) => withSession(command, async (session) => {
      const found = await run(session, text)
      const training = options.train === undefined ? null : await dataset(session, options.train)
      const report = await session.job('run.quality', { runId: found.id, ...(training === null ? {} : { trainingId: training.id }) })
      session.print(report, () => (options.records === undefined ? describeQuality(report) : recordLines(report, options.records)))
    }))
  withExample(command, 'slipway quality income@2 --train train.csv')
}
