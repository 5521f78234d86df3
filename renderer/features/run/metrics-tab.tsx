// Every metric of a run, by family, with its interval, its rows and its definition one click away.
import { hasBaselines } from '../../../shared/baselines/trivial.ts'
import { useMemo, type ReactNode } from 'react'
import type { MetricValue, Run } from '../../../shared/domain/run.ts'
import { formatCount } from '../../../shared/format.ts'
import { familyOrder, metricFamily, metricWords, sliceWords } from '../../ui/metric/definition-of.ts'
import { Interval, MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { BaselineSection } from './baseline-section.tsx'
import { QualityLine, QualitySection } from './quality-section.tsx'

/** What stands behind a number, said on hover; of one without an interval why it has none. */
const behind = (m: MetricValue): string => `${formatCount(m.n)} behind this number${m.value === null || m.reason === null ? '' : `. No interval: ${m.reason}`}`

const nameColumn: TableColumn<MetricValue> = { key: 'metric', header: 'Metric', clip: true, value: (m) => metricWords(m.metric).title, cell: (m) => <MetricName metric={m.metric} slice={m.slice} /> }
const valueColumn: TableColumn<MetricValue> = { key: 'value', header: 'Value', align: 'end', width: '104px', value: (m) => m.value, cell: (m) => <span title={behind(m)}><MetricFigure metric={m.metric} value={m.value} reason={m.reason} /></span> }
const intervalColumn: TableColumn<MetricValue> = {
  key: 'interval', header: '95 % interval', align: 'end', width: '150px', sortable: false, value: (m) => (m.low === null || m.high === null ? null : `${m.low} to ${m.high}`),
  cell: (m) => (m.low === null || m.high === null ? '' : <Interval metric={m.metric} low={m.low} high={m.high} />),
}
/** Of pictures the numbers count boxes or pixels, not rows. */
const rowsColumn = (header: 'Rows' | 'Count'): TableColumn<MetricValue> => ({ key: 'n', header, align: 'end', width: '84px', value: (m) => m.n, cell: (m) => formatCount(m.n) })

/** Intervals where there is one; the count of rows where it is not that of every scored row, which the banner says. */
const columnsOf = (values: readonly MetricValue[], scored: number | null, counted: 'Rows' | 'Count'): readonly TableColumn<MetricValue>[] => [
  nameColumn, valueColumn, ...(values.some((m) => m.low !== null && m.high !== null) ? [intervalColumn] : []), ...(values.some((m) => m.n !== scored) ? [rowsColumn(counted)] : []),
]

function Family({ name, values, run }: { readonly name: string; readonly values: readonly MetricValue[]; readonly run: Run }): ReactNode {
  const columns = useMemo(() => columnsOf(values, run.rows?.scored ?? null, run.task === 'object-detection' || run.task === 'semantic-segmentation' ? 'Count' : 'Rows'), [values, run])
  return <Section title={name}><Table label={name} columns={columns} rows={values} rowId={(m) => m.metric} /></Section>
}

interface ClassRow { readonly slice: string; readonly values: ReadonlyMap<string, MetricValue> }

/** A metric of each class; beside it its interval, where any class has one. */
function metricColumns(metric: string, values: readonly MetricValue[]): readonly TableColumn<ClassRow>[] {
  const title = metricWords(metric).title
  const figure: TableColumn<ClassRow> = {
    key: metric, header: title, align: 'end', value: (r) => r.values.get(metric)?.value ?? null,
    cell: (r) => { const found = r.values.get(metric); return found === undefined ? '' : <span title={behind(found)}><MetricFigure metric={metric} value={found.value} reason={found.reason} /></span> },
  }
  if (!values.some((m) => m.metric === metric && m.low !== null && m.high !== null)) return [figure]
  return [figure, {
    key: `${metric}.interval`, header: `95 % of ${title}`, align: 'end', sortable: false, value: (r) => { const m = r.values.get(metric); return m?.low == null || m.high === null ? null : `${m.low} to ${m.high}` },
    cell: (r) => { const m = r.values.get(metric); return m?.low == null || m.high === null ? '' : <Interval metric={metric} low={m.low} high={m.high} /> },
  }]
}

const classColumns = (noun: string, metrics: readonly string[], values: readonly MetricValue[]): readonly TableColumn<ClassRow>[] =>
  [{ key: 'slice', header: noun, value: (r) => sliceWords(r.slice) }, ...metrics.flatMap((metric) => metricColumns(metric, values))]

/** Metrics per class, or per size of the true boxes, as one table: a class a row, a metric a column. */
function PerSlice({ values, noun, title }: { readonly values: readonly MetricValue[]; readonly noun: string; readonly title: string }): ReactNode {
  const metrics = useMemo(() => [...new Set(values.map((m) => m.metric))], [values])
  const rows = useMemo(() => [...new Set(values.map((m) => m.slice))].map((slice): ClassRow => ({ slice, values: new Map(values.filter((m) => m.slice === slice).map((m) => [m.metric, m])) })), [values])
  const shown = useMemo(() => classColumns(noun, metrics, values), [noun, metrics, values])
  return <Section title={title} count={rows.length}><Table label={`Metrics per ${noun.toLowerCase()}`} columns={shown} rows={rows} rowId={(r) => r.slice} /></Section>
}

export function MetricsTab({ run }: { readonly run: Run }): ReactNode {
  const perSize = useMemo(() => run.metrics.filter((m) => m.slice.startsWith('size:')), [run])
  const perClass = useMemo(() => run.metrics.filter((m) => m.slice !== '' && !m.slice.startsWith('size:')), [run])
  const families = useMemo(() => familyOrder.map((family) => ({ family, values: run.metrics.filter((m) => m.slice === '' && metricFamily(m.metric) === family) })).filter((f) => f.values.some((m) => m.metric !== 'n' && m.metric !== 'n_images')), [run])
  const tabular = run.binding.inputs.some((i) => i.kind === 'column' || i.kind === 'columns')
  return (
    <Stack>
      {tabular && <QualityLine run={run} />}
      {hasBaselines(run) && <BaselineSection run={run} />}
      <Columns min={460}>
        {families.map(({ family, values }) => <Family key={family} name={family} values={values} run={run} />)}
      </Columns>
      {perClass.length > 0 && (run.task === 'multilabel-classification' ? <PerSlice values={perClass} noun="Label" title="Per label" /> : <PerSlice values={perClass} noun="Class" title="Per class" />)}
      {perSize.length > 0 && <PerSlice values={perSize} noun="Size of the true boxes" title="Per size" />}
      <QualitySection run={run} />
    </Stack>
  )
}
