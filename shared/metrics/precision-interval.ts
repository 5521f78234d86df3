// The 95 % interval of an average precision from values with pictures left out and values of pictures drawn again. Owns the formula, computes no precision.
import { studentQuantile } from '../statistics/paired-interval.ts'
import { scaledInterval } from '../statistics/scaled-interval.ts'
import { type Interval, wilsonInterval } from '../statistics/wilson.ts'

export interface PrecisionSample {
  readonly observed: number
  /** Values with one picture, or one of equally large groups of pictures, left out. */
  readonly leftOut: readonly number[]
  /** Mean of the values of drawn sets; null for a measure that noise does not lift. */
  readonly drawnMean: number | null
  /** True boxes behind it, or what they are worth together in an average over classes; null: it is no share of boxes. */
  readonly boxes: number | null
}

/** The error of the bias itself, as a share of it: what simulated detectors showed (`npm run intervals`). */
const biasError = 0.4
/** With fewer misses than this, chance misses hardly any of them and the pictures alone say too little. */
const fewMisses = 10
const fewHits = 2
const edge = 1e-6

const within = (value: number): number => Math.min(1 - edge, Math.max(edge, value))
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** The standard error of leaving out groups: J. Shao, D. Tu, The Jackknife and Bootstrap, 1995, section 2.1 (one picture) and 5.1 (groups). */
function jackknifeError(leftOut: readonly number[]): number {
  const middle = meanOf(leftOut)
  return Math.sqrt((leftOut.length - 1) / leftOut.length * leftOut.reduce((sum, v) => sum + (v - middle) ** 2, 0))
}

/**
 * Student's interval with the jackknife's error on the logit scale, around the estimate without its bias.
 * Percentiles of drawn sets miss the truth too often: the envelope of precision follows the noise upwards, by an amount that grows with the noise's
 * standard deviation. Drawing again doubles the noise's variance, so that the mean of the draws lies √2 − 1 biases above the estimate (the bootstrap
 * estimate of bias, B. Efron, R. J. Tibshirani, 1993, chapter 10, for a bias of this order). That bias is known only roughly, which widens the interval.
 * With hardly a miss the interval also covers Wilson's for that share of the true boxes (E. B. Wilson, 1927), and the estimate itself stays inside.
 * Null where nothing varies and no share of boxes says more.
 */
export function precisionInterval({ observed, leftOut, drawnMean, boxes }: PrecisionSample): Interval | null {
  const bias = drawnMean === null ? 0 : Math.max(0, drawnMean - observed) / (Math.SQRT2 - 1)
  const error = Math.hypot(jackknifeError(leftOut), biasError * bias)
  const own = leftOut.length < 2 || error === 0 ? null : scaledInterval(within(observed - bias), error, 'logit', studentQuantile(0.95, leftOut.length - 1))
  const few = boxes !== null && boxes >= 1 && ((1 - observed) * boxes < fewMisses || observed * boxes < fewHits)
  const share = few ? wilsonInterval(observed * boxes, boxes) : null
  const ends = [own, share].flatMap((one) => (one === null ? [] : [one]))
  if (ends.length === 0) return null
  return { low: Math.max(0, Math.min(observed, ...ends.map((e) => e.low))), high: Math.min(1, Math.max(observed, ...ends.map((e) => e.high))) }
}
