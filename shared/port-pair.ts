// Two ports joined inside one process, for the command line and for tests.
import type { Port } from './rpc.ts'

/** Two ends of a channel inside one process. Messages are cloned and delivered later, as over a real port. */
export function portPair(): readonly [Port & { close(why?: string): void }, Port & { close(why?: string): void }] {
  interface End { messages: ((m: unknown) => void)[]; closes: ((why: string) => void)[] }
  const ends: readonly [End, End] = [{ messages: [], closes: [] }, { messages: [], closes: [] }]
  let open = true
  const close = (why = 'closed'): void => {
    if (!open) return
    open = false
    for (const end of ends) for (const f of end.closes) f(why)
  }
  const port = (mine: End, theirs: End): Port & { close(why?: string): void } => ({
    post(message) {
      if (!open) return
      const copy = structuredClone(message)
      queueMicrotask(() => { if (open) for (const f of theirs.messages) f(copy) })
    },
    onMessage: (f) => { mine.messages.push(f) },
    onClose: (f) => { mine.closes.push(f) },
    close,
  })
  return [port(ends[0], ends[1]), port(ends[1], ends[0])]
}
