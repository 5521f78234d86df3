// A grid of pictures that draws only what is in view: one of them is in the tab order, the arrow keys walk, Enter or a click opens.
// Owns no pictures: what a tile shows is the caller's, and its words are the tile's name.
import { useEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import styles from './pictures.module.css'
import { useVisibleTiles } from './use-visible-tiles.ts'

interface PictureGridProps {
  readonly label: string
  readonly count: number
  /** The tile in the tab order. */
  readonly current: number
  readonly onCurrent: (index: number) => void
  readonly onOpen: (index: number) => void
  /** What is in view: from, and one past the last. Told whenever it changes. */
  readonly onView: (first: number, last: number) => void
  readonly tile: (index: number) => ReactNode
  readonly maxHeight: string
  /** Raised by one to bring the current tile into view and into focus. */
  readonly focusRequest: number
}

const sizes = { least: 132, caption: 40, gap: 12 }

/** Where a key leads from a tile; null: the key means nothing here. */
export function tileAfter(key: string, at: number, columns: number, count: number): number | null {
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, PageDown: at + 3 * columns, PageUp: at - 3 * columns, Home: 0, End: count - 1 }[key]
  if (to === undefined) return null
  const whole = key.startsWith('Page') ? Math.max(0, Math.min(count - 1, to)) : to
  return whole < 0 || whole >= count ? at : whole
}

/** Focuses the current tile as soon as it is drawn, once for every request. */
function useTileFocus(box: RefObject<HTMLElement | null>, current: number, request: number, reveal: (index: number) => void): () => void {
  const wanted = useRef(false)
  const seen = useRef(request)
  useEffect(() => {
    if (seen.current !== request) { seen.current = request; wanted.current = true; reveal(current) }
    if (!wanted.current) return
    const tile = box.current?.querySelector<HTMLElement>(`[data-tile="${current}"]`)
    if (tile === null || tile === undefined) return
    wanted.current = false
    tile.focus({ preventScroll: true })
  })
  return () => { wanted.current = true }
}

export function PictureGrid({ label, count, current, onCurrent, onOpen, onView, tile, maxHeight, focusRequest }: PictureGridProps): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  const { columns, first, last, before, after, reveal } = useVisibleTiles(box, count, sizes)
  const focusSoon = useTileFocus(box, current, focusRequest, reveal)
  useEffect(() => { onView(first, last) }, [first, last, onView])
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = event.ctrlKey || event.metaKey || event.altKey ? null : tileAfter(event.key, current, columns, count)
    if (to === null) return
    event.preventDefault()
    focusSoon()
    reveal(to)
    onCurrent(to)
  }
  // The tile in the tab order may be scrolled away; then the first one in view stands in for it.
  const inView = current >= first && current < last
  return (
    <div ref={box} className={styles['scroll']} style={{ maxHeight }}>
      <ul className={styles['tiles']} aria-label={label} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gap: sizes.gap, paddingTop: before, paddingBottom: after }} onKeyDown={onKeyDown}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).map((index) => (
          <li key={index} className={styles['tile']} aria-setsize={count} aria-posinset={index + 1}>
            <button type="button" data-tile={index} className={styles['open']} tabIndex={index === (inView ? current : first) ? 0 : -1} onFocus={() => onCurrent(index)} onClick={() => onOpen(index)}>
              {tile(index)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
