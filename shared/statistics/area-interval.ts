// Intervals of the area under the ROC curve and of average precision that also hold with a handful of rows on one side.
// Owns the blend of the seen spread with a known one; refuses to rank rows.
import { scaledInterval } from './scaled-interval.ts'
import { type Interval, normalQuantile975, wilsonInterval } from './wilson.ts'

/** The rows of the class and of all others. */
export interface Sides { readonly positives: number, readonly negatives: number }

/** The known spread counts like this many rows of the smaller side; the seen one counts with its rows. */
const borrowedRows = 10

/**
 * The variance of the area under the ROC curve at a true area: J. A. Hanley, B. J. McNeil, Radiology 143, 1982, with the two sides exchanged for their mean
 * as in R. G. Newcombe, Statistics in Medicine 25, 2006, part 2, method 5.
 */
export function areaVariance(area: number, { positives, negatives }: Sides): number {
  const mean = (positives + negatives) / 2 - 1
  return area * (1 - area) * (1 + mean * (1 - area) / (2 - area) + mean * area / (1 + area)) / (positives * negatives)
}

/**
 * The seen variance as a multiple of the known one, drawn towards 1 while the smaller side has few rows: a spread judged from five rows is mostly too small.
 * A seen spread above the known one is taken as it is when `wider` says so.
 */
function blend(seen: number, known: number, smaller: number, wider: boolean): number {
  const ratio = seen / known
  if (!(known > 0) || !Number.isFinite(ratio) || smaller < 2) return 1
  return wider && ratio > 1 ? ratio : (smaller * ratio + borrowedRows) / (smaller + borrowedRows)
}

/** The true areas that the estimate is less than 1.96 standard errors away from, by halving: the variance is that of the true area, so the interval stays in 0 … 1. */
function inverted(area: number, variance: (area: number) => number): Interval {
  const edge = (outside: number): number => {
    let [far, near] = [outside, area]
    for (let i = 0; i < 60; i++) {
      const middle = (far + near) / 2
      if ((area - middle) ** 2 > normalQuantile975 ** 2 * variance(middle)) far = middle
      else near = middle
    }
    return (far + near) / 2
  }
  return { low: area <= 0 ? 0 : edge(0), high: area >= 1 ? 1 : edge(1) }
}

/**
 * The 95 % interval of an area under the ROC curve with DeLong's `standardError`: with many rows that of DeLong, with few that of Newcombe, between them a blend.
 * Null where a side is empty.
 */
export function areaInterval(area: number, standardError: number, sides: Sides): Interval | null {
  const smaller = Math.min(sides.positives, sides.negatives)
  if (smaller < 1) return null
  const ratio = blend(standardError ** 2, areaVariance(area, sides), smaller, true)
  return inverted(area, (at) => ratio * areaVariance(at, sides))
}

/** The standard error of an average precision: the seen one, drawn towards that of a share of the positive rows. K. Boyd, K. H. Eng, C. D. Page, ECML PKDD 2013. */
function precisionError(value: number, standardError: number, { positives, negatives }: Sides): number {
  const known = value * (1 - value) / positives
  return Math.sqrt(blend(standardError ** 2, known, Math.min(positives, negatives), false) * known)
}

/** The 95 % interval of an average precision, on the logit scale; null without a positive row. */
export function precisionInterval(value: number, standardError: number, sides: Sides): Interval | null {
  if (sides.positives < 1) return null
  if (value <= 0 || value >= 1) return wilsonInterval(value <= 0 ? 0 : sides.positives, sides.positives)
  return scaledInterval(value, sides.negatives < 1 ? standardError : precisionError(value, standardError, sides), 'logit')
}

/** The standard error of influences of rows on two sides: each side's variance by its own rows less one, as DeLong's. `n`: rows in all; the lists may be a sample of them. */
export function sidedError(perRow: ArrayLike<number>, positive: ArrayLike<number>, n: number): number {
  const squares = [0, 0]
  const counts = [0, 0]
  for (let i = 0; i < perRow.length; i++) {
    const side = positive[i] === 1 ? 1 : 0
    squares[side]! += perRow[i]! ** 2
    counts[side]!++
  }
  const of = (side: 0 | 1): number => (counts[side]! < 2 ? squares[side]! : squares[side]! * counts[side]! / (counts[side]! - 1))
  return Math.sqrt((of(0) + of(1)) / perRow.length / n)
}
