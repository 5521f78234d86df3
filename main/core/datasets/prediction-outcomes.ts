// Stored predictions as numbers, in record order: true and predicted answers and the loss of every row with a true answer.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { allRows, openDatabase, sqlPath, sqlText, streamChunks } from './duckdb.ts'
import { copyDoubles } from './vectors.ts'

export interface StoredOutcomes {
  readonly records: Uint32Array
  /** Numbers of a regression, else places in `names`; a prediction that is none of them is −1. */
  readonly truth: Float64Array
  readonly predicted: Float64Array
  /** NaN where unknown. */
  readonly loss: Float64Array
  readonly names: readonly string[]
}

/** More different answers than this are no classes. */
const mostNames = 1000

/** Rows that have a truth, by record. `names`: the classes in order; null for numbers; `found`: whatever the file holds, most frequent first. */
export async function readOutcomes(path: string, names: readonly string[] | 'found' | null, signal: AbortSignal): Promise<StoredOutcomes> {
  const file = basename(path)
  const db = await openDatabase([path])
  try {
    const from = `read_parquet(${sqlPath(path)}) WHERE truth IS NOT NULL`
    const known = names !== 'found' ? names ?? [] : (await allRows(db, `SELECT truth FROM ${from} GROUP BY truth ORDER BY count(*) DESC, truth LIMIT ${mostNames + 1}`, signal, file)).map(([name]) => String(name))
    if (known.length > mostNames) throw new SlipwayError('input.invalid', { reason: `there are more than ${mostNames} different answers` })
    const rows = Number((await allRows(db, `SELECT count(*) FROM ${from}`, signal, file))[0]?.[0] ?? 0)
    const out = { records: new Uint32Array(rows), truth: new Float64Array(rows), predicted: new Float64Array(rows), loss: new Float64Array(rows), names: known }
    const place = (column: string): string => names === null ? `CAST(${column} AS DOUBLE)` : `CAST(coalesce(list_position([${known.map(sqlText).join(', ')}]::VARCHAR[], ${column}), 0) - 1 AS DOUBLE)`
    const sql = `SELECT CAST(record AS DOUBLE), ${place('truth')}, ${place('predicted')}, CAST(loss AS DOUBLE) FROM ${from} ORDER BY record`
    const records = new Float64Array(rows)
    let at = 0
    for await (const chunk of streamChunks(db, sql, signal, file)) {
      ;[records, out.truth, out.predicted, out.loss].forEach((target, c) => copyDoubles(chunk.getColumnVector(c), 0, chunk.rowCount, target, at))
      at += chunk.rowCount
    }
    out.records.set(records)
    return out
  } finally { db.close() }
}
