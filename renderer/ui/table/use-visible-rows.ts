// Which rows are drawn: all of them up to 200, the ones in view beyond.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, type RefObject } from 'react'

export const virtualBeyond = 200

export interface VisibleRows {
  readonly virtual: boolean
  readonly first: number
  /** One past the last drawn row. */
  readonly last: number
  /** Height in pixels of what is not drawn above and below. */
  readonly before: number
  readonly after: number
  readonly reveal: (index: number) => void
}

const rowHeight = (): number => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 32

export function useVisibleRows(box: RefObject<HTMLDivElement | null>, count: number): VisibleRows {
  const virtual = count > virtualBeyond
  const virtualizer = useVirtualizer({ count: virtual ? count : 0, getScrollElement: () => box.current, estimateSize: rowHeight, overscan: 12, initialRect: { width: 800, height: 640 } })
  const reveal = useCallback((index: number): void => { if (virtual) virtualizer.scrollToIndex(index) }, [virtual, virtualizer])
  if (!virtual) return { virtual, first: 0, last: count, before: 0, after: 0, reveal }
  const items = virtualizer.getVirtualItems()
  const top = items[0]
  const bottom = items.at(-1)
  return {
    virtual, first: top?.index ?? 0, last: (bottom?.index ?? -1) + 1,
    before: top?.start ?? 0, after: Math.max(0, virtualizer.getTotalSize() - (bottom?.end ?? 0)), reveal,
  }
}
