// How far two distributions over the same cells are apart: PSI, Jensen-Shannon, total variation, and the chi-square test of their counts.
import { chiSquareTail } from '../statistics/distributions.ts'

/** What a share of 0 counts as in PSI in the literature, so that its logarithm exists; the other shares are left as they are. */
export const leastShare = 0.0001

function total(counts: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i]!
  return sum
}

/**
 * Population stability index Σ (q − p) ln(q ÷ p) of the shares of two rows of counts; p is the reference. 0: the same shares. Cells that are empty in both count nothing.
 * The symmetric divergence of H. Jeffreys, 1946. NaN where one of them holds nothing.
 * An empty cell counts as `leastShare`; as `half a row` where the number is judged by a limit: in a window of some hundred rows an empty cell says no more than that,
 * and taking it for one in ten thousand made up to thirty times as many false alarms as promised (simulated).
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>, empty: typeof leastShare | 'half a row' = leastShare): number {
  const [m, n] = [total(reference), total(current)]
  if (m === 0 || n === 0) return NaN
  let sum = 0
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === 0 && current[i] === 0) continue
    const p = reference[i]! / m || (empty === leastShare ? empty : 0.5 / m)
    const q = current[i]! / n || (empty === leastShare ? empty : 0.5 / n)
    sum += (q - p) * Math.log(q / p)
  }
  return sum
}

/** Jensen-Shannon distance in base 2, from 0 (the same) to 1 (nothing in common): the root of the mean divergence from the mixture. J. Lin, 1991; D. M. Endres and J. E. Schindelin, 2003. */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [m, n] = [total(reference), total(current)]
  let sum = 0
  for (let i = 0; i < reference.length; i++) {
    const [p, q] = [reference[i]! / m, current[i]! / n]
    const mixed = (p + q) / 2
    if (p > 0) sum += p * Math.log2(p / mixed)
    if (q > 0) sum += q * Math.log2(q / mixed)
  }
  return Math.sqrt(Math.max(0, sum / 2))
}

/** Half the sum of the differences of the shares: the share of rows that would have to be moved. */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [m, n] = [total(reference), total(current)]
  let sum = 0
  for (let i = 0; i < reference.length; i++) sum += Math.abs(reference[i]! / m - current[i]! / n)
  return sum / 2
}

export interface ChiSquare { readonly statistic: number; readonly freedom: number; readonly p: number }

/** Pearson's chi-square test that two rows of counts have the same shares, without a correction. Cells that are empty in both are left out. */
export function chiSquareTest(first: ArrayLike<number>, second: ArrayLike<number>): ChiSquare {
  const [m, n] = [total(first), total(second)]
  let statistic = 0
  let cells = 0
  for (let i = 0; i < first.length; i++) {
    const both = first[i]! + second[i]!
    if (both === 0) continue
    cells++
    const [a, b] = [(both * m) / (m + n), (both * n) / (m + n)]
    statistic += (first[i]! - a) ** 2 / a + (second[i]! - b) ** 2 / b
  }
  const freedom = Math.max(0, cells - 1)
  return freedom === 0 ? { statistic: 0, freedom, p: 1 } : { statistic, freedom, p: chiSquareTail(statistic, freedom) }
}
