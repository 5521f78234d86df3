// Quality of a served version over time: seen on labelled rows, estimated without labels, and what the evaluation lets expect.
import type { ReactNode } from 'react'
import type { EstimatedQuality, QualityGroup } from '../../../shared/domain/monitor.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import type { MonitorId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Figure } from '../../ui/charts/figure.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Interval, MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { qualityChart } from './monitor-charts.ts'
import { valued } from './monitor-words.ts'

interface Line { readonly metric: string; readonly live: MetricValue; readonly expected: MetricValue | null }

const columns: readonly TableColumn<Line>[] = [
  { key: 'metric', header: 'Metric', value: (l) => l.metric, cell: (l) => <MetricName metric={l.metric} /> },
  { key: 'live', header: 'Live', align: 'end', value: (l) => l.live.value, cell: (l) => <MetricFigure metric={l.metric} value={l.live.value} reason={l.live.reason} /> },
  { key: 'interval', header: '95 % interval', align: 'end', value: (l) => `${l.live.low ?? ''} to ${l.live.high ?? ''}`, sortable: false, cell: (l) => <Interval metric={l.metric} low={l.live.low} high={l.live.high} /> },
  { key: 'expected', header: 'Evaluation', align: 'end', value: (l) => l.expected?.value ?? null, cell: (l) => (l.expected === null ? '–' : <MetricFigure metric={l.metric} value={l.expected.value} />) },
  { key: 'band', header: 'Its interval', align: 'end', value: (l) => `${l.expected?.low ?? ''} to ${l.expected?.high ?? ''}`, sortable: false, cell: (l) => (l.expected === null ? '' : <Interval metric={l.metric} low={l.expected.low} high={l.expected.high} />) },
  { key: 'rows', header: 'Rows', align: 'end', value: (l) => l.live.n, cell: (l) => formatCount(l.live.n) },
]

const groupColumns = (metric: string): readonly TableColumn<QualityGroup>[] => [
  { key: 'name', header: 'Group', most: '240px', value: (g) => g.name },
  { key: 'value', header: 'Value', align: 'end', value: (g) => g.metrics.find((m) => m.metric === metric)?.value ?? null, cell: (g) => <MetricFigure metric={metric} value={g.metrics.find((m) => m.metric === metric)?.value ?? null} /> },
  { key: 'interval', header: '95 % interval', align: 'end', sortable: false, value: () => null, cell: (g) => { const m = g.metrics.find((q) => q.metric === metric); return m === undefined ? '' : <Interval metric={metric} low={m.low} high={m.high} /> } },
  { key: 'labelled', header: 'Labelled', align: 'end', value: (g) => g.labelled, cell: (g) => formatCount(g.labelled) },
  { key: 'rows', header: 'Rows', align: 'end', value: (g) => g.rows, cell: (g) => formatCount(g.rows) },
]

function Estimated({ estimated }: { readonly estimated: EstimatedQuality }): ReactNode {
  return (
    <Section title="Estimated without labels">
      <p role="status">{estimated.state === 'off' ? <Mark tone="neutral" icon="stopped">Switched off</Mark> : <strong>{valued(estimated.metric, estimated.value)}</strong>} {estimated.state === 'off' ? estimated.reason : `on ${formatPlural(estimated.rows, 'row')}. ${estimated.reason}`}</p>
      <p>{estimated.assumption}</p>
    </Section>
  )
}

export function QualityTab({ monitorId }: { readonly monitorId: MonitorId }): ReactNode {
  const asked = useCall('monitor.quality', { monitorId })
  return (
    <Answer of={asked} label="Loading the quality">
      {(quality) => {
        const lines = quality.whole.map((live): Line => ({ metric: live.metric, live, expected: quality.expected?.metrics.find((m) => m.metric === live.metric && m.slice === live.slice) ?? null }))
        const [first] = quality.metrics
        const drawn = quality.metrics.filter((metric) => quality.windows.some((w) => w.quality.some((q) => q.metric === metric && q.value !== null)) || (metric === quality.estimated.metric && quality.windows.some((w) => w.estimated !== null)))
        return (
          <Stack>
            {quality.labelled === 0 ? <EmptyState icon="tag" title="No row has a true answer yet">Bring labels home on the Monitoring screen, by the id of the request.</EmptyState>
              : <Section title="Seen" note={`${formatCount(quality.labelled)} of ${formatPlural(quality.rows, 'row')} have a true answer.${quality.expected === null ? '' : ` The evaluation was on ${quality.expected.datasetName}.`}`}><Table label="Quality seen" columns={columns} rows={lines} rowId={(l) => l.metric} /></Section>}
            <Estimated estimated={quality.estimated} />
            {drawn.length > 0 && <Section title="Over time"><Columns min={460}>{drawn.slice(0, 6).map((metric) => <Figure key={metric} chart={qualityChart(quality, quality.windows, metric)} />)}</Columns></Section>}
            {first !== undefined && quality.arms.length > 1 && <Section title="By arm"><Table label="By arm" columns={groupColumns(first)} rows={quality.arms} rowId={(g) => g.name} /></Section>}
            {first !== undefined && quality.slices.map((slice) => <Section key={slice.column} title={`By ${slice.column}`}><Table label={`By ${slice.column}`} columns={groupColumns(first)} rows={slice.groups} rowId={(g) => g.name} /></Section>)}
            {quality.notes.map((note) => <p key={note}>{note}</p>)}
          </Stack>
        )
      }}
    </Answer>
  )
}
