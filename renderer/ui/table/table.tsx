// A table of facts or numbers: sorts by its headers, walks by the arrow keys, opens a row with Enter, copies it with Ctrl+C,
// and draws only what is in view beyond 200 rows. Refuses to page: paged answers bring their own rows.
import { useTable, type Row } from '@tanstack/react-table'
import { useMemo, useRef, type ReactNode } from 'react'
import { classes } from '../classes.ts'
import { sortingFeatures, tanstackColumns, type TableColumn } from './columns.ts'
import { TableHead } from './table-head.tsx'
import { TableRow } from './table-row.tsx'
import styles from './table.module.css'
import { useFits } from './use-fits.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useVisibleRows } from './use-visible-rows.ts'

export interface TableProps<R extends object> {
  /** The accessible name, such as `Versions`. */
  readonly label: string
  readonly columns: readonly TableColumn<R>[]
  readonly rows: readonly R[]
  readonly rowId: (row: R) => string
  /** Where a row leads; Enter and a click go there. */
  readonly rowHref?: (row: R) => string | null
  readonly onOpen?: (row: R) => void
  readonly sort?: { readonly key: string; readonly descending: boolean }
  readonly selectedId?: string | null
  /** Said in place of rows when there are none. */
  readonly empty?: ReactNode
  /** Keep the table inside its own scroll area of this height, in CSS units. */
  readonly maxHeight?: string
}

export type TableRowModel<R extends object> = Row<typeof sortingFeatures, R>

export function Table<R extends object>(props: TableProps<R>): ReactNode {
  const { label, columns, rows, rowId, sort, empty, maxHeight, selectedId } = props
  const box = useRef<HTMLDivElement>(null)
  const fits = useFits(box)
  const definitions = useMemo(() => tanstackColumns(columns), [columns])
  const initial = useMemo(() => ({ sorting: sort === undefined ? [] : [{ id: sort.key, desc: sort.descending }] }), [])
  const table = useTable({ features: sortingFeatures, columns: definitions, data: rows, getRowId: rowId, initialState: initial, enableSortingRemoval: sort === undefined })
  const ordered = table.getRowModel().rows
  const visible = useVisibleRows(box, ordered.length)
  const keys = useRowKeys({ box, columns, ordered, reveal: visible.reveal, onOpen: props.onOpen, rowHref: props.rowHref })
  const height = maxHeight ?? (visible.virtual ? 'min(68vh, 720px)' : undefined)
  return (
    <div ref={box} className={classes(styles['box'], height !== undefined ? styles['scrolls'] : fits && styles['fits'])} style={height === undefined ? undefined : { maxHeight: height }}>
      <table className={styles['table']} aria-label={label} aria-rowcount={ordered.length + 1} onKeyDown={keys.onKeyDown}>
        <TableHead columns={columns} headers={table.getHeaderGroups()[0]?.headers ?? []} />
        <tbody>
          {visible.before > 0 && <tr aria-hidden="true"><td colSpan={columns.length} style={{ height: visible.before, padding: 0 }} /></tr>}
          {ordered.slice(visible.first, visible.last).map((row, i) => (
            <TableRow
              key={row.id} row={row.original} index={visible.first + i} columns={columns} focusable={visible.first + i === keys.current}
              opens={props.onOpen !== undefined || (props.rowHref?.(row.original) ?? null) !== null} selected={selectedId === row.id} onFocus={keys.onFocus} onOpen={keys.open}
            />
          ))}
          {visible.after > 0 && <tr aria-hidden="true"><td colSpan={columns.length} style={{ height: visible.after, padding: 0 }} /></tr>}
          {ordered.length === 0 && <tr><td colSpan={columns.length} className={styles['empty']}>{empty ?? 'Nothing here.'}</td></tr>}
        </tbody>
      </table>
    </div>
  )
}
