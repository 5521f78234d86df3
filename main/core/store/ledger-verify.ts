// Checks a workspace's database against its ledger: pages, schema, chain, and every row. Reads only, and goes on after what it finds.
// Owns the findings. Refuses to repair anything.
import Database from 'better-sqlite3'
import type { AuditFinding, AuditHead, AuditReport } from '../../../shared/domain/audit.ts'
import { storeError } from './database.ts'
import { comparedTables, derivedFaults } from './derived-check.ts'
import { openToRead } from './examine.ts'
import { headerFaults } from './file-header.ts'
import { digestsOf, ledgerTables, type LedgerTable } from './ledger.ts'
import { linkHash } from './ledger-encoding.ts'
import { changedColumn, isForgetting, type Signed } from './ledger-repeats.ts'
import { nameRow, nameSubject } from './ledger-words.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/list.ts'
import { reviewFaults } from './review-proof.ts'
import { walFault } from './wal.ts'

const mostListed = 500

/** What an earlier copy of the log says the chain was. */
export interface Anchor { readonly seq: number; readonly hash: string; readonly from: string }

/** Collects findings: all are counted, the first ones kept. */
class Findings {
  readonly listed: AuditFinding[] = []
  more = 0
  add(kind: AuditFinding['kind'], sentence: string, of: { readonly table?: string; readonly key?: string; readonly seq?: number } = {}): void {
    if (this.listed.length >= mostListed) { this.more++; return }
    this.listed.push({ kind, table: of.table ?? null, key: of.key ?? null, seq: of.seq ?? null, sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}` })
  }
  /** Reading can fail anywhere in a damaged file; what failed is a finding, and the next look is taken. */
  looking(what: string, look: () => void): void {
    try { look() } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown
      this.add('damage', `${what} cannot be read: ${thrown.message}.`)
    }
  }
}

interface Expected { readonly tables: readonly LedgerTable[]; readonly objects: ReadonlyMap<string, string>; readonly schemaNumber: number }

const objectsOf = (db: Database.Database): Map<string, string> => new Map((db.prepare(
  "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name").all() as { type: string; name: string; tbl_name: string; sql: string | null }[])
  .map((o) => [`${o.type} ${o.name}`, `${o.tbl_name}\n${o.sql ?? ''}`]))

let expected: Expected | null = null

/** What this Slipway's database looks like, made once in memory. */
function expectedSchema(): Expected {
  if (expected !== null) return expected
  const db = new Database(':memory:')
  try {
    migrate(db, ':memory:', migrations, () => 0)
    return (expected = { tables: ledgerTables(db), objects: objectsOf(db), schemaNumber: migrations.at(-1)?.to ?? 0 })
  } finally { db.close() }
}

function checkPages(db: Database.Database, findings: Findings): void {
  findings.looking('the database', () => {
    for (const line of db.pragma('integrity_check') as { integrity_check: string }[]) if (line.integrity_check !== 'ok') findings.add('damage', `the database file is damaged: ${line.integrity_check.replace(/\s+/g, ' ')}.`)
  })
  findings.looking('the references between tables', () => {
    for (const row of db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]) findings.add('damage', `a row of ${row.table} points to a row of ${row.parent} that does not exist.`, { table: row.table })
  })
}

function checkSchema(db: Database.Database, expected: Expected, findings: Findings): void {
  findings.looking('the schema', () => {
    const number = db.pragma('user_version', { simple: true })
    if (number !== expected.schemaNumber) findings.add('schema', `the schema number is ${String(number)} instead of ${expected.schemaNumber}.`)
    const found = objectsOf(db)
    for (const [name, sql] of expected.objects) {
      const there = found.get(name)
      if (there === undefined) findings.add('schema', `the database’s own ${name} was removed outside Slipway.`)
      else if (there !== sql) findings.add('schema', `the database’s own ${name} was changed outside Slipway.`)
    }
    for (const name of found.keys()) if (!expected.objects.has(name)) findings.add('schema', `the database has a ${name} that Slipway did not make.`)
  })
}

interface Chain { readonly entries: number; readonly since: number | null; readonly head: AuditHead | null; readonly newest: ReadonlyMap<string, ReadonlyMap<string, Signed>>
  /** All entries of what has several, the first one first. */
  readonly repeated: ReadonlyMap<string, ReadonlyMap<string, readonly Signed[]>>
}
interface Entry { readonly seq: number; readonly at: number; readonly kind: string; readonly key: string; readonly digest: Buffer | null; readonly hash: Buffer }

function noteRepeat(repeated: Map<string, Map<string, Signed[]>>, { kind, key }: Entry, before: Signed, signed: Signed): void {
  let keys = repeated.get(kind)
  if (keys === undefined) repeated.set(kind, (keys = new Map()))
  const entries = keys.get(key)
  if (entries === undefined) keys.set(key, [before, signed])
  else entries.push(signed)
}

/** Walks the chain from its beginning. After a broken link it goes on from what is stored, so that every break is told. */
function checkChain(db: Database.Database, anchors: readonly Anchor[], findings: Findings): Chain {
  const newest = new Map<string, Map<string, Signed>>()
  const repeated = new Map<string, Map<string, Signed[]>>()
  const left = new Map(anchors.map((a) => [a.seq, a]))
  let last: Entry | null = null
  let entries = 0
  let since: number | null = null
  findings.looking('the ledger', () => {
    for (const entry of db.prepare('SELECT seq, at, kind, key, digest, hash FROM ledger NOT INDEXED ORDER BY seq').iterate() as IterableIterator<Entry>) {
      entries++
      const expected: number = last === null ? 0 : last.seq + 1
      if (entry.seq !== expected) findings.add('chain', entry.seq === expected + 1 ? `entry ${expected} of the ledger is missing.` : `entries ${expected} to ${entry.seq - 1} of the ledger are missing.`, { seq: expected })
      else if (last !== null && !linkHash({ ...entry, previous: last.hash }).equals(entry.hash)) findings.add('chain', `the chain breaks at entry ${entry.seq}, about ${entry.kind} ${entry.key}: it or the entry before it was changed outside Slipway.`, { table: entry.kind, key: entry.key, seq: entry.seq })
      if (entry.seq === 0) since = entry.at
      // A damaged page may give anything for a column that is never null.
      if (!Buffer.isBuffer(entry.hash)) {
        findings.add('chain', `entry ${entry.seq} of the ledger cannot be read: its hash is gone.`, { seq: entry.seq })
        last = { ...entry, hash: Buffer.alloc(0) }
        continue
      }
      const anchor = left.get(entry.seq)
      if (anchor !== undefined) {
        left.delete(entry.seq)
        if (anchor.hash !== entry.hash.toString('hex')) findings.add('anchor', `entry ${entry.seq} is not the one that ${anchor.from} holds: the record was written anew since.`, { seq: entry.seq })
      }
      let keys = newest.get(entry.kind)
      if (keys === undefined) newest.set(entry.kind, (keys = new Map()))
      const before = keys.get(entry.key)
      const signed = { digest: entry.digest, seq: entry.seq }
      if (before !== undefined) noteRepeat(repeated, entry, before, signed)
      keys.set(entry.key, signed)
      last = entry
    }
    if (entries === 0) findings.add('chain', 'the ledger is empty.')
  })
  const end = last as Entry | null
  for (const anchor of left.values()) findings.add('anchor', `the ledger ${end === null ? 'is empty' : `ends with entry ${end.seq}`}, and ${anchor.from} holds entry ${anchor.seq}: the newest part of the record is gone.`, { seq: anchor.seq })
  return { entries, since, newest, repeated, head: end === null ? null : { seq: end.seq, hash: end.hash.toString('hex'), at: end.at } }
}

/** A row of history that was signed again. Which column it was is looked for in the first ones alone: it takes a while. */
function tellTwice(db: Database.Database, table: LedgerTable, { key, entries }: { readonly key: string; readonly entries: readonly Signed[] }, findings: Findings): void {
  const { text, plural } = nameRow(db, table, key)
  const first = entries[0]?.digest ?? null
  const column = first === null || findings.listed.length > 20 ? null : changedColumn(db, table, key, first)
  findings.add('changed', `${text} ${plural ? 'were' : 'was'} changed after ${plural ? 'they were' : 'it was'} written: history has one entry a row, and the ledger has ${entries.length} (${entries.map((e) => e.seq).slice(0, 5).join(', ')}). ${
    column === null ? 'Which of its columns differs cannot be told from the hashes' : column[0]?.toUpperCase() + column.slice(1)}.`, { table: table.name, key, ...(entries[1] === undefined ? {} : { seq: entries[1].seq }) })
}

/** Every row against its newest entry. Answers how many rows there were. */
function checkTable(db: Database.Database, table: LedgerTable, chain: Chain, findings: Findings): number {
  const left = new Map(chain.newest.get(table.name) ?? [])
  const twice = table.mode === 'state' ? [] : [...chain.repeated.get(table.name) ?? []].filter(([key, entries]) => !isForgetting(table, key, entries, chain.newest))
  const told = new Set(twice.map(([key]) => key))
  let rows = 0
  let read = false
  findings.looking(`the table ${table.name}`, () => {
    const wrong: { readonly kind: 'changed' | 'extra'; readonly key: string; readonly seq?: number }[] = []
    for (const { key, digest } of digestsOf(db, table)) {
      rows++
      const entry = left.get(key)
      left.delete(key)
      if (entry === undefined || entry.digest === null) wrong.push({ kind: 'extra', key })
      else if (!entry.digest.equals(digest) && !told.has(key)) wrong.push({ kind: 'changed', key, seq: entry.seq })
    }
    read = true
    for (const [key, entries] of twice) tellTwice(db, table, { key, entries }, findings)
    for (const { kind, ...at } of wrong) {
      const { text, plural } = nameRow(db, table, at.key)
      findings.add(kind, `${text} ${plural ? 'were' : 'was'} ${kind === 'extra' ? 'added' : 'changed'} outside Slipway.`, { table: table.name, ...at })
    }
  })
  if (!read) return rows
  for (const [key, entry] of left) {
    if (entry.digest === null) continue
    const { text, plural } = nameRow(db, table, key)
    findings.add('missing', `${text} ${plural ? 'were' : 'was'} removed outside Slipway.`, { table: table.name, key, seq: entry.seq })
  }
  return rows
}

function checkDerived(db: Database.Database, findings: Findings): void {
  for (const table of comparedTables) {
    findings.looking(`the table ${table}`, () => {
      for (const { key } of derivedFaults(db, table)) findings.add('changed', `what searches know of ${nameSubject(db, key)} was changed outside Slipway.`, { table, key })
    })
  }
}

/** Answers of reviewers are believed by their signatures alone, so those are checked here too. */
function checkReviews(db: Database.Database, findings: Findings): void {
  findings.looking('the reviews', () => {
    for (const { sentence, ...at } of reviewFaults((sql) => db.prepare(sql).all() as Record<string, unknown>[])) findings.add('unproven', sentence, at)
  })
}

export interface VerifyOptions {
  readonly anchors?: readonly Anchor[]
  readonly clock?: () => number
  /** The table that is looked at, and how many of all are done. */
  readonly progress?: (step: string, done: number, total: number) => void
}

/** Checks what a connection sees; it must be inside a transaction when others may write meanwhile. */
export function verifyConnection(db: Database.Database, options: VerifyOptions = {}): AuditReport {
  const findings = new Findings()
  const schema = expectedSchema()
  const steps = schema.tables.length + 2
  options.progress?.('Checking the pages', 0, steps)
  checkPages(db, findings)
  checkSchema(db, schema, findings)
  options.progress?.('Walking the chain', 1, steps)
  const chain = checkChain(db, options.anchors ?? [], findings)
  const rows = schema.tables.reduce((sum, table, i) => {
    options.progress?.(`Hashing ${table.name.replaceAll('_', ' ')}`, i + 2, steps)
    return sum + checkTable(db, table, chain, findings)
  }, 0)
  checkReviews(db, findings)
  // A changed row makes what follows from it differ as well, which nobody needs to be told again.
  if (!findings.listed.some((f) => f.table !== null)) checkDerived(db, findings)
  return {
    whole: findings.listed.length === 0, entries: chain.entries, rows, since: chain.since, head: chain.head,
    findings: findings.listed, more: findings.more, checkedAt: (options.clock ?? Date.now)(),
  }
}

/**
 * Checks the database at `path` with a connection of its own, on one moment of it. Damage is a finding.
 * Ask `demandLoadable` before. Errors: `store.corrupt` for a file that is no database at all, `store.readOnly`, `store.locked`.
 */
export function verifyLedger(path: string, options: VerifyOptions = {}): AuditReport {
  try {
    const { db, close } = openToRead(path)
    try {
      db.pragma('trusted_schema = OFF')
      db.pragma('cell_size_check = ON')
      db.exec('BEGIN')
      const report = verifyConnection(db, options)
      const lost = walFault(path)
      const header = headerFaults(path).map((fault) => `The database file is damaged: ${fault}.`)
      if (lost === null && header.length === 0) return report
      const log = lost === null ? [] : [`The database’s log “slipway.db-wal” is damaged at entry ${lost.frame}: ${lost.lostChanges} recorded ${lost.lostChanges === 1 ? 'change' : 'changes'} from there on cannot be read.`]
      return { ...report, whole: false, findings: [...[...header, ...log].map((sentence) => ({ kind: 'damage' as const, table: null, key: null, seq: null, sentence })), ...report.findings] }
    } finally { close() }
  } catch (thrown) {
    throw storeError(thrown, path)
  }
}
