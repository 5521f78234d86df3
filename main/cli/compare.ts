// `slipway compare`: two versions side by side, and their metrics on the same data. What is the same on both sides is said once.
import type { Command } from 'commander'
import type { Comparison, MetricChange } from '../../shared/domain/compare.ts'
import { formatDelta, formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { alignDecimals, metricLabel, metricText } from '../../shared/metrics/metric-text.ts'
import type { Version } from '../../shared/domain/model.ts'
import type { RunComparison } from '../../shared/domain/verdict.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { DatasetId } from '../../shared/ids.ts'
import { comparedMetrics } from '../../shared/verdict/paired-differences.ts'
import { describeVerdict, marginsOf, wantedMetric } from './compare-verdict.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { dataset, version } from './references.ts'
import { headlines } from './run-text.ts'

const nameOf = (v: Comparison['left']): string => `${v.modelName}@${v.number}`

const verdicts: Readonly<Record<MetricChange['verdict'], string>> = { better: 'for the better', worse: 'for the worse', same: 'the same', 'not-comparable': '' }

/** The answer in two sentences: whether callers break, and how many of the shown numbers moved which way. */
function summary(c: Comparison, shown: readonly MetricChange[], tested: boolean): string {
  const breaking = c.signature.filter((s) => s.breaking).length
  const callers = breaking > 0 ? `Callers of ${nameOf(c.left)} break on ${nameOf(c.right)}: ${formatPlural(breaking, 'input or output', 'inputs or outputs')} changed in a breaking way.` : `Callers of ${nameOf(c.left)} can call ${nameOf(c.right)}.`
  const count = (verdict: MetricChange['verdict']): number => shown.filter((m) => m.verdict === verdict).length
  const numbers = c.onData === null ? '' : ` On ${c.onData.datasetName}, of the numbers below ${count('better')} moved for the better, ${count('worse')} for the worse, ${count('same')} stayed the same${tested ? '; that is their direction alone, the answer above is the tested one' : '; no test of significance is made'}.`
  return paragraph(callers + numbers)
}

function facts(c: Comparison, all: boolean): string {
  const shown = c.facts.filter((f) => all || !f.same)
  const same = c.facts.length - shown.length
  const text = table(['Fact', nameOf(c.left), nameOf(c.right)], shown.map((f) => [f.fact, f.before, f.after]), [], '')
  return [text, ...(same === 0 ? [] : [paragraph(`The same: ${c.facts.filter((f) => f.same).map((f) => f.fact).join(', ')}.`)])].filter((part) => part !== '').join('\n\n')
}

function signature(c: Comparison, all: boolean): string {
  const shown = c.signature.filter((s) => all || s.change !== 'same')
  if (shown.length === 0) return paragraph(`The same on both sides: ${formatPlural(c.signature.filter((s) => s.where === 'input').length, 'input')}, ${formatPlural(c.signature.filter((s) => s.where === 'output').length, 'output')}.`)
  return table(['', 'Name', 'Change', nameOf(c.left), nameOf(c.right), 'Breaks'], shown.map((s) => [s.where, s.name, s.change, s.before ?? '', s.after ?? '', s.breaking ? `yes${s.why === undefined ? '' : `: ${s.why}`}` : 'no']))
}

function operators(c: Comparison, all: boolean): string {
  const shown = c.operators.filter((o) => all || o.before !== o.after)
  return shown.length === 0 ? 'The same on both sides.' : table(['Operator', nameOf(c.left), nameOf(c.right)], shown.map((o) => [o.type, String(o.before), String(o.after)]), [1, 2])
}

function metrics(c: Comparison, shown: readonly MetricChange[]): string {
  const before = alignDecimals(shown.map((m) => metricText(m.metric, m.before)))
  const after = alignDecimals(shown.map((m) => metricText(m.metric, m.after)))
  const delta = alignDecimals(shown.map((m) => (m.delta === null ? '' : formatDelta(m.delta))))
  return table(['Metric', nameOf(c.left), nameOf(c.right), 'Change', 'Direction alone'], shown.map((m, i) => [m.slice === '' ? metricName(m.metric) : metricLabel(m.metric, m.slice), before[i]!, after[i]!, delta[i]!, verdicts[m.verdict]]), [1, 2, 3])
}

function describe(c: Comparison, verdict: RunComparison | null, all: boolean): string {
  const every = (c.onData?.metrics ?? []).filter((m) => m.before !== null || m.after !== null)
  const shown = all ? every : headlines(every)
  return sections(
    verdict === null ? null : describeVerdict(verdict, all),
    summary(c, shown, verdict !== null),
    { title: 'Signature', body: signature(c, all) },
    c.onData === null ? { title: 'Metrics', body: paragraph(c.missing ?? '') } : { title: `Metrics on ${c.onData.datasetName}`, body: metrics(c, shown) },
    ...(c.onData?.caveats ?? []).map((caveat) => paragraph(`Note: ${caveat}`)),
    { title: 'Facts', body: facts(c, all) },
    { title: 'Operators', body: operators(c, all) },
    every.length > shown.length ? paragraph(`${formatPlural(every.length - shown.length, 'more number')} with --all, by class too.`) : null,
  )
}

interface Options { readonly data?: string; readonly against?: string; readonly metric?: string[]; readonly margin?: string[]; readonly confidence?: string; readonly all?: boolean }

/** The newest finished runs of all versions on one data content, tested; null where they share none, or none with true answers. */
async function verdictOf(session: CliSession, versions: readonly Version[], datasetId: DatasetId | undefined, options: Options): Promise<RunComparison | null> {
  if (versions.some((v, i) => versions.findIndex((w) => w.id === v.id) !== i)) return null
  const [common] = await session.client.call('run.common', { versions: versions.map((v) => v.id), ...(datasetId === undefined ? {} : { datasetId }) })
  if (common === undefined) return null
  const metrics = options.metric?.map(wantedMetric)
  const run = await session.client.call('run.get', { runId: common.runs[0]! })
  if (run.binding.target === null) return null
  const confidence = options.confidence === undefined ? undefined : Number(options.confidence)
  if (confidence !== undefined && !(confidence >= 0.5 && confidence < 1)) throw new SlipwayError('input.invalid', { reason: `“${options.confidence ?? ''}” is no confidence; write a share such as 0.95` })
  const margins = marginsOf(options.margin ?? [], metrics?.[0]?.metric ?? comparedMetrics[run.task][0] ?? null)
  return session.job('run.compare', { runs: common.runs, margins, ...(metrics === undefined ? {} : { metrics }), ...(confidence === undefined ? {} : { confidence }) })
}

/** Registers the command. */
export function registerCompare(program: Command): void {
  withExample(program.command('compare').description('Compare versions: which is better on the same data and how sure that is, then signature, graph, size and metrics. The first version is the champion. The exit code is 0 whatever the answer is; gates decide.')
    .argument('<versions...>', 'the version compared from, then one or more compared to').option('--against <version>', 'the version compared from, instead of the first').option('--data <data>', 'the data set to compare on')
    .option('--metric <metric...>', 'metrics to test, such as accuracy or recall@class:yes; the answer opens with the first').option('--margin <margin...>', 'a difference that does not matter, such as 0.02 for the first metric or rmse=1.5')
    .option('--confidence <share>', 'of the intervals and the answer (default: 0.95)').option('--all', 'print everything, also what is the same'), 'slipway compare income@1 income@2')
    .action(async (names: string[], options: Options, command: Command) => withSession(command, async (session) => {
      const texts = [...(options.against === undefined ? [] : [options.against]), ...names]
      if (texts.length < 2 || texts.length > 8) throw new SlipwayError('input.invalid', { reason: texts.length < 2 ? 'one version cannot be compared; name another, or --against one' : 'at most 8 versions can be compared at once' })
      const versions: Version[] = []
      for (const text of texts) versions.push(await version(session, text))
      const rows = options.data === undefined ? undefined : (await dataset(session, options.data)).id
      const comparison = await session.client.call('version.compare', { left: versions[0]!.id, right: versions[1]!.id, ...(rows === undefined ? {} : { datasetId: rows }) })
      const verdict = await verdictOf(session, versions, rows, options)
      session.print({ ...comparison, verdict }, () => describe(comparison, verdict, options.all === true))
    }))
}
