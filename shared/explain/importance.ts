// Permutation importance: how much worse the model gets when a column's values are shuffled. Owns the shuffling and its interval.
// A. Fisher, C. Rudin, F. Dominici, "All Models are Wrong, but Many are Useful", J. Mach. Learn. Res. 20, 2019 (model reliance).
import type { FeatureImportance } from '../domain/explanation.ts'
import { randomStream, type RandomStream } from '../statistics/random.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import { normalQuantile975 } from '../statistics/wilson.ts'
import type { Explainable } from './explainable.ts'

/** The loss of one answered row: `answers[start … start + width)` against the truth of sample row `row`. */
export type RowLoss = (answers: Float64Array, start: number, row: number) => number

function shuffled(random: RandomStream, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}

const lossesOf = (model: Explainable, answers: Float64Array, loss: RowLoss): Float64Array => Float64Array.from({ length: model.rows }, (_, row) => loss(answers, row * model.width, row))

/** Every feature's rise of the mean loss, the largest first. The interval counts rows as the sample, after averaging each over the shuffles. */
export async function permutationImportance(model: Explainable, loss: RowLoss, shuffles: number, seed: number): Promise<FeatureImportance[]> {
  const plain = lossesOf(model, await model.predict(model.rows, (row) => row), loss)
  const found: FeatureImportance[] = []
  for (let f = 0; f < model.features.length; f++) {
    // A stream of its own per feature: leaving one feature out does not change the others.
    const random = randomStream(seed * 1009 + f)
    const rises = new Float64Array(model.rows)
    for (let s = 0; s < shuffles; s++) {
      const order = shuffled(random, model.rows)
      const mixed = lossesOf(model, await model.predict(model.rows, (row, feature) => (feature === f ? order[row]! : row)), loss)
      for (let row = 0; row < model.rows; row++) rises[row] = rises[row]! + (mixed[row]! - plain[row]!) / shuffles
    }
    const rise = rises.reduce((sum, r) => sum + r, 0) / model.rows
    const half = normalQuantile975 * influenceError(rises, model.rows)
    found.push({ feature: model.features[f]!.name, rise, low: rise - half, high: rise + half })
  }
  return found.sort((a, b) => b.rise - a.rise)
}
