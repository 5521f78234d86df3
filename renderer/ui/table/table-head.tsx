// The header line: names of the columns, and buttons that sort by them.
import type { Header } from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { classes } from '../classes.ts'
import { Icon } from '../icon.tsx'
import type { CellValue, sortingFeatures, TableColumn } from './columns.ts'
import styles from './table.module.css'

type AnyHeader<R extends object> = Header<typeof sortingFeatures, R, CellValue | undefined>

export function TableHead<R extends object>({ columns, headers }: { readonly columns: readonly TableColumn<R>[]; readonly headers: readonly unknown[] }): ReactNode {
  return (
    <thead>
      <tr>
        {columns.map((column, i) => <HeadCell key={column.key} column={column} header={headers[i] as AnyHeader<R> | undefined} />)}
      </tr>
    </thead>
  )
}

function HeadCell<R extends object>({ column, header }: { readonly column: TableColumn<R>; readonly header: AnyHeader<R> | undefined }): ReactNode {
  const sorted = header?.column.getIsSorted() ?? false
  const end = column.align === 'end'
  const canSort = header?.column.getCanSort() ?? false
  return (
    <th scope="col" className={classes(end && styles['end'], !canSort && column.most !== undefined && styles['most'])} title={!canSort && column.most !== undefined ? column.header : undefined}
      style={{ ...(column.width === undefined ? {} : { width: column.width }), ...(canSort || column.most === undefined ? {} : { maxWidth: column.most }) }} aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}>
      {column.hiddenHeader === true ? <span className="visually-hidden">{column.header}</span> : !canSort ? column.header : (
        <button type="button" className={styles['sort']} onClick={() => header?.column.toggleSorting()}>
          {end && <SortMark sorted={sorted} />}
          {column.header}
          {!end && <SortMark sorted={sorted} />}
        </button>
      )}
    </th>
  )
}

const SortMark = ({ sorted }: { readonly sorted: false | 'asc' | 'desc' }): ReactNode => (
  sorted === false ? null : <Icon name={sorted === 'asc' ? 'up' : 'down'} size={12} className={styles['sorted']} />
)
