// Rows that an A/B comparison needs, told before anybody looks: by a test of fixed size, and about when the test that allows looking stops. Owns no test.
import type { AbDesign, AbSize } from '../domain/ab.ts'
import { formatCount } from '../format.ts'
import { normalQuantile } from '../statistics/distributions.ts'
import { informationToTell } from './always-valid.ts'

/** What is measured: a share with this value on the first side, or a mean with this standard deviation of its rows. `designEffect`: rows of one caller are alike. */
export type AbMeasure = ({ readonly kind: 'share'; readonly base: number } | { readonly kind: 'mean'; readonly deviation: number }) & { readonly designEffect?: number }

const within = (share: number): number => Math.min(1, Math.max(0, share))

/**
 * Two-sided. Shares: J. L. Fleiss, A. Tytun, H. K. Ury, "A simple approximation for calculating sample sizes for comparing independent proportions", Biometrics 36, 1980, without the correction for continuity,
 * for whichever direction needs more. Means: the normal formula with W. C. Guenther's z² ÷ 2 for both sides together (Am. Statistician 35, 1981).
 */
export function abSize(measure: AbMeasure, smallest: number, { level, power, share }: AbDesign): AbSize {
  const [z, b, ratio] = [normalQuantile(1 - level / 2), normalQuantile(power), share / (1 - share)]
  const effect = measure.designEffect ?? 1
  const one = (other: number, base: number): { readonly control: number; readonly variance: number } => {
    const mean = (base + ratio * other) / (1 + ratio)
    const variance = base * (1 - base) + other * (1 - other) / ratio
    return { control: (z * Math.sqrt(mean * (1 - mean) * (1 + 1 / ratio)) + b * Math.sqrt(variance)) ** 2 / smallest ** 2, variance }
  }
  const needs = measure.kind === 'share'
    ? [one(within(measure.base + smallest), measure.base), one(within(measure.base - smallest), measure.base)].sort((x, y) => y.control - x.control)[0]!
    : { control: (z + b) ** 2 * measure.deviation ** 2 * (1 + 1 / ratio) / smallest ** 2 + z * z / (2 * (1 + ratio)), variance: measure.deviation ** 2 * (1 + 1 / ratio) }
  const control = Math.ceil(needs.control * effect)
  const treatment = Math.ceil(needs.control * effect * ratio)
  const sequential = Math.ceil(informationToTell(smallest, smallest, level) * needs.variance * effect * (1 + ratio))
  return { control, treatment, sequential, smallest, sentence: `A test of fixed size needs ${formatCount(control)} rows on the first side and ${formatCount(treatment)} on the second; the one that allows looking stops after about ${formatCount(sequential)} of both where the difference is exactly the smallest that matters, and sooner where it is larger.` }
}
