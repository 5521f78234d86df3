// Tables without entries of their own, made again in a question and compared: what searches, leaderboards and trends are answered from.
// Owns what each must hold, told by ids of the history, since the small numbers of those tables mean nothing. Reads only.
import type Database from 'better-sqlite3'

export interface DerivedFault { readonly table: string; /** The model, version or data content that it is about. */ readonly key: string }

interface Derived { readonly table: string; readonly stored: string; readonly due: string }

/** A run over part of the rows stands back behind every one over all of them. */
const wholeOf = (run: string): string => `(json_extract(${run}.options, '$.limit') IS NULL AND json_extract(${run}.options, '$.sample') IS NULL)`
const newestDone = `(SELECT d.id FROM runs d WHERE d.version_id = v.id AND d.status = 'done' ORDER BY ${wholeOf('d')} DESC, d.created_at DESC, d.id DESC LIMIT 1)`
/** The newest finished run of every version on every content, one over all rows before the others. */
const newest = `(SELECT version_id, dataset_sha256, id, created_at, whole FROM (SELECT version_id, dataset_sha256, id, created_at, ${wholeOf('runs')} AS whole,
  row_number() OVER (PARTITION BY version_id, dataset_sha256 ORDER BY ${wholeOf('runs')} DESC, created_at DESC, id DESC) AS place FROM runs WHERE status = 'done') WHERE place = 1)`

/** The first column of both questions names what a row is about. */
const derived: readonly Derived[] = [
  { table: 'search_models', stored: 'SELECT model_id, name COLLATE BINARY, archived FROM search_models', due: 'SELECT id, name COLLATE BINARY, archived_at IS NOT NULL FROM models' },
  {
    table: 'search_versions',
    stored: `SELECT s.version_id, m.model_id, s.number, s.created_at, s.bytes, s.opset, s.source_name, s.needs_rewrite, s.note, s.state, s.task, s.newest_run, s.evaluated_at, s.whole, s.run_count
      FROM search_versions s LEFT JOIN search_models m ON m.id = s.model`,
    due: `SELECT v.id, v.model_id, v.number, v.created_at, v.bytes,
      (SELECT max(json_extract(o.value, '$.version')) FROM json_each(v.graph, '$.opsets') o WHERE json_extract(o.value, '$.domain') IN ('', 'ai.onnx')), v.source_name, v.needs_rewrite,
      COALESCE((SELECT n.note FROM version_notes n WHERE n.version_id = v.id ORDER BY n.revision DESC LIMIT 1), ''),
      COALESCE((SELECT s.state FROM version_states s WHERE s.version_id = v.id ORDER BY s.revision DESC LIMIT 1), 'draft'),
      COALESCE(r.task, (SELECT b.task FROM bindings b WHERE b.version_id = v.id ORDER BY b.revision DESC LIMIT 1)), r.id, r.created_at, CASE WHEN r.id IS NULL THEN 0 ELSE ${wholeOf('r')} END, (SELECT count(*) FROM runs c WHERE c.version_id = v.id)
      FROM versions v LEFT JOIN runs r ON r.id = ${newestDone}`,
  },
  {
    table: 'search_tags', stored: 'SELECT s.version_id, t.tag COLLATE BINARY, t.place FROM search_tags t LEFT JOIN search_versions s ON s.id = t.version',
    due: `SELECT n.version_id, t.value COLLATE BINARY, t.key FROM version_notes n, json_each(n.tags) t WHERE n.revision = (SELECT max(revision) FROM version_notes WHERE version_id = n.version_id)`,
  },
  { table: 'contents', stored: 'SELECT sha256 FROM contents', due: "SELECT DISTINCT dataset_sha256 FROM runs WHERE status = 'done'" },
  {
    table: 'newest_runs', stored: 'SELECT s.version_id, c.sha256, n.run_id, n.created_at, n.whole FROM newest_runs n LEFT JOIN search_versions s ON s.id = n.version LEFT JOIN contents c ON c.id = n.content',
    due: `SELECT version_id, dataset_sha256, id, created_at, whole FROM ${newest}`,
  },
  {
    table: 'newest_metrics', stored: `SELECT s.version_id, c.sha256, n.metric, n.value, n.low, n.high, n.n FROM newest_metrics n LEFT JOIN search_versions s ON s.id = n.version LEFT JOIN contents c ON c.id = n.content`,
    due: `SELECT n.version_id, n.dataset_sha256, m.metric, m.value, m.low, m.high, m.n FROM ${newest} n JOIN run_metrics m ON m.run_id = n.id AND m.slice = ''`,
  },
  {
    table: 'version_metrics', stored: 'SELECT s.version_id, n.metric, n.value, n.low, n.high, n.n FROM version_metrics n LEFT JOIN search_versions s ON s.id = n.version',
    due: `SELECT v.id, m.metric, m.value, m.low, m.high, m.n FROM versions v JOIN run_metrics m ON m.run_id = ${newestDone} AND m.slice = ''`,
  },
]

/** Tables that `derivedFaults` compares; a table without entries that is not among them would be checked by nobody. */
export const comparedTables: readonly string[] = derived.map((d) => d.table)

/** What one derived table has wrong: of each thing at most once. Throws what SQLite throws where a page cannot be read. */
export function derivedFaults(db: Database.Database, table: string): readonly DerivedFault[] {
  const found = derived.find((d) => d.table === table)
  if (found === undefined) return []
  const differing = (a: string, b: string): unknown[][] => db.prepare(`SELECT * FROM (${a}) EXCEPT SELECT * FROM (${b})`).raw().all() as unknown[][]
  const about = [...differing(found.stored, found.due), ...differing(found.due, found.stored)].map(([first]) => String(first ?? ''))
  return [...new Set(about)].map((key) => ({ table, key }))
}
