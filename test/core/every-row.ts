// A workspace's database with at least one row in every table, made through a connection that keeps the ledger.
// Tables that a story does not fill get a row of plausible values, so that a new table cannot be forgotten by a test.
import { generateKeyPairSync } from 'node:crypto'
import Database from 'better-sqlite3'
import { bodySha256, signedBytes } from '../../main/core/bundle/review-signature.ts'
import { keyIdOf, signBytes } from '../../main/core/bundle/sign.ts'
import { keepLedger } from '../../main/core/store/ledger.ts'
import { openStore } from '../../main/core/store/open.ts'
import { samples } from '../contract-samples.ts'
import { fill } from './sample-rows.ts'

export interface TableInfo { readonly name: string; readonly columns: readonly { readonly name: string; readonly type: string; readonly notnull: number; readonly pk: number; readonly dflt_value: string | null }[] }

/** All ordinary tables of a database, by name. */
export function tablesOf(db: Database.Database): readonly TableInfo[] {
  const names = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").pluck().all() as string[]
  return names.map((name) => ({ name, columns: db.prepare('SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_xinfo(?) WHERE hidden = 0').all(name) as TableInfo['columns'] }))
}

const plain = (type: string): unknown => (type === 'INTEGER' ? 1 : type === 'REAL' ? 0.5 : type === 'BLOB' ? Buffer.alloc(32, 1) : 'a')

function addRow(db: Database.Database, table: TableInfo): void {
  const references = new Map((db.prepare('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)').all(table.name) as { from: string; table: string; to: string | null }[]).map((r) => [r.from, r]))
  const sql = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table.name) as string
  const values = table.columns.map((c) => {
    // Some references are held by triggers only; their columns are named like the table.
    const of = references.get(c.name) ?? (c.name === 'version_id' ? { table: 'versions', to: null } : undefined)
    return of === undefined ? new RegExp(`\\b${c.name} IN \\('([^']+)'`).exec(sql)?.[1] ?? plain(c.type) : db.prepare(`SELECT ${of.to ?? 'id'} FROM ${of.table} LIMIT 1`).pluck().get()
  })
  db.prepare(`INSERT INTO ${table.name} (${table.columns.map((c) => c.name).join(', ')}) VALUES (${values.map(() => '?').join(', ')})`).run(...values)
}

/** A review whose signatures hold: those of made-up rows would be found. */
function addReview(db: Database.Database): void {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const [author, eventId] = [{ name: 'Ada', keyId: keyIdOf(publicKey), publicKey }, db.prepare('SELECT id FROM events LIMIT 1').pluck().get()]
  const signature = (body: { readonly schema: string }): string => signBytes({ privateKey: pair.privateKey, publicPem: publicKey, keyId: author.keyId }, signedBytes(body.schema, body)).toString('base64')
  const run = db.prepare('SELECT id, version_id FROM runs LIMIT 1').get() as { id: string; version_id: string }
  const sample = samples['review.list'].output[0]!.body
  const body = { ...sample, author, evidence: { ...sample.evidence, model: { ...sample.evidence.model, versionId: run.version_id }, run: { ...sample.evidence.run, id: run.id } } }
  db.prepare('INSERT INTO review_requests (id, version_id, run_id, author_key_id, body, body_sha256, signature, event_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)')
    .run(body.id, run.version_id, run.id, author.keyId, JSON.stringify(body), bodySha256(body), signature(body), eventId)
  const answer = { ...samples['review.answer'].output, requestId: body.id, requestSha256: bodySha256(body), reviewer: author }
  db.prepare("INSERT INTO review_answers (request_id, key_id, decision, name, body, signature, event_id, created_at) VALUES (?, ?, 'approve', 'Ada', ?, ?, ?, 1)").run(body.id, author.keyId, JSON.stringify(answer), signature(answer), eventId)
  db.prepare("INSERT INTO revoked_approvals (request_id, key_id, reason, event_id, created_at) VALUES (?, ?, 'a', ?, 1)").run(body.id, author.keyId, eventId)
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
  addReview(db)
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
