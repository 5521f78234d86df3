// Control charts: what is usual of a measure over windows, which windows are out of it, and from which one on its level is another.
// Owns no measure. A change is told only where chance would make it in at most one of a hundred series.
import type { ControlChart } from '../domain/monitor.ts'
import { randomStream } from '../statistics/random.ts'

/** One window's value; `error`: its standard error from its own rows, null where that is not known. */
export interface ChartPoint { readonly at: number; readonly value: number | null; readonly error: number | null }

export interface ChartWish { readonly measure: string; readonly name: string; readonly points: readonly ChartPoint[]; readonly least?: number; readonly most?: number; /** How a value is written. */ readonly write: (value: number) => string }

const shuffles = 999
const level = 0.01
/** A level is of at least so many windows. */
const shortest = 3

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** The usual distance of neighbouring windows as a standard deviation: W. A. Shewhart's individuals chart, mean moving range ÷ 1.128. */
function movingSpread(values: readonly number[]): number {
  if (values.length < 2) return 0
  let sum = 0
  for (let i = 1; i < values.length; i++) sum += Math.abs(values[i]! - values[i - 1]!)
  return sum / (values.length - 1) / 1.128
}

interface Split { readonly place: number; readonly strength: number }

/** The split into two levels that explains most, by the sum of squares between them. */
function bestSplit(values: readonly number[]): Split {
  const n = values.length
  const all = values.reduce((sum, v) => sum + v, 0)
  let [left, best] = [0, { place: -1, strength: 0 }]
  for (let i = 1; i < n; i++) {
    left += values[i - 1]!
    if (i < shortest || n - i < shortest) continue
    const gap = left / i - (all - left) / (n - i)
    const strength = gap * gap * i * (n - i) / n
    if (strength > best.strength) best = { place: i, strength }
  }
  return best
}

/** Places where the level changes, ascending, each with its chance by shuffling the windows around it: binary segmentation, A. J. Scott and M. Knott, Biometrics 30, 1974. */
function findChanges(values: readonly number[], from: number, seed: number): { readonly place: number; readonly chance: number }[] {
  if (values.length < 2 * shortest) return []
  const found = bestSplit(values)
  if (found.place < 0) return []
  const random = randomStream(seed)
  const mixed = [...values]
  let as = 1
  for (let s = 0; s < shuffles; s++) {
    for (let i = mixed.length - 1; i > 0; i--) { const j = random.below(i + 1); [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!] }
    if (bestSplit(mixed).strength >= found.strength * (1 - 1e-12)) as++
    // Ten of a thousand as strong are one in a hundred already.
    if (as > (shuffles + 1) * level) return []
  }
  return [...findChanges(values.slice(0, found.place), from, seed + 1), { place: from + found.place, chance: as / (shuffles + 1) }, ...findChanges(values.slice(found.place), from + found.place, seed + 2)]
}

/** The chart of a measure; null for fewer than two windows with a value. The limits lie three standard deviations around the centre of each window's level. */
export function controlChart({ measure, name, points, least = -Infinity, most = Infinity, write }: ChartWish): ControlChart | null {
  const places = points.flatMap((p, i) => (p.value === null || !Number.isFinite(p.value) ? [] : [i]))
  if (places.length < 2) return null
  const values = places.map((i) => points[i]!.value!)
  const changes = findChanges(values, 0, 1)
  const ends = [0, ...changes.map((c) => c.place), values.length]
  const levels = ends.slice(1).map((end, s) => mean(values.slice(ends[s], end)))
  const levelOf = (k: number): number => ends.slice(1).findIndex((end) => k < end)
  // The first level is what is usual; what comes later is held against it.
  const centre = levels[0]!
  const spread = movingSpread(values.slice(0, ends[1]))
  const limits: ControlChart['limits'] = points.map(() => null)
  const out: number[] = []
  places.forEach((i, k) => {
    const { error } = points[i]!
    // Windows of many rows still differ by more than their own chance, so the wider of both counts.
    const width = 3 * Math.max(error ?? 0, spread)
    limits[i] = { low: Math.max(least, centre - width), high: Math.min(most, centre + width) }
    if (Math.abs(values[k]! - centre) > width + 1e-12) out.push(i)
  })
  return {
    measure, name, centre, limits, out,
    changes: changes.map(({ place, chance }) => {
      const at = places[place]!
      const [before, after] = [levels[levelOf(place - 1)]!, levels[levelOf(place)]!]
      return { window: at, at: points[at]!.at, before, after, chance, sentence: `${name} ${after > before ? 'rose' : 'fell'} from ${write(before)} to ${write(after)}.` }
    }),
  }
}
