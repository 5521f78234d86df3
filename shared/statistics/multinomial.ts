// Random counts: binomial and multinomial draws from an explicit stream. Owns no interval.
import { logGamma } from './distributions.ts'
import type { RandomStream } from './random.ts'

/** Below this many expected hits counting one by one is as fast as rejection. */
const fewHits = 10

/** The number of hits in `n` trials of chance `p`, 0 ≤ p ≤ 1. Exact for every n up to 2^53. */
export function drawBinomial(random: RandomStream, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p)
  return n * p < fewHits ? drawByWaiting(random, n, p) : drawByRejection(random, n, p)
}

/** Adds geometric waiting times until the trials are used up: L. Devroye, Non-Uniform Random Variate Generation, 1986, chapter X.4. */
function drawByWaiting(random: RandomStream, n: number, p: number): number {
  const scale = Math.log1p(-p)
  let hits = 0
  let used = 0
  for (;;) {
    used += Math.floor(Math.log(1 - random.next()) / scale) + 1
    if (used > n) return hits
    hits++
  }
}

/** Transformed rejection (BTRS): W. Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul. 46, 1993. Needs n·p ≥ 10, p ≤ ½. */
function drawByRejection(random: RandomStream, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const alpha = (2.83 + 5.1 / b) * deviation
  const quick = 0.92 - 4.2 / b
  const mode = Math.floor((n + 1) * p)
  const odds = Math.log(p / (1 - p))
  const peak = logGamma(mode + 1) + logGamma(n - mode + 1)
  for (;;) {
    const u = random.next() - 0.5
    const v = random.next()
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor((2 * a / edge + b) * u + centre)
    if (k < 0 || k > n) continue
    if (edge >= 0.07 && v <= quick) return k
    if (Math.log(v * alpha / (a / (edge * edge) + b)) <= peak - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * odds) return k
  }
}

/** Draws as many items as `counts` holds, each falling into cell i with the share counts[i] ÷ total, into `out`: what resampling the rows does to a table of counts. */
export function redrawCounts(random: RandomStream, counts: ArrayLike<number>, out: Float64Array): void {
  let items = 0
  for (let i = 0; i < counts.length; i++) items += counts[i]!
  redrawShares(random, counts, items, out)
}

/** As `redrawCounts`, with `items` draws and weights that need not be whole. */
export function redrawShares(random: RandomStream, weights: ArrayLike<number>, items: number, out: Float64Array): void {
  let weight = 0
  for (let i = 0; i < weights.length; i++) weight += weights[i]!
  let left = items
  for (let i = 0; i < weights.length; i++) {
    const own = weights[i]!
    const drawn = own === 0 || left === 0 ? 0 : own >= weight * (1 - 1e-12) ? left : drawBinomial(random, left, own / weight)
    out[i] = drawn
    left -= drawn
    weight -= own
  }
}
