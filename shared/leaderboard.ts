// The places of a leaderboard from values with intervals: between which places each may stand, and what is said of the whole.
// Intervals that overlap decide nothing; a test on the same rows, pair by pair, may still tell two apart.
import { formatCount, formatPlural } from './format.ts'

export interface Measured { readonly value: number | null; readonly low: number | null; readonly high: number | null }
export interface Place { readonly best: number; readonly worst: number; readonly withFirst: boolean }

/** How many of ascending numbers are below a limit, or not above it. */
function count(sorted: Float64Array, limit: number, andEqual: boolean): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (sorted[middle]! < limit || (andEqual && sorted[middle] === limit)) from = middle + 1
    else to = middle
  }
  return from
}

/** Where many values with intervals stand to each other; asked for one at a time, since a page shows few of them. */
export interface Places {
  /** Values that are available. */
  readonly known: number
  /** How many reach into the interval of the first one, itself among them. */
  readonly withFirst: number
  of(measured: Measured): Place | null
}

/**
 * `best` is one more than the number of intervals that lie wholly beyond this one; `worst` is what remains when those that lie wholly
 * short of it are taken off the end. Intervals that touch overlap. A value without an interval counts as a point; one that is not
 * available has no place.
 */
export function openPlaces(measured: readonly Measured[], lowerIsBetter: boolean): Places {
  const turn = lowerIsBetter ? -1 : 1
  const ends = (m: Measured): readonly [number, number] => {
    const [a, b] = [turn * (m.low ?? m.value!), turn * (m.high ?? m.value!)]
    return a < b ? [a, b] : [b, a]
  }
  const known = measured.filter((m) => m.value !== null)
  const lows = new Float64Array(known.length)
  const highs = new Float64Array(known.length)
  let first: Measured | null = null
  known.forEach((m, i) => {
    const [low, high] = ends(m)
    lows[i] = low
    highs[i] = high
    if (first === null || turn * m.value! > turn * first.value!) first = m
  })
  lows.sort()
  highs.sort()
  const reached = first === null ? 0 : ends(first)[0]
  return {
    known: known.length, withFirst: known.length - count(highs, reached, false),
    of(m) {
      if (m.value === null) return null
      const [low, high] = ends(m)
      return { best: 1 + known.length - count(lows, high, true), worst: known.length - count(highs, low, false), withFirst: high >= reached }
    },
  }
}

/** What the intervals say of the first place among `total` values. */
export function boardSentence(places: Places, total: number): string {
  const missing = total - places.known
  const without = missing === 0 ? '' : ` For ${formatCount(missing)} the number is not available.`
  if (places.known === 0) return total === 0 ? 'No version has been evaluated on this data.' : `No version has this number on this data.${without}`
  if (places.known === 1) return `One version has been evaluated on this data.${without}`
  if (places.withFirst === 1) return `The first is ahead of ${places.known === 2 ? 'the other' : `all ${formatPlural(places.known - 1, 'other', 'others')}`} by more than the 95 % intervals.${without}`
  const which = places.withFirst === places.known ? (places.known === 2 ? 'The intervals of the two versions overlap' : `The intervals of all ${formatCount(places.known)} versions overlap with that of the first`) : `The intervals of ${formatCount(places.withFirst - 1)} of the ${formatCount(places.known - 1)} others overlap with that of the first`
  return `${which}, so these numbers do not establish which is ahead. Compare two of them: a paired test on the same rows tells more.${without}`
}
