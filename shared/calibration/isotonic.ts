// Isotonic regression by pooling adjacent violators: the rising step function closest to what happened. Owns no metric.
// M. Ayer et al., "An empirical distribution function for sampling with incomplete information", Annals of Mathematical Statistics 26, 1955;
// for probabilities B. Zadrozny, C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002.

export type IsotonicPoint = readonly [score: number, probability: number]

interface Block { readonly from: number, readonly to: number, sum: number, weight: number }

/** Rows with the same score are one observation of their mean. */
function distinctScores(scores: ArrayLike<number>, hits: ArrayLike<number>): Block[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  const out: Block[] = []
  for (const i of order) {
    const last = out.at(-1)
    if (last !== undefined && last.to === scores[i]!) { last.sum += hits[i]!; last.weight++ } else out.push({ from: scores[i]!, to: scores[i]!, sum: hits[i]!, weight: 1 })
  }
  return out
}

/** The corners of the fit, scores ascending: each level at its first and its last score, straight lines between. `hits` are 0 or 1; at least one row. */
export function fitIsotonic(scores: ArrayLike<number>, hits: ArrayLike<number>): IsotonicPoint[] {
  const blocks: Block[] = []
  for (const next of distinctScores(scores, hits)) {
    let block = next
    for (let last = blocks.at(-1); last !== undefined && last.sum * block.weight >= block.sum * last.weight; last = blocks.at(-1)) {
      block = { from: last.from, to: block.to, sum: last.sum + block.sum, weight: last.weight + block.weight }
      blocks.pop()
    }
    blocks.push(block)
  }
  return blocks.flatMap((b): IsotonicPoint[] => b.from === b.to ? [[b.from, b.sum / b.weight]] : [[b.from, b.sum / b.weight], [b.to, b.sum / b.weight]])
}

/** The value of the fit at a score: linear between the corners, flat beyond them. */
export function isotonicAt(points: readonly IsotonicPoint[], score: number): number {
  let low = 0, high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]![0] < score) low = middle + 1
    else high = middle
  }
  if (low === points.length) return points.at(-1)![1]
  const [x1, y1] = points[low]!
  if (low === 0 || x1 === score) return y1
  const [x0, y0] = points[low - 1]!
  return y0 + (y1 - y0) * (score - x0) / (x1 - x0)
}
