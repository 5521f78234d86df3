// Every measure of drift of one column between a stored profile and live rows, of which the bins alone are known, or the values too.
// The one place that PSI over live rows is computed: the bundle's server, the desktop and the command line go through `countedDrift`.
import { freedomOf, liveCells, referenceCells, type CodeCounts } from './cells.ts'
import { chiSquareTest, jensenShannon, psi, totalVariation, type ChiSquare } from './divergence.ts'
import type { Bins, CategoryBins, NumericBins, Sketch } from './reference.ts'
import { momentsOfSketch, pathDistance, pathOfSample, pathOfSketch } from './sketch.ts'
import { limitChance } from './two-samples.ts'

/** What the server tells of a column, and every limit of a bundle is about. */
export interface CountedDrift {
  /** null: the column has no bins, or they cannot differ. */
  readonly psi: number | null
  readonly missing: number
  readonly unseen: number | null
  readonly outside: number | null
}

/** From counts by code of at least one row. */
export function countedDrift(bins: Bins, live: CodeCounts): CountedDrift {
  const missing = live.missing / live.rows
  if (bins.kind === 'none') return { psi: null, missing, unseen: null, outside: null }
  const apart = psi(referenceCells(bins), liveCells(bins, live), 'half a row')
  return {
    psi: freedomOf(bins) === 0 || Number.isNaN(apart) ? null : apart, missing,
    unseen: bins.kind === 'categorical' ? live.unseen / live.rows : null, outside: bins.kind === 'numeric' ? (live.below + live.above) / live.rows : null,
  }
}

/** Distances of the shape: what the bins tell of them, or a sample of live values beside the profile's sketch. */
export interface ShapeDrift {
  readonly kolmogorovSmirnov: { readonly statistic: number; readonly p: number }
  /** In the unit of the column; and in standard deviations of the profile, null where it has none. */
  readonly wasserstein: number
  readonly wassersteinScaled: number | null
  /** `values`: live values were at hand. `bins`: only their bins, so that the gap may be larger between two edges. */
  readonly from: 'values' | 'bins'
}

/** The cells of bins as a sketch: rows lie evenly in each, the outer ones from and to the usual range. */
function sketchOfBins({ edges, low, high }: Pick<NumericBins, 'edges' | 'low' | 'high'>, counts: readonly number[]): Sketch {
  const first = edges[0] ?? low
  const last = edges.at(-1) ?? high
  return { from: [Math.min(low, first), ...edges], to: [...edges, Math.max(high, last)], counts: [...counts] }
}

function shapeOf(bins: NumericBins, live: readonly number[], sample: Float64Array | null): ShapeDrift | null {
  const rows = sample === null ? live.reduce((sum, c) => sum + c, 0) : sample.length
  const held = bins.counts.reduce((sum, c) => sum + c, 0)
  if (rows === 0 || held === 0) return null
  const own = bins.sketch ?? sketchOfBins(bins, bins.counts)
  const { gap, area } = sample === null ? pathDistance(pathOfSketch(sketchOfBins(bins, bins.counts)), pathOfSketch(sketchOfBins(bins, live))) : pathDistance(pathOfSketch(own), pathOfSample(sample))
  const { standardDeviation } = momentsOfSketch(own)
  return {
    kolmogorovSmirnov: { statistic: gap, p: limitChance(gap, held, rows) }, wasserstein: area, wassersteinScaled: standardDeviation > 0 ? area / standardDeviation : null,
    from: sample === null ? 'bins' : 'values',
  }
}

export interface MeasuredColumn extends CountedDrift {
  readonly jensenShannon: number
  readonly totalVariation: number
  readonly chiSquare: ChiSquare
  /** Numbers alone. */
  readonly shape: ShapeDrift | null
}

/** All measures. `sample`: the sorted live values without NaN, where they are known. Null where the column has no bins or the window no value. */
export function measureColumn(bins: Bins, live: CodeCounts, sample: Float64Array | null = null): MeasuredColumn | null {
  if (bins.kind === 'none' || live.rows === 0) return null
  const [own, cells] = [referenceCells(bins), liveCells(bins, live)]
  if (cells.every((c) => c === 0)) return null
  return {
    ...countedDrift(bins, live), jensenShannon: jensenShannon(own, cells), totalVariation: totalVariation(own, cells), chiSquare: chiSquareTest(own, cells),
    shape: bins.kind === 'numeric' ? shapeOf(bins, cells, sample) : null,
  }
}

/** Another window in the place of the profile: the same bins with its counts, so that window is compared with window. */
export function binsOfWindow<B extends Bins>(bins: B, live: CodeCounts): B {
  if (bins.kind === 'none') return { ...bins, rows: live.rows, missing: live.missing }
  const cells = liveCells(bins, live)
  if (bins.kind === 'numeric') {
    const { sketch: _, ...rest } = bins as NumericBins & B
    return { ...rest, rows: live.rows, missing: live.missing, counts: cells, outside: live.below + live.above } as unknown as B
  }
  return { ...(bins as CategoryBins & B), rows: live.rows, missing: live.missing, counts: cells.slice(0, bins.counts.length), other: live.unseen }
}
