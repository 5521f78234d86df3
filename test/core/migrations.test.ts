// Migrations on real files: fresh and step by step are the same, a backup comes first, a failed step changes nothing, the future is refused.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrations, type Migration } from '../../main/core/store/migrations/list.ts'
import { openStore } from '../../main/core/store/open.ts'
import { getRun } from '../../main/core/store/runs.ts'
import { fill } from './sample-rows.ts'

let folder = ''
let path = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-migrate-')); path = join(folder, 'slipway.db') })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const look = <T>(file: string, what: (db: Database.Database) => T): T => {
  const db = new Database(file, { readonly: true })
  try { return what(db) } finally { db.close() }
}
const schemaOf = (file: string): unknown => look(file, (db) => db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all())
const versionOf = (file: string): unknown => look(file, (db) => db.pragma('user_version', { simple: true }))
const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
const newest = migrations.length
const later: Migration = { to: newest + 1, sql: "ALTER TABLE events ADD COLUMN actor TEXT NOT NULL DEFAULT 'unknown'" }
const broken: Migration = { to: newest + 1, sql: 'CREATE TABLE half (x); SELECT no_such_function()' }

describe('the list', () => {
  it('is numbered 1, 2, 3 …', () => {
    expect(migrations.map((m) => m.to)).toEqual(migrations.map((_, i) => i + 1))
  })

  it('makes the same schema in one go and one step after the other', () => {
    openStore(path).close()
    const slow = join(folder, 'slow.db')
    for (let i = 1; i <= newest; i++) openStore(slow, { steps: migrations.slice(0, i) }).close()
    expect(schemaOf(slow)).toEqual(schemaOf(path))
    expect(versionOf(path)).toBe(newest)
  })

  it('every table is strict', () => {
    openStore(path).close()
    const tables = look(path, (db) => db.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'").all()) as { name: string; strict: number }[]
    expect(tables.length).toBeGreaterThan(10)
    expect(tables.filter((t) => t.strict !== 1)).toEqual([])
  })

  it('a list with a hole is refused', () => {
    expect(() => openStore(path, { steps: [{ to: 2, sql: 'SELECT 1' }] })).toThrow(/numbered/)
  })
})

describe('an old workspace', () => {
  it('is copied beside itself first, then brought forward with its rows', () => {
    const old = openStore(path)
    const { runId } = fill(old)
    const before = old.read((db) => getRun(db, runId))
    old.close()
    const store = openStore(path, { steps: [...migrations, later], clock: () => Date.UTC(2031, 0, 2) })
    expect(store.read((db) => getRun(db, runId))).toEqual(before)
    expect(store.read((db) => db.all('SELECT DISTINCT actor FROM events'))).toEqual([{ actor: 'unknown' }])
    store.close()
    expect(versionOf(path)).toBe(newest + 1)
    const backup = readdirSync(folder).find((f) => f.endsWith('.backup'))
    expect(backup).toBe(`slipway.db.schema-${newest}.2031-01-02T00-00-00-000Z.backup`)
    expect(versionOf(join(folder, backup!))).toBe(newest)
    expect(look(join(folder, backup!), (db) => db.prepare('SELECT id FROM runs').all())).toEqual([{ id: runId }])
  })

  it('stays as it was when a step fails, backup included', () => {
    const old = openStore(path)
    fill(old)
    old.close()
    const schema = schemaOf(path)
    expect(() => openStore(path, { steps: [...migrations, broken] })).toThrow(/no_such_function/)
    expect(schemaOf(path)).toEqual(schema)
    expect(versionOf(path)).toBe(newest)
    expect(readdirSync(folder).filter((f) => f.endsWith('.backup'))).toHaveLength(1)
  })
})

describe('what is refused', () => {
  it('a workspace from the future: store.newer, not one byte changed', () => {
    openStore(path, { steps: [...migrations, later] }).close()
    const before = hashOf(path)
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'store.newer', details: { found: String(newest + 1), supported: String(newest) } }) as Error)
    expect(hashOf(path)).toBe(before)
    expect(readdirSync(folder)).toEqual(['slipway.db'])
  })

  it('a database of somebody else: store.corrupt, not one byte changed', () => {
    const db = new Database(path)
    db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
    db.close()
    const before = hashOf(path)
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'store.corrupt' }) as Error)
    expect(hashOf(path)).toBe(before)
    expect(look(path, (d) => d.prepare('SELECT x FROM theirs').all())).toEqual([{ x: 1 }])
  })
})
