// The two brands in which the store is handed out: ReadDb may only look, WriteDb may also write.
// Owns statements (prepared once) and the translation of SQLite's refusals into our errors. The repositories are built on it.
import { readdirSync, statfsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import type { Actor } from '../../../shared/domain/history.ts'
import { SlipwayError } from '../../../shared/errors.ts'

export type SqlValue = string | number | bigint | Buffer | null
export type Row = Readonly<Record<string, SqlValue>>
type Parameters = Readonly<Record<string, SqlValue>>

declare const reading: unique symbol
declare const writing: unique symbol

/** A transaction that sees one moment of the database. */
export interface ReadDb {
  readonly [reading]: true
  all(sql: string, parameters?: Parameters): readonly Row[]
  /** Rows as lists of values in the order of the columns: for many rows of few values. */
  lists(sql: string, parameters?: Parameters): readonly (readonly SqlValue[])[]
  get(sql: string, parameters?: Parameters): Row | undefined
}
/** A transaction that may change it; nothing of another writer slips in between. */
export interface WriteDb extends ReadDb {
  readonly [writing]: true
  /** Number of rows changed. */
  run(sql: string, parameters?: Parameters): number
  /** Who uses this program; null when nobody can tell. */
  actor(): Actor | null
}

/** The name of the newest copy that a migration left beside the database, by the time in its name; null when there is none. */
function newestBackup(path: string): string | null {
  try {
    const copies = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.schema-`) && name.endsWith('.backup'))
    const time = (name: string): string => name.slice(name.indexOf('.', basename(path).length + '.schema-'.length))
    return copies.sort((a, b) => (time(a) < time(b) ? -1 : 1)).at(-1) ?? null
  } catch { return null }
}

/** Whether the disk below a path has room for more than a few pages. */
function roomLeft(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize > 65_536
  } catch { return true }
}

/** Puts SQLite's own refusals into our words; everything else goes through as it is. */
export function storeError(thrown: unknown, where: string): unknown {
  if (thrown instanceof SlipwayError || !(thrown instanceof Error) || !('code' in thrown)) return thrown
  const code = String(thrown.code)
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new SlipwayError('store.locked', {})
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new SlipwayError('store.corrupt', { reason: thrown.message, backup: newestBackup(where) })
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return new SlipwayError('file.diskFull', { where })
  // SQLite says no more than “I/O error” where it found no room for a file beside the database.
  if (/^(SQLITE_IOERR|EIO$)/.test(code)) return new SlipwayError(roomLeft(where) ? 'store.diskFault' : 'file.diskFull', { where })
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS)/.test(code)) return new SlipwayError('store.readOnly', { where })
  return thrown
}

export interface StatementWatch {
  /** Told about every statement that took longer than 40 ms. */
  readonly slow: (sql: string, ms: number) => void
  readonly actor: () => Actor | null
}

/**
 * What goes through here looks at rows and writes rows. Tables, triggers and SQLite's own switches are changed by migrations alone, which
 * have the connection to themselves: a trigger that could be dropped would refuse nothing. SQLite has a hook for this that the library
 * does not hand out, so the statement's first word decides; one text holds one statement.
 */
const rowsOnly = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:(?:SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE|VALUES|EXPLAIN)\b|PRAGMA secure_delete = ON$)/i

/** Statements of one connection, prepared once and kept. */
export function openStatements(db: BetterSqlite.Database, watch: StatementWatch): WriteDb {
  const prepared = new Map<string, BetterSqlite.Statement>()
  // A statement that once answered lists goes on doing so; the two kinds are kept apart.
  const timed = <T>(sql: string, what: (s: BetterSqlite.Statement) => T, kind = ''): T => {
    const key = `${kind}${sql}`
    let statement = prepared.get(key)
    if (statement === undefined && !rowsOnly.test(sql)) throw new Error(`history is append-only: only migrations change tables and triggers, not “${sql.slice(0, 60)}”`)
    if (statement === undefined) prepared.set(key, (statement = db.prepare(sql)))
    const start = performance.now()
    const result = what(statement)
    const ms = performance.now() - start
    if (ms > 40) watch.slow(sql, ms)
    return result
  }
  const statements: Omit<WriteDb, typeof reading | typeof writing> = {
    all: (sql, parameters = {}) => timed(sql, (s) => s.all(parameters) as Row[]),
    lists: (sql, parameters = {}) => timed(sql, (s) => s.raw(true).all(parameters) as SqlValue[][], 'lists'),
    get: (sql, parameters = {}) => timed(sql, (s) => s.get(parameters) as Row | undefined),
    run: (sql, parameters = {}) => timed(sql, (s) => s.run(parameters).changes),
    actor: watch.actor,
  }
  // The brands exist in types only; this is the one place that gives them.
  return statements as WriteDb
}

/** A column that must hold text; anything else means that the database was changed by other hands. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new SlipwayError('store.corrupt', { reason: `the column ${column} holds no text` })
  return value
}

export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new SlipwayError('store.corrupt', { reason: `the column ${column} holds no number` })
  return value
}

export const textOrNull = (row: Row, column: string): string | null => (row[column] === null || row[column] === undefined ? null : text(row, column))
export const numberOrNull = (row: Row, column: string): number | null => (row[column] === null || row[column] === undefined ? null : number(row, column))

/** JSON text of a column, parsed by its domain schema. */
export function json<T>(row: Row, column: string, schema: { parse(value: unknown): T }): T {
  return fits(column, schema, () => JSON.parse(text(row, column)) as unknown)
}

/** A composed value, checked against its domain schema on the way out. */
export function fits<T>(what: string, schema: { parse(value: unknown): T }, value: () => unknown): T {
  try {
    return schema.parse(value())
  } catch (thrown) {
    if (thrown instanceof SlipwayError) throw thrown
    throw new SlipwayError('store.corrupt', { reason: `${what} does not have its shape` })
  }
}
