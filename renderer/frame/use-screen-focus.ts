// Where the keyboard is after going to another place: at its heading, as after opening a page, so that the title is read and Tab goes on from there.
import { useEffect, useRef } from 'react'

/** Moves the focus to the heading whenever `place` changes; the first place of a window leaves it alone. */
export function useScreenFocus(place: string): void {
  const before = useRef(place)
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    const focused = document.activeElement
    // A screen that put the focus somewhere itself, or a dialog that is open, keeps it.
    if (focused?.closest('main, [role="dialog"]') !== null && focused !== null) return
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [place])
}
