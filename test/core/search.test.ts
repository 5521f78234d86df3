// Searching a small real registry: every field, what the newest finished run means, attempts at injection, saved views, plans without full
// scans, and the lean rows that triggers keep, which are the same as those that a migration makes of old history.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunOptions, type MetricValue } from '../../shared/domain/run.ts'
import { newId, type DatasetId, type ModelId, type VersionId } from '../../shared/ids.ts'
import { setAlias } from '../../main/core/store/aliases.ts'
import { insertDataset } from '../../main/core/store/datasets.ts'
import { record } from '../../main/core/store/history.ts'
import { leaderboard, modelTrend } from '../../main/core/store/leaderboard.ts'
import { migrations } from '../../main/core/store/migrations/list.ts'
import { archiveModel, insertModel, listModels, renameModel } from '../../main/core/store/models.ts'
import { openStore, type Store } from '../../main/core/store/open.ts'
import { finishRun, insertRun, listRuns, startRun } from '../../main/core/store/runs.ts'
import { runSearch, searchStatement } from '../../main/core/store/search.ts'
import { listViews, removeView, saveView } from '../../main/core/store/views.ts'
import { annotateVersion, insertVersion } from '../../main/core/store/versions.ts'
import { binding, dataset, graph, hash, newVersion, result } from './sample-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-search-'))
let store: Store
const now = new Date(2026, 10, 21, 12).getTime()
const hour = 3_600_000
const [income, churn, groesse] = [newId('model'), newId('model'), newId('model')]
const [first, second, third, fourth] = [newId('version'), newId('version'), newId('version'), newId('version')]
const [test, other] = [dataset('test.csv', hash('1')), dataset('other.csv', hash('2'))]

const number = (metric: string, value: number | null, half = 0.01, n = 150): MetricValue =>
  ({ metric, slice: '', value, low: value === null ? null : value - half, high: value === null ? null : value + half, n, reason: value === null ? 'a reason' : null })

function addRun(on: Store, versionId: VersionId, data: { id: DatasetId; sha256: string }, at: number, metrics: MetricValue[], options: Partial<RunOptions> = {}): void {
  const id = newId('run', at)
  on.write((db) => {
    insertRun(db, { id, versionId, datasetId: data.id, datasetSha256: data.sha256, modelSha256: hash('a'), owner: 'me', binding, guesses: [], options: RunOptions.parse(options), createdAt: at })
    startRun(db, id, at)
    finishRun(db, id, { result: { ...result, metrics: [...metrics, { ...number('recall', 0.1), slice: 'class:a' }] }, headline: { metric: 'accuracy', value: 0.5, n: 150 }, predictionsSha256: hash('f') }, at + 5)
  })
}

function addVersion(on: Store, modelId: ModelId, id: VersionId, content: string, at: number, more: object = {}): void {
  on.write((db) => insertVersion(db, { ...newVersion(modelId, hash(content), at), id, ...more }))
}

function fillHistory(on: Store): void {
  on.write((db) => {
    insertModel(db, { id: income, name: 'income', createdAt: now - 900 * hour })
    insertModel(db, { id: churn, name: 'Churn North', createdAt: now - 800 * hour })
    insertModel(db, { id: groesse, name: 'GRÖSSE', createdAt: now - 700 * hour })
    insertDataset(db, test, '/data/test.csv')
    insertDataset(db, other, '/data/other.csv')
  })
  addVersion(on, income, first, 'a', now - 400 * hour)
  addVersion(on, income, second, 'b', now - 2 * hour, { bytes: 20e6, graph: { ...graph, opsets: [{ domain: 'ai.onnx.ml', version: 3 }, { domain: '', version: 21 }] } })
  addVersion(on, churn, third, 'c', now - 100 * hour, { sourceName: 'nightly-Build.onnx' })
  addVersion(on, groesse, fourth, 'd', now - 50 * hour)
  // The older run is better, and is finished later: the newest is the one that began last.
  addRun(on, first, test, now - 300 * hour, [number('roc_auc', 0.91), number('accuracy', 0.8)])
  addRun(on, first, other, now - 200 * hour, [number('roc_auc', 0.85), number('accuracy', 0.7)])
  addRun(on, first, test, now - 310 * hour, [number('roc_auc', 0.99)])
  // Newest of all, but over twenty rows only.
  addRun(on, first, other, now - 100 * hour, [number('roc_auc', 1)], { limit: 20 })
  addRun(on, second, test, now - hour, [number('roc_auc', 0.95), number('accuracy', 0.9)], { limit: 100 })
  addRun(on, third, test, now - 40 * hour, [number('roc_auc.ovr_macro', 0.97, 0.03, 90), number('accuracy', null)])
  on.write((db) => {
    annotateVersion(db, first, 'old note about prod', ['old'], now)
    annotateVersion(db, first, 'Trained on 50 % of the “rows”', ['prod', 'Größe'], now)
    annotateVersion(db, third, '', ['staging_1'], now)
    archiveModel(db, groesse, now)
    archiveModel(db, groesse, null)
  })
}

function addLife(on: Store): void {
  on.write((db) => {
    setAlias(db, { modelId: income, alias: 'champion', action: 'set', versionId: first, expected: null, reason: 'best' }, now)
    setAlias(db, { modelId: income, alias: 'champion', action: 'set', versionId: second, expected: first, reason: 'better' }, now)
    const eventId = record(db, { verb: 'care', subject: churn, sentence: 'Ada owns it.' }, now)
    db.run(`INSERT INTO care_notes (model_id, version_id, revision, owners, links, event_id, created_at) VALUES ($churn, '', 1, '["Ada Lovelace"]', '[]', $eventId, $now)`, { churn, eventId, now })
  })
}

beforeAll(() => {
  store = openStore(join(folder, 'slipway.db'))
  fillHistory(store)
  addLife(store)
})
afterAll(() => { store.close(); rmSync(folder, { recursive: true, force: true }) })

const names: Readonly<Record<string, string>> = { [first]: 'income@1', [second]: 'income@2', [third]: 'churn@1', [fourth]: 'größe@1' }
const ask = (query: string, sort = '') => store.read((db) => runSearch(db, { query, sort, archived: false, offset: 0, limit: 100, versions: 100 }, now))
const found = (query: string, sort = ''): string[] => ask(query, sort).found.flatMap((m) => m.versions.map((v) => names[v.versionId] ?? '?'))

describe('every field', () => {
  it.each([
    ['', ['income@2', 'income@1', 'größe@1', 'churn@1']],
    ['auc > 0.9 and alias = champion', ['income@2']],
    ['auc > 0.9', ['income@2', 'churn@1']],
    ['auc > 0.9 on test.csv', ['income@2', 'income@1', 'churn@1']],
    ['auc > 0.9 on "OTHER.csv"', []],
    ['auc < 0.9', ['income@1']],
    ['roc_auc > 0', ['income@2', 'income@1']],
    ['accuracy != 0.9', ['income@1']],
    ['not accuracy = 0.9', ['größe@1', 'churn@1', 'income@1']],
    ['recall > 0', []],
    ['name = INCOME', ['income@2', 'income@1']],
    ['name ~ north or name = größe', ['größe@1', 'churn@1']],
    ['version = latest', ['income@2', 'größe@1', 'churn@1']],
    ['version < 2 name = income', ['income@1']],
    ['tag = PROD', ['income@1']],
    ['tag = GRÖßE', ['income@1']],
    ['tag = old', []],
    ['tag ~ staging', ['churn@1']],
    ['tag != prod', ['income@2', 'größe@1', 'churn@1']],
    ['note ~ "50 % of"', ['income@1']],
    ['note ~ prod', []],
    ['owner ~ lovelace', ['churn@1']],
    ['owner != "Ada Lovelace"', ['income@2', 'income@1', 'größe@1']],
    ['task = multiclass', ['income@2', 'income@1', 'churn@1']],
    ['not task = multiclass', ['größe@1']],
    ['state = released', ['income@2', 'income@1']],
    ['state = evaluated or state = draft', ['größe@1', 'churn@1']],
    ['dataset = other.csv', ['income@1']],
    ['created < 3 days', ['income@2', 'größe@1']],
    ['created > 10 days', ['income@1']],
    ['created = 2026-11-21', ['income@2']],
    ['evaluated >= 2026-11-19', ['income@2', 'churn@1']],
    ['size > 10 MB', ['income@2']],
    ['opset >= 21', ['income@2']],
    ['opset = 17 and created < 3 days', ['größe@1']],
    ['nightly-build', ['churn@1']],
    ['grösse', ['größe@1', 'income@1']],
    ['champion', ['income@2']],
    ['"of the “rows”"', ['income@1']],
  ])('%s', (query, expected) => { expect(found(query)).toEqual(expected) })

  it('the order: best first, those without the number last, models by their first version', () => {
    expect(found('', 'auc')).toEqual(['churn@1', 'income@2', 'income@1', 'größe@1'])
    expect(found('', '-size')).toEqual(['größe@1', 'churn@1', 'income@1', 'income@2'])
    expect(found('', 'name')[0]).toBe('churn@1')
  })

  it('shows the numbers that were asked for, of the run that was meant', () => {
    const metrics = (query: string) => ask(query).found.flatMap((m) => m.versions.map((v) => v.metrics.map((x) => [x.metric, x.value, x.datasetName])))
    expect(metrics('auc > 0.9 on test.csv name = income version = 1')).toEqual([[['roc_auc', 0.91, 'test.csv']]])
    expect(metrics('name = income version = 1')).toEqual([[['accuracy', 0.7, 'other.csv']]])
    expect(ask('tag = prdo').notes).toEqual(['No version has the tag “prdo”; the nearest name is “prod”.'])
    expect(ask('auc > 0 on tets.csv').notes[0]).toContain('“test.csv”')
  })

  it('a page of models, with the first versions of each and how many there are', () => {
    const page = store.read((db) => runSearch(db, { query: '', sort: '', archived: false, offset: 1, limit: 1, versions: 1 }, now))
    expect(page).toMatchObject({ models: 3, versions: 4, found: [{ modelName: 'GRÖSSE', found: 1 }] })
  })
})

describe('text is never SQL', () => {
  const attempts = [`"' OR 1=1 --"`, `name = "x' OR '1'='1"`, `tag = "'); DROP TABLE runs; --"`, `note ~ "%"`, `name ~ "_"`, `alias = "$p0"`, `accuracy > 0 on "' UNION SELECT 1 --"`, `owner = "\\"; DELETE FROM events"`]
  it.each(attempts)('%s finds what it says and changes nothing', (query) => {
    const before = store.read((db) => db.all('SELECT name FROM sqlite_schema'))
    expect(found(query)).toEqual(query === 'note ~ "%"' ? ['income@1'] : [])
    expect(store.read((db) => db.all('SELECT name FROM sqlite_schema'))).toEqual(before)
  })

  it('what is typed never stands in the statement', () => {
    const { sql, values } = searchStatement({ query: 'zebra name = zebra tag ~ zebra note = zebra owner = zebra alias = zebra dataset = zebra auc > 0.9 on zebra', sort: 'auc', archived: false }, now)
    expect(sql).not.toContain('zebra')
    expect(Object.values(values)).toContain('zebra')
  })
})

describe('saved views', () => {
  it('are kept under a name whatever its case, replaced on request, and checked', () => {
    store.write((db) => saveView(db, { name: 'Good', query: 'auc > 0.9', sort: 'auc' }, false, 1))
    expect(() => store.write((db) => saveView(db, { name: 'good', query: 'x', sort: '' }, false, 2))).toThrow(expect.objectContaining({ code: 'input.nameTaken' }) as Error)
    store.write((db) => saveView(db, { name: 'good', query: 'auc > 0.8', sort: '' }, true, 2))
    expect(store.read(listViews)).toEqual([{ name: 'Good', query: 'auc > 0.8', sort: '', createdAt: 1, changedAt: 2 }])
    expect(() => store.write((db) => saveView(db, { name: 'bad', query: 'auc >', sort: '' }, false, 3))).toThrow(expect.objectContaining({ code: 'search.invalid' }) as Error)
    store.write((db) => removeView(db, 'GOOD'))
    expect(() => store.write((db) => removeView(db, 'good'))).toThrow(expect.objectContaining({ code: 'view.unknown' }) as Error)
  })
})

describe('trend and leaderboard', () => {
  it('the newest run of each version on each content, with its interval and the aliases of now', () => {
    expect(store.read((db) => modelTrend(db, income, 'roc_auc', 100)).map((p) => [p.number, p.datasetName, p.value.value, p.value.high, p.aliases])).toEqual([
      [1, 'test.csv', 0.91, 0.92, []], [1, 'other.csv', 0.85, 0.86, []], [2, 'test.csv', 0.95, 0.96, ['champion']],
    ])
    expect(store.read((db) => modelTrend(db, income, 'roc_auc', 1)).map((p) => p.number)).toEqual([2])
  })

  it('all versions on one content, their places, and what makes them hard to compare', () => {
    const board = store.read((db) => leaderboard(db, { datasetId: test.id, metric: 'auc', offset: 0, limit: 10 }))
    expect(board).toMatchObject({ metric: 'roc_auc', total: 2, entries: [
      { modelName: 'income', number: 2, best: 1, worst: 1, value: 0.95, aliases: ['champion'], conditions: ['the first 100 rows'] }, { number: 1, best: 2, worst: 2, value: 0.91, conditions: [] },
    ] })
    expect(board.metrics).toEqual(['accuracy', 'roc_auc', 'roc_auc.ovr_macro'])
    expect(board.caveats.join()).toContain('1 of the entries shown was measured under other conditions')
    const accuracy = store.read((db) => leaderboard(db, { datasetId: test.id, metric: null, offset: 0, limit: 10 }))
    expect(accuracy.entries.map((e) => [e.modelName, e.number, e.best])).toEqual([['income', 2, 1], ['income', 1, 2], ['Churn North', 1, null]])
    expect(() => store.read((db) => leaderboard(db, { datasetId: test.id, metric: 'top_k', offset: 0, limit: 1 }))).toThrow(expect.objectContaining({ code: 'input.ambiguous' }) as Error)
  })
})

describe('plans', () => {
  const long = /^SCAN (r|v|runs|run_metrics|versions|events|newest_metrics|version_metrics|k|e)\b(?! USING)/
  it.each(['', 'auc > 0.9 and alias = champion', 'f1 > 0.8 on test.csv', 'tag = prod or note ~ x', 'words anywhere', 'owner = Ada version = latest', 'created < 7 days state = draft', 'dataset = test.csv'])('%s: no full scan of runs or of their numbers', (query) => {
    for (const sort of ['', 'auc']) {
      const { sql, values } = searchStatement({ query, sort, archived: false }, now)
      const steps = store.read((db) => db.all(`EXPLAIN QUERY PLAN ${sql}`, values)).map((row) => String(row['detail']))
      expect(steps.filter((step) => long.test(step))).toEqual([])
      expect(steps.filter((step) => /\b(runs|run_metrics)\b/.test(step))).toEqual([])
    }
  })

  it('listing models, trends and boards, and opening a workspace, look up by index too', () => {
    const seen: string[] = []
    const watched: Store['read'] = (look) => store.read((db) => look({ ...db, all: (sql, values) => { seen.push(sql); return db.all(sql, values) }, lists: (sql, values) => { seen.push(sql); return db.lists(sql, values) }, get: (sql, values) => { seen.push(sql); return db.get(sql, values) } }))
    watched((db) => { listModels(db, false, ''); modelTrend(db, income, 'roc_auc', 10); leaderboard(db, { datasetId: test.id, metric: 'auc', offset: 0, limit: 10 }) })
    seen.push('SELECT id, owner FROM runs WHERE ended_at IS NULL', "SELECT id FROM runs WHERE status <> 'done'", 'SELECT predictions_sha256 AS sha256 FROM runs WHERE predictions_sha256 IS NOT NULL')
    const named = (sql: string): Record<string, number> => Object.fromEntries([...sql.matchAll(/\$(\w+)/g)].map((m) => [m[1]!, 1]))
    for (const sql of seen) {
      const steps = store.read((db) => db.all(`EXPLAIN QUERY PLAN ${sql}`, named(sql))).map((row) => String(row['detail']))
      expect(steps.filter((step) => long.test(step)), sql).toEqual([])
    }
    expect(seen.length).toBeGreaterThan(8)
  })
})

describe('a run over part of the rows', () => {
  it('stands for a version only where there is no other, and is named where it does', () => {
    const on = openStore(join(folder, 'parts.db'))
    try {
      on.write((db) => { insertModel(db, { id: income, name: 'income', createdAt: now }); insertDataset(db, test, '/data/test.csv') })
      addVersion(on, income, first, 'a', now)
      const seen = (): unknown[] => on.read((db) => {
        const hit = runSearch(db, { query: 'accuracy > 0', sort: '', archived: false, offset: 0, limit: 9, versions: 9 }, now).found[0]!.versions[0]!.metrics[0]!
        const onData = runSearch(db, { query: 'accuracy > 0 on test.csv', sort: '', archived: false, offset: 0, limit: 9, versions: 9 }, now).found[0]!.versions[0]!.metrics[0]!
        return [listModels(db, false, '')[0]!.headline!.part, [hit.value, hit.part], [onData.value, onData.part], modelTrend(db, income, 'accuracy', 9).map((p) => [p.value.value, p.part])]
      })
      addRun(on, first, test, now + 1, [number('accuracy', 1)], { limit: 20 })
      expect(seen()).toEqual(['first 20 rows', [1, 'first 20 rows'], [1, 'first 20 rows'], [[1, 'first 20 rows']]])
      addRun(on, first, test, now + 2, [number('accuracy', 0.99)], { sample: 20 })
      expect(seen()).toEqual(['20 random rows', [0.99, '20 random rows'], [0.99, '20 random rows'], [[0.99, '20 random rows']]])
      addRun(on, first, test, now + 3, [number('accuracy', 0.8)])
      addRun(on, first, test, now + 4, [number('accuracy', 0.98)], { sample: 20, limit: 50 })
      expect(seen()).toEqual([null, [0.8, null], [0.8, null], [[0.8, null]]])
      expect(on.read((db) => listRuns(db, { offset: 0, limit: 9 })).map((r) => r.part)).toEqual(['20 random rows of the first 50 rows', null, '20 random rows', 'first 20 rows'])
    } finally { on.close() }
  })
})

describe('the lean rows', () => {
  const tables = ['search_models', 'search_versions', 'search_tags', 'contents', 'newest_runs', 'newest_metrics', 'version_metrics']
  const all = (on: Store): unknown => on.read((db) => tables.map((table) => [table, db.all(`SELECT * FROM ${table} ORDER BY 1, 2`)]))

  it('are the same whether triggers kept them or a migration made them of old history', () => {
    const paths = ['kept', 'made'].map((name) => join(folder, `${name}.db`))
    const before = openStore(paths[1]!, { steps: migrations.slice(0, 8) })
    fillHistory(before)
    addLife(before)
    before.close()
    const made = openStore(paths[1]!)
    try {
      const rows = (on: Store): unknown => JSON.parse(JSON.stringify(all(on)).replace(/run_[0-9a-z]{20}/g, (id) => id.slice(0, 13)))
      expect(rows(made)).toEqual(rows(store))
    } finally { made.close() }
  })

  it('follow a new name and the archive', () => {
    store.write((db) => { renameModel(db, churn, 'Leaving'); archiveModel(db, groesse, now) })
    expect(found('leaving')).toEqual(['churn@1'])
    expect(found('version = 1')).toEqual(['churn@1', 'income@1'])
    expect(store.read((db) => runSearch(db, { query: 'grösse', sort: '', archived: true, offset: 0, limit: 1, versions: 1 }, now)).found).toMatchObject([{ archived: true }])
  })
})
