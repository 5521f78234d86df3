// Files and folders that were handed over: a folder is counted by its names, with tokens for what was asked.
// The file behind a data set, read once more with other settings: a data set of its own, and the same one for the same reading.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Dataset, FormatOverride } from '../../shared/domain/dataset.ts'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

const again = async (of: Dataset, format: FormatOverride): Promise<Dataset> => {
  const { token, name } = await test.core.client.call('dataset.file', { datasetId: of.id })
  expect(name).toBe(of.sourceName)
  return test.job('dataset.add', { file: token, format })
}

it('a first line that only the user can judge: refused without an answer, read as it is said, and changed again', async () => {
  const file = await test.token(fixture('malformed/csv/header-missing.csv'))
  await expect(test.job('dataset.add', { file })).rejects.toMatchObject({ code: 'dataset.headerUnclear' })
  const data = await test.job('dataset.add', { file, format: { header: false } })
  // 150 lines by wc -l.
  expect([data.rows, data.columns.length, data.folder]).toEqual([150, 5, 'csv'])
  const named = await again(data, { header: true })
  expect([named.rows, named.columns[0]?.name, named.id === data.id]).toEqual([149, '5.1', false])
})

it('a type that the user says is kept with the column, and makes another data set; the same reading makes none', async () => {
  const path = join(test.folder, 'codes.csv')
  writeFileSync(path, 'zip,paid\n01234,10\n90210,20\n00501,7\n')
  const found = await test.job('dataset.add', { file: await test.token(path) })
  const typed = await again(found, { types: { zip: 'string', paid: 'number' } })
  expect(typed.id).not.toBe(found.id)
  expect(typed.columns.map((c) => [c.name, c.type, c.typed])).toEqual([['zip', 'string', true], ['paid', 'number', true]])
  expect((await again(typed, { types: { zip: 'string', paid: 'number' } })).id).toBe(typed.id)
  rmSync(path)
  await expect(test.core.client.call('dataset.file', { datasetId: found.id })).rejects.toMatchObject({ code: 'file.vanished' })
})

it('a folder is looked into by names, without following links; only files that were asked for are handed over', async () => {
  const folder = join(test.folder, 'mixed')
  mkdirSync(join(folder, 'deep'), { recursive: true })
  for (const name of ['a.CSV', 'deep/b.csv', 'm.onnx', 'SHA256SUMS', '.hidden.csv']) writeFileSync(join(folder, name), 'a\n1\n')
  symlinkSync(test.folder, join(folder, 'out'))
  symlinkSync(join(folder, 'a.CSV'), join(folder, 'link.csv'))
  const look = async (): Promise<unknown> => test.core.client.call('shell.lookInto', { folder: await test.token(folder), endings: ['csv'] })
  expect(await look()).toMatchObject({ endings: [{ ending: 'csv', count: 2 }, { ending: '', count: 1 }, { ending: 'onnx', count: 1 }], files: [{ name: 'a.CSV' }, { name: 'b.csv' }], bundle: false, whole: true })
  writeFileSync(join(folder, 'bundle.json'), '{}')
  expect(await look()).toMatchObject({ bundle: true })
})
