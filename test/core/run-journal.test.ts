// A run that is stopped and goes on gives, byte for byte, what a run in one piece gives; and what was kept is really not computed again.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Binding } from '../../shared/domain/binding.ts'
import { RunOptions, type EvaluationResult } from '../../shared/domain/run.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import type { ModelSource } from '../../main/core/engine/engine-contract.ts'
import { fixture } from '../setup/fixtures.ts'
import { profileFixture, proposeFor, readFixtureModel, temporary, type Profiled } from './evaluate-case.ts'

interface Case { readonly model: ModelSource; readonly data: Profiled; readonly binding: Binding; readonly folder: string }

async function prepare(folder: string, model: string, data: string, target: string | null): Promise<Case> {
  const source = await readFixtureModel(model, folder)
  const profile = await profileFixture(data)
  return { model: source, data: profile, binding: (await proposeFor(source, profile, target)).binding, folder }
}

interface Asked { readonly journal?: string; readonly key?: string; readonly afterMs?: number; readonly stopAfter?: number; readonly model?: ModelSource; readonly options?: Partial<RunOptions> }

let runs = 0
/** One sitting: stopped after so many rows, or to the end. Answers the result with the bytes of the predictions; null when it was stopped. */
async function sit(one: Case, asked: Asked): Promise<{ result: EvaluationResult; predictions: Buffer } | null> {
  const staging = join(one.folder, `run-${++runs}`)
  mkdirSync(staging)
  const stop = new AbortController()
  const progress = (p: unknown): void => { if (asked.stopAfter !== undefined && (p as { rowsDone: number }).rowsDone >= asked.stopAfter) stop.abort() }
  try {
    const result = await engineHandlers.evaluate({
      model: asked.model ?? one.model, source: one.data.source, rowsTotal: one.data.rows, binding: one.binding, options: RunOptions.parse({ batchSize: 100, ...asked.options }), staging,
      ...(asked.journal === undefined ? {} : { journal: { path: asked.journal, key: asked.key ?? 'a', afterMs: asked.afterMs ?? 0 } }),
    }, { signal: stop.signal, progress })
    return { result, predictions: readFileSync(join(staging, result.predictionsFile)) }
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'job.cancelled' })
    expect(asked.stopAfter).toBeDefined()
    return null
  }
}

const numbers = ({ metrics, curves, rows, environment }: EvaluationResult): unknown => ({ metrics, curves, rows, environment })
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const resumed = /^This run goes on from one that was stopped: the answers for ([\d,]+) rows? were kept/
const keptRows = (result: EvaluationResult): number => Number(result.notes.map((n) => resumed.exec(n)?.[1]).find((n) => n !== undefined)?.replaceAll(',', '') ?? 0)

/** Rows enough that progress is told, and a run stopped, in the middle. */
function manyRows(folder: string, file: string, times: number): string {
  const [header, ...rows] = readFileSync(fixture(file), 'utf8').trim().split('\n')
  const path = join(folder, 'many.csv')
  writeFileSync(path, `${header}\n${Array.from({ length: times }, () => rows.join('\n')).join('\n')}\n`)
  return path
}

describe('a run in two sittings', { timeout: 180_000 }, () => {
  const cases: readonly [string, string, string, number, Partial<RunOptions>][] = [
    ['adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test.csv', 'income', 40, {}],
    ['adult-income/models/income-v2-gboost.onnx', 'adult-income/data/test-messy.csv', 'income', 200, { batchSize: 20 }],
    ['abalone/models/abalone-v2-gboost.onnx', 'abalone/data/test.csv', 'rings', 120, {}],
  ]
  it.each(cases)('%s on %s: the same numbers and predictions, byte for byte', async (model, data, target, times, options) => {
    await temporary(async (folder) => {
      const one = await prepare(folder, model, manyRows(folder, data, times), target)
      const whole = await sit(one, { options })
      const journal = join(folder, 'j', 'a.journal')
      expect(await sit(one, { journal, options, stopAfter: one.data.rows * 0.3 })).toBeNull()
      const first = statSync(journal).size
      expect(await sit(one, { journal, options, stopAfter: one.data.rows * 0.6 })).toBeNull()
      expect(statSync(journal).size).toBeGreaterThan(first)
      const last = await sit(one, { journal, options })
      expect(numbers(last!.result)).toEqual(numbers(whole!.result))
      expect(hash(last!.predictions)).toBe(hash(whole!.predictions))
      expect(keptRows(last!.result)).toBeGreaterThan(one.data.rows * 0.2)
      expect(last!.result.timing.rowsPerSecond).toBeNull()
      expect(keptRows(whole!.result)).toBe(0)
    })
  })

  it('keeps what came before the time after which it keeps anything', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'adult-income/models/income-v2-gboost.onnx', manyRows(folder, 'adult-income/data/test.csv', 10), 'income')
      const journal = join(folder, 'a.journal')
      expect(await sit(one, { journal, afterMs: 50, stopAfter: 20_000 })).toBeNull()
      expect(keptRows((await sit(one, { journal, afterMs: 50 }))!.result)).toBeGreaterThanOrEqual(20_000)
    })
  })

  it('of pictures: the same', async () => {
    await temporary(async (folder) => {
      const file = JSON.parse(readFileSync(fixture('mnist/case.json'), 'utf8')) as { models: { id: string; file: string }[]; datasets: { file: string }[] }
      const one = await prepare(folder, `mnist/${file.models[0]!.file}`, `mnist/${file.datasets[0]!.file}`, null)
      const options = { batchSize: 5 }
      const whole = await sit(one, { options })
      const journal = join(folder, 'a.journal')
      expect(await sit(one, { journal, options, stopAfter: 20 })).toBeNull()
      const last = await sit(one, { journal, options })
      expect(numbers(last!.result)).toEqual(numbers(whole!.result))
      expect(hash(last!.predictions)).toBe(hash(whole!.predictions))
      expect(keptRows(last!.result)).toBeGreaterThan(0)
    })
  })

  it('what was kept is not computed again: with another model behind it, kept rows have the first one’s answers and the rest the second one’s', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'adult-income/models/income-v1-logreg.onnx', manyRows(folder, 'adult-income/data/test.csv', 10), 'income')
      const other = join(folder, 'other')
      mkdirSync(other)
      const second = { ...one.model, path: join(other, 'model.onnx') }
      cpSync(fixture('adult-income/models/income-v3-label-disagrees.onnx'), second.path)
      const journal = join(folder, 'a.journal')
      expect(await sit(one, { journal, stopAfter: 15_000 })).toBeNull()
      const mixed = (await sit(one, { journal, model: second }))!.result
      const [v1, v3] = [(await sit(one, {}))!.result, (await sit(one, { model: second }))!.result]
      const accuracy = (r: EvaluationResult): number => r.metrics.find((m) => m.metric === 'accuracy' && m.slice === '')!.value!
      expect(accuracy(v1)).not.toBe(accuracy(v3))
      const share = keptRows(mixed) / one.data.rows
      expect(share).toBeGreaterThan(0.3)
      expect(share).toBeLessThan(1)
      expect(accuracy(mixed)).toBeCloseTo(share * accuracy(v1) + (1 - share) * accuracy(v3), 2)
    })
  })
})

describe('a journal that cannot be used', () => {
  it('torn at any place: the rest is computed again, with the same result', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'iris/models/iris-logreg-tensor.onnx', manyRows(folder, 'iris/data/iris.csv', 40), 'species')
      const whole = await sit(one, {})
      const journal = join(folder, 'a.journal')
      await sit(one, { journal })
      const bytes = readFileSync(journal)
      const kept: number[] = []
      for (const share of [0, 0.001, 0.2, 0.5, 0.9, 0.999, 1]) {
        writeFileSync(journal, bytes)
        truncateSync(journal, Math.floor(bytes.length * share))
        const last = await sit(one, { journal })
        expect(numbers(last!.result)).toEqual(numbers(whole!.result))
        expect(hash(last!.predictions)).toBe(hash(whole!.predictions))
        kept.push(keptRows(last!.result))
      }
      expect(kept[0]).toBe(0)
      expect(kept.at(-1)).toBe(one.data.rows)
    })
  })

  it('made under other conditions: not used', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'iris/models/iris-logreg-tensor.onnx', manyRows(folder, 'iris/data/iris.csv', 20), 'species')
      const journal = join(folder, 'a.journal')
      await sit(one, { journal, key: 'a' })
      expect(keptRows((await sit(one, { journal, key: 'b' }))!.result)).toBe(0)
      expect(keptRows((await sit(one, { journal, key: 'b' }))!.result)).toBe(one.data.rows)
    })
  })

  it('that cannot be written never stops the run', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'iris/models/iris-logreg-tensor.onnx', 'iris/data/iris.csv', 'species')
      writeFileSync(join(folder, 'file'), '')
      expect((await sit(one, { journal: join(folder, 'file', 'a.journal') }))!.result.rows.scored).toBe(150)
    })
  })

  it('is not begun by a short run', async () => {
    await temporary(async (folder) => {
      const one = await prepare(folder, 'iris/models/iris-logreg-tensor.onnx', 'iris/data/iris.csv', 'species')
      const journal = join(folder, 'a.journal')
      await sit(one, { journal, afterMs: 10_000 })
      expect(existsSync(journal)).toBe(false)
    })
  })
})
