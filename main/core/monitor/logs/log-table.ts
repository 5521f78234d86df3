// Opens a CSV, Parquet or JSON lines file of a log as columns of text: how it is read is detected, and lines that are no rows are noted.
// Refuses what is none of these, and text that is not UTF-8 after its conversion.
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { CsvFormat } from '../../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { detectCsv, uniqueNames } from '../../datasets/csv-detect.ts'
import { allRows, sqlName, sqlPath, sqlText, type Database } from '../../datasets/duckdb.ts'
import { tableKind, type TableKind } from '../../datasets/file-kind.ts'
import { pointer } from '../../datasets/relation.ts'
import { detectEncoding, headText, utf8Blocks } from '../../datasets/text-encoding.ts'

/** A file as columns. `text` and `type` are asked by the name of a column, or of a path with dots in JSON lines. */
export interface LogTable {
  readonly kind: TableKind
  readonly from: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly ahead: number
  has(name: string): boolean
  /** SQL of the cell as text; NULL where it is missing. */
  text(name: string): string
  /** SQL of the cell as a number. */
  number(name: string): string
  /** Milliseconds since 1970 where the column is a timestamp of its own; null: it is text or a number. */
  moment(name: string): string | null
  /** Lines that are no rows, once the file was read. */
  broken(): Promise<readonly number[]>
}

export interface TableFile { readonly path: string; /** its place */ readonly file: number }

async function head(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path, 'r').catch((thrown: unknown) => { throw new SlipwayError('file.unreadable', { file: basename(path), reason: (thrown as NodeJS.ErrnoException).code ?? 'it cannot be opened' }) })
  try {
    const buffer = Buffer.alloc(bytes)
    return buffer.subarray(0, (await handle.read(buffer, 0, bytes, 0)).bytesRead)
  } finally { await handle.close() }
}

/** Which kind of table a file is. */
export const kindOf = async (path: string): Promise<TableKind> => tableKind(path, await head(path, 65_536))

function tableOf(kind: TableKind, from: string, columns: LogTable['columns'], cell: (place: number) => string, rest: Pick<LogTable, 'ahead' | 'broken'>, native: boolean): LogTable {
  const places = new Map(columns.map((c, i) => [c.name, i]))
  const at = (name: string): string => { const place = places.get(name); return place === undefined ? 'NULL' : cell(place) }
  const typeOf = (name: string): string => columns[places.get(name) ?? -1]?.type ?? ''
  return {
    kind, from, columns, ...rest, has: (name) => places.has(name),
    text: (name) => (native ? `CAST(${at(name)} AS VARCHAR)` : at(name)),
    number: (name) => (native && typeOf(name) === 'BOOLEAN' ? `CAST(${at(name)} AS DOUBLE)` : `TRY_CAST(${at(name)} AS DOUBLE)`),
    moment: (name) => (native && /^(TIMESTAMP|DATE)/.test(typeOf(name)) ? `epoch_ms(CAST(${at(name)} AS TIMESTAMP))` : null),
  }
}

async function utf8Copy(path: string, format: CsvFormat, folder: string, file: number, signal: AbortSignal): Promise<string> {
  const copy = join(folder, `utf8-${file}.csv`)
  await pipeline(Readable.from(utf8Blocks(path, format.encoding, signal)), createWriteStream(copy))
  return copy
}

/** The header and how the file is cut, from its beginning. */
export async function csvHead(path: string): Promise<{ readonly format: CsvFormat; readonly names: readonly string[] }> {
  const bytes = await head(path, 1 << 20)
  const encoding = detectEncoding(bytes, true)
  const text = await headText(path, encoding.encoding, 1 << 20)
  const { format, names } = detectCsv({ file: basename(path), text, whole: bytes.length < 1 << 20, encoding, override: {} })
  return { format, names: uniqueNames(names).names }
}

async function csvTable(db: Database, { path, file }: TableFile, folder: string, signal: AbortSignal): Promise<LogTable> {
  const { format, names } = await csvHead(path)
  const source = format.encoding === 'utf-8' ? path : await utf8Copy(path, format, folder, file, signal)
  const [quote, types] = [sqlText(format.quote), names.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ')]
  const from = `read_csv(${sqlPath(source)}, auto_detect = false, compression = 'none', header = ${format.header}, delim = ${sqlText(format.delimiter)}, quote = ${quote}, escape = ${quote}, `
    + `max_line_size = 8388608, buffer_size = 16777216, store_rejects = true, rejects_limit = 0, rejects_table = 'rejects_${file}', rejects_scan = 'scan_${file}', columns = {${types}})`
  const broken = async (): Promise<readonly number[]> => (await allRows(db, `SELECT DISTINCT line FROM rejects_${file} ORDER BY line`, signal, basename(path)).catch(() => [])).map(([line]) => Number(line))
  // An empty field says nothing, in every column.
  return tableOf('csv', from, names.map((name) => ({ name, type: 'VARCHAR' })), (i) => `nullif(c${i}, '')`, { ahead: format.header ? 1 : 0, broken }, false)
}

async function parquetTable(db: Database, { path }: TableFile, signal: AbortSignal): Promise<LogTable> {
  const from = `read_parquet(${sqlPath(path)})`
  const described = await allRows(db, `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`, signal, basename(path))
  const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }))
  return tableOf('parquet', from, columns, (i) => sqlName(columns[i]!.name), { ahead: 0, broken: () => Promise.resolve([]) }, true)
}

/** Paths of the values of a record, with dots between the keys of objects in it; lists are values. */
export function pathsOf(record: unknown, before = ''): readonly string[] {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return before === '' ? [] : [before]
  return Object.entries(record).flatMap(([key, value]) => pathsOf(value, before === '' ? key : `${before}.${key}`))
}

async function jsonTable({ path }: TableFile, wanted: readonly string[]): Promise<LogTable> {
  const lines = (await headText(path, 'utf-8', 1 << 20)).split('\n').slice(0, 500)
  const found = new Set(lines.flatMap((line) => { try { return pathsOf(JSON.parse(line)) } catch { return [] } }))
  const columns = [...new Set([...found, ...wanted])].map((name) => ({ name, type: 'JSON' }))
  // A key may hold dots itself: then it is found under its own name.
  const pointers = columns.flatMap(({ name }) => [sqlText(pointer(name)), sqlText(name.split('.').map((key) => pointer(key)).join(''))]).join(', ')
  const objects = `read_json_objects(${sqlPath(path)}, compression = 'uncompressed', format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864)`
  const from = `(SELECT json, json_extract_string(json, [${pointers}]::VARCHAR[]) AS v FROM ${objects})`
  return tableOf('jsonl', from, columns, (i) => `nullif(coalesce(v[${2 * i + 1}], v[${2 * i + 2}]), '')`, { ahead: 0, broken: () => Promise.resolve([]) }, false)
}

/** Opens a file. `wanted`: paths that must be readable even where the first records lack them. Errors: `dataset.*`, `file.unreadable`. */
export async function openLogTable(db: Database, file: TableFile, wanted: readonly string[], folder: string, signal: AbortSignal): Promise<LogTable> {
  const kind = await kindOf(file.path)
  if (kind === 'csv') return csvTable(db, file, folder, signal)
  if (kind === 'parquet') return parquetTable(db, file, signal)
  if (kind === 'jsonl') return jsonTable(file, wanted)
  throw new SlipwayError('dataset.notReadable', { file: basename(file.path), reason: 'it is one JSON list; write one record a line' })
}
