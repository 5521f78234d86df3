// Reads stored predictions as columns, in record order: what analyses of a finished run start from.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import { allRows, openDatabase, sqlPath, sqlText, streamChunks } from './duckdb.ts'

export interface PredictionColumns {
  readonly records: Uint32Array
  /** 1 right, 0 wrong; empty for a regression. */
  readonly correct: Uint8Array
  /** −ln of the true class's probability, or the absolute error; NaN where it is unknown. */
  readonly loss: Float64Array
  /** 1 where the truth, or the prediction, is the positive class; empty without one. */
  readonly truePositive: Uint8Array
  readonly calledPositive: Uint8Array
}

/** Rows that have a truth (or, for pictures, a number of errors), ordered by record. `positiveClass` null: no class is special. */
export async function readPredictionColumns(path: string, positiveClass: string | null, signal: AbortSignal, byLoss = false): Promise<PredictionColumns> {
  const file = basename(path)
  const db = await openDatabase([path])
  try {
    const from = `read_parquet(${sqlPath(path)}) WHERE ${byLoss ? 'loss IS NOT NULL AND NOT isnan(CAST(loss AS DOUBLE))' : 'truth IS NOT NULL'}`
    const count = Number((await allRows(db, `SELECT count(*) FROM ${from}`, signal, file))[0]?.[0] ?? 0)
    const is = (column: string): string => positiveClass === null ? '0::UTINYINT' : `(CAST(${column} AS VARCHAR) = ${sqlText(positiveClass)})::UTINYINT`
    const out = { records: new Uint32Array(count), correct: new Uint8Array(count), loss: new Float64Array(count), truePositive: new Uint8Array(count), calledPositive: new Uint8Array(count) }
    const sql = `SELECT CAST(record AS UINTEGER), coalesce(correct::UTINYINT, 0), coalesce(CAST(loss AS DOUBLE), 'nan'::DOUBLE), ${is('truth')}, ${is('predicted')} FROM ${from} ORDER BY record`
    let row = 0
    for await (const chunk of streamChunks(db, sql, signal, file)) {
      const [records, correct, loss, truth, predicted] = [0, 1, 2, 3, 4].map((c) => chunk.getColumnValues(c))
      for (let i = 0; i < chunk.rowCount; i++, row++) {
        out.records[row] = Number(records![i])
        out.correct[row] = Number(correct![i])
        out.loss[row] = Number(loss![i])
        out.truePositive[row] = Number(truth![i])
        out.calledPositive[row] = Number(predicted![i])
      }
    }
    return out
  } finally { db.close() }
}
