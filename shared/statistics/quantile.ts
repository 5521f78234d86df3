// Quantiles of a sorted sample. Owns no sorting.

/**
 * The q-quantile of a sample sorted ascending (not empty), by linear interpolation between order statistics at position q·(n − 1):
 * definition 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996; numpy's default.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  const share = position - below
  // From the nearer end, so that share 1 gives exactly the upper value.
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
}
