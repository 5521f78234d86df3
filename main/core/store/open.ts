// Opens a workspace's database: pragmas, refusal of newer ones, migration, synchronous transactions.
// The only importer of better-sqlite3 beside migrate.ts. Refuses asynchronous work inside a transaction.
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Actor } from '../../../shared/domain/history.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { foldText } from '../../../shared/search/fold.ts'
import { demandLoadable } from './binding-check.ts'
import { openStatements, storeError, type ReadDb, type WriteDb } from './database.ts'
import { keepLedger } from './ledger.ts'
import { hasTables, migrate } from './migrate.ts'
import { migrations, type Migration } from './migrations/list.ts'
import { ruleFaults } from './schema-rules.ts'
import { walFault } from './wal.ts'

export interface Store {
  /** Looks at one moment of the database. */
  read<T>(look: (db: ReadDb) => T): T
  /** One transaction: all of it or nothing. Begins as the writer, so it never fails half-way for a lock. */
  write<T>(change: (db: WriteDb) => T): T
  /** Changes whenever another program has written to the database. */
  dataVersion(): number
  /** What somebody changed at the database's own rules, as of its opening; empty as a rule. */
  readonly ruleFaults: readonly string[]
  close(): void
}

export interface StoreOptions {
  readonly clock?: () => number
  readonly slow?: (sql: string, ms: number) => void
  /** Who is recorded with every event that names nobody; asked inside the writing transaction. Absent: unknown. */
  readonly actor?: () => Actor | null
  /** For tests: another list of steps. */
  readonly steps?: readonly Migration[]
  /** Milliseconds to wait for another writer. A window waits with it, a command line can afford more. */
  readonly busyMs?: number
  /** Nobody else has the database open: a log beside it is what an ended program left, and is looked through first. */
  readonly alone?: boolean
}

/** Number and tables at one moment: looked at one after the other, another program's first migration could fall between them. */
const firstLook = (db: Database.Database): { found: number; foreign: boolean } => db.transaction(() => {
  const found = db.pragma('user_version', { simple: true }) as number
  return { found, foreign: found === 0 && hasTables(db) }
})()

/**
 * SQLite passes over a damaged log without a word, and forgets what stands behind the damage. A power cut can tear apart the last change at most;
 * more than that is damage, and opening would make it final.
 */
function demandWholeLog(path: string): void {
  const fault = walFault(path)
  if (fault === null || (fault.frame > 0 && fault.lostChanges < 2)) return
  throw new SlipwayError('store.corrupt', { reason: 'the log of its newest changes, slipway.db-wal, was changed by something else and cannot be read to its end', backup: null, log: true })
}

function connect(path: string, options: StoreOptions): Database.Database {
  demandLoadable()
  const isNew = !existsSync(path)
  if (options.alone === true && !isNew) demandWholeLog(path)
  const db = new Database(path, { timeout: options.busyMs ?? 3000 })
  try {
    const steps = options.steps ?? migrations
    const newest = steps.at(-1)?.to ?? 0
    const { found, foreign } = firstLook(db)
    if (found > newest) throw new SlipwayError('store.newer', { found: String(found), supported: String(newest) })
    if (foreign) throw new SlipwayError('store.corrupt', { reason: 'it has tables but no schema number, so it is not a workspace' })
    if (isNew || db.pragma('journal_mode', { simple: true }) !== 'wal') db.pragma('journal_mode = WAL')
    db.pragma('foreign_keys = ON')
    // What was acknowledged is on the disk: a registry writes seldom enough to wait for that.
    db.pragma('synchronous = FULL')
    db.pragma('trusted_schema = OFF')
    // The whole of a usual workspace's indexes; SQLite's own 2 MB would read them from the system again and again.
    db.pragma('cache_size = -32768')
    // SQLite folds ASCII alone; searches fold every script.
    db.function('fold', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? foldText(text) : null))
    migrate(db, path, steps, options.clock ?? Date.now)
    keepLedger(db, options.clock ?? Date.now)
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/**
 * Opens (or makes) the database at `path`.
 * Errors: `store.unprepared`, `store.newer`, `store.locked`, `store.corrupt`, `store.readOnly`.
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  const guarded = <T>(what: () => T): T => {
    try { return what() } catch (thrown) { throw storeError(thrown, path) }
  }
  const db = guarded(() => connect(path, options))
  const statements = openStatements(db, { slow: options.slow ?? (() => undefined), actor: options.actor ?? (() => null) })
  const inside = <T>(begin: string, work: () => T): T => guarded(() => {
    if (db.inTransaction) return work()
    db.exec(begin)
    try {
      const result = work()
      if (result instanceof Promise) throw new Error('a transaction may not wait')
      db.exec('COMMIT')
      return result
    } catch (thrown) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw thrown
    }
  })
  return {
    read: (look) => inside('BEGIN', () => look(statements)),
    write: (change) => inside('BEGIN IMMEDIATE', () => change(statements)),
    dataVersion: () => db.pragma('data_version', { simple: true }) as number,
    ruleFaults: guarded(() => ruleFaults(db, options.steps ?? migrations)),
    close: () => { if (db.open) db.close() },
  }
}
