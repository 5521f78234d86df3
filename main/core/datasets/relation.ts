// A table file as an SQL relation with one expression per cell, whatever its format.
// Owns how CSV, JSON and Parquet files are put into a FROM clause; refuses column names as SQL (columns go by place).
import { basename } from 'node:path'
import type { CsvFormat, DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { cleanCsv } from './csv-clean.ts'
import type { RejectedRecord } from './csv-scan.ts'
import { sqlName, sqlPath, sqlText } from './duckdb.ts'
import type { CellReading } from './number-cell.ts'
import type { Staging } from './staging.ts'

/** `text`: the cell as written; `double`: already a DOUBLE; `native`: another SQL type that casts well. */
export interface Cell { readonly sql: string; readonly kind: 'text' | 'double' | 'native' }

export interface Relation {
  readonly from: string
  /** The file that the FROM clause reads: the source itself or its clean copy. */
  readonly file: string
  /** One cell expression for each asked column, in that order. */
  readonly cells: readonly Cell[]
  readonly reading: CellReading
  /** Records that the relation leaves out, in order. */
  readonly rejected: readonly RejectedRecord[]
}

export interface AskedColumn { readonly name: string; /** Only numbers are wanted of it. */ readonly numeric: boolean }

export interface RelationOptions {
  /** Data records that the caller needs; null: all. */
  readonly records: number | null
  readonly signal: AbortSignal
}

const csvReading = (format: CsvFormat): CellReading => ({ decimal: format.decimal, missing: format.missing })

/** How a CSV file is scanned. A clean copy has line feeds only; said so, DuckDB does not stumble over other line ends inside quotes. */
export interface CsvScan { readonly clean: boolean; readonly header: boolean; readonly parallel: boolean; readonly types: readonly string[] }

/** The FROM clause of a regular CSV file or of a clean copy. */
export function csvFrom(file: string, format: Pick<CsvFormat, 'delimiter' | 'quote'>, options: CsvScan): string {
  const columns = options.types.map((type, i) => `'c${i}': '${type}'`).join(', ')
  const quote = sqlText(format.quote)
  return `read_csv(${sqlPath(file)}, auto_detect = false, compression = 'none', header = ${options.header}, delim = ${sqlText(format.delimiter)}, quote = ${quote}, escape = ${quote}, `
    + `${options.clean ? "new_line = '\\n', " : ''}parallel = ${options.parallel}, columns = {${columns}})`
}

async function csvRelation(source: DatasetSource, format: CsvFormat, asked: readonly AskedColumn[], staging: () => Staging, options: RelationOptions): Promise<Relation> {
  const places = asked.map((a) => source.columns.findIndex((c) => c.name === a.name))
  // A column is parsed by the scan itself only when nothing wants its text and its profile found nothing but numbers.
  const fast = source.columns.map((column, i) => column.invalid === 0 && (column.type === 'number' || column.type === 'integer')
    && format.decimal === '.' && format.missing.length === 0 && asked.every((a, k) => places[k] !== i || a.numeric))
  const types = fast.map((f) => (f ? 'DOUBLE' : 'VARCHAR'))
  const cells = places.map((i): Cell => ({ sql: `c${i}`, kind: fast[i] ? 'double' : 'text' }))
  const reading = csvReading(format)
  if (format.regular === true) return { from: csvFrom(source.path, format, { clean: false, header: format.header, parallel: true, types }), file: source.path, cells, reading, rejected: [] }
  const file = staging().file('clean.csv')
  const report = await cleanCsv(source.path, format, { columns: source.columns.length, target: file, records: options.records, signal: options.signal })
  return { from: csvFrom(file, format, { clean: true, header: false, parallel: report.multiline === 0, types }), file, cells, reading, rejected: report.rejected }
}

/** An RFC 6901 pointer to a key of an object. */
export const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The FROM clause of a JSON file: `json` holds one record a row. */
export const jsonFrom = (file: string, kind: 'json' | 'jsonl'): string =>
  `read_json_objects(${sqlPath(file)}, compression = 'uncompressed', format = '${kind === 'json' ? 'array' : 'newline_delimited'}', maximum_object_size = 67108864)`

function jsonRelation(source: DatasetSource, kind: 'json' | 'jsonl', asked: readonly AskedColumn[]): Relation {
  const pointers = asked.map((a) => sqlText(pointer(a.name))).join(', ')
  const from = `(SELECT json_extract_string(json, [${pointers}]::VARCHAR[]) AS v FROM ${jsonFrom(source.path, kind)})`
  return { from, file: source.path, cells: asked.map((_, i) => ({ sql: `v[${i + 1}]`, kind: 'text' })), reading: { decimal: '.', missing: [] }, rejected: [] }
}

function parquetRelation(source: DatasetSource, asked: readonly AskedColumn[]): Relation {
  return {
    from: `read_parquet(${sqlPath(source.path)})`, file: source.path, cells: asked.map((a) => ({ sql: sqlName(a.name), kind: 'native' })),
    reading: { decimal: '.', missing: [] }, rejected: [],
  }
}

/** The relation of a table source. Asked columns must exist in it. `staging` is called only when a clean copy is needed. */
export async function relationOf(source: DatasetSource, asked: readonly AskedColumn[], staging: () => Staging, options: RelationOptions): Promise<Relation> {
  const { format } = source
  switch (format.kind) {
    case 'csv': return csvRelation(source, format, asked, staging, options)
    case 'json': case 'jsonl': return jsonRelation(source, format.kind, asked)
    case 'parquet': return parquetRelation(source, asked)
    case 'images': throw new SlipwayError('dataset.notReadable', { file: basename(source.path), reason: 'it is a folder of images, not a table' })
  }
}
