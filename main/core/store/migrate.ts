// Brings a database to the newest shape: backup first, then each step with its number in one transaction. Forward only.
// Refuses a list of steps that is not strictly increasing.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { adoptTables, coveredTables } from './ledger.ts'
import type { Migration } from './migrations/list.ts'

const versionOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number

function checkOrder(steps: readonly Migration[]): void {
  steps.forEach((step, i) => {
    if (step.to !== i + 1) throw new Error(`migration ${i + 1} is numbered ${step.to}`)
  })
}

/** Where the copy from before a migration is put: beside the database, with the schema number that it holds. */
export const backupPath = (path: string, from: number, at: number): string => `${path}.schema-${from}.${new Date(at).toISOString().replace(/[:.]/g, '-')}.backup`

/** The copy gets its name when it is whole and on the disk: one that a killed program left half-made must never be taken for it. */
function keepCopy(db: Database.Database, to: string): void {
  const half = `${to}.${process.pid}.part`
  try {
    db.exec(`VACUUM INTO '${half.replaceAll("'", "''")}'`)
    const file = openSync(half, 'r')
    try { fsyncSync(file) } finally { closeSync(file) }
    renameSync(half, to)
  } catch (thrown) {
    rmSync(half, { force: true })
    throw thrown
  }
}

/** Runs the steps that the database lacks. A failing step leaves it as it was before that step; the backup stays. */
export function migrate(db: Database.Database, path: string, steps: readonly Migration[], clock: () => number): void {
  checkOrder(steps)
  const from = versionOf(db)
  const newest = steps.at(-1)?.to ?? 0
  if (from === newest) return
  if (from > 0) keepCopy(db, backupPath(path, from, clock()))
  for (const step of steps) {
    db.exec('BEGIN IMMEDIATE')
    try {
      // Another program may have done this step while this one waited for the lock.
      if (versionOf(db) < step.to) {
        const covered = coveredTables(db)
        db.exec(step.sql)
        adoptTables(db, covered, clock)
        db.pragma(`user_version = ${step.to}`)
      }
      db.exec('COMMIT')
    } catch (thrown) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw thrown
    }
  }
}

/** Whether somebody has made tables here already. */
export const hasTables = (db: Database.Database): boolean => db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1").get() !== undefined
