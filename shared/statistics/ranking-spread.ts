// Standard errors of the area under the ROC curve and of average precision from every row, by one walk over sorted scores.
// Owns the sums only: the influences themselves, and where they come from, are in ranking-influence.ts.

/** Scores of the rows of the class and of all others, each ascending. */
export interface SortedSides { readonly positive: ArrayLike<number>, readonly negative: ArrayLike<number> }

export interface RankingSpread { readonly roc: number, readonly precision: number }

/** A side's sum of squares by its rows less one, so that a few rows do not look surer than they are. */
const lessOne = (squares: number, rows: number): number => (rows < 2 ? squares : squares * rows / (rows - 1))

/**
 * The standard errors of `auc` and `averagePrecision`, as `sidedError` gives them for `rocInfluence` and `precisionInfluence` of all rows.
 * Rows of equal score and class have equal influence, so a stretch of ties is one step. NaN where a side is empty.
 */
export function rankingSpread({ positive, negative }: SortedSides, auc: number, averagePrecision: number): RankingSpread {
  const positives = positive.length
  const negatives = negative.length
  const n = positives + negatives
  let i = 0, j = 0, g = 0, h = 0
  let ownRoc = 0, otherRoc = 0, ownPrecision = 0, otherPrecision = 0
  while (i < positives || j < negatives) {
    const score = i >= positives || (j < negatives && negative[j]! < positive[i]!) ? negative[j]! : positive[i]!
    const [fromI, fromJ] = [i, j]
    while (i < positives && positive[i] === score) i++
    while (j < negatives && negative[j] === score) j++
    const own = i - fromI
    const others = j - fromJ
    const ownArea = ((fromJ + others / 2) / negatives - auc) * n / positives
    const otherArea = ((positives - fromI - own / 2) / positives - auc) * n / negatives
    ownRoc += own * ownArea * ownArea
    otherRoc += others * otherArea * otherArea
    const above = n - fromI - fromJ
    const precision = (positives - fromI) / above
    g += own / above
    h += own * precision / above
    const ownGain = (precision + g - averagePrecision - h) * n / positives
    const otherGain = -h * n / positives
    ownPrecision += own * ownGain * ownGain
    otherPrecision += others * otherGain * otherGain
  }
  // An empty side makes 0 ÷ 0 only where it is met with a row; say it plainly instead.
  const errorOf = (ownSquares: number, otherSquares: number): number => Math.sqrt(lessOne(ownSquares, positives) + lessOne(otherSquares, negatives)) / n
  const roc = positives === 0 || negatives === 0 ? NaN : errorOf(ownRoc, otherRoc)
  return { roc, precision: positives === 0 ? NaN : errorOf(ownPrecision, otherPrecision) }
}
