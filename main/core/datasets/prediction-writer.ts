// Writes the per-row predictions of one run as Parquet, columns at a time, through DuckDB.
// Owns the column layout of that file; prediction-page.ts reads it.
import { rename, rm } from 'node:fs/promises'
import { BOOLEAN, DOUBLE, DuckDBDataChunk, UINTEGER, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import type { ModelTask } from '../../../shared/domain/model.ts'
import { openDatabase, sqlText, type Database } from './duckdb.ts'

/** A stretch of predictions, all arrays of equal length. NaN in a float array means "not available". */
export interface PredictionRows {
  readonly records: Uint32Array
  readonly ids: readonly (string | null)[] | null
  /** Text labels for classification, numbers for regression, null when no truth is known. */
  readonly truth: readonly (string | null)[] | Float64Array | null
  readonly predicted: readonly (string | null)[] | Float64Array
  /** 1 right, 0 wrong; null for regression or without truth. */
  readonly correct: Uint8Array | null
  readonly confidence: Float64Array | null
  readonly loss: Float64Array | null
  /** Row-major, rows × scoreNames. */
  readonly scores: Float64Array
}

export interface PredictionWriter {
  append(rows: PredictionRows): Promise<void>
  /** Writes the file whole under its final name. */
  finish(): Promise<void>
  /** Frees everything and leaves no file; does nothing after `finish`. */
  abandon(): void
}

export interface PredictionShape { readonly scoreNames: readonly string[]; readonly task: ModelTask }

/** Rows of one DuckDB vector. */
const vectorRows = 2048
/** Under this key the file itself carries the names of its score columns `s0`, `s1`, …; class names make no safe column names. */
export const scoreNamesKey = 'slipway_score_names'

interface ColumnSpec { readonly name: string; readonly sql: string; readonly type: DuckDBType; readonly value: (rows: PredictionRows, row: number) => DuckDBValue }

const finite = (value: number | undefined): DuckDBValue => (value === undefined || Number.isNaN(value) ? null : value)
const cell = (values: readonly (string | null)[] | Float64Array | null, row: number): DuckDBValue => {
  const value = values?.[row]
  return typeof value === 'number' ? finite(value) : value ?? null
}

function columnsOf(shape: PredictionShape): ColumnSpec[] {
  const numeric = shape.task === 'regression'
  const answer = numeric ? { sql: 'DOUBLE', type: DOUBLE } : { sql: 'VARCHAR', type: VARCHAR }
  const width = shape.scoreNames.length
  return [
    { name: 'record', sql: 'UINTEGER', type: UINTEGER, value: (rows, r) => rows.records[r]! },
    { name: 'id', sql: 'VARCHAR', type: VARCHAR, value: (rows, r) => rows.ids?.[r] ?? null },
    { name: 'truth', ...answer, value: (rows, r) => cell(rows.truth, r) },
    { name: 'predicted', ...answer, value: (rows, r) => cell(rows.predicted, r) },
    { name: 'correct', sql: 'BOOLEAN', type: BOOLEAN, value: (rows, r) => (rows.correct === null ? null : rows.correct[r] === 1) },
    { name: 'confidence', sql: 'DOUBLE', type: DOUBLE, value: (rows, r) => finite(rows.confidence?.[r]) },
    { name: 'loss', sql: 'DOUBLE', type: DOUBLE, value: (rows, r) => finite(rows.loss?.[r]) },
    ...shape.scoreNames.map((_, c): ColumnSpec => ({ name: `s${c}`, sql: 'DOUBLE', type: DOUBLE, value: (rows, r) => finite(rows.scores[r * width + c]) })),
  ]
}

function appendRows(db: Database, columns: readonly ColumnSpec[], appender: Awaited<ReturnType<Database['connection']['createAppender']>>, rows: PredictionRows): void {
  for (let from = 0; from < rows.records.length; from += vectorRows) {
    const count = Math.min(vectorRows, rows.records.length - from)
    const chunk = DuckDBDataChunk.create(columns.map((c) => c.type), count)
    chunk.setColumns(columns.map((column) => {
      const values = new Array<DuckDBValue>(count)
      for (let i = 0; i < count; i++) values[i] = column.value(rows, from + i)
      return values
    }))
    appender.appendDataChunk(chunk)
  }
}

/** Opens a writer for `path`. Nothing appears under that name before `finish`. */
export async function createPredictionWriter(path: string, shape: PredictionShape): Promise<PredictionWriter> {
  const unfinished = `${path}.part`
  const db = await openDatabase([unfinished])
  const columns = columnsOf(shape)
  await db.connection.run(`CREATE TABLE predictions (${columns.map((c) => `${c.name} ${c.sql}`).join(', ')})`)
  const appender = await db.connection.createAppender('predictions')
  let over = false
  const close = (): void => {
    if (over) return
    over = true
    appender.closeSync()
    db.close()
  }
  return {
    append(rows) {
      appendRows(db, columns, appender, rows)
      return Promise.resolve()
    },
    async finish() {
      try {
        appender.flushSync()
        await db.connection.run(`COPY (SELECT * FROM predictions) TO ${sqlText(unfinished)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA { ${scoreNamesKey}: ${sqlText(JSON.stringify(shape.scoreNames))} })`)
        close()
        await rename(unfinished, path)
      } catch (thrown) {
        close()
        await rm(unfinished, { force: true })
        throw thrown
      }
    },
    abandon: close,
  }
}
