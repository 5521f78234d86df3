// The margin within which a difference does not matter, where nobody has said one: by the kind of metric. Owns no judging.
import { describeMetric } from '../metrics/catalogue.ts'

/** A hundredth of anything whose best value is 1: shares, areas, correlations, R². */
const hundredth = 0.01
/** Two hundredths of the champion's value of anything else: losses and errors in the target's unit. */
const ofValue = 0.02

const bestIsOne = /… 1$/

/** The default margin of a metric whose champion has this value; null for a metric without a better direction. */
export function defaultMargin(metric: string, championValue: number): number | null {
  const described = describeMetric(metric)
  if (described === null || described.direction === 'neither') return null
  const limited = bestIsOne.test(described.range) && !(described.direction === 'lower-is-better' && /loss|brier/.test(metric) && metric !== 'hamming_loss')
  return limited ? hundredth : ofValue * Math.abs(championValue)
}
