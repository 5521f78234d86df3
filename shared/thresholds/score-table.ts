// Confusion counts at every distinct score of one class against the rest. Exact; a row is selected when its score is at or above the threshold.
// Owns the table and how it is thinned for transport. Knows no goal and no file.
import type { ThresholdCounts, ThresholdPoints } from '../domain/thresholds.ts'

/** Rows that share a score, highest score first. */
export interface ScoreGroup { readonly score: number, readonly positives: number, readonly negatives: number }

/** Position i: the threshold that selects the groups 0 … i. Thresholds descend; tp and fp rise. */
export interface ScoreTable {
  readonly thresholds: Float64Array
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

/**
 * The table of groups whose scores descend strictly within [0, 1]. Where no score is 1, the first entry is the threshold 1, which selects nothing.
 */
export function scoreTable(groups: readonly ScoreGroup[]): ScoreTable {
  const none = groups.length === 0 || groups[0]!.score < 1 ? 1 : 0
  const size = groups.length + none
  const [thresholds, tp, fp] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  if (none === 1) thresholds[0] = 1
  let positives = 0, negatives = 0
  groups.forEach((group, i) => {
    positives += group.positives
    negatives += group.negatives
    const next = groups[i + 1]
    // Below the lowest score every threshold down to 0 selects all rows, and 0 says so best.
    thresholds[i + none] = next === undefined ? 0 : shortestBetween(next.score, group.score)
    tp[i + none] = positives
    fp[i + none] = negatives
  })
  return { thresholds, tp, fp, positives, negatives }
}

/** Position of the lowest group at or above `threshold`; −1: none is. */
const groupAt = (groups: readonly ScoreGroup[], threshold: number): number => {
  let low = 0, high = groups.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (groups[middle]!.score >= threshold) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** All four counts, from the two of selected rows. */
export const countsOf = (table: Pick<ScoreTable, 'positives' | 'negatives'>, tp: number, fp: number): ThresholdCounts => ({ tp, fp, fn: table.positives - tp, tn: table.negatives - fp })

interface Point { readonly threshold: number, readonly upTo: number, readonly tp: number, readonly fp: number }

function pointOf(groups: readonly ScoreGroup[], table: ScoreTable, threshold: number): Point {
  const at = groupAt(groups, threshold)
  const entry = at + table.thresholds.length - groups.length
  return at < 0 ? { threshold, upTo: 1, tp: 0, fp: 0 } : { threshold, upTo: groups[at]!.score, tp: table.tp[entry]!, fp: table.fp[entry]! }
}

/** Exact counts at any threshold. */
export function countsAt(groups: readonly ScoreGroup[], table: ScoreTable, threshold: number): ThresholdCounts {
  const { tp, fp } = pointOf(groups, table, threshold)
  return countsOf(table, tp, fp)
}

/** Entries that lie evenly along the walk from (0, 0) to (all positives, all negatives), about `most` of them, both ends among them. */
function evenEntries(table: ScoreTable, most: number): number[] {
  const last = table.thresholds.length - 1
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
export function tablePoints(groups: readonly ScoreGroup[], table: ScoreTable, most: number, also: readonly number[]): ThresholdPoints {
  const room = most - also.length
  const complete = table.thresholds.length <= room
  const half = Math.floor(room / 2)
  const entries = complete ? Array.from(table.thresholds.keys()) : evenEntries(table, half)
  const steps = [500, 200, 100, 50, 20, 10].find((n) => n <= half) ?? 0
  const rounds = complete ? [] : Array.from({ length: steps + 1 }, (_, i) => Number((i / steps).toFixed(3)))
  const thresholds = new Set([...entries.map((i) => table.thresholds[i]!), ...rounds, ...also])
  const points = [...thresholds].sort((a, b) => a - b).map((threshold) => pointOf(groups, table, threshold))
  return { complete, threshold: points.map((p) => p.threshold), upTo: points.map((p) => p.upTo), tp: points.map((p) => p.tp), fp: points.map((p) => p.fp) }
}
