// Writes the per-row predictions of one run as Parquet, columns at a time, one row group after another.
// Owns the column layout of that file; prediction-page.ts reads it. Holds at most one row group, however many rows there are.
import { renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'
import { plainReason } from './duckdb.ts'
import type { ParquetCells } from './parquet-columns.ts'
import { createParquetFile, type ParquetColumn } from './parquet-file.ts'

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
  /** One column for each of the shape's `texts`. */
  readonly texts?: readonly (readonly (string | null)[])[]
}

export interface PredictionWriter {
  /** The rows are copied before this returns its promise, so that their arrays may be written again at once. */
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
  /** Columns of long texts after the scores, such as one for class maps; pages of predictions leave them out. */
  readonly texts?: readonly string[]
}

/** Key of the Parquet metadata entry that holds the shape as JSON. */
export const shapeKey = 'slipway'

/** A row group is written when it holds this many rows, or this many bytes in memory. */
const groupRows = 122_880
const groupBytes = 2 ** 23
/** Long texts are not counted in bytes, so that a group with them holds few rows. */
const groupRowsWithTexts = 256

function columnsOf(shape: PredictionShape): ParquetColumn[] {
  const answer = shape.task === 'regression' ? 'double' : shape.labels === undefined ? 'text' : 'place'
  return [
    { name: 'record', kind: 'uint32' }, { name: 'id', kind: 'text' }, { name: 'truth', kind: answer }, { name: 'predicted', kind: answer },
    { name: 'correct', kind: 'flag' }, { name: 'confidence', kind: 'double' }, { name: 'loss', kind: 'double' },
    ...shape.scoreNames.map((_, i): ParquetColumn => ({ name: `s${i}`, kind: 'double' })),
    ...(shape.texts ?? []).map((name): ParquetColumn => ({ name, kind: 'text' })),
  ]
}

function emptyCells(column: ParquetColumn, rows: number, labels: readonly string[]): ParquetCells {
  switch (column.kind) {
    case 'uint32': return { kind: 'uint32', values: new Uint32Array(rows) }
    case 'double': return { kind: 'double', values: new Float64Array(rows) }
    case 'flag': return { kind: 'flag', values: new Uint8Array(rows) }
    case 'place': return { kind: 'place', values: new Int32Array(rows), words: labels }
    case 'text': return { kind: 'text', values: new Array<string | null>(rows).fill(null) }
  }
}

type Source = PredictionRows['truth']

/** Copies `from..to` of one column to `at`; what is not there becomes the column's own word for that. */
function copyCells(cells: ParquetCells, source: Source | Uint32Array | Uint8Array, from: number, to: number, at: number): void {
  if (cells.kind === 'text') {
    const texts = cells.values as (string | null)[]
    const given = source as readonly (string | null)[] | null
    if (given === null) texts.fill(null, at, at + to - from)
    else for (let i = from; i < to; i++) texts[at + i - from] = given[i] ?? null
  } else if (source === null) cells.values.fill(cells.kind === 'double' ? NaN : cells.kind === 'flag' ? 2 : -1, at, at + to - from)
  else (cells.values as Float64Array).set((source as Float64Array).subarray(from, to), at)
}

/** Fills the group from the rows `from..to`. */
function fillGroup(group: readonly ParquetCells[], rows: PredictionRows, from: number, to: number, at: number): void {
  const fixed: readonly (Source | Uint32Array | Uint8Array)[] = [rows.records, rows.ids, rows.truth, rows.predicted, rows.correct, rows.confidence, rows.loss]
  fixed.forEach((source, c) => copyCells(group[c]!, source, from, to, at))
  const texts = rows.texts ?? []
  const scores = group.length - fixed.length - texts.length
  texts.forEach((cells, t) => copyCells(group[fixed.length + scores + t]!, cells, from, to, at))
  for (let s = 0; s < scores; s++) {
    const values = group[fixed.length + s]!.values as Float64Array
    for (let r = from, place = from * scores + s; r < to; r++, place += scores) values[at + r - from] = rows.scores[place]!
  }
}

const writeError = (path: string, thrown: unknown): SlipwayError => {
  const reason = (thrown as NodeJS.ErrnoException).code ?? plainReason(thrown, [path])
  return new SlipwayError('dataset.notReadable', { file: basename(path), reason: `the predictions cannot be written: ${reason}` }) as SlipwayError
}

/**
 * Opens a writer for `path`. Nothing appears under that name before `finish`. Every step throws `dataset.notReadable` when the disk refuses.
 * Rows keep the order in which they are appended.
 */
export async function createPredictionWriter(path: string, shape: PredictionShape): Promise<PredictionWriter> {
  const part = `${path}.part`
  const columns = columnsOf(shape)
  const capacity = shape.texts !== undefined ? groupRowsWithTexts : Math.max(2048, Math.min(groupRows, Math.floor(groupBytes / (columns.length * 8))))
  const group = columns.map((column) => emptyCells(column, capacity, shape.labels ?? []))
  const file = await createParquetFile(part, columns).catch((thrown: unknown) => { throw writeError(path, thrown) })
  let filled = 0
  let open = true
  let written: Promise<void> = Promise.resolve()
  const close = (): void => {
    if (!open) return
    open = false
    const remove = (): void => { try { rmSync(part, { force: true }) } catch { /* Open files cannot be removed on Windows; it is tried again below. */ } }
    void file.close().then(remove)
    remove()
  }
  const flush = (): void => {
    if (filled === 0) return
    const before = written
    const going = file.group(group, filled)
    written = before.then(() => going)
    written.catch(() => undefined)
    going.catch(() => undefined)
    filled = 0
  }
  return {
    async append(rows) {
      const count = rows.records.length
      for (let from = 0; from < count;) {
        const to = Math.min(count, from + capacity - filled)
        fillGroup(group, rows, from, to, filled)
        filled += to - from
        from = to
        if (filled === capacity) flush()
      }
      await written.catch((thrown: unknown) => { throw writeError(path, thrown) })
    },
    async finish() {
      try {
        flush()
        await written
        await file.finish({ [shapeKey]: JSON.stringify({ scoreNames: shape.scoreNames, task: shape.task }) })
        renameSync(part, path)
      } catch (thrown) {
        throw writeError(path, thrown)
      } finally { close() }
    },
    abandon: close,
  }
}
