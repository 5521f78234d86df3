// A model that takes the engine with it: after two crashes on the same data the third evaluation asks, others do not.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Binding } from '../../shared/domain/binding.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { openStore } from '../../main/core/store/open.ts'
import { crashesSinceDone, endRun, insertRun, startRun } from '../../main/core/store/runs.ts'
import { crashModel } from '../engine/crash-model.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { binding as anyBinding, fill, hash } from './sample-rows.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

const column = (name: string) => ({ kind: 'column', input: name, dtype: 'int32', column: name, missing: 'drop' })
const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'regression', inputs: [column('a'), column('b')], outputs: [{ output: 'y', role: 'value' }], target: { kind: 'column', column: 't' },
  idColumn: null, classes: [], positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
})

it('two crashes on the same model and data: the third attempt asks, says what to do, and goes on with consent', async () => {
  const write = (name: string, text: string): string => { writeFileSync(join(test.folder, name), text); return join(test.folder, name) }
  const trap = (await test.job('dataset.add', { file: await test.token(write('trap.csv', 'a,b,t\n-2147483648,-1,1\n12,4,3\n')) })).id
  const harmless = (await test.job('dataset.add', { file: await test.token(write('harmless.csv', 'a,b,t\n12,4,3\n9,3,3\n')) })).id
  const [outcome] = await test.job('version.import', { files: [await test.token(write('trap.onnx', crashModel() as unknown as string))] })
  const versionId = outcome!.version!.id
  const evaluate = (datasetId: typeof trap, again?: boolean) => test.job('run.evaluate', { versionId, datasetId, binding, ...(again === undefined ? {} : { again }) })
  for (let i = 0; i < 2; i++) await expect(evaluate(trap)).rejects.toMatchObject({ code: 'engine.crashed' })
  await expect(evaluate(trap)).rejects.toMatchObject({
    code: 'run.crashedBefore', details: { version: 'trap 1', dataset: 'trap.csv', times: 2 }, next: expect.stringContaining('evaluate all the same') as string, commandLine: 'Add --again.',
  })
  expect(await test.core.client.call('run.list', { datasetId: trap })).toHaveLength(2)
  const { runId } = await evaluate(harmless)
  expect(await test.core.client.call('run.get', { runId })).toMatchObject({ status: 'done', rows: { scored: 2 } })
  await expect(evaluate(trap, true)).rejects.toMatchObject({ code: 'engine.crashed' })
  await expect(evaluate(trap)).rejects.toMatchObject({ code: 'run.crashedBefore', details: { times: 3 } })
})

it('counts crashes since the pair last got through, of that pair alone, and no other failures', async () => {
  const store = openStore(join(test.folder, 'count.db'), { clock: () => 0 })
  try {
    const { version, data } = fill(store)
    const crash = new SlipwayError('engine.crashed', { reason: 'signal SIGSEGV', phase: 'scoring' }).toPlain()
    const failed = (error: typeof crash, model: string, at: number): void => store.write((db) => {
      const id = newId('run')
      insertRun(db, { id, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: model, owner: 'me', binding: anyBinding, guesses: [], options: RunOptions.parse({}), createdAt: at })
      startRun(db, id, at)
      endRun(db, id, 'failed', error, at + 1)
    })
    const count = (): number => store.read((db) => crashesSinceDone(db, version.sha256, data.sha256))
    failed(crash, version.sha256, 5)
    expect(count()).toBe(0)
    failed(crash, version.sha256, 100)
    failed(new SlipwayError('engine.outOfMemory', { phase: 'scoring' }).toPlain(), version.sha256, 110)
    failed(new SlipwayError('run.noRows', { reason: 'x' }).toPlain(), version.sha256, 120)
    failed(crash, hash('3'), 130)
    expect(count()).toBe(2)
  } finally { store.close() }
})
