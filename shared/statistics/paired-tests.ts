// Tests of two models on the same rows: McNemar for right and wrong, Wilcoxon and paired t for error sizes. All two-sided.
import { binomialUpTo, chiSquareTail, normalTail, studentTwoSided } from './distributions.ts'
import { averageRanks, rankingOf } from './ranks.ts'
import { sumOf } from './running-sum.ts'

export interface McNemar {
  readonly onlyFirstRight: number
  readonly onlySecondRight: number
  /** Exact binomial p-value; 1 when the two never differ. */
  readonly exactP: number
  /** χ² with Edwards' continuity correction, one degree of freedom. */
  readonly chiSquare: number
  readonly chiSquareP: number
}

/**
 * Whether two classifiers are right equally often, from the rows that only one of them has right.
 * Q. McNemar, Psychometrika 12, 1947; correction: A. L. Edwards, Psychometrika 13, 1948.
 */
export function mcNemar(onlyFirstRight: number, onlySecondRight: number): McNemar {
  const differing = onlyFirstRight + onlySecondRight
  if (differing === 0) return { onlyFirstRight, onlySecondRight, exactP: 1, chiSquare: 0, chiSquareP: 1 }
  const fewer = Math.min(onlyFirstRight, onlySecondRight)
  const chiSquare = (Math.abs(onlyFirstRight - onlySecondRight) - 1) ** 2 / differing
  const exactP = onlyFirstRight === onlySecondRight ? 1 : Math.min(1, 2 * binomialUpTo(fewer, differing, 0.5))
  return { onlyFirstRight, onlySecondRight, exactP, chiSquare, chiSquareP: chiSquareTail(chiSquare, 1) }
}

export interface TestResult {
  readonly statistic: number
  /** Null when the test says nothing, such as on no differing rows. */
  readonly p: number | null
  /** Rows that took part. */
  readonly n: number
}

/** Up to this many differing rows without ties the p-value is exact. */
const exactRows = 50

/**
 * Wilcoxon's signed-rank test of a − b. Equal pairs are left out; the statistic is the smaller of the two rank sums.
 * Exact up to 50 rows without ties, else normal with tie correction and without continuity correction. F. Wilcoxon, Biometrics Bulletin 1, 1945.
 */
export function wilcoxonSignedRank(a: Float64Array, b: Float64Array): TestResult {
  const differences = a.map((v, i) => v - b[i]!).filter((d) => d !== 0)
  const n = differences.length
  if (n === 0) return { statistic: 0, p: null, n }
  const ranking = rankingOf(differences.map(Math.abs))
  const ranks = averageRanks(ranking)
  const positive = sumOf(n, (i) => differences[i]! > 0 ? ranks[i]! : 0)
  const statistic = Math.min(positive, n * (n + 1) / 2 - positive)
  if (n <= exactRows && n === a.length && ranking.counts.every((c) => c === 1)) return { statistic, p: exactSignedRankP(statistic, n), n }
  const ties = ranking.counts.reduce((sum, t) => sum + t * (t * t - 1), 0)
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24)
  return { statistic, p: 2 * normalTail(Math.abs(statistic - n * (n + 1) / 4) / deviation), n }
}

/** 2 · P(T ≤ statistic) when every sign is a fair coin, by counting the subsets of 1 … n with each sum. */
function exactSignedRankP(statistic: number, n: number): number {
  const sums = new Float64Array(n * (n + 1) / 2 + 1)
  sums[0] = 1
  for (let rank = 1; rank <= n; rank++) for (let sum = sums.length - 1; sum >= rank; sum--) sums[sum] = sums[sum]! + sums[sum - rank]!
  let below = 0
  for (let sum = 0; sum <= statistic; sum++) below += sums[sum]!
  return Math.min(1, 2 * below / 2 ** n)
}

/** Student's t test of the mean of a − b against 0; n − 1 degrees of freedom. W. S. Gosset, Biometrika 6, 1908. */
export function pairedT(a: Float64Array, b: Float64Array): TestResult {
  const n = a.length
  if (n < 2) return { statistic: 0, p: null, n }
  const mean = sumOf(n, (i) => a[i]! - b[i]!) / n
  const variance = sumOf(n, (i) => (a[i]! - b[i]! - mean) ** 2) / (n - 1)
  if (variance === 0) return { statistic: 0, p: null, n }
  const statistic = mean / Math.sqrt(variance / n)
  return { statistic, p: studentTwoSided(statistic, n - 1), n }
}
