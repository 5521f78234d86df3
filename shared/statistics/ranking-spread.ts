// Standard errors of the area under the ROC curve and of average precision from every row, by one walk over sorted scores.
// Owns the sums only: the influences themselves, and where they come from, are in ranking-influence.ts.

/** Scores of the rows of the class and of all others, each ascending. */
export interface SortedSides { readonly positive: ArrayLike<number>, readonly negative: ArrayLike<number> }

export interface RankingSpread { readonly roc: number, readonly precision: number }

/** √(Σ (v − mean)² ÷ (n − 1) ÷ n) from the sums of v and v². */
const errorOf = (sum: number, squares: number, n: number): number => Math.sqrt(Math.max(0, squares - sum * sum / n) / (n - 1) / n)

/**
 * The standard errors of `auc` and `averagePrecision`, as `influenceError` gives them for `rocInfluence` and `precisionInfluence` of all rows.
 * Rows of equal score and class have equal influence, so a stretch of ties is one step. NaN where a side is empty.
 */
export function rankingSpread({ positive, negative }: SortedSides, auc: number, averagePrecision: number): RankingSpread {
  const positives = positive.length
  const negatives = negative.length
  const n = positives + negatives
  let i = 0, j = 0, g = 0, h = 0
  let rocSum = 0, rocSquares = 0, precisionSum = 0, precisionSquares = 0
  while (i < positives || j < negatives) {
    const score = i >= positives || (j < negatives && negative[j]! < positive[i]!) ? negative[j]! : positive[i]!
    const [fromI, fromJ] = [i, j]
    while (i < positives && positive[i] === score) i++
    while (j < negatives && negative[j] === score) j++
    const own = i - fromI
    const others = j - fromJ
    const ownArea = ((fromJ + others / 2) / negatives - auc) * n / positives
    const otherArea = ((positives - fromI - own / 2) / positives - auc) * n / negatives
    rocSum += own * ownArea + others * otherArea
    rocSquares += own * ownArea * ownArea + others * otherArea * otherArea
    const above = n - fromI - fromJ
    const precision = (positives - fromI) / above
    g += own / above
    h += own * precision / above
    const ownGain = (precision + g - averagePrecision - h) * n / positives
    const otherGain = -h * n / positives
    precisionSum += own * ownGain + others * otherGain
    precisionSquares += own * ownGain * ownGain + others * otherGain * otherGain
  }
  // An empty side makes 0 ÷ 0 only where it is met with a row; say it plainly instead.
  const roc = positives === 0 || negatives === 0 ? NaN : errorOf(rocSum, rocSquares, n)
  return { roc, precision: positives === 0 ? NaN : errorOf(precisionSum, precisionSquares, n) }
}
