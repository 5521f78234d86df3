// Windows of live rows as chance makes them, drawn as counts: profiles are made from real samples by the bundle's own code, live rows from the same law, or from a shifted one.
import { categoryBins } from '../../shared/drift/bin-categories.ts'
import { countNumbers, numericBins } from '../../shared/drift/bin-numbers.ts'
import type { CodeCounts } from '../../shared/drift/cells.ts'
import type { WatchedColumn } from '../../shared/drift/judge-window.ts'
import type { Bins } from '../../shared/drift/reference.ts'
import { logGamma, normalQuantile, normalTail } from '../../shared/statistics/distributions.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'

/** A draw of a binomial law by walking outwards from its middle: exact, and of as many steps as it spreads. */
export function binomial(n: number, p: number, random: RandomStream): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  const mode = Math.min(n, Math.floor((n + 1) * p))
  const atMode = Math.exp(logGamma(n + 1) - logGamma(mode + 1) - logGamma(n - mode + 1) + mode * Math.log(p) + (n - mode) * Math.log1p(-p))
  let left = random.next() - atMode
  if (left < 0) return mode
  let [down, up, low, high] = [mode, mode, atMode, atMode]
  while (down > 0 || up < n) {
    if (up < n) { high *= ((n - up) / (up + 1)) * (p / (1 - p)); up++; left -= high; if (left < 0) return up }
    if (down > 0) { low *= (down / (n - down + 1)) * ((1 - p) / p); down--; left -= low; if (left < 0) return down }
    if (high < 1e-18 && low < 1e-18) break
  }
  return mode
}

/** Rows of each cell; the chances sum to one. */
export function multinomial(rows: number, chances: readonly number[], random: RandomStream): number[] {
  let [left, mass] = [rows, 1]
  return chances.map((p, i) => {
    const drawn = i === chances.length - 1 ? left : binomial(left, Math.min(1, Math.max(0, p / mass)), random)
    left -= drawn
    mass -= p
    return drawn
  })
}

/** A column's law: a sample of it, and the share below a value. `shift`: of numbers, in standard deviations. */
interface Law { readonly missing: number; draw(random: RandomStream, rows: number): Bins; chances(bins: Bins, shift: number): number[] }

const withMissing = (rows: number, missing: number, random: RandomStream): number => binomial(rows, missing, random)

/** Chances of the codes of numeric bins: every bin within the usual range, below, above. */
function numericChances(bins: Bins, below: (x: number) => number): number[] {
  if (bins.kind !== 'numeric') throw new Error('no bins')
  const cut = (x: number): number => Math.min(below(bins.high), Math.max(below(bins.low), below(x)))
  const at = [below(bins.low), ...bins.edges.map(cut), below(bins.high)]
  return [...at.slice(1).map((b, i) => Math.max(0, b - at[i]!)), below(bins.low), Math.max(0, 1 - below(bins.high))]
}

const normal = (x: number): number => normalTail(-x)
/** A normal column, written as its shares: bins follow ranks, so no bin knows the difference. */
const smooth: Law = {
  missing: 0,
  draw: (random, rows) => numericBins(countNumbers(Float64Array.from({ length: rows }, () => random.next())), 0),
  chances: (bins, shift) => numericChances(bins, (x) => (shift === 0 ? Math.min(1, Math.max(0, x)) : normal(normalQuantile(x) - shift))),
}
/** Whole numbers from 0 to 11, and one cell in twenty missing. */
const whole: Law = {
  missing: 0.05,
  draw(random, rows) {
    const missing = withMissing(rows, 0.05, random)
    return numericBins(countNumbers(Float64Array.from({ length: rows - missing }, () => Math.floor(12 * random.next() ** 1.5))), missing)
  },
  chances: (bins, shift) => numericChances(bins, (x) => Math.min(1, Math.max(0, (Math.floor(x) + 1) / 12)) ** (1 / (1.5 * Math.exp(shift)))),
}
/** Nine rows in ten hold 0, the others spread wide. */
const heavy: Law = {
  missing: 0,
  draw: (random, rows) => numericBins(countNumbers(Float64Array.from({ length: rows }, () => (random.next() < 0.9 ? 0 : 1 / (1 - random.next())))), 0),
  chances: (bins, shift) => numericChances(bins, (x) => (x < 0 ? 0 : 0.9 - shift / 4 + (0.1 + shift / 4) * (x <= 1 ? 0 : 1 - 1 / x))),
}
const zipf = (categories: number): readonly number[] => {
  const raw = Array.from({ length: categories }, (_, i) => 1 / (i + 1))
  const sum = raw.reduce((a, b) => a + b)
  return raw.map((r) => r / sum)
}
/** Texts of so many categories by Zipf's law, one cell in fifty missing. */
const texts = (categories: number): Law => {
  const shares = zipf(categories)
  return {
    missing: 0.02,
    draw(random, rows) {
      const missing = withMissing(rows, 0.02, random)
      return categoryBins(multinomial(rows - missing, shares, random).map((count, i) => ({ value: `c${i}`, count })).filter((c) => c.count > 0), missing)
    },
    chances(bins, shift) {
      if (bins.kind !== 'categorical') throw new Error('no bins')
      const raw = shares.map((s, i) => s * Math.exp(-shift * (i / categories)))
      const sum = raw.reduce((a, b) => a + b)
      const named = bins.categories.map((c) => raw[Number(c.slice(1))]! / sum)
      return [...named, Math.max(0, 1 - named.reduce((a, b) => a + b, 0))]
    },
  }
}

const laws: readonly Law[] = [smooth, smooth, smooth, whole, smooth, texts(6), smooth, heavy, smooth, texts(60)]

function liveCounts(law: Law, bins: Bins, rows: number, shift: number, random: RandomStream): CodeCounts {
  const missing = binomial(rows, law.missing, random)
  const drawn = multinomial(rows - missing, law.chances(bins, shift), random)
  if (bins.kind === 'numeric') {
    const [below, above] = drawn.slice(-2)
    return { rows, bins: drawn.slice(0, -2), missing, unseen: 0, below: below!, above: above! }
  }
  return { rows, bins: drawn.slice(0, -1), missing, unseen: drawn.at(-1)!, below: 0, above: 0 }
}

export interface SimulatedWindow { readonly columns: number; readonly rows: number; readonly profile: number; /** Shift of the first column, a normal one, in standard deviations. */ readonly shift: number }

/** One profile and one window of live rows, both drawn anew. */
export function simulateWindow({ columns, rows, profile, shift }: SimulatedWindow, seed: number): WatchedColumn[] {
  const random = randomStream(seed)
  return Array.from({ length: columns }, (_, c) => {
    const law = laws[c % laws.length]!
    const bins = law.draw(random, profile)
    return { column: `column ${c}`, bins, live: liveCounts(law, bins, rows, c === 0 ? shift : 0, random) }
  })
}

/** What PSI a shift of the normal column amounts to with so many rows that chance plays no part, over twenty equal bins. */
export function truePsi(shift: number, cells: number): number {
  const edges = Array.from({ length: cells - 1 }, (_, i) => normalQuantile((i + 1) / cells))
  const at = [0, ...edges.map((e) => normal(e - shift)), 1]
  return at.slice(1).reduce((sum, b, i) => { const q = b - at[i]!; return sum + (q - 1 / cells) * Math.log(q * cells) }, 0)
}
