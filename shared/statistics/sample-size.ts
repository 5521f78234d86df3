// How many rows a paired comparison needs, and which difference so many rows can tell. Owns no test.
// Two-sided throughout: `level` is the chance of a false alarm, `power` that of seeing a difference that is there.
import { binomialUpTo, logGamma, normalQuantile } from './distributions.ts'

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

/** Above so many expected differing rows the normal formula below is as good as counting. */
const mostCounted = 400
/** Fewer differing rows than this are tested by the exact binomial test, more by the corrected χ². */
const exactBelow = 25

/** The fewest of `apart` differing rows that one side must have right for the test to tell, two-sided; more than `apart` when none would do. */
function fewestToTell(apart: number, level: number): number {
  if (apart >= exactBelow) return Math.floor((apart + 1 + normalQuantile(1 - level / 2) * Math.sqrt(apart)) / 2) + 1
  let least = Math.floor(apart / 2) + 1
  while (least <= apart && 2 * binomialUpTo(apart - least, apart, 0.5) >= level) least++
  return least
}

/** The chance that McNemar's test sees the difference among `rows` rows, summed over every number of differing rows that is at all likely. */
function powerOfShares(rows: number, difference: number, differing: number, level: number): number {
  const mean = rows * differing
  const reach = 7 * Math.sqrt(mean * (1 - differing)) + 7
  const chance = Math.min(1, (differing + difference) / (2 * differing))
  let power = 0
  for (let apart = Math.max(0, Math.floor(mean - reach)); apart <= Math.min(rows, mean + reach); apart++) {
    const weight = Math.exp(logGamma(rows + 1) - logGamma(apart + 1) - logGamma(rows - apart + 1) + apart * Math.log(differing) + (differing === 1 ? 0 : (rows - apart) * Math.log1p(-differing)))
    const least = fewestToTell(apart, level)
    if (least <= apart) power += weight * (chance === 1 ? 1 : 1 - binomialUpTo(least - 1, apart, chance))
  }
  return power
}

/** By the normal approximation, with the correction that moves |b − c| by one towards 0: n grows until n·size − 1 is as many deviations as n·size was. */
function rowsByFormula(size: number, spread: number, { level, power }: Design): number {
  const plain = (normalQuantile(1 - level / 2) * Math.sqrt(spread) + normalQuantile(power) * Math.sqrt(Math.max(0, spread - size ** 2))) ** 2 / size ** 2
  return Math.ceil(plain / 4 * (1 + Math.sqrt(1 + 4 / (plain * size))) ** 2)
}

/**
 * Rows at which McNemar's test sees a difference of two shares, where `differing` (at least the difference) is the share of rows that only one side has right.
 * O. S. Miettinen, "The matched pairs design in the case of all-or-none responses", Biometrics 24, 1968, in R. J. Connor's form, Biometrics 43, 1987;
 * where few rows differ, by counting every outcome.
 */
export function rowsForShares(difference: number, differing: number, design: Design): number {
  const size = Math.abs(difference)
  const spread = Math.min(1, Math.max(differing, size))
  const formula = rowsByFormula(size, spread, design)
  if (formula * spread > mostCounted) return formula
  let [low, high] = [1, 2 * formula + 20]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (powerOfShares(middle, size, spread, design.level) < design.power) low = middle
    else high = middle
  }
  return high
}

/** The difference of two shares that `rows` rows tell with this power; null where no difference up to 1 can be. */
export function detectableShares(rows: number, differing: number, design: Design): number | null {
  const tells = (size: number): boolean => {
    const spread = Math.min(1, Math.max(differing, size))
    return rows * spread > mostCounted ? rowsByFormula(size, spread, design) <= rows : powerOfShares(rows, size, spread, design.level) >= design.power
  }
  if (!tells(1)) return null
  let [low, high] = [0, 1]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (tells(middle)) high = middle
    else low = middle
  }
  return high
}
