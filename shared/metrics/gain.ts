// Cumulative gain and lift of the positive class, taken from the corners of its ROC curve. Owns no ranking of its own.
// F. Provost, T. Fawcett, Data Science for Business, 2013, chapter 8: the share found against the share selected, and how many times more than by chance.
import type { Curve } from '../domain/run.ts'

type RocCurve = Extract<Curve, { kind: 'roc' }>
export type GainCurve = Extract<Curve, { kind: 'gain' }>

/** Points that are kept of more; a curve of this kind has no more bends that an eye could see. */
const mostPoints = 200

/** Every point is a threshold's own: ROC counts give both shares exactly. */
export function gainCurve(roc: RocCurve, positives: number, negatives: number): GainCurve {
  const rows = positives + negatives
  const points = roc.truePositiveRate.map((tpr, i) => {
    const [tp, fp] = [Math.round(tpr * positives), Math.round(roc.falsePositiveRate[i]! * negatives)]
    return { selected: (tp + fp) / rows, found: tp / positives, lift: tp + fp === 0 ? null : tp / positives / ((tp + fp) / rows), threshold: roc.threshold[i]! }
  })
  const along = (i: number): number => points[i]!.selected + points[i]!.found
  let next = 0
  const kept = points.filter((_, i) => {
    if (i < points.length - 1 && along(i) < next) return false
    next = along(i) + (points.length > mostPoints ? 2 / mostPoints : 0)
    return true
  })
  return { kind: 'gain', class: roc.class, selected: kept.map((p) => p.selected), found: kept.map((p) => p.found), lift: kept.map((p) => p.lift), threshold: kept.map((p) => p.threshold) }
}
