// Stored predictions: what is written comes back, in the order of loss, filtered; nothing half-written is left.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createPredictionWriter } from '../../main/core/datasets/prediction-writer.ts'
import { pagePredictions } from '../../main/core/datasets/prediction-page.ts'
import { calm } from './dataset-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = 5000
const labels = ['a', "it's", '漢字 with more than twelve bytes']
const truth = Array.from({ length: rows }, (_, i) => labels[i % 3]!)
const predicted = Array.from({ length: rows }, (_, i) => labels[(i * 7) % 5 % 3]!)
const loss = Float64Array.from({ length: rows }, (_, i) => (i % 1000 === 999 ? NaN : Math.round(Math.abs(Math.sin(i)) * 50) / 50))
// Several rows share each value.
const confidence = Float64Array.from({ length: rows }, (_, i) => (i % 700 === 699 ? NaN : ((i * 37) % 101) / 128))

async function written(name: string): Promise<string> {
  const path = join(folder, name)
  const writer = await createPredictionWriter(path, { scoreNames: labels, task: 'multiclass-classification' })
  for (let at = 0; at < rows; at += 3000) {
    const n = Math.min(3000, rows - at)
    await writer.append({
      records: Uint32Array.from({ length: n }, (_, i) => (at + i) * 2 + 1), ids: Array.from({ length: n }, (_, i) => (i === 0 ? null : `id${at + i}`)), truth: truth.slice(at, at + n), predicted: predicted.slice(at, at + n),
      correct: Uint8Array.from({ length: n }, (_, i) => Number(truth[at + i] === predicted[at + i])), confidence: confidence.slice(at, at + n), loss: loss.slice(at, at + n),
      scores: Float64Array.from({ length: n * 3 }, (_, i) => (i === 4 ? NaN : (at * 3 + i) / 7)),
    })
  }
  expect(existsSync(path)).toBe(false)
  await writer.finish()
  writer.abandon()
  expect(existsSync(path)).toBe(true)
  return path
}

const page = (path: string, wish: Partial<Parameters<typeof pagePredictions>[0]> = {}) => pagePredictions({ path, offset: 0, limit: 50, order: 'worst', onlyWrong: false, ...wish }, calm())

test('worst first, ties by record, rows without a loss last', async () => {
  const path = await written('order.parquet')
  const order = Array.from({ length: rows }, (_, i) => i).sort((a, b) => {
    const [x, y] = [loss[a]!, loss[b]!]
    return Number.isNaN(x) !== Number.isNaN(y) ? (Number.isNaN(x) ? 1 : -1) : (y - x || 0) || a - b
  })
  const got = [...(await page(path, { limit: 1000 })).rows, ...(await page(path, { offset: 1000, limit: 1000 })).rows]
  expect(got.map((r) => r.record)).toEqual(order.slice(0, 2000).map((i) => i * 2 + 1))
  const last = await page(path, { offset: rows - 6, limit: 50 })
  expect(last.rows.map((r) => r.loss).slice(1)).toEqual([null, null, null, null, null])
  expect((await page(path, { order: 'record', limit: 2 })).rows).toEqual([
    { record: 1, id: null, truth: 'a', predicted: 'a', correct: true, confidence: 0, loss: 0, scores: [0, 1 / 7, 2 / 7] },
    { record: 3, id: 'id1', truth: "it's", predicted: labels[2], correct: false, confidence: confidence[1], loss: loss[1], scores: [3 / 7, null, 5 / 7] },
  ])
})

test('by confidence, the surest or the least sure first, rows without one last', async () => {
  const path = await written('sure.parquet')
  const known = Array.from({ length: rows }, (_, i) => i).filter((i) => !Number.isNaN(confidence[i]!))
  const surest = [...known].sort((a, b) => confidence[b]! - confidence[a]! || a - b)
  expect((await page(path, { order: 'surest', limit: 1000 })).rows.map((r) => r.record)).toEqual(surest.slice(0, 1000).map((i) => i * 2 + 1))
  const unsurest = [...known].sort((a, b) => confidence[a]! - confidence[b]! || a - b)
  expect((await page(path, { order: 'unsurest', limit: 1000 })).rows.map((r) => r.record)).toEqual(unsurest.slice(0, 1000).map((i) => i * 2 + 1))
})

test('filters count and select', async () => {
  const path = await written('filter.parquet')
  const wrong = truth.map((t, i) => [t, predicted[i]!] as const).filter(([t, p]) => t !== p)
  const answer = await page(path, { onlyWrong: true, truth: "it's", predicted: 'a' })
  expect(answer.total).toBe(wrong.filter(([t, p]) => t === "it's" && p === 'a').length)
  expect(answer.total).toBeGreaterThan(0)
  expect(answer.rows.every((r) => r.truth === "it's" && r.predicted === 'a' && r.correct === false)).toBe(true)
  expect(answer.scoreNames).toEqual(labels)
  expect((await page(path, { onlyWrong: true })).total).toBe(wrong.length)
  expect((await page(path, { onlyRight: true })).total).toBe(rows - wrong.length)
  expect((await page(path, { onlyRight: true, onlyWrong: true })).total).toBe(0)
})

test('regression keeps its numbers', async () => {
  const path = join(folder, 'regression.parquet')
  const writer = await createPredictionWriter(path, { scoreNames: [], task: 'regression' })
  await writer.append({ records: Uint32Array.of(1, 2, 3), ids: null, truth: Float64Array.of(0.1, 5, NaN), predicted: Float64Array.of(0.30000000000000004, 4, 2), correct: null, confidence: null, loss: Float64Array.of(0.2, 1, NaN), scores: new Float64Array(0) })
  await writer.finish()
  const answer = await page(path, { onlyWrong: true })
  expect(answer.rows.map((r) => [r.record, r.truth, r.predicted, r.correct, r.loss])).toEqual([[2, '5', '4', null, 1], [1, '0.1', '0.30000000000000004', null, 0.2], [3, null, '2', null, null]])
})

test('answers as places among many labels come back as their texts, over several row groups', async () => {
  const path = join(folder, 'places.parquet')
  const many = Array.from({ length: 300 }, (_, i) => `label ${i}`)
  const n = 250_000
  const truthPlaces = Int32Array.from({ length: n }, (_, i) => (i * 7919) % 300)
  const answers = Int32Array.from({ length: n }, (_, i) => (i % 3 === 0 ? truthPlaces[i]! : (i * 31) % 300))
  const writer = await createPredictionWriter(path, { scoreNames: [], task: 'multiclass-classification', labels: many })
  for (let at = 0; at < n; at += 70_001) {
    const to = Math.min(n, at + 70_001)
    await writer.append({
      records: Uint32Array.from({ length: to - at }, (_, i) => at + i + 1), ids: null, truth: truthPlaces.slice(at, to), predicted: answers.slice(at, to),
      correct: at === 0 ? null : Uint8Array.from({ length: to - at }, (_, i) => Number(truthPlaces[at + i] === answers[at + i])), confidence: null, loss: null, scores: new Float64Array(0),
    })
  }
  await writer.finish()
  const found = await page(path, { order: 'record', truth: 'label 299', limit: 1000 })
  const expected = Array.from({ length: n }, (_, i) => i).filter((i) => truthPlaces[i] === 299)
  expect(found.total).toBe(expected.length)
  expect(found.rows.map((r) => [r.record, r.id, r.truth, r.predicted, r.correct, r.confidence, r.loss])).toEqual(expected.slice(0, 1000).map((i) => [i + 1, null, 'label 299', many[answers[i]!], i < 70_001 ? null : truthPlaces[i] === answers[i], null, null]))
  expect((await page(path, { onlyWrong: true })).total).toBe(Array.from({ length: n - 70_001 }, (_, i) => i + 70_001).filter((i) => truthPlaces[i] !== answers[i]).length)
})

test('a file that the disk refuses is said in plain words', async () => {
  await expect(createPredictionWriter(join(folder, 'no such folder', 'x.parquet'), { scoreNames: [], task: 'regression' })).rejects.toMatchObject({ code: 'dataset.notReadable' })
})

test('an abandoned writer leaves nothing', async () => {
  const before = readdirSync(folder)
  const writer = await createPredictionWriter(join(folder, 'gone.parquet'), { scoreNames: [], task: 'regression' })
  writer.abandon()
  expect(readdirSync(folder)).toEqual(before)
  expect(readdirSync(tmpdir()).filter((n) => n.startsWith(`slipway-reader-${process.pid}-`))).toEqual([])
})

test('a file that is no prediction file is refused in plain words', async () => {
  await expect(page(join(folder, 'missing.parquet'))).rejects.toMatchObject({ code: 'dataset.notReadable' })
})
