// Shapley values of single rows by sampling orders of the columns, with their standard errors. Owns the sampling.
// E. Štrumbelj, I. Kononenko, "Explaining prediction models and individual predictions with feature contributions", Knowl. Inf. Syst. 41, 2014;
// each order is also walked backwards with the same background row, which cancels much of the noise (R. Mitchell et al., J. Mach. Learn. Res. 23, 2022).
import type { Contribution } from '../domain/explanation.ts'
import { randomStream } from '../statistics/random.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import type { Explainable } from './explainable.ts'

export interface ShapleyValues { readonly answer: number, readonly base: number, readonly sumError: number, readonly contributions: Contribution[] }

/** Mixed rows that are asked for in one call. */
const rowsACall = 4096

interface Walk { readonly order: Uint32Array, readonly background: number }

function drawWalks(features: number, rows: number, orders: number, seed: number): Walk[] {
  const random = randomStream(seed)
  return Array.from({ length: orders }).flatMap(() => {
    const order = Uint32Array.from({ length: features }, (_, i) => i)
    for (let i = features - 1; i > 0; i--) {
      const j = random.below(i + 1)
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
    }
    const background = random.below(rows)
    return [{ order, background }, { order: order.slice().reverse(), background }]
  })
}

/** The answers along each walk: from the background row, taking over one more cell of the explained row at every step. */
async function answersAlong(model: Explainable, output: number, explained: number, walks: readonly Walk[]): Promise<Float64Array[]> {
  const steps = model.features.length + 1
  const places = walks.map(({ order }) => {
    const place = new Uint32Array(order.length)
    order.forEach((feature, i) => { place[feature] = i })
    return place
  })
  const answers = await model.predict(walks.length * steps, (row, feature) => {
    const walk = Math.floor(row / steps)
    return places[walk]![feature]! < row % steps ? explained : walks[walk]!.background
  })
  return walks.map((_, w) => Float64Array.from({ length: steps }, (_, step) => answers[(w * steps + step) * model.width + output]!))
}

/**
 * The standard error of a share: of the orders and background rows drawn from the sample, and of the sample itself, which stands for more rows. A share is a mean
 * over background rows; the spread of the draws is at least that of the rows, so the second part is never too small (exact where columns do not interact).
 * W. G. Cochran, Sampling Techniques, 1977, sections 2.6 (finite populations) and 10.2 (two stages).
 */
function shareError(draws: Float64Array, { rows, of = rows }: Pick<Explainable, 'rows' | 'of'>): number {
  if (draws.length < 2) return 0
  const own = influenceError(draws, draws.length)
  return Math.hypot(own, own * Math.sqrt(draws.length / rows * Math.max(0, 1 - rows / of)))
}

/**
 * Every feature's share in the distance between the answer to sample row `explained` and the mean answer to the model's sample.
 * Unbiased; the standard error counts a pair of walks as one draw, and is that towards the mean answer to all rows that the sample was drawn from.
 */
export async function shapleyValues(model: Explainable, output: number, explained: number, orders: number, seed: number): Promise<ShapleyValues> {
  const features = model.features.length
  const walks = drawWalks(features, model.rows, orders, seed)
  const draws = model.features.map(() => new Float64Array(orders))
  const batch = Math.max(2, 2 * Math.floor(rowsACall / (2 * (features + 1))))
  for (let from = 0; from < walks.length; from += batch) {
    const part = walks.slice(from, from + batch)
    const along = await answersAlong(model, output, explained, part)
    part.forEach(({ order }, w) => order.forEach((feature, i) => {
      const pair = (from + w) >> 1
      draws[feature]![pair] = draws[feature]![pair]! + (along[w]![i + 1]! - along[w]![i]!) / 2
    }))
  }
  const whole = await model.predict(model.rows + 1, (row) => (row === model.rows ? explained : row))
  let base = 0
  for (let row = 0; row < model.rows; row++) base += whole[row * model.width + output]! / model.rows
  const contributions = model.features.map((feature, f): Contribution => {
    const cell = feature.values[explained]
    return {
      feature: feature.name, value: cell === undefined || (typeof cell === 'number' && Number.isNaN(cell)) ? null : cell,
      share: draws[f]!.reduce((sum, d) => sum + d, 0) / orders, standardError: shareError(draws[f]!, model),
    }
  })
  const sums = Float64Array.from({ length: orders }, (_, pair) => draws.reduce((sum, own) => sum + own[pair]!, 0))
  return { sumError: orders < 2 ? 0 : influenceError(sums, orders), answer: whole[model.rows * model.width + output]!, base, contributions: contributions.sort((a, b) => Math.abs(b.share) - Math.abs(a.share)) }
}
