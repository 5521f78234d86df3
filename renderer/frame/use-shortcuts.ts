// Keys that work everywhere: Ctrl or Cmd with K finds anything, with a digit goes to a place, Alt with an arrow goes back and forth, `/` finds in the screen, `?` shows the keys.
import { useEffect } from 'react'
import { go } from '../route.ts'
import { places } from './places.ts'

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

function onKey(event: KeyboardEvent, findAnything: () => void): void {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    findAnything()
    return
  }
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
  } else if (event.key === '?' && !typing(event.target)) {
    event.preventDefault()
    go({ screen: 'help', tab: 'keys' })
  }
}

/** Installs the window's own shortcuts while the frame lives. `findAnything` opens the palette. */
export function useShortcuts(findAnything: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event, findAnything)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [findAnything])
}
