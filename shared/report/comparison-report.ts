// The report of a comparison: the answer in words, every metric with its test, and what the answer rests on.
import type { Challenger, MetricVerdict, RunComparison } from '../domain/verdict.ts'
import { formatCount, formatNumber, formatPlural } from '../format.ts'
import { metricLabel, metricText } from '../metrics/metric-text.ts'
import { percentText, pText } from '../verdict/verdict-words.ts'
import type { Report, ReportBlock, ReportSection } from './report.ts'

const answers: Readonly<Record<Challenger['answer'], string>> = { better: 'Better', worse: 'Worse', equivalent: 'Equivalent within the margin', mixed: 'Better in some metrics, worse in others', 'not-enough-rows': 'Not enough rows to tell', 'not-tested': 'Not tested' }
const tones: Readonly<Record<Challenger['answer'], 'good' | 'bad' | 'open'>> = { better: 'good', worse: 'bad', equivalent: 'good', mixed: 'open', 'not-enough-rows': 'open', 'not-tested': 'open' }
const methods: Readonly<Record<NonNullable<MetricVerdict['method']>, string>> = { mcnemar: 'McNemar', 'paired-t': 'paired t', delong: 'DeLong', influence: 'influence of rows', bootstrap: 'paired bootstrap' }
const nameOf = (run: { readonly modelName: string; readonly versionNumber: number }): string => `${run.modelName} v${run.versionNumber}`

const difference = (m: MetricVerdict): string => (m.difference === null ? 'not available' : `${formatNumber(m.difference)}${m.low === null || m.high === null ? '' : ` (${formatNumber(m.low)} to ${formatNumber(m.high)})`}`)

function challengerSection(found: Challenger, comparison: RunComparison): ReportSection {
  const blocks: ReportBlock[] = [
    { kind: 'text', text: found.sentence },
    ...found.notes.map((text): ReportBlock => ({ kind: 'caveat', text })),
    { kind: 'table', table: {
      caption: `Each metric: ${nameOf(found)} less ${nameOf(comparison.champion)}, with its ${percentText(comparison.confidence)} interval`,
      columns: [{ name: 'Metric' }, { name: nameOf(comparison.champion), align: 'end' }, { name: nameOf(found), align: 'end' }, { name: 'Difference', align: 'end' }, { name: 'Test' }, { name: 'p, corrected', align: 'end' }, { name: 'Answer' }],
      rows: found.metrics.map((m) => [metricLabel(m.metric, m.slice), metricText(m.metric, m.first), metricText(m.metric, m.second), difference(m), m.method === null ? '' : methods[m.method], m.adjusted === null ? '' : pText(m.adjusted).replace('p = ', '').replace('p ', ''), m.answer.replaceAll('-', ' ')]),
    } },
    { kind: 'list', items: found.metrics.map((m) => m.sentence) },
  ]
  const { agreement: a, rows } = found
  if (a !== null) blocks.push({ kind: 'text', text: `Of ${formatPlural(rows.paired, 'paired row')} the two decide ${formatCount(a.changedRows)} otherwise: in ${formatCount(a.onlyFirstRight)} only ${nameOf(comparison.champion)} is right, in ${formatCount(a.onlySecondRight)} only ${nameOf(found)}, in the rest both are wrong.` })
  return { title: `${nameOf(found)} against ${nameOf(comparison.champion)}`, blocks }
}

/** The report of finished runs on the same rows. */
export function comparisonReport(comparison: RunComparison): Report {
  const [first] = comparison.challengers
  return {
    title: `${comparison.challengers.map(nameOf).join(', ')} against ${nameOf(comparison.champion)}`,
    about: `Compared on the same rows of ${comparison.datasetName}`,
    outcome: first === undefined || comparison.challengers.length > 1 ? null : { tone: tones[first.answer], words: answers[first.answer] },
    summary: comparison.challengers.map((c) => c.sentence),
    sections: [
      ...comparison.challengers.map((c) => challengerSection(c, comparison)),
      { title: 'How it was compared', blocks: [{ kind: 'facts', facts: [
        { name: 'Confidence', value: percentText(comparison.confidence) }, { name: 'Power for numbers of rows', value: percentText(comparison.power) },
        { name: 'Questions', value: `${formatCount(comparison.questions)}; p-values are corrected for all of them by Holm’s method` }, { name: 'Seed', value: String(comparison.seed) },
      ] }] },
    ],
    origin: [{ name: 'Champion’s run', value: comparison.champion.runId }, ...comparison.challengers.map((c) => ({ name: `Run of ${nameOf(c)}`, value: c.runId })), { name: 'Data SHA-256', value: comparison.datasetSha256 }],
  }
}
