// Average precision of ranked boxes: COCO's 101 points and all points. Owns no matching.

/** Boxes in order of falling score: whether each is right, and how many there were to find. Ignored boxes are left out beforehand. */
export interface Ranked { readonly right: readonly boolean[], readonly scores: readonly number[], readonly truths: number }

export interface PrecisionRecall { readonly precision: number[], readonly recall: number[] }

/** Precision and recall after each box. */
export function precisionRecall(ranked: Ranked): PrecisionRecall {
  let found = 0
  const precision: number[] = []
  const recall: number[] = []
  ranked.right.forEach((right, at) => {
    if (right) found++
    precision.push(found / (at + 1))
    recall.push(ranked.truths > 0 ? found / ranked.truths : 0)
  })
  return { precision, recall }
}

/** The precision that is reached at this recall or a higher one. */
function envelope(precision: readonly number[]): number[] {
  const result = [...precision]
  for (let at = result.length - 2; at >= 0; at--) result[at] = Math.max(result[at] ?? 0, result[at + 1] ?? 0)
  return result
}

/** COCO: the mean of the envelope at recall 0, 0.01 … 1; 0 where a recall is never reached. Needs at least one truth. */
export function cocoPrecision(ranked: Ranked): number {
  const { precision, recall } = precisionRecall(ranked)
  const best = envelope(precision)
  let [sum, at] = [0, 0]
  for (let point = 0; point <= 100; point++) {
    const wanted = point === 100 ? 1 : point * 0.01
    while (at < recall.length && (recall[at] ?? 0) < wanted) at++
    if (at === recall.length) break
    sum += best[at] ?? 0
  }
  return sum / 101
}

/** Pascal VOC since 2010: the area under the envelope over all points. Needs at least one truth. */
export function allPointPrecision(ranked: Ranked): number {
  const { precision, recall } = precisionRecall(ranked)
  const best = envelope(precision)
  return recall.reduce((sum, r, at) => sum + (r - (at === 0 ? 0 : recall[at - 1] ?? 0)) * (best[at] ?? 0), 0)
}
