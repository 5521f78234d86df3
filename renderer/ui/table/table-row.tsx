// One row: its cells, and the way in by click.
import type { MouseEvent, ReactNode } from 'react'
import { classes } from '../classes.ts'
import type { TableColumn } from './columns.ts'
import styles from './table.module.css'

interface TableRowProps<R extends object> {
  readonly row: R
  readonly index: number
  readonly columns: readonly TableColumn<R>[]
  readonly focusable: boolean
  readonly opens: boolean
  readonly selected: boolean
  readonly onFocus: (index: number) => void
  readonly onOpen: (index: number) => void
}

const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('a, button, input, select, textarea, label') !== null

function Cell<R extends object>({ column, row }: { readonly column: TableColumn<R>; readonly row: R }): ReactNode {
  const value = column.value(row)
  const short = column.clip === true || column.most !== undefined
  return (
    <td
      className={classes(column.align === 'end' && styles['end'], column.mono && styles['mono'], column.clip && styles['clip'], column.most !== undefined && styles['most'], column.wrap && styles['wrap'])}
      style={column.most === undefined ? undefined : { maxWidth: column.most }} title={short && value !== null ? String(value) : undefined}
    >
      {column.cell === undefined ? value ?? <span className={styles['none']}>–</span> : column.cell(row)}
    </td>
  )
}

export function TableRow<R extends object>({ row, index, columns, focusable, opens, selected, onFocus, onOpen }: TableRowProps<R>): ReactNode {
  const onClick = (event: MouseEvent): void => {
    const selecting = (window.getSelection()?.toString() ?? '') !== ''
    if (opens && !isControl(event.target) && !selecting) onOpen(index)
  }
  return (
    <tr
      data-row={index} tabIndex={focusable ? 0 : -1} aria-rowindex={index + 2} aria-selected={selected || undefined}
      className={classes(styles['row'], opens && styles['opens'])} onClick={onClick} onFocus={(event) => { if (event.target === event.currentTarget) onFocus(index) }}
    >
      {columns.map((column) => (
        <Cell key={column.key} column={column} row={row} />
      ))}
    </tr>
  )
}
