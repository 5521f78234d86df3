// The cells over which drift is measured: what counts where, of the stored profile and of codes that came live.
// Numbers: their bins, the outermost with what is out of range; missing ones are counted apart. Texts: their categories, all others, and missing.
import { code, type Bins, type CategoryBins, type NumericBins } from './reference.ts'

/** Counts of the profile, cell by cell. */
export function referenceCells(bins: NumericBins | CategoryBins): readonly number[] {
  return bins.kind === 'numeric' ? bins.counts : [...bins.counts, bins.other, bins.missing]
}

/** The cell of a code; -1: it belongs to none. */
export function cellOf(bins: NumericBins | CategoryBins, value: number): number {
  if (value >= 0) return value
  if (bins.kind === 'numeric') return value === code.below ? 0 : value === code.above ? bins.counts.length - 1 : -1
  return value === code.missing ? bins.counts.length + 1 : bins.counts.length
}

/** Degrees of freedom of the profile: cells that hold something, less one. */
export const freedomOf = (bins: NumericBins | CategoryBins): number => Math.max(0, referenceCells(bins).filter((c) => c > 0).length - 1)

/** Counts by code of a stretch of live rows. */
export interface CodeCounts {
  readonly rows: number
  /** Rows by bin, then as `missing`, `unseen` and `outside`. */
  readonly bins: ArrayLike<number>
  readonly missing: number
  readonly unseen: number
  readonly below: number
  readonly above: number
}

/** Live counts, cell by cell as in `referenceCells`. */
export function liveCells(bins: NumericBins | CategoryBins, live: CodeCounts): number[] {
  const counts = Array.from({ length: bins.counts.length }, (_, i) => live.bins[i] ?? 0)
  if (bins.kind === 'categorical') return [...counts, live.unseen, live.missing]
  counts[0]! += live.below
  counts[counts.length - 1]! += live.above
  return counts
}

export interface Rates { readonly missing: number; readonly unseen: number | null; readonly outside: number | null }

/** Shares of rows that are missing, of no named category, or out of range, in the profile. */
export function referenceRates(bins: Bins): Rates {
  const share = (n: number): number => (bins.rows === 0 ? 0 : n / bins.rows)
  return { missing: share(bins.missing), unseen: bins.kind === 'categorical' ? share(bins.other) : null, outside: bins.kind === 'numeric' ? share(bins.outside) : null }
}
