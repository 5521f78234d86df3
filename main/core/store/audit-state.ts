// How the record stands, by a few quick questions: its length, its head, the newest check of it. Checks nothing itself.
import type { AuditState } from '../../../shared/domain/audit.ts'
import { number, text, type ReadDb } from './database.ts'

const newestCheck = (db: ReadDb): AuditState['checked'] => {
  const row = db.get("SELECT at, sentence, json_extract(facts, '$.whole') AS whole, json_extract(facts, '$.entries') AS entries FROM events WHERE subject = 'ledger' AND verb = 'audit.verify' ORDER BY at DESC, rowid DESC LIMIT 1")
  return row === undefined ? null : { at: number(row, 'at'), whole: row['whole'] === 1, sentence: text(row, 'sentence'), ...(typeof row['entries'] === 'number' ? { entries: row['entries'] } : {}) }
}

/** The record's entry of one row: its number and hash, which holds everything before it. null: the row has none. */
export function recordEntry(db: ReadDb, kind: string, key: string): { readonly entry: number; readonly hash: string } | null {
  const row = db.get('SELECT seq, lower(hex(hash)) AS hash FROM ledger WHERE kind = $kind AND key = $key ORDER BY seq LIMIT 1', { kind, key })
  return row === undefined ? null : { entry: number(row, 'seq'), hash: text(row, 'hash') }
}

/** The record of this workspace. Errors: `store.corrupt`. */
export function auditState(db: ReadDb): AuditState {
  const head = db.get('SELECT seq, at, lower(hex(hash)) AS hash FROM ledger ORDER BY seq DESC LIMIT 1')
  const first = db.get('SELECT at FROM ledger WHERE seq = 0')
  const people = db.all('SELECT DISTINCT who FROM events').map((r) => r['who'])
  return {
    entries: head === undefined ? 0 : number(head, 'seq') + 1, since: first === undefined ? null : number(first, 'at'),
    head: head === undefined ? null : { seq: number(head, 'seq'), hash: text(head, 'hash'), at: number(head, 'at') }, checked: newestCheck(db),
    people: people.filter((p) => typeof p === 'string').sort((a, b) => a.localeCompare(b, 'en')), nameless: people.includes(null),
    verbs: db.all('SELECT DISTINCT verb FROM events').map((r) => text(r, 'verb')).sort(),
  }
}
