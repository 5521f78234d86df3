// Several labels a row, the whole way from files: proposal, evaluation, stored predictions. Right answers from the fixtures' references.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkBinding } from '../../shared/binding/check-binding.ts'
import type { GatePolicy, GateRule1 as GateRule } from '../../shared/domain/gate-rules.ts'
import { evaluateGate } from '../../shared/gate-evaluation.ts'
import type { RunFacts } from '../../shared/gate/facts.ts'
import { proposePolicy } from '../../shared/gate/propose.ts'
import { policyFault } from '../../shared/gate-policy.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { fixture } from '../setup/fixtures.ts'
import { evaluateFixture, evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'
import { disagreement, leaves, producedLeaf } from './reference-walker.ts'

const labels = ['red', 'green', 'blue', 'gold', 'white', 'black', 'orange']
const v1 = 'flags-multilabel/models/flags-v1-logreg.onnx'
const quiet = { signal: new AbortController().signal, progress: (): void => undefined }
const reference = (model: string): Record<string, unknown> => (JSON.parse(readFileSync(fixture(`flags-multilabel/reference/${model}.test.json`), 'utf8')) as { metrics: Record<string, unknown> }).metrics

describe('several labels a row', () => {
  it.each([['test.csv', null], ['test.csv', labels.join(',')], ['test.csv', 'orange,black,white,gold,blue,green,red'], ['test-one-column.csv', null], ['test-one-column.csv', 'flag_colours']])('%s with target %s: every number of the reference', async (data, target) => {
    const { proposal, result } = await evaluateFixture(v1, `flags-multilabel/data/${data}`, target)
    expect(proposal.problems.filter((p) => p.severity === 'error')).toEqual([])
    expect(proposal.binding.classes.map((c) => c.label)).toEqual(labels)
    expect(proposal.binding.idColumn).toBe('country')
    const wrong = leaves(reference('v1')).map((leaf) => disagreement(leaf, producedLeaf(result, proposal.binding, leaf.path), 1e-6)).filter((w) => w !== null)
    expect(wrong).toEqual([])
    expect(result.rows).toMatchObject({ read: 70, scored: 70, leftOut: [] })
  })

  it('the order of the columns is that of the model, and the target is never fed', async () => temporary(async (folder) => {
    const model = await readFixtureModel(v1, folder)
    const { binding } = await proposeFor(model, await profileFixture('flags-multilabel/data/test.csv'), 'white,red,green,orange,blue,black,gold')
    expect(binding.target).toEqual({ kind: 'label-columns', columns: labels })
    const fed = binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : []))
    expect(fed).toHaveLength(19)
    expect(fed.filter((c) => labels.includes(c))).toEqual([])
    expect(binding).toMatchObject({ task: 'multilabel-classification', decision: { kind: 'threshold', threshold: 0.5 }, outputs: [{ output: 'probabilities', role: 'label-probabilities' }] })
  }))

  it('stores each row’s true and predicted labels as text, worst rows first', async () => temporary(async (folder) => {
    const model = await readFixtureModel(v1, folder)
    const data = await profileFixture('flags-multilabel/data/test-one-column.csv')
    const { binding } = await proposeFor(model, data, null)
    const result = await evaluateOn(model, data, binding, folder)
    const page = await engineHandlers['predictions.page']({ path: join(folder, result.predictionsFile), offset: 0, limit: 70, order: 'record', onlyWrong: false }, quiet)
    expect(page.scoreNames).toEqual(labels)
    // From data/test-one-column.csv and predictions/v1.test.json, by eye.
    expect(page.rows[0]).toMatchObject({ record: 1, id: 'Afghanistan', truth: 'red|green|gold|white|black', predicted: 'red|green|blue|gold|white|black', correct: false })
    const right = page.rows.filter((r) => r.correct === true).length
    expect(right / 70).toBeCloseTo((reference('v1') as { subset_accuracy: number }).subset_accuracy, 12)
    const mean = page.rows.reduce((s, r) => s + r.loss!, 0) / 70
    expect(mean).toBeCloseTo((reference('v1') as { mean_binary_log_loss: number }).mean_binary_log_loss, 5)
    const worst = await engineHandlers['predictions.page']({ path: join(folder, result.predictionsFile), offset: 0, limit: 2, order: 'worst', onlyWrong: true }, quiet)
    expect(worst.rows[0]!.loss).toBe(Math.max(...page.rows.map((r) => r.loss!)))
  }))

  it('is judged by the gate: averages, one label, and another version, in the direction of each metric', async () => {
    const { result } = await evaluateFixture(v1, 'flags-multilabel/data/test.csv', null)
    const { result: newer } = await evaluateFixture('flags-multilabel/models/flags-v2-forest.onnx', 'flags-multilabel/data/test.csv', null)
    const facts: RunFacts = { metrics: result.metrics, rows: result.rows, modelBytes: 1, baselineMetrics: newer.metrics }
    const rule = (metric: string, op: '>=' | '<=', limit: number, slice = ''): GateRule => ({ kind: 'metric', metric, op, limit, slice })
    const steady = (metric: string, margin: number): GateRule => ({ kind: 'no-regression', metric, slice: '', margin })
    // Limits from reference/v1.test.json and v2.test.json: hamming_loss 0.2429 and 0.2327, subset_accuracy 0.1714 and 0.1571.
    const judged: readonly (readonly [GateRule, 'pass' | 'fail' | 'not-established'])[] = [
      [rule('micro.f1', '>=', 0.73), 'pass'], [rule('micro.f1', '>=', 0.75), 'fail'], [rule('hamming_loss', '<=', 0.243), 'pass'], [rule('hamming_loss', '<=', 0.242), 'fail'],
      [rule('recall', '>=', 0.94, 'class:red'), 'pass'], [rule('recall', '>=', 0.94, 'class:green'), 'fail'], [rule('recall', '>=', 0, 'class:pink'), 'not-established'],
      [steady('hamming_loss', 0.01), 'fail'], [steady('hamming_loss', 0.0103), 'pass'], [steady('subset_accuracy', 0), 'pass'], [steady('lrap', 0.01), 'fail'], [steady('lrap', 0.0102), 'pass'],
    ]
    const policy: GatePolicy = { schema: 'slipway.gate/1', rules: judged.map(([r]) => r) }
    expect(policyFault(policy)).toBeNull()
    expect(evaluateGate(policy, facts).findings.map((f) => f.verdict)).toEqual(judged.map(([, verdict]) => verdict))
    const proposed = proposePolicy(result)
    expect(proposed.rules).toContainEqual(rule('micro.f1', '>=', 0.71))
    expect(evaluateGate(proposed, facts)).toMatchObject({ passed: true })
  })

  it('names what does not fit', async () => temporary(async (folder) => {
    const model = await readFixtureModel(v1, folder)
    const data = await profileFixture('flags-multilabel/data/test.csv')
    const { binding } = await proposeFor(model, data, null)
    const errors = (more: Partial<typeof binding>): string[] => checkBinding({ ...binding, ...more }, model.signature, data.columns).filter((p) => p.severity === 'error').map((p) => p.about)
    expect(errors({})).toEqual([])
    expect(errors({ decision: { kind: 'argmax' } })).toEqual(['decision'])
    expect(errors({ classes: binding.classes.slice(1) })).toEqual(['outputs.probabilities', 'target'])
    expect(errors({ outputs: [{ output: 'probabilities', role: 'probabilities' }] })).toEqual(['outputs.probabilities', 'outputs'])
    expect(errors({ target: { kind: 'column', column: 'red' } })).toEqual(['target'])
    expect(errors({ target: { kind: 'label-columns', columns: [...labels.slice(1), 'pink'] } })).toEqual(['target'])
    await expect(proposeFor(model, data, 'red,pink')).rejects.toMatchObject({ code: 'dataset.labelMissing' })
  }))
})
