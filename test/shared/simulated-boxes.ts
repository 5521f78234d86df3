// Pictures with boxes of two classes whose average precision is known by a formula: scores are normal, overlaps have a known distribution.
// Owns the simulation and its truth; measures nothing.
import { createDetectionAccumulator } from '../../shared/metrics/detection.ts'
import type { PictureBoxes } from '../../shared/metrics/detection-match.ts'
import type { MetricValue } from '../../shared/domain/run.ts'
import { normalTail } from '../../shared/statistics/distributions.ts'
import type { RandomStream } from '../../shared/statistics/random.ts'

/** A standard normal number: G. E. P. Box, M. E. Muller, 1958. */
export const normal = (random: RandomStream): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** A true box is found with this probability, with a score `shift` above that of wrong boxes, which a picture has of a class with `wrongShare`. A class has 0, 1 or 2 true boxes in a picture. */
const found = 0.85
const shift = 2
const wrongShare = 0.5

/** The overlap of a found box is 1 − v² ÷ 2 with v uniform, so that it reaches t with this probability. */
const reaches = (t: number): number => Math.min(1, Math.sqrt((1 - t) * 2))

/** The limit of COCO's average precision for endlessly many pictures: the mean over 101 recalls of the best precision at that recall or higher. */
function truePrecision(t: number): number {
  const steps = 40_000
  const precision: number[] = []
  const recall: number[] = []
  for (let i = 0; i <= steps; i++) {
    const score = 9 - 18 * i / steps
    const hits = found * normalTail(score - shift)
    const right = hits * reaches(t)
    precision.push(right / (hits + wrongShare * normalTail(score)))
    recall.push(right)
  }
  for (let i = steps - 1; i >= 0; i--) precision[i] = Math.max(precision[i]!, precision[i + 1]!)
  let [sum, at] = [0, 0]
  for (let point = 0; point <= 100; point++) {
    while (at <= steps && recall[at]! < point / 100) at++
    if (at > steps) break
    sum += precision[at]!
  }
  return sum / 101
}

/** The true values of what `simulatedBoxes` measures; both classes are alike. */
export function trueMeanPrecisions(): Record<string, number> {
  const each = Array.from({ length: 10 }, (_, i) => truePrecision(0.5 + i * 0.05))
  return { map50: each[0]!, map75: each[5]!, map50_95: each.reduce((a, b) => a + b, 0) / 10 }
}

const side = 50
const probability = (score: number): number => 1 / (1 + Math.exp(-score))
const boxAt = (x: number, classIndex: number) => ({ x1: x, y1: classIndex * 200, x2: x + side, y2: classIndex * 200 + side, classIndex })

function simulatedPicture(random: RandomStream): PictureBoxes {
  const truth: PictureBoxes['truth'][number][] = []
  const predicted: PictureBoxes['predicted'][number][] = []
  for (const classIndex of [0, 1]) {
    const boxes = random.below(3)
    for (let k = 0; k < boxes; k++) {
      truth.push(boxAt(k * 200, classIndex))
      if (random.next() >= found) continue
      const overlap = 1 - random.next() ** 2 / 2
      // Two boxes of one size, moved apart by d, overlap by (side − d) ÷ (side + d).
      predicted.push({ ...boxAt(k * 200 + side * (1 - overlap) / (1 + overlap), classIndex), score: probability(normal(random) + shift) })
    }
    if (random.next() < wrongShare) predicted.push({ ...boxAt(1000, classIndex), score: probability(normal(random)) })
  }
  return { truth, predicted }
}

export function simulatedBoxes(random: RandomStream, seed: number, pictures: number): readonly MetricValue[] {
  const accumulator = createDetectionAccumulator({ classes: ['one', 'other'], score: 0.5, seed })
  accumulator.add(Array.from({ length: pictures }, () => simulatedPicture(random)))
  return accumulator.finish().metrics
}
