// Boxes and their matching: overlap, and which predicted box finds which true one within a picture. Owns no averages.

/** Corners in pixels, continuous: a box from 2 to 5 is 3 wide. */
export interface Box { readonly x1: number, readonly y1: number, readonly x2: number, readonly y2: number }

/** `crowd`: a region that stands for many objects; finding it is neither right nor wrong. */
export interface TrueBox extends Box { readonly classIndex: number, readonly crowd?: boolean, /** In square pixels where the annotation says so; else width × height. */ readonly area?: number }
export interface PredictedBox extends Box { readonly classIndex: number, readonly score: number }
export interface PictureBoxes { readonly truth: readonly TrueBox[], readonly predicted: readonly PredictedBox[] }

export const boxArea = (box: Box): number => Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1)

const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)) * Math.max(0, Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1))

/** Intersection over union, 0 … 1; 0 where both boxes are empty. */
export function overlap(a: Box, b: Box): number {
  const common = shared(a, b)
  const union = boxArea(a) + boxArea(b) - common
  return union > 0 ? common / union : 0
}

/** Against a crowd region the share of the predicted box counts, as in COCO. */
const overlapWith = (box: Box, truth: TrueBox): number => {
  if (truth.crowd !== true) return overlap(box, truth)
  const area = boxArea(box)
  return area > 0 ? shared(box, truth) / area : 0
}

/** By falling score; equal scores keep their order. */
export const byScore = <T extends { readonly score: number }>(boxes: readonly T[]): T[] => [...boxes].sort((a, b) => b.score - a.score)

export const overlapTable = (predicted: readonly Box[], truth: readonly TrueBox[]): number[][] => predicted.map((box) => truth.map((other) => overlapWith(box, other)))

/**
 * Greedy matching of one class in one picture. `predicted` falls by score. Each takes the free true box with the highest overlap ≥ `threshold`; a counted true box
 * goes before an ignored one; a crowd region can be taken again. Returns for each predicted box the place of its true box, or −1.
 * Source: the matching of the COCO detection evaluation (T.-Y. Lin et al., 2014).
 */
export function matchBoxes(table: readonly (readonly number[])[], truth: readonly TrueBox[], ignored: readonly boolean[], threshold: number): number[] {
  const taken = truth.map(() => false)
  return table.map((overlaps) => {
    let best = -1
    for (const wantIgnored of [false, true]) {
      if (best >= 0) break
      let least = threshold
      overlaps.forEach((value, at) => {
        if (ignored[at] !== wantIgnored || (taken[at] === true && truth[at]?.crowd !== true)) return
        if (value < least || (best >= 0 && value === least)) return
        least = value
        best = at
      })
    }
    if (best >= 0) taken[best] = true
    return best
  })
}
