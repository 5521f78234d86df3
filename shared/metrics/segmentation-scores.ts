// Metrics of masks from three pixel counts per class: true, predicted and both. Owns the formulas; refuses pictures and colours.
// Conventions: IoU and Dice are pooled over all pixels of all pictures; a class without a true or predicted pixel has none and is left out of the means.
import type { MetricValue } from '../domain/run.ts'
import { classSlice, known, unknown, valueUnless } from './metric-values.ts'

/** Pixels of each class over any number of pictures. All arrays are as long as `classes`. */
export interface ClassPixels {
  readonly classes: readonly string[]
  readonly truth: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly both: ArrayLike<number>
}

/** What one picture says of itself; null when none of its pixels counts. */
export interface PictureScore {
  readonly pixels: number
  readonly pixelAccuracy: number | null
  /** Mean over all classes; a class in neither mask counts 1. */
  readonly meanIou: number | null
}

const noPixels = 'No pixel was compared.'
const sumOf = (values: ArrayLike<number>): number => { let sum = 0; for (let i = 0; i < values.length; i++) sum += values[i]!; return sum }

/** Scores of one picture from its own counts. */
export function pictureScore({ classes, truth, predicted, both }: ClassPixels): PictureScore {
  const pixels = sumOf(truth)
  if (pixels === 0) return { pixels, pixelAccuracy: null, meanIou: null }
  let sum = 0
  for (let c = 0; c < classes.length; c++) {
    const union = truth[c]! + predicted[c]! - both[c]!
    sum += union === 0 ? 1 : both[c]! / union
  }
  return { pixels, pixelAccuracy: sumOf(both) / pixels, meanIou: sum / classes.length }
}

interface Pooled { readonly accuracy: number, readonly classAccuracy: number, readonly iou: Float64Array, readonly dice: Float64Array, readonly meanIou: number, readonly meanDice: number, readonly weightedIou: number }

/** The pooled numbers; NaN where there is nothing to divide by. */
export function pooledScores({ classes, truth, predicted, both }: ClassPixels): Pooled {
  const k = classes.length
  const iou = new Float64Array(k)
  const dice = new Float64Array(k)
  let recalls = 0, present = 0, ious = 0, dices = 0, seen = 0, weighted = 0
  for (let c = 0; c < k; c++) {
    const union = truth[c]! + predicted[c]! - both[c]!
    iou[c] = both[c]! / union
    dice[c] = 2 * both[c]! / (truth[c]! + predicted[c]!)
    if (truth[c]! > 0) { recalls += both[c]! / truth[c]!; present++; weighted += truth[c]! * iou[c]! }
    if (union > 0) { ious += iou[c]!; dices += dice[c]!; seen++ }
  }
  const pixels = sumOf(truth)
  return { accuracy: sumOf(both) / pixels, classAccuracy: recalls / present, iou, dice, meanIou: ious / seen, meanDice: dices / seen, weightedIou: weighted / pixels }
}

export interface MaskCounts extends ClassPixels {
  readonly pictures: number
  /** Pictures in which the class has a true or predicted pixel. */
  readonly seenIn: ArrayLike<number>
  /** Pixels that count, but that the model gave a class outside the list. */
  readonly outside: number
  readonly ignored: number
  /** Mean of the pictures' own mean IoU; NaN without a picture that counts. */
  readonly meanOverPictures: number
}

/** Every metric of a set of masks. `n` is the number of pictures behind a number, since pixels of one picture are no independent rows. */
export function segmentationMetrics(counts: MaskCounts): MetricValue[] {
  const n = counts.pictures
  const pixels = sumOf(counts.truth)
  const pooled = pooledScores(counts)
  const empty = pixels === 0 ? noPixels : null
  return [
    known('n_images', n, n), known('n_pixels', pixels, n), known('ignored_pixels', counts.ignored, n), known('pixels_outside_classes', counts.outside, n),
    valueUnless(empty, 'pixel_accuracy', n, () => pooled.accuracy),
    valueUnless(empty, 'mean_class_accuracy', n, () => pooled.classAccuracy),
    valueUnless(empty, 'mean_iou', n, () => pooled.meanIou),
    valueUnless(empty, 'mean_dice', n, () => pooled.meanDice),
    valueUnless(empty, 'frequency_weighted_iou', n, () => pooled.weightedIou),
    valueUnless(empty, 'mean_over_images_of_mean_iou', n, () => counts.meanOverPictures),
    ...counts.classes.flatMap((label, c) => perClass(counts, label, c, pooled)),
  ]
}

function perClass(counts: MaskCounts, label: string, c: number, pooled: Pooled): MetricValue[] {
  const slice = classSlice(label)
  const n = counts.seenIn[c]!
  const nowhere = counts.truth[c]! + counts.predicted[c]! === 0
  const one = (metric: string, value: number): MetricValue => (nowhere ? unknown(metric, n, 'The class has no true and no predicted pixel.', slice) : known(metric, value, n, { slice }))
  return [
    one('iou', pooled.iou[c]!), one('dice', pooled.dice[c]!),
    known('class_pixels', counts.truth[c]!, n, { slice }), known('predicted_pixels', counts.predicted[c]!, n, { slice }),
  ]
}
