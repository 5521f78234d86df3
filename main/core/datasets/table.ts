// Opens any table file as a stream of columnar chunks through DuckDB, with bounded memory.
// Refuses to hand out row objects; format detection lives in csv-detect.ts.
import { basename } from 'node:path'
import type { ColumnType, DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { ChunkBuilder, type WishPlace } from './chunk-builder.ts'
import type { RejectedRecord } from './csv-scan.ts'
import { cancelled, openDatabase, streamChunks, type Database } from './duckdb.ts'
import { integerStateOf, presentText, stateOf, textAsDouble, textAsInteger, type CellReading } from './number-cell.ts'
import { relationOf, type Cell, type Relation } from './relation.ts'
import type { ColumnWish, TableChunk, TableReader, TableWish } from './rows.ts'
import { fileSize } from './fingerprint.ts'
import { openStaging, type Staging } from './staging.ts'
import { openDirect, planDirect, type DirectReading } from './table-csv.ts'

interface Selection { readonly sql: string; readonly places: readonly WishPlace[] }

/** A boolean column asked for as numbers: true is 1, false is 0. */
const truthAsNumber = (text: string): string => `CASE lower(trim(${text})) WHEN 'true' THEN 1.0::DOUBLE WHEN 'false' THEN 0.0::DOUBLE END`

/** Value and state expressions of one wish. */
function expressions(cell: Cell, wish: ColumnWish, type: ColumnType, reading: CellReading): { value: string; state: string | null } {
  if (cell.kind === 'double') return { value: cell.sql, state: null }
  const text = cell.kind === 'native' ? `CAST(${cell.sql} AS VARCHAR)` : cell.sql
  const present = presentText(text, reading)
  if (wish.as === 'text') return { value: present, state: null }
  if (wish.as === 'int64') {
    const value = textAsInteger(text, reading.decimal)
    return { value, state: integerStateOf(present, value) }
  }
  const value = type === 'boolean' ? truthAsNumber(text) : cell.kind === 'native' ? `TRY_CAST(${cell.sql} AS DOUBLE)` : textAsDouble(text, reading.decimal)
  return { value, state: stateOf(present, value) }
}

function selectionOf(relation: Relation, wishes: readonly ColumnWish[], types: readonly ColumnType[]): Selection {
  const parts: string[] = []
  const places = wishes.map((wish, i): WishPlace => {
    const { value, state } = expressions(relation.cells[i]!, wish, types[i]!, relation.reading)
    const place = parts.push(value) - 1
    return { wish, value: place, state: state === null ? null : parts.push(state) - 1 }
  })
  return { sql: `SELECT ${parts.length === 0 ? '1' : parts.join(', ')} FROM ${relation.from}`, places }
}

/** The types of the wished columns, in their order. A missing column is named with what is missing. */
function wishedTypes(source: DatasetSource, wishes: readonly ColumnWish[]): ColumnType[] {
  const known = new Map(source.columns.map((c) => [c.name, c.type]))
  const missing = wishes.filter((w) => !known.has(w.name))
  if (missing.length > 0) throw new SlipwayError('dataset.columnMissing', { input: missing[0]!.name, columns: missing.map((m) => `“${m.name}”`).join(', ') })
  return wishes.map((w) => known.get(w.name)!)
}

/** OFFSET and LIMIT over the accepted rows, from an offset and a limit over the records. */
function rowWindow(rejected: readonly RejectedRecord[], offset: number, limit: number | null): string {
  const before = rejected.filter((r) => r.record <= offset).length
  const within = limit === null ? 0 : rejected.filter((r) => r.record > offset && r.record <= offset + limit).length
  return `${limit === null ? '' : ` LIMIT ${limit - within}`}${offset - before === 0 ? '' : ` OFFSET ${offset - before}`}`
}

async function* readChunks(db: Database, sql: string, builder: ChunkBuilder, signal: AbortSignal, file: string): AsyncGenerator<TableChunk> {
  for await (const vectors of streamChunks(db, sql, signal, file)) {
    for (const chunk of builder.take(vectors)) {
      yield chunk
      if (signal.aborted) throw cancelled()
    }
  }
  yield* builder.finish()
}

/** Starting threads takes longer than reading a small file. */
const largeFile = 4_000_000

async function openLarge(source: DatasetSource, wishes: readonly ColumnWish[]): Promise<DirectReading | null> {
  if (planDirect(source, wishes) === null) return null
  const size = await fileSize(source.path)
  return size < largeFile ? null : openDirect(source, wishes, size)
}

/**
 * Opens a table for one pass. Columns come back in the order wished. A wished column that the source lacks is `dataset.columnMissing`;
 * a file that cannot be read is `dataset.notReadable`. A file that its profile did not prove regular is scanned and copied in clean form first.
 */
export async function openTable(source: DatasetSource, wish: TableWish): Promise<TableReader> {
  const file = basename(source.path)
  const types = wishedTypes(source, wish.columns)
  const offset = wish.offset ?? 0
  const limit = wish.limit ?? null
  let staging: Staging | null = null
  let db: Database | null = null
  const direct = wish.whole === true && offset === 0 && limit === null ? await openLarge(source, wish.columns) : null
  const close = (): void => { direct?.close(); db?.close(); staging?.remove(); db = null; staging = null }
  const open = async (signal: AbortSignal): Promise<{ db: Database; relation: Relation }> => {
    const asked = wish.columns.map((c) => ({ name: c.name, numeric: c.as === 'float64' || c.as === 'float32' }))
    const relation = await relationOf(source, asked, () => (staging ??= openStaging()), { records: limit === null ? null : offset + limit, signal })
    db = await openDatabase([relation.file])
    return { db, relation }
  }
  return {
    async *chunks(signal) {
      try {
        if (direct !== null) { yield* direct.chunks(signal); return }
        const opened = await open(signal)
        const rejected = opened.relation.rejected.filter((r) => limit === null || r.record <= offset + limit)
        const selection = selectionOf(opened.relation, wish.columns, types)
        const builder = new ChunkBuilder(selection.places, { offset, chunkRows: wish.chunkRows ?? 8192, rejected: rejected.filter((r) => r.record > offset) })
        yield* readChunks(opened.db, selection.sql + rowWindow(rejected, offset, limit), builder, signal, file)
      } finally { close() }
    },
    close,
  }
}
