// The profile of every column, or of every class: one line each, the distribution drawn beside its numbers.
import { useMemo, type ReactNode } from 'react'
import type { Column, Dataset } from '../../../shared/domain/dataset.ts'
import { formatCount, formatNumber, formatShare } from '../../../shared/format.ts'
import { ColumnHistogram, Sparkbars } from '../../ui/histogram.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './dataset.module.css'

const number = (c: Column, value: number | null): ReactNode => (value === null ? <span className={styles['quiet']}>–</span> : formatNumber(value, c.type === 'integer'))
const share = (count: number, rows: number): ReactNode => (count === 0 ? <span className={styles['quiet']}>0</span> : <>{formatCount(count)} <span className={styles['quiet']}>{formatShare(count / Math.max(1, rows))}</span></>)
/** Words that differ in every row, such as ids: their frequencies say nothing. */
const allDiffer = (c: Column): boolean => c.histogram === null && c.distinct > 1 && c.distinct === c.rows - c.missing

const topWords = (c: Column): string => allDiffer(c) ? 'all different' : c.top.slice(0, 4).map((t) => `${t.value} (${formatCount(t.count)})`).join(', ')

function Distribution({ column }: { readonly column: Column }): ReactNode {
  if (column.histogram !== null) return <ColumnHistogram name={column.name} histogram={column.histogram} />
  if (column.top.length > 0 && !allDiffer(column)) return <Sparkbars label={`Most frequent values of ${column.name}`} counts={column.top.slice(0, 12).map((t) => t.count)} />
  return null
}

const columns: readonly TableColumn<Column>[] = [
  { key: 'name', header: 'Column', most: '180px', value: (c) => c.name, cell: (c) => <span className={styles['name']}>{c.name}</span> },
  { key: 'type', header: 'Type', value: (c) => c.type },
  { key: 'distribution', header: 'Distribution', sortable: false, width: '144px', value: () => null, cell: (c) => <Distribution column={c} /> },
  { key: 'missing', header: 'Missing', align: 'end', value: (c) => c.missing, cell: (c) => share(c.missing, c.rows) },
  { key: 'invalid', header: 'Invalid', align: 'end', value: (c) => c.invalid, cell: (c) => share(c.invalid, c.rows) },
  { key: 'distinct', header: 'Distinct', align: 'end', value: (c) => c.distinct, cell: (c) => formatCount(c.distinct) },
  { key: 'min', header: 'Min', align: 'end', value: (c) => c.min, cell: (c) => c.exactMin ?? number(c, c.min) },
  { key: 'mean', header: 'Mean', align: 'end', value: (c) => c.mean, cell: (c) => (c.mean === null ? number(c, null) : formatNumber(c.mean)) },
  { key: 'max', header: 'Max', align: 'end', value: (c) => c.max, cell: (c) => c.exactMax ?? number(c, c.max) },
  { key: 'sd', header: 'Std dev', align: 'end', value: (c) => c.standardDeviation, cell: (c) => (c.standardDeviation === null ? number(c, null) : formatNumber(c.standardDeviation)) },
  { key: 'top', header: 'Most frequent', clip: true, width: '22%', sortable: false, value: topWords, cell: (c) => <span className={styles['top']} title={topWords(c)}>{topWords(c)}</span> },
]

export function ColumnTable({ dataset }: { readonly dataset: Dataset }): ReactNode {
  return <Table label="Columns" columns={columns} rows={dataset.columns} rowId={(c) => c.name} />
}

interface ClassRow { readonly value: string; readonly count: number; readonly share: number }

const classColumns: readonly TableColumn<ClassRow>[] = [
  { key: 'value', header: 'Class', value: (c) => c.value },
  { key: 'count', header: 'Pictures', align: 'end', value: (c) => c.count, cell: (c) => formatCount(c.count) },
  { key: 'share', header: 'Share', align: 'end', value: (c) => c.share, cell: (c) => formatShare(c.share) },
  { key: 'bar', header: 'Balance', hiddenHeader: true, sortable: false, width: '50%', value: () => null, cell: (c) => <span className={styles['bar']}><span style={{ width: `${c.share * 100}%` }} /></span> },
]

export function ClassTable({ dataset }: { readonly dataset: Dataset }): ReactNode {
  const rows = useMemo(() => dataset.classes.map((c) => ({ ...c, share: c.count / Math.max(1, dataset.rows) })), [dataset])
  return <Table label="Classes" columns={classColumns} rows={rows} rowId={(c) => c.value} empty="No classes were found; the pictures have no labels." />
}
