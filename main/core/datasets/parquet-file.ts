// Writes a Parquet file one row group at a time, so that nothing of what was written stays in memory (format: Apache Parquet, parquet.thrift).
// Owns schema, offsets and footer; columns are encoded by parquet-columns.ts. DuckDB and any other Parquet reader read it.
import { open } from 'node:fs/promises'
import { encodeColumn, typeOf, type EncodedColumn, type ParquetCells } from './parquet-columns.ts'
import { ThriftWriter } from './parquet-thrift.ts'

export interface ParquetColumn { readonly name: string; readonly kind: ParquetCells['kind'] }

export interface ParquetFile {
  /** Appends one row group. The arrays are free again as soon as this returns its promise; the bytes are on their way until it settles. */
  group(cells: readonly ParquetCells[], rows: number): Promise<void>
  /** Writes the footer with the given entries and closes the file. */
  finish(entries: Readonly<Record<string, string>>): Promise<void>
  /** Closes the file as it is, once what is on its way is written. Safe to call twice, never rejects. */
  close(): Promise<void>
}

interface WrittenColumn { readonly column: ParquetColumn; readonly encoded: Omit<EncodedColumn, 'parts'>; readonly at: number }
interface WrittenGroup { readonly rows: number; readonly bytes: number; readonly columns: readonly WrittenColumn[] }

const magic = Buffer.from('PAR1')
const converted: Partial<Record<ParquetCells['kind'], number>> = { place: 0, text: 0, uint32: 13 }

function footer(columns: readonly ParquetColumn[], groups: readonly WrittenGroup[], entries: Readonly<Record<string, string>>): Uint8Array {
  const schema = [null, ...columns]
  return new ThriftWriter()
    .i32(1, 1)
    .structs(2, schema, (s, column) => {
      if (column === null) { s.text(4, 'schema').i32(5, columns.length); return }
      s.i32(1, typeOf[column.kind]).i32(3, column.kind === 'uint32' ? 0 : 1).text(4, column.name)
      const as = converted[column.kind]
      if (as !== undefined) s.i32(6, as)
    })
    .i64(3, groups.reduce((sum, g) => sum + g.rows, 0))
    .structs(4, groups, (g, group) => {
      g.structs(1, group.columns, (c, { column, encoded, at }) => {
        c.i64(2, at).struct(3, (m) => {
          m.i32(1, typeOf[column.kind]).numbers(2, encoded.encodings).texts(3, [column.name]).i32(4, 0).i64(5, group.rows).i64(6, encoded.bytes).i64(7, encoded.bytes).i64(9, at + encoded.dictionaryBytes)
          if (encoded.dictionaryBytes > 0) m.i64(11, at)
        })
      }).i64(2, group.bytes).i64(3, group.rows)
    })
    .structs(5, Object.entries(entries), (e, [key, value]) => { e.text(1, key).text(2, value) })
    .text(6, 'Slipway')
    .finish()
}

/** Starts a file; an old one of that name is replaced. Rejects with the system's error when the disk refuses. */
export async function createParquetFile(path: string, columns: readonly ParquetColumn[]): Promise<ParquetFile> {
  const handle = await open(path, 'w')
  const groups: WrittenGroup[] = []
  let at = magic.length
  let isOpen = true
  await handle.write(magic, 0, magic.length, 0)
  const write = async (parts: readonly Uint8Array[], from: number): Promise<void> => {
    const whole = Buffer.concat(parts)
    for (let done = 0; done < whole.length;) done += (await handle.write(whole, done, whole.length - done, from + done)).bytesWritten
  }
  return {
    group(cells, rows) {
      const from = at
      const encoded = cells.map((column) => encodeColumn(column, rows))
      const written = encoded.map(({ bytes, encodings, dictionaryBytes }, i): WrittenColumn => { const place = at; at += bytes; return { column: columns[i]!, encoded: { bytes, encodings, dictionaryBytes }, at: place } })
      groups.push({ rows, bytes: at - from, columns: written })
      return write(encoded.flatMap((e) => e.parts), from)
    },
    async finish(entries) {
      const body = footer(columns, groups, entries)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(body.length)
      await write([body, length, magic], at)
      isOpen = false
      await handle.close()
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await handle.close().catch(() => undefined)
    },
  }
}
