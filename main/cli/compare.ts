// `slipway compare`: two versions side by side, and their metrics on the same data. What is the same on both sides is said once.
import type { Command } from 'commander'
import type { Comparison, MetricChange } from '../../shared/domain/compare.ts'
import { formatDelta, formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { alignDecimals, metricLabel, metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { dataset, version } from './references.ts'
import { headlines } from './run-text.ts'

const nameOf = (v: Comparison['left']): string => `${v.modelName}@${v.number}`

const verdicts: Readonly<Record<MetricChange['verdict'], string>> = { better: 'better', worse: 'worse', same: 'same', 'not-comparable': '' }

/** The answer in two sentences: whether callers break, and how many of the shown numbers moved which way. */
function summary(c: Comparison, shown: readonly MetricChange[]): string {
  const breaking = c.signature.filter((s) => s.breaking).length
  const callers = breaking > 0 ? `Callers of ${nameOf(c.left)} break on ${nameOf(c.right)}: ${formatPlural(breaking, 'input or output', 'inputs or outputs')} changed in a breaking way.` : `Callers of ${nameOf(c.left)} can call ${nameOf(c.right)}.`
  const count = (verdict: MetricChange['verdict']): number => shown.filter((m) => m.verdict === verdict).length
  const numbers = c.onData === null ? '' : ` On ${c.onData.datasetName}, of the numbers below ${count('better')} better, ${count('worse')} worse, ${count('same')} the same; no test of significance is made.`
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
  return table(['Metric', nameOf(c.left), nameOf(c.right), 'Change', 'Verdict'], shown.map((m, i) => [m.slice === '' ? metricName(m.metric) : metricLabel(m.metric, m.slice), before[i]!, after[i]!, delta[i]!, verdicts[m.verdict]]), [1, 2, 3])
}

function describe(c: Comparison, all: boolean): string {
  const every = (c.onData?.metrics ?? []).filter((m) => m.before !== null || m.after !== null)
  const shown = all ? every : headlines(every)
  return sections(
    summary(c, shown),
    { title: 'Signature', body: signature(c, all) },
    c.onData === null ? { title: 'Metrics', body: paragraph(c.missing ?? '') } : { title: `Metrics on ${c.onData.datasetName}`, body: metrics(c, shown) },
    ...(c.onData?.caveats ?? []).map((caveat) => paragraph(`Note: ${caveat}`)),
    { title: 'Facts', body: facts(c, all) },
    { title: 'Operators', body: operators(c, all) },
    every.length > shown.length ? paragraph(`${formatPlural(every.length - shown.length, 'more number')} with --all, by class too.`) : null,
  )
}

/** Registers the command. */
export function registerCompare(program: Command): void {
  withExample(program.command('compare').description('Compare two versions: signature, graph, size, and metrics on the same data.')
    .argument('<left>', 'the version compared from').argument('<right>', 'the version compared to').option('--data <data>', 'the data set to compare on')
    .option('--all', 'print everything, also what is the same'), 'slipway compare income@1 income@2')
    .action(async (left: string, right: string, options: { data?: string; all?: boolean }, command: Command) => withSession(command, async (session) => {
      const [a, b] = [await version(session, left), await version(session, right)]
      const rows = options.data === undefined ? null : await dataset(session, options.data)
      const comparison = await session.client.call('version.compare', { left: a.id, right: b.id, ...(rows === null ? {} : { datasetId: rows.id }) })
      session.print(comparison, () => describe(comparison, options.all === true))
    }))
}
