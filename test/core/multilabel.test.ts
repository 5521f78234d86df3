// Several labels a row, the whole way from files: proposal, evaluation, stored predictions. Right answers from the fixtures' references.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkBinding } from '../../shared/binding/check-binding.ts'
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
