// The Wilson score interval of a share. Owns no other interval.

/** The 97.5 % point of the standard normal distribution. */
export const normalQuantile975 = 1.959963984540054

export interface Interval { readonly low: number, readonly high: number }

/**
 * The interval that holds the true share with 95 % confidence, from `hits` among `n` (n ≥ 1).
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927; no continuity correction.
 */
export function wilsonInterval(hits: number, n: number, z: number = normalQuantile975): Interval {
  const p = hits / n
  const scale = 1 + z * z / n
  const centre = (p + z * z / (2 * n)) / scale
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
  // At the ends the bounds are exactly 0 and 1; rounding must not move them past the share itself.
  return { low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half }
}

/** The interval of F1 = 2·J ÷ (1 + J), where J = TP ÷ (TP + FP + FN) is a plain share of rows and F1 only rises with it; null when nothing stands under the line. */
export function f1Interval(tp: number, fp: number, fn: number): Interval | null {
  const rows = tp + fp + fn
  if (rows === 0) return null
  const { low, high } = wilsonInterval(tp, rows)
  return { low: 2 * low / (1 + low), high: 2 * high / (1 + high) }
}
