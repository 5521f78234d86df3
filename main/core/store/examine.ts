// Looks through a database for faults, with a connection of its own that can only read: pages, indexes, references, and what its rows need.
// Answers facts alone; the words are made in main/core/workspace. Refuses to change anything, migration included.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { SlipwayError } from '../../../shared/errors.ts'
import { blobNeeds, type BlobNeed } from './blob-names.ts'
import { openStatements, storeError, type ReadDb, type Row } from './database.ts'
import { verifyConnection } from './ledger-verify.ts'
import { migrations } from './migrations/list.ts'
import { headerFaults } from './file-header.ts'
import { olderSchemaFault } from './older-schema.ts'
import { knowsForgetting } from './personal.ts'
import { walFault } from './wal.ts'

export interface DatabaseFault {
  readonly kind: 'database' | 'reference' | 'record'
  /** Tables that it concerns; empty when SQLite does not tell. */
  readonly tables: readonly string[]
  readonly detail: string
}

export interface KeptData { readonly id: string; readonly name: string; readonly path: string; readonly sha256: string; readonly bytes: number; readonly copied: boolean; readonly pictures: boolean }

export interface Examination {
  readonly schema: number
  readonly faults: readonly DatabaseFault[]
  readonly counts: { readonly models: number; readonly versions: number; readonly runs: number }
  readonly needs: readonly BlobNeed[]
  readonly datasets: readonly KeptData[]
  readonly openRuns: readonly { readonly id: string; readonly name: string; readonly owner: string }[]
  /** Runs that may still need a journal. */
  readonly unfinished: readonly string[]
  /** Runs that show a result though they have none, or lack one that they should have. */
  readonly halfRuns: readonly string[]
}

const mostFaults = 50

/** A connection that can only read. Where the folder takes no files, SQLite cannot read a log, so a copy elsewhere is read. */
export function openToRead(path: string): { readonly db: Database.Database; readonly close: () => void } {
  const open = (file: string): Database.Database => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 })
    try { db.pragma('schema_version'); return db } catch (thrown) { db.close(); throw thrown }
  }
  try {
    const db = open(path)
    return { db, close: () => { db.close() } }
  } catch (thrown) {
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(String((thrown as { code?: unknown }).code))) throw thrown
    const folder = mkdtempSync(join(tmpdir(), 'slipway-look-'))
    const clear = (): void => { rmSync(folder, { recursive: true, force: true }) }
    try {
      for (const ending of ['', '-wal']) if (existsSync(`${path}${ending}`)) copyFileSync(`${path}${ending}`, join(folder, `slipway.db${ending}`))
      const db = open(join(folder, 'slipway.db'))
      return { db, close: () => { db.close(); clear() } }
    } catch (again) { clear(); throw again }
  }
}

/** Root pages of the b-trees, so that “Tree 7” becomes a table's name. */
const treeNames = (db: Database.Database): ReadonlyMap<number, string> =>
  new Map((db.prepare("SELECT rootpage, tbl_name FROM sqlite_schema WHERE type IN ('table', 'index') AND rootpage > 0").all() as { rootpage: number; tbl_name: string }[]).map((r) => [r.rootpage, r.tbl_name]))

const isDamage = (thrown: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(String((thrown as { code?: unknown }).code))

/** Lines of SQLite's own check, of all or of one table. It gives up where a page cannot be read at all, which is a line as well. */
function checkLines(db: Database.Database, of: string | number): readonly string[] {
  try {
    return (db.prepare(`PRAGMA integrity_check(${of})`).pluck().all() as string[]).flatMap((line) => line.split('\n'))
      .map((line) => line.replace(/^\*\*\* in database main \*\*\*\s*/, '').trim()).filter((line) => line !== '' && line !== 'ok')
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    return [(thrown as Error).message]
  }
}

/** A line's table, when it names one or one of its indexes. */
function tableOf(line: string, trees: ReadonlyMap<number, string>): string | undefined {
  const tree = /^Tree (\d+)/.exec(line)?.[1]
  return tree === undefined ? /(?:in table|value in) (\w+)/.exec(line)?.[1] : trees.get(Number(tree))
}

/** What is damaged, table by table where SQLite can still tell them apart. */
function integrity(db: Database.Database): readonly DatabaseFault[] {
  const lines = checkLines(db, mostFaults)
  if (lines.length === 0) return []
  try {
    const trees = treeNames(db)
    const tables = [...new Set(trees.values())].filter((name) => /^\w+$/.test(name))
    const harmed = tables.flatMap((name) => checkLines(db, name).slice(0, 5).map((detail) => ({ kind: 'database' as const, tables: [name], detail })))
    if (harmed.length > 0) return harmed.slice(0, mostFaults)
    return lines.map((detail) => { const table = tableOf(detail, trees); return { kind: 'database', tables: table === undefined ? [] : [table], detail } })
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    return lines.map((detail) => ({ kind: 'database', tables: [], detail }))
  }
}

function references(db: Database.Database): readonly DatabaseFault[] {
  const rows = db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
  return rows.slice(0, mostFaults).map((r) => ({ kind: 'reference', tables: [r.table, r.parent], detail: `row ${r.rowid ?? '(without number)'} of ${r.table} names a row of ${r.parent} that is not there` }))
}

/** What does not agree with the ledger: rows changed, added or removed by other hands, and breaks in its chain. Of this schema alone, which it knows. */
const recordFaults = (db: Database.Database): readonly DatabaseFault[] =>
  verifyConnection(db).findings.filter((f) => f.kind !== 'damage').slice(0, mostFaults).map((f) => ({ kind: 'record', tables: f.table === null ? [] : [f.table], detail: f.sentence }))

const halfRuns = `SELECT id FROM runs r WHERE (status <> 'done' AND (predictions_sha256 IS NOT NULL OR curves IS NOT NULL OR row_account IS NOT NULL OR EXISTS (SELECT 1 FROM run_metrics m WHERE m.run_id = r.id)))
  OR (status = 'done' AND NOT EXISTS (SELECT 1 FROM run_metrics m WHERE m.run_id = r.id))`
const runNames = `SELECT r.id, r.owner, m.name || ' ' || v.number || ' on ' || d.name AS name FROM runs r JOIN versions v ON v.id = r.version_id JOIN models m ON m.id = v.model_id JOIN datasets d ON d.id = r.dataset_id WHERE r.ended_at IS NULL`

const ids = (rows: readonly Row[]): string[] => rows.map((r) => String(r['id']))

function contents(db: ReadDb): Omit<Examination, 'schema' | 'faults'> {
  const count = (table: 'models' | 'versions' | 'runs'): number => Number(db.get(`SELECT count(*) AS n FROM ${table}`)?.['n'] ?? 0)
  return {
    counts: { models: count('models'), versions: count('versions'), runs: count('runs') },
    needs: blobNeeds(db),
    datasets: db.all(`SELECT id, name, path, sha256, bytes, copied, kind FROM datasets${knowsForgetting(db) ? ' WHERE id NOT IN (SELECT dataset_id FROM forgotten_datasets)' : ''}`).map((r) => ({ id: String(r['id']), name: String(r['name']), path: String(r['path']), sha256: String(r['sha256']), bytes: Number(r['bytes']), copied: r['copied'] === 1, pictures: r['kind'] === 'images' })),
    openRuns: db.all(runNames).map((r) => ({ id: String(r['id']), name: String(r['name']), owner: String(r['owner']) })),
    unfinished: ids(db.all("SELECT id FROM runs WHERE status <> 'done'")),
    halfRuns: ids(db.all(halfRuns)),
  }
}

const nothing: Omit<Examination, 'schema' | 'faults'> = { counts: { models: 0, versions: 0, runs: 0 }, needs: [], datasets: [], openRuns: [], unfinished: [], halfRuns: [] }

const logFault = (path: string): readonly DatabaseFault[] => {
  const fault = walFault(path)
  return fault === null ? [] : [{ kind: 'database', tables: [], detail: `its log “slipway.db-wal” is damaged at entry ${fault.frame}; ${fault.lostChanges} recorded ${fault.lostChanges === 1 ? 'change' : 'changes'} from there on cannot be read` }]
}

const headFaults = (path: string): readonly DatabaseFault[] => headerFaults(path).map((detail) => ({ kind: 'database', tables: [], detail }))

function look(db: Database.Database, path: string): Examination {
  const schema = db.pragma('user_version', { simple: true }) as number
  const newest = migrations.at(-1)?.to ?? 0
  if (schema > newest) throw new SlipwayError('store.newer', { found: String(schema), supported: String(newest) })
  const faults = [...headFaults(path), ...logFault(path), ...integrity(db)]
  if (schema === 0) return { schema, faults: [...faults, { kind: 'database', tables: [], detail: 'it has no schema number, so it is not the database of a workspace' }], ...nothing }
  try {
    const older = schema === newest ? null : olderSchemaFault(db, schema)
    if (older !== null) return { schema, faults: [...faults, { kind: 'database', tables: [], detail: older }], ...nothing }
    return { schema, faults: [...faults, ...references(db), ...(schema === newest ? recordFaults(db) : [])], ...contents(openStatements(db, { slow: () => undefined, actor: () => null })) }
  } catch (thrown) {
    const known = storeError(thrown, path)
    if (!(known instanceof SlipwayError) || known.code !== 'store.corrupt') throw thrown
    return { schema, faults: faults.length > 0 ? faults : [{ kind: 'database', tables: [], detail: known.message }], ...nothing }
  }
}

/**
 * Everything that can be found out from the database alone, of one moment.
 * Ask `demandLoadable` before. Errors: `store.newer`, `store.locked`, `store.readOnly`. A damaged database is an answer, not an error.
 */
export function examineDatabase(path: string): Examination {
  try {
    const { db, close } = openToRead(path)
    try {
      db.pragma('trusted_schema = OFF')
      db.exec('BEGIN')
      return look(db, path)
    } finally { close() }
  } catch (thrown) {
    const known = storeError(thrown, path)
    if (known instanceof SlipwayError && known.code === 'store.corrupt') return { schema: 0, faults: [...headFaults(path), { kind: 'database', tables: [], detail: thrown instanceof Error ? thrown.message : known.message }], ...nothing }
    throw known
  }
}
