// Recalibration against scikit-learn's isotonic regression and a temperature that scipy finds, and the honesty of the cross-fitted numbers.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibrated, calibratedBinding, calibrationNote } from '../../shared/calibration/apply.ts'
import { crossFit } from '../../shared/calibration/cross-fit.ts'
import { fitIsotonic, isotonicAt } from '../../shared/calibration/isotonic.ts'
import { atTemperature, fitTemperature } from '../../shared/calibration/temperature.ts'
import type { Binding } from '../../shared/domain/binding.ts'
import { softmaxRows } from '../../shared/metrics/decision.ts'
import { thresholdBinding } from '../../shared/thresholds/save-threshold.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { fixture } from '../setup/fixtures.ts'
import { binding as sampleBinding } from '../core/sample-rows.ts'

interface Facts {
  readonly calibration: readonly { readonly model: string; readonly temperature: number; readonly isotonic: { readonly grid: readonly number[]; readonly values: readonly number[] } }[]
  readonly multiclass: { readonly logits: readonly (readonly number[])[]; readonly labels: readonly number[]; readonly temperature: number }
  readonly ties: { readonly scores: readonly number[]; readonly hits: readonly number[]; readonly grid: readonly number[]; readonly values: readonly number[] }
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/threshold-facts.json'), 'utf8')) as Facts

function income(model: string): { probabilities: Float64Array; truth: Int32Array } {
  const { outputs } = JSON.parse(readFileSync(fixture(`adult-income/predictions/${model}.test.json`), 'utf8')) as { outputs: Record<string, { dims: number[]; data: number[] }> }
  const lines = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  return { probabilities: Float64Array.from(Object.values(outputs).find((o) => o.dims.length === 2)!.data), truth: Int32Array.from(lines, (line) => (line.endsWith('>50K') ? 1 : 0)) }
}

test.each(facts.calibration)('$model: temperature and isotonic fit agree with scipy and scikit-learn', ({ model, temperature, isotonic }) => {
  const { probabilities, truth } = income(model)
  expect(fitTemperature(probabilities, truth, 2)).toBeCloseTo(temperature, 6)
  const points = fitIsotonic(probabilities.filter((_, i) => i % 2 === 1), truth)
  isotonic.grid.forEach((x, i) => expect(isotonicAt(points, x)).toBeCloseTo(isotonic.values[i]!, 10))
})

test('four classes and tied scores agree as well', () => {
  const { logits, labels, temperature } = facts.multiclass
  expect(fitTemperature(softmaxRows(logits.flat(), logits.length, 4), labels, 4)).toBeCloseTo(temperature, 5)
  const points = fitIsotonic(facts.ties.scores, facts.ties.hits)
  facts.ties.grid.forEach((x, i) => expect(isotonicAt(points, x)).toBeCloseTo(facts.ties.values[i]!, 10))
})

test('a temperature divides the logits, and a correction keeps rows summing to 1, NaN a NaN, and the order of scores', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 3, maxLength: 3 }), fc.double({ min: 0.2, max: 5, noNaN: true }), (logits, temperature) => {
    const want = softmaxRows(logits.map((z) => z / temperature), 1, 3)
    atTemperature(softmaxRows(logits, 1, 3), 1, 3, temperature).forEach((p, c) => expect(p).toBeCloseTo(want[c]!, 9))
  }))
  const fitted = { runId: 'run_x', dataset: 'a.csv', rows: 3 }
  const step = { method: 'isotonic' as const, points: [[0.2, 0.1], [0.4, 0.3], [0.9, 0.3]] as [number, number][], fitted }
  expect(Array.from(calibrated([0.7, 0.3, 0.9, 0.1, 0, 1, NaN, NaN], 4, 2, 1, step))).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.2, 12), 0.9, 0.1, 0.7, 0.3, NaN, NaN])
  expect(Array.from(calibrated([0, 1, NaN, 0.5], 2, 2, 1, { method: 'temperature', temperature: 2, fitted }))).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12), NaN, NaN])
})

test('the numbers after are of rows that did not help: an overconfident model is mended, a calibrated one is not flattered, and nothing depends on chance', () => {
  const random = randomStream(5)
  const rows = Array.from({ length: 2000 }, () => { const p = random.next(); return { p, hit: random.next() < p ? 1 : 0 } })
  const setup = { classes: ['no', 'yes'], positiveClass: 'yes', hasProbabilities: true, seed: 3 }
  const scored = (of: (p: number) => number) => ({ probabilities: Float64Array.from(rows.flatMap(({ p }) => [1 - of(p), of(p)])), truth: Int32Array.from(rows, (r) => r.hit) })
  const value = (metrics: readonly { metric: string; value: number | null }[], id: string): number => metrics.find((m) => m.metric === id)!.value!
  // Logits three times too large: the temperature is 3 and the log loss comes back to that of the true probabilities.
  const sharp = crossFit('temperature', scored((p) => 1 / (1 + ((1 - p) / p) ** 3)), setup)
  expect(sharp.calibration.method === 'temperature' ? sharp.calibration.temperature : 0).toBeCloseTo(3, 0)
  expect(value(sharp.after.metrics, 'ece_positive_10')).toBeLessThan(value(sharp.before.metrics, 'ece_positive_10') / 2)
  const truly = crossFit('isotonic', scored((p) => p), setup)
  expect(value(truly.after.metrics, 'log_loss')).toBeGreaterThan(value(truly.before.metrics, 'log_loss'))
  expect(crossFit('isotonic', scored((p) => p), setup)).toEqual(truly)
  expect(() => crossFit('isotonic', { probabilities: new Float64Array(30), truth: new Int32Array(10) }, { ...setup, classes: ['a', 'b', 'c'], positiveClass: null })).toThrow('two classes')
  expect(() => crossFit('temperature', { probabilities: new Float64Array(20), truth: new Int32Array(10) }, setup)).toThrow('at least 50 rows')
})

test('a saved correction moves the threshold along and is not put on top of another', () => {
  const calibration = { method: 'temperature' as const, temperature: 2, fitted: { runId: 'run_x', dataset: 'a.csv', rows: 100 } }
  const run: Binding = { ...sampleBinding, task: 'binary-classification', classes: [{ label: 'a', output: '0' }, { label: 'b', output: '1' }], positiveClass: 'b', decision: { kind: 'threshold', threshold: 0.8 } }
  const saved = calibratedBinding(run, null, calibration)
  // logit(0.8) ÷ 2 = ln 2, and the sigmoid of that is 2 ÷ 3.
  expect(saved.decision).toEqual({ kind: 'threshold', threshold: expect.closeTo(2 / 3, 12) as number })
  expect(() => calibratedBinding(run, saved, calibration)).toThrow('recalibrated already')
  // A threshold found on the uncorrected run goes into the corrected binding on the corrected scale.
  expect(thresholdBinding(run, saved, 0.8).decision).toEqual(saved.decision)
  expect(() => thresholdBinding(saved, run, 0.8)).toThrow('recalibrated differently')
  expect(calibrationNote(saved.calibration)).toContain('temperature 2), fitted on 100 rows of a.csv')
})
