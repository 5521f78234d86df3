// The file behind a data set, read once more with other settings: a data set of its own, and the same one for the same reading.
import { rmSync, writeFileSync } from 'node:fs'
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
