// Taking turns: small reads of one file, asked for by the dozen when a grid of pictures is scrolled, go one after the other.
// Twenty private databases at once hold each other up: together they took eight times as long as in turn.
import { cancelled } from './duckdb.ts'

let last: Promise<unknown> = Promise.resolve()

/** Does the work when everything asked for before has ended; rejects as the work does, or at once in its turn when it is no longer wanted. */
export function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const mine = last.then(() => { if (signal.aborted) throw cancelled(); return work() })
  last = mine.catch(() => undefined)
  return mine
}
