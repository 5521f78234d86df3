// The report of one run: what came out, what stands behind it, and under which conditions it was measured.
import { bindingAccount } from '../binding/binding-account.ts'
import { batchSentence } from '../batch-words.ts'
import { deviceLine, deviceNames } from '../device-names.ts'
import type { BaselineReport } from '../domain/baseline.ts'
import type { FairnessReport } from '../domain/fairness.ts'
import type { QualityReport } from '../domain/quality.ts'
import type { MetricValue, Run } from '../domain/run.ts'
import type { SliceReport } from '../domain/slices.ts'
import { formatCount, formatDuration, formatPlural, formatRate, taskName } from '../format.ts'
import { describeMetric, metricFamily, metricName } from '../metrics/catalogue.ts'
import { mainMetrics } from '../metrics/main-metrics.ts'
import { intervalText, metricText } from '../metrics/metric-text.ts'
import { segmentWords } from '../slices/segment-words.ts'
import { runFigures } from './report-charts.ts'
import type { Report, ReportBlock, ReportSection, ReportTable } from './report.ts'

/** What was looked into beside the run itself; null where nobody did. */
export interface RunEvidence {
  readonly baselines: BaselineReport | null
  readonly slices: SliceReport | null
  readonly fairness: FairnessReport | null
  readonly quality: QualityReport | null
  /** What the numbers mean, told by the version's owner. */
  readonly note: string
}

const of = (run: Run, metric: string): MetricValue | null => run.metrics.find((m) => m.metric === metric && m.slice === '') ?? null
const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** The headline in a sentence: the number, its interval, and how many rows stand behind it. */
export function headlineSentence(run: Run): string {
  const [headline] = mainMetrics(run.task).flatMap((metric) => of(run, metric) ?? [])
  if (run.binding.target === null) return `${formatPlural(run.rows?.scored ?? 0, 'row')} of ${run.datasetName} got an answer. There are no true answers, so nothing is said about how good they are.`
  if (headline === undefined) return `${run.datasetName} was evaluated.`
  const interval = intervalText(headline.metric, headline)
  const better = describeMetric(headline.metric)?.direction === 'lower-is-better' ? ' (lower is better)' : ''
  return `${metricName(headline.metric)}${better} on ${run.datasetName} is ${metricText(headline.metric, headline.value)}${interval === '' ? '' : `; with 95 % confidence it lies between ${interval.replace(' to ', ' and ')}`}. ${formatPlural(headline.n, 'row')} stand behind it.`
}

const metricTable = (caption: string, values: readonly MetricValue[]): ReportTable => ({
  caption,
  columns: [{ name: 'Metric' }, { name: 'Value', align: 'end' }, { name: '95 % interval', align: 'end' }, { name: 'Rows', align: 'end' }],
  rows: values.map((m) => [metricName(m.metric), m.value === null && m.reason !== null ? `not available: ${m.reason}` : metricText(m.metric, m.value), intervalText(m.metric, m), formatCount(m.n)]),
})

function metricSection(run: Run): ReportSection {
  const families = new Map<string, MetricValue[]>()
  for (const value of run.metrics.filter((m) => m.slice === '')) {
    const family = value.metric.startsWith('custom.') ? 'Your own' : metricFamily(value.metric)
    families.set(family, [...(families.get(family) ?? []), value])
  }
  return { title: 'Every metric', blocks: [...families].map(([family, values]) => ({ kind: 'table', table: metricTable(family, values) })) }
}

/** Metrics of each class or size, a table a metric group, at most so many classes. */
const mostSlices = 60

function sliceTable(run: Run): readonly ReportBlock[] {
  const values = run.metrics.filter((m) => m.slice !== '')
  const metrics = [...new Set(values.map((m) => m.metric))]
  const all = [...new Set(values.map((m) => m.slice))]
  if (all.length === 0) return []
  const rows = all.slice(0, mostSlices).map((slice) => [slice.replace(/^(class|size):/, ''), ...metrics.map((metric) => { const found = values.find((m) => m.slice === slice && m.metric === metric); return found === undefined ? '' : metricText(metric, found.value) })])
  return [
    { kind: 'table', table: { caption: 'Per class', columns: [{ name: 'Class' }, ...metrics.map((metric) => ({ name: metricName(metric), align: 'end' as const }))], rows } },
    ...(all.length > mostSlices ? [{ kind: 'text' as const, text: `The first ${mostSlices} of ${formatCount(all.length)} classes.` }] : []),
  ]
}

function baselineBlocks(report: BaselineReport): readonly ReportBlock[] {
  return [
    { kind: 'text', text: report.sentence },
    { kind: 'table', table: {
      caption: 'Against answers without a model', columns: [{ name: 'Compared with' }, { name: 'Metric' }, { name: 'Baseline', align: 'end' }, { name: 'Model', align: 'end' }, { name: 'Gain, 95 %', align: 'end' }, { name: 'The model is' }],
      rows: report.baselines.flatMap((b) => b.scores.map((s) => [b.does, metricName(s.metric), metricText(s.metric, s.baseline), metricText(s.metric, s.model), `${metricText(s.metric, s.gain)}${intervalText(s.metric, s) === '' ? '' : ` (${intervalText(s.metric, s)})`}`, s.verdict === 'unclear' ? 'not clearly better' : s.verdict])),
    } },
  ]
}

function evidenceSections(evidence: RunEvidence): readonly ReportSection[] {
  const { baselines, slices, quality, fairness } = evidence
  return [
    ...(baselines === null ? [] : [{ title: 'Is it better than nothing?', blocks: baselineBlocks(baselines) }]),
    ...(slices === null || slices.segments.length === 0 ? [] : [{ title: 'Where it is weak', blocks: [{ kind: 'list' as const, items: slices.segments.map((s) => `${segmentWords(s.conditions)}: ${metricText(slices.metric, s.score.value)} (${intervalText(slices.metric, s.score)}) on ${formatPlural(s.score.rows, 'row')} that did not help to find it, against ${metricText(slices.metric, slices.overall.value)} on all.`) }] }]),
    ...(fairness === null ? [] : [{ title: 'Groups', blocks: fairness.tables.flatMap((t) => t.sentences).map((text) => ({ kind: 'text' as const, text })) }]),
    ...(quality === null ? [] : [{ title: 'The data it was measured on', blocks: [
      ...quality.findings.map((f): ReportBlock => (f.severity === 'warning' ? { kind: 'caveat', text: f.sentence } : { kind: 'text', text: f.sentence })),
      ...(quality.clear.length === 0 ? [] : [{ kind: 'text' as const, text: `Looked for and not found: ${quality.clear.join(', ')}.` }]),
    ] }]),
  ]
}

function conditions(run: Run): ReportSection {
  const { environment: e, rows, timing } = run
  const batch = e === null ? null : batchSentence(e)
  return { title: 'How it was measured', blocks: [
    ...(rows === null ? [] : [{ kind: 'text' as const, text: `${formatCount(rows.read)} rows were read; ${formatCount(rows.scored)} were scored and ${formatCount(rows.read - rows.scored)} left out.` }]),
    ...(rows === null || rows.leftOut.length === 0 ? [] : [{ kind: 'list' as const, items: rows.leftOut.map((l) => `${formatPlural(l.count, 'row')} left out: ${l.reason}`) }]),
    { kind: 'facts', facts: [
      ...(e === null ? [] : [{ name: 'Device', value: `${deviceNames[e.providerUsed]}${e.providerAsked === e.providerUsed ? '' : `, asked for: ${deviceNames[e.providerAsked]}`}` }, { name: 'Processor', value: e.cpu }, { name: 'ONNX Runtime', value: e.runtime }, { name: 'Platform', value: e.platform }, { name: 'Threads', value: String(e.threads) }, { name: 'Seed', value: String(e.seed) }]),
      ...(timing === null ? [] : [{ name: 'Whole run', value: formatDuration(timing.totalMs) }, ...(timing.rowsPerSecond === null ? [] : [{ name: 'Rows per second', value: formatRate(timing.rowsPerSecond) }])]),
      { name: 'Row policy', value: run.options.rows ?? run.binding.rows }, { name: 'Decision', value: run.binding.decision.kind === 'threshold' ? `positive from ${run.binding.decision.threshold}` : run.binding.decision.kind },
      ...(batch === null ? [] : [{ name: 'Repeats', value: batch }]),
    ] },
    { kind: 'table', table: { caption: 'How the data were bound to the model', columns: [{ name: 'About' }, { name: 'Bound to' }, { name: 'How sure' }, { name: 'Why' }], rows: bindingAccount(run.binding, run.guesses).map((l) => [l.about, l.value, l.confidence ?? 'stated', l.reason]) } },
  ] }
}

/** The report of a finished run. */
export function runReport(run: Run, evidence: RunEvidence): Report {
  const shown = mainMetrics(run.task).flatMap((metric) => of(run, metric) ?? [])
  const guesses = run.guesses.filter((g) => g.confidence === 'guess')
  const caveats = [...run.notes, ...(guesses.length === 0 ? [] : [`${formatPlural(guesses.length, 'assumption')} of the binding ${guesses.length === 1 ? 'is a guess' : 'are guesses'}: ${guesses.map((g) => g.about).join(', ')}.`])]
  return {
    title: `${run.modelName} v${run.versionNumber} on ${run.datasetName}`,
    about: `${taskName(run.task)}, evaluated ${day(run.startedAt ?? run.createdAt)} UTC`,
    outcome: evidence.baselines === null ? null : { tone: evidence.baselines.verdict === 'better' ? 'good' : evidence.baselines.verdict === 'worse' ? 'bad' : 'open', words: evidence.baselines.verdict === 'better' ? 'Better than answers without a model' : evidence.baselines.verdict === 'worse' ? 'Worse than an answer without a model' : 'Not clearly better than an answer without a model' },
    summary: [headlineSentence(run), ...(run.environment === null ? [] : [deviceLine(run.environment)]), ...(evidence.note === '' ? [] : [evidence.note])],
    sections: ([
      { title: 'In short', blocks: [
        { kind: 'figures', figures: shown.map((m) => ({ name: metricName(m.metric), value: metricText(m.metric, m.value), under: intervalText(m.metric, m) === '' ? (m.reason ?? formatPlural(m.n, 'row')) : `${intervalText(m.metric, m)}, 95\u00a0%` })) },
        ...caveats.map((text): ReportBlock => ({ kind: 'caveat', text })),
      ] },
      ...evidenceSections(evidence),
      { title: 'Charts', blocks: runFigures(run) },
      metricSection(run),
      ...(sliceTable(run).length === 0 ? [] : [{ title: 'Classes', blocks: sliceTable(run) }]),
      { title: 'What the metrics mean', blocks: [{ kind: 'facts', facts: shown.flatMap((m) => { const d = describeMetric(m.metric); return d === null ? [] : [{ name: d.name, value: `${d.definition} ${d.formula}. ${d.pitfalls}` }] }) }] },
      conditions(run),
    ] satisfies ReportSection[]).filter((section) => section.blocks.length > 0),
    origin: [{ name: 'Run', value: run.id }, { name: 'Model SHA-256', value: run.modelSha256 }, { name: 'Data SHA-256', value: run.datasetSha256 }, ...(run.environment === null ? [] : [{ name: 'Slipway', value: run.environment.slipway }])],
  }
}
