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
        <td key={column.key} className={classes(column.align === 'end' && styles['end'], column.mono && styles['mono'], column.clip && styles['clip'])}>
          {column.cell === undefined ? column.value(row) ?? <span className={styles['none']}>–</span> : column.cell(row)}
        </td>
      ))}
    </tr>
  )
}
