// States and aliases in the store: they follow from facts by themselves, refuse what the machine refuses, and never change afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId, type VersionId } from '../../shared/ids.ts'
import { aliasesOf, aliasHistory, aliasTarget, listAliases, rollbackTarget, setAlias } from '../../main/core/store/aliases.ts'
import { listEvents } from '../../main/core/store/history.ts'
import { nextSteps, recordState, stateHistory, versionState } from '../../main/core/store/life.ts'
import { getModel, insertModel } from '../../main/core/store/models.ts'
import { migrations } from '../../main/core/store/migrations/list.ts'
import { openStore, type Store } from '../../main/core/store/open.ts'
import { getVersion, insertVersion } from '../../main/core/store/versions.ts'
import { fill, hash, newVersion } from './sample-rows.ts'

let folder = ''
let store: Store
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-life-')); store = openStore(join(folder, 'slipway.db')) })
afterEach(() => { store.close(); rmSync(folder, { recursive: true, force: true }) })

/** A model with so many drafts. */
function drafts(count: number) {
  const modelId = newId('model')
  const versions = Array.from({ length: count }, (_, i) => newVersion(modelId, hash(String(i)), 10 + i))
  store.write((db) => { insertModel(db, { id: modelId, name: 'income', createdAt: 1 }); for (const v of versions) insertVersion(db, v) })
  return { modelId, ids: versions.map((v) => v.id) }
}
const code = (expected: string, details: object = {}): Error => expect.objectContaining({ code: expected, details: expect.objectContaining(details) as object }) as Error

describe('states', () => {
  it('a first finished run makes a version evaluated, a first bundle releases it; both by themselves, once', () => {
    const { version } = fill(store)
    expect(store.read((db) => versionState(db, version.id))).toBe('released')
    expect(store.read((db) => stateHistory(db, version.id))).toMatchObject([
      { revision: 2, from: 'evaluated', state: 'released', action: 'release', at: 40 }, { revision: 1, from: 'draft', state: 'evaluated', action: 'evaluate', at: 22 },
    ])
    expect(store.read((db) => getVersion(db, version.id)).state).toBe('released')
  })

  it('a step leaves its line in the record, with the reason; a refused one leaves nothing', () => {
    const { version } = fill(store)
    const change = store.write((db) => recordState(db, { versionId: version.id, action: 'retire', reason: 'a better one serves' }, 60))
    expect(change).toMatchObject({ from: 'released', state: 'retired', reason: 'a better one serves' })
    const [event] = store.read((db) => listEvents(db, { offset: 0, limit: 1 }))
    expect(event).toMatchObject({ id: change.eventId, at: 60, verb: 'version.transition', subject: version.id, why: 'a better one serves' })
    expect(() => store.write((db) => recordState(db, { versionId: version.id, action: 'submit', reason: 'r' }, 61))).toThrow(code('life.notAllowed', { reason: 'it is retired' }))
    expect(() => store.write((db) => recordState(db, { versionId: version.id, action: 'restore', reason: 'r', expected: 'archived' }, 61))).toThrow(code('life.moved', { found: 'retired', expected: 'archived' }))
    expect(() => store.write((db) => recordState(db, { versionId: newId('version'), action: 'retire', reason: 'r' }, 61))).toThrow(code('input.unknownId'))
    expect(store.read((db) => listEvents(db, { offset: 0, limit: 1 }))).toEqual([event])
    expect(store.write((db) => recordState(db, { versionId: version.id, action: 'restore', reason: 'needed again' }, 62))).toMatchObject({ state: 'released' })
  })
})

describe('aliases', () => {
  const move = (modelId: ReturnType<typeof drafts>['modelId'], alias: string, versionId: VersionId | null, expected: VersionId | null, action: 'set' | 'rollback' | 'remove' = versionId === null ? 'remove' : 'set', at = 100) =>
    store.write((db) => setAlias(db, { modelId, alias, versionId, expected, action, reason: 'because' }, at))

  it('point somewhere, remember every move, and go back', () => {
    const { modelId, ids: [a, b] } = drafts(2)
    move(modelId, 'staging', a!, null)
    move(modelId, 'staging', b!, a!, 'set', 101)
    expect(store.read((db) => [aliasTarget(db, modelId, 'staging'), aliasTarget(db, modelId, 'champion'), rollbackTarget(db, modelId, 'staging')])).toEqual([b, null, { versionId: a, number: 1 }])
    move(modelId, 'staging', a!, b!, 'rollback', 102)
    move(modelId, 'staging', null, a!, 'remove', 103)
    expect(store.read((db) => aliasHistory(db, modelId, 'staging')).map((m) => [m.action, m.from?.number ?? null, m.to?.number ?? null, m.at])).toEqual([['remove', 1, null, 103], ['rollback', 2, 1, 102], ['set', 1, 2, 101], ['set', null, 1, 100]])
    expect(store.read((db) => listAliases(db, modelId))).toMatchObject([{ alias: 'staging', target: null, before: { number: 1 }, moves: 4 }])
    expect(store.read((db) => listEvents(db, { offset: 0, limit: 10, subject: modelId })).map((e) => e.verb)).toEqual(['alias.remove', 'alias.rollback', 'alias.set', 'alias.set'])
  })

  it('a serving alias releases its target, another name does not', () => {
    const { modelId, ids: [a, b] } = drafts(2)
    move(modelId, 'champion', a!, null)
    move(modelId, 'challenger', b!, null)
    expect(store.read((db) => [versionState(db, a!), versionState(db, b!), aliasesOf(db, a!), getVersion(db, b!).aliases])).toEqual(['released', 'draft', ['champion'], ['challenger']])
    expect(store.read((db) => nextSteps(db, a!, ['champion'])).find((s) => s.action === 'retire')).toMatchObject({ to: null, why: 'it is champion now' })
  })

  it('are told with their model', () => {
    const { modelId, ids: [a, b] } = drafts(2)
    expect(store.read((db) => getModel(db, modelId)).aliases).toEqual([])
    move(modelId, 'staging', a!, null)
    move(modelId, 'champion', b!, null)
    expect(store.read((db) => getModel(db, modelId)).aliases).toEqual([{ alias: 'champion', versionId: b, number: 2 }, { alias: 'staging', versionId: a, number: 1 }])
  })

  it('refuse what moved meanwhile, what is out of use, the same target, an unknown name, and a version of another model', () => {
    const { modelId, ids: [a, b, c] } = drafts(3)
    move(modelId, 'champion', a!, null)
    expect(() => move(modelId, 'champion', b!, null)).toThrow(code('alias.moved', { expected: null, found: 1 }))
    expect(() => move(modelId, 'champion', b!, c!)).toThrow(code('alias.moved', { expected: 3, found: 1 }))
    expect(() => move(modelId, 'champion', a!, a!)).toThrow(code('alias.sameTarget'))
    expect(() => move(modelId, 'champoin', null, null)).toThrow(code('alias.unknown', { known: ['champion'] }))
    store.write((db) => recordState(db, { versionId: b!, action: 'archive', reason: 'r' }, 1))
    expect(() => move(modelId, 'champion', b!, a!)).toThrow(code('alias.notServable', { state: 'archived' }))
    const other = fill(store)
    expect(() => move(modelId, 'champion', other.version.id, a!)).toThrow(code('input.unknownId'))
    expect(store.read((db) => aliasHistory(db, modelId))).toHaveLength(1)
  })
})

it('nothing of it can be changed, deleted, replaced or put out of order, and no alias can point into another model', () => {
  const { version, modelId } = fill(store)
  store.write((db) => setAlias(db, { modelId, alias: 'champion', versionId: version.id, expected: null, action: 'set', reason: 'r' }, 50))
  const other = drafts(1)
  const raw = new Database(join(folder, 'slipway.db'))
  try {
    for (const table of ['version_states', 'alias_moves']) {
      for (const sql of [`UPDATE ${table} SET reason = 'x'`, `DELETE FROM ${table}`, `INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`]) expect(() => raw.prepare(sql).run(), sql).toThrow(/append-only/)
    }
    expect(() => raw.prepare("INSERT INTO version_states SELECT version_id, revision + 5, state, action, reason, event_id, created_at FROM version_states").run()).toThrow(/follow one another/)
    expect(() => raw.prepare('INSERT INTO alias_moves SELECT model_id, alias, revision + 1, ?, action, reason, event_id, created_at FROM alias_moves').run(other.ids[0])).toThrow(/own model/)
  } finally { raw.close() }
})

it('versions of an older workspace get the state that their runs and bundles gave them; drafts stay drafts', () => {
  const { version } = fill(store)
  const { ids: [draft] } = drafts(1)
  store.close()
  const at = migrations.findIndex((m) => m.sql.includes('CREATE TABLE version_states'))
  const old = join(folder, 'old.db')
  openStore(old, { steps: migrations.slice(0, at) }).close()
  const raw = new Database(old)
  raw.exec(`ATTACH '${join(folder, 'slipway.db')}' AS new`)
  for (const table of ['models', 'versions', 'datasets', 'runs', 'gates', 'gate_checks', 'bundles']) raw.exec(`INSERT INTO main.${table} SELECT * FROM new.${table}`)
  raw.close()
  store = openStore(old)
  expect(store.read((db) => stateHistory(db, version.id))).toMatchObject([
    { state: 'released', at: 40, who: null, eventId: null, reason: 'Its first bundle was exported, before states were kept.' }, { state: 'evaluated', at: 22, who: null, eventId: null },
  ])
  expect(store.read((db) => versionState(db, draft!))).toBe('draft')
})
