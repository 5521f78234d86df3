// adult-income/test-messy.csv: every listed defect is found at its record, and nothing else is.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { chunksOf, numbersOf, profileOf, sourceOf } from './dataset-reading.ts'

interface Defect { readonly record: number; readonly id: string; readonly column: string | null; readonly kind: string; readonly now: unknown }
const path = fixture('adult-income/data/test-messy.csv')
const defects = (JSON.parse(readFileSync(fixture('adult-income/data/test-messy.defects.json'), 'utf8')) as { defects: Defect[] }).defects
const recordsOf = (...kinds: string[]): number[] => [...new Set(defects.filter((d) => kinds.includes(d.kind)).map((d) => d.record))].sort((a, b) => a - b)
const numbers = ['age', 'fnlwgt', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week']

test('the rejected records are the surplus and truncated ones', async () => {
  const profile = await profileOf(path)
  expect(profile.rows).toBe(400)
  const chunks = await chunksOf(sourceOf(path, profile), [{ name: 'id', as: 'text' }], { chunkRows: 37 })
  expect(chunks.flatMap((c) => c.rejected.map((r) => r.record))).toEqual(recordsOf('surplus-field', 'truncated-row'))
  expect(chunks.flatMap((c) => c.rejected.map((r) => r.reason))).toContain('it has 19 fields instead of 18')
  expect(chunks.reduce((sum, c) => sum + c.rows + c.rejected.length, 0)).toBe(400)
  expect(chunks.slice(0, -1).every((c) => c.rows === 37)).toBe(true)
  expect(profile.findings.find((f) => f.kind === 'ragged-rows')?.where.map(Number)).toEqual(recordsOf('surplus-field', 'truncated-row'))
})

test('records and ids agree row by row, quoted line breaks notwithstanding', async () => {
  const profile = await profileOf(path)
  const chunks = await chunksOf(sourceOf(path, profile), [{ name: 'id', as: 'text' }])
  const ids = chunks.flatMap((c) => Array.from({ length: c.rows }, (_, i) => [c.records[i], c.columns[0]!.values[i]] as const))
  for (const [record, id] of ids) expect(id).toBe(`te${String(record).padStart(5, '0')}`)
  for (const defect of defects) if (!recordsOf('surplus-field', 'truncated-row').includes(defect.record)) expect(ids).toContainEqual([defect.record, defect.id])
})

test.each(numbers)('the states of %s are the listed defects', async (column) => {
  const cells = await numbersOf(sourceOf(path, await profileOf(path)), column)
  const at = (state: number): number[] => cells.filter((c) => c.state === state).map((c) => c.record)
  const listed = (kind: string): number[] => defects.filter((d) => d.column === column && d.kind === kind).map((d) => d.record)
  expect(at(1)).toEqual(listed('missing-number'))
  expect(at(2)).toEqual(listed('not-a-number'))
  expect(at(3)).toEqual(listed('non-finite-number'))
  expect(cells.filter((c) => c.state !== 0).every((c) => Number.isNaN(c.value))).toBe(true)
  expect(cells.filter((c) => c.state === 0).every((c) => Number.isFinite(c.value))).toBe(true)
})

test('missing labels and categories are missing cells', async () => {
  const profile = await profileOf(path)
  const [income] = await chunksOf(sourceOf(path, profile), [{ name: 'income', as: 'text' }])
  const missing = Array.from({ length: income!.rows }, (_, i) => i).filter((i) => income!.columns[0]!.values[i] === null).map((i) => income!.records[i])
  expect(missing).toEqual(recordsOf('missing-label'))
})

test('offset and limit count records, rejected ones included', async () => {
  const source = sourceOf(path, await profileOf(path))
  const [chunk] = await chunksOf(source, [{ name: 'id', as: 'text' }], { offset: 10, limit: 14 })
  expect(chunk!.rejected.map((r) => r.record)).toEqual([12, 22])
  expect([...chunk!.records]).toEqual([11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24])
  const [after] = await chunksOf(source, [{ name: 'id', as: 'text' }], { offset: 22, limit: 2 })
  expect(after!.rejected).toEqual([])
  expect([...after!.columns[0]!.values as string[]]).toEqual(['te00023', 'te00024'])
})
