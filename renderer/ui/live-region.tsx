// The one polite live region of the window: what happened without being looked at, said once for those who do not see it.
// Refuses to be a place on the screen; what must be read again stands elsewhere, too.
import { useSyncExternalStore, type ReactNode } from 'react'

interface Said { readonly id: number; readonly words: string }

const clearAfterMs = 8000

let said: readonly Said[] = []
let nextId = 1
const listeners = new Set<() => void>()

function set(next: readonly Said[]): void {
  said = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }

/** Has a sentence read out when the reader has finished what is being read. Two sentences at once are read one after the other. */
export function announce(words: string): void {
  if (words.trim() === '') return
  const mine: Said = { id: nextId++, words }
  set([...said.slice(-4), mine])
  setTimeout(() => set(said.filter((s) => s !== mine)), clearAfterMs)
}

export function LiveRegion(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => said)
  return <div role="status" aria-live="polite" aria-atomic="false" aria-label="Announcements" className="visually-hidden">{shown.map((s) => <p key={s.id}>{s.words}</p>)}</div>
}
