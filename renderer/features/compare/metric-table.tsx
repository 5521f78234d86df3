// Every number of the two runs side by side, by direction alone; what is more than chance is in the verdict above it.
import type { ReactNode } from 'react'
import type { Comparison, MetricChange } from '../../../shared/domain/compare.ts'
import { formatDelta } from '../../../shared/format.ts'
import { MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { sliceWords } from '../../ui/metric/definition-of.ts'
import { Section } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './compare.module.css'

/** The arrow follows the number, the colour and the word say whether that is good. */
function Direction({ change }: { readonly change: MetricChange }): ReactNode {
  const icon = (change.delta ?? 0) < 0 ? 'down' : 'up'
  switch (change.verdict) {
    case 'better': return <Mark tone="good" icon={icon}>Better</Mark>
    case 'worse': return <Mark tone="bad" icon={icon}>Worse</Mark>
    case 'same': return <Mark tone="neutral" icon="check">Same</Mark>
    case 'not-comparable': return <Mark tone="neutral" icon="stopped">Not comparable</Mark>
  }
}

const metricColumns: readonly TableColumn<MetricChange>[] = [
  { key: 'metric', header: 'Metric', value: (m) => m.metric, cell: (m) => <MetricName metric={m.metric} slice={m.slice} /> },
  { key: 'slice', header: 'Class', most: '200px', value: (m) => (m.slice === '' ? 'all rows' : sliceWords(m.slice)), cell: (m) => (m.slice === '' ? <span className={styles['quiet']}>all rows</span> : sliceWords(m.slice)) },
  { key: 'before', header: 'Before', align: 'end', value: (m) => m.before, cell: (m) => <MetricFigure metric={m.metric} value={m.before} /> },
  { key: 'after', header: 'After', align: 'end', value: (m) => m.after, cell: (m) => <MetricFigure metric={m.metric} value={m.after} /> },
  { key: 'delta', header: 'Change', align: 'end', value: (m) => m.delta, cell: (m) => (m.delta === null ? '' : formatDelta(m.delta)) },
  { key: 'verdict', header: 'Direction', width: '140px', value: (m) => m.verdict, cell: (m) => <Direction change={m} /> },
]

export function MetricTable({ onData }: { readonly onData: NonNullable<Comparison['onData']> }): ReactNode {
  return (
    <Section title={`All metrics on ${onData.datasetName}`} count={onData.metrics.length} note={['The direction of each change, whether or not it is more than chance.', ...onData.caveats].join(' ')}>
      <Table label="Metrics" columns={metricColumns} rows={onData.metrics} rowId={(m) => `${m.metric} ${m.slice}`} maxHeight="62vh" />
    </Section>
  )
}
