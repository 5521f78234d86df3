// Reads stored batches as one SQL relation, whatever their layouts, with labels joined: what every analysis of logs starts from.
// Owns the order among labels of one row; refuses nothing: a feature that a batch lacks is null there.
import type { LogLayout } from '../../../../shared/domain/log-batch.ts'
import { sqlName, sqlPath } from '../../datasets/duckdb.ts'
import type { StoredLog } from './reading-plan.ts'
import { fixedColumns } from './row-columns.ts'

/** What is wanted beside the fixed columns. */
export interface LogWish {
  /** Features whose bins arrive as `b0`, `b1` … in this order. */
  readonly bins?: readonly string[]
  /** Features whose raw values arrive as `v0` …, as numbers or texts. */
  readonly values?: readonly { readonly feature: string; readonly kind: 'number' | 'text' }[]
  /** Classes whose probabilities arrive as `s0` …. */
  readonly classes?: readonly string[]
  /** This moment included, in milliseconds. Rows without a time are left out where either is given. */
  readonly from?: number
  /** And this one not. */
  readonly to?: number
  readonly version?: number
}

const featureOf = (layout: LogLayout, name: string): LogLayout['features'][number] | undefined => layout.features.find((f) => f.feature === name)

function selectOf({ path, layout }: StoredLog, wish: LogWish): string {
  const bins = (wish.bins ?? []).map((name, i) => `${featureOf(layout, name)?.bins ?? 'NULL::SMALLINT'} AS b${i}`)
  const values = (wish.values ?? []).map(({ feature, kind }, i) => {
    const found = featureOf(layout, feature)?.raw ?? null
    const type = kind === 'number' ? 'DOUBLE' : 'VARCHAR'
    return `${found === null ? `NULL::${type}` : `TRY_CAST(${found} AS ${type})`} AS v${i}`
  })
  const scores = (wish.classes ?? []).map((name, i) => { const place = layout.classes.indexOf(name); return `${place < 0 || layout.scores === 0 ? 'NULL::DOUBLE' : `s${place}`} AS s${i}` })
  const where = [...(wish.from === undefined ? [] : [`"time" >= ${Math.trunc(wish.from)}`]), ...(wish.to === undefined ? [] : [`"time" < ${Math.trunc(wish.to)}`]), ...(wish.version === undefined ? [] : [`version = ${Math.trunc(wish.version)}`])]
  return `SELECT ${[...fixedColumns.map(([name]) => sqlName(name)), ...bins, ...values, ...scores].join(', ')} FROM read_parquet(${sqlPath(path)})${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`
}

/** All rows of the batches; an empty relation where there is none. For a FROM clause. */
export function logsFrom(logs: readonly StoredLog[], wish: LogWish = {}): string {
  if (logs.length === 0) return `(SELECT ${fixedColumns.map(([name, type]) => `NULL::${type} AS ${sqlName(name)}`).join(', ')} WHERE false)`
  return `(${logs.map((log) => selectOf(log, wish)).join(' UNION ALL ')})`
}

/** The newest word on every row: the latest time of a label counts, then the file that was imported last. `files` in the order of their import. */
export function labelsFrom(files: readonly string[]): string {
  if (files.length === 0) return '(SELECT NULL::VARCHAR AS request_id, NULL::INTEGER AS "row", NULL::VARCHAR AS label, NULL::BIGINT AS "time" WHERE false)'
  const all = files.map((path, i) => `SELECT request_id, "row", label, "time", ${i} AS place FROM read_parquet(${sqlPath(path)})`).join(' UNION ALL ')
  return `(SELECT request_id, "row", arg_max(label, k) AS label, arg_max("time", k) AS "time" FROM (SELECT *, {'t': coalesce("time", -9007199254740991), 'p': place} AS k FROM (${all})) GROUP BY request_id, "row")`
}

/**
 * Rows with their truth: `truth` is the label that came later, else the one in the log; `truth_time` (ms) that of the label, where it has one.
 * For a FROM clause. The database must be allowed to read all files (`openDatabase`).
 */
export function labelledLogsFrom(logs: readonly StoredLog[], labels: readonly string[], wish: LogWish = {}): string {
  if (labels.length === 0) return `(SELECT *, NULL::BIGINT AS truth_time FROM ${logsFrom(logs, wish)})`
  return `(SELECT r.* REPLACE (coalesce(l.label, r.truth) AS truth), l."time" AS truth_time FROM ${logsFrom(logs, wish)} r LEFT JOIN ${labelsFrom(labels)} l ON l.request_id = r.request_id AND l."row" = r."row")`
}
