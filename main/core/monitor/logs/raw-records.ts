// The records of log files as plain objects with where they are: JSON (an object, a list, or one a line), CSV, Parquet. One after another, in bounded memory.
// A record that cannot be read is null; a file that is damaged as a whole is one such record.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { streamChunks, type Database } from '../../datasets/duckdb.ts'
import { kindOf, openLogTable } from './log-table.ts'

export type Loose = Readonly<Record<string, unknown>>
export interface RawRecord { readonly line: number; readonly record: Loose | null; readonly broken?: 'columns' }

export const isMap = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Files up to this size may be one JSON document; larger ones must have one record a line. */
const wholeDocument = 256 * 1024 * 1024

function parse(text: string): unknown {
  try { return JSON.parse(text) } catch { return undefined }
}

function* recordsOf(value: unknown, line: number): Generator<RawRecord> {
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield { line: line === 0 ? i + 1 : line, record: isMap(one) ? one : null }
  else yield { line: Math.max(1, line), record: isMap(value) ? value : null }
}

async function firstLine(path: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  try {
    for await (const line of lines) if (line.trim() !== '') return line
    return ''
  } finally { lines.close() }
}

/** A document over several lines: one object or one list. undefined: it is none. */
async function documentOf(path: string): Promise<unknown> {
  if ((await stat(path)).size > wholeDocument) return undefined
  return parse(await readFile(path, 'utf8'))
}

async function* jsonRecords(path: string): AsyncGenerator<RawRecord> {
  const first = await firstLine(path)
  if (first === '') return
  // A first line that is whole makes a file of lines, also where that is its only one; a cut one does so where others are whole.
  if (parse(first) === undefined) {
    const whole = await documentOf(path)
    if (whole !== undefined) { yield* recordsOf(whole, 0); return }
    if (/^\s*[[{]\s*$/.test(first)) { yield { line: 1, record: null }; return }
  }
  let line = 0
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    line++
    if (text.trim() === '') continue
    const value = parse(text)
    yield* value === undefined ? [{ line, record: null }] : recordsOf(value, line)
  }
}

async function* tableRecords(db: Database, path: string, file: number, folder: string, signal: AbortSignal): AsyncGenerator<RawRecord> {
  const table = await openLogTable(db, { path, file }, [], folder, signal)
  // A payload may be bytes: DuckDB writes those as text with escapes, which would be another text.
  const cells = table.columns.map((c) => (c.type === 'BLOB' ? `to_base64(${`"${c.name.replaceAll('"', '""')}"`})` : table.moment(c.name) ?? table.text(c.name)))
  let line = table.ahead
  for await (const chunk of streamChunks(db, `SELECT ${cells.join(', ')} FROM ${table.from}`, signal, basename(path))) {
    const columns = cells.map((_, c) => chunk.getColumnValues(c))
    for (let r = 0; r < chunk.rowCount; r++) {
      const record: Record<string, unknown> = {}
      table.columns.forEach((c, i) => { const value = columns[i]![r]; record[c.name] = typeof value === 'bigint' ? Number(value) : value })
      yield { line: ++line, record }
    }
  }
  for (const at of await table.broken()) yield { line: at, record: null, broken: 'columns' }
}

/** All records of a file. `file`: its place among the files. */
export async function* rawRecords(db: Database, path: string, file: number, folder: string, signal: AbortSignal): AsyncGenerator<RawRecord> {
  if ((await stat(path)).size === 0) return
  const kind = await kindOf(path)
  if (kind === 'json' || kind === 'jsonl') yield* jsonRecords(path)
  else yield* tableRecords(db, path, file, folder, signal)
}
