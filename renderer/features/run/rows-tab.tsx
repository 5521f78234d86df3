// The rows behind the numbers: predictions, worst first, joined with the rows of the data set.
import { useMemo, useState, type ReactNode } from 'react'
import type { RowPage } from '../../../shared/domain/dataset.ts'
import type { PredictionPage, Run } from '../../../shared/domain/run.ts'
import { formatNumber } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { Pager } from '../../ui/pager.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import type { RunRoute } from './run.tsx'
import styles from './run.module.css'

const size = 100
type Order = 'worst' | 'record' | 'best'
interface Line { readonly prediction: PredictionPage['rows'][number]; readonly cells: readonly (string | null)[] }

const orders = [{ value: 'worst', label: 'Worst first' }, { value: 'best', label: 'Best first' }, { value: 'record', label: 'As in the file' }] as const

/** Whether every value of a column on this page reads as a number; those align at their end. */
const numericColumn = (cells: RowPage | undefined, at: number): boolean => {
  const values = (cells?.rows ?? []).flatMap((row) => row[at] ?? [])
  return values.length > 0 && values.every((v) => v.trim() !== '' && Number.isFinite(Number(v)))
}

function lineColumns(run: Run, page: PredictionPage, cells: RowPage | undefined): readonly TableColumn<Line>[] {
  const regression = run.task === 'regression'
  // Of a picture's mask there is no one answer a row: its scores say how good it is.
  const whole = run.task === 'semantic-segmentation'
  const probability = (value: number | null): ReactNode => (value === null ? '' : value > 0 && value < 0.00005 ? <span title={formatNumber(value)}>&lt; 0.0001</span> : value.toFixed(4))
  const number = (value: number | null): ReactNode => (value === null ? '' : formatNumber(value))
  return [
    { key: 'record', header: '#', align: 'end', width: '64px', value: (l) => l.prediction.record },
    ...(whole ? [] : [{ key: 'truth', header: 'True', value: (l: Line) => l.prediction.truth, align: regression ? 'end' : 'start' } satisfies TableColumn<Line>,
    { key: 'predicted', header: 'Predicted', value: (l: Line) => l.prediction.predicted, align: regression ? 'end' : 'start', cell: (l: Line) => <span className={l.prediction.correct === false ? styles['wrong'] : undefined}>{l.prediction.predicted ?? ''}</span> } satisfies TableColumn<Line>]),
    ...(regression || whole ? [] : [{ key: 'confidence', header: 'Confidence', align: 'end', value: (l: Line) => l.prediction.confidence, cell: (l: Line) => probability(l.prediction.confidence) } satisfies TableColumn<Line>]),
    ...(whole ? [] : [{ key: 'loss', header: regression ? 'Error' : 'Loss', align: 'end', value: (l: Line) => l.prediction.loss, cell: (l: Line) => number(l.prediction.loss) } satisfies TableColumn<Line>]),
    ...page.scoreNames.slice(0, 10).map((name, i): TableColumn<Line> => ({ key: `p${i}`, header: whole ? name : `p(${name})`, align: 'end', value: (l) => l.prediction.scores[i] ?? null, cell: (l) => probability(l.prediction.scores[i] ?? null) })),
    ...(cells?.columns ?? []).map((name, i): TableColumn<Line> => ({ key: `c${i}`, header: name, most: '240px', sortable: false, align: numericColumn(cells, i) ? 'end' : 'start', value: (l) => l.cells[i] ?? null, cell: (l) => l.cells[i] ?? <span className={styles['missing']}>missing</span> })),
  ]
}

function Lines({ run, page }: { readonly run: Run; readonly page: PredictionPage }): ReactNode {
  const records = useMemo(() => page.rows.map((r) => r.record), [page])
  const cells = useCall('dataset.rows', { datasetId: run.datasetId, records, limit: size }, { enabled: records.length > 0, keepPrevious: true })
  const columns = useMemo(() => lineColumns(run, page, cells.data), [run, page, cells.data])
  const lines = useMemo(() => {
    const byRecord = new Map(cells.data?.records.map((record, i) => [record, cells.data.rows[i] ?? []]))
    return page.rows.map((prediction): Line => ({ prediction, cells: byRecord.get(prediction.record) ?? [] }))
  }, [page, cells.data])
  return <Table label="Predictions" columns={columns} rows={lines} rowId={(l) => String(l.prediction.record)} maxHeight="max(300px, calc(100vh - 440px))" empty="No row is like that." />
}

export function RowsTab({ run, route }: { readonly run: Run; readonly route: RunRoute }): ReactNode {
  const [order, setOrder] = useState<Order>('worst')
  const [onlyWrong, setOnlyWrong] = useState(false)
  const page = route.page ?? 1
  const { truth, predicted } = route
  const asked = useCall('run.predictions', { runId: run.id, offset: (page - 1) * size, limit: size, order, onlyWrong, ...(truth === undefined ? {} : { truth }), ...(predicted === undefined ? {} : { predicted }) }, { keepPrevious: true })
  const filtered = truth !== undefined || predicted !== undefined
  return (
    <>
      <div className={styles['filters']}>
        <SelectField label="Order" value={order} choices={orders} onChoose={setOrder} />
        {run.task !== 'regression' && run.task !== 'semantic-segmentation' && <CheckField label="Only wrong ones" checked={onlyWrong} onCheck={setOnlyWrong} />}
        {filtered && <Button icon="close" onClick={() => go({ screen: 'run', runId: route.runId, tab: 'rows' }, 'replace')}>{`True ${truth ?? 'any'}, predicted ${predicted ?? 'any'}`}</Button>}
      </div>
      <Answer of={asked} label="Loading predictions" lines={12}>
        {(found) => <><Lines run={run} page={found} /><Pager page={page} size={size} total={found.total} onPage={(next) => go({ ...route, page: next }, 'replace')} noun="rows" /></>}
      </Answer>
    </>
  )
}
