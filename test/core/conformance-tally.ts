// Counts compared numbers, keeps the worst difference and says which differ. Owns no expectation.
import type { Leaf } from './reference-walker.ts'

export interface Tally { readonly compared: number; readonly worst: number; readonly at: string; readonly wrong: readonly string[] }

/** How far a number may be off: not at all, absolutely (relative above 1), or relatively. */
export type Allowed = 'exact' | { readonly within: number } | { readonly share: number }

export interface OpenTally {
  add(place: string, expected: Leaf, got: Leaf | undefined, allowed: Allowed): void
  readonly found: Tally
}

/** Metrics write yes as 1. */
const plain = <T extends Leaf | undefined>(value: T): T | number => (typeof value === 'boolean' ? Number(value) : value)

export function openTally(): OpenTally {
  let compared = 0
  let worst = 0
  let at = ''
  const wrong: string[] = []
  return {
    add(place, wanted, given, allowed) {
      compared++
      const [expected, got] = [plain(wanted), plain(given)]
      const numbers = typeof expected === 'number' && typeof got === 'number'
      const scale = !numbers ? 1 : typeof allowed === 'object' && 'share' in allowed ? Math.max(Math.abs(expected), 1e-300) : Math.max(1, Math.abs(expected))
      const apart = numbers ? Math.abs(expected - got) / scale : expected === got ? 0 : Infinity
      if (apart > worst) { worst = apart; at = place }
      const most = allowed === 'exact' ? 0 : 'share' in allowed ? allowed.share : allowed.within
      if (!(apart <= most)) wrong.push(`${place}: expected ${expected}, got ${got === undefined ? 'nothing' : got}`)
    },
    get found() { return { compared, worst, at, wrong } },
  }
}
