// Every metric of the fixture references, recomputed from the reference runtime's predictions.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Curve, MetricValue } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { classificationCases, classify, loadClassification, loadRegression, regress, regressionCases } from './fixture-cases.ts'
import { referenceValues, type ReferenceValue } from './reference-metrics.ts'

const counts = new Set(['n', 'support', 'predicted', 'accuracy', 'binary.tp', 'binary.fp', 'binary.fn', 'binary.tn', 'label_equals_argmax'])
const isExact = (metric: string) => counts.has(metric) || metric.startsWith('ties_at_top_k_boundary.') || metric.startsWith('top_k.')

function expectSame(metrics: readonly MetricValue[], expected: readonly ReferenceValue[]): void {
  const wrong: string[] = []
  for (const want of expected) {
    const got = metrics.find((m) => m.metric === want.metric && m.slice === want.slice)
    const close = (a: number | null, b: number | null) => a === null || b === null ? a === b : Math.abs(a - b) <= (isExact(want.metric) ? 0 : 1e-9)
    const same = got !== undefined && close(got.value, want.value) && (want.low === undefined || (Math.abs(got.low! - want.low) < 1e-12 && Math.abs(got.high! - want.high!) < 1e-12))
    if (!same) wrong.push(`${want.slice} ${want.metric}: expected ${want.value}, got ${got === undefined ? 'nothing' : `${got.value} ${got.reason ?? ''}`}`)
  }
  expect(wrong).toEqual([])
}

const curve = <K extends Curve['kind']>(curves: readonly Curve[], kind: K, match: (c: Extract<Curve, { kind: K }>) => boolean = () => true) =>
  curves.find((c): c is Extract<Curve, { kind: K }> => c.kind === kind && match(c as Extract<Curve, { kind: K }>))!

describe.each(classificationCases)('$reference', (one) => {
  const { reference, setup, batch } = loadClassification(one)
  const result = classify(setup, batch, 97)

  it('has every number of the reference', () => {
    const expected = referenceValues(reference.metrics)
    expect(expected.length).toBeGreaterThan(45)
    expectSame(result.metrics, expected)
  })

  it('has the confusion matrix, the calibration bins and the threshold table', () => {
    expect(curve(result.curves, 'confusion').counts).toEqual(reference.metrics['confusion_matrix'])
    const tables = reference.metrics['calibration'] as Record<string, { ece: number, bins: { lo: number, hi: number, count: number, accuracy: number | null, mean_confidence: number | null }[] }>
    for (const [name, table] of Object.entries(tables)) {
      const mine = curve(result.curves, 'calibration', (c) => c.name === name)
      expect(mine.bins.map((b) => b.count), name).toEqual(table.bins.map((b) => b.count))
      expect(mine.expectedCalibrationError).toBeCloseTo(table.ece, 10)
      table.bins.forEach((want, i) => {
        const got = mine.bins[i]!
        expect([got.low, got.high]).toEqual([want.lo, want.hi])
        if (want.accuracy === null) expect([got.accuracy, got.confidence]).toEqual([null, null])
        else {
          expect(got.accuracy).toBeCloseTo(want.accuracy, 10)
          expect(got.confidence).toBeCloseTo(want.mean_confidence!, 10)
        }
      })
    }
    const thresholds = reference.metrics['threshold_table'] as Record<string, number>[] | undefined
    const mine = curve(result.curves, 'thresholds')
    expect(mine?.rows.length).toBe(thresholds?.length)
    thresholds?.forEach((want, i) => {
      for (const [key, value] of Object.entries(want)) expect(mine.rows[i]![key as 'f1']).toBeCloseTo(value, 10)
    })
  })
})

describe('labels that contradict the probabilities', () => {
  it('score as the argmax labels do once the argmax decides', () => {
    const { reference, setup, batch } = loadClassification(classificationCases.find((c) => c.reference.endsWith('v3.test.json'))!)
    const second = Int32Array.from({ length: batch.rows }, (_, i) => batch.probabilities[2 * i + 1]! > batch.probabilities[2 * i]! ? 1 : 0)
    const metrics = (reference as unknown as { metrics_with_argmax_labels: Record<string, unknown> }).metrics_with_argmax_labels
    expectSame(classify(setup, { ...batch, predicted: second }).metrics, referenceValues(metrics))
  })
})

describe('slices', () => {
  it('agree when only the rows of one value are scored', () => {
    const { reference, setup, batch } = loadClassification(classificationCases.find((c) => c.reference === 'adult-income/reference/v1.test.json')!)
    const slices = (reference as unknown as { slices: Record<string, Record<string, Record<string, number | null>>> }).slices
    const table = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trimEnd().split('\n').map((line) => line.split(','))
    for (const [column, values] of Object.entries(slices)) for (const [value, want] of Object.entries(values)) {
      const at = table[0]!.indexOf(column)
      const rows = table.slice(1).flatMap((row, i) => row[at] === value ? [i] : [])
      const part = classify(setup, {
        rows: rows.length, truth: Int32Array.from(rows, (i) => batch.truth[i]!), predicted: Int32Array.from(rows, (i) => batch.predicted[i]!),
        probabilities: Float64Array.from(rows.flatMap((i) => [batch.probabilities[2 * i]!, batch.probabilities[2 * i + 1]!])),
      })
      expectSame(part.metrics, [
        ...['n', 'accuracy', 'roc_auc', 'log_loss', 'brier'].map((metric) => ({ metric, slice: '', value: want[metric]! })),
        ...['f1', 'precision', 'recall'].map((name) => ({ metric: `binary.${name}`, slice: '', value: want[name]! })),
      ])
    }
  })
})

describe.each(['v1', 'v2'])('curves of adult-income %s', (model) => {
  const { setup, batch } = loadClassification(classificationCases.find((c) => c.reference === `adult-income/reference/${model}.test.json`)!)
  const { curves } = JSON.parse(readFileSync(fixture(`adult-income/reference/${model}.test.curves.json`), 'utf8')) as { curves: { roc: { fpr: number[], tpr: number[], thresholds: (number | null)[] }, precision_recall: { precision: number[], recall: number[], thresholds: number[] } } }
  const result = classify(setup, batch)

  it('ROC corners are those of the reference', () => {
    const mine = curve(result.curves, 'roc')
    expect(mine.threshold).toEqual(curves.roc.thresholds)
    curves.roc.fpr.forEach((x, i) => {
      expect(mine.falsePositiveRate[i]).toBeCloseTo(x, 12)
      expect(mine.truePositiveRate[i]).toBeCloseTo(curves.roc.tpr[i]!, 12)
    })
  })

  it('precision-recall points are true points of the reference, evenly kept', () => {
    const mine = curve(result.curves, 'precision-recall')
    const byThreshold = new Map(curves.precision_recall.thresholds.map((t, i) => [t, i]))
    mine.threshold.forEach((t, i) => {
      const at = t === null ? curves.precision_recall.recall.length - 1 : byThreshold.get(t)!
      expect(mine.recall[i]).toBeCloseTo(curves.precision_recall.recall[at]!, 12)
      expect(mine.precision[i]).toBeCloseTo(curves.precision_recall.precision[at]!, 12)
    })
    expect(mine.recall.at(-1)).toBe(1)
    expect(mine.recall.length).toBeGreaterThan(1000)
    expect(mine.recall.length).toBeLessThanOrEqual(2001)
  })
})

describe.each(regressionCases)('$reference', (one) => {
  const { reference, batch } = loadRegression(one)
  const result = regress(batch, 31)

  it('has every number of the reference', () => {
    const expected = referenceValues(reference.metrics)
    expect(expected.length).toBeGreaterThanOrEqual(26)
    expectSame(result.metrics, expected)
  })

  it('gives no logarithmic error exactly when the reference has none', () => {
    const mine = result.metrics.find((m) => m.metric === 'msle')!
    expect(mine.value === null).toBe(reference.metrics['msle'] === undefined)
    if (mine.value === null) expect(mine.reason).toMatch(/negative/)
  })

  it('draws residuals that add up', () => {
    const mine = curve(result.curves, 'residuals')
    expect(mine.histogram.counts.reduce((a, b) => a + b, 0)).toBe(batch.rows)
    expect(mine.points.length).toBe(Math.min(2000, batch.rows))
  })
})
