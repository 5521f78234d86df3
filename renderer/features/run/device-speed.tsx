// One speed report: cold start, times and throughput by batch size, memory, and where the time goes by operator and by node.
import type { ReactNode } from 'react'
import type { ChartDescription } from '../../../shared/charts/description.ts'
import { fallenBack } from '../../../shared/device-names.ts'
import { missingPercentiles, percentileNames, percentiles, placementLine } from '../../../shared/device-words.ts'
import type { BatchSpeed, NodeSpeed, OperatorSpeed, SpeedReport } from '../../../shared/domain/device-report.ts'
import { formatBytes, formatCount, formatDuration, formatPlural, formatRate, formatShare } from '../../../shared/format.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Columns, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './run.module.css'

const batchColumns: readonly TableColumn<BatchSpeed>[] = [
  { key: 'size', header: 'Batch size', align: 'end', value: (b) => b.batchSize, cell: (b) => formatCount(b.batchSize) },
  { key: 'calls', header: 'Calls', align: 'end', value: (b) => b.calls, cell: (b) => formatCount(b.calls) },
  { key: 'mean', header: 'Mean', align: 'end', value: (b) => b.meanMs, cell: (b) => formatDuration(b.meanMs) },
  ...percentiles.map(([key]): TableColumn<BatchSpeed> => ({ key, header: percentileNames[key], align: 'end', value: (b) => b[key] ?? -1, cell: (b) => (b[key] === null ? <span className={styles['missing']}>not available</span> : formatDuration(b[key])) })),
  { key: 'rate', header: 'Rows per second', align: 'end', value: (b) => b.rowsPerSecond, cell: (b) => formatRate(b.rowsPerSecond) },
  { key: 'memory', header: 'Memory', align: 'end', value: (b) => b.residentBytes, cell: (b) => formatBytes(b.residentBytes) },
]

const provider = (name: string): string => name.replace(/ExecutionProvider$/, '')

const operatorColumns: readonly TableColumn<OperatorSpeed>[] = [
  { key: 'operator', header: 'Operator', value: (o) => o.operator, cell: (o) => (o.copy ? `${o.operator} (copy between devices)` : o.operator) },
  { key: 'provider', header: 'Ran on', value: (o) => provider(o.provider) },
  { key: 'nodes', header: 'Nodes', align: 'end', value: (o) => o.nodes, cell: (o) => formatCount(o.nodes) },
  { key: 'ms', header: 'Time', align: 'end', value: (o) => o.ms, cell: (o) => formatDuration(o.ms) },
  { key: 'share', header: 'Share', align: 'end', value: (o) => o.share, cell: (o) => formatShare(o.share) },
]

/** A node with its place in the list: names of nodes may be empty and need not be unlike. */
interface PlacedNode extends NodeSpeed { readonly place: number }
const slowestShown = 20

const nodeColumns: readonly TableColumn<PlacedNode>[] = [
  { key: 'name', header: 'Node', value: (n) => n.name || '(unnamed)', clip: true, mono: true, width: '45%' },
  { key: 'operator', header: 'Operator', value: (n) => n.operator },
  { key: 'provider', header: 'Ran on', value: (n) => provider(n.provider) },
  { key: 'ms', header: 'Time', align: 'end', value: (n) => n.ms, cell: (n) => formatDuration(n.ms) },
  { key: 'share', header: 'Share', align: 'end', value: (n) => n.share, cell: (n) => formatShare(n.share) },
]

function throughput(batches: readonly BatchSpeed[]): ChartDescription {
  const best = batches.reduce((a, b) => (b.rowsPerSecond > a.rowsPerSecond ? b : a))
  return {
    title: 'Throughput', summary: `Most rows a second with batches of ${best.batchSize}: ${formatRate(best.rowsPerSecond)}.`,
    x: { name: 'Batch size', categories: batches.map((b) => formatCount(b.batchSize)) }, y: { name: 'Rows per second', min: 0 },
    series: [{ name: 'Rows per second', look: 'line', marks: true, points: batches.map((b, i) => [i, b.rowsPerSecond] as const) }],
  }
}

export function SpeedView({ report }: { readonly report: SpeedReport }): ReactNode {
  const { coldStart, memory, profile, batches } = report
  const missing = missingPercentiles(batches)
  return (
    <Stack>
      <div className={styles['banner']}>
        <p data-warn={fallenBack(report.placement) !== 0 || undefined}>{placementLine(report.placement)}</p>
        {report.notes.map((note) => <p key={note}>{note}</p>)}
      </div>
      <Columns>
        <Facts label="Cold start" facts={[
          { name: 'Process and runtime', value: formatDuration(coldStart.processMs) }, { name: 'Opening the model', value: formatDuration(coldStart.sessionMs) }, { name: 'First call', value: formatDuration(coldStart.firstCallMs) },
        ]} />
        <Facts label="Memory" facts={[
          { name: 'Memory before opening', value: formatBytes(memory.beforeBytes) }, { name: 'With the model', value: formatBytes(memory.openedBytes) }, { name: 'At most', value: formatBytes(memory.peakBytes) },
        ]} />
      </Columns>
      <Table label="Times by batch size" columns={batchColumns} rows={batches} rowId={(b) => String(b.batchSize)} />
      {missing !== '' && <p className={styles['quiet']}>{missing}</p>}
      {batches.length > 1 && <div className={styles['charts']}><Figure chart={throughput(batches)} height={220} /></div>}
      {profile === null ? <p>The runtime gave no profile, so the time by operator is not available.</p> : (
        <>
          <p>Where the time of one call goes: batches of {profile.batchSize}, mean of {formatPlural(profile.calls, 'call')}{profile.deviceTimes ? '; nodes on the device by its own clock' : ''}.</p>
          <Table label="Time by operator" columns={operatorColumns} rows={profile.operators} rowId={(o) => `${o.operator} ${o.provider}`} />
          <Table label="Slowest nodes" columns={nodeColumns} rows={profile.nodes.slice(0, slowestShown).map((n, place) => ({ ...n, place }))} rowId={(n) => String(n.place)} />
        </>
      )}
    </Stack>
  )
}
