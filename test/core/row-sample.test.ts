// A random sample of rows: its size is exact, the seed decides it, and every row has the same chance.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleRecords } from '../../main/core/engine/row-sample.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

const chosen = (total: number, count: number, seed: number): number[] => {
  const pick = sampleRecords(total, count, seed)
  return Array.from({ length: total }, (_, i) => i + 1).filter(pick)
}

test('exactly so many, none outside, all when more are asked for', () => {
  for (const [total, count] of [[1, 1], [8, 3], [1000, 999], [1000, 10], [5, 9]] as const) expect(chosen(total, count, 3)).toHaveLength(Math.min(total, count))
  expect(sampleRecords(10, 10, 1)(11)).toBe(false)
  expect(chosen(200, 20, 5)).toEqual(chosen(200, 20, 5))
  expect(chosen(200, 20, 5)).not.toEqual(chosen(200, 20, 6))
})

test('over many seeds every record comes equally often', () => {
  const counts = new Array<number>(20).fill(0)
  for (let seed = 0; seed < 4000; seed++) for (const record of chosen(20, 5, seed)) counts[record - 1]!++
  // 4,000 draws at 1/4: 1,000 expected, standard deviation 27; five of them either side.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(137)
})

test.each([['adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test.csv', 'income', 800], ['mnist/models/mnist-mlp-softmax.onnx', 'mnist/images/test', null, 500]] as const)('%s: only the sampled rows are scored, as they are in the whole run', async (file, rows, target, total) => {
  await temporary(async (folder) => {
    const model = await readFixtureModel(file, folder)
    const data = await profileFixture(rows)
    const { binding } = await proposeFor(model, data, target)
    const page = async (options: { sample?: number; seed?: number; batchSize?: number }): Promise<{ rows: readonly { record: number; predicted: unknown }[]; read: number; notes: string }> => {
      const result = await evaluateOn(model, data, binding, folder, { options: { limit: total, ...options } })
      const found = await engineHandlers['predictions.page']({ path: join(folder, result.predictionsFile), offset: 0, limit: 1000, order: 'record', onlyWrong: false }, { signal: new AbortController().signal, progress: () => undefined })
      return { rows: found.rows, read: result.rows.read, notes: result.notes.join(' ') }
    }
    const all = await page({})
    const part = await page({ sample: 100, seed: 7, batchSize: 7 })
    expect(part.rows).toHaveLength(100)
    expect(part.notes).toContain('A random sample: 100 of')
    expect(part.read).toBe(rows.endsWith('.csv') ? total : 100)
    const records = part.rows.map((r) => r.record)
    expect(records).toEqual(chosen(total, 100, 7))
    const whole = new Map(all.rows.map((r) => [r.record, r.predicted]))
    expect(part.rows.map((r) => r.predicted)).toEqual(records.map((r) => whole.get(r)))
  })
})
