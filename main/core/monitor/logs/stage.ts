// A stage: the rows of one source file in the columns of the stored layout, with what is wrong with each, before anything is left out.
// Owns its columns and how a place in it becomes a line of the file. Nothing of a stage is ever shown.
import type { LogLayout } from '../../../../shared/domain/log-batch.ts'
import { allRows, sqlName, sqlPath, type Database } from '../../datasets/duckdb.ts'
import { columnsOf } from './row-columns.ts'

/** What every stage has before the layout's own columns. */
export const stageColumns: readonly (readonly [name: string, type: string])[] = [
  // NULL: the row is good. `aside`: no record at all.
  ['fault', 'VARCHAR'],
  // So many records of the source this row stands for.
  ['w', 'INTEGER'],
  // Where it is in the source; NULL: as many lines down as the row is in the stage.
  ['line', 'BIGINT'],
  ['dropped', 'BIGINT'],
]

export interface Stage {
  readonly path: string
  /** Place of the source among the files. */
  readonly file: number
  /** Lines before the first record. */
  readonly ahead: number
  /** Lines that are no rows of the stage, ascending: broken ones of a table. */
  readonly broken: readonly number[]
  /** The source's blank lines must be counted when a line is told. */
  readonly countBlank: boolean
}

export interface Reading {
  readonly db: Database
  readonly layout: LogLayout
  readonly signal: AbortSignal
}

/** Writes a stage from a SELECT of `cells` (SQL by column name; what is left out is NULL). */
export async function writeStage({ db, layout, signal }: Reading, target: string, from: string, cells: ReadonlyMap<string, string>, file: string): Promise<void> {
  const all = [...stageColumns, ...columnsOf(layout)]
  const select = all.map(([name, type]) => `${cells.has(name) ? `CAST(${cells.get(name)!} AS ${type})` : name === 'w' ? '1' : `NULL::${type}`} AS ${sqlName(name)}`)
  await allRows(db, `COPY (SELECT ${select.join(', ')} FROM ${from}) TO ${sqlPath(target)} (FORMAT parquet, USE_TMP_FILE false, COMPRESSION snappy)`, signal, file)
}

/** All stages as one relation, with `ord`: file and place, in the order of the sources. */
export const stagesFrom = (stages: readonly Stage[]): string =>
  `(${stages.map((s) => `SELECT *, ${s.file}::UBIGINT * 1099511627776 + file_row_number::UBIGINT AS ord FROM read_parquet(${sqlPath(s.path)}, file_row_number = true)`).join(' UNION ALL ')})`

/** File and place in its stage, from `ord`. */
export const placeOf = (ord: number): { readonly file: number; readonly row: number } => ({ file: Math.floor(ord / 1099511627776), row: ord % 1099511627776 })

/** The line of the n-th row of a stage (from 0), without blank lines: broken lines lie between the rows. */
export function lineOf(stage: Stage, row: number): number {
  let line = stage.ahead + row + 1
  for (const broken of stage.broken) { if (broken > line) break; line++ }
  return line
}
