// A run speaks of the data as it was read, and of the row policy that was applied, whoever said so.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readingNotes } from '../../main/core/steps/reading-notes.ts'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

it('a part of the rows, an unusual file and an overridden policy are said on the run', async () => {
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('abalone/models/abalone-v1-linear.onnx'))] })
  const text = ['a;b;t', ...Array.from({ length: 20 }, (_, r) => `${r},5;1,25;${r % 2}`)].join('\n')
  const path = join(test.folder, 'semi.csv')
  writeFileSync(path, text)
  const odd = await test.job('dataset.add', { file: await test.token(path) })
  expect(odd.format).toMatchObject({ delimiter: ';', decimal: ',' })
  expect(readingNotes(odd, { limit: null })).toEqual(['The data file was read with columns between semicolons and decimal commas.'])
  const plain = await test.job('dataset.add', { file: await test.token(fixture('abalone/data/test.csv')) })
  const versionId = outcome!.version!.id
  const { binding, guesses } = await test.job('binding.propose', { versionId, datasetId: plain.id, target: 'rings' })
  const run = async (options: object) => test.core.client.call('run.get', { runId: (await test.job('run.evaluate', { versionId, datasetId: plain.id, binding, guesses, options })).runId })
  expect((await run({})).notes.join(' ')).not.toMatch(/Only the first|was read with/)
  const part = await run({ limit: 30, rows: 'strict' })
  expect(part.notes[0]).toBe(`Only the first 30 of ${plain.rows.toLocaleString('en')} rows were evaluated, as asked.`)
  expect(part.binding.rows).toBe('strict')
  expect(part.guesses).toContainEqual({ about: 'rows', value: 'strict', confidence: 'set', reason: 'Set by you; the proposal was: lenient.' })
})
