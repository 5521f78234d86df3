// What an A/B comparison found: the answer, the difference as it became known look by look, every metric, and the split.
import type { ReactNode } from 'react'
import type { ChartDescription } from '../../../shared/charts/description.ts'
import type { AbReport, AbResult, AbVerdict } from '../../../shared/domain/ab.ts'
import { formatCount, formatNumber, formatPlural, formatShare, formatTime } from '../../../shared/format.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { Facts } from '../../ui/facts.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark, type Tone } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { windowNames } from './monitor-words.ts'

interface Words { readonly tone: Tone; readonly icon: IconName; readonly words: string }
const verdicts: Readonly<Record<AbVerdict | 'invalid', Words>> = {
  better: { tone: 'good', icon: 'good', words: 'Better' }, worse: { tone: 'bad', icon: 'alert', words: 'Worse' }, different: { tone: 'warn', icon: 'alert', words: 'Different' },
  open: { tone: 'neutral', icon: 'waiting', words: 'Still open' }, 'not-enough': { tone: 'neutral', icon: 'waiting', words: 'Not enough rows' }, invalid: { tone: 'bad', icon: 'alert', words: 'The split is broken' },
}

const valueOf = (r: AbResult, value: number | null): string => (value === null ? '–' : r.kind === 'share' ? formatShare(value) : formatNumber(value))
const signed = (r: AbResult, x: number): string => `${x > 0 ? '+' : ''}${r.kind === 'share' ? `${(100 * x).toFixed(2)} pts` : formatNumber(x)}`

/** At most so many looks are drawn. */
const drawn = 60

function looksChart(r: AbResult): ChartDescription {
  const step = Math.max(1, Math.ceil(r.looks.length / drawn))
  const looks = r.looks.filter((_, i) => (r.looks.length - 1 - i) % step === 0)
  const scale = r.kind === 'share' ? 100 : 1
  const last = looks.at(-1)
  return {
    title: `${r.name}: difference as it became known`, summary: last === undefined ? 'Nothing was seen.' : `At the end ${signed(r, last.effect)}, between ${signed(r, last.low)} and ${signed(r, last.high)} however often one looked.`,
    x: { name: 'Until', categories: windowNames(looks.map((l) => ({ from: l.at }))) }, y: { name: 'Second side minus first', ...(r.kind === 'share' ? { unit: 'points' } : {}) },
    series: [
      { name: 'Difference', look: 'line', marks: looks.length <= 30, points: looks.map((l, i) => [i, scale * l.effect] as const), spans: looks.map((l) => [scale * l.low, scale * l.high] as const) },
      { name: 'No difference', look: 'guide', points: [[0, 0], [Math.max(0, looks.length - 1), 0]] },
    ],
  }
}

const columns: readonly TableColumn<AbResult>[] = [
  { key: 'metric', header: 'Metric', value: (r) => r.name, cell: (r) => (r.primary ? <>{r.name} <Badge>decides</Badge></> : r.name) },
  { key: 'verdict', header: 'Second side', value: (r) => verdicts[r.verdict].words, cell: (r) => <Mark tone={verdicts[r.verdict].tone} icon={verdicts[r.verdict].icon}>{verdicts[r.verdict].words}</Mark> },
  { key: 'first', header: 'First', align: 'end', value: (r) => r.control.value, cell: (r) => valueOf(r, r.control.value) },
  { key: 'second', header: 'Second', align: 'end', value: (r) => r.treatment.value, cell: (r) => valueOf(r, r.treatment.value) },
  { key: 'effect', header: 'Difference', align: 'end', value: (r) => r.effect?.value ?? null, cell: (r) => (r.effect === null ? '–' : signed(r, r.effect.value)) },
  { key: 'always', header: 'At any look', align: 'end', sortable: false, value: (r) => (r.always === null ? '' : `${r.always.low} to ${r.always.high}`), cell: (r) => (r.always === null ? '–' : `${signed(r, r.always.low)} to ${signed(r, r.always.high)}`) },
  { key: 'rows', header: 'Rows', align: 'end', value: (r) => r.control.rows + r.treatment.rows, cell: (r) => formatCount(r.control.rows + r.treatment.rows) },
]

export function AbOutcome({ report }: { readonly report: AbReport }): ReactNode {
  const words = verdicts[report.verdict]
  const primary = report.metrics[0]
  return (
    <Stack>
      <p role="status"><Badge tone={words.tone} icon={words.icon}>{words.words}</Badge> <strong>{report.sentence}</strong></p>
      <Facts label="What was compared" facts={[
        { name: 'First side', value: `${report.control.name}: ${formatPlural(report.control.rows, 'row')} of ${formatCount(report.control.units)} ${report.units}` }, { name: 'Second side', value: `${report.treatment.name}: ${formatPlural(report.treatment.rows, 'row')} of ${formatCount(report.treatment.units)} ${report.units}` },
        { name: 'Split', value: report.ratio.holds ? report.ratio.sentence : <Mark tone="bad" icon="alert">{report.ratio.sentence}</Mark> },
        ...(primary?.decided == null ? [] : [{ name: 'Decided', value: `${formatTime(primary.decided.at)}, after ${formatPlural(primary.decided.rows, 'row')}` }]),
        ...(primary?.size == null ? [] : [{ name: 'Rows needed', value: primary.size.sentence }]),
      ]} />
      {primary !== undefined && primary.looks.length > 0 && <Section title="Over time"><Figure chart={looksChart(primary)} /></Section>}
      <Section title="Metrics"><Table label="Metrics of both sides" columns={columns} rows={report.metrics} rowId={(r) => r.metric} empty="Nothing was measured." /></Section>
      {report.notes.map((note) => <p key={note}>{note}</p>)}
    </Stack>
  )
}
