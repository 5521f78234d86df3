// The batch loop on real models and data: where every row went, fixed batches, cancel, limits, notes and conditions.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EvaluateProgress, EvaluationResult } from '../../shared/domain/run.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { fixture } from '../setup/fixtures.ts'
import { evaluateFixture, evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary, type EvaluateOverrides } from './evaluate-case.ts'

interface Defects { readonly rows: number; readonly defects: { record: number; kind: string; column: string | null; was: unknown; now: unknown }[]; readonly lenient_excluded_records: number[]; readonly strict_excluded_records: number[] }
const defects = JSON.parse(readFileSync(fixture('adult-income/data/test-messy.defects.json'), 'utf8')) as Defects
const recordsOf = (...kinds: string[]): number[] => defects.defects.filter((d) => kinds.includes(d.kind)).map((d) => d.record).sort((a, b) => a - b)
const leftBy = (result: EvaluationResult, reason: string | RegExp): number[] => result.rows.leftOut.filter((l) => (typeof reason === 'string' ? l.reason === reason : reason.test(l.reason))).flatMap((l) => l.records).sort((a, b) => a - b)
const adds = (result: EvaluationResult): void => { expect(result.rows.scored + result.rows.leftOut.reduce((sum, l) => sum + l.count, 0)).toBe(result.rows.read) }

const messy = (options = {}): Promise<{ result: EvaluationResult }> => evaluateFixture('adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test-messy.csv', 'income', options)

const run = (model: string, data: string, target: string | null, more: EvaluateOverrides = {}): Promise<EvaluationResult> => temporary(async (folder) => {
  const source = await readFixtureModel(model, folder)
  const profiled = await profileFixture(data)
  const { binding } = await proposeFor(source, profiled, target)
  return evaluateOn(source, profiled, binding, folder, more)
})

describe('where every row of the messy file went', () => {
  it('lenient: bad labels and bad rows are left out, everything else is scored', async () => {
    const { result } = await messy()
    expect([result.rows.read, result.rows.scored]).toEqual([defects.rows, 388])
    adds(result)
    expect(leftBy(result, /./)).toEqual(defects.lenient_excluded_records)
    expect(leftBy(result, 'missing label')).toEqual(recordsOf('missing-label'))
    expect(leftBy(result, 'unknown label')).toEqual(recordsOf('unknown-label'))
    expect(leftBy(result, /field/)).toEqual(recordsOf('surplus-field', 'truncated-row'))
    const replaced = (reason: string): number => result.rows.replaced.filter((r) => r.reason === reason).reduce((sum, r) => sum + r.count, 0)
    expect(replaced('missing number')).toBe(recordsOf('missing-number').length)
    expect(replaced('not a number')).toBe(recordsOf('not-a-number').length)
    expect(replaced('not a finite number')).toBe(recordsOf('non-finite-number').length)
    expect(result.notes.join('\n')).toMatch(/that the model does not know; they were fed as they are/)
  })

  it('strict: bad numbers and unknown categories go too, and nothing beyond the listed defects', async () => {
    const { result } = await messy({ rows: 'strict' })
    adds(result)
    expect(leftBy(result, 'missing number')).toEqual(recordsOf('missing-number'))
    expect(leftBy(result, 'not a number')).toEqual(recordsOf('not-a-number'))
    expect(leftBy(result, 'not a finite number')).toEqual(recordsOf('non-finite-number'))
    expect(leftBy(result, 'unknown category')).toEqual(recordsOf('unknown-category'))
    // The damaged column is named, with as many rows as the list of defects has of it.
    for (const { reason, count, columns } of result.rows.leftOut.filter((l) => l.reason === 'not a number' || l.reason === 'missing number')) expect(columns?.reduce((sum, c) => sum + c.count, 0), reason).toBe(count)
    expect(result.rows.leftOut.find((l) => l.reason === 'not a number')?.columns?.map((c) => c.column).sort()).toEqual([...new Set(defects.defects.filter((d) => d.kind === 'not-a-number').map((d) => d.column))].sort())
    const left = leftBy(result, /./)
    const harmless = recordsOf('missing-category', 'out-of-range-number')
    expect(left).toEqual(defects.strict_excluded_records.filter((r) => !harmless.includes(r)))
  })

  it('with every damaged record excluded on request, exactly the 326 rows of the strict policy are scored', async () => {
    const { result } = await messy({ rows: 'strict', excludeRecords: defects.strict_excluded_records })
    adds(result)
    expect(result.rows.scored).toBe(326)
    expect(leftBy(result, 'excluded on request')).toEqual(defects.strict_excluded_records)
    expect(result.rows.leftOut).toHaveLength(1)
  })

  it('pictures that cannot be read or have no class are left out and named', async () => {
    const result = await run('mnist/models/mnist-mlp-softmax.onnx', 'mnist/images/odd', null, {})
    adds(result)
    expect(result.rows.leftOut.reduce((sum, l) => sum + l.count, 0)).toBeGreaterThanOrEqual(4)
    expect(result.rows.scored).toBeGreaterThanOrEqual(10)
  })
})

describe('the batch loop', () => {
  it('a fixed batch of 3 over 50 rows gives the answers of the model alone, the last batch filled up and cut', async () => {
    const whole = await run('iris/models/ms-logreg_iris.onnx', 'iris/data/iris-int-labels.csv', 'class_id')
    expect(whole.environment.batchSizes).toEqual([3])
    const part = await run('iris/models/ms-logreg_iris.onnx', 'iris/data/iris-int-labels.csv', 'class_id', { options: { limit: 50 } })
    expect([part.rows.read, part.rows.scored]).toEqual([50, 50])
    // The first 50 rows are class 0, which this model answers for every row (fixtures README).
    expect(part.metrics.find((m) => m.metric === 'accuracy')!.value).toBe(1)
    expect(part.notes.join(' ')).toMatch(/exactly 3 rows a call/)
  })

  it.each([1, 7, 64, 4096])('batch size %i gives the reference accuracy', async (batchSize) => {
    const result = await run('adult-income/models/income-v2-gboost.onnx', 'adult-income/data/test.csv', 'income', { options: { batchSize } })
    expect(result.environment.batchSizes).toEqual([Math.min(batchSize, 4096)])
    expect(result.metrics.find((m) => m.metric === 'accuracy' && m.slice === '')!.value).toBe(0.86175)
  })

  it('a model that ranges over its batch is scored row by row, and says why', async () => {
    const result = await run('mnist/models/mnist-cnn-v2-int8-dynamic.onnx', 'mnist/images/test-noisy', null, { options: { limit: 20 } })
    expect(result.environment.batchSizes).toEqual([1])
    expect(result.notes.join(' ')).toMatch(/quantisation range from the whole batch/)
  })

  it('a label output that contradicts the probabilities is followed, and the reader is warned', async () => {
    const result = await run('adult-income/models/income-v3-label-disagrees.onnx', 'adult-income/data/test.csv', 'income')
    // Both numbers from the reference: 3,374 labels differ from the largest probability.
    expect(result.notes.join(' ')).toContain('In 3,374 rows the model’s label output is not the class with the largest probability')
    expect(result.metrics.find((m) => m.metric === 'accuracy' && m.slice === '')!.value).toBe(0.23325)
  })

  it('reports every phase, rising rows, and a running accuracy', async () => {
    const seen: EvaluateProgress[] = []
    await run('adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test.csv', 'income', { options: { batchSize: 1 }, progress: (p) => seen.push(p) })
    expect([...new Set(seen.map((p) => p.phase))]).toEqual(['opening', 'scoring', 'finishing'])
    const rows = seen.map((p) => p.rowsDone)
    expect(rows).toEqual([...rows].sort((a, b) => a - b))
    expect(rows.at(-1)).toBe(4000)
    expect(seen.at(-1)!.headline!.metric).toBe('accuracy')
  })

  it('a cancel is seen between batches, and leaves no predictions behind', async () => {
    await temporary(async (folder) => {
      const model = await readFixtureModel('adult-income/models/income-v1-logreg.onnx', folder)
      const data = await profileFixture('adult-income/data/test.csv')
      const { binding } = await proposeFor(model, data, 'income')
      const controller = new AbortController()
      const staging = await profileFolder(folder)
      const progress = (p: EvaluateProgress): void => { if (p.rowsDone > 0 && p.phase === 'scoring') controller.abort() }
      await expect(evaluateOn(model, data, binding, staging, { options: { batchSize: 1 }, signal: controller.signal, progress })).rejects.toMatchObject({ code: 'job.cancelled' })
      expect(readdirSync(staging)).toEqual([])
    })
  })

  it('stores the predictions of every row, and the worst come first', async () => {
    await temporary(async (folder) => {
      const model = await readFixtureModel('adult-income/models/income-v1-logreg.onnx', folder)
      const data = await profileFixture('adult-income/data/test.csv')
      const { binding } = await proposeFor(model, data, 'income')
      const result = await evaluateOn(model, data, binding, folder)
      const path = join(folder, result.predictionsFile)
      expect(existsSync(path)).toBe(true)
      const quiet = { signal: new AbortController().signal, progress: (): void => undefined }
      const page = await engineHandlers['predictions.page']({ path, offset: 0, limit: 5, order: 'worst', onlyWrong: false }, quiet)
      expect(page.total).toBe(4000)
      expect(page.scoreNames).toEqual(['<=50K', '>50K'])
      const reference = JSON.parse(readFileSync(fixture('adult-income/predictions/v1.test.json'), 'utf8')) as { ids: string[]; outputs: { probabilities: { data: number[] } } }
      for (const row of page.rows) {
        const at = reference.ids.indexOf(row.id!)
        const [no, yes] = reference.outputs.probabilities.data.slice(at * 2, at * 2 + 2) as [number, number]
        expect(row.scores[0]).toBeCloseTo(no, 5)
        expect(row.loss).toBeCloseTo(-Math.log(row.truth === '>50K' ? yes : no), 4)
        expect(row.correct).toBe(false)
      }
      const losses = page.rows.map((r) => r.loss!)
      expect(losses).toEqual([...losses].sort((a, b) => b - a))
    })
  })
})

const profileFolder = async (folder: string): Promise<string> => {
  const { mkdir } = await import('node:fs/promises')
  const staging = join(folder, 'staging')
  await mkdir(staging)
  return staging
}

describe('without true answers', () => {
  it('there are predictions under their class names, how they are spread, no other metrics, and a note that says so', async () => {
    await temporary(async (folder) => {
      const model = await readFixtureModel('adult-income/models/income-v2-gboost.onnx', folder)
      const data = await profileFixture('adult-income/data/test.csv')
      const { binding } = await proposeFor(model, data, 'income')
      const result = await evaluateOn(model, data, { ...binding, target: null }, folder, { options: { limit: 10 } })
      expect([result.rows.scored, [...new Set(result.metrics.map((m) => m.metric))], result.curves.map((c) => c.kind)]).toEqual([10, ['n', 'mean_confidence', 'predicted_share'], ['distribution']])
      expect(result.notes.join(' ')).toContain('No true answers are bound')
      const quiet = { signal: new AbortController().signal, progress: (): void => undefined }
      const page = await engineHandlers['predictions.page']({ path: join(folder, result.predictionsFile), offset: 0, limit: 10, order: 'record', onlyWrong: false }, quiet)
      const labels = (JSON.parse(readFileSync(fixture('adult-income/predictions/v2.test.json'), 'utf8')) as { outputs: { output_label: { data: number[] } } }).outputs.output_label.data
      expect(page.rows.map((r) => [r.truth, r.predicted])).toEqual(labels.slice(0, 10).map((l) => [null, l === 1 ? '>50K' : '<=50K']))
    })
  })
})

describe('refusals and conditions', () => {
  it('a declared input of 10^15 elements is refused before anything is allocated', async () => {
    const data = await profileFixture('iris/data/iris.csv')
    await temporary(async (folder) => {
      const model = await readFixtureModel('malformed/models/huge-declared-shape.onnx', folder)
      const { binding } = await proposeFor(model, data, 'species')
      const bound = { ...binding, inputs: [{ kind: 'columns' as const, input: 'x', dtype: 'float32' as const, columns: ['sepal_length'], missing: 'nan' as const }] }
      await expect(evaluateOn(model, data, bound, folder)).rejects.toMatchObject({ code: 'run.tooLarge' })
    })
  })

  it('a device that does not work here is an error with its reason, never the CPU in silence', async () => {
    const provider = process.platform === 'darwin' ? 'cuda' : 'coreml'
    await expect(run('iris/models/iris-forest.onnx', 'iris/data/iris.csv', 'species', { options: { provider } })).rejects.toMatchObject({ code: 'engine.providerUnavailable' })
  })

  it('a missing feature column is refused by name', async () => {
    await temporary(async (folder) => {
      const model = await readFixtureModel('adult-income/models/income-v1-logreg.onnx', folder)
      const { binding } = await proposeFor(model, await profileFixture('adult-income/data/test.csv'), 'income')
      await expect(evaluateOn(model, await profileFixture('adult-income/data/test-missing-column.csv'), binding, folder)).rejects.toThrow(/“native_country”, which the data set does not have/)
    })
  })

  it('stores the conditions of the measurement', async () => {
    const { environment, timing } = await run('iris/models/iris-forest.onnx', 'iris/data/iris.csv', 'species', { options: { threads: 1, seed: 5 } })
    expect(environment).toMatchObject({ providerAsked: 'cpu', providerUsed: 'cpu', threads: 1, seed: 5, optimization: 'all', batchSizes: [1024] })
    expect(environment.runtime).toMatch(/^onnxruntime \d+\.\d+/)
    expect(environment.node).toContain(process.versions.node)
    expect(timing.totalMs).toBeGreaterThanOrEqual(timing.inferenceMs + timing.loadMs)
  })
})
