// The record on a real SQLite file: our own connection cannot change history, and whatever another tool changes is found and named.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditReport } from '../../shared/domain/audit.ts'
import { comparedTables } from '../../main/core/store/derived-check.ts'
import { derivedTables, digestsOf, ledgerTables } from '../../main/core/store/ledger.ts'
import { linkHash } from '../../main/core/store/ledger-encoding.ts'
import { verifyConnection, verifyLedger } from '../../main/core/store/ledger-verify.ts'
import { migrations } from '../../main/core/store/migrations/list.ts'
import { openStore } from '../../main/core/store/open.ts'
import { ruleFaults } from '../../main/core/store/schema-rules.ts'
import { makeEveryRow, tablesOf, type TableInfo } from './every-row.ts'

/** What may change while the workspace is used; every change has an entry. All other tables are history. */
const changing = ['models', 'settings', 'search_views']

let folder = ''
let path = ''
let story: ReturnType<typeof makeEveryRow>
let tables: readonly TableInfo[] = []
let derived: readonly TableInfo[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-ledger-'))
  path = join(folder, 'slipway.db')
  story = makeEveryRow(path)
  const db = new Database(path, { readonly: true })
  // What can be made again from the rest has no entries.
  const all = tablesOf(db)
  tables = all.filter((t) => !derivedTables.includes(t.name))
  derived = all.filter((t) => derivedTables.includes(t.name))
  db.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const withStore = (file: string, work: (attempt: (sql: string) => () => number) => void): void => {
  const store = openStore(file)
  try { work((sql) => () => store.write((db) => db.run(sql))) } finally { store.close() }
}

describe('through the connection of the application', () => {
  it('no update of any column, no delete and no replacement in any table of history', () => {
    const file = join(folder, 'own.db')
    copyFileSync(path, file)
    withStore(file, (attempt) => {
      for (const { name, columns } of tables.filter((t) => !changing.includes(t.name))) {
        for (const column of columns) {
          expect(attempt(`UPDATE ${name} SET ${column.name} = ${column.name}`), `${name}.${column.name}`).toThrow(/append-only/)
          expect(attempt(`UPDATE OR REPLACE ${name} SET ${column.name} = ${column.name}`), `${name}.${column.name}`).toThrow(/append-only/)
        }
        expect(attempt(`DELETE FROM ${name}`), name).toThrow(/append-only/)
        expect(attempt(`INSERT OR REPLACE INTO ${name} SELECT * FROM ${name}`), name).toThrow(/append-only/)
        expect(attempt(`INSERT INTO ${name} SELECT * FROM ${name} WHERE true ON CONFLICT DO UPDATE SET ${columns[0]!.name} = ${columns[0]!.name}`), name).toThrow(/append-only/)
      }
    })
    expect(verifyLedger(file)).toMatchObject({ whole: true, findings: [] })
  })

  it('no table or trigger goes, changes or comes, and none of SQLite’s own switches moves', () => {
    const file = join(folder, 'schema.db')
    copyFileSync(path, file)
    withStore(file, (attempt) => {
      for (const sql of ['DROP TRIGGER events_no_update', 'DROP TRIGGER temp.ledger_events_INSERT', 'DROP TABLE events', 'ALTER TABLE events RENAME TO e', 'ALTER TABLE events DROP COLUMN who', ' -- a\n/* b */ drop trigger events_no_update',
        'CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END', 'PRAGMA writable_schema = ON', 'PRAGMA recursive_triggers = OFF', "ATTACH 'x.db' AS x", 'VACUUM', 'REINDEX']) expect(attempt(sql), sql).toThrow(/only migrations/)
      for (const sql of ["UPDATE sqlite_schema SET sql = ''", "DELETE FROM sqlite_schema WHERE name = 'events_no_update'", "SELECT load_extension('x')"]) expect(attempt(sql), sql).toThrow()
    })
    expect(verifyLedger(file)).toMatchObject({ whole: true, findings: [] })
  })

  it('a change of what may change has its entry, a row that goes has one too, and one that is renamed has both', () => {
    const file = join(folder, 'state.db')
    copyFileSync(path, file)
    const entries = verifyLedger(file).entries
    withStore(file, (attempt) => {
      attempt("UPDATE models SET name = 'wine'")()
      attempt("INSERT INTO settings (key, value) VALUES ('k', '1'), ('l', '2'), ('m', '3')")()
      attempt("INSERT INTO settings (key, value) VALUES ('k', '2') ON CONFLICT (key) DO UPDATE SET value = excluded.value")()
      attempt("INSERT OR REPLACE INTO settings (key, value) VALUES ('k', '3')")()
      attempt("DELETE FROM settings WHERE key = 'l'")()
      attempt("UPDATE settings SET key = 'n' WHERE key = 'm'")()
      expect(attempt("INSERT INTO settings (key, value) VALUES ('k', '4')")).toThrow(/UNIQUE/)
    })
    expect(verifyLedger(file)).toMatchObject({ whole: true, entries: entries + 9 })
  })
})

/** What another tool does: triggers out of the way, the change, the triggers back. Inside a transaction that is undone. */
function tampered(db: Database.Database, name: string, sql: string): { readonly report: AuditReport; readonly changed: number } {
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?").all(name) as { name: string; sql: string }[]
  db.exec('BEGIN')
  try {
    for (const t of triggers) db.exec(`DROP TRIGGER ${t.name}`)
    const changed = db.prepare(sql).run().changes
    for (const t of triggers) db.exec(t.sql)
    return { report: verifyConnection(db), changed }
  } finally { db.exec('ROLLBACK') }
}

const otherValue = (column: TableInfo['columns'][number]): string => {
  const { name, type } = column
  if (type === 'INTEGER') return `coalesce(${name}, 0) + 1000`
  if (type === 'REAL') return `coalesce(${name}, 0) + 0.0000001`
  return type === 'BLOB' ? `CASE WHEN ${name} IS NULL THEN zeroblob(32) ELSE NULL END` : `coalesce(${name}, '') || 'x'`
}

describe('with another tool', () => {
  it('a changed value of any column of any table, an added row and a removed one are found and named', () => {
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.pragma('ignore_check_constraints = ON')
    try {
      expect(verifyConnection(db)).toMatchObject({ whole: true, findings: [] })
      for (const { name, columns } of tables) {
        for (const column of columns) {
          const value = name === 'ledger' && column.name === 'hash' ? 'zeroblob(32)' : otherValue(column)
          const { report, changed } = tampered(db, name, `UPDATE ${name} SET ${column.name} = ${value} WHERE ${columns[0]!.name} = (SELECT max(${columns[0]!.name}) FROM ${name})`)
          expect(changed, `${name}.${column.name}`).toBeGreaterThan(0)
          const kinds = report.findings.filter((f) => name === 'ledger' || f.table === name).map((f) => f.kind)
          const wanted = name === 'ledger' ? ['chain'] : name === 'run_metrics' ? ['changed', 'missing'] : column.pk === 0 ? ['changed', 'missing'] : ['missing', 'extra']
          expect(kinds.some((k) => wanted.includes(k)), `${name}.${column.name}: ${JSON.stringify(report.findings)}`).toBe(true)
        }
        const gone = tampered(db, name, `DELETE FROM ${name}`).report
        expect(gone.findings.map((f) => f.kind), name).toContain(name === 'ledger' ? 'chain' : 'missing')
      }
      const added = tampered(db, 'events', "INSERT INTO events (id, at, verb, subject, sentence, facts) VALUES ('e', 1, 'v', 's', 'Never happened.', '{}')").report
      expect(added.findings).toEqual([{ kind: 'extra', table: 'events', key: 'e', seq: null, sentence: 'The event “Never happened.” of 1970-01-01 00:00 was added outside Slipway.' }])
    } finally { db.close() }
  })

  it('so is one in the tables that searches are answered from', () => {
    expect(comparedTables).toEqual(derivedTables)
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.pragma('ignore_check_constraints = ON')
    try {
      for (const { name, columns } of derived) {
        for (const column of columns) {
          const { report, changed } = tampered(db, name, `UPDATE ${name} SET ${column.name} = ${otherValue(column)} WHERE ${columns[0]!.name} = (SELECT max(${columns[0]!.name}) FROM ${name})`)
          expect(changed, `${name}.${column.name}`).toBeGreaterThan(0)
          expect(report.findings.filter((f) => derivedTables.includes(f.table ?? '')), `${name}.${column.name}`).not.toEqual([])
        }
      }
      expect(tampered(db, 'version_metrics', "UPDATE version_metrics SET value = 1 WHERE metric = 'accuracy'").report.findings.map((f) => f.sentence)).toEqual(['What searches know of iris 1 was changed outside Slipway.'])
    } finally { db.close() }
  })

  it('a row of history that was changed and signed anew has two entries, which is found, with the column where the hashes tell it', () => {
    const file = join(folder, 'signed.db')
    copyFileSync(path, file)
    const db = new Database(file)
    try {
      for (const [name, set] of [['events', "who = 'Mallory'"], ['gate_checks', 'passed = 1 - passed'], ['bundles', "version = '9'"]] as const) {
        const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?").all(name) as { name: string; sql: string }[]
        for (const t of triggers) db.exec(`DROP TRIGGER ${t.name}`)
        db.exec(`UPDATE ${name} SET ${set} WHERE rowid = (SELECT max(rowid) FROM ${name})`)
        for (const t of triggers) db.exec(t.sql)
        // The entry that fits the row as it is now, in a chain that holds.
        const key = db.prepare(`SELECT id FROM ${name} ORDER BY rowid DESC LIMIT 1`).pluck().get() as string
        const { digest } = [...digestsOf(db, ledgerTables(db).find((t) => t.name === name)!)].find((d) => d.key === key)!
        const last = db.prepare('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1').get() as { seq: number; hash: Buffer }
        db.prepare('INSERT INTO ledger (seq, at, kind, key, digest, hash) VALUES (?, 99, ?, ?, ?, ?)').run(last.seq + 1, name, key, digest, linkHash({ seq: last.seq + 1, at: 99, kind: name, key, digest, previous: last.hash }))
      }
      const { findings } = verifyConnection(db)
      expect(findings.map((f) => [f.kind, f.table])).toEqual([['changed', 'bundles'], ['changed', 'events'], ['changed', 'gate_checks']])
      expect(findings.map((f) => f.sentence.replace(/^.*(?=\(\d)/, ''))).toEqual([
        expect.stringMatching(/^\(\d+, \d+\)\. Which of its columns differs cannot be told from the hashes\.$/),
        expect.stringMatching(/Column “who” was (?!“Mallory”).* and is “Mallory”\.$/), expect.stringMatching(/Column “passed” was (0 and is 1|1 and is 0)\.$/),
      ])
    } finally { db.close() }
  })

  it('is told in words: which row, of what', () => {
    const db = new Database(path)
    try {
      const say = (name: string, sql: string): string[] => tampered(db, name, sql).report.findings.map((f) => f.sentence)
      expect(say('run_metrics', "UPDATE run_metrics SET value = 0.99 WHERE metric = 'accuracy'")).toEqual([`The metrics of run ${story.runId} of iris 1 were changed outside Slipway.`])
      expect(say('runs', "UPDATE runs SET headline = NULL")).toEqual([`Run ${story.runId} of iris 1 was changed outside Slipway.`])
      expect(say('versions', "UPDATE versions SET sha256 = 'x'")).toEqual(['Version 1 of iris was changed outside Slipway.'])
      expect(say('version_notes', "UPDATE version_notes SET note = 'better'")).toEqual(['The note of iris 1 (revision 1) was changed outside Slipway.'])
      expect(say('bundles', 'DELETE FROM bundles')).toEqual([`The bundle ${story.bundleId} was removed outside Slipway.`])
      expect(say('ledger', 'DELETE FROM ledger WHERE seq = 3')[0]).toBe('Entry 3 of the ledger is missing.')
      expect(ruleFaults(db, migrations)).toEqual([])
      db.exec('BEGIN; DROP TRIGGER versions_no_update')
      expect(ruleFaults(db, migrations)).toEqual(['The database’s own trigger versions_no_update was removed outside Slipway.'])
      expect(verifyConnection(db).findings.map((f) => f.sentence)).toEqual(['The database’s own trigger versions_no_update was removed outside Slipway.'])
      db.exec('ROLLBACK')
    } finally { db.close() }
  })

  it('the newest part cut off is told by an earlier copy of the log, and so is a chain that was written anew', () => {
    const db = new Database(path)
    try {
      const { head } = verifyConnection(db)
      const anchors = [{ ...head!, from: 'log.jsonl' }]
      expect(verifyConnection(db, { anchors }).whole).toBe(true)
      db.exec('BEGIN; DROP TRIGGER ledger_no_delete')
      db.prepare('DELETE FROM ledger WHERE seq = ?').run(head!.seq)
      expect(verifyConnection(db, { anchors }).findings.map((f) => f.sentence)).toContain(`The ledger ends with entry ${head!.seq - 1}, and log.jsonl holds entry ${head!.seq}: the newest part of the record is gone.`)
      db.exec('ROLLBACK')
      expect(verifyConnection(db, { anchors: [{ seq: 2, hash: '00', from: 'the log' }] }).findings).toMatchObject([{ kind: 'anchor', seq: 2 }])
    } finally { db.close() }
  })
})

describe('a workspace from before the ledger', () => {
  it('gets an entry for every row it has, once, and verifies', () => {
    const file = join(folder, 'old.db')
    const old = openStore(file, { steps: migrations.slice(0, 4) })
    old.write((db) => {
      db.run("INSERT INTO models (id, name, created_at) VALUES ('m', 'income', 1)")
      db.run("INSERT INTO versions (id, model_id, number, sha256, content_sha256, bytes, source_name, files, signature, graph, needs_rewrite, created_at) VALUES ('v', 'm', 1, 'a', 'a', 1, 'f', '[]', '{}', '{}', 0, 1)")
      db.run("INSERT INTO datasets (id, name, kind, format, path, source_name, sha256, bytes, row_count, columns, classes, findings, copied, created_at) VALUES ('d', 'test', 'table', '{}', 'p', 's', 'x', 1, 1, '[]', '[]', '[]', 0, 1)")
      for (const id of ['r1', 'r2']) db.run("INSERT INTO runs (id, version_id, dataset_id, dataset_sha256, model_sha256, task, status, owner, binding, guesses, options, created_at) VALUES ($id, 'v', 'd', 'x', 'a', 't', 'queued', 'o', '{}', '[]', '{}', 1)", { id })
      db.run("INSERT INTO run_metrics (run_id, metric, slice, position, value, n) VALUES ('r1', 'accuracy', '', 0, 0.5, 2), ('r1', 'n', '', 1, 2, 2)")
      db.run("UPDATE runs SET status = 'cancelled', ended_at = 2 WHERE id = 'r1'")
      db.run("INSERT INTO events (id, at, verb, subject, sentence, facts) VALUES ('e', 1, 'v', 's', 'Before.', '{}')")
    })
    old.close()
    openStore(file, { clock: () => 77 }).close()
    const report = verifyLedger(file)
    // The model, the version, the data set, the ended run, its metrics and the event; and the beginning. The open run has no entry yet.
    expect(report).toMatchObject({ whole: true, entries: 7, rows: 6 })
    withStore(file, (attempt) => attempt("UPDATE runs SET status = 'interrupted', ended_at = 3 WHERE id = 'r2'")())
    expect(verifyLedger(file)).toMatchObject({ whole: true, entries: 8, rows: 7 })
  })

  it('no later step changes what an older row’s digest covers: new columns are empty in it', () => {
    const at = (count: number): Map<string, TableInfo['columns']> => {
      const file = join(folder, `steps-${count}.db`)
      openStore(file, { steps: migrations.slice(0, count) }).close()
      const db = new Database(file, { readonly: true })
      try { return new Map(tablesOf(db).map((t) => [t.name, t.columns])) } finally { db.close() }
    }
    const newest = at(migrations.length)
    for (const [name, columns] of at(7)) {
      const added = newest.get(name)!.filter((c) => !columns.some((before) => before.name === c.name))
      expect(added.filter((c) => c.notnull === 1 || c.dflt_value !== null), name).toEqual([])
    }
  })
})
