// run.trivial and run.baseline through the real engine, against scikit-learn and scipy (test/fixtures-facts/make-baseline-facts.py).
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeBaselines } from '../../main/cli/baseline.ts'
import type { BaselineKind, BaselineReport, BaselineScore } from '../../shared/domain/baseline.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

type Gain = readonly [number, number, number]
interface Facts {
  readonly adult: { readonly training: { readonly majority: { accuracy: number, gain: number }, readonly prior: { log_loss: number, gain: Gain }, readonly stratified: { accuracy: number, gain: Gain } } }
  readonly diabetes: { readonly last_by_age: { rows: number, rmse: number, mae: number, mae_gain: Gain } }
  readonly trees: { readonly adult: { accuracy: number, leaf_rows: number[] }, readonly diabetes: { rmse: number, mae: number, mae_gain: Gain } }
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/baseline-facts.json'), 'utf8')) as Facts

const score = (report: BaselineReport, kind: BaselineKind, metric: string): BaselineScore => report.baselines.find((b) => b.kind === kind)!.scores.find((s) => s.metric === metric)!

test('majority, shares, chance, the last value, and a tree from the training file', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job, client }) => {
    const runId = await evaluate(await importModel(fixture('adult-income/models/income-v1-logreg.onnx'), 'income'), await addData(fixture('adult-income/data/test.csv')), 'income')
    const trivial = await client.call('run.trivial', { runId })
    expect(trivial).toMatchObject({ constantsFrom: 'evaluation', verdict: 'better', sentence: expect.stringMatching(/^Better than always answering the most frequent class \(<=50K\) by 8\.0 points of accuracy \(95 %: \d\.\d to \d\.\d\)\.$/) as string })
    const training = await addData(fixture('adult-income/data/train.csv'))
    const report = await job('run.baseline', { runId, trainingId: training.id })
    const { majority, prior, stratified } = facts.adult.training
    expect(score(report, 'majority', 'accuracy')).toMatchObject({ baseline: majority.accuracy, gain: expect.closeTo(majority.gain, 12) as number, rows: 4000 })
    const loss = score(report, 'prior', 'log_loss')
    expect(loss.baseline).toBeCloseTo(prior.log_loss, 9)
    expect([loss.gain, loss.low, loss.high]).toEqual(prior.gain.map((v) => expect.closeTo(v, 6)))
    const chance = score(report, 'stratified', 'accuracy')
    expect([chance.gain, chance.low, chance.high]).toEqual(stratified.gain.map((v) => expect.closeTo(v, 9)))
    // Equally good splits may be chosen differently, but the rows in the leaves and the accuracy are those of scikit-learn.
    expect(score(report, 'tree', 'accuracy').baseline).toBeCloseTo(facts.trees.adult.accuracy, 12)
    expect(report.tree!.lines.filter((l) => l.text.includes(': ')).map((l) => l.rows).sort((a, b) => a - b)).toEqual(facts.trees.adult.leaf_rows)
    expect(describeBaselines(report)).toMatch(/Better than a decision tree of depth 4 fitted on the training file|Not clearly better than a decision tree/)
    const other = await addData(fixture('iris/data/iris.csv'))
    await expect(job('run.baseline', { runId, trainingId: other.id })).rejects.toMatchObject({ code: 'dataset.columnMissing' })
    await expect(job('run.baseline', { runId, timeColumn: 'sex' })).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringContaining('no order in time') as string })

    // Numbers: a tree from the training file, and the last value in the order of a column.
    const numbers = await evaluate(await importModel(fixture('diabetes/models/diabetes-v1-ridge.onnx'), 'diabetes'), await addData(fixture('diabetes/data/test.csv')), 'progression')
    const earlier = await addData(fixture('diabetes/data/train.csv'))
    const second = await job('run.baseline', { runId: numbers, trainingId: earlier.id, timeColumn: 'age' })
    const { tree, last } = { tree: facts.trees.diabetes, last: facts.diabetes.last_by_age }
    expect(score(second, 'tree', 'rmse').baseline).toBeCloseTo(tree.rmse, 6)
    const mae = score(second, 'tree', 'mae')
    expect([mae.gain, mae.low, mae.high]).toEqual(tree.mae_gain.map((v) => expect.closeTo(v, 4)))
    expect(score(second, 'last-value', 'rmse')).toMatchObject({ rows: last.rows, baseline: expect.closeTo(last.rmse, 9) as number })
  })
})
