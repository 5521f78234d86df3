// Which tiles of a grid are drawn: those in view and a little more, however many there are. Every tile is a square with a caption.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useState, type RefObject } from 'react'

interface TileSizes { readonly least: number; readonly caption: number; readonly gap: number }

export interface VisibleTiles {
  readonly columns: number
  readonly first: number
  /** One past the last drawn tile. */
  readonly last: number
  /** Height in pixels of what is not drawn above and below. */
  readonly before: number
  readonly after: number
  readonly reveal: (index: number) => void
}

/** The inner width of a box, in pixels; followed as it changes. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(800)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = (): void => { if (element.clientWidth > 0) setWidth(element.clientWidth) }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return width
}

export function useVisibleTiles(box: RefObject<HTMLElement | null>, count: number, { least, caption, gap }: TileSizes): VisibleTiles {
  const width = useWidth(box)
  const columns = Math.max(1, Math.floor((width + gap) / (least + gap)))
  const height = (width - gap * (columns - 1)) / columns + caption + gap
  const virtualizer = useVirtualizer({ count: Math.ceil(count / columns), getScrollElement: () => box.current, estimateSize: () => height, overscan: 1, initialRect: { width: 800, height: 640 } })
  useEffect(() => { virtualizer.measure() }, [virtualizer, height])
  const reveal = useCallback((index: number): void => { virtualizer.scrollToIndex(Math.floor(index / columns)) }, [virtualizer, columns])
  const items = virtualizer.getVirtualItems()
  const top = items[0]
  const bottom = items.at(-1)
  return {
    columns, first: (top?.index ?? 0) * columns, last: Math.min(count, ((bottom?.index ?? -1) + 1) * columns),
    before: top?.start ?? 0, after: Math.max(0, virtualizer.getTotalSize() - (bottom?.end ?? 0)), reveal,
  }
}
