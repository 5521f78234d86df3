// The scored rows of a run and the rows of a training file as two small tables of one private database: inputs, true answer and a key of all inputs.
// Owns how cells are made comparable; draws no conclusions.
import { basename } from 'node:path'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { RejectedRecord } from './csv-scan.ts'
import { allRows, openDatabase, sqlPath, type Database } from './duckdb.ts'
import { presentText, textAsDouble } from './number-cell.ts'
import { relationOf, type Relation } from './relation.ts'
import { openStaging } from './staging.ts'

export interface ComparedColumn { readonly name: string; readonly numeric: boolean }

export interface QualityTables {
  readonly db: Database
  readonly file: string
  /** `scored` holds record, h (key of the inputs), y (true answer), good (right, or the absolute error) and c0, c1, …; `training` record, h, y and c0, c1, …; `unscored` (rows that were read and not scored) record and c0, c1, …. */
  readonly hasTraining: boolean
  close(): void
}

/** A cell as text: numbers in one spelling; what is no number in a number column keeps its own. Missing: NULL. */
function comparable(relation: Relation, place: number, numeric: boolean): string {
  const cell = relation.cells[place]!
  if (cell.kind === 'double') return `CAST(${cell.sql} AS VARCHAR)`
  const text = presentText(cell.kind === 'native' ? `CAST(${cell.sql} AS VARCHAR)` : cell.sql, relation.reading)
  const present = `nullif(${text}, '')`
  return numeric ? `coalesce(CAST(${textAsDouble(text, cell.kind === 'native' ? '.' : relation.reading.decimal)} AS VARCHAR), ${present})` : present
}

/** The record number of the row at place `place`, as SQL: a row behind n rejected records has a number n higher. Makes the table `name` for it where it must. */
export async function shiftedPlace(db: Database, rejected: readonly RejectedRecord[], name: string, signal: AbortSignal, file: string, place = 'r'): Promise<string> {
  if (rejected.length === 0) return place
  await allRows(db, `CREATE TABLE ${name} AS SELECT unnest([${rejected.map((r, i) => r.record - i).join(', ')}])::BIGINT AS threshold, unnest([${rejected.map((_, i) => i + 1).join(', ')}])::BIGINT AS shift`, signal, file)
  return `${place} + coalesce((SELECT max(shift) FROM ${name} WHERE threshold <= ${place}), 0)`
}

function rowsSql(relation: Relation, columns: readonly ComparedColumn[], target: ComparedColumn | null): string {
  const cells = columns.map((c, i) => `${comparable(relation, i, c.numeric)} AS c${i}`)
  const answer = target === null ? 'NULL::VARCHAR' : comparable(relation, columns.length, target.numeric)
  return `SELECT row_number() OVER () AS r, ${cells.join(', ')}, ${answer} AS y FROM ${relation.from}`
}

/** Unit separators do not occur in cells that people write, and a missing cell is no text at all. */
const keyOf = (count: number): string => `md5(concat_ws(chr(31), ${Array.from({ length: count }, (_, i) => `coalesce(c${i}, chr(30))`).join(', ')}))`

export interface QualityInput {
  readonly predictions: string
  readonly source: DatasetSource
  readonly columns: readonly ComparedColumn[]
  readonly target: ComparedColumn | null
  readonly training: DatasetSource | null
  readonly regression: boolean
  /** Records after this one were not asked for; absent: rows that were not scored are not wanted. */
  readonly within?: number
}

function requireColumns(source: DatasetSource, columns: readonly ComparedColumn[]): void {
  const missing = columns.filter((c) => !source.columns.some((s) => s.name === c.name))
  if (missing[0] !== undefined) throw new SlipwayError('dataset.columnMissing', { input: missing[0].name, columns: missing.map((m) => `“${m.name}”`).join(', ') })
}

/** Opens both files once and keeps what is compared. Errors: `dataset.columnMissing`, `dataset.notReadable`, `job.cancelled`. */
export async function openQualityTables(input: QualityInput, signal: AbortSignal): Promise<QualityTables> {
  const file = basename(input.source.path)
  const wanted = [...input.columns, ...(input.target === null ? [] : [input.target])]
  const stagings = [openStaging(), openStaging()]
  const remove = (): void => stagings.forEach((s) => s.remove())
  let db: Database | null = null
  try {
    const asked = wanted.map((c) => ({ name: c.name, numeric: false }))
    const sources = [input.source, ...(input.training === null ? [] : [input.training])]
    sources.forEach((source) => requireColumns(source, wanted))
    const relations = await Promise.all(sources.map((source, i) => relationOf(source, asked, () => stagings[i]!, { records: null, signal })))
    db = await openDatabase([input.predictions, ...relations.map((r) => r.file)], stagings[0]!.folder)
    const opened = db
    const key = keyOf(input.columns.length)
    const own = relations[0]!
    const names = input.columns.map((_, i) => `c${i}`).join(', ')
    const record = await shiftedPlace(opened, own.rejected, 'shifts', signal, file)
    const numbered = `(SELECT *, ${record} AS n FROM (${rowsSql(own, input.columns, input.target)}))`
    const answers = `(SELECT * FROM read_parquet(${sqlPath(input.predictions)})) p`
    await allRows(opened, `CREATE TABLE scored AS SELECT p.record AS record, ${key} AS h, y, ${input.regression ? 'p.loss' : 'p.correct::INTEGER'} AS good, ${names} FROM ${numbered} JOIN ${answers} ON p.record = n`, signal, file)
    if (input.within !== undefined) await allRows(opened, `CREATE TABLE unscored AS SELECT n AS record, ${names} FROM ${numbered} WHERE n <= ${input.within} AND n NOT IN (SELECT record FROM ${answers})`, signal, file)
    const other = relations[1]
    if (other !== undefined) {
      const where = await shiftedPlace(opened, other.rejected, 'training_shifts', signal, file)
      await allRows(opened, `CREATE TABLE training AS SELECT ${where} AS record, ${key} AS h, y, ${names} FROM (${rowsSql(other, input.columns, input.target)})`, signal, file)
    }
    return { db: opened, file, hasTraining: other !== undefined, close: () => { opened.close(); remove() } }
  } catch (thrown) {
    db?.close()
    remove()
    throw thrown
  }
}
