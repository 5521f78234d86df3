// Keys that work everywhere: Ctrl or Cmd with a digit goes to a place, Alt with an arrow goes back and forth, `/` finds.
import { useEffect } from 'react'
import { go } from '../route.ts'
import { places } from './places.ts'

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return
  const place = places[Number(event.key) - 1]
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && place !== undefined) {
    event.preventDefault()
    go({ screen: place.key })
  } else if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !typing(event.target)) {
    event.preventDefault()
    if (event.key === 'ArrowLeft') window.history.back()
    else window.history.forward()
  } else if (event.key === '/' && !typing(event.target)) {
    const search = document.querySelector<HTMLInputElement>('input[type="search"]')
    if (search !== null) { event.preventDefault(); search.focus() }
  }
}

/** Installs the window's own shortcuts while the frame lives. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
