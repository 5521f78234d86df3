// Do the 95 % intervals hold the truth 95 times in 100? Simulated data whose true value is known by a formula, many times over.
// Seeds are fixed, so the answer is the same every time; INTERVAL_REPETITIONS asks for a longer look.
import { expect, test } from 'vitest'
import type { MetricValue } from '../../shared/domain/run.ts'
import { createClassificationAccumulator } from '../../shared/metrics/classification.ts'
import { createRegressionAccumulator } from '../../shared/metrics/regression.ts'
import { known } from '../../shared/metrics/metric-values.ts'
import { type ErrorTable, heavyErrorsNote, regressionIntervals } from '../../shared/metrics/regression-intervals.ts'
import { normalTail } from '../../shared/statistics/distributions.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'
import { normal, simulatedBoxes, trueMeanPrecisions } from './simulated-boxes.ts'

const repetitions = Number(process.env['INTERVAL_REPETITIONS'] ?? 300)

/** The share of simulated results whose interval holds the truth. */
function coverage(wanted: Readonly<Record<string, number>>, simulate: (random: RandomStream, seed: number) => readonly MetricValue[], times = repetitions): Record<string, number> {
  const held: Record<string, number> = Object.fromEntries(Object.keys(wanted).map((id) => [id, 0]))
  for (let i = 0; i < times; i++) {
    const metrics = simulate(randomStream(1000 + i), i)
    for (const [id, truth] of Object.entries(wanted)) {
      const found = metrics.find((m) => m.metric === id && m.slice === '')
      if (found?.low === null || found?.low === undefined || found.high === null) throw new Error(`${id} has no interval`)
      if (found.low <= truth && truth <= found.high) held[id] = held[id]! + 1
    }
  }
  return Object.fromEntries(Object.entries(held).map(([id, count]) => [id, count / times]))
}

/** 93 to 97 times in 100; a short look may miss that by chance, so it is given one and a half standard errors of itself. */
function expectCovered(shares: Readonly<Record<string, number>>, times = repetitions): void {
  const chance = times >= 2000 ? 0 : 1.5 * Math.sqrt(0.07 * 0.93 / times)
  console.info(Object.entries(shares).map(([id, share]) => `${id} ${(share * 100).toFixed(1)} %`).join(', '))
  for (const [id, share] of Object.entries(shares)) {
    expect(share, id).toBeGreaterThanOrEqual(0.93 - chance)
    expect(share, id).toBeLessThanOrEqual(0.97 + chance)
  }
}

/** Two normal scores one deviation and a bit apart, a third of the rows positive, decided at a threshold: all truths are normal tails. */
const shift = 1.2
const prior = 1 / 3
const threshold = 0.5

function binaryResult(random: RandomStream, seed: number, rows: number): readonly MetricValue[] {
  const truth = new Int32Array(rows)
  const predicted = new Int32Array(rows)
  const probabilities = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    truth[row] = random.next() < prior ? 1 : 0
    const score = normal(random) + (truth[row] === 1 ? shift : 0)
    predicted[row] = score >= threshold ? 1 : 0
    const p = 1 / (1 + Math.exp(-score))
    probabilities[row * 2] = 1 - p
    probabilities[row * 2 + 1] = p
  }
  const result = createClassificationAccumulator({ classes: ['no', 'yes'], positiveClass: 'yes', hasProbabilities: true, seed })
  result.add({ rows, truth, predicted, probabilities })
  return result.finish().metrics
}

const truePositive = normalTail(threshold - shift)
const falsePositive = normalTail(threshold)

/** E[f(score, class)] over both classes, by the midpoint rule. */
function expected(f: (score: number, positive: boolean) => number): number {
  let sum = 0
  const steps = 20_000
  for (let i = 0; i < steps; i++) {
    const z = -9 + 18 * (i + 0.5) / steps
    const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * 18 / steps
    sum += density * (prior * f(z + shift, true) + (1 - prior) * f(z, false))
  }
  return sum
}

const probability = (score: number): number => 1 / (1 + Math.exp(-score))

test('accuracy, F1, balanced accuracy, precision, recall, log loss, Brier score and mean confidence of 400 rows', { timeout: 600_000 }, () => {
  const hits = prior * truePositive
  const falseHits = (1 - prior) * falsePositive
  expectCovered(coverage({
    accuracy: hits + (1 - prior) * (1 - falsePositive),
    'binary.f1': 2 * hits / (prior + hits + falseHits),
    'binary.precision': hits / (hits + falseHits),
    'binary.recall': truePositive,
    balanced_accuracy: (truePositive + 1 - falsePositive) / 2,
    log_loss: expected((s, positive) => -Math.log(positive ? probability(s) : 1 - probability(s))),
    brier: expected((s, positive) => (probability(s) - (positive ? 1 : 0)) ** 2),
    mean_confidence: expected((s) => Math.max(probability(s), 1 - probability(s))),
  }, (random, seed) => binaryResult(random, seed, 400)))
})

test('RMSE, MAE, bias, R² and the median absolute error of 300 rows', { timeout: 600_000 }, () => {
  const rows = 300
  const noise = 2
  const spread = 3
  expectCovered(coverage({
    rmse: noise, mae: noise * Math.sqrt(2 / Math.PI), mean_error_bias: 0, r2: 1 - noise ** 2 / (spread ** 2 + noise ** 2), median_absolute_error: noise * 0.6744897501960817,
  }, (random, seed) => {
    const truth = new Float64Array(rows)
    const predicted = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      predicted[row] = spread * normal(random)
      truth[row] = predicted[row]! + noise * normal(random)
    }
    const result = createRegressionAccumulator({ seed })
    result.add({ rows, truth, predicted })
    return result.finish().metrics
  }))
})

/** Squared errors with longer and longer tails: unit errors whose root mean square and mean absolute size are known. */
const tails: Readonly<Record<string, { readonly draw: (random: RandomStream) => number, readonly rmse: number, readonly mae: number }>> = {
  normal: { draw: normal, rmse: 1, mae: Math.sqrt(2 / Math.PI) },
  // Student's t with five degrees: variance 5/3; E|t| = 2 Γ(3) √5 ÷ (√π · Γ(5/2) · 4) = 8 √5 ÷ (6 π).
  student: { draw: (random) => normal(random) / Math.sqrt([1, 2, 3, 4, 5].reduce((sum) => sum + normal(random) ** 2, 0) / 5), rmse: Math.sqrt(5 / 3), mae: 8 * Math.sqrt(5) / (6 * Math.PI) },
  Laplace: { draw: (random) => (random.next() < 0.5 ? -1 : 1) * -Math.log(1 - random.next()), rmse: Math.SQRT2, mae: 1 },
  lognormal: { draw: (random) => Math.exp(normal(random)), rmse: Math.E, mae: Math.exp(0.5) },
}

function errorsOf(random: RandomStream, tail: string, rows: number): ErrorTable {
  const error = Float64Array.from({ length: rows }, () => tails[tail]!.draw(random))
  return { truth: new Float64Array(rows), predicted: error, error }
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

// The squares of Student's errors have no third moment, so that no correction reaches 95 there.
test.each([['normal', 30, 0.92], ['student', 100, 0.9], ['Laplace', 200, 0.92]] as const)('RMSE and MAE of %s errors in %i rows hold the truth in %d of the cases or more', { timeout: 600_000 }, (tail, rows, least) => {
  const { rmse, mae } = tails[tail]!
  const shares = coverage({ rmse, mae }, (random) => {
    const table = errorsOf(random, tail, rows)
    return regressionIntervals([known('rmse', Math.sqrt(meanOf(table.error.map((e) => e * e))), rows), known('mae', meanOf(table.error.map(Math.abs)), rows)], table, rows)
  }, repetitions * 3)
  console.info(Object.entries(shares).map(([id, share]) => `${id} ${(share * 100).toFixed(1)} %`).join(', '))
  for (const [id, share] of Object.entries(shares)) expect(share, id).toBeGreaterThanOrEqual(least)
})

test('where a few rows carry most of the squared error, the result says that no interval of it can be trusted', () => {
  const noted = (tail: string): number => Array.from({ length: 40 }, (_, i) => heavyErrorsNote(errorsOf(randomStream(7000 + i), tail, 200), 200)).filter((note) => note !== null).length
  expect(noted('lognormal')).toBeGreaterThan(30)
  expect(noted('normal')).toBe(0)
  const result = createRegressionAccumulator({ seed: 1 })
  result.add({ rows: 200, ...errorsOf(randomStream(7000), 'lognormal', 200) })
  expect(result.finish().notes?.[0]).toMatch(/^A few rows carry most of the squared error: half of it lies in \d+ of 200 rows\./)
})

// Every data set is drawn from hundreds of times, so that fewer of them are looked at.
test.each([[40, 2], [200, 6]])('mAP of %i pictures: held, and no wider than it must be', { timeout: 3_600_000 }, (pictures, fewer) => {
  const times = Math.ceil(repetitions / fewer)
  const seen: Record<string, { value: number, width: number }[]> = {}
  expectCovered(coverage(trueMeanPrecisions(), (random, seed) => {
    const metrics = simulatedBoxes(random, seed, pictures)
    for (const id of ['map50', 'map75', 'map50_95']) for (const m of metrics) if (m.metric === id && m.slice === '') (seen[id] ??= []).push({ value: m.value!, width: m.high! - m.low! })
    return metrics
  }, times), times)
  // A short look cannot tell 99 % from 95 %, but it can tell an interval that is wider than the spread of the estimates asks for.
  for (const [id, found] of Object.entries(seen)) {
    const middle = found.reduce((sum, f) => sum + f.value, 0) / times
    const spread = Math.sqrt(found.reduce((sum, f) => sum + (f.value - middle) ** 2, 0) / (times - 1))
    expect(found.reduce((sum, f) => sum + f.width, 0) / times / (2 * 1.96 * spread), id).toBeLessThan(1.3)
  }
})

/** Every class has the same share of right answers, and every wrong class is as likely: all truths follow by hand. */
function alikeClasses(classes: number, right: number, rows: number, times: number): Record<string, number> {
  const names = Array.from({ length: classes }, (_, c) => String(c))
  const chance = 1 / classes
  const beyondChance = (right - chance) / (1 - chance)
  const truths = { accuracy: right, balanced_accuracy: right, 'macro.f1': right, matthews_corrcoef: beyondChance, cohen_kappa: beyondChance, f1: right, precision: right, recall: right }
  return coverage(truths, (random, seed) => {
    const truth = Int32Array.from({ length: rows }, (_, row) => row % classes)
    const predicted = truth.map((own) => random.next() < right ? own : (own + 1 + random.below(classes - 1)) % classes)
    const result = createClassificationAccumulator({ classes: names, positiveClass: null, hasProbabilities: false, seed })
    result.add({ rows, truth, predicted, probabilities: null })
    // Of single classes the first is looked at.
    return result.finish().metrics.flatMap((m) => m.slice === '' ? [m] : m.slice === 'class:0' ? [{ ...m, slice: '' }] : [])
  }, times)
}

test.each([[10, 0.97, 100], [3, 0.97, 30], [2, 0.98, 60]])('%i classes, %d right, %i rows: hardly an error, and still no interval that is a point', { timeout: 600_000 }, (classes, right, rows) => {
  const shares = alikeClasses(classes, right, rows, Math.ceil(repetitions / 3))
  console.info(Object.entries(shares).map(([id, share]) => `${id} ${(share * 100).toFixed(1)} %`).join(', '))
  for (const [id, share] of Object.entries(shares)) expect(share, id).toBeGreaterThanOrEqual(0.9)
})

test('without one error seen, every interval leaves room; a class that does not occur has no score and is in no average', () => {
  const result = createClassificationAccumulator({ classes: ['a', 'b', 'never'], positiveClass: null, hasProbabilities: false, seed: 1 })
  const truth = Int32Array.from({ length: 30 }, (_, row) => row % 2)
  result.add({ rows: 30, truth, predicted: truth, probabilities: null })
  const { metrics } = result.finish()
  const of = (metric: string, slice = ''): MetricValue => metrics.find((m) => m.metric === metric && m.slice === slice)!
  for (const m of [of('accuracy'), of('macro.f1'), of('balanced_accuracy'), of('matthews_corrcoef'), of('f1', 'class:a'), of('precision', 'class:b')]) {
    expect(m).toMatchObject({ value: 1, high: 1 })
    expect(m.low!, m.metric).toBeLessThan(0.97)
    expect(m.low!, m.metric).toBeGreaterThan(0.6)
  }
  for (const metric of ['precision', 'recall', 'f1']) expect(of(metric, 'class:never')).toMatchObject({ value: null, reason: 'No row is truly of this class or was predicted as it.' })
})
