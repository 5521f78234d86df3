// Bootstrap intervals of any statistic of rows, from an explicit random stream: the same seed gives the same interval.
// For paired differences let the statistic compute both models on the same drawn rows.
import { normalQuantile, normalTail } from './distributions.ts'
import { quantile } from './quantile.ts'
import { randomStream } from './random.ts'
import type { Interval } from './wilson.ts'

export interface BootstrapOptions {
  /** Rows to draw from, at least one. */
  readonly n: number
  readonly seed: number
  readonly resamples?: number
  /** Such as 0.95. */
  readonly level?: number
  /** `bca` corrects for bias and skewness. */
  readonly method?: 'percentile' | 'bca'
}

/** Above this many rows the acceleration comes from leaving out groups of rows instead of single ones. */
const mostJackknife = 400

/**
 * The interval of `statistic` over resampled rows. `statistic` gets row indices with repetition (do not keep the array) and gives NaN where it is
 * undefined; such draws are left out, and null comes back when fewer than half of them are defined.
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 14.
 */
export function bootstrapInterval(options: BootstrapOptions, statistic: (rows: Uint32Array) => number): Interval | null {
  const { n, resamples = 2000, level = 0.95, method = 'bca' } = options
  const random = randomStream(options.seed)
  const rows = new Uint32Array(n)
  const drawn = new Float64Array(resamples)
  let defined = 0
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) rows[i] = random.below(n)
    const value = statistic(rows)
    if (!Number.isNaN(value)) drawn[defined++] = value
  }
  if (defined < resamples / 2) return null
  const sorted = drawn.slice(0, defined).sort()
  const tail = (1 - level) / 2
  if (method === 'percentile') return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
  for (let i = 0; i < n; i++) rows[i] = i
  const observed = statistic(rows)
  if (Number.isNaN(observed)) return null
  const bias = biasOf(sorted, observed)
  const acceleration = accelerationOf(n, statistic)
  const share = (z: number) => normalTail(-(bias + (bias + z) / (1 - acceleration * (bias + z))))
  const z = normalQuantile(tail)
  return { low: quantile(sorted, share(z)), high: quantile(sorted, share(-z)) }
}

/** z₀: how far the observed value sits from the middle of the drawn ones; ties count half. */
function biasOf(sorted: Float64Array, observed: number): number {
  let below = 0
  for (const value of sorted) below += value < observed ? 1 : value === observed ? 0.5 : 0
  // At the very ends z₀ would be infinite; half a draw keeps it finite.
  return normalQuantile(Math.min(1 - 0.5 / sorted.length, Math.max(0.5 / sorted.length, below / sorted.length)))
}

/** a: a sixth of the skewness of the values with one row (or one group of rows) left out; 0 where they do not vary. */
function accelerationOf(n: number, statistic: (rows: Uint32Array) => number): number {
  const groups = Math.min(n, mostJackknife)
  const values: number[] = []
  for (let g = 0; g < groups; g++) {
    const kept: number[] = []
    for (let i = 0; i < n; i++) if (i % groups !== g) kept.push(i)
    const value = kept.length === 0 ? NaN : statistic(Uint32Array.from(kept))
    if (!Number.isNaN(value)) values.push(value)
  }
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  const squares = values.reduce((sum, v) => sum + (mean - v) ** 2, 0)
  const cubes = values.reduce((sum, v) => sum + (mean - v) ** 3, 0)
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0
}
