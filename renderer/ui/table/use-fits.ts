// Whether a table is as wide as its box at most. Follows both sizes.
import { useLayoutEffect, useState, type RefObject } from 'react'

/** True while nothing has to scroll sideways; false until that is known. */
export function useFits(box: RefObject<HTMLElement | null>): boolean {
  const [fits, setFits] = useState(false)
  useLayoutEffect(() => {
    const outer = box.current
    const inner = outer?.firstElementChild
    if (outer === null || inner === null || inner === undefined) return
    const look = (): void => setFits(inner.scrollWidth <= outer.clientWidth + 1)
    look()
    const sized = new ResizeObserver(look)
    sized.observe(outer)
    sized.observe(inner)
    return () => sized.disconnect()
  }, [box])
  return fits
}
