// Answers `dataset.rows`: a page of rows as text cells, by place or by record number.
// Refuses pages of more than 1,000 rows; cells longer than 10,000 characters are cut.
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { DatasetSource, RowPage } from '../../../shared/domain/dataset.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { listPictures } from '../images/image-folder.ts'
import { cleanCsv } from './csv-clean.ts'
import type { RejectedRecord } from './csv-scan.ts'
import { allRows, openDatabase, type Database } from './duckdb.ts'
import { fileSize } from './fingerprint.ts'
import { presentText } from './number-cell.ts'
import { relationOf, type Relation } from './relation.ts'
import { openStaging, type Staging } from './staging.ts'
import { openTable } from './table.ts'

type Method = EngineContract['dataset.rows']
type Input = InputOf<Method>

const longestPage = 1000
const longestCell = 10_000

const cut = (text: string | null): string | null => (text !== null && text.length > longestCell ? `${text.slice(0, longestCell)}…` : text)

/** Totals of files already counted, by path, size and time of change. */
const totals = new Map<string, number>()

async function totalOf(source: DatasetSource, signal: AbortSignal): Promise<number> {
  const file = basename(source.path)
  await fileSize(source.path)
  const { size, mtimeMs } = await stat(source.path)
  const key = `${source.path}\n${size}\n${mtimeMs}\n${JSON.stringify(source.format)}`
  const known = totals.get(key)
  if (known !== undefined) return known
  const total = await count(source, signal, file)
  if (totals.size > 100) totals.clear()
  totals.set(key, total)
  return total
}

async function count(source: DatasetSource, signal: AbortSignal, file: string): Promise<number> {
  const { format } = source
  if (format.kind === 'csv' && format.regular !== true) return (await cleanCsv(source.path, format, { columns: source.columns.length, target: null, records: null, signal })).records
  const relation = await relationOf(source, [], openStaging, { records: null, signal })
  const db = await openDatabase([relation.file])
  try { return Number((await allRows(db, `SELECT count(*) FROM ${relation.from}`, signal, file))[0]?.[0] ?? 0) } finally { db.close() }
}

/** The accepted row that holds a record, 1-based; null for a rejected record. */
function rowOf(record: number, rejected: readonly RejectedRecord[]): number | null {
  let before = 0
  for (const r of rejected) { if (r.record === record) return null; if (r.record > record) break; before++ }
  return record - before
}

function pickSql(relation: Relation, rows: readonly number[]): string {
  const cells = relation.cells.map((cell, i) => `${presentText(cell.kind === 'native' ? `CAST(${cell.sql} AS VARCHAR)` : cell.sql, relation.reading)} AS t${i}`)
  return `SELECT * FROM (SELECT row_number() OVER () AS r, ${cells.join(', ')} FROM ${relation.from}) WHERE r IN (${rows.join(', ')}) LIMIT ${rows.length}`
}

/** Rows by record number, in the order asked; records that are no rows are left out. */
async function pickRecords(source: DatasetSource, records: readonly number[], signal: AbortSignal): Promise<RowPage> {
  const columns = source.columns.map((c) => c.name)
  let staging: Staging | null = null
  let db: Database | null = null
  try {
    const asked = columns.map((name) => ({ name, numeric: false }))
    const relation = await relationOf(source, asked, () => (staging ??= openStaging()), { records: Math.max(0, ...records), signal })
    const places = new Map(records.flatMap((record) => { const row = rowOf(record, relation.rejected); return row === null ? [] : [[row, record] as const] }))
    db = await openDatabase([relation.file])
    const found = places.size === 0 ? [] : await allRows(db, pickSql(relation, [...places.keys()]), signal, basename(source.path))
    const byRecord = new Map(found.map((row) => [places.get(Number(row[0]))!, row.slice(1).map((cell) => cut(cell === null ? null : String(cell)))]))
    const kept = records.filter((record) => byRecord.has(record))
    return { columns, records: kept, rows: kept.map((record) => byRecord.get(record)!), total: kept.length }
  } finally {
    db?.close()
    ;(staging as Staging | null)?.remove()
  }
}

async function tablePage(input: Input, signal: AbortSignal): Promise<RowPage> {
  const { source, offset } = input
  const limit = Math.max(0, Math.min(longestPage, input.limit))
  if (input.records !== undefined) return pickRecords(source, input.records.slice(0, longestPage), signal)
  const columns = source.columns.map((c) => c.name)
  const total = await totalOf(source, signal)
  const page: { records: number[]; rows: (string | null)[][] } = { records: [], rows: [] }
  const reader = await openTable(source, { columns: columns.map((name) => ({ name, as: 'text' as const })), offset, limit, chunkRows: Math.max(1, limit) })
  try {
    for await (const chunk of reader.chunks(signal)) {
      for (let row = 0; row < chunk.rows; row++) {
        page.records.push(chunk.records[row]!)
        page.rows.push(chunk.columns.map((c) => (c.kind === 'text' ? cut(c.values[row] ?? null) : null)))
      }
    }
  } finally { reader.close() }
  return { columns, ...page, total }
}

async function imagePage(input: Input, signal: AbortSignal): Promise<RowPage> {
  const { entries } = await listPictures(input.source.path, input.source.format, signal)
  const records = input.records ?? Array.from({ length: Math.min(longestPage, Math.max(0, input.limit)) }, (_, i) => input.offset + i + 1)
  const kept = records.slice(0, longestPage).filter((record) => record >= 1 && record <= entries.length)
  const layout = input.source.format.kind === 'images' ? input.source.format.layout : null
  const answer = layout === 'masks' ? 'mask' : layout === 'coco' || layout === 'yolo' ? 'boxes' : 'class'
  return { columns: ['image', answer], records: kept, rows: kept.map((record) => [entries[record - 1]!.name, entries[record - 1]!.label]), total: entries.length }
}

/** A page of rows as text; null is a missing value. `records` picks rows by their 1-based record numbers instead of a stretch. */
export async function readRows(input: Input, context: CallContext): Promise<OutputOf<Method>> {
  return input.source.format.kind === 'images' ? imagePage(input, context.signal) : tablePage(input, context.signal)
}
