// What a stress test will do, what it costs and what it comes to; and the random numbers by place that it draws.
import { describe, expect, it } from 'vitest'
import { RunOptions, type MetricValue } from '../../shared/domain/run.ts'
import type { StressCurve, StressPoint } from '../../shared/domain/stress.ts'
import { normalAt, randomAt, streamOf } from '../../shared/statistics/random-at.ts'
import { stepsOf, stressKinds } from '../../shared/stress/kinds.ts'
import { kindsFor, planStress, stressBatch, stressBudget } from '../../shared/stress/plan.ts'
import { otherLosses, pairedLoss, stepConfidence } from '../../shared/stress/paired-loss.ts'
import { firstHurt, stressVerdict } from '../../shared/stress/verdict.ts'
import { binding, result } from '../core/sample-rows.ts'

const value = (v: number | null, low: number | null = null, high: number | null = null, metric = 'accuracy'): MetricValue => ({ metric, slice: '', value: v, low, high, n: 100, reason: v === null ? 'why' : null })
const point = (severity: number, metric: MetricValue, notAnswered = 0): StressPoint => ({ severity, metrics: [metric], answered: 100 - notAnswered, notAnswered, reasons: notAnswered > 0 ? [{ reason: 'missing number', count: notAnswered }] : [] })
const curve = (kind: StressCurve['kind'], points: readonly StressPoint[], skipped: string | null = null): StressCurve => ({ kind, columns: [], points: [...points], skipped })

describe('random numbers by place', () => {
  const many = 100_000
  it('are uniform, and neighbours, streams and seeds have nothing to do with each other', () => {
    const draw = (seed: number, stream: number): Float64Array => Float64Array.from({ length: many }, (_, i) => randomAt(seed, stream, i + 1))
    const one = draw(1, streamOf('age'))
    const bins = new Float64Array(100)
    for (const v of one) bins[Math.floor(v * 100)]!++
    // 99 degrees of freedom: 148 is passed once in a thousand draws.
    expect(bins.reduce((sum, b) => sum + (b - many / 100) ** 2 / (many / 100), 0)).toBeLessThan(148)
    const correlation = (a: (i: number) => number, b: (i: number) => number): number => {
      let sum = 0
      for (let i = 0; i < many - 1; i++) sum += (a(i) - 0.5) * (b(i) - 0.5)
      return Math.abs(sum / (many - 1)) * 12
    }
    // Four standard errors of a correlation of 0.
    const most = 4 / Math.sqrt(many)
    for (const other of [one.subarray(1), draw(2, streamOf('age')), draw(1, streamOf('agf')), draw(1, streamOf('hours'))]) expect(correlation((i) => one[i]!, (i) => other[i]!)).toBeLessThan(most)
  })

  it('make normal ones with mean 0, variance 1 and the right tails', () => {
    let sum = 0, squares = 0, beyond = 0
    for (let i = 0; i < many; i++) { const v = normalAt(7, 3, i); sum += v; squares += v * v; if (Math.abs(v) > 1.959963984540054) beyond++ }
    expect(Math.abs(sum / many)).toBeLessThan(4 / Math.sqrt(many))
    expect(Math.abs(squares / many - 1)).toBeLessThan(4 * Math.sqrt(2 / many))
    expect(Math.abs(beyond / many - 0.05)).toBeLessThan(4 * Math.sqrt(0.05 * 0.95 / many))
  })
})

describe('the plan', () => {
  it('takes the steps evenly and always the most severe', () => {
    expect(stepsOf([1, 2, 3, 4, 5], 5)).toEqual([1, 2, 3, 4, 5])
    expect(stepsOf([1, 2, 3, 4, 5], 3)).toEqual([2, 3, 5])
    expect(stepsOf([1, 2, 3, 4, 5], 1)).toEqual([5])
    expect(stepsOf([10, 100, 1000], 5)).toEqual([10, 100, 1000])
  })

  it('touches the fed columns only, says why a kind does not apply, and refuses one that is for other data', () => {
    const plan = planStress(binding, null, 5)
    expect(plan.map((p) => p.kind)).toEqual(['missing', 'noise', 'unseen-category', 'swapped-columns', 'scaled-units', 'out-of-range'])
    expect(plan[0]!.columns).toEqual(['w', 'x', 'y', 'z'])
    expect(plan.find((p) => p.kind === 'unseen-category')).toMatchObject({ severities: [], skipped: expect.stringContaining('texts') as string })
    expect(plan.find((p) => p.kind === 'swapped-columns')!.severities).toEqual([1, 2])
    expect(() => planStress(binding, ['blur'], 5)).toThrow(expect.objectContaining({ code: 'input.invalid' }) as Error)
    // A label that is fed by mistake, and the name of a row, stay as they are.
    expect(planStress({ ...binding, target: { kind: 'column', column: 'z' }, idColumn: 'w' }, ['noise'], 1)[0]!.columns).toEqual(['x', 'y'])
  })

  it('does not move pictures away from under their masks', () => {
    const masks = { ...binding, inputs: [{ kind: 'image' as const, input: 'X', dtype: 'float32' as const, image: { width: 8, height: 8, resize: 'stretch' as const, kernel: 'box' as const, shorterSide: null, padValue: 0, color: 'rgb' as const, layout: 'NCHW' as const, scale: 1, mean: [0], std: [1] } }], target: { kind: 'masks' as const } }
    expect(planStress(masks, null, 5).filter((p) => p.skipped !== null).map((p) => p.kind)).toEqual(['rotation', 'crop'])
    expect(planStress({ ...masks, target: { kind: 'image-class' } }, null, 5).every((p) => p.skipped === null)).toBe(true)
    expect(kindsFor(masks).every((k) => stressKinds[k].data === 'images')).toBe(true)
  })

  it('counts the cost: one pass for the untouched rows and one for every severity', () => {
    const run = { options: RunOptions.parse({}), environment: { ...result.environment, batchSizes: [32, 64] }, timing: { ...result.timing, rowsPerSecond: 1000 }, rows: result.rows }
    const budget = stressBudget(run, planStress(binding, ['missing', 'swapped-columns'], 5), 100)
    // 1 + 5 + 2 passes of 100 rows in calls of 64.
    expect(budget).toEqual({ passes: 8, rows: 100, modelRows: 800, modelCalls: 16, seconds: 0.8 })
    expect(stressBudget(run, [], null).rows).toBe(150)
    expect(stressBudget({ ...run, timing: null }, [], null).seconds).toBeNull()
    expect(stressBatch({ ...run, options: RunOptions.parse({ batchSize: 7 }) })).toBe(7)
  })
})

describe('the verdict', () => {
  const clean = point(0, value(0.9, 0.86, 0.94))
  it('names what hurts first: the mildest step at which the drop is larger than the interval is wide', () => {
    const verdict = stressVerdict({ headline: 'accuracy', clean, curves: [
      curve('noise', [point(0.1, value(0.88)), point(0.25, value(0.8))]),
      curve('missing', [point(0.05, value(0.81)), point(0.1, value(0.5))]),
      curve('scaled-units', [point(10, value(0.83)), point(100, value(0.8201))]),
    ] })
    expect(verdict[0]).toMatch(/^The first to hurt: missing values\. At 5 % of the cells the accuracy goes from 0\.9000 to 0\.8100, more than its 95 % interval is wide \(0\.0800\)\.$/)
    expect(verdict[1]).toMatch(/^Numeric noise: at 0\.25 standard deviations/)
    expect(verdict[2]).toBe('These do not worsen the accuracy by more than its 95 % interval is wide (0.0800), even at the most severe step: scaled units.')
    expect(verdict).toHaveLength(3)
  })

  it('an error that rises is a loss, one that falls is none', () => {
    const rmse = (v: number, low: number | null = null, high: number | null = null): MetricValue => value(v, low, high, 'rmse')
    const verdict = stressVerdict({ headline: 'rmse', clean: point(0, rmse(2, 1.9, 2.1)), curves: [curve('noise', [point(1, rmse(2.5))]), curve('missing', [point(0.5, rmse(0.1))])] })
    expect(verdict[0]).toContain('The first to hurt: numeric noise')
    expect(verdict[1]).toContain('step: missing values')
  })

  it('says how many rows could not be answered, even where the metric of the rest looks well', () => {
    const verdict = stressVerdict({ headline: 'accuracy', clean, curves: [curve('missing', [point(0.1, value(0.9), 60), point(0.5, value(null), 100)]), curve('unseen-category', [], 'no texts')] })
    expect(verdict.at(-1)).toContain('at 50 % of the cells, 100 % of the rows could not be answered (missing number). There are no metrics there.')
    // The perfect metric of the few that were left does not make the kind harmless.
    expect(verdict).toHaveLength(1)
  })

  it('takes the same rows as the same rows: a fall that two unpaired intervals would hide hurts, and one within chance does not', () => {
    // 1,000 rows, 850 right; spoiled, 40 of them turn wrong and 7 others right: 0.850 to 0.817. McNemar's exact p is below 1e-5.
    const spoiled = (lost: number, won: number): ReturnType<typeof pairedLoss> => pairedLoss({
      kind: 'classes', logLoss: null, brier: null, ranked: null, answers: {
        classes: ['a', 'b'], positiveClass: null, truth: new Int32Array(1000), first: Int32Array.from({ length: 1000 }, (_, i) => (i < 850 ? 0 : 1)),
        second: Int32Array.from({ length: 1000 }, (_, i) => (i < lost ? 1 : i < 850 ? 0 : i < 850 + won ? 0 : 1)),
      },
    }, stepConfidence(30))
    const [hurt, chance] = [spoiled(40, 7), spoiled(23, 20)]
    expect(hurt!.value).toBeCloseTo(-0.033, 12)
    // Newcombe's method 10 stays near Wald's: sqrt(47 - 33²/1000) / 1000 times the normal quantile of 1 - 0.05/60, 3.144.
    expect((hurt!.high - hurt!.low) / 2).toBeCloseTo(3.144 * Math.sqrt(47 - 33 ** 2 / 1000) / 1000, 2)
    const test = { headline: 'accuracy', rows: 1000, limit: 1000, clean: point(0, value(0.85, 0.826, 0.871)), curves: [
      curve('noise', [{ ...point(0.1, value(0.817)), difference: hurt }]), curve('missing', [{ ...point(0.05, value(0.847)), difference: chance }]),
    ] }
    expect(firstHurt(test, test.curves[0]!)).toMatchObject({ step: 0 })
    expect(firstHurt(test, test.curves[1]!)).toBeNull()
    const verdict = stressVerdict(test)
    expect(verdict[0]).toMatch(/^The first to hurt: numeric noise\. At 0\.1 standard deviations the accuracy goes from 0\.8500 to 0\.8170 on 1,000 rows drawn from the run: on the same 1,000 rows the accuracy is worse by 0\.0330 \(0\.01\d\d to 0\.05\d\d, /)
    expect(verdict[1]).toBe('For these no worsening of the accuracy beyond chance was seen on 1,000 rows drawn from the run, even at the most severe step: missing values.')
  })

  it('a model that is right as often but ranks worse and whose probabilities are ruined does not hold', () => {
    // 1,000 rows, half of them positive, predicted at 0.5. Spoiled, every tenth row keeps its side and says it with near certainty where it is wrong.
    const truth = Int32Array.from({ length: 1000 }, (_, i) => i % 2)
    const scores = Float64Array.from(truth, (t, i) => (t === 1 ? 0.6 : 0.4) + (i % 7 === 0 ? (t === 1 ? -0.3 : 0.3) : 0) + (i % 13) / 1000)
    const spoiled = scores.map((s, i) => (i % 7 === 0 ? (truth[i] === 1 ? 0.001 : 0.999) : s))
    const loss = (of: Float64Array): Float64Array => of.map((s, i) => -Math.log(truth[i] === 1 ? s : 1 - s))
    const predicted = (of: Float64Array): Int32Array => Int32Array.from(of, (s) => (s >= 0.5 ? 1 : 0))
    const pair = {
      kind: 'classes' as const, answers: { classes: ['a', 'b'], positiveClass: 'b', truth, first: predicted(scores), second: predicted(spoiled) },
      logLoss: { first: loss(scores), second: loss(spoiled) }, brier: null, ranked: { truth, positive: 1, classes: [{ label: 'a', first: scores, second: spoiled }, { label: 'b', first: scores, second: spoiled }] },
    }
    const confidence = stepConfidence(10, 3)
    const others = otherLosses(pair, 'binary-classification', confidence, 1)
    const [first, second] = [loss(scores), loss(spoiled)].map((values) => values.reduce((sum, v) => sum + v, 0) / 1000)
    expect(others.find((o) => o.metric === 'log_loss')).toMatchObject({ first: expect.closeTo(first!, 12) as number, second: expect.closeTo(second!, 12) as number, confidence })
    const test = { headline: 'accuracy', rows: 1000, limit: null, clean: point(0, value(0.857, 0.83, 0.88)), curves: [curve('noise', [{ ...point(1, value(0.857)), difference: pairedLoss(pair, confidence), others }])] }
    expect(test.curves[0]!.points[0]!.difference!.value).toBe(0)
    expect(firstHurt(test, test.curves[0]!)).toMatchObject({ step: 0, worst: { metric: 'log_loss' } })
    expect(stressVerdict(test)[0]).toMatch(/^The first to hurt: numeric noise\. At 1 standard deviation\S* the log loss goes from 0\.\d+ to 1\.\d+.* the log loss is worse by /)
    const harmless = { ...test, curves: [curve('noise', [{ ...point(1, value(0.857)), difference: pairedLoss(pair, confidence), others: others.map((o) => ({ ...o, value: 0, low: -0.01, high: 0.01 })) }])] }
    expect(stressVerdict(harmless)).toEqual([expect.stringMatching(/^No worsening of accuracy, .* and .* beyond chance was seen/)])
  })

  it('pairs errors and label sets as well', () => {
    const zero = new Float64Array(4)
    const errors = pairedLoss({ kind: 'values', truth: zero, first: Float64Array.of(1, -1, 1, -1), second: Float64Array.of(2, -2, 2, -2) }, 0.95)
    // Every row is worse by the same: no spread at all.
    expect(errors).toMatchObject({ value: 1, low: 1, high: 1, rows: 4 })
    const hits = (...values: number[]): Float64Array => Float64Array.from(values)
    const sets = pairedLoss({ kind: 'label-sets', labels: 1, loss: null, right: { first: Uint8Array.of(1, 1, 1, 1), second: Uint8Array.of(1, 1, 0, 0) }, columns: { first: [hits(1, 1, 1, 1), hits(1, 1, 1, 1), hits(1, 1, 1, 1)], second: [hits(1, 1, 0, 0), hits(1, 1, 0, 0), hits(1, 1, 1, 1)] } }, 0.95)
    // F1: 1 and 2·2 ÷ (2 + 4).
    expect(sets!.value).toBeCloseTo(2 / 3 - 1, 12)
    expect(sets!.low).toBeLessThan(sets!.value)
  })

  it('judges nothing without an interval', () => {
    expect(stressVerdict({ headline: 'accuracy', clean: point(0, value(null)), curves: [curve('noise', [point(1, value(0.2))])] })[0]).toContain('nothing is judged')
  })
})
