// How likely a measured drift is by chance alone: the chance that its limit is made of, turned around. Owns no limit.
import { chiSquareTail, logGamma } from '../statistics/distributions.ts'
import type { PsiSetting } from './limits.ts'

/**
 * The chance that PSI (empty cells as half a row) is at least `value` without any drift, for `window` rows against the profile: the inverse of `psiByChance` for one feature.
 * Careful rather than exact where cells hold few rows; see there.
 */
export function psiChance({ freedom, reference }: Omit<PsiSetting, 'features'>, window: number, value: number): number {
  if (freedom <= 0 || window <= 0) return 1
  const v = 1 / window + 1 / reference
  return chiSquareTail(value / (v * (1 + 2 * (freedom + 1) * v)), freedom)
}

export interface Hits { readonly hits: number; readonly rows: number }

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)

/**
 * The chance that so many or more of all hits fall into the live rows when live and stored rows are alike: R. A. Fisher's exact test, one-sided.
 * Exact for any number of rows; 1 where the live share is not the larger one.
 */
export function moreChance(live: Hits, stored: Hits): number {
  const hits = live.hits + stored.hits
  const rows = live.rows + stored.rows
  if (live.rows === 0 || stored.rows === 0 || live.hits === 0 || live.hits * stored.rows <= stored.hits * live.rows) return 1
  const most = Math.min(hits, live.rows)
  let term = Math.exp(logChoose(live.rows, live.hits) + logChoose(stored.rows, stored.hits) - logChoose(rows, hits))
  let sum = 0
  // From one count to the next the chance changes by a known factor, and shrinks from here on.
  for (let x = live.hits; x <= most && term > 0; x++) {
    sum += term
    if (term < sum * 1e-16) break
    term *= ((live.rows - x) * (hits - x)) / ((x + 1) * (stored.rows - hits + x + 1))
  }
  return Math.min(1, sum)
}
