// What the numbers on the same data say about two versions.
import type { ReactNode } from 'react'
import type { Comparison, MetricChange } from '../../../shared/domain/compare.ts'
import { formatDelta } from '../../../shared/format.ts'
import { href } from '../../route.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { sliceWords } from '../../ui/metric/definition-of.ts'
import { Section } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './compare.module.css'

/** The arrow follows the number, the colour and the word say whether that is good. */
function Verdict({ change }: { readonly change: MetricChange }): ReactNode {
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
  { key: 'verdict', header: 'Verdict', width: '140px', value: (m) => m.verdict, cell: (m) => <Verdict change={m} /> },
]

/** One button for each version; a version beside itself has one. */
export function NoCommonData({ comparison: { left, right, missing } }: { readonly comparison: Comparison }): ReactNode {
  const versions = left.id === right.id ? [left] : [left, right]
  const name = (v: Comparison['left']): string => (left.modelName === right.modelName ? `v${v.number}` : `${v.modelName} v${v.number}`)
  return (
    <EmptyState icon="metric" title="No results on the same data yet" actions={versions.map((v) => (
      <ButtonLink key={v.id} icon="run" href={href({ screen: 'evaluate', versionId: v.id })}>Evaluate {name(v)}</ButtonLink>
    ))}>{missing ?? 'Evaluate both versions on one data set and their metrics appear here.'}</EmptyState>
  )
}

export function VerdictTab({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const { onData } = comparison
  if (onData === null) return <NoCommonData comparison={comparison} />
  return (
    <Section title={`Metrics on ${onData.datasetName}`} note={onData.caveats.length === 0 ? 'Verdicts go by the numbers alone; whether a difference is more than chance is not tested here.' : onData.caveats.join(' ')}>
      <Table label="Metrics" columns={metricColumns} rows={onData.metrics} rowId={(m) => `${m.metric} ${m.slice}`} />
    </Section>
  )
}
