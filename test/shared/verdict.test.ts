// The statistics behind a verdict: against brute force, against every comparison of the fixtures, and against the rates that they state, on simulated pairs.
import { describe, expect, it, test } from 'vitest'
import { createRegressionAccumulator } from '../../shared/metrics/regression.ts'
import { createClassificationAccumulator } from '../../shared/metrics/classification.ts'
import { pairedAreas } from '../../shared/statistics/delong.ts'
import { normalTail } from '../../shared/statistics/distributions.ts'
import { adjustByHolm } from '../../shared/statistics/holm.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'
import { isTested, type Difference } from '../../shared/verdict/difference.ts'
import { comparePair, judgePairs, type JudgedPair, type JudgeOptions } from '../../shared/verdict/judge-pairs.ts'
import { comparedMetrics, pairedDifferences, type PairedAnswers } from '../../shared/verdict/paired-differences.ts'
import { detectableMean, detectableShares, rowsForMean, rowsForShares } from '../../shared/statistics/sample-size.ts'
import { drawBinomial } from '../../shared/statistics/multinomial.ts'
import { shareDifference } from '../../shared/verdict/label-differences.ts'
import { meanDifferenceOf } from '../../shared/verdict/sum-differences.ts'
import { classificationCases, loadClassification, loadRegression, regressionCases } from './fixture-cases.ts'
import { readReference } from './reference-metrics.ts'
import { normal } from './simulated-boxes.ts'

const options: JudgeOptions = { confidence: 0.95, power: 0.8, seed: 1, margins: {} }
const wanted = (...ids: readonly string[]) => ids.map((metric) => ({ metric, slice: '' }))
const judged = (pair: PairedAnswers, ids: readonly string[], more: Partial<JudgeOptions> = {}): JudgedPair => judgePairs([comparePair(pair, wanted(...ids), options)], { ...options, ...more }).challengers[0]!
const tested = (pair: PairedAnswers, ...ids: readonly string[]): Difference[] => pairedDifferences(pair, wanted(...ids), options).map((d) => { if (!isTested(d)) throw new Error(`${d.metric}: ${d.reason}`); return d })

interface Simulated { readonly truth: Int32Array, readonly scores: readonly [Float64Array, Float64Array] }

/** Two classes; both models see the truth through noise that they share in part. `gain`: how much clearer the second sees. */
function simulate(random: RandomStream, rows: number, gain = 0, shared = 0.6): Simulated {
  const truth = new Int32Array(rows)
  const scores = [new Float64Array(rows), new Float64Array(rows)] as const
  for (let i = 0; i < rows; i++) {
    truth[i] = random.next() < 0.4 ? 1 : 0
    const common = normal(random) * Math.sqrt(shared)
    scores.forEach((side, s) => { side[i] = 1 / (1 + Math.exp(-((truth[i] === 1 ? 1 : -1) * (1 + s * gain) * 0.8 + common + normal(random) * Math.sqrt(1 - shared)))) })
  }
  return { truth, scores }
}

function asPair({ truth, scores: [first, second] }: Simulated): PairedAnswers {
  const decide = (scores: Float64Array): Int32Array => Int32Array.from(scores, (p) => (p >= 0.5 ? 1 : 0))
  const loss = (scores: Float64Array): Float64Array => scores.map((p, i) => -Math.log(truth[i] === 1 ? p : 1 - p))
  const brier = (scores: Float64Array): Float64Array => scores.map((p, i) => (p - truth[i]!) ** 2)
  const complement = (scores: Float64Array): Float64Array => scores.map((p) => 1 - p)
  return {
    kind: 'classes', answers: { classes: ['no', 'yes'], positiveClass: 'yes', truth, first: decide(first), second: decide(second) },
    logLoss: { first: loss(first), second: loss(second) }, brier: { first: brier(first), second: brier(second) },
    ranked: { truth, positive: 1, classes: [{ label: 'no', first: complement(first), second: complement(second) }, { label: 'yes', first, second }] },
  }
}

/** DeLong's variance straight from its definition: every pair of opposite rows, the covariance matrix of both models' components. */
function byEveryPair(positive: Uint8Array, sides: readonly [Float64Array, Float64Array]): { areas: number[], error: number } {
  const own = [...positive.keys()].filter((i) => positive[i] === 1)
  const other = [...positive.keys()].filter((i) => positive[i] === 0)
  const kernel = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0)
  const v10 = sides.map((s) => own.map((i) => other.reduce((sum, j) => sum + kernel(s[i]!, s[j]!), 0) / other.length))
  const v01 = sides.map((s) => other.map((j) => own.reduce((sum, i) => sum + kernel(s[i]!, s[j]!), 0) / own.length))
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length
  const covariance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + (x - mean(a)) * (b[i]! - mean(b)), 0) / (a.length - 1)
  const cell = (r: number, c: number): number => covariance(v10[r]!, v10[c]!) / own.length + covariance(v01[r]!, v01[c]!) / other.length
  return { areas: v10.map(mean), error: Math.sqrt(cell(0, 0) + cell(1, 1) - 2 * cell(0, 1)) }
}

describe('DeLong', () => {
  it('is the covariance of every pair of rows, ties and all', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { truth, scores } = simulate(randomStream(seed), 60 + seed, 0.3)
      // Rounding makes ties, within a class and across.
      const sides = scores.map((s) => s.map((p) => Math.round(p * 12) / 12)) as unknown as readonly [Float64Array, Float64Array]
      const positive = Uint8Array.from(truth)
      const [got, want] = [pairedAreas(positive, ...sides)!, byEveryPair(positive, sides)]
      expect([got.first, got.second]).toEqual(want.areas.map((a) => expect.closeTo(a, 12)))
      expect(got.standardError).toBeCloseTo(want.error, 12)
    }
  })

  it('has no answer without two rows of each class, and no difference between a ranking and itself', () => {
    expect(pairedAreas(Uint8Array.of(1, 0, 0), Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3))).toBeNull()
    const { truth, scores } = simulate(randomStream(3), 80)
    expect(pairedAreas(Uint8Array.from(truth), scores[0], scores[0].map((p) => p * p))).toMatchObject({ difference: 0, standardError: 0, p: 1 })
  })
})

test('Holm multiplies the smallest p by all, the next by one fewer, and never falls', () => {
  // The example of the R documentation's method, worked by hand.
  expect(adjustByHolm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)))
  expect(adjustByHolm([0.6, 0.9])).toEqual([1, 1])
  expect(adjustByHolm([])).toEqual([])
})

describe('fixtures', () => {
  const classification = (reference: string) => loadClassification(classificationCases.find((c) => c.reference === reference)!)
  it('two classifiers of incomes: every value is that of the metric itself, and the verdict is better', () => {
    const [a, b] = ['v1', 'v2'].map((v) => classification(`adult-income/reference/${v}.test.json`)) as [ReturnType<typeof classification>, ReturnType<typeof classification>]
    const { classes, positiveClass } = a.setup
    const place = classes.indexOf(positiveClass!)
    const scores = (c: typeof a): Float64Array => Float64Array.from({ length: c.batch.rows }, (_, i) => c.batch.probabilities[i * 2 + place]!)
    const truth = Int32Array.from(a.batch.truth)
    const loss = (c: typeof a): Float64Array => Float64Array.from(truth, (t, i) => -Math.log(c.batch.probabilities[i * 2 + t]!))
    const brier = (c: typeof a): Float64Array => scores(c).map((p, i) => (p - (truth[i] === place ? 1 : 0)) ** 2)
    const pair: PairedAnswers = {
      kind: 'classes', answers: { classes, positiveClass, truth, first: a.batch.predicted, second: b.batch.predicted }, logLoss: { first: loss(a), second: loss(b) }, brier: { first: brier(a), second: brier(b) },
      ranked: { truth, positive: place, classes: classes.map((label) => ({ label, first: scores(a), second: scores(b) })) },
    }
    const ids = [...comparedMetrics['binary-classification'], 'brier', 'average_precision', 'ks_statistic', 'gini', 'balanced_accuracy', 'matthews_corrcoef']
    const metric = (c: typeof a, id: string): number => {
      const accumulator = createClassificationAccumulator(c.setup)
      accumulator.add(c.batch)
      return accumulator.finish().metrics.find((m) => m.metric === id && m.slice === '')!.value!
    }
    for (const d of tested(pair, ...ids)) {
      expect(d.first, d.metric).toBeCloseTo(metric(a, d.metric), 9)
      expect(d.second, d.metric).toBeCloseTo(metric(b, d.metric), 9)
      expect(d.low).toBeLessThan(d.value)
      expect(d.high).toBeGreaterThan(d.value)
    }
    const reference = readReference('adult-income/reference/compare.v1-vs-v2.test.json').metrics as unknown as { agreement: number, mcnemar: Record<string, number> }
    const verdict = judged(pair, comparedMetrics['binary-classification'])
    expect(verdict.agreement).toMatchObject({ share: reference.agreement, onlyFirstRight: reference.mcnemar['only_first_right'], exactP: expect.closeTo(reference.mcnemar['exact_p']!, 12) as number })
    // More than 25 rows differ, so that the corrected χ² decides.
    expect(verdict.metrics[0]!.p).toBeCloseTo(reference.mcnemar['chi2_corrected_p']!, 12)
    expect([verdict.answer, verdict.metrics[0]!.answer, verdict.metrics[1]!.answer]).toEqual(['better', 'better', 'better'])
  })

  it.each([['diabetes', 'test'], ['abalone', 'test']])('two regressors of %s: values are those of the metrics; no verdict on so few rows', (folder, data) => {
    const batch = (model: string) => loadRegression(regressionCases.find((c) => c.reference === `${folder}/reference/${model}.${data}.json`)!).batch
    const [first, second] = [batch('v1'), batch('v2')]
    const pair: PairedAnswers = { kind: 'values', truth: first.truth, first: first.predicted, second: second.predicted }
    const ids = ['rmse', 'mae', 'mse', 'r2', 'explained_variance', 'error_std', 'pearson_r', 'mape', 'smape', 'msle', 'rmsle']
    const metrics = (b: typeof first) => { const accumulator = createRegressionAccumulator({ seed: 1 }); accumulator.add(b); return new Map(accumulator.finish().metrics.map((m) => [m.metric, m.value])) }
    const [a, b] = [metrics(first), metrics(second)]
    const known = ids.filter((id) => a.get(id) != null && b.get(id) != null)
    expect(known.length).toBeGreaterThan(7)
    for (const d of tested(pair, ...known)) expect([d.first, d.second], d.metric).toEqual([expect.closeTo(a.get(d.metric)!, 8), expect.closeTo(b.get(d.metric)!, 8)])
    const want = readReference(`${folder}/reference/compare.v1-vs-v2.${data}.json`).metrics as unknown as Record<string, number>
    const verdict = judged(pair, ['mae'])
    // The verdict's own p reckons with skewness: never smaller than that of the plain test, which stands beside it.
    expect(verdict.metrics[0]!.p).toBeGreaterThan(want['paired_t_p']! - 1e-9)
    expect(verdict.metrics[0]!.p).toBeCloseTo(want['paired_t_p']!, 2)
    expect(verdict.errors).toMatchObject({ pairedT: { p: expect.closeTo(want['paired_t_p']!, 9) as number }, wilcoxon: { statistic: want['wilcoxon_statistic'], p: expect.closeTo(want['wilcoxon_p']!, 9) as number }, firstCloser: want['first_closer'] })
    expect(verdict.answer).toBe('not-enough-rows')
    expect(verdict.metrics[0]!.needed!.rows).toBeGreaterThan(first.truth.length)
    expect(verdict.metrics[0]!.sentence).toMatch(/not enough rows to tell.*about [\d,]+ rows are needed/)
  })

  it('two models without a difference on 45 rows: not enough rows, and how many would be', () => {
    const [a, b] = ['logreg-tensor', 'forest'].map((m) => classification(`iris/reference/${m}.iris-test.json`)) as [ReturnType<typeof classification>, ReturnType<typeof classification>]
    const pair: PairedAnswers = { kind: 'classes', answers: { classes: a.setup.classes, positiveClass: null, truth: Int32Array.from(a.batch.truth), first: a.batch.predicted, second: b.batch.predicted }, logLoss: null, brier: null, ranked: null }
    const verdict = judged(pair, ['accuracy', 'macro.f1', 'log_loss', 'ece_10', 'no_such'])
    expect(verdict.metrics.map((m) => m.answer)).toEqual(['not-enough-rows', 'not-enough-rows', 'not-tested', 'not-tested', 'not-tested'])
    expect(verdict.metrics[0]!.needed!.rows).toBeGreaterThan(500)
    expect(verdict.answer).toBe('not-enough-rows')
  })
})

// Seeds are fixed, so the answer is the same every time; VERDICT_REPETITIONS asks for a longer look.
const repetitions = Number(process.env['VERDICT_REPETITIONS'] ?? 120)

describe('rates, on simulated pairs', () => {
  /** Upper end of what a true rate of 5 % gives in so many repetitions, but for one time in a thousand. */
  const most = 0.05 + 3.1 * Math.sqrt(0.05 * 0.95 / repetitions)

  it.each([[60, 0.6], [400, 0.97]])('two equal models on %d rows: “better” or “worse” about any metric no more often than stated', (rows, shared) => {
    let [any, primary] = [0, 0]
    for (let seed = 0; seed < repetitions; seed++) {
      const pair = asPair(simulate(randomStream(7000 + seed), rows, 0, shared))
      const { metrics } = judgePairs([comparePair(pair, wanted(...comparedMetrics['binary-classification']), { ...options, seed, resamples: 250 })], options).challengers[0]!
      if (metrics.some((m) => m.answer === 'better' || m.answer === 'worse')) any++
      if (metrics[0]!.p! < 0.05) primary++
    }
    console.info(`${rows} rows: any ${(100 * any / repetitions).toFixed(1)} %, accuracy alone ${(100 * primary / repetitions).toFixed(1)} %`)
    expect(any / repetitions).toBeLessThanOrEqual(most)
    expect(primary / repetitions).toBeLessThanOrEqual(most)
  })
})

describe('errors that a few rows carry', () => {
  // The champion's errors are nearly alike, the challenger's are mostly small and sometimes huge: both have the same true MAE or RMSE.
  it.each([['mae', 30, 1], ['mae', 100, 1], ['mae', 400, 1], ['rmse', 30, 0.8], ['rmse', 100, 0.8]] as const)('%s, %d rows: equal models are called better or worse no more often than stated', (metric, rows, width) => {
    const times = 150
    let [better, worse, unsure] = [0, 0, 0]
    for (let seed = 0; seed < times; seed++) {
      const random = randomStream(31_000 + seed)
      const level = metric === 'mae' ? Math.exp(width ** 2 / 2) : Math.exp(width ** 2)
      const truth = new Float64Array(rows)
      const first = Float64Array.from(truth, () => level * (1 + 0.01 * normal(random)))
      const second = Float64Array.from(truth, () => Math.exp(width * normal(random)))
      const { answer } = judgePairs([comparePair({ kind: 'values', truth, first, second }, wanted(metric), { ...options, seed, resamples: 400 })], options).challengers[0]!
      if (answer === 'better') better++
      if (answer === 'worse') worse++
      if (answer === 'not-enough-rows') unsure++
    }
    console.info(`${metric}, ${rows} rows: better ${(100 * better / times).toFixed(1)} %, worse ${(100 * worse / times).toFixed(1)} %, not enough rows ${(100 * unsure / times).toFixed(0)} %`)
    expect((better + worse) / times).toBeLessThanOrEqual(0.05 + 3.1 * Math.sqrt(0.05 * 0.95 / times))
  })

  it('say so, with the rows from which on they can be told; a difference the safe way round is told at once', () => {
    const truth = new Float64Array(60)
    const few = Float64Array.from(truth, (_, i) => (i === 7 ? 40 : 1))
    const alike = Float64Array.from(truth, (_, i) => 3 + (i % 5) / 10)
    const judgeThem = (first: Float64Array, second: Float64Array) => judgePairs([comparePair({ kind: 'values', truth, first, second }, wanted('mae'), options)], options).challengers[0]!.metrics[0]!
    const verdict = judgeThem(alike, few)
    expect(verdict).toMatchObject({ answer: 'not-enough-rows', fewRowsCarry: expect.any(Number) as number })
    expect(verdict.sentence).toMatch(/A few rows carry most of the difference: no test of it can be trusted with fewer than about [\d,]+ rows\.$/)
    expect(verdict.needed!.rows).toBeGreaterThan(60)
    expect(judgeThem(few, Float64Array.from(few, (e) => e + 1 + (e > 2 ? 30 : 0))).answer).toBe('worse')
  })

  it('one row tells nothing, and asks for no number of rows', () => {
    const one = (error: number): Float64Array => Float64Array.of(error)
    const { metrics } = judgePairs([comparePair({ kind: 'values', truth: one(0), first: one(1), second: one(2) }, wanted('mae'), options)], options).challengers[0]!
    expect(metrics[0]).toMatchObject({ answer: 'not-enough-rows', needed: null, detectable: null })
  })
})

describe('rows that are needed, against simulated power', () => {
  const design = { level: 0.05, power: 0.8 }
  // About 80 % power, n 10 % too large or small moves the power by 0.039: Φ(√(n ÷ n₀)·2.80 − 1.96).
  const tenPercent = 0.039
  const power = (times: number, seen: (random: RandomStream) => boolean): number => {
    let count = 0
    for (let i = 0; i < times; i++) if (seen(randomStream(90_000 + i))) count++
    return count / times
  }

  it.each([[0.02, 0.08], [0.05, 0.06], [0.01, 0.2], [0.1, 0.15]])('McNemar: a difference of %d where %d of the rows differ', (difference, differing) => {
    const rows = rowsForShares(difference, differing, design)
    const seen = power(4000, (random) => {
      const apart = drawBinomial(random, rows, differing)
      const onlySecond = drawBinomial(random, apart, (differing + difference) / (2 * differing))
      const d = shareDifference('accuracy', { both: rows - apart, neither: 0, onlyFirst: apart - onlySecond, onlySecond }, 0.95)
      return d.p < 0.05 && d.value > 0
    })
    console.info(`${rows} rows: power ${seen}`)
    expect(Math.abs(seen - 0.8)).toBeLessThan(tenPercent)
    expect(Math.abs(detectableShares(rows, differing, design)! / difference - 1)).toBeLessThan(0.03)
    expect(detectableShares(3, differing, design)).toBeNull()
  })

  it.each([[1, 4], [0.5, 9], [3, 4]])('paired t: a mean difference of %d with variance %d', (difference, variance) => {
    const rows = rowsForMean(difference, variance, design)
    const seen = power(2500, (random) => {
      const first = new Float64Array(rows)
      const second = Float64Array.from({ length: rows }, () => difference + Math.sqrt(variance) * normal(random))
      const d = meanDifferenceOf('mae', first, second, 0.95)
      return d.p < 0.05 && d.value > 0
    })
    console.info(`${rows} rows: power ${seen}`)
    expect(Math.abs(seen - 0.8)).toBeLessThan(rows > 20 ? tenPercent : 2 * tenPercent)
    expect(Math.abs(detectableMean(rows, variance, design) / difference - 1)).toBeLessThan(rows > 20 ? 0.02 : 0.08)
  })

  it('the rows that a comparison asks for are those at which its own test sees the difference', () => {
    // A pilot of many rows gives the spread, a formula the true difference: scores lie 1.6 and 1.6 · 1.1 deviations apart.
    const gain = 0.1
    const [area] = tested(asPair(simulate(randomStream(5), 20_000, gain)), 'roc_auc')
    const target = normalTail(-1.6 * (1 + gain) / Math.SQRT2) - normalTail(-1.6 / Math.SQRT2)
    const spread = area!.spread
    if (spread.kind !== 'mean') throw new Error('an area has a variance')
    const rows = rowsForMean(target, spread.variance, design)
    const times = Math.max(150, repetitions)
    const seen = power(times, (random) => { const [d] = tested(asPair(simulate(random, rows, gain)), 'roc_auc'); return d!.p < 0.05 && d!.value > 0 })
    console.info(`ROC AUC, ${rows} rows: power ${seen}`)
    expect(Math.abs(seen - 0.8)).toBeLessThan(tenPercent + 3 * 0.4 / Math.sqrt(times))
  })
})
