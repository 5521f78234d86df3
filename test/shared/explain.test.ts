// Explanations against closed forms: Shapley values of linear and of interacting models, importance of planted features, dependence of known curves.
import { describe, expect, test } from 'vitest'
import { partialDependence } from '../../shared/explain/dependence.ts'
import { modelRows, type Explainable, type Feature } from '../../shared/explain/explainable.ts'
import { permutationImportance } from '../../shared/explain/importance.ts'
import { shapleyValues } from '../../shared/explain/shapley.ts'
import { randomStream } from '../../shared/statistics/random.ts'

const sample = 300

/** Independent uniform numbers; the last row of every column is the explained one, outside the sample. */
function columns(names: readonly string[]): Feature[] {
  const random = randomStream(2)
  return names.map((name) => ({ name, kind: 'number' as const, values: Float64Array.from({ length: sample + 1 }, () => Math.round(random.next() * 1000) / 100) }))
}

/** A model that is a plain function of numbers, and a count of the rows that it was asked for. */
function modelOf(features: readonly Feature[], answer: (x: readonly number[]) => number): Explainable & { asked: number } {
  return {
    features, rows: sample, width: 1, asked: 0,
    async predict(count, source) {
      this.asked += count
      return Float64Array.from({ length: count }, (_, row) => answer(features.map((f, i) => Number(f.values[source(row, i)]))))
    },
  }
}

const mean = (values: ArrayLike<number>, of: (v: number) => number = (v) => v): number => Array.from({ length: sample }, (_, i) => of(values[i]!)).reduce((a, b) => a + b, 0) / sample

describe('Shapley values', () => {
  test('of a linear model are weight times the distance from the mean', async () => {
    const features = columns(['a', 'b', 'c'])
    const weights = [2, -1, 0]
    const model = modelOf(features, (x) => 5 + x.reduce((sum, v, i) => sum + weights[i]! * v, 0))
    const { contributions, base, answer, sumError } = await shapleyValues(model, 0, sample, 400, 1)
    for (const { feature, share, standardError } of contributions) {
      const i = features.findIndex((f) => f.name === feature)
      const values = features[i]!.values as Float64Array
      expect(Math.abs(share - weights[i]! * (values[sample]! - mean(values)))).toBeLessThanOrEqual(4 * standardError + 1e-12)
      expect(standardError).toBeLessThan(0.4)
    }
    expect(base + contributions.reduce((sum, c) => sum + c.share, 0)).toBeCloseTo(answer, 0)
    // Each order ends at the explained row and begins at a drawn one, so the sum is off by the mean of 400 drawn answers: spread ÷ √400.
    const answers = Array.from({ length: sample }, (_, row) => features.reduce((sum, f, i) => sum + weights[i]! * Number(f.values[row]), 0))
    const spread = Math.sqrt(mean(Float64Array.from(answers, (v) => v * v)) - mean(Float64Array.from(answers)) ** 2)
    expect(sumError / (spread / 20)).toBeGreaterThan(0.85)
    expect(sumError / (spread / 20)).toBeLessThan(1.15)
  })

  test('have a standard error that knows of the sample: over many samples the distance to the closed form over all rows is one standard error', async () => {
    const all = 4000
    const random = randomStream(11)
    const population = [0, 1, 2].map(() => Float64Array.from({ length: all }, () => random.next() * random.next() * 10))
    const weights = [2, -1, 0.5]
    const means = population.map((column) => column.reduce((sum, v) => sum + v, 0) / all)
    const draw = async (rows: number, orders: number, trials: number): Promise<number> => {
      let squares = 0
      for (let trial = 0; trial < trials; trial++) {
        const order = Uint32Array.from({ length: all }, (_, i) => i)
        for (let i = 0; i < rows; i++) { const j = i + random.below(all - i); [order[i], order[j]] = [order[j]!, order[i]!] }
        // The explained row stands behind the sample.
        const features = population.map((column, f): Feature => ({ name: String(f), kind: 'number', values: Float64Array.from({ length: rows + 1 }, (_, i) => (i < rows ? column[order[i]!]! : 7)) }))
        const model: Explainable = { ...modelOf(features, (x) => x.reduce((sum, v, i) => sum + weights[i]! * v, 0)), rows, of: all }
        for (const { feature, share, standardError } of (await shapleyValues(model, 0, rows, orders, trial)).contributions) squares += ((share - weights[Number(feature)]! * (7 - means[Number(feature)]!)) / standardError) ** 2
      }
      return Math.sqrt(squares / (3 * trials))
    }
    // The default of 500 rows and 100 orders; then one where the sample is nearly all of the error, and without its part the answer would be 2.1. 300 values each: a standard error of 0.04.
    const usual = await draw(500, 100, 100)
    expect(usual).toBeGreaterThan(0.88)
    expect(usual).toBeLessThan(1.12)
    const mostlySample = await draw(60, 200, 100)
    expect(mostlySample).toBeGreaterThan(0.85)
    expect(mostlySample).toBeLessThan(1.2)
  })

  test('of a product are shared by the rule: the mean over both orders', async () => {
    const features = columns(['a', 'b'])
    const [a, b] = features.map((f) => f.values as Float64Array) as [Float64Array, Float64Array]
    const { contributions } = await shapleyValues(modelOf(features, ([x, y]) => x! * y!), 0, sample, 2000, 3)
    const none = Array.from({ length: sample }, (_, i) => a[i]! * b[i]!).reduce((sum, v) => sum + v, 0) / sample
    const both = a[sample]! * b[sample]!
    const onlyA = a[sample]! * mean(b)
    const onlyB = mean(a) * b[sample]!
    const wanted = { a: (onlyA - none + both - onlyB) / 2, b: (onlyB - none + both - onlyA) / 2 }
    for (const { feature, share, standardError } of contributions) expect(Math.abs(share - wanted[feature as 'a' | 'b'])).toBeLessThanOrEqual(4 * standardError)
  })
})

test('permutation importance finds the planted feature and calls the useless one useless', async () => {
  const features = columns(['noise', 'signal', 'weak'])
  const signal = features[1]!.values as Float64Array
  const weak = features[2]!.values as Float64Array
  const model = modelOf(features, ([, s, w]) => 3 * s! + 0.3 * w!)
  const truth = (row: number): number => 3 * signal[row]! + 0.3 * weak[row]!
  const found = await permutationImportance(model, (answers, start, row) => (answers[start]! - truth(row)) ** 2, 5, 1)
  expect(found.map((f) => f.feature)).toEqual(['signal', 'weak', 'noise'])
  expect(found[2]).toEqual({ feature: 'noise', rise: 0, low: 0, high: 0 })
  // Shuffling x in a linear model adds twice the variance of weight · x to the squared error, on average.
  const variance = mean(signal, (v) => (v - mean(signal)) ** 2)
  expect(found[0]!.low).toBeLessThan(2 * 9 * variance)
  expect(found[0]!.high).toBeGreaterThan(2 * 9 * variance)
})

describe('partial dependence', () => {
  test('of an additive model is the curve itself, shifted by the mean of the rest', async () => {
    const features = columns(['x', 'y'])
    const [curve] = await partialDependence(modelOf(features, ([x, y]) => x! ** 2 + y!), 0, 9)
    expect(curve?.feature).toBe('x')
    for (const point of curve!.points) expect(point.mean).toBeCloseTo(Number(point.value) ** 2 + mean(features[1]!.values as Float64Array), 9)
    expect(curve!.points.reduce((sum, p) => sum + p.rows, 0)).toBe(sample)
  })
  test('of texts takes the most common ones', async () => {
    const random = randomStream(4)
    const values = Array.from({ length: sample + 1 }, () => ['red', 'red', 'red', 'blue', 'blue', 'green'][random.below(6)]!)
    const features: Feature[] = [{ name: 'colour', kind: 'text', values }]
    const model: Explainable = { features, rows: sample, width: 1, predict: async (count, source) => Float64Array.from({ length: count }, (_, row) => values[source(row, 0)]!.length) }
    const [curve] = await partialDependence(model, 0, 2)
    expect(curve!.points.map((p) => [p.value, p.mean])).toEqual([['red', 3], ['blue', 4]])
  })
})

test('the budget is what is really asked for', async () => {
  const features = columns(['a', 'b', 'c'])
  const model = modelOf(features, ([a]) => a!)
  const budget = { rows: sample, shuffles: 3, values: 6, orders: 20 }
  await permutationImportance(model, () => 0, budget.shuffles, 1)
  await partialDependence(model, 0, budget.values)
  await shapleyValues(model, 0, sample, budget.orders, 1)
  // The explained row's own answer and the base are asked for beside the walks.
  expect(model.asked - (sample + 1)).toBeLessThanOrEqual(modelRows(3, sample, 1, budget))
  expect(model.asked).toBeGreaterThan(0.9 * modelRows(3, sample, 1, budget))
})
