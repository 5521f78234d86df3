// Distributions against values of an arbitrary-precision library, paired tests against the fixture references, bootstrap against theory.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../../shared/statistics/bootstrap.ts'
import { betaShare, binomialUpTo, chiSquareTail, logGamma, normalQuantile, normalTail, studentTwoSided } from '../../shared/statistics/distributions.ts'
import { compareClassifiers, compareRegressors } from '../../shared/statistics/paired-comparison.ts'
import { mcNemar, pairedT, wilcoxonSignedRank } from '../../shared/statistics/paired-tests.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { wilsonInterval } from '../../shared/statistics/wilson.ts'
import { classificationCases, loadClassification, loadRegression, regressionCases } from './fixture-cases.ts'
import { readReference } from './reference-metrics.ts'

const near = (got: number, want: number, relative = 1e-12) => expect(Math.abs(got - want) / Math.max(Math.abs(want), 1e-300), `${got} for ${want}`).toBeLessThanOrEqual(relative)

describe('distributions', () => {
  // Expected values: mpmath with 40 digits.
  it('ln Γ', () => {
    const cases: [number, number][] = [[0.1, 2.252712651734206], [0.5, 0.5723649429247001], [1.5, -0.12078223763524522], [3.7, 1.4280723266653879], [19.99, 39.31018151125635], [20.5, 40.8315009745308], [1000.25, 5906.9472682711175]]
    for (const [x, want] of cases) near(logGamma(x), want, 1e-13)
  })

  it('tails, far out too', () => {
    const normal: [number, number][] = [[-2, 0.9772498680518208], [0, 0.5], [0.3, 0.3820885778110474], [1.959963984540054, 0.025000000000000015], [5, 2.866515718791939e-7], [20, 2.7536241186062337e-89], [37, 5.725571222524577e-300]]
    for (const [z, want] of normal) near(normalTail(z), want)
    const chi: [number, number, number][] = [[3.84, 1, 0.0500435212487051], [16.913636363636364, 1, 3.911954336110134e-5], [0.01, 3, 0.9997348349413444], [250, 40, 3.469536887053956e-32]]
    for (const [x, k, want] of chi) near(chiSquareTail(x, k), want)
    const student: [number, number, number][] = [[0.8249869653903186, 899, 0.4095978362554694], [2.5, 4, 0.06676654481198814], [12, 3, 0.0012450158007893367], [40, 200, 2.2487396535202506e-97]]
    for (const [t, n, want] of student) near(studentTwoSided(t, n), want, 1e-11)
    const binomial: [number, number, number, number][] = [[79, 220, 0.5, 1.7507735184020003e-5], [3, 10, 0.5, 0.171875], [19700, 40000, 0.5, 0.0013720004853838457], [2, 50, 0.1, 0.11172875634634714]]
    for (const [k, n, p, want] of binomial) near(binomialUpTo(k, n, p), want, 1e-10)
    const quantiles: [number, number][] = [[0.975, 1.9599639845400543], [0.001, -3.0902323061678136], [1e-12, -7.034483825301132], [0.3, -0.5244005127080408]]
    for (const [p, want] of quantiles) near(normalQuantile(p), want)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 14)
  })

  it('quantile and tail undo each other; the beta share is symmetric and rises', () => {
    fc.assert(fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => { near(normalTail(-normalQuantile(p)), p, 1e-9) }))
    const positive = fc.double({ min: 0.05, max: 300, noNaN: true })
    fc.assert(fc.property(fc.nat(1024), positive, positive, (step, a, b) => {
      const x = step / 1024
      const share = betaShare(x, a, b)
      expect(share).toBeCloseTo(1 - betaShare(1 - x, b, a), 10)
      expect(betaShare(Math.min(1, x + 0.01), a, b)).toBeGreaterThanOrEqual(share - 1e-12)
    }))
  })
})

describe('two classifiers on the same rows', () => {
  const load = (reference: string) => loadClassification(classificationCases.find((c) => c.reference === reference)!)
  const cases = [
    ...['test', 'test-drifted', 'test-messy.lenient', 'test-messy.strict'].map((d) => ['adult-income', 'v1', 'v2', d, 'v1-vs-v2']),
    ...['iris', 'iris-test'].map((d) => ['iris', 'logreg-tensor', 'forest', d, 'logreg-vs-forest']), ...['test', 'test-noisy'].map((d) => ['mnist', 'v1', 'v2', d, 'v1-vs-v2']),
  ] as const
  it.each(cases)('%s %s against %s on %s', (folder, a, b, data, name) => {
    const want = readReference(`${folder}/reference/compare.${name}.${data}.json`).metrics as Record<string, number> & { mcnemar: Record<string, number> }
    const [first, second] = [load(`${folder}/reference/${a}.${data}.json`).batch, load(`${folder}/reference/${b}.${data}.json`).batch]
    const got = compareClassifiers(first.truth, first.predicted, second.predicted)
    expect([got.n, got.changedRows, got.bothRight, got.mcNemar.onlyFirstRight, got.mcNemar.onlySecondRight, got.bothWrong])
      .toEqual([want['n'], want['changed_rows'], want.mcnemar['both_right'], want.mcnemar['only_first_right'], want.mcnemar['only_second_right'], want.mcnemar['both_wrong']])
    expect([got.agreement, got.firstAccuracy, got.secondAccuracy, got.accuracyDifference]).toEqual(['agreement', 'accuracy_first', 'accuracy_second', 'accuracy_delta'].map((k) => expect.closeTo(want[k]!, 12)))
    near(got.mcNemar.exactP, want.mcnemar['exact_p']!, 1e-9)
    near(got.mcNemar.chiSquare, want.mcnemar['chi2_corrected']!, 1e-12)
    near(got.mcNemar.chiSquareP, want.mcnemar['chi2_corrected_p']!, 1e-9)
  })

  it('that never differ are not told apart', () => {
    expect(mcNemar(0, 0)).toMatchObject({ exactP: 1, chiSquareP: 1 })
    expect(mcNemar(7, 7).exactP).toBe(1)
    fc.assert(fc.property(fc.nat(300), fc.nat(300), (b, c) => {
      expect(mcNemar(b, c).exactP).toBe(mcNemar(c, b).exactP)
      expect(mcNemar(b, c).exactP).toBeGreaterThan(0)
      expect(mcNemar(b, c).exactP).toBeLessThanOrEqual(1)
    }))
  })
})

describe('two regressors on the same rows', () => {
  it.each([['diabetes', 'test'], ['abalone', 'test'], ['abalone', 'test-drifted']])('%s on %s', (folder, data) => {
    const want = readReference(`${folder}/reference/compare.v1-vs-v2.${data}.json`).metrics as Record<string, number>
    const batch = (model: string) => loadRegression(regressionCases.find((c) => c.reference === `${folder}/reference/${model}.${data}.json`)!).batch
    const [first, second] = [batch('v1'), batch('v2')]
    const got = compareRegressors(first.truth, first.predicted, second.predicted)
    expect([got.n, got.firstCloser, got.secondCloser]).toEqual([want['n'], want['first_closer'], want['second_closer']])
    for (const [mine, theirs] of [[got.firstMae, 'mae_first'], [got.secondMae, 'mae_second'], [got.maeDifference, 'mae_delta'], [got.meanPredictionDifference, 'mean_abs_prediction_difference']] as const) expect(mine).toBeCloseTo(want[theirs]!, 9)
    expect(got.wilcoxon.statistic).toBe(want['wilcoxon_statistic'])
    near(got.wilcoxon.p!, want['wilcoxon_p']!, 1e-9)
    near(got.pairedT.statistic, want['paired_t_statistic']!, 1e-9)
    near(got.pairedT.p!, want['paired_t_p']!, 1e-9)
  })

  it('few rows: the exact signed-rank p is the share of sign patterns at least as extreme', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 9 }), fc.infiniteStream(fc.boolean()), (sizes, signs) => {
      const differences = sizes.map((s) => signs.next().value ? s : -s)
      const order = [...sizes].sort((a, b) => a - b)
      const ranks = sizes.map((s) => order.indexOf(s) + 1)
      const total = ranks.reduce((a, b) => a + b, 0)
      const small = (plus: number) => Math.min(plus, total - plus)
      const mine = small(ranks.reduce((sum, r, i) => sum + (differences[i]! > 0 ? r : 0), 0))
      let extreme = 0
      for (let mask = 0; mask < 2 ** ranks.length; mask++) if (small(ranks.reduce((sum, r, i) => sum + (mask >> i & 1 ? r : 0), 0)) <= mine) extreme++
      const got = wilcoxonSignedRank(Float64Array.from(differences), new Float64Array(differences.length))
      expect(got.statistic).toBe(mine)
      expect(got.p).toBeCloseTo(Math.min(1, extreme / 2 ** ranks.length), 12)
    }), { numRuns: 60 })
  })

  it('say nothing where there is nothing to say', () => {
    const a = Float64Array.of(1, 2, 3)
    expect(wilcoxonSignedRank(a, a)).toEqual({ statistic: 0, p: null, n: 0 })
    expect(pairedT(a, a)).toEqual({ statistic: 0, p: null, n: 3 })
    expect(pairedT(a.slice(0, 1), a.slice(0, 1)).p).toBeNull()
  })
})

describe('intervals', () => {
  it('Wilson stays inside 0 and 1 and around the share', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const hits = Math.round(share * n)
      const { low, high } = wilsonInterval(hits, n)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(hits / n)
      expect(high).toBeGreaterThanOrEqual(hits / n)
    }))
  })

  const mean = (values: Float64Array) => (rows: Uint32Array) => rows.reduce((sum, i) => sum + values[i]!, 0) / rows.length
  const exponential = (n: number, seed: number) => { const r = randomStream(seed); return Float64Array.from({ length: n }, () => -Math.log(1 - r.next())) }

  it('the percentile bootstrap of a mean is the normal interval of the resampled mean', () => {
    const r = randomStream(11)
    const values = Float64Array.from({ length: 400 }, () => r.next() + r.next() + r.next())
    const centre = values.reduce((a, b) => a + b, 0) / 400
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / 400)
    const { low, high } = bootstrapInterval({ n: 400, seed: 3, resamples: 8000, method: 'percentile' }, mean(values))!
    const half = 1.96 * deviation / 20
    expect(Math.abs(low - (centre - half))).toBeLessThan(half * 0.08)
    expect(Math.abs(high - (centre + half))).toBeLessThan(half * 0.08)
  })

  it('repeats by seed, moves with skewness under BCa, and gives up where the statistic is mostly undefined', () => {
    const values = exponential(60, 4)
    const run = (seed: number, method: 'percentile' | 'bca') => bootstrapInterval({ n: 60, seed, resamples: 3000, method }, mean(values))!
    expect(run(5, 'bca')).toEqual(run(5, 'bca'))
    expect(run(6, 'bca')).not.toEqual(run(5, 'bca'))
    expect(run(5, 'bca').low).toBeGreaterThan(run(5, 'percentile').low)
    expect(run(5, 'bca').high).toBeGreaterThan(run(5, 'percentile').high)
    expect(bootstrapInterval({ n: 5, seed: 1, resamples: 50 }, () => NaN)).toBeNull()
  })

  it('BCa covers the true mean of a skewed population about as often as it says', () => {
    let covered = 0
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = bootstrapInterval({ n: 50, seed, resamples: 400 }, mean(exponential(50, 1000 + seed)))!
      if (low <= 1 && 1 <= high) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(176)
    expect(covered).toBeLessThan(200)
  })
})
