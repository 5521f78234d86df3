// Looks over a workspace from outside: the database by SQLite's own checks, every blob by its name, every leftover by its place.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

const hashes = (db: Database.Database, sql: string): string[] => db.prepare(sql).pluck().all() as string[]

/** What is wrong with a workspace whose models are whole: an empty list when nothing is. Laid-out models of a session are no leftovers. */
export function faultsOf(workspace: string): string[] {
  const faults: string[] = []
  const db = new Database(join(workspace, 'slipway.db'), { readonly: true })
  try {
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') faults.push(`integrity: ${String(integrity)}`)
    for (const row of db.pragma('foreign_key_check') as unknown[]) faults.push(`foreign key: ${JSON.stringify(row)}`)
    const named = new Set([
      ...hashes(db, "SELECT json_extract(f.value, '$.sha256') FROM versions v, json_each(v.files) f"), ...hashes(db, 'SELECT sha256 FROM derivations'),
      ...hashes(db, 'SELECT predictions_sha256 FROM runs WHERE predictions_sha256 IS NOT NULL'),
    ])
    const found = readdirSync(join(workspace, 'blobs'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    for (const file of found) {
      if (!named.delete(file.name)) faults.push(`a blob that nothing names: ${file.name}`)
      if (createHash('sha256').update(readFileSync(join(file.parentPath, file.name))).digest('hex') !== file.name) faults.push(`a blob that is not what its name says: ${file.name}`)
    }
    for (const name of named) faults.push(`a missing blob: ${name}`)
    const metrics = hashes(db, "SELECT DISTINCT run_id FROM run_metrics WHERE run_id NOT IN (SELECT id FROM runs WHERE status = 'done')")
    for (const id of metrics) faults.push(`metrics of an unfinished run: ${id}`)
    for (const id of hashes(db, "SELECT id FROM runs WHERE status <> 'done' AND (predictions_sha256 IS NOT NULL OR curves IS NOT NULL OR row_account IS NOT NULL)")) faults.push(`half a result: ${id}`)
  } finally { db.close() }
  for (const session of readdirSync(join(workspace, 'staging'))) {
    for (const name of readdirSync(join(workspace, 'staging', session))) if (name !== 'models') faults.push(`left in staging: ${name}`)
  }
  return faults
}
