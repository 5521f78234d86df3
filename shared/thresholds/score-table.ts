// Confusion counts at every distinct score of one class against the rest. Exact; a row is selected when its score is at or above the threshold.
// Owns the table and how it is thinned for transport. Knows no goal and no file.
import type { ThresholdCounts, ThresholdPoints } from '../domain/thresholds.ts'

/** Rows that share a score, highest score first: three columns of equal length, scores descending strictly within [0, 1]. */
export interface ScoreGroups { readonly scores: Float64Array, readonly positives: Float64Array, readonly negatives: Float64Array }

/** Position i: the score that selects itself and all above it. Scores descend; tp and fp rise. */
export interface ScoreTable {
  readonly scores: Float64Array
  readonly tp: Float64Array
  readonly fp: Float64Array
  readonly positives: number
  readonly negatives: number
}

/** The shortest decimal number in (low, high], low < high: it selects the same rows as `high` and can be typed. */
export function shortestBetween(low: number, high: number): number {
  for (let digits = 0; digits <= 15; digits++) {
    const scale = 10 ** digits
    // The candidate is rounded by its text, so that the number is the one that a reader would type.
    const value = Number((Math.floor(high * scale) / scale).toFixed(digits))
    if (value > low && value <= high) return value
  }
  return high
}

/** The table of groups. Where no score is 1, the first entry is 1, which selects nothing. Ten million different scores take half a gibibyte with their groups. */
export function scoreTable(groups: ScoreGroups): ScoreTable {
  const none = groups.scores.length === 0 || groups.scores[0]! < 1 ? 1 : 0
  const size = groups.scores.length + none
  const [scores, tp, fp] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  scores.set(groups.scores, none)
  if (none === 1) scores[0] = 1
  let positives = 0, negatives = 0
  for (let i = none; i < size; i++) {
    tp[i] = positives += groups.positives[i - none]!
    fp[i] = negatives += groups.negatives[i - none]!
  }
  return { scores, tp, fp, positives, negatives }
}

/** The threshold of entry i that reads shortest. Below the lowest score every threshold down to 0 selects all rows, and 0 says so best. */
export function thresholdOf(table: ScoreTable, i: number): number {
  if (table.tp[i]! + table.fp[i]! === 0) return 1
  return i === table.scores.length - 1 ? 0 : shortestBetween(table.scores[i + 1]!, table.scores[i]!)
}

/** Position of the lowest score at or above `threshold`, which is at most 1. */
function entryAt(table: ScoreTable, threshold: number): number {
  let low = 0, high = table.scores.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (table.scores[middle]! >= threshold) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** All four counts, from the two of selected rows. */
export const countsOf = (table: Pick<ScoreTable, 'positives' | 'negatives'>, tp: number, fp: number): ThresholdCounts => ({ tp, fp, fn: table.positives - tp, tn: table.negatives - fp })

/** Exact counts at any threshold from 0 to 1. */
export function countsAt(table: ScoreTable, threshold: number): ThresholdCounts {
  const at = entryAt(table, threshold)
  return countsOf(table, table.tp[at]!, table.fp[at]!)
}

/** Entries that lie evenly along the walk from (0, 0) to (all positives, all negatives), about `most` of them, both ends among them. */
function evenEntries(table: ScoreTable, most: number): number[] {
  const last = table.scores.length - 1
  const kept = [0]
  const along = (i: number): number => table.tp[i]! / Math.max(1, table.positives) + table.fp[i]! / Math.max(1, table.negatives)
  const [start, step] = [along(0), (along(last) - along(0)) / Math.max(1, most - 1)]
  let next = start + step
  for (let i = 1; i < last; i++) {
    if (along(i) < next) continue
    kept.push(i)
    next = along(i) + step
  }
  if (last > 0) kept.push(last)
  return kept
}

/**
 * At most about `most` points, each exact, thresholds ascending: all of them, or every so many and the round thresholds between 0 and 1.
 * `also` are always among them.
 */
export function tablePoints(table: ScoreTable, most: number, also: readonly number[]): ThresholdPoints {
  const room = most - also.length
  const complete = table.scores.length <= room
  const half = Math.floor(room / 2)
  const entries = complete ? Array.from(table.scores.keys()) : evenEntries(table, half)
  const steps = [500, 200, 100, 50, 20, 10].find((n) => n <= half) ?? 0
  const rounds = complete ? [] : Array.from({ length: steps + 1 }, (_, i) => Number((i / steps).toFixed(3)))
  const threshold = [...new Set([...entries.map((i) => thresholdOf(table, i)), ...rounds, ...also])].sort((a, b) => a - b)
  const at = threshold.map((t) => entryAt(table, t))
  return { complete, threshold, upTo: at.map((i) => table.scores[i]!), tp: at.map((i) => table.tp[i]!), fp: at.map((i) => table.fp[i]!) }
}
