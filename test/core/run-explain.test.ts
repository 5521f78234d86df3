// run.explain through the real engine, against weights that the fixtures' own predictions determine, and against what it refuses.
import { describe, expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { diabetes, weightsOf } from '../setup/linear-model.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

describe('run.explain', () => {
  test('gives a linear model’s Shapley values in closed form, and the same numbers again', { timeout: 120_000 }, async () => {
    await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
      const version = await importModel(fixture('diabetes/models/diabetes-v1-ridge.onnx'), 'diabetes')
      const data = await addData(fixture('diabetes/data/test.csv'))
      const runId = await evaluate(version, data, 'progression')
      const request = { runId, records: [1, 42], budget: { orders: 300, values: 5, shuffles: 2 } }
      const explanation = await job('run.explain', request)
      const { names, rows, answers, truth } = diabetes()
      expect(names).toHaveLength(10)
      const weights = weightsOf(rows, answers)
      const means = names.map((_, j) => rows.reduce((sum, row) => sum + row[j]! / rows.length, 0))
      for (const { record, answer, contributions } of explanation.explained) {
        expect(answer).toBeCloseTo(answers[record - 1]!, 3)
        for (const { feature, share, standardError } of contributions) {
          const j = names.indexOf(feature)
          expect(Math.abs(share - weights[j]! * (rows[record - 1]![j]! - means[j]!)), feature).toBeLessThanOrEqual(4 * standardError + 1e-3)
        }
      }
      // Shuffling a column of a linear model adds 2·w²·Var(x) − 2·w·Cov(error, x) to the squared error, on average.
      const errors = answers.map((a, r) => a - truth[r]!)
      for (const { feature, rise, low, high } of explanation.importance) {
        const j = names.indexOf(feature)
        const mean = (of: (row: number) => number): number => rows.reduce((sum, _, r) => sum + of(r), 0) / rows.length
        const wanted = 2 * weights[j]! ** 2 * mean((r) => (rows[r]![j]! - means[j]!) ** 2) - 2 * weights[j]! * mean((r) => errors[r]! * (rows[r]![j]! - means[j]!))
        expect(Math.abs(rise - wanted), feature).toBeLessThanOrEqual(2 * (high - low))
      }
      const again = await job('run.explain', request)
      expect({ ...again, seconds: 0 }).toEqual({ ...explanation, seconds: 0 })
      await expect(job('run.explain', { runId, records: [100_000] })).rejects.toMatchObject({ code: 'input.invalid' })
    })
  })

  test('is cancelled between native calls, and the next question is answered', { timeout: 120_000 }, async () => {
    await inWorkspace(async ({ importModel, addData, evaluate, client }) => {
      const version = await importModel(fixture('adult-income/models/income-v2-gboost.onnx'), 'income')
      const runId = await evaluate(version, await addData(fixture('adult-income/data/test.csv')), 'income')
      const jobId = await client.call('run.explain', { runId, budget: { rows: 5000, shuffles: 50, values: 50 } })
      const state = async () => (await client.call('job.list', {})).find((j) => j.id === jobId)
      await expect.poll(async () => (await state())?.fraction ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
      const asked = performance.now()
      await client.call('job.cancel', { jobId })
      await expect.poll(async () => (await state())?.state, { timeout: 10_000 }).toBe('cancelled')
      expect(performance.now() - asked).toBeLessThan(10_000)
      const next = await client.call('run.get', { runId })
      expect(next.status).toBe('done')
    })
  })
})
