// How much each row moves the area under the ROC curve and average precision: their influence functions, by one sort.
// Owns no interval; the sum of squares of what comes out is the variance of the estimate times n².

/** One binary ranking problem: a score and a truth (1 or 0) per row. */
export interface RankedRows { readonly scores: ArrayLike<number>, readonly positive: Uint8Array }

export interface Influence { readonly value: number, readonly perRow: Float64Array }

/** Stretches of rows with equal scores, from the lowest score up: visit(order, from, to). */
function walkTies(scores: ArrayLike<number>, visit: (order: Uint32Array, from: number, to: number) => void): void {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  let from = 0
  while (from < order.length) {
    let to = from + 1
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++
    visit(order, from, to)
    from = to
  }
}

function countPositive(rows: RankedRows): number {
  let count = 0
  for (let i = 0; i < rows.positive.length; i++) count += rows.positive[i]!
  return count
}

/**
 * AUC and its influence per row: the share of opposite rows on the right side (a tie counts half) minus the AUC, divided by the class's share.
 * Null when a class is empty. E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988 (these are its structural components).
 */
export function rocInfluence(rows: RankedRows): Influence | null {
  const n = rows.positive.length
  const positives = countPositive(rows)
  const negatives = n - positives
  if (positives === 0 || negatives === 0) return null
  const component = new Float64Array(n)
  let below = 0
  let positivesBelow = 0
  let pairs = 0
  walkTies(rows.scores, (order, from, to) => {
    let own = 0
    for (let i = from; i < to; i++) own += rows.positive[order[i]!]!
    const others = to - from - own
    for (let i = from; i < to; i++) {
      const row = order[i]!
      component[row] = rows.positive[row] === 1 ? (below + others / 2) / negatives : (positives - positivesBelow - own / 2) / positives
    }
    pairs += own * (below + others / 2)
    below += others
    positivesBelow += own
  })
  const value = pairs / (positives * negatives)
  const perRow = component.map((share, row) => (share - value) * n / (rows.positive[row] === 1 ? positives : negatives))
  return { value, perRow }
}

/**
 * Average precision and its influence per row. With N(s) the share of rows at or above score s, T(s) that of positive ones, π the share of positives:
 * AP = E[Y·T(S)/N(S)] ÷ π, so a row (y, s₀) moves it by (y·(T(s₀)/N(s₀) + G(s₀) − AP) − H(s₀)) ÷ π with
 * G(s₀) = E[Y·1{S ≤ s₀} ÷ N(S)] and H(s₀) = E[Y·1{S ≤ s₀}·T(S) ÷ N(S)²]. Null without a positive row.
 * The influence function of a smooth functional: F. R. Hampel, JASA 69, 1974.
 */
export function precisionInfluence(rows: RankedRows): Influence | null {
  const n = rows.positive.length
  const positives = countPositive(rows)
  if (positives === 0) return null
  const precision = new Float64Array(n)
  const gain = new Float64Array(n)
  const loss = new Float64Array(n)
  let sum = 0
  let atOrAbove = n
  let positivesAbove = positives
  let g = 0
  let h = 0
  walkTies(rows.scores, (order, from, to) => {
    let own = 0
    for (let i = from; i < to; i++) own += rows.positive[order[i]!]!
    const here = positivesAbove / atOrAbove
    sum += own * here
    g += own / atOrAbove
    h += own * here / atOrAbove
    for (let i = from; i < to; i++) {
      const row = order[i]!
      precision[row] = here
      gain[row] = g
      loss[row] = h
    }
    atOrAbove -= to - from
    positivesAbove -= own
  })
  const value = sum / positives
  const perRow = precision.map((p, row) => ((rows.positive[row] === 1 ? p + gain[row]! - value : 0) - loss[row]!) * n / positives)
  return { value, perRow }
}
