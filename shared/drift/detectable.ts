// Which drift a window of so many rows finds, and how surely: the other side of the limit. Owns no limit.
import { gammaTail } from '../statistics/distributions.ts'
import { psiLimit, type PsiSetting } from './limits.ts'

/** P(X > x) of a noncentral χ²: central ones with more freedom, weighted by Poisson's law from its middle outwards. P. B. Patnaik, Biometrika 36, 1949. */
export function noncentralTail(x: number, freedom: number, centre: number): number {
  const half = centre / 2
  if (half <= 0) return gammaTail(freedom / 2, x / 2)
  const reach = 8 * Math.sqrt(half) + 12
  let sum = 0
  let logWeight = -half
  let weights = 0
  for (let k = 0; k <= half + reach; k++) {
    if (k > 0) logWeight += Math.log(half / k)
    if (k < half - reach) continue
    const weight = Math.exp(logWeight)
    weights += weight
    sum += weight * gammaTail((freedom + 2 * k) / 2, x / 2)
  }
  return weights === 0 ? 1 : sum / weights
}

/**
 * The chance that a column whose true PSI is `psi` is flagged by a window of so many rows: PSI ÷ v is nearly a noncentral χ² with centre psi ÷ v (B. Yurdakul, 2018).
 */
export function powerOfPsi(setting: PsiSetting, window: number, psi: number): number {
  if (setting.freedom <= 0) return 0
  const v = 1 / window + 1 / setting.reference
  return noncentralTail(psiLimit(setting, window).warn / v, setting.freedom, psi / v)
}

/** The true PSI that is flagged with the chance `power`; null: none below 10. */
export function detectablePsi(setting: PsiSetting, window: number, power = 0.9): number | null {
  if (setting.freedom <= 0 || powerOfPsi(setting, window, 10) < power) return null
  let [low, high] = [0, 10]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (powerOfPsi(setting, window, middle) < power) low = middle
    else high = middle
  }
  return high
}
