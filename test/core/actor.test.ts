// Who did it and why: every event of a workspace names its user and the key; an old event stays without a name.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migrations } from '../../main/core/store/migrations/list.ts'
import { listEvents, record } from '../../main/core/store/history.ts'
import { openStore } from '../../main/core/store/open.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { newId } from '../../shared/ids.ts'
import { openTestCore } from './open-test-core.ts'
import { fixture } from '../setup/fixtures.ts'

const all = { offset: 0, limit: 10 }

it('the system’s user, then the publisher with the key, in the record of what each did', async () => {
  const test = await openTestCore()
  try {
    await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const { keyId } = await loadOrCreateKey(join(test.workspace, 'keys'))
    await test.core.client.call('settings.save', { publisherName: 'Acme' })
    const [model] = await test.core.client.call('model.list', {})
    await test.core.client.call('model.rename', { modelId: model!.id, name: 'wine' })
    expect((await test.core.client.call('history.list', {})).map((e) => [e.verb, e.who, e.why])).toEqual([
      ['model.rename', { name: 'Acme', keyId }, null], ['version.import', { name: userInfo().username, keyId: null }, null],
    ])
  } finally { await test.done() }
})

it('a name said for one session counts before all others, as one line; a name of nothing is refused', async () => {
  const test = await openTestCore({ actor: '  Ann\u202e\nB.  ' })
  try {
    await test.core.client.call('settings.save', { publisherName: 'Acme' })
    await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    expect((await test.core.client.call('history.list', {}))[0]?.who).toEqual({ name: 'Ann B.', keyId: null })
  } finally { await test.done() }
  await expect(openTestCore({ actor: ' \n' })).rejects.toMatchObject({ code: 'input.invalid' })
})

it('a given name and reason are kept; an event from before has neither', async () => {
  const test = await openTestCore()
  try {
    const path = join(test.folder, 'old.db')
    const old = openStore(path, { steps: migrations.slice(0, 4) })
    old.write((db) => db.run("INSERT INTO events (id, at, verb, subject, sentence, facts) VALUES ($id, 1, 'v', 's', 'Before.', '{}')", { id: newId('event', 1) }))
    old.close()
    const store = openStore(path, { actor: () => ({ name: 'user', keyId: 'k' }) })
    store.write((db) => {
      record(db, { verb: 'v', subject: 's', sentence: 'After.', who: { name: 'Eve', keyId: null }, why: 'because' }, 2)
      record(db, { verb: 'v', subject: 's', sentence: 'Nobody.', who: null }, 3)
      record(db, { verb: 'v', subject: 's', sentence: 'Mine.' }, 4)
    })
    expect(store.read((db) => listEvents(db, all)).map((e) => [e.sentence, e.who, e.why])).toEqual([
      ['Mine.', { name: 'user', keyId: 'k' }, null], ['Nobody.', null, null], ['After.', { name: 'Eve', keyId: null }, 'because'], ['Before.', null, null],
    ])
    store.close()
  } finally { await test.done() }
})
