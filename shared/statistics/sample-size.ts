// How many rows a paired comparison needs, and which difference so many rows can tell. Owns no test.
// Two-sided throughout: `level` is the chance of a false alarm, `power` that of seeing a difference that is there.
import { normalQuantile } from './distributions.ts'

export interface Design { /** Such as 0.05. */ readonly level: number, /** Such as 0.8. */ readonly power: number }

/**
 * Rows at which a paired t test (or a normal test with this variance a row) sees a mean difference of `difference`.
 * `variance`: of the per-row difference, above 0. W. C. Guenther, "Sample size formulas for normal theory t tests", Am. Statistician 35, 1981, for the last term.
 */
export function rowsForMean(difference: number, variance: number, { level, power }: Design): number {
  const z = normalQuantile(1 - level / 2)
  return Math.ceil((z + normalQuantile(power)) ** 2 * variance / difference ** 2 + z * z / 2)
}

/** The mean difference that `rows` rows tell with this power. */
export function detectableMean(rows: number, variance: number, { level, power }: Design): number {
  return (normalQuantile(1 - level / 2) + normalQuantile(power)) * Math.sqrt(variance / Math.max(1, rows - normalQuantile(1 - level / 2) ** 2 / 2))
}

/**
 * Rows at which McNemar's test sees a difference of two shares, where `differing` (at least the difference) is the share of rows that only one side has right.
 * O. S. Miettinen, "The matched pairs design in the case of all-or-none responses", Biometrics 24, 1968, in R. J. Connor's form, Biometrics 43, 1987;
 * the addition for the exact or corrected test, a pair each way, after J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 2003.
 */
export function rowsForShares(difference: number, differing: number, { level, power }: Design): number {
  const size = Math.abs(difference)
  const spread = Math.max(differing, size)
  const plain = (normalQuantile(1 - level / 2) * Math.sqrt(spread) + normalQuantile(power) * Math.sqrt(Math.max(0, spread - size ** 2))) ** 2 / size ** 2
  // The correction moves |b − c| by one towards 0: in rows, n grows until n·size − 1 is as many deviations as n·size was.
  return Math.ceil(plain / 4 * (1 + Math.sqrt(1 + 4 / (plain * size))) ** 2)
}

/** The difference of two shares that `rows` rows tell with this power; null where no difference up to 1 can be. */
export function detectableShares(rows: number, differing: number, design: Design): number | null {
  let [low, high] = [0, 1]
  if (rowsForShares(1, differing, design) > rows) return null
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (middle === 0 || rowsForShares(middle, differing, design) > rows) low = middle
    else high = middle
  }
  return high
}
