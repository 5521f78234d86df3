// The rows as they stand in the file, page by page; numbers align, missing cells are said.
import { useMemo, type ReactNode } from 'react'
import type { Dataset, RowPage } from '../../../shared/domain/dataset.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Pager } from '../../ui/pager.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './dataset.module.css'

const size = 100
interface Line { readonly record: number; readonly cells: readonly (string | null)[] }

function lineColumns(dataset: Dataset, names: readonly string[]): readonly TableColumn<Line>[] {
  const numeric = new Set(dataset.columns.filter((c) => c.type === 'number' || c.type === 'integer').map((c) => c.name))
  return [
    { key: 'record', header: '#', align: 'end', width: '64px', value: (l) => l.record, cell: (l) => <span className={styles['quiet']}>{l.record}</span> },
    ...names.map((name, i): TableColumn<Line> => ({
      key: `${i} ${name}`, header: name, most: '240px', sortable: false, align: numeric.has(name) ? 'end' : 'start', value: (l) => l.cells[i] ?? null,
      cell: (l) => l.cells[i] ?? <span className={styles['missing']}>missing</span>,
    })),
  ]
}

function Rows({ dataset, page }: { readonly dataset: Dataset; readonly page: RowPage }): ReactNode {
  const columns = useMemo(() => lineColumns(dataset, page.columns), [dataset, page.columns])
  const rows = useMemo(() => page.rows.map((cells, i) => ({ record: page.records[i] ?? 0, cells })), [page])
  return <Table label="Rows" columns={columns} rows={rows} rowId={(l) => String(l.record)} maxHeight="max(300px, calc(100vh - 290px))" />
}

export function RowsTable({ dataset, page, onPage }: { readonly dataset: Dataset; readonly page: number; readonly onPage: (page: number) => void }): ReactNode {
  const asked = useCall('dataset.rows', { datasetId: dataset.id, offset: (page - 1) * size, limit: size }, { keepPrevious: true })
  return (
    <Answer of={asked} label="Loading rows" lines={12}>
      {(rows) => <><Rows dataset={dataset} page={rows} /><Pager page={page} size={size} total={rows.total} onPage={onPage} noun="rows" /></>}
    </Answer>
  )
}
