// Everything that can be said of one column in two samples whose values are at hand: shape, bins, divergences and tests.
// The bins here are the plain deciles and equal widths of the literature; those of the stored profile are made in bin-numbers.ts.
import { quantile } from '../statistics/quantile.ts'
import { chiSquareTest, jensenShannon, psi, totalVariation } from './divergence.ts'
import { kolmogorovSmirnov, sortedSample, wasserstein } from './two-samples.ts'

export interface BinnedDrift { readonly edges: readonly number[]; readonly reference: readonly number[]; readonly current: readonly number[]; readonly psi: number; readonly jensenShannon: number }
export interface SampleShape { readonly rows: number; readonly missingShare: number; readonly mean: number; /** Of the sample, over n − 1. */ readonly standardDeviation: number; readonly median: number }
export interface NumericDrift {
  readonly reference: SampleShape
  readonly current: SampleShape
  /** Ten bins at the reference's deciles; equal deciles are one edge. */
  readonly deciles: BinnedDrift
  /** Ten equal widths from the reference's smallest to its largest value, the outer ones open. */
  readonly equalWidth: BinnedDrift
  readonly kolmogorovSmirnov: { readonly statistic: number; readonly p: number }
  /** In the unit of the column, and in standard deviations of the reference. */
  readonly wasserstein: number
  readonly wassersteinScaled: number
}

const bins = 10

function shapeOf(sorted: Float64Array, rows: number): SampleShape {
  let sum = 0
  for (const x of sorted) sum += x
  const mean = sum / sorted.length
  let squares = 0
  for (const x of sorted) squares += (x - mean) ** 2
  return { rows: sorted.length, missingShare: (rows - sorted.length) / rows, mean, standardDeviation: Math.sqrt(squares / (sorted.length - 1)), median: quantile(sorted, 0.5) }
}

/** Values in each bin: [−∞, e1), [e1, e2), … [ek, ∞). */
function countBins(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0)
  let bin = 0
  for (const x of sorted) {
    while (bin < edges.length && x >= edges[bin]!) bin++
    counts[bin]!++
  }
  return counts
}

function binned(a: Float64Array, b: Float64Array, edges: readonly number[]): BinnedDrift {
  const [reference, current] = [countBins(a, edges), countBins(b, edges)]
  return { edges, reference, current, psi: psi(reference, current), jensenShannon: jensenShannon(reference, current) }
}

/** Edges between `bins` parts, without both ends. */
const steps = (at: (share: number) => number): number[] => Array.from({ length: bins + 1 }, (_, i) => at(i === bins ? 1 : i * (1 / bins)))

/** Compares two samples of numbers; NaN is missing. Both need at least one value. */
export function numericDrift(reference: ArrayLike<number>, current: ArrayLike<number>): NumericDrift {
  const [a, b] = [sortedSample(reference), sortedSample(current)]
  const [low, high] = [a[0]!, a[a.length - 1]!]
  const width = (high - low) / bins
  const own = shapeOf(a, reference.length)
  const distance = wasserstein(a, b)
  return {
    reference: own, current: shapeOf(b, current.length),
    deciles: binned(a, b, [...new Set(steps((share) => quantile(a, share)))].slice(1, -1)),
    equalWidth: binned(a, b, Array.from({ length: bins - 1 }, (_, i) => low + (i + 1) * width)),
    kolmogorovSmirnov: kolmogorovSmirnov(a, b), wasserstein: distance, wassersteinScaled: distance / own.standardDeviation,
  }
}

export interface CategoryDrift {
  /** Every value of either sample, sorted by its text; '' is missing. */
  readonly categories: readonly string[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
  readonly psi: number
  readonly jensenShannon: number
  readonly totalVariation: number
  readonly chiSquare: { readonly statistic: number; readonly freedom: number; readonly p: number }
  readonly appeared: readonly string[]
  readonly disappeared: readonly string[]
}

/** Compares how often each value occurs in two samples. */
export function categoryDrift(reference: ReadonlyMap<string, number>, current: ReadonlyMap<string, number>): CategoryDrift {
  const categories = [...new Set([...reference.keys(), ...current.keys()])].sort()
  const [a, b] = [categories.map((c) => reference.get(c) ?? 0), categories.map((c) => current.get(c) ?? 0)]
  return {
    categories, reference: a, current: b, psi: psi(a, b), jensenShannon: jensenShannon(a, b), totalVariation: totalVariation(a, b), chiSquare: chiSquareTest(a, b),
    appeared: categories.filter((_, i) => a[i] === 0), disappeared: categories.filter((_, i) => b[i] === 0),
  }
}
