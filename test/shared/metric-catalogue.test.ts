// Every metric that can come out has an entry, and every entry can come out.
import { describe, expect, it } from 'vitest'
import { describeMetric, headlineMetric, metricCatalogue, metricFamily } from '../../shared/metrics/catalogue.ts'
import { createDetectionAccumulator } from '../../shared/metrics/detection.ts'
import { createMultilabelAccumulator } from '../../shared/metrics/multilabel.ts'
import { createSegmentationAccumulator } from '../../shared/metrics/segmentation.ts'
import { createClassDistribution, createValueDistribution } from '../../shared/metrics/unlabelled.ts'
import { softmaxRows } from '../../shared/metrics/decision.ts'
import { classificationCases, classify, loadClassification, loadRegression, regress, regressionCases } from './fixture-cases.ts'

function produced(): Set<string> {
  const many = { classes: ['a', 'b', 'c', 'd', 'e', 'f'], positiveClass: null, hasProbabilities: true, seed: 1 }
  const batch = { rows: 6, truth: Int32Array.of(0, 1, 2, 3, 4, 5), predicted: new Int32Array(6), probabilities: softmaxRows(Array.from({ length: 36 }, (_, i) => i % 7), 6, 6) }
  const results = [
    classify(many, batch), classify({ ...many, hasProbabilities: false }, { ...batch, probabilities: null }),
    ...classificationCases.map((one) => { const { setup, batch: rows } = loadClassification(one); return classify(setup, rows) }),
    ...regressionCases.map((one) => regress(loadRegression(one).batch)),
  ]
  results.push(createMultilabelAccumulator({ labels: ['a', 'b'], threshold: 0.5 }).finish())
  results.push(createSegmentationAccumulator({ classes: ['a', 'b'], seed: 1 }).finish())
  results.push(createDetectionAccumulator({ classes: ['a', 'b'], score: 0.5 }).finish())
  const distribution = createClassDistribution({ classes: ['a', 'b', 'c', 'd', 'e', 'f'], positiveClass: null, hasProbabilities: true })
  distribution.add(batch)
  const values = createValueDistribution()
  values.add({ rows: 3, predicted: Float64Array.of(1, 2, 3) })
  results.push(distribution.finish(), values.finish())
  return new Set(results.flatMap((r) => r.metrics.map((m) => m.metric)))
}

describe('the metric catalogue', () => {
  it('holds exactly the metrics that the accumulators give', () => {
    expect(metricCatalogue.map((e) => e.id).sort()).toEqual([...produced()].sort())
  })

  it('puts every metric into a group, and knows the headline of each task', () => {
    const members = (family: string) => metricCatalogue.filter((e) => metricFamily(e.id) === family).map((e) => e.id)
    expect(members('Other')).toEqual([])
    expect(members('Decisions')).toEqual(['n', 'accuracy', 'error_rate', 'balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa', 'cohen_kappa_linear', 'cohen_kappa_quadratic'])
    expect(members('Errors')).toHaveLength(12)
    expect(members('Fit')).toHaveLength(5)
    expect(metricFamily('nothing')).toBe('Other')
    for (const task of ['binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression', 'semantic-segmentation', 'object-detection'] as const) expect(describeMetric(headlineMetric(task))).not.toBeNull()
  })

  it('says it in sentences that stand alone: none leans on the entry before it', () => {
    const leaning = /(^|\. )The same\b|\bthe same (\d+ bins|information)|\bsuch (a gap|gap|ties)\b|^As \S|\bthis (class|one)\b/
    for (const e of metricCatalogue) {
      for (const text of [e.definition, e.conventions, e.pitfalls]) expect(text, e.id).not.toMatch(leaning)
      // A definition is a sentence about what is measured, not a name or a fragment.
      expect(e.definition.split(' ').length, e.id).toBeGreaterThan(5)
    }
    const [plain, positive] = [describeMetric('specificity'), describeMetric('binary.specificity')]
    expect(plain?.name).not.toBe(positive?.name)
  })

  it('says everything about each of them, once', () => {
    expect(new Set(metricCatalogue.map((e) => e.id)).size).toBe(metricCatalogue.length)
    expect(new Set(metricCatalogue.map((e) => e.name)).size).toBeGreaterThan(metricCatalogue.length - 6)
    for (const e of metricCatalogue) {
      for (const [field, text] of Object.entries(e)) expect(text.trim(), `${e.id} ${field}`).not.toBe('')
      expect(e.definition, e.id).toMatch(/[.]$/)
      expect(e.conventions, e.id).toMatch(/[.]$/)
      expect(e.pitfalls, e.id).toMatch(/[.]$/)
    }
    expect(describeMetric('roc_auc')?.direction).toBe('higher-is-better')
    expect(describeMetric('rmse')?.direction).toBe('lower-is-better')
    expect(describeMetric('nothing')).toBeNull()
  })
})
