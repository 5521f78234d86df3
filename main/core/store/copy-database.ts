// Copies a database page by page as it is at one moment, while others go on writing to it.
// Refuses to leave half a copy: the target is a new file that the caller removes when this throws.
import Database from 'better-sqlite3'
import { storeError } from './database.ts'

/** In one step, so that writers, which a log lets go on, never make it begin again. */
const allPages = 0x7fff_ffff

/** Ask `demandLoadable` before. Errors: `store.corrupt`, `store.locked`, `file.diskFull`, `store.diskFault`. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  try {
    const db = new Database(from, { readonly: true, fileMustExist: true, timeout: 10_000 })
    try { await db.backup(to, { progress: () => allPages }) } finally { db.close() }
  } catch (thrown) { throw storeError(thrown, from) }
}
