// What must hold for any rows: bounds, splits, relabelling, agreement with slow definitions, honest gaps.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Curve, MetricValue } from '../../shared/domain/run.ts'
import { FloatColumn, IndexColumn } from '../../shared/metrics/growing-arrays.ts'
import { argmaxRows, sigmoid, softmaxRows, twoColumns } from '../../shared/metrics/decision.ts'
import { averagePrecision, areaUnderRoc, rocPoints, precisionRecallPoints } from '../../shared/metrics/ranking.ts'
import { averageRanks, kendallTauB, pearson, rankingOf, spearman } from '../../shared/statistics/ranks.ts'
import { quantile } from '../../shared/statistics/quantile.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { histogramOf } from '../../shared/metrics/histogram.ts'
import { classify, regress } from './fixture-cases.ts'

const valueOf = (metrics: readonly MetricValue[], metric: string, slice = '') => metrics.find((m) => m.metric === metric && m.slice === slice)

/** Rows of a classifier with `k` classes; coarse scores so that ties are common. */
const rowsOf = (k: number) => fc.array(fc.record({
  truth: fc.nat(k - 1), predicted: fc.nat(k - 1), scores: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: k, maxLength: k }),
}), { minLength: 1, maxLength: 60 }).map((rows) => ({
  rows: rows.length, truth: Int32Array.from(rows, (r) => r.truth), predicted: Int32Array.from(rows, (r) => r.predicted),
  probabilities: softmaxRows(rows.flatMap((r) => r.scores), rows.length, k),
}))
const names = (k: number) => Array.from({ length: k }, (_, i) => `c${i}`)
const multi = { classes: names(4), positiveClass: null, hasProbabilities: true, seed: 1 }
const binary = { classes: names(2), positiveClass: 'c1', hasProbabilities: true, seed: 1 }

const signed = new Set(['matthews_corrcoef', 'cohen_kappa', 'cohen_kappa_linear', 'cohen_kappa_quadratic', 'gini'])
const counting = /^(n|support|predicted|binary\.(tp|fp|fn|tn)|ties_at_top_k_boundary\.\d)$/

describe('classification', () => {
  it('keeps every share within its bounds and passes the domain schema', () => {
    fc.assert(fc.property(fc.oneof(rowsOf(4).map((b) => ({ b, s: multi })), rowsOf(2).map((b) => ({ b, s: binary as typeof multi | typeof binary }))), ({ b, s }) => {
      const result = classify(s, b)
      for (const m of result.metrics) {
        MetricValue.parse(m)
        expect(m.value === null).toBe(m.reason !== null)
        if (m.value === null || counting.test(m.metric) || m.metric.startsWith('log_loss')) continue
        expect(m.value).toBeGreaterThanOrEqual(signed.has(m.metric) ? -1 - 1e-12 : 0)
        expect(m.value).toBeLessThanOrEqual(m.metric === 'brier' ? 2 : 1 + 1e-12)
      }
      for (const curve of result.curves) Curve.parse(curve)
      const accuracy = valueOf(result.metrics, 'accuracy')!
      expect(accuracy.low!).toBeLessThanOrEqual(accuracy.value!)
      expect(accuracy.high!).toBeGreaterThanOrEqual(accuracy.value!)
    }), { numRuns: 60 })
  })

  it('does not depend on how the rows are split into batches', () => {
    fc.assert(fc.property(rowsOf(4), fc.integer({ min: 1, max: 60 }), (batch, size) => {
      expect(classify(multi, batch, size)).toEqual(classify(multi, batch))
    }), { numRuns: 40 })
  })

  it('does not depend on the order of the rows, nor on the names and the order of the classes', () => {
    fc.assert(fc.property(rowsOf(4), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }), (batch, order) => {
      const before = classify(multi, batch).metrics
      const place = order.map((_, c) => order.indexOf(c))
      const turned = Array.from({ length: batch.rows }, (_, i) => batch.rows - 1 - i)
      const after = classify({ ...multi, classes: order.map((c) => `c${c}`) }, {
        rows: batch.rows, truth: Int32Array.from(turned, (i) => place[batch.truth[i]!]!), predicted: Int32Array.from(turned, (i) => place[batch.predicted[i]!]!),
        probabilities: Float64Array.from(turned.flatMap((i) => order.map((c) => batch.probabilities[i * 4 + c]!))),
      }).metrics
      for (const m of before) {
        // Weighted kappa is about class order, and argmax ties go to the first class.
        if (/kappa_(linear|quadratic)|label_equals_argmax|ece|mce/.test(m.metric)) continue
        const other = valueOf(after, m.metric, m.slice)!
        if (m.value === null) expect(other.value).toBeNull()
        else expect(other.value).toBeCloseTo(m.value, 9)
      }
    }), { numRuns: 40 })
  })

  it('agrees with counting pairs by hand, and with the averages made from the classes', () => {
    fc.assert(fc.property(rowsOf(4), (batch) => {
      const { metrics } = classify(multi, batch)
      const own = [0, 1, 2, 3].map((c) => slowAuc(batch.truth, batch.probabilities, 4, c, () => true))
      own.forEach((auc, c) => {
        const got = valueOf(metrics, 'roc_auc', `class:c${c}`)!.value
        if (auc === null) expect(got).toBeNull()
        else expect(got).toBeCloseTo(auc, 12)
      })
      const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b !== a).map((b) => slowAuc(batch.truth, batch.probabilities, 4, a, (t) => t === a || t === b)))
      const ovo = valueOf(metrics, 'roc_auc.ovo_macro')!.value
      if (pairs.includes(null)) expect(ovo).toBeNull()
      else expect(ovo).toBeCloseTo(pairs.reduce<number>((s, p) => s + p!, 0) / 12, 12)
      expect(valueOf(metrics, 'micro.f1')!.value).toBeCloseTo(valueOf(metrics, 'accuracy')!.value!, 12)
      expect(valueOf(metrics, 'weighted.recall')!.value).toBeCloseTo(valueOf(metrics, 'accuracy')!.value!, 12)
    }), { numRuns: 60 })
  })

  it('turns the AUC over when the positive class is the other one', () => {
    fc.assert(fc.property(rowsOf(2), (batch) => {
      const one = valueOf(classify(binary, batch).metrics, 'roc_auc')!.value
      const exact = { ...batch, probabilities: batch.probabilities.map((p, i) => i % 2 === 1 ? p : 1 - batch.probabilities[i + 1]!) }
      const other = valueOf(classify({ ...binary, positiveClass: 'c0' }, exact).metrics, 'roc_auc')!.value
      if (one === null) expect(other).toBeNull()
      else expect(other).toBeCloseTo(one, 9)
    }), { numRuns: 40 })
  })

  it('says why a number is not available', () => {
    const rows = { rows: 3, truth: Int32Array.of(0, 0, 0), predicted: Int32Array.of(0, 1, 0), probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.8, 0.2) }
    const oneClass = classify(binary, rows).metrics
    for (const id of ['roc_auc', 'average_precision', 'ks_statistic', 'gini']) expect(valueOf(oneClass, id)).toMatchObject({ value: null, reason: 'No row has the true class c1.' })
    const noScores = classify({ ...binary, hasProbabilities: false }, { ...rows, probabilities: null })
    for (const id of ['log_loss', 'roc_auc', 'brier', 'ece_10', 'top_k.1']) expect(valueOf(noScores.metrics, id)).toMatchObject({ value: null, reason: 'Only labels were read from the model, no probabilities.' })
    expect(noScores.curves.map((c) => c.kind)).toEqual(['confusion'])
    expect(valueOf(noScores.metrics, 'accuracy')!.value).toBe(2 / 3)
    const bad = classify(binary, { ...rows, probabilities: Float64Array.of(0.9, 0.1, NaN, 0.6, 0.8, 0.2) }).metrics
    expect(valueOf(bad, 'log_loss')).toMatchObject({ value: null, reason: '1 of 3 rows have a score that is not a finite number.' })
    expect(valueOf(bad, 'accuracy')!.value).toBe(2 / 3)
    const none = classify(binary, { rows: 0, truth: new Int32Array(0), predicted: new Int32Array(0), probabilities: new Float64Array(0) }, 1).metrics
    expect(none.filter((m) => m.value !== null && m.value !== 0)).toEqual([])
    expect(valueOf(none, 'accuracy')).toMatchObject({ value: null, reason: 'No rows were scored.' })
  })

  it('refuses an index that is no class, and classes that are not all different', () => {
    expect(() => classify(binary, { rows: 1, truth: Int32Array.of(0), predicted: Int32Array.of(-1), probabilities: Float64Array.of(1, 0) })).toThrow(RangeError)
    expect(() => classify(binary, { rows: 1, truth: Int32Array.of(2), predicted: Int32Array.of(0), probabilities: Float64Array.of(1, 0) })).toThrow(RangeError)
    expect(() => classify({ ...binary, classes: ['a', 'a'] }, { rows: 0, truth: new Int32Array(0), predicted: new Int32Array(0), probabilities: null })).toThrow(RangeError)
    expect(() => classify({ ...binary, positiveClass: 'x' }, { rows: 0, truth: new Int32Array(0), predicted: new Int32Array(0), probabilities: null })).toThrow(RangeError)
  })
})

/** AUC of one column by comparing every pair of allowed rows. */
function slowAuc(truth: Int32Array, scores: Float64Array, k: number, own: number, allowed: (truth: number) => boolean): number | null {
  let right = 0
  let pairs = 0
  truth.forEach((a, i) => truth.forEach((b, j) => {
    if (a !== own || b === own || !allowed(b)) return
    pairs++
    const [x, y] = [scores[i * k + own]!, scores[j * k + own]!]
    right += x > y ? 1 : x === y ? 0.5 : 0
  }))
  return pairs === 0 ? null : right / pairs
}

describe('thinned curves', () => {
  const random = randomStream(5)
  const groups = { positive: Float64Array.from({ length: 5000 }, () => random.next() + 0.2).sort(), negative: Float64Array.from({ length: 20000 }, () => random.next()).sort() }

  it('keep both ends, about the asked number of points, and the area within a thousandth', () => {
    const full = rocPoints(groups, Infinity)
    const few = rocPoints(groups, 500)
    expect(few.x.length).toBeGreaterThan(300)
    expect(few.x.length).toBeLessThanOrEqual(501)
    expect([few.x[0], few.y[0], few.x.at(-1), few.y.at(-1)]).toEqual([0, 0, 1, 1])
    expect(Math.abs(trapezoid(few) - areaUnderRoc(groups))).toBeLessThan(1e-3)
    expect(trapezoid(full)).toBeCloseTo(areaUnderRoc(groups), 12)
    expect(precisionRecallPoints(groups, 500).x.length).toBeLessThanOrEqual(501)
  })

  it('average precision is the sum of the steps of the full curve', () => {
    const { x, y } = precisionRecallPoints(groups, Infinity)
    expect(averagePrecision(groups)).toBeCloseTo(x.reduce((sum, r, i) => i === 0 ? 0 : sum + (r - x[i - 1]!) * y[i]!, 0), 12)
  })
})

const trapezoid = ({ x, y }: { x: readonly number[], y: readonly number[] }) => x.reduce((sum, v, i) => i === 0 ? 0 : sum + (v - x[i - 1]!) * (y[i]! + y[i - 1]!) / 2, 0)

describe('regression', () => {
  const numbers = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 })), { minLength: 1, maxLength: 50 })
    .map((rows) => ({ rows: rows.length, truth: Float64Array.from(rows, (r) => r[0] / 2), predicted: Float64Array.from(rows, (r) => r[1] / 3) }))

  it('does not depend on the split, and keeps its inequalities', () => {
    fc.assert(fc.property(numbers, fc.integer({ min: 1, max: 50 }), (batch, size) => {
      const result = regress(batch, size)
      expect(result).toEqual(regress(batch))
      const value = (id: string) => valueOf(result.metrics, id)!.value
      expect(value('mae')!).toBeLessThanOrEqual(value('rmse')! + 1e-12)
      expect(value('rmse')!).toBeLessThanOrEqual(value('max_error')! + 1e-12)
      expect(value('mse')!).toBeCloseTo(value('error_std')! ** 2 + value('mean_error_bias')! ** 2, 9)
      for (const m of result.metrics) { MetricValue.parse(m); expect(m.value === null).toBe(m.reason !== null) }
      for (const curve of result.curves) Curve.parse(curve)
    }), { numRuns: 60 })
  })

  it('counts Kendall’s pairs as the definition does', () => {
    fc.assert(fc.property(numbers, ({ truth, predicted, rows }) => {
      let score = 0, left = 0, right = 0
      for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) {
        const [x, y] = [Math.sign(truth[i]! - truth[j]!), Math.sign(predicted[i]! - predicted[j]!)]
        score += x * y
        left += x * x
        right += y * y
      }
      const mine = kendallTauB(rankingOf(truth), rankingOf(predicted))
      if (left === 0 || right === 0) expect(mine).toBeNaN()
      else expect(mine).toBeCloseTo(score / Math.sqrt(left * right), 12)
      const slowRanks = truth.map((v) => truth.filter((w) => w < v).length + (truth.filter((w) => w === v).length + 1) / 2)
      expect(averageRanks(rankingOf(truth))).toEqual(slowRanks)
    }), { numRuns: 60 })
  })

  it('is perfect on perfect predictions, and says what a constant target leaves open', () => {
    const y = Float64Array.of(1, 2, 4, 8)
    const perfect = regress({ rows: 4, truth: y, predicted: y }).metrics
    for (const id of ['r2', 'explained_variance', 'pearson_r', 'spearman_rho', 'kendall_tau']) expect(valueOf(perfect, id)!.value).toBeCloseTo(1, 14)
    for (const id of ['mae', 'rmse', 'mape', 'smape', 'msle', 'max_error']) expect(valueOf(perfect, id)!.value).toBe(0)
    const flat = regress({ rows: 3, truth: Float64Array.of(0, 0, 0), predicted: Float64Array.of(1, 2, 0) }).metrics
    expect(valueOf(flat, 'r2')).toMatchObject({ value: null, reason: 'All true values are equal, so there is no spread to explain.' })
    expect(valueOf(flat, 'mape')).toMatchObject({ value: null, reason: 'The true value is 0 in 3 rows, where a percentage error has no meaning.' })
    expect(valueOf(flat, 'smape')!.value).toBeNull()
    const bad = regress({ rows: 2, truth: Float64Array.of(1, 2), predicted: Float64Array.of(NaN, 2) }).metrics
    expect(valueOf(bad, 'rmse')).toMatchObject({ value: null, n: 2, reason: '1 of 2 rows have a prediction or truth that is not a finite number.' })
    expect(regress({ rows: 0, truth: new Float64Array(0), predicted: new Float64Array(0) }, 1)).toMatchObject({ curves: [] })
  })

  it('stays within the schema when errors overflow', () => {
    const result = regress({ rows: 2, truth: Float64Array.of(-1.7e308, 1), predicted: Float64Array.of(1.7e308, 2) })
    expect(valueOf(result.metrics, 'mse')).toMatchObject({ value: null, reason: 'The value is not a finite number.' })
    for (const m of result.metrics) MetricValue.parse(m)
    for (const curve of result.curves) Curve.parse(curve)
  })

  it('samples the residual points by seed alone', () => {
    const truth = Float64Array.from({ length: 9000 }, (_, i) => i)
    const batch = { rows: 9000, truth, predicted: truth.map((v) => v + 1) }
    const points = (seed: number, size: number) => regress(batch, size, seed).curves[0] as Extract<Curve, { kind: 'residuals' }>
    expect(points(1, 17).points).toEqual(points(1, 9000).points)
    expect(points(2, 17).points).not.toEqual(points(1, 17).points)
    const picked = points(3, 9000).points.map((p) => p[0])
    expect(new Set(picked).size).toBe(2000)
    // A uniform sample of 0 … 8999 has its mean within five standard errors of 4499.5.
    expect(Math.abs(picked.reduce((a, b) => a + b, 0) / 2000 - 4499.5)).toBeLessThan(5 * 2598 / Math.sqrt(2000))
  })
})

describe('decisions', () => {
  it('softmax is stable and sums to one; sigmoid is softmax of two', () => {
    expect([...softmaxRows([1000, 1000, -1000, 0], 2, 2)]).toEqual([0.5, 0.5, 0, 1])
    fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      const [low, high] = softmaxRows([0, x], 1, 2)
      expect(low! + high!).toBeCloseTo(1, 14)
      expect(sigmoid(x)).toBeCloseTo(high!, 14)
      expect([...twoColumns([sigmoid(x)], 1, 1)]).toEqual([1 - sigmoid(x), sigmoid(x)])
    }))
    expect([sigmoid(-800), sigmoid(800)]).toEqual([0, 1])
  })

  it('argmax takes the first of equals and the first NaN', () => {
    expect([...argmaxRows([1, 3, 3, 5, 5, 1, NaN, 2, NaN, 1, NaN, 9], 4, 3)]).toEqual([1, 0, 0, 1])
  })
})

describe('building blocks', () => {
  it('columns give back what was pushed, across chunks and from float32 to float64', () => {
    const floats = new FloatColumn()
    const indices = new IndexColumn(70000)
    const length = 600_000
    for (let i = 0; i < length; i++) { floats.push(i < 300_000 ? i / 4 : i / 10); indices.push(i % 70000) }
    const values = floats.toArray()
    expect(values).toBeInstanceOf(Float64Array)
    expect(values.length).toBe(length)
    expect([values[0], values[1], values[299_999], values[300_000], values[599_999]]).toEqual([0, 0.25, 299_999 / 4, 30_000, 59_999.9])
    expect([indices.toArray()[69_999], indices.toArray()[70_000], indices.length]).toEqual([69_999, 0, length])
    const narrow = new FloatColumn()
    narrow.push(0.5)
    expect(narrow.toArray()).toEqual(Float32Array.of(0.5))
  })

  it('quantiles interpolate as numpy does', () => {
    // numpy.quantile([1, 2, 4, 8], [0, .05, .25, .5, .9, 1])
    expect([0, 0.05, 0.25, 0.5, 0.9, 1].map((q) => quantile([1, 2, 4, 8], q))).toEqual([1, 1.15, 1.75, 3, expect.closeTo(6.8, 12), 8])
  })

  it('histograms count every value once, in increasing edges', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 80 }), (values) => {
      const { edges, counts } = histogramOf(Float64Array.from(values), 40)
      expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length)
      expect(edges.length).toBe(counts.length + 1)
      for (let i = 1; i < edges.length; i++) expect(edges[i]!).toBeGreaterThan(edges[i - 1]!)
    }))
  })

  it('correlations are symmetric, and spearman only sees order', () => {
    const a = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6)
    const b = Float64Array.of(2, 7, 1, 8, 2, 8, 1, 8)
    expect(pearson(a, b)).toBeCloseTo(pearson(b, a), 15)
    expect(spearman(rankingOf(a), rankingOf(b))).toBeCloseTo(spearman(rankingOf(a.map((v) => v ** 3)), rankingOf(b.map(Math.exp))), 14)
  })

  it('the random stream repeats by seed and is even', () => {
    const draw = (seed: number) => { const r = randomStream(seed); return Array.from({ length: 5 }, () => r.next()) }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(8)).not.toEqual(draw(7))
    const r = randomStream(42)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) { const d = r.below(10); counts[d] = counts[d]! + 1 }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})
