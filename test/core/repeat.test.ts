// The same run twice is the same, byte for byte; another batch size changes nothing where the model allows it, and the run says where it does not.
// The limits: 1e-9 is what was asked for; float32 scores that are summed in another order differ by units of 6e-8.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planBatches } from '../../main/core/engine/evaluate-batches.ts'
import { batchSentence } from '../../shared/batch-words.ts'
import type { EvaluationResult, RunEnvironment } from '../../shared/domain/run.ts'
import { evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

interface Done { readonly result: EvaluationResult; readonly predictions: Buffer }

const numbers = ({ result }: Done): unknown => ({ metrics: result.metrics, curves: result.curves, rows: result.rows, notes: result.notes })

function furthest(a: Done, b: Done): number {
  expect(b.result.metrics.map((m) => [m.metric, m.slice])).toEqual(a.result.metrics.map((m) => [m.metric, m.slice]))
  return Math.max(...a.result.metrics.map((m, i) => Math.abs((m.value ?? 0) - (b.result.metrics[i]!.value ?? 0))))
}

/** model, data, label, what a batch size does, and the batch size that is tried beside the usual one. */
const cases = [
  ['mnist/models/mnist-cnn-v1-float32.onnx', 'mnist/images/test', null, 'none', 7],
  ['iris/models/iris-forest.onnx', 'iris/data/iris.csv', 'species', 'rounding', 7],
  ['adult-income/models/income-v2-gboost.onnx', 'adult-income/data/test.csv', 'income', 'rounding', 7],
  ['diabetes/models/diabetes-v1-ridge.onnx', 'diabetes/data/test.csv', 'progression', 'rounding', 32],
  ['mnist/models/mnist-cnn-v2-int8-dynamic.onnx', 'mnist/images/test', null, 'range', 32],
] as const satisfies readonly (readonly [string, string, string | null, RunEnvironment['batchEffect'], number])[]

describe.each(cases)('%s', (modelFile, dataFile, target, effect, batchSize) => {
  it(`repeats exactly, and in batches of ${batchSize} as said (${effect})`, async () => {
    await temporary(async (folder) => {
      const [model, data] = [await readFixtureModel(modelFile, folder), await profileFixture(dataFile)]
      const { binding } = await proposeFor(model, data, target)
      const run = async (name: string, size: number | null): Promise<Done> => {
        const staging = join(folder, name)
        mkdirSync(staging)
        const result = await evaluateOn(model, data, binding, staging, { options: { batchSize: size, limit: 200 } })
        return { result, predictions: readFileSync(join(staging, result.predictionsFile)) }
      }
      const [first, again, other] = [await run('first', null), await run('again', null), await run('other', batchSize)]
      expect(again.predictions.equals(first.predictions)).toBe(true)
      expect(JSON.stringify(numbers(again))).toBe(JSON.stringify(numbers(first)))
      expect(first.result.environment.batchEffect).toBe(effect)
      const distance = furthest(first, other)
      if (effect === 'none') expect(distance).toBeLessThan(1e-9)
      else if (effect === 'rounding') {
        expect(distance).toBeLessThan(1e-6)
        expect(other.result.notes.join(' ')).toContain('may differ in the seventh digit')
      }
      else {
        expect(distance).toBeGreaterThan(1e-9)
        expect(first.result.notes.join(' ')).toMatch(/every row was scored alone\. With larger batches/)
        expect(other.result.notes.join(' ')).toMatch(/a row’s scores depend on the rows it was scored with/)
      }
    })
  })
})

it('a model whose sums depend on the batch is cut alike at every pace; another one grows', () => {
  const sizes = (steady: boolean, ms: number): number => {
    const plan = planBatches({ fixed: null, asked: null, pictures: false, rowWidth: 4, steady })
    for (let i = 0; i < 4; i++) plan.took(plan.size(), ms)
    return plan.size()
  }
  expect([sizes(true, 1), sizes(true, 1000), sizes(false, 1), sizes(false, 1000)]).toEqual([1024, 1024, 16_384, 64])
})

it('says what another batch size does, or nothing where it is not known', () => {
  expect(batchSentence({ batchEffect: 'range' })).toContain('quantisation range from the whole batch')
  expect(batchSentence({ batchEffect: 'rounding' })).toContain('seventh digit')
  expect(batchSentence({})).toBeNull()
})
