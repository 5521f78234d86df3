// The operating point of a detector: boxes at one score and one overlap, counted, and who was taken for whom. Owns no ranking.
import { byScore, matchBoxes, overlapTable, type PictureBoxes, type PredictedBox, type TrueBox } from './detection-match.ts'

/** The overlap from which on a box counts as found at the operating point. */
export const pointOverlap = 0.5

export interface OperatingPoint { readonly tp: number, readonly fp: number, readonly fn: number, /** Sum of the overlaps of the matches. */ readonly overlaps: number }

/** What became of every box of a picture: the places of the partner of its own class, or null. */
export interface PictureMarks {
  readonly predicted: readonly (PredictedBox & { readonly match: number | null, readonly ignored: boolean })[]
  readonly truth: readonly (TrueBox & { readonly found: boolean })[]
  readonly overlaps: number
}

/** Matches the boxes of a picture that reach the score, class by class, by falling score. A box on a crowd region is ignored. */
export function markPicture(picture: PictureBoxes, score: number, threshold: number): PictureMarks {
  const predicted = byScore(picture.predicted.filter((box) => box.score >= score))
  const match = predicted.map((): number => -1)
  let overlaps = 0
  for (const classIndex of new Set(predicted.map((box) => box.classIndex))) {
    const mine = predicted.flatMap((box, at) => box.classIndex === classIndex ? [at] : [])
    const theirs = picture.truth.flatMap((box, at) => box.classIndex === classIndex ? [at] : [])
    const truth = theirs.flatMap((at) => picture.truth[at] ?? [])
    const table = overlapTable(mine.flatMap((at) => predicted[at] ?? []), truth)
    matchBoxes(table, truth, truth.map((box) => box.crowd === true), threshold).forEach((found, place) => {
      match[mine[place] ?? -1] = theirs[found] ?? -1
      if (truth[found]?.crowd !== true) overlaps += table[place]?.[found] ?? 0
    })
  }
  const found = new Set(match)
  return {
    predicted: predicted.map((box, at) => ({ ...box, match: (match[at] ?? -1) < 0 ? null : match[at] ?? null, ignored: picture.truth[match[at] ?? -1]?.crowd === true })),
    truth: picture.truth.map((box, at) => ({ ...box, found: found.has(at) })), overlaps,
  }
}

/** Counts pictures at one operating point; the last row and column of the confusion are the background. */
export function operatingPoint(classes: number, score: number, threshold: number) {
  let [tp, fp, fn, overlaps] = [0, 0, 0, 0]
  const cells = Array.from({ length: classes + 1 }, () => Array.from({ length: classes + 1 }, () => 0))
  const count = (truth: number, predicted: number): void => { const row = cells[truth]; if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1 }
  const add = (picture: PictureBoxes): void => {
    const marks = markPicture(picture, score, threshold)
    overlaps += marks.overlaps
    const counted = marks.predicted.filter((box) => !box.ignored)
    const right = counted.filter((box) => box.match !== null)
    const wrong = counted.filter((box) => box.match === null)
    const missed = marks.truth.filter((box) => !box.found && box.crowd !== true)
    tp += right.length
    fp += wrong.length
    fn += missed.length
    for (const box of right) count(box.classIndex, box.classIndex)
    // What is left over is paired whatever its class: those are the mistaken classes; the rest is background.
    const mistaken = matchBoxes(overlapTable(wrong, missed), missed, missed.map(() => false), threshold)
    wrong.forEach((box, at) => { count(missed[mistaken[at] ?? -1]?.classIndex ?? classes, box.classIndex) })
    missed.forEach((box, at) => { if (!mistaken.includes(at)) count(box.classIndex, classes) })
  }
  return { add, counts: (): OperatingPoint => ({ tp, fp, fn, overlaps }), confusion: () => cells }
}
