// run.thresholds for one label of several and for one class of three, through the real engine; right answers from the fixtures' references and predictions.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measuresOf } from '../../shared/thresholds/measures.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

interface PerLabel { readonly precision: number; readonly recall: number; readonly f1: number; readonly support: number; readonly accuracy: number }

test('one label of several, one class of three', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
    const flags = await evaluate(await importModel(fixture('flags-multilabel/models/flags-v1-logreg.onnx'), 'flags'), await addData(fixture('flags-multilabel/data/test.csv')))
    const { metrics } = JSON.parse(readFileSync(fixture('flags-multilabel/reference/v1.test.json'), 'utf8')) as { metrics: { per_label: Record<string, PerLabel> } }
    for (const label of ['red', 'orange', 'gold']) {
      const report = await job('run.thresholds', { runId: flags, class: label, at: [0.5] })
      const { precision, recall, f1, accuracy } = measuresOf(report.asked[0]!.counts, null)
      const want = metrics.per_label[label]!
      expect([report.rows, report.positives, report.current]).toEqual([70, want.support, 0.5])
      ;[precision, recall, f1, accuracy].forEach((value, i) => expect(value ?? 0).toBeCloseTo([want.precision, want.recall, want.f1, want.accuracy][i]!, 6))
      expect(report.cannotSave).toContain('one threshold for all labels')
    }

    const iris = await evaluate(await importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris'), await addData(fixture('iris/data/iris.csv')), 'species')
    const { outputs } = JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: Record<string, { dims: number[]; data: number[] }> }
    const scores = Object.values(outputs).find((o) => o.dims.length === 2)!.data
    const truth = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').at(-1)!)
    const report = await job('run.thresholds', { runId: iris, class: 'virginica', goal: { kind: 'min-recall', least: 0.95 }, at: [0.4] })
    const virginica = truth.map((t, row) => [t === 'virginica', scores[row * 3 + 2]!] as const)
    expect(report.asked[0]!.counts).toMatchObject({ tp: virginica.filter(([own, s]) => own && s >= 0.4).length, fp: virginica.filter(([own, s]) => !own && s >= 0.4).length })
    expect(report.best.found!.counts.tp).toBeGreaterThanOrEqual(48)
    expect([report.current, report.cannotSave]).toEqual([null, expect.stringContaining('the largest probability decides')])
    await expect(job('run.calibrate', { runId: iris, method: 'isotonic' })).rejects.toMatchObject({ code: 'input.invalid' })
    expect((await job('run.calibrate', { runId: iris })).rows).toBe(150)
  })
})
