// The streaming accumulator for semantic segmentation: masks go in picture by picture, as class indices.
// Memory: K² counts, and four numbers per class and picture for the intervals. Owns no reading and no resizing of masks.
import type { MetricResult } from './accumulator.ts'
import { matrixRows } from './confusion.ts'
import { PictureLedger, withMaskIntervals } from './segmentation-intervals.ts'
import { pictureScore, pooledScores, segmentationMetrics, type PictureScore } from './segmentation-scores.ts'

/** By convention the value of a mask's pixels that are not judged. */
export const conventionalIgnoreValue = 255

/** In a true mask: not judged, whatever was predicted. In a predicted mask: no class of the list, which is wrong wherever it is judged. */
export const noClass = -1

export interface MaskPair {
  /** Class index of each true pixel, or `noClass`. */
  readonly truth: ArrayLike<number>
  /** Class index of each predicted pixel, or `noClass`; as long as `truth`. */
  readonly predicted: ArrayLike<number>
}

export interface SegmentationSetup {
  readonly classes: readonly string[]
  readonly seed: number
}

export interface SegmentationAccumulator {
  /** Counts one picture and tells its own scores. Throws RangeError for masks of different length or an index outside the classes. */
  add(pair: MaskPair): PictureScore
  headline(): { metric: string, value: number } | null
  finish(): MetricResult
}

class Segmentation implements SegmentationAccumulator {
  readonly #setup: SegmentationSetup
  /** K × (K + 1): the last column counts judged pixels that were given no class of the list. */
  readonly #matrix: Float64Array
  readonly #picture: Float64Array
  readonly #seenIn: Float64Array
  readonly #ledger = new PictureLedger()
  #pictures = 0
  #ignored = 0
  #judged = 0
  #meanSum = 0

  constructor(setup: SegmentationSetup) {
    const k = setup.classes.length
    this.#setup = setup
    this.#matrix = new Float64Array(k * (k + 1))
    this.#picture = new Float64Array(k * (k + 1))
    this.#seenIn = new Float64Array(k)
  }

  add(pair: MaskPair): PictureScore {
    this.#count(pair)
    const counts = this.#sums(this.#picture)
    const score = pictureScore(counts)
    this.#pictures++
    if (score.meanIou === null) return score
    for (let i = 0; i < this.#matrix.length; i++) this.#matrix[i]! += this.#picture[i]!
    for (let c = 0; c < this.#seenIn.length; c++) if (counts.truth[c]! + counts.predicted[c]! > 0) this.#seenIn[c]!++
    this.#judged++
    this.#meanSum += score.meanIou
    this.#ledger.push(counts, score.meanIou)
    return score
  }

  headline(): { metric: string, value: number } | null {
    return this.#judged === 0 ? null : { metric: 'mean_iou', value: pooledScores(this.#sums(this.#matrix)).meanIou }
  }

  finish(): MetricResult {
    const { classes, seed } = this.#setup
    const k = classes.length
    const sums = this.#sums(this.#matrix)
    let outside = 0
    const square = new Float64Array(k * k)
    for (let c = 0; c < k; c++) {
      outside += this.#matrix[c * (k + 1) + k]!
      square.set(this.#matrix.subarray(c * (k + 1), c * (k + 1) + k), c * k)
    }
    const metrics = segmentationMetrics({ ...sums, pictures: this.#pictures, seenIn: this.#seenIn, outside, ignored: this.#ignored, meanOverPictures: this.#meanSum / this.#judged })
    return {
      metrics: withMaskIntervals(metrics, this.#ledger.intervals(classes, seed)),
      curves: [{ kind: 'confusion', classes: [...classes], counts: matrixRows({ classes, counts: square }) }],
    }
  }

  #count({ truth, predicted }: MaskPair): void {
    const k = this.#setup.classes.length
    const cells = this.#picture.fill(0)
    if (truth.length !== predicted.length) throw new RangeError(`masks of ${truth.length} and ${predicted.length} pixels`)
    let ignored = 0
    for (let i = 0; i < truth.length; i++) {
      const own = truth[i]!
      if (own === noClass) { ignored++; continue }
      const answer = predicted[i]!
      if (!(own >= 0 && own < k && answer >= noClass && answer < k)) throw new RangeError(`class index out of range: ${own}, ${answer}`)
      cells[own * (k + 1) + (answer === noClass ? k : answer)]!++
    }
    this.#ignored += ignored
  }

  #sums(matrix: Float64Array) {
    const { classes } = this.#setup
    const k = classes.length
    const [truth, predicted, both] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)]
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= k; b++) {
        const count = matrix[a * (k + 1) + b]!
        truth[a]! += count
        if (b < k) predicted[b]! += count
      }
      both[a] = matrix[a * (k + 1) + a]!
    }
    return { classes, truth, predicted, both }
  }
}

/** Starts a result over `classes` (at least two, all different), in the order of the model's output. Throws RangeError otherwise. */
export function createSegmentationAccumulator(setup: SegmentationSetup): SegmentationAccumulator {
  if (setup.classes.length < 2 || new Set(setup.classes).size !== setup.classes.length) throw new RangeError('classes must be at least two and all different')
  return new Segmentation(setup)
}
