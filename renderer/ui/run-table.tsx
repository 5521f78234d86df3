// Runs as a table, wherever runs are listed: the newest first, failures in words.
import { useMemo, type ReactNode } from 'react'
import type { RunSummary } from '../../shared/domain/run.ts'
import { formatCount } from '../../shared/format.ts'
import { Moment } from './facts.tsx'
import { metricWords } from './metric/definition-of.ts'
import { MetricFigure } from './metric/metric-number.tsx'
import styles from './run-table.module.css'
import { isPaused, RunState } from './status.tsx'
import type { TableColumn } from './table/columns.ts'
import { Table } from './table/table.tsx'

export type RunTableHide = 'model' | 'data'

/** The hash of a run's screen; ids need no escaping. */
export const runHref = (run: Pick<RunSummary, 'id'>): string => `#/run/${run.id}`

/** What a headline of pictures counts; elsewhere rows. */
const counted: Readonly<Partial<Record<RunSummary['task'], string>>> = { 'object-detection': ' boxes', 'semantic-segmentation': ' pictures' }

function runColumns(hide: readonly RunTableHide[]): readonly TableColumn<RunSummary>[] {
  const all: readonly (TableColumn<RunSummary> & { readonly of?: RunTableHide })[] = [
    { key: 'state', header: 'State', width: '110px', value: (r) => r.status, cell: (r) => <RunState run={r} /> },
    { key: 'model', of: 'model', header: 'Model', most: '280px', value: (r) => `${r.modelName} v${r.versionNumber}`, cell: (r) => <a href={runHref(r)} className={styles['model']}><span className={styles['strong']}>{r.modelName}</span> <span className={styles['number']}>v{r.versionNumber}</span></a> },
    { key: 'data', of: 'data', header: 'Data set', most: '200px', value: (r) => r.datasetName, cell: (r) => <a href={runHref(r)}>{r.datasetName}</a> },
    { key: 'value', header: 'Headline', align: 'end', value: (r) => r.headline?.value ?? null, cell: (r) => (r.headline === null ? <span className={styles['quiet']}>–</span> : <MetricFigure metric={r.headline.metric} value={r.headline.value} />) },
    { key: 'metric', header: 'Metric', value: (r) => (r.headline === null ? null : metricWords(r.headline.metric).title) },
    { key: 'rows', header: 'Rows', align: 'end', value: (r) => r.headline?.n ?? null, cell: (r) => (r.headline === null ? <span className={styles['quiet']}>–</span> : `${formatCount(r.headline.n)}${counted[r.task] ?? ''}`) },
    { key: 'why', header: 'Note', clip: true, value: (r) => r.error?.title ?? null, cell: (r) => <span className={styles['why']}>{r.error === null || isPaused(r) ? '' : r.error.message}</span> },
    { key: 'at', header: 'Started', align: 'end', value: (r) => r.createdAt, cell: (r) => <Moment at={r.createdAt} /> },
  ]
  return all.filter((c) => c.of === undefined || !hide.includes(c.of))
}

export function RunTable({ runs, label = 'Runs', hide = '', empty }: { readonly runs: readonly RunSummary[]; readonly label?: string; readonly hide?: '' | RunTableHide; readonly empty?: ReactNode }): ReactNode {
  const columns = useMemo(() => runColumns(hide === '' ? [] : [hide]), [hide])
  return <Table label={label} columns={columns} rows={runs} rowId={(r) => r.id} rowHref={runHref} sort={{ key: 'at', descending: true }} empty={empty ?? 'No runs yet.'} />
}
