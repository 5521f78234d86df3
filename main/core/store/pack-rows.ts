// The rows that belong to one model, table by table in an order in which they can be added again; and adding them elsewhere.
// Ids stay. What is there already with the same content is not added twice; the same id with other content is refused.
import { SlipwayError } from '../../../shared/errors.ts'
import type { PackedRow, PackedTable } from '../../../shared/domain/pack.ts'
import type { ModelId, RunId, VersionId } from '../../../shared/ids.ts'
import type { ReadDb, Row, WriteDb } from './database.ts'
import { getRun } from './runs.ts'
import { getVersion } from './versions.ts'

/** Data sets that are flagged personal now and not forgotten. */
const flagged = `SELECT d.id FROM datasets d JOIN personal_flags p ON p.dataset_id = d.id
  WHERE p.revision = (SELECT max(revision) FROM personal_flags WHERE dataset_id = d.id) AND (p.whole = 1 OR p.columns <> '[]') AND d.id NOT IN (SELECT dataset_id FROM forgotten_datasets)`

interface Parts { readonly versions: string; readonly runs: string; readonly checks: string; readonly bundles: string; readonly devices: string; readonly datasets: string; readonly requests: string; readonly ofEvents: string }

/** What of a model travels. `withoutPersonal`: nothing that was made from personal data, so neither its runs nor what came of them. */
function partsOf(withoutPersonal: boolean): Parts {
  const unflagged = withoutPersonal ? ` AND dataset_id NOT IN (${flagged})` : ''
  const versions = 'SELECT id FROM versions WHERE model_id = $model'
  const runs = `SELECT id FROM runs WHERE version_id IN (${versions}) AND ended_at IS NOT NULL${unflagged}`
  // A decision that was made against a run of another model stays behind, with its bundles.
  const checks = `SELECT id FROM gate_checks WHERE run_id IN (${runs}) AND (baseline_run_id IS NULL OR baseline_run_id IN (${runs}))`
  const bundles = `SELECT id FROM bundles WHERE check_id IN (${checks})`
  const devices = `version_id IN (${versions})${withoutPersonal ? ` AND (dataset_id IS NULL OR dataset_id NOT IN (${flagged}))` : ''}`
  const datasets = `SELECT dataset_id FROM runs WHERE id IN (${runs}) UNION SELECT dataset_id FROM device_reports WHERE ${devices}`
  const requests = `SELECT id FROM review_requests WHERE version_id IN (${versions}) AND run_id IN (${runs}) AND (check_id IS NULL OR check_id IN (${checks}))`
  const ofEvents = ['version_states', 'alias_moves', 'care_notes'].map((table) => `SELECT event_id FROM ${table} WHERE ${table === 'version_states' ? `version_id IN (${versions})` : 'model_id = $model'}`).join(' UNION ')
    + ` UNION SELECT event_id FROM personal_flags WHERE dataset_id IN (${datasets}) UNION SELECT event_id FROM forgotten_datasets WHERE dataset_id IN (${datasets}) UNION SELECT event_id FROM retired_predictions WHERE run_id IN (${runs})`
    + ` UNION SELECT event_id FROM review_requests WHERE id IN (${requests}) UNION SELECT event_id FROM review_answers WHERE request_id IN (${requests}) UNION SELECT event_id FROM revoked_approvals WHERE request_id IN (${requests})`
  return { versions, runs, checks, bundles, devices, datasets, requests, ofEvents }
}

interface Carried { readonly table: string; readonly key: readonly string[]; readonly of: string; readonly order: string; /** may differ here: names that were changed, places */ readonly free?: readonly string[] }

/** Every table whose rows travel with a model. A new table of history gets a line here, or a reason in `staying`. */
const carriedOf = ({ versions, runs, checks, bundles, devices, datasets, requests, ofEvents }: Parts): readonly Carried[] => [
  { table: 'models', key: ['id'], of: 'id = $model', order: 'id', free: ['name', 'archived_at'] },
  { table: 'datasets', key: ['id'], of: `id IN (${datasets})`, order: 'created_at, id', free: ['name', 'path', 'columns', 'classes', 'findings'] },
  { table: 'versions', key: ['id'], of: 'model_id = $model', order: 'number' },
  { table: 'version_notes', key: ['version_id', 'revision'], of: `version_id IN (${versions})`, order: 'version_id, revision' },
  { table: 'derivations', key: ['version_id', 'kind'], of: `version_id IN (${versions})`, order: 'version_id, kind' },
  { table: 'bindings', key: ['version_id', 'revision'], of: `version_id IN (${versions})`, order: 'version_id, revision' },
  { table: 'events', key: ['id'], of: `subject = $model OR subject IN (${versions}) OR subject IN (${runs}) OR subject IN (${bundles}) OR subject IN (${checks}) OR id IN (${ofEvents})`, order: 'at, rowid' },
  { table: 'runs', key: ['id'], of: `id IN (${runs})`, order: 'created_at, id' },
  { table: 'run_metrics', key: ['run_id', 'metric', 'slice'], of: `run_id IN (${runs})`, order: 'run_id, position' },
  { table: 'gates', key: ['id'], of: 'model_id = $model', order: 'revision' },
  { table: 'gate_checks', key: ['id'], of: `id IN (${checks})`, order: 'checked_at, id' },
  { table: 'bundles', key: ['id'], of: `id IN (${bundles})`, order: 'created_at, id', free: ['path'] },
  { table: 'retired_predictions', key: ['run_id'], of: `run_id IN (${runs})`, order: 'run_id' },
  { table: 'stress_tests', key: ['id'], of: `run_id IN (${runs})`, order: 'created_at, id' },
  { table: 'device_reports', key: ['id'], of: devices, order: 'created_at, id' },
  { table: 'run_reports', key: ['id'], of: `run_id IN (${runs})`, order: 'created_at, id' },
  { table: 'custom_metrics', key: ['model_id', 'name', 'revision'], of: 'model_id = $model', order: 'name, revision' },
  { table: 'version_states', key: ['version_id', 'revision'], of: `version_id IN (${versions})`, order: 'version_id, revision' },
  { table: 'alias_moves', key: ['model_id', 'alias', 'revision'], of: 'model_id = $model', order: 'alias, revision' },
  { table: 'care_notes', key: ['model_id', 'version_id', 'revision'], of: 'model_id = $model', order: 'version_id, revision' },
  { table: 'personal_flags', key: ['dataset_id', 'revision'], of: `dataset_id IN (${datasets})`, order: 'dataset_id, revision' },
  { table: 'forgotten_datasets', key: ['dataset_id'], of: `dataset_id IN (${datasets})`, order: 'dataset_id' },
  { table: 'review_requests', key: ['id'], of: `id IN (${requests})`, order: 'created_at, id' },
  { table: 'review_answers', key: ['request_id', 'key_id'], of: `request_id IN (${requests})`, order: 'created_at, key_id' },
  { table: 'revoked_approvals', key: ['request_id', 'key_id'], of: `request_id IN (${requests})`, order: 'created_at, key_id' },
]

export const carried = carriedOf(partsOf(false))

/** Tables that stay behind on purpose: they belong to a workspace, not to a model. */
export const staying: readonly string[] = ['settings', 'search_views', 'reviewers', 'received_requests', 'given_answers',
  // Where a version serves, and what its logs say, is told by the workspace that the logs come home to.
  'alert_decisions', 'deployment_steps', 'host_consents', 'label_files', 'log_batches', 'log_cuts', 'monitor_reports', 'studies']

/** Data sets of a model's history that are flagged personal now and not forgotten: their values may not leave the workspace. */
export const personalData = (db: ReadDb, model: ModelId): readonly string[] =>
  db.all(`SELECT name FROM datasets WHERE id IN (${partsOf(false).datasets}) AND id IN (${flagged}) ORDER BY name`, { model }).map((row) => String(row['name']))

/** Everything of a model, of one moment. Runs that are still going stay behind; `withoutPersonal`: also those on personal data, with all that was made from them. */
export const packRows = (db: ReadDb, model: ModelId, withoutPersonal = false): readonly PackedTable[] =>
  carriedOf(partsOf(withoutPersonal)).map(({ table, of, order }) => ({ table, rows: db.all(`SELECT * FROM ${table} WHERE ${of} ORDER BY ${order}`, { model }) as PackedRow[] }))

export interface Added { readonly added: number; readonly known: number; readonly renamed: readonly string[] }

const conflict = (what: string, reason: string): SlipwayError => new SlipwayError('pack.conflict', { what, reason })

/** The first free name: `income (2)`. */
function freeName(db: ReadDb, table: 'models' | 'datasets', wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted} (${i})`
    if (db.get(`SELECT 1 AS yes FROM ${table} WHERE name = $name`, { name }) === undefined) return name
  }
}

function same(here: Row, row: PackedRow, free: readonly string[]): boolean {
  return Object.entries(row).every(([column, value]) => free.includes(column) || here[column] === value)
}

function insert(db: WriteDb, table: string, row: PackedRow): void {
  const columns = Object.keys(row)
  db.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((c) => `$${c}`).join(', ')})`, row)
}

const afterEnd = ['status', 'started_at', 'ended_at', 'headline', 'environment', 'timing', 'row_account', 'curves', 'notes', 'predictions_sha256', 'error']

/** A number or content that this workspace has given to something else under the same model. */
function demandVersionFree(db: ReadDb, row: PackedRow): void {
  const other = db.get('SELECT number FROM versions WHERE model_id = $model AND number = $number', { model: row['model_id'] ?? null, number: row['number'] ?? null })
  if (other !== undefined) throw conflict(`Version ${String(row['number'])}`, 'this workspace has given its number to another file')
  const content = db.get('SELECT number FROM versions WHERE model_id = $model AND content_sha256 = $content', { model: row['model_id'] ?? null, content: row['content_sha256'] ?? null })
  if (content !== undefined) throw conflict(`Version ${String(row['number'])}`, `the same file is version ${String(content['number'])} here, imported by itself`)
}

function addRow(db: WriteDb, { table }: Carried, row: PackedRow, renamed: string[], name: string | undefined): void {
  if (table === 'models' || table === 'datasets') {
    const wanted = table === 'models' && name !== undefined ? name : String(row['name'])
    const given = freeName(db, table, wanted)
    if (given !== String(row['name'])) renamed.push(`The ${table === 'models' ? 'model' : 'data set'} ${String(row['name'])} is called ${given} here${given === wanted ? '' : ', because another one has its name'}.`)
    return insert(db, table, { ...row, name: given })
  }
  if (table === 'versions') demandVersionFree(db, row)
  // Metrics are only taken by a run that has not ended: it ends after them.
  if (table === 'runs') return insert(db, table, { ...row, ...Object.fromEntries(afterEnd.map((c) => [c, c === 'status' ? 'running' : null])) })
  insert(db, table, row)
}

const columnsOf = (db: ReadDb, table: string): ReadonlySet<string> => new Set(db.all(`SELECT name FROM pragma_table_info('${table}')`).map((r) => String(r['name'])))

/** Ends the runs that were added, as they ended where they come from. */
function endRuns(db: WriteDb, rows: readonly PackedRow[]): void {
  for (const row of rows) {
    const columns = afterEnd.filter((c) => c in row)
    db.run(`UPDATE runs SET ${columns.map((c) => `${c} = $${c}`).join(', ')} WHERE id = $id`, { id: row['id'] ?? null, ...Object.fromEntries(columns.map((c) => [c, row[c] ?? null])) })
  }
}

/**
 * Adds what is not there yet, in the caller's transaction, and reads it once as the application will.
 * Errors: `pack.conflict`; `pack.notAPack` for rows of no known table or column; `store.corrupt` for rows that lost their shape.
 */
export function unpackRows(db: WriteDb, tables: readonly PackedTable[], name: string | undefined): Added {
  const packed = new Map(tables.map((t) => [t.table, t.rows]))
  const strange = tables.find((t) => !carried.some((c) => c.table === t.table))
  if (strange !== undefined) throw new SlipwayError('pack.notAPack', { reason: `it has rows of “${strange.table}”` })
  let [added, known] = [0, 0]
  const renamed: string[] = []
  const newRuns: PackedRow[] = []
  const fresh: { readonly versions: string[]; readonly runs: string[] } = { versions: [], runs: [] }
  for (const way of carried) {
    if (way.table === 'gates') endRuns(db, newRuns)
    const columns = columnsOf(db, way.table)
    for (const row of packed.get(way.table) ?? []) {
      const unknown = Object.keys(row).find((c) => !columns.has(c))
      if (unknown !== undefined) throw new SlipwayError('pack.notAPack', { reason: `it has a column “${unknown}” that ${way.table} does not have` })
      const here = db.get(`SELECT * FROM ${way.table} WHERE ${way.key.map((k) => `${k} = $${k}`).join(' AND ')}`, Object.fromEntries(way.key.map((k) => [k, row[k] ?? null])))
      if (here !== undefined) {
        if (!same(here, row, way.free ?? [])) throw conflict(`The record ${way.key.map((k) => String(row[k])).join(' ')}`, `this workspace has it with other content (${way.table.replaceAll('_', ' ')})`)
        known++
        continue
      }
      addRow(db, way, row, renamed, name)
      if (way.table === 'runs') newRuns.push(row)
      if (way.table === 'runs' || way.table === 'versions') fresh[way.table].push(String(row['id']))
      added++
    }
  }
  for (const id of fresh.versions) getVersion(db, id as VersionId)
  for (const id of fresh.runs) getRun(db, id as RunId)
  return { added, known, renamed }
}
