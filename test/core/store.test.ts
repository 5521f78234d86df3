// The store on a real SQLite file: what goes in comes out, history refuses change by itself, and failures have our words.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../shared/ids.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import { insertBinding, newestBinding } from '../../main/core/store/bindings.ts'
import { getBundle, listBundles, newestBundle } from '../../main/core/store/bundles.ts'
import { namedBlobs } from '../../main/core/store/blob-names.ts'
import { datasetPath, findDataset, getDataset, insertDataset, listDatasets } from '../../main/core/store/datasets.ts'
import { currentGate, findGate, getCheck, insertGate, listChecks } from '../../main/core/store/gates.ts'
import { listEvents, readSettings, record, writeSetting } from '../../main/core/store/history.ts'
import { archiveModel, getModel, insertModel, listModels, renameModel } from '../../main/core/store/models.ts'
import { openStore, type Store } from '../../main/core/store/open.ts'
import { commonRuns, endRun, getRun, insertRun, listRuns, newestRunIds, openRuns, reconcileInterrupted, startRun } from '../../main/core/store/runs.ts'
import { annotateVersion, findVersionByContent, getVersion, insertVersion, listVersions } from '../../main/core/store/versions.ts'
import { binding, dataset, derivation, fill, hash, newVersion, result } from './sample-rows.ts'

let folder = ''
let path = ''
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-store-'))
  path = join(folder, 'slipway.db')
  store = openStore(path)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('what goes in comes out', () => {
  it('a version with notes, tags, derivation and binding', () => {
    const { version, modelId } = fill(store)
    const read = store.read((db) => getVersion(db, version.id))
    expect(read).toMatchObject({ id: version.id, modelId, modelName: 'iris', number: 1, parentId: null, note: 'first', tags: ['tag'], hasBinding: true, needsRewrite: false, derivation })
    expect(read.graph).toEqual(version.graph)
    expect(read.signature).toEqual(version.signature)
    expect(store.read((db) => newestBinding(db, version.id))).toMatchObject({ revision: 1, binding })
  })

  it('a run with metrics in their order, null as null with its reason, curves and conditions', () => {
    const { runId, version, data } = fill(store)
    const run = store.read((db) => getRun(db, runId))
    expect(run).toMatchObject({ status: 'done', versionId: version.id, datasetId: data.id, headline: { metric: 'accuracy', value: 0.96, n: 150 }, startedAt: 21, endedAt: 22, predictionsSha256: hash('f'), binding })
    expect(run.metrics).toEqual(result.metrics)
    expect(run.curves).toEqual(result.curves)
    expect(run.environment).toEqual(result.environment)
    expect(run.rows).toEqual(result.rows)
    expect(store.read((db) => listRuns(db, { offset: 0, limit: 10 }))).toHaveLength(1)
  })

  it('data set, gate, check, bundle, event and the model that sums them up', () => {
    const { modelId, data, gate, checkId, runId, bundleId } = fill(store)
    store.read((db) => {
      expect(getDataset(db, data.id)).toEqual({ ...data, folder: 'data' })
      expect(datasetPath(db, data.id, '/copies')).toBe('/data/iris.csv')
      expect(findDataset(db, data, '/data/iris.csv')?.id).toBe(data.id)
      expect(findDataset(db, data, '/elsewhere/iris.csv')).toBeNull()
      expect(currentGate(db, modelId)).toEqual(gate)
      expect(getCheck(db, checkId)).toMatchObject({ passed: true, runId })
      expect(listChecks(db, runId)).toHaveLength(1)
      expect(getBundle(db, bundleId)).toMatchObject({ fileName: 'iris.tar.gz', modelName: 'iris', versionNumber: 1, serial: 1 })
      expect(newestBundle(db, modelId)?.id).toBe(bundleId)
      expect(listEvents(db, { offset: 0, limit: 10, subject: modelId })).toMatchObject([{ verb: 'test', facts: { a: 1 }, at: 50 }])
      expect(getModel(db, modelId)).toMatchObject({ name: 'iris', task: 'multiclass-classification', versionCount: 1, runCount: 1, bundleCount: 1, headline: { metric: 'accuracy', value: 0.96, datasetName: 'iris.csv' } })
      expect(namedBlobs(db)).toEqual(new Set([hash('a'), hash('e'), hash('f')]))
    })
  })

  it('survives closing and opening', () => {
    const { runId } = fill(store)
    store.close()
    store = openStore(path)
    expect(store.read((db) => getRun(db, runId)).metrics).toEqual(result.metrics)
  })

  it('settings are changed in place, unknown ones fall back', () => {
    expect(store.read(readSettings)).toMatchObject({ theme: 'system', publisherName: 'Unnamed publisher' })
    store.write((db) => writeSetting(db, 'settings', { ...readSettings(db), theme: 'dark' }))
    expect(store.read(readSettings).theme).toBe('dark')
  })
})

describe('versions and revisions', () => {
  it('numbers and parents follow each other; the same content is found again', () => {
    const { modelId, version } = fill(store)
    const second = newVersion(modelId, hash('b'), 100)
    store.write((db) => insertVersion(db, second))
    store.read((db) => {
      expect(getVersion(db, second.id)).toMatchObject({ number: 2, parentId: version.id })
      expect(listVersions(db, modelId).map((v) => v.number)).toEqual([2, 1])
      expect(findVersionByContent(db, hash('b'), null)?.id).toBe(second.id)
      expect(findVersionByContent(db, hash('c'), modelId)).toBeNull()
    })
  })

  it('notes, bindings and policies grow by revision and the newest counts', () => {
    const { modelId, version } = fill(store)
    store.write((db) => {
      annotateVersion(db, version.id, 'second', [], 60)
      insertBinding(db, version.id, { ...binding, rows: 'strict' }, [], 61)
      insertGate(db, { id: newId('gate'), modelId, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 99 }] }, saved: false, createdAt: 62 })
    })
    store.read((db) => {
      expect(getVersion(db, version.id)).toMatchObject({ note: 'second', tags: [] })
      expect(newestBinding(db, version.id)).toMatchObject({ revision: 2, binding: { rows: 'strict' } })
      expect(currentGate(db, modelId)?.revision).toBe(1)
      expect(findGate(db, modelId, { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 99 }] })?.revision).toBe(2)
    })
    const raw = new Database(path)
    expect(raw.prepare('SELECT count(*) AS n FROM version_notes').get()).toEqual({ n: 2 })
    raw.close()
  })

  it('names are unique whatever their case; archived models leave the list', () => {
    const { modelId } = fill(store)
    const other = newId('model')
    expect(() => store.write((db) => insertModel(db, { id: other, name: 'IRIS', createdAt: 1 }))).toThrow(expect.objectContaining({ code: 'input.nameTaken' }) as Error)
    store.write((db) => { insertModel(db, { id: other, name: 'wine', createdAt: 1 }); insertVersion(db, newVersion(other, hash('9'))) })
    expect(() => store.write((db) => renameModel(db, other, 'Iris'))).toThrow(expect.objectContaining({ code: 'input.nameTaken' }) as Error)
    store.write((db) => { renameModel(db, other, 'WINE'); archiveModel(db, modelId, 70) })
    expect(store.read((db) => listModels(db, false, '')).map((m) => m.name)).toEqual(['WINE'])
    expect(store.read((db) => listModels(db, true, 'ri')).map((m) => m.name)).toEqual(['iris'])
    expect(store.read((db) => listModels(db, false, '%'))).toEqual([])
  })

  it('common runs are the newest of both on the same content', () => {
    const { modelId, version, data, runId } = fill(store)
    const second = newVersion(modelId, hash('b'), 100)
    const other = dataset('other.csv', hash('7'))
    const done = (id: ReturnType<typeof newId<'run'>>, of: typeof second.id, on: typeof data, at: number) => store.write((db) => {
      insertRun(db, { id, versionId: of, datasetId: on.id, datasetSha256: on.sha256, modelSha256: hash('b'), owner: 'me', binding, guesses: [], options: RunOptions.parse({}), createdAt: at })
      db.run(`UPDATE runs SET status = 'done', environment = '{}', row_account = '{}', predictions_sha256 = $sha, ended_at = $at WHERE id = $id`, { id, at, sha: hash('f') })
    })
    store.write((db) => { insertVersion(db, second); insertDataset(db, other, '/other.csv') })
    expect(store.read((db) => commonRuns(db, version.id, second.id, null))).toBeNull()
    const [r1, r2, r3] = [newId('run'), newId('run'), newId('run')]
    done(r1, second.id, data, 200)
    done(r2, second.id, data, 300)
    done(r3, second.id, other, 400)
    expect(store.read((db) => commonRuns(db, version.id, second.id, null))).toEqual({ left: runId, right: r2 })
    expect(store.read((db) => commonRuns(db, version.id, second.id, other.sha256))).toBeNull()
    expect(store.read((db) => newestRunIds(db, modelId))).toEqual([runId, r2, r3])
  })
})

describe('history refuses change by itself', () => {
  const frozen = ['versions', 'version_notes', 'derivations', 'bindings', 'datasets', 'run_metrics', 'gates', 'gate_checks', 'bundles', 'events']
  const columnOf = (table: string): string => ({ versions: 'graph', version_notes: 'note', derivations: 'derivation', bindings: 'binding', datasets: 'sha256', run_metrics: 'value', gates: 'policy', gate_checks: 'passed', bundles: 'sha256', events: 'sentence' })[table] ?? ''
  const attempt = (sql: string): (() => unknown) => () => {
    const raw = new Database(path)
    try { return raw.prepare(sql).run() } finally { raw.close() }
  }

  it.each(frozen)('%s: no update, no delete, no replace', (table) => {
    fill(store)
    expect(attempt(`UPDATE ${table} SET ${columnOf(table)} = ${columnOf(table)}`)).toThrow(/append-only/)
    expect(attempt(`DELETE FROM ${table}`)).toThrow(/append-only/)
    expect(attempt(`INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`)).toThrow(/append-only/)
    expect(attempt(`UPDATE OR REPLACE ${table} SET ${columnOf(table)} = ${columnOf(table)}`)).toThrow(/append-only/)
  })

  it.each(['models', 'runs'])('%s: never deleted or replaced', (table) => {
    fill(store)
    expect(attempt(`DELETE FROM ${table}`)).toThrow(/append-only/)
    expect(attempt(`INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`)).toThrow(/append-only/)
  })

  it('a rename cannot swallow another model', () => {
    fill(store)
    store.write((db) => insertModel(db, { id: newId('model'), name: 'wine', createdAt: 1 }))
    expect(attempt("UPDATE OR REPLACE models SET name = 'iris' WHERE name = 'wine'")).toThrow(/append-only/)
  })

  it('an ended run takes no change and no further metric; a running one keeps its identity', () => {
    const { runId, version, data } = fill(store)
    expect(attempt("UPDATE runs SET status = 'running', ended_at = NULL")).toThrow(/append-only/)
    expect(attempt("UPDATE runs SET headline = NULL")).toThrow(/append-only/)
    expect(attempt(`INSERT INTO run_metrics (run_id, metric, slice, position, value, n) VALUES ('${runId}', 'invented', '', 9, 1, 1)`)).toThrow(/append-only/)
    const open = newId('run')
    store.write((db) => insertRun(db, { id: open, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: hash('a'), owner: 'me', binding, guesses: [], options: RunOptions.parse({}), createdAt: 1 }))
    for (const column of ['version_id', 'dataset_id', 'dataset_sha256', 'model_sha256', 'binding', 'options', 'owner', 'created_at']) {
      expect(attempt(`UPDATE runs SET ${column} = ${column} WHERE id = '${open}'`)).toThrow(/append-only/)
    }
    store.write((db) => startRun(db, open, 2))
    expect(attempt(`UPDATE runs SET status = 'done', ended_at = 3 WHERE id = '${open}'`)).toThrow(/CHECK/)
  })

  it('rows cannot point at nothing', () => {
    expect(() => store.write((db) => insertVersion(db, newVersion(newId('model'))))).toThrow(/(FOREIGN KEY|NOT NULL) constraint failed/)
  })
})

describe('runs that were left open', () => {
  it('become interrupted when their session is gone, and stay when it lives', () => {
    const { version, data } = fill(store)
    const [mine, lost] = [newId('run'), newId('run')]
    const insert = (id: typeof mine, owner: string) => store.write((db) => insertRun(db, { id, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: hash('a'), owner, binding, guesses: [], options: RunOptions.parse({}), createdAt: 1 }))
    insert(mine, 'alive')
    insert(lost, 'gone')
    expect(store.write((db) => reconcileInterrupted(db, (owner) => owner === 'alive', 99))).toEqual([lost])
    expect(store.read((db) => [getRun(db, mine).status, getRun(db, lost).status])).toEqual(['queued', 'interrupted'])
    expect(store.read(openRuns).map((r) => r.id)).toEqual([mine])
    store.write((db) => endRun(db, lost, 'failed', null, 100))
    expect(store.read((db) => getRun(db, lost))).toMatchObject({ status: 'interrupted', endedAt: 99 })
  })
})

describe('transactions and refusals', () => {
  it('all or nothing', () => {
    expect(() => store.write((db) => { insertModel(db, { id: newId('model'), name: 'half', createdAt: 1 }); throw new Error('no') })).toThrow('no')
    expect(store.read((db) => db.all('SELECT * FROM models'))).toEqual([])
  })

  it('a transaction may not wait', () => {
    expect(() => store.write((db) => { record(db, { verb: 'x', subject: 'y', sentence: 'z' }, 1); return Promise.resolve() })).toThrow(/may not wait/)
    expect(store.read((db) => listEvents(db, { offset: 0, limit: 1 }))).toEqual([])
  })

  it('another writer that does not finish: store.locked', () => {
    store.close()
    store = openStore(path, { busyMs: 50 })
    const raw = new Database(path)
    raw.exec('BEGIN IMMEDIATE')
    expect(() => store.write(() => 1)).toThrow(expect.objectContaining({ code: 'store.locked' }) as Error)
    expect(store.read((db) => listDatasets(db))).toEqual([])
    raw.exec('ROLLBACK')
    raw.close()
  })

  it('sees that another program has written', () => {
    const before = store.dataVersion()
    const other = openStore(path)
    other.write((db) => record(db, { verb: 'x', subject: 'y', sentence: 'z' }, 1))
    other.close()
    expect(store.dataVersion()).not.toBe(before)
  })

  it('a damaged file: store.corrupt', () => {
    const damaged = join(folder, 'damaged.db')
    writeFileSync(damaged, 'this is no database at all, but long enough to be read as one'.repeat(40))
    const next = (words: string): Error => expect.objectContaining({ code: 'store.corrupt', next: expect.stringContaining(words) as string }) as Error
    expect(() => openStore(damaged)).toThrow(next('There is no backup copy beside it.'))
    for (const copy of ['damaged.db.schema-9.2026-01-01T00-00-00-000Z.backup', 'damaged.db.schema-10.2026-02-01T00-00-00-000Z.backup', 'other.db.schema-11.2026-03-01T00-00-00-000Z.backup']) writeFileSync(join(folder, copy), '')
    expect(() => openStore(damaged)).toThrow(next('“damaged.db.schema-10.2026-02-01T00-00-00-000Z.backup”'))
  })

  it('a value that lost its shape: store.corrupt, not a crash', () => {
    const { version } = fill(store)
    const raw = new Database(path)
    raw.exec("DROP TRIGGER versions_no_update; UPDATE versions SET graph = '{}'")
    raw.close()
    expect(() => store.read((db) => getVersion(db, version.id))).toThrow(expect.objectContaining({ code: 'store.corrupt' }) as Error)
  })

  it('a place where no file can be made: store.readOnly', () => {
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'store.readOnly' }) as Error)
  })

  it('unknown ids have our words', () => {
    for (const what of [() => store.read((db) => getVersion(db, newId('version'))), () => store.read((db) => getRun(db, newId('run'))), () => store.read((db) => getBundle(db, newId('bundle')))]) {
      expect(what).toThrow(expect.objectContaining({ code: 'input.unknownId' }) as Error)
    }
    expect(store.read((db) => listBundles(db))).toEqual([])
  })
})
