// Writes the per-row predictions of one run as Parquet, columns at a time, through DuckDB.
// Owns the column layout of that file; prediction-page.ts reads it.
import { renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { BOOLEAN, DOUBLE, DuckDBDataChunk, INTEGER, UINTEGER, VARCHAR, type DuckDBType } from '@duckdb/node-api'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'
import { openDatabase, plainReason, sqlText } from './duckdb.ts'
import { openStaging } from './staging.ts'
import { fillItems, fillNumbers } from './vectors.ts'

/** A stretch of predictions, all arrays of equal length. NaN in a float array means "not available". */
export interface PredictionRows {
  readonly records: Uint32Array
  readonly ids: readonly (string | null)[] | null
  /** For classification text labels, or places in the shape's `labels`; numbers for regression; null when no truth is known. */
  readonly truth: readonly (string | null)[] | Int32Array | Float64Array | null
  readonly predicted: readonly (string | null)[] | Int32Array | Float64Array
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

export interface PredictionShape {
  readonly scoreNames: readonly string[]
  readonly task: ModelTask
  /** With it, answers come as places in this list, which is many times faster than a text a row; the file holds the texts all the same. */
  readonly labels?: readonly string[]
}

/** Key of the Parquet metadata entry that holds the shape as JSON. */
export const shapeKey = 'slipway'

/** DuckDB appends chunks of at most this many rows. */
const vectorRows = 2048

const fixedColumns = ['record', 'id', 'truth', 'predicted', 'correct', 'confidence', 'loss'] as const

function columnTypes(shape: PredictionShape): DuckDBType[] {
  const answer = shape.task === 'regression' ? DOUBLE : shape.labels === undefined ? VARCHAR : INTEGER
  return [UINTEGER, VARCHAR, answer, answer, BOOLEAN, DOUBLE, DOUBLE, ...shape.scoreNames.map(() => DOUBLE)]
}

function tableSql(shape: PredictionShape): string {
  const names = [...fixedColumns, ...shape.scoreNames.map((_, i) => `s${i}`)]
  return `CREATE TABLE predictions (${columnTypes(shape).map((type, i) => `${names[i]} ${type.toString()}`).join(', ')})`
}

/** What the file holds: the rows as they lie, with the texts in the place of their numbers. */
function storedSql(shape: PredictionShape): string {
  if (shape.task === 'regression' || shape.labels === undefined) return 'predictions'
  const list = `[${shape.labels.map(sqlText).join(', ')}]::VARCHAR[]`
  return `(SELECT * REPLACE (list_extract(${list}, truth + 1) AS truth, list_extract(${list}, predicted + 1) AS predicted) FROM predictions)`
}

const nothing = (rows: number): Float64Array => new Float64Array(rows).fill(NaN)

/** Fills one chunk with the rows `from..to`. */
function chunkOf(types: readonly DuckDBType[], rows: PredictionRows, from: number, to: number): DuckDBDataChunk {
  const count = to - from
  const chunk = DuckDBDataChunk.create(types, count)
  const scores = types.length - fixedColumns.length
  const answers = (column: number, values: PredictionRows['truth']): void => {
    const vector = chunk.getColumnVector(column)
    if (values instanceof Float64Array || values instanceof Int32Array) fillNumbers(vector, values.subarray(from, to))
    else fillItems(vector, count, (i) => values?.[from + i])
  }
  fillNumbers(chunk.getColumnVector(0), rows.records.subarray(from, to))
  fillItems(chunk.getColumnVector(1), count, (i) => rows.ids?.[from + i])
  answers(2, rows.truth)
  answers(3, rows.predicted)
  fillItems(chunk.getColumnVector(4), count, (i) => (rows.correct === null ? null : rows.correct[from + i] === 1))
  fillNumbers(chunk.getColumnVector(5), rows.confidence?.subarray(from, to) ?? nothing(count))
  fillNumbers(chunk.getColumnVector(6), rows.loss?.subarray(from, to) ?? nothing(count))
  const column = new Float64Array(count)
  for (let s = 0; s < scores; s++) {
    for (let i = 0; i < count; i++) column[i] = rows.scores[(from + i) * scores + s]!
    fillNumbers(chunk.getColumnVector(fixedColumns.length + s), column)
  }
  for (let c = 0; c < types.length; c++) chunk.getColumnVector(c).flush()
  return chunk
}

/**
 * Opens a writer for `path`. Nothing appears under that name before `finish`, which throws `dataset.notReadable` when the disk refuses.
 * Rows keep the order in which they are appended.
 */
export async function createPredictionWriter(path: string, shape: PredictionShape): Promise<PredictionWriter> {
  const part = `${path}.part`
  const staging = openStaging()
  const db = await openDatabase([part], staging.folder).catch((thrown: unknown) => { staging.remove(); throw thrown })
  const types = columnTypes(shape)
  await db.connection.run(tableSql(shape))
  const appender = await db.connection.createAppender('predictions')
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    db.close()
    staging.remove()
    rmSync(part, { force: true })
  }
  return {
    async append(rows) {
      const count = rows.records.length
      for (let from = 0; from < count; from += vectorRows) appender.appendDataChunk(chunkOf(types, rows, from, Math.min(count, from + vectorRows)))
    },
    async finish() {
      try {
        appender.flushSync()
        appender.closeSync()
        const shapeText = sqlText(JSON.stringify({ scoreNames: shape.scoreNames, task: shape.task }))
        await db.connection.run(`COPY ${storedSql(shape)} TO ${sqlText(part)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${shapeKey}: ${shapeText}})`)
        renameSync(part, path)
      } catch (thrown) {
        throw new SlipwayError('dataset.notReadable', { file: basename(path), reason: `the predictions cannot be written: ${plainReason(thrown, db.files)}` })
      } finally { close() }
    },
    abandon: close,
  }
}
