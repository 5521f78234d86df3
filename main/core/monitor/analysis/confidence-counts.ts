// What confidence meant in the evaluation and what it means live: right answers by confidence, for quality without true answers.
import { basename } from 'node:path'
import { confidenceTable, type ConfidenceTable, type LiveConfidence } from '../../../../shared/monitor/estimate-quality.ts'
import { allRows, openDatabase, sqlPath } from '../../datasets/duckdb.ts'
import { readShape } from '../../datasets/prediction-page.ts'
import { ask, number, type Ask } from './log-counts.ts'

/** Rows beyond these are not needed for cells of some hundreds. */
const mostRows = 200_000

/** Of the evaluation's stored answers, by the probability of the positive class where there is one, else by that of the answered class; null where they tell no confidence, or too few rows are labelled. */
export async function evaluatedConfidence(predictions: string, positiveClass: string | null, signal: AbortSignal): Promise<ConfidenceTable | null> {
  const db = await openDatabase([predictions])
  try {
    const place = positiveClass === null ? -1 : (await readShape(db, { path: predictions }, signal)).scoreNames.indexOf(positiveClass)
    const axis = place < 0 ? 'confidence' : `s${place}`
    const rows = await allRows(db, `SELECT ${axis}, correct FROM read_parquet(${sqlPath(predictions)}) WHERE correct IS NOT NULL AND isfinite(${axis}) ORDER BY hash(record), record LIMIT ${mostRows}`, signal, basename(predictions))
    return confidenceTable(Float64Array.from(rows, ([c]) => Number(c)), Uint8Array.from(rows, ([, right]) => (right === true ? 1 : 0)))
  } finally { db.close() }
}

/** By window, by `axis` (SQL of the same probability); the last entry is all rows together, also those outside every window. */
export async function liveConfidence(on: Ask, table: ConfidenceTable, from: string, w: string, windows: number, axis: string): Promise<LiveConfidence[]> {
  const cells = table.rows.length
  const zero = (): { rows: number[]; labelled: number[]; right: number[] } => ({ rows: new Array<number>(cells).fill(0), labelled: new Array<number>(cells).fill(0), right: new Array<number>(cells).fill(0) })
  const found = Array.from({ length: windows + 1 }, zero)
  const cell = table.edges.length === 0 ? '0' : table.edges.map((e) => `(c >= ${e}::DOUBLE)::INTEGER`).join(' + ')
  const sql = `SELECT w, ${cell} AS k, count(*), count(truth), count(*) FILTER (truth = label) FROM (SELECT ${w} AS w, ${axis} AS c, truth, label FROM ${from} WHERE outcome = 'ok') WHERE isfinite(c) GROUP BY w, k`
  for (const [at, k, rows, labelled, right] of await ask(on, sql)) {
    for (const window of [...(at === null || at === undefined ? [] : [found[number(at)]!]), found[windows]!]) {
      window.rows[number(k)]! += number(rows)
      window.labelled[number(k)]! += number(labelled)
      window.right[number(k)]! += number(right)
    }
  }
  return found
}
