// run.stress through the real engine, against what a linear model must answer when its columns are spoiled, and against what it refuses.
import { describe, expect, test } from 'vitest'
import type { StressTest } from '../../shared/domain/stress.ts'
import { fixture } from '../setup/fixtures.ts'
import { diabetes, weightsOf } from '../setup/linear-model.ts'
import { inWorkspace } from '../setup/open-workspace.ts'
import { openTestCore } from './open-test-core.ts'

const metric = (point: StressTest['clean'], name: string): number => point.metrics.find((m) => m.metric === name)!.value!
const curve = (report: StressTest, kind: string): StressTest['curves'][number] => report.curves.find((c) => c.kind === kind)!

/** What may differ between two equal tests. */
const timeless = ({ id: _id, createdAt: _at, seconds: _s, ...rest }: StressTest): unknown => rest

describe('run.stress on a table', () => {
  test('a linear model falls as its weights say it must, the same seed gives the same numbers, and an emptied cell that is refused is counted', { timeout: 120_000 }, async () => {
    await inWorkspace(async ({ importModel, addData, client, job }) => {
      const version = await importModel(fixture('diabetes/models/diabetes-v1-ridge.onnx'), 'diabetes')
      const data = await addData(fixture('diabetes/data/test.csv'))
      const { binding } = await job('binding.propose', { versionId: version.id, datasetId: data.id, target: 'progression' })
      const dropping = { ...binding, inputs: binding.inputs.map((i) => (i.kind === 'columns' ? { ...i, missing: 'drop' as const } : i)) }
      const { runId } = await job('run.evaluate', { versionId: version.id, datasetId: data.id, binding: dropping })
      const report = await job('run.stress', { runId, seed: 5 })
      const { names, rows, answers, truth } = diabetes()
      const weights = weightsOf(rows, answers)
      const rmse = (predict: (row: number) => number): number => Math.sqrt(rows.reduce((sum, _, r) => sum + (predict(r) - truth[r]!) ** 2, 0) / rows.length)
      expect(metric(report.clean, 'rmse')).toBeCloseTo(rmse((r) => answers[r]!), 3)

      // The report names the pairs; the weights say what comes out when they change places.
      const swapped = curve(report, 'swapped-columns')
      expect(swapped.points.map((p) => p.severity)).toEqual([1, 2, 3, 4, 5])
      for (const point of swapped.points) {
        const other = new Map(swapped.columns.slice(0, point.severity).flatMap((words) => { const [a, b] = words.split(' ↔ ') as [string, string]; return [[a, b], [b, a]] as const }))
        const read = (row: number, name: string): number => rows[row]![names.indexOf(other.get(name) ?? name)]!
        expect(metric(point, 'rmse'), `${point.severity} pairs`).toBeCloseTo(rmse((r) => weights.at(-1)! + names.reduce((sum, name, j) => sum + weights[j]! * read(r, name), 0)), 2)
      }

      // Noise of s standard deviations adds s² Σ w² σ² to the squared error, on average; the sum of 142 rows strays from it by a few tenths of itself.
      const added = names.reduce((sum, _, j) => {
        const mean = rows.reduce((s, row) => s + row[j]! / rows.length, 0)
        return sum + weights[j]! ** 2 * rows.reduce((s, row) => s + (row[j]! - mean) ** 2 / (rows.length - 1), 0)
      }, 0)
      for (const point of curve(report, 'noise').points.slice(2)) {
        const rise = metric(point, 'rmse') ** 2 - metric(report.clean, 'rmse') ** 2
        expect(rise / (point.severity ** 2 * added), `noise ${point.severity}`).toBeGreaterThan(0.5)
        expect(rise / (point.severity ** 2 * added), `noise ${point.severity}`).toBeLessThan(1.6)
      }

      // A row with ten columns stays whole with chance (1 − s)^10; those that do not are counted with their reason.
      for (const { severity, answered, notAnswered, reasons } of curve(report, 'missing').points) {
        const whole = (1 - severity) ** names.length
        expect(answered + notAnswered).toBe(rows.length)
        expect(Math.abs(answered - rows.length * whole)).toBeLessThanOrEqual(4 * Math.sqrt(rows.length * whole * (1 - whole)) + 1)
        expect(reasons.reduce((sum, r) => sum + r.count, 0)).toBe(notAnswered)
      }
      expect(curve(report, 'missing').points.at(-1)!.notAnswered).toBeGreaterThan(100)
      expect(report.verdict.join(' ')).toMatch(/could not be answered \(missing number\)/)
      expect(curve(report, 'unseen-category')).toMatchObject({ points: [], skipped: 'No column of texts is fed to the model.' })
      // Ten numbers, one of them times 1,000: a linear model goes far astray.
      expect(metric(curve(report, 'scaled-units').points.at(-1)!, 'rmse')).toBeGreaterThan(10 * metric(report.clean, 'rmse'))
      expect(report.modelRows).toBe(rows.length * (1 + 5 + 5 + 5 + 3 + 5))

      const again = await job('run.stress', { runId, seed: 5 })
      expect(JSON.stringify(timeless(again))).toBe(JSON.stringify(timeless(report)))
      expect((await client.call('run.stressTests', { runId })).map((t) => t.id)).toEqual([again.id, report.id])
    })
  })

  test('texts become unknown ones, part of the rows is drawn, a cancelled test leaves nothing, and the result is there after a restart', { timeout: 120_000 }, async () => {
    const first = await openTestCore()
    const [outcome] = await first.job('version.import', { files: [await first.token(fixture('adult-income/models/income-v1-logreg.onnx'))] })
    const versionId = outcome!.version!.id
    const data = await first.job('dataset.add', { file: await first.token(fixture('adult-income/data/test.csv')) })
    const { binding } = await first.job('binding.propose', { versionId, datasetId: data.id, target: 'income' })
    const { runId } = await first.job('run.evaluate', { versionId, datasetId: data.id, binding: { ...binding, rows: 'strict' } })
    const report = await first.job('run.stress', { runId, kinds: ['unseen-category', 'out-of-range'], levels: 2, limit: 500, seed: 9 })
    expect(report).toMatchObject({ rows: 500, limit: 500, levels: 2, seed: 9, headline: 'accuracy' })
    expect(report.curves.map((c) => c.kind)).toEqual(['unseen-category', 'out-of-range'])
    expect(report.curves[0]!.columns).toContain('workclass')
    // Strict: a category that the model does not know is refused. Seven texts a row, half of them replaced: fewer than one row in a hundred stays.
    expect(report.curves[0]!.points.at(-1)!.notAnswered).toBeGreaterThan(450)
    expect(report.curves[1]!.points.every((p) => p.notAnswered === 0)).toBe(true)
    await expect(first.job('run.stress', { runId, kinds: ['blur'] })).rejects.toMatchObject({ code: 'input.invalid' })
    const jobId = await first.core.client.call('run.stress', { runId })
    const state = async () => (await first.core.client.call('job.list', {})).find((j) => j.id === jobId)
    await expect.poll(async () => (await state())?.fraction ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
    await first.core.client.call('job.cancel', { jobId })
    await expect.poll(async () => (await state())?.state, { timeout: 10_000 }).toBe('cancelled')
    const second = await first.reopen()
    try {
      expect(await second.core.client.call('run.stressTests', { runId })).toEqual([report])
      expect((await second.core.client.call('history.list', { subject: runId })).some((e) => e.verb === 'run.stress')).toBe(true)
    } finally { await second.done() }
  })
})

describe('run.stress on pictures', () => {
  test('a digit reader suffers from rotation; the cost is what was said', { timeout: 120_000 }, async () => {
    await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
      const runId = await evaluate(await importModel(fixture('mnist/models/mnist-cnn-v1-float32.onnx'), 'mnist'), await addData(fixture('mnist/images/test')))
      const report = await job('run.stress', { runId, kinds: ['rotation', 'jpeg'], levels: 1, limit: 200 })
      expect(report.rows).toBe(200)
      // The reference says 0.972 on all 1,000; 200 drawn ones lie within four standard errors.
      expect(Math.abs(metric(report.clean, 'accuracy') - 0.972)).toBeLessThan(4 * Math.sqrt((0.972 * 0.028) / 200))
      const [turned, packed] = [curve(report, 'rotation').points.at(-1)!, curve(report, 'jpeg').points.at(-1)!]
      expect(turned).toMatchObject({ severity: 45, answered: 200, notAnswered: 0 })
      expect(metric(turned, 'accuracy')).toBeLessThan(metric(packed, 'accuracy'))
      expect(report.modelRows).toBe(600)
      // The same 200 pictures twice: the paired difference is that of the two accuracies.
      expect(turned.difference).toMatchObject({ rows: 200, confidence: 1 - 0.05 / (2 * 3) })
      expect(turned.difference!.value).toBeCloseTo(metric(turned, 'accuracy') - metric(report.clean, 'accuracy'), 12)
      expect(turned.difference!.high).toBeLessThan(0)
      expect(report.verdict[0]).toMatch(/rotation.* on 200 rows drawn from the run: on the same 200 rows the \w[\w ]* is worse by/)
    })
  })
})
