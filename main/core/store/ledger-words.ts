// What a row of the workspace is called in a sentence: “version 2 of income”, “the metrics of run r_… of income 2”.
// Owns names for findings. Never fails: what cannot be read is called by its table and key.
import type Database from 'better-sqlite3'
import type { LedgerTable } from './ledger.ts'

type Row = Readonly<Record<string, unknown>>

const nouns: Readonly<Record<string, string>> = {
  version_notes: 'the note', derivations: 'the rewriting', bindings: 'the binding', gates: 'the gate policy', gate_checks: 'the gate check', bundles: 'the bundle', events: 'the event', stress_tests: 'the stress test', run_reports: 'the kept report',
  device_reports: 'the device report', custom_metrics: 'the metric', version_states: 'the state', alias_moves: 'a move of the alias', care_notes: 'the owners and links', settings: 'the setting', datasets: 'the data set',
}

export interface RowName { readonly text: string; readonly plural: boolean }

/** The values of a key in the order of its columns; none when it is not the key of such a row. */
export function keyValues(table: LedgerTable, key: string): readonly unknown[] {
  if (table.mode === 'metrics' || table.key.length === 1) return [key]
  // An entry whose key was changed may hold anything.
  try {
    const parsed: unknown = JSON.parse(key)
    return Array.isArray(parsed) ? parsed : []
  } catch { return [] }
}

function look(db: Database.Database, sql: string, ...values: readonly unknown[]): Row | null {
  try {
    return (db.prepare(sql).get(...values) as Row | undefined) ?? null
  } catch { return null }
}

const versionName = (db: Database.Database, id: unknown): string | null => {
  const row = look(db, 'SELECT m.name, v.number FROM versions v JOIN models m ON m.id = v.model_id WHERE v.id = ?', id)
  return row === null ? null : `${String(row['name'])} ${String(row['number'])}`
}
const runName = (db: Database.Database, id: unknown): string => {
  const version = versionName(db, look(db, 'SELECT version_id FROM runs WHERE id = ?', id)?.['version_id'])
  return `run ${String(id)}${version === null ? '' : ` of ${version}`}`
}

/** Whose it is: “ of income 2”; empty when the row does not say. */
function owner(db: Database.Database, row: Row): string {
  if (typeof row['run_id'] === 'string') return ` of ${runName(db, row['run_id'])}`
  const version = typeof row['version_id'] === 'string' && row['version_id'] !== '' ? versionName(db, row['version_id']) : null
  if (version !== null) return ` of ${version}`
  const model = typeof row['model_id'] === 'string' ? look(db, 'SELECT name FROM models WHERE id = ?', row['model_id']) : null
  return model === null ? '' : ` of ${String(model['name'])}`
}

const clipped = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

function ownName(table: string, row: Row): string {
  if (table === 'events') return ` “${clipped(String(row['sentence']))}” of ${new Date(Number(row['at'])).toISOString().slice(0, 16).replace('T', ' ')}`
  const said = row['name'] ?? row['alias'] ?? row['key']
  return said === undefined ? '' : ` ${clipped(String(said))}`
}

/** What the row is called. A row that is gone, or cannot be read, goes by its table and key. */
export function nameRow(db: Database.Database, table: LedgerTable, key: string): RowName {
  if (table.mode === 'metrics') return { text: `the metrics of ${runName(db, key)}`, plural: true }
  if (table.name === 'runs') return { text: runName(db, key), plural: false }
  const noun = nouns[table.name] ?? `the row of ${table.name}`
  const row = look(db, `SELECT * FROM "${table.name}" WHERE ${table.key.map((k) => `"${k}" IS ?`).join(' AND ')}`, ...keyValues(table, key))
  if (row === null) return { text: `${table.name === 'models' ? 'the model' : table.name === 'versions' ? 'the version' : noun} ${key}`, plural: false }
  if (table.name === 'models') return { text: `the model ${String(row['name'])}`, plural: false }
  if (table.name === 'versions') return { text: `version ${String(row['number'])}${owner(db, { model_id: row['model_id'] })}`, plural: false }
  const revision = row['revision'] === undefined ? '' : ` (revision ${String(row['revision'])})`
  return { text: `${noun}${ownName(table.name, row)}${owner(db, row)}${revision}`, plural: table.name === 'care_notes' }
}

/** A model or version by its id; anything else by the id itself. */
export function nameSubject(db: Database.Database, id: string): string {
  const model = look(db, 'SELECT name FROM models WHERE id = ?', id)
  return versionName(db, id) ?? (model === null ? (id === '' ? 'something that is not there' : id) : `the model ${String(model['name'])}`)
}
