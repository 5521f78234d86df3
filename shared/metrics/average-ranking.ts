// The interval of a mean over rankings (classes, labels, pairs): each ranking's own interval, joined by how the same rows move them together.
// Owns the joining; the interval of one ranking is in statistics/area-interval.ts.
import { areaInterval, precisionInterval, type Sides } from '../statistics/area-interval.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import { type Interval, normalQuantile975 } from '../statistics/wilson.ts'

/** One ranking: its value, how much each row moves it, its standard error, and its rows. */
export interface RankedClass { readonly value: number, readonly perRow: Float64Array, readonly error: number, readonly sides: Sides }

/**
 * The 95 % interval of Σ weight · ranking by the way to each bound: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008, with the correlations of the influences.
 * `classes`: the place of each row’s own ranking where the weights are shares of rows, so that their chance counts too; null: the weights are fixed.
 * `n`: rows in all, of which the influences may know a sample. Null where a ranking has no interval.
 */
export function averageInterval(kind: 'area' | 'precision', value: number, parts: readonly RankedClass[], weights: readonly number[], classes: ArrayLike<number> | null, n: number): Interval | null {
  const intervals = parts.map((part) => (kind === 'area' ? areaInterval : precisionInterval)(part.value, part.error, part.sides))
  const mean = parts.reduce((sum, part, c) => sum + weights[c]! * part.value, 0)
  const distance = (way: (part: RankedClass, interval: Interval) => number): number => {
    const moved = new Float64Array(parts[0]?.perRow.length ?? 0)
    let hidden = 0
    parts.forEach((part, c) => {
      const own = intervals[c]
      const errors = own === null || own === undefined ? NaN : way(part, own) / normalQuantile975
      // A ranking without a miss has no influences: what it may be off by stands alone.
      if (!(part.error > 0)) hidden += (weights[c]! * errors) ** 2
      else for (let i = 0; i < moved.length; i++) moved[i] = moved[i]! + weights[c]! * errors / part.error * part.perRow[i]!
    })
    if (classes !== null) for (let i = 0; i < moved.length; i++) moved[i] = moved[i]! + parts[classes[i]!]!.value - mean
    return normalQuantile975 * Math.sqrt(influenceError(moved, n) ** 2 + hidden)
  }
  const [down, up] = [distance((part, { low }) => part.value - low), distance((part, { high }) => high - part.value)]
  return Number.isFinite(down) && Number.isFinite(up) ? { low: Math.max(0, value - down), high: Math.min(1, value + up) } : null
}
