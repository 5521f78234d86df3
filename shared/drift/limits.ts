// From which value on a measure of drift is more than chance, given the rows of the window and of the profile. Owns formulas; decides nothing.
import { chiSquareTail, normalQuantile } from '../statistics/distributions.ts'

/** x with P(X > x) = `tail` of a χ² distribution. Bisection from Wilson and Hilferty's start; exact to the last digits. */
export function chiSquareQuantile(tail: number, freedom: number): number {
  if (freedom <= 0) return 0
  const z = normalQuantile(1 - tail)
  const start = freedom * (1 - 2 / (9 * freedom) + z * Math.sqrt(2 / (9 * freedom))) ** 3
  let [low, high] = [0, Math.max(1, 2 * start)]
  while (chiSquareTail(high, freedom) > tail) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2
    if (chiSquareTail(middle, freedom) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** What PSI is not called drift below, however many rows there are, and what it is called grave above. */
export const folkPsi = { warn: 0.1, page: 0.25 } as const
/** The chance of a false alarm of one look at all features together: what is promised, and what is put into the formula, since the formula is an approximation. */
export const falseAlarm = 0.01
export const usedAlarm = falseAlarm / 2

export interface PsiSetting { /** Cells with rows, less one. */ readonly freedom: number; /** Features that are looked at together. */ readonly features: number; /** Rows of the profile. */ readonly reference: number }

/**
 * The value that PSI (with empty cells as half a row) exceeds by chance alone in at most 1 % of looks at all features together, without any drift. With v = 1/n + 1/m
 * for n rows of the window and m of the profile, PSI ÷ v is nearly χ² with `freedom` degrees (B. Yurdakul, Statistical Properties of Population Stability Index, 2018),
 * the chance is shared among the features (C. E. Bonferroni), and 1 + 2·cells·v makes up for cells of few rows. Simulated in test/shared/drift.test.ts.
 */
export function psiByChance({ freedom, features, reference }: PsiSetting, window: number): number {
  const v = 1 / window + 1 / reference
  return chiSquareQuantile(usedAlarm / Math.max(1, features), freedom) * v * (1 + 2 * (freedom + 1) * v)
}

export interface PsiLimit { readonly warn: number; readonly page: number }

export function psiLimit(setting: PsiSetting, window: number): PsiLimit {
  const warn = Math.max(folkPsi.warn, psiByChance(setting, window))
  return { warn, page: Math.max(folkPsi.page, 2 * warn) }
}

/** Rows of a window from which on chance alone stays under PSI 0.1; null: with so small a profile it never does. */
export function rowsForPsi(setting: PsiSetting): number | null {
  if (setting.freedom <= 0) return 1
  const most = 1e9
  if (psiByChance(setting, most) > folkPsi.warn) return null
  let [low, high] = [0, most]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (psiByChance(setting, middle) > folkPsi.warn) low = middle
    else high = middle
  }
  return high
}

/** Three standard errors of a share over `window` rows above the share itself, and at least two points. */
export const shareLimit = (share: number, window: number): number => Math.min(1, share + Math.max(0.02, 3 * Math.sqrt((share * (1 - share)) / window)))

/** Four standard errors of a mean over `window` rows below the mean. */
export const meanLimit = (mean: number, standardDeviation: number, window: number): number => mean - (4 * standardDeviation) / Math.sqrt(window)
