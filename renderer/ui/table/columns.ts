// What a table column is to the screens, and the same columns as TanStack sees them. Missing values sort last, whatever the direction.
import { constructSortFn, createSortedRowModel, rowSortingFeature, tableFeatures, type ColumnDef } from '@tanstack/react-table'
import type { ReactNode } from 'react'

export type CellValue = string | number | null

export interface TableColumn<R> {
  readonly key: string
  readonly header: string
  /** Numbers end-align, words start-align. */
  readonly align?: 'start' | 'end'
  /** CSS width of the column. */
  readonly width?: string
  /** What is sorted, copied and exported. */
  readonly value: (row: R) => CellValue
  /** What is drawn; absent: the value. */
  readonly cell?: (row: R) => ReactNode
  readonly sortable?: boolean
  /** Words of code or hashes: fixed-width face. */
  readonly mono?: boolean
  /** Takes what room is left, and is cut with an ellipsis where that is too little. */
  readonly clip?: boolean
  /** Never drawn wider than this CSS width: names that users give can be of any length. The whole value shows on hover. */
  readonly most?: string
  /** Sentences: break into lines instead of widening the table. */
  readonly wrap?: boolean
  /** Read out, but not drawn. */
  readonly hiddenHeader?: boolean
}

/** Numbers by size, words by the alphabet with numbers inside them counted. */
export function compareCells(a: CellValue | undefined, b: CellValue | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { numeric: true, sensitivity: 'base' })
}

export const sortingFeatures = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { cells: constructSortFn({ sort: (a: CellValue | undefined, b: CellValue | undefined) => compareCells(a, b) }) },
})

export type TanstackColumn<R extends object> = ColumnDef<typeof sortingFeatures, R, unknown>

/** Screen columns as TanStack's. */
export function tanstackColumns<R extends object>(columns: readonly TableColumn<R>[]): TanstackColumn<R>[] {
  return columns.map((column) => ({
    id: column.key,
    accessorFn: (row: R) => column.value(row) ?? undefined,
    sortFn: 'cells' as const,
    sortUndefined: 'last' as const,
    enableSorting: column.sortable ?? true,
    sortDescFirst: column.align === 'end',
  }))
}

const quoted = (cell: CellValue): string => {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows as CSV after RFC 4180, with a header line. */
export function toCsv<R>(columns: readonly TableColumn<R>[], rows: readonly R[]): string {
  const lines = [columns.map((c) => quoted(c.header)), ...rows.map((row) => columns.map((c) => quoted(c.value(row))))]
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`
}

/** Rows as tab-separated text, as spreadsheets paste it. */
export function toTsv<R>(columns: readonly TableColumn<R>[], rows: readonly R[], header = true): string {
  const plain = (cell: CellValue): string => String(cell ?? '').replaceAll(/[\t\r\n]+/g, ' ')
  const lines = rows.map((row) => columns.map((c) => plain(c.value(row))).join('\t'))
  return [...(header ? [columns.map((c) => plain(c.header)).join('\t')] : []), ...lines].join('\n')
}
