// The keyboard of a table: one row is in the tab order, arrows move it, Enter opens it, Ctrl+C copies it.
import { useCallback, useState, type KeyboardEvent, type RefObject } from 'react'
import { copyText } from '../clipboard.ts'
import { toTsv, type TableColumn } from './columns.ts'

interface RowKeysInput<R extends object> {
  readonly box: RefObject<HTMLDivElement | null>
  readonly columns: readonly TableColumn<R>[]
  readonly ordered: readonly { readonly original: R }[]
  readonly reveal: (index: number) => void
  readonly onOpen: ((row: R) => void) | undefined
  readonly rowHref: ((row: R) => string | null) | undefined
}

export interface RowKeys {
  /** The row in the tab order. */
  readonly current: number
  readonly onFocus: (index: number) => void
  readonly open: (index: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }

export function useRowKeys<R extends object>({ box, columns, ordered, reveal, onOpen, rowHref }: RowKeysInput<R>): RowKeys {
  const [wanted, setWanted] = useState(0)
  const current = Math.min(wanted, Math.max(0, ordered.length - 1))
  const open = useCallback((index: number): void => {
    const row = ordered[index]?.original
    if (row === undefined) return
    onOpen?.(row)
    const target = rowHref?.(row) ?? null
    if (target !== null) window.location.hash = target
  }, [ordered, onOpen, rowHref])
  const move = (index: number): void => {
    setWanted(index)
    reveal(index)
    // The row may have to be drawn first.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`tr[data-row="${index}"]`)?.focus())
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement
    if (target.dataset['row'] === undefined) return
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      move(Math.max(0, Math.min(ordered.length - 1, current + step)))
    } else if (event.key === 'Enter') {
      // What opens may take the focus, and must not take this key press for its own.
      event.preventDefault()
      open(current)
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && (window.getSelection()?.toString() ?? '') === '') {
      const row = ordered[current]?.original
      if (row !== undefined) void copyText(toTsv(columns, [row], false))
    }
  }
  return { current, onFocus: setWanted, open, onKeyDown }
}
