// The ledger's hand: every row that this connection writes, in any table, gets its entry in the same transaction, by triggers of the
// connection itself. Owns which tables are covered and how. Refuses nothing: the tables' own triggers do that.
//
// The triggers are temporary ones, since a function of ours may not be called from a stored trigger while trusted_schema is off. They are
// made from the schema at every opening, so a new table or column is covered without being named anywhere. A program without them can
// add rows, but not unseen: those have no entry.
import { createHash, type Hash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { digestRow, linkHash, writeRow, type Cell } from './ledger-encoding.ts'

/** Tables that hold nothing of their own and can be made again from others. A table named here has no entries. */
export const derivedTables: readonly string[] = ['search_models', 'search_versions', 'search_tags', 'contents', 'newest_runs', 'newest_metrics', 'version_metrics']

export interface LedgerTable {
  readonly name: string
  /** All columns, ordered by name. */
  readonly columns: readonly string[]
  readonly key: readonly string[]
  /**
   * `history`: a row never changes and has one entry, from when it was added. `state`: the newest entry of a row counts, and a removed
   * row has one that says so. `runs`: a row has its entry when the run ends. `metrics`: all rows of a run together, when the run ends.
   */
  readonly mode: 'history' | 'state' | 'runs' | 'metrics'
  /** Its own trigger lets a change through under a condition: what becomes of a data set that is forgotten. */
  readonly yields: boolean
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

interface ColumnRow { readonly name: string; readonly pk: number }

function modeOf(name: string, frozen: boolean): LedgerTable['mode'] {
  if (name === 'runs') return 'runs'
  if (name === 'run_metrics') return 'metrics'
  return frozen ? 'history' : 'state'
}

/** The tables that the ledger covers, as this database has them. A table is history when it refuses every update. */
export function ledgerTables(db: Database.Database): readonly LedgerTable[] {
  const names = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'ledger' ORDER BY name").pluck().all() as string[]
  const frozen = new Map((db.prepare("SELECT tbl_name, sql FROM sqlite_schema WHERE type = 'trigger' AND name = tbl_name || '_no_update'").raw().all() as [string, string][]))
  return names.filter((name) => !derivedTables.includes(name)).map((name) => {
    const columns = db.prepare('SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden = 0').all(name) as ColumnRow[]
    const key = columns.filter((c) => c.pk > 0).sort((a, b) => a.pk - b.pk).map((c) => c.name)
    return { name, columns: columns.map((c) => c.name).sort((a, b) => (a < b ? -1 : 1)), key, mode: modeOf(name, frozen.has(name)), yields: /\bWHEN NOT\b/.test(frozen.get(name) ?? '') }
  })
}

const hasLedger = (db: Database.Database): boolean => db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'ledger'").get() !== undefined

/** SQL of a row's key: the value itself, or a JSON array where there are several. */
export function keySql(table: LedgerTable, row: string): string {
  const of = table.key.map((name) => `${row}.${quote(name)}`)
  if (table.mode === 'metrics') return `${row}.run_id`
  return of.length === 1 ? `CAST(${of[0]} AS TEXT)` : `json_array(${of.join(', ')})`
}

/** SQL of names and values by turns, as `writeRow` takes them. */
export const cellsSql = (table: LedgerTable, row: string): string => table.columns.map((name) => `${literal(name)}, ${row}.${quote(name)}`).join(', ')

/** An entry at the end of the chain. The innermost query has a limit so that it is asked once: neither the clock nor a digest twice. */
const entry = (kind: string, key: string, digest: string, where = ''): string => `
  INSERT INTO ledger (seq, at, kind, key, digest, hash)
  SELECT p.seq + 1, t.at, ${literal(kind)}, t.key, t.digest, slipway_link(p.seq + 1, t.at, ${literal(kind)}, t.key, t.digest, p.hash)
  FROM (SELECT slipway_clock() AS at, ${key} AS key, ${digest} AS digest LIMIT 1) AS t
  JOIN (SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1) AS p ${where};`

function triggersOf(table: LedgerTable, metrics: LedgerTable | undefined): readonly string[] {
  const row = (of: string): string => `slipway_row(${literal(table.name)}, ${cellsSql(table, of)})`
  const on = (what: string, body: string, when = ''): string =>
    `CREATE TEMP TRIGGER ${quote(`ledger_${table.name}_${what.split(' ')[0] ?? ''}`)} AFTER ${what} ON main.${quote(table.name)} ${when} BEGIN ${body} END`
  const now = entry(table.name, keySql(table, 'NEW'), row('NEW'))
  switch (table.mode) {
    case 'metrics': return []
    case 'history': return [on('INSERT', now), ...(table.yields ? [on('UPDATE', now)] : [])]
    case 'state': return [
      on('INSERT', now), on('DELETE', entry(table.name, keySql(table, 'OLD'), 'NULL')),
      on('UPDATE', `${entry(table.name, keySql(table, 'OLD'), 'NULL', `WHERE t.key IS NOT ${keySql(table, 'NEW')}`)}${now}`),
    ]
    case 'runs': {
      const all = metrics === undefined ? '' : entry(metrics.name, 'NEW.id', `(SELECT slipway_rows(${literal(metrics.name)}, ${cellsSql(metrics, 'm')} ORDER BY m.metric, m.slice) FROM run_metrics AS m WHERE m.run_id = NEW.id)`, 'WHERE t.digest IS NOT NULL')
      return [on('UPDATE', now + all, 'WHEN NEW.ended_at IS NOT NULL'), on('INSERT', now + all, 'WHEN NEW.ended_at IS NOT NULL')]
    }
  }
}

/** The functions that the triggers call. Integers must arrive whole, so all of them take bigints. */
function registerFunctions(db: Database.Database, clock: () => number): void {
  db.function('slipway_clock', { safeIntegers: true }, () => BigInt(Math.trunc(clock())))
  db.function('slipway_row', { varargs: true, deterministic: true, safeIntegers: true }, (table: string, ...cells: Cell[]) => digestRow(table, cells))
  db.function('slipway_link', { deterministic: true, safeIntegers: true }, (seq: bigint, at: bigint, kind: string, key: string, digest: Buffer | null, previous: Buffer) =>
    linkHash({ seq: Number(seq), at: Number(at), kind, key, digest, previous }))
  const gather = (hash: Hash | null, table: string, ...cells: Cell[]): Hash => (hash ?? createHash('sha256')).update(writeRow(table, cells))
  // The library's types know aggregates of one argument only.
  const step = gather as unknown as (hash: Hash | null, next: Hash | null) => Hash
  db.aggregate<Hash | null>('slipway_rows', { varargs: true, deterministic: true, safeIntegers: true, start: () => null, step, result: (hash) => hash?.digest() ?? null })
}

/** From here on everything that this connection writes has its entry. `clock` gives milliseconds since 1970. */
export function keepLedger(db: Database.Database, clock: () => number): void {
  if (!hasLedger(db)) return
  registerFunctions(db, clock)
  const tables = ledgerTables(db)
  const metrics = tables.find((t) => t.mode === 'metrics')
  for (const table of tables) for (const sql of triggersOf(table, metrics)) db.exec(sql)
}

/** Keys and digests of all rows of a table that have or should have an entry, in the order of the key. */
export function* digestsOf(db: Database.Database, table: LedgerTable): Generator<{ readonly key: string; readonly digest: Buffer }> {
  const ended = table.mode === 'runs' ? 'WHERE t.ended_at IS NOT NULL' : table.mode === 'metrics' ? 'WHERE (SELECT ended_at FROM runs WHERE id = t.run_id) IS NOT NULL' : ''
  const rows = db.prepare(`SELECT ${keySql(table, 't')}, ${cellsSql(table, 't')} FROM ${quote(table.name)} AS t ${ended} ORDER BY ${table.key.map((k) => `t.${quote(k)}`).join(', ')}`).raw().safeIntegers()
  let open: { readonly key: string; readonly hash: Hash } | null = null
  for (const row of rows.iterate() as IterableIterator<[string, ...Cell[]]>) {
    const [key, ...cells] = row
    if (table.mode !== 'metrics') { yield { key, digest: digestRow(table.name, cells) }; continue }
    if (open !== null && open.key !== key) { yield { key: open.key, digest: open.hash.digest() }; open = null }
    open ??= { key, hash: createHash('sha256') }
    open.hash.update(writeRow(table.name, cells))
  }
  if (open !== null) yield { key: open.key, digest: open.hash.digest() }
}

/** The names of all tables; what a step of the migration has added is told by comparing. Empty while there is no ledger. */
export const coveredTables = (db: Database.Database): ReadonlySet<string> => new Set(hasLedger(db) ? ledgerTables(db).map((t) => t.name) : [])

/** Enters the rows of tables that were not covered before: once, in the migration that brought the ledger or the table. */
export function adoptTables(db: Database.Database, before: ReadonlySet<string>, clock: () => number): void {
  if (!hasLedger(db)) return
  const head = db.prepare('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1').get() as { seq: number; hash: Buffer }
  let { seq, hash: previous } = head
  const add = db.prepare('INSERT INTO ledger (seq, at, kind, key, digest, hash) VALUES (?, ?, ?, ?, ?, ?)')
  const at = Math.trunc(clock())
  for (const table of ledgerTables(db).filter((t) => !before.has(t.name))) {
    // Read whole first: a connection does not write while it reads.
    for (const { key, digest } of [...digestsOf(db, table)]) {
      const hash = linkHash({ seq: ++seq, at, kind: table.name, key, digest, previous })
      add.run(seq, at, table.name, key, digest, hash)
      previous = hash
    }
  }
}
