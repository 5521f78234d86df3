// A workspace's database with at least one row in every table, made through a connection that keeps the ledger.
// Tables that a story does not fill get a row of plausible values, so that a new table cannot be forgotten by a test.
import Database from 'better-sqlite3'
import { keepLedger } from '../../main/core/store/ledger.ts'
import { openStore } from '../../main/core/store/open.ts'
import { fill } from './sample-rows.ts'

export interface TableInfo { readonly name: string; readonly columns: readonly { readonly name: string; readonly type: string; readonly notnull: number; readonly pk: number; readonly dflt_value: string | null }[] }

/** All ordinary tables of a database, by name. */
export function tablesOf(db: Database.Database): readonly TableInfo[] {
  const names = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").pluck().all() as string[]
  return names.map((name) => ({ name, columns: db.prepare('SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_xinfo(?) WHERE hidden = 0').all(name) as TableInfo['columns'] }))
}

const plain = (type: string): unknown => (type === 'INTEGER' ? 1 : type === 'REAL' ? 0.5 : type === 'BLOB' ? Buffer.alloc(32, 1) : 'a')

function addRow(db: Database.Database, table: TableInfo): void {
  const references = new Map((db.prepare('SELECT "from", "table" FROM pragma_foreign_key_list(?)').all(table.name) as { from: string; table: string }[]).map((r) => [r.from, r.table]))
  const sql = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table.name) as string
  const values = table.columns.map((c) => {
    // Some references are held by triggers only; their columns are named like the table.
    const of = references.get(c.name) ?? (c.name === 'version_id' ? 'versions' : undefined)
    return of === undefined ? new RegExp(`\\b${c.name} IN \\('([^']+)'`).exec(sql)?.[1] ?? plain(c.type) : db.prepare(`SELECT id FROM ${of} LIMIT 1`).pluck().get()
  })
  db.prepare(`INSERT INTO ${table.name} (${table.columns.map((c) => c.name).join(', ')}) VALUES (${values.map(() => '?').join(', ')})`).run(...values)
}

/** Makes the database at `path` and closes it: everything in one file, nothing left in its log. */
export function makeEveryRow(path: string): ReturnType<typeof fill> {
  const store = openStore(path)
  const story = fill(store)
  store.close()
  const db = new Database(path)
  keepLedger(db, () => 1000)
  const isEmpty = (table: string): boolean => db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined
  const waits = (table: string): boolean => (db.prepare('SELECT "table" FROM pragma_foreign_key_list(?) WHERE "table" <> ?').pluck().all(table, table) as string[]).some(isEmpty)
  // What others refer to comes first.
  for (let left = tablesOf(db).filter((t) => isEmpty(t.name)); left.length > 0; left = left.filter((t) => isEmpty(t.name))) {
    const ready = left.filter((t) => !waits(t.name))
    if (ready.length === 0) throw new Error(`no row can be made in ${left.map((t) => t.name).join(', ')}`)
    for (const table of ready) addRow(db, table)
  }
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  return story
}
