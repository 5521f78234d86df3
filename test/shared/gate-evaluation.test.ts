// The gate's answers: every rule passes, fails or is not established, and says so with its numbers.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GateFinding } from '../../shared/domain/gate.ts'
import { GatePolicy, type GateRule1 as GateRule } from '../../shared/domain/gate-rules.ts'
import type { MetricValue, RowAccount } from '../../shared/domain/run.ts'
import { evaluateGate } from '../../shared/gate-evaluation.ts'
import type { RunFacts } from '../../shared/gate/facts.ts'
import { proposePolicy } from '../../shared/gate/propose.ts'
import { known, unknown } from '../../shared/metrics/metric-values.ts'
import { classificationCases, classify, loadClassification, loadRegression, regress, regressionCases } from './fixture-cases.ts'

const rows = (read: number, out: number): RowAccount => ({ read, scored: read - out, leftOut: out === 0 ? [] : [{ reason: 'the label is missing', count: out, records: [3] }], replaced: [] })
const facts: RunFacts = {
  metrics: [known('accuracy', 0.84625, 4000), known('rmse', 2.2, 900), known('recall', 0.588, 933, { slice: 'class:>50K' }), unknown('roc_auc', 4000, 'No row has the true class >50K.'), known('n', 4000, 4000)],
  rows: rows(400, 12), modelBytes: 2048, baselineMetrics: [known('accuracy', 0.86175, 4000), known('rmse', 2.1, 900), unknown('log_loss', 4000, 'The model gives labels only, no probabilities.')],
}
const check = (rule: GateRule, over: Partial<RunFacts> = {}): GateFinding => {
  const { passed, findings } = evaluateGate({ schema: 'slipway.gate/1', rules: [rule] }, { ...facts, ...over })
  GateFinding.parse(findings[0])
  expect(passed).toBe(findings[0]!.verdict === 'pass')
  return findings[0]!
}
const metric = (id: string, op: '>=' | '<=', limit: number, slice = ''): GateRule => ({ kind: 'metric', metric: id, slice, op, limit })
const steady = (id: string, margin: number): GateRule => ({ kind: 'no-regression', metric: id, slice: '', margin })

describe('a rule on a metric', () => {
  it('passes and fails at the limit', () => {
    expect(check(metric('accuracy', '>=', 0.84625))).toMatchObject({ verdict: 'pass', value: 0.84625, limit: 0.84625 })
    expect(check(metric('accuracy', '<=', 0.84625)).verdict).toBe('pass')
    expect(check(metric('accuracy', '>=', 0.85))).toMatchObject({ verdict: 'fail', sentence: 'Accuracy is 0.8462; the gate asks for at least 0.8500, so it misses by 0.0038.' })
    expect(check(metric('rmse', '<=', 2))).toMatchObject({ verdict: 'fail', sentence: 'Root mean squared error is 2.2000; the gate asks for at most 2.0000, so it misses by 0.2000.' })
    expect(check(metric('recall', '>=', 0.5, 'class:>50K'))).toMatchObject({ verdict: 'pass', sentence: 'Recall of >50K is 0.5880; the gate asks for at least 0.5000.' })
  })

  it('never shows two different numbers as the same', () => {
    expect(check(metric('accuracy', '<=', 0.84623)).sentence).toBe('Accuracy is 0.846250; the gate asks for at most 0.846230, so it misses by 2.00e−5.')
  })

  it('is not established, and so not passed, when the value is missing or not available', () => {
    expect(check(metric('macro.f1', '>=', 0.1))).toMatchObject({ verdict: 'not-established', value: null, limit: 0.1, sentence: 'F1, macro average was not measured in this run, so the rule is not established.' })
    expect(check(metric('recall', '>=', 0.1, 'class:>50')).sentence).toBe('Recall of >50 was not measured in this run, so the rule is not established. It was measured for class:>50K: name one as the slice of the rule.')
    expect(check(metric('recall', '>=', 0.1)).sentence).toMatch(/It was measured for class:>50K: name one as the slice/)
    expect(check(metric('accuracy', '>=', 0.1, 'sex=F')).sentence).toMatch(/It was measured for all rows \(no slice\)/)
    expect(check(metric('roc_auc', '>=', 0))).toMatchObject({ verdict: 'not-established', sentence: 'Area under the ROC curve is not available in this run, so the rule is not established: no row has the true class >50K.' })
    expect(check(metric('roc_auc', '<=', 1)).verdict).toBe('not-established')
  })
})

describe('a rule against regression', () => {
  it('uses the direction of the metric and the margin', () => {
    expect(check(steady('accuracy', 0.01))).toMatchObject({ verdict: 'fail', sentence: 'Accuracy is 0.8462 and was 0.8618 in the baseline run: worse by 0.0155; the gate allows a worsening of at most 0.0100.' })
    expect(check(steady('accuracy', 0.0155)).verdict).toBe('pass')
    expect(check(steady('rmse', 0.05))).toMatchObject({ verdict: 'fail', limit: 2.15 })
    expect(check(steady('rmse', 0.1)).verdict).toBe('pass')
    expect(check(steady('rmse', 0), { baselineMetrics: [known('rmse', 3, 900)] }).sentence).toBe('Root mean squared error is 2.2000 and was 3.0000 in the baseline run: better by 0.8000; the gate allows no worsening.')
    expect(check(steady('rmse', 0), { baselineMetrics: facts.metrics }).sentence).toMatch(/unchanged/)
  })

  it('is not established without a baseline, without its value, or without a direction', () => {
    expect(check(steady('accuracy', 1), { baselineMetrics: null })).toMatchObject({ verdict: 'not-established', sentence: 'There is no baseline run to compare Accuracy with, so the rule is not established.' })
    expect(check(steady('log_loss', 1), { metrics: [known('log_loss', 0.3, 4000)] })).toMatchObject({ verdict: 'not-established', value: 0.3 })
    expect(check(steady('n', 1)).verdict).toBe('not-established')
  })
})

describe('rules on rows and size', () => {
  it('count what was scored and what was left out', () => {
    expect(check({ kind: 'rows', atLeast: 388 }).verdict).toBe('pass')
    expect(check({ kind: 'rows', atLeast: 389 })).toMatchObject({ verdict: 'fail', sentence: '388 rows were scored; the gate asks for at least 389.' })
    expect(check({ kind: 'left-out', atMostShare: 0.03 })).toMatchObject({ verdict: 'pass', value: 0.03, sentence: '12 of 400 rows were left out, 3 %; the gate allows at most 3 %.' })
    expect(check({ kind: 'left-out', atMostShare: 0.0299 })).toMatchObject({ verdict: 'fail', sentence: '12 of 400 rows were left out, 3 %; the gate allows at most 2.99 %.' })
    expect(check({ kind: 'left-out', atMostShare: 0 }, { rows: rows(50, 0) })).toMatchObject({ verdict: 'pass', sentence: '0 of 50 rows were left out, 0 %; the gate allows at most 0 %.' })
    for (const rule of [{ kind: 'rows', atLeast: 1 }, { kind: 'left-out', atMostShare: 1 }] as const) expect(check(rule, { rows: null }).verdict).toBe('not-established')
    expect(check({ kind: 'left-out', atMostShare: 1 }, { rows: rows(0, 0) }).verdict).toBe('not-established')
    expect(check({ kind: 'size', atMostBytes: 2048 }).verdict).toBe('pass')
    expect(check({ kind: 'size', atMostBytes: 2047 })).toMatchObject({ verdict: 'fail', sentence: 'The model takes 2.00 KiB (2,048 bytes), above the limit of 2.00 KiB (2,047 bytes).' })
  })

  it('pass together only when each passes', () => {
    const rule = fc.constantFrom<GateRule>(metric('accuracy', '>=', 0.8), metric('accuracy', '>=', 0.9), metric('roc_auc', '>=', 0), { kind: 'size', atMostBytes: 1 }, { kind: 'rows', atLeast: 1 })
    fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), (rules) => {
      const { passed, findings } = evaluateGate({ schema: 'slipway.gate/1', rules }, facts)
      expect(findings.map((f) => f.rule)).toEqual(rules)
      expect(passed).toBe(rules.every((r) => check(r).verdict === 'pass'))
    }))
  })
})

describe('the proposed policy', () => {
  const accounted = (metrics: readonly MetricValue[], n: number) => ({ metrics: [...metrics], rows: rows(n, 0) })

  it('is passed by the run it comes from where that beats the most frequent class, and not by one that is clearly worse', () => {
    const runs = [
      ...classificationCases.map((one) => {
        const { setup, batch } = loadClassification(one)
        const often = Math.max(...setup.classes.map((_, c) => batch.truth.filter((t) => t === c).length))
        const right = batch.truth.filter((t, r) => t === batch.predicted[r]).length
        return { better: right > often, task: setup.positiveClass === null ? 'multiclass-classification' as const : 'binary-classification' as const, ...accounted(classify(setup, batch).metrics, batch.rows) }
      }),
      ...regressionCases.map((one) => { const { batch } = loadRegression(one); return { better: true, task: 'regression' as const, ...accounted(regress(batch).metrics, batch.rows) } }),
    ]
    expect(runs.map((run) => run.better)).toContain(false)
    for (const run of runs) {
      const policy = GatePolicy.parse(proposePolicy(run))
      expect(policy.rules.filter((r) => r.kind === 'metric').length).toBeGreaterThanOrEqual(2)
      expect(evaluateGate(policy, { ...run, modelBytes: 1, baselineMetrics: null }).passed).toBe(run.better)
      const worse = run.metrics.map((m) => ({ ...m, value: m.value === null ? null : m.metric === 'rmse' ? m.value * 1.2 : m.value - 0.2 }))
      expect(evaluateGate(policy, { ...run, metrics: worse, modelBytes: 1, baselineMetrics: null }).passed).toBe(false)
    }
  })

  it('asks for more than a constant answer, so that a run which is worse fails its own proposal', () => {
    // Three of four rows are of one class, and the run is right in 6 of 10; its RMSE is twice the spread of the truth.
    const support = (label: string, n: number): MetricValue => known('support', n, 40, { slice: `class:${label}` })
    const classes = proposePolicy({ task: 'binary-classification', metrics: [known('accuracy', 0.6, 40), known('roc_auc', 0.4, 40), support('a', 30), support('b', 10)], rows: rows(40, 0) })
    expect(classes.rules.slice(0, 2)).toEqual([metric('accuracy', '>=', 0.75), metric('roc_auc', '>=', 0.5)])
    const values = proposePolicy({ task: 'regression', metrics: [known('rmse', 4, 40), known('r2', -3, 40)], rows: rows(40, 0) })
    expect(values.rules.slice(0, 2)).toEqual([metric('rmse', '<=', 2), metric('r2', '>=', 0)])
  })

  it('sets floors as an analyst would write them', () => {
    const policy = proposePolicy({ task: 'binary-classification', metrics: [known('accuracy', 0.84625, 4000), known('roc_auc', 0.8984, 4000)], rows: rows(4000, 30) })
    expect(policy.rules).toEqual([metric('accuracy', '>=', 0.82), metric('roc_auc', '>=', 0.87), { kind: 'rows', atLeast: 3573 }, { kind: 'left-out', atMostShare: 0.02 }])
  })
})
