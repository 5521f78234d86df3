// One column of one row group as the bytes of its Parquet pages: levels that say which cells are there, then the values.
// Owns the encodings (plain, dictionary, bit-packed); refuses compression, which costs more time than the numbers of a model shrink.
import { ThriftWriter } from './parquet-thrift.ts'

/** Cells of one column. A NaN, a place −1, a flag 2 and a null text stand for "not there". Only the first `rows` count. */
export type ParquetCells =
  | { readonly kind: 'uint32'; readonly values: Uint32Array }
  | { readonly kind: 'double'; readonly values: Float64Array }
  | { readonly kind: 'flag'; readonly values: Uint8Array }
  | { readonly kind: 'place'; readonly values: Int32Array; readonly words: readonly string[] }
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] }

/** Numbers of the Parquet format (parquet.thrift). */
export const physicalType = { boolean: 0, int32: 1, double: 5, byteArray: 6 } as const
const encoding = { plain: 0, rle: 3, dictionary: 8 } as const
const page = { data: 0, dictionary: 2 } as const

export const typeOf: Readonly<Record<ParquetCells['kind'], number>> = {
  uint32: physicalType.int32, double: physicalType.double, flag: physicalType.boolean, place: physicalType.byteArray, text: physicalType.byteArray,
}

export interface EncodedColumn {
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  readonly encodings: readonly number[]
  /** Bytes of the dictionary page in front of the data page; 0: there is none. */
  readonly dictionaryBytes: number
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest > 127) { out.push((rest % 128) | 128); rest = Math.floor(rest / 128) }
  return [...out, rest]
}

/** Which cells are there: null when all are. */
function presence(cells: ParquetCells, rows: number): { present: Uint8Array; count: number } | null {
  let present: Uint8Array | null = null
  let count = rows
  const gone = (r: number): void => { (present ??= new Uint8Array(rows).fill(1))[r] = 0; count-- }
  switch (cells.kind) {
    case 'uint32': break
    case 'double': { const { values } = cells; for (let r = 0; r < rows; r++) if (values[r] !== values[r]) gone(r); break }
    case 'flag': { const { values } = cells; for (let r = 0; r < rows; r++) if (values[r] === 2) gone(r); break }
    case 'place': { const { values } = cells; for (let r = 0; r < rows; r++) if (values[r]! < 0) gone(r); break }
    case 'text': { const { values } = cells; for (let r = 0; r < rows; r++) if (values[r] === null || values[r] === undefined) gone(r); break }
  }
  return present === null ? null : { present, count }
}

/** Numbers of `width` bits each, lowest bit first, padded to a whole group of eight. */
function bitPacked(values: ArrayLike<number>, rows: number, width: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(rows / 8) * width)
  if (width === 1) {
    for (let r = 0; r < rows; r++) if (values[r] !== 0) out[r >> 3]! |= 1 << (r & 7)
    return out
  }
  for (let r = 0, bit = 0; r < rows; r++, bit += width) {
    let rest = values[r]!
    for (let left = width, at = bit; left > 0;) {
      const room = 8 - (at & 7)
      out[at >> 3]! |= (rest << (at & 7)) & 0xff
      const step = Math.min(room, left)
      rest >>>= step
      at += step
      left -= step
    }
  }
  return out
}

/** Parquet's hybrid of runs and packed groups, as one packed stretch. */
function hybrid(values: ArrayLike<number>, rows: number, width: number): Uint8Array {
  return Buffer.concat([Uint8Array.from(varint(Math.ceil(rows / 8) * 2 + 1)), bitPacked(values, rows, width)])
}

function levels(rows: number, there: { present: Uint8Array; count: number } | null): Uint8Array {
  const body = there === null || there.count === 0 ? Uint8Array.from([...varint(rows * 2), there === null ? 1 : 0]) : hybrid(there.present, rows, 1)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, body.length, true)
  return Buffer.concat([length, body])
}

/** The values that are there, close together. */
function closed<T extends Uint8Array | Int32Array | Float64Array>(values: T, rows: number, there: { present: Uint8Array; count: number } | null): T {
  if (there === null) return values.subarray(0, rows) as T
  const out = values.slice(0, there.count) as T
  for (let r = 0, to = 0; r < rows; r++) if (there.present[r] === 1) out[to++] = values[r]!
  return out
}

function plainTexts(texts: readonly (string | null)[], rows: number): Uint8Array {
  const parts: Buffer[] = []
  for (let r = 0; r < rows; r++) {
    const text = texts[r]
    if (text === null || text === undefined) continue
    const part = Buffer.allocUnsafe(4 + Buffer.byteLength(text))
    part.writeUInt32LE(part.length - 4)
    part.write(text, 4)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const bitsFor = (words: number): number => Math.max(1, 32 - Math.clz32(Math.max(0, words - 1)))

function valuesOf(cells: ParquetCells, rows: number, there: { present: Uint8Array; count: number } | null): Uint8Array[] {
  const count = there?.count ?? rows
  switch (cells.kind) {
    case 'uint32': return [bytesOf(cells.values.slice(0, rows))]
    case 'double': return [bytesOf(closed(cells.values, rows, there).slice())]
    case 'flag': return [bitPacked(closed(cells.values, rows, there), count, 1).subarray(0, Math.ceil(count / 8))]
    case 'text': return [plainTexts(cells.values, rows)]
    case 'place': {
      const width = bitsFor(cells.words.length)
      return [Uint8Array.of(width), hybrid(closed(cells.values, rows, there), count, width)]
    }
  }
}

function pageHeader(kind: number, bytes: number, rows: number, encodingUsed: number): Uint8Array {
  const header = new ThriftWriter().i32(1, kind).i32(2, bytes).i32(3, bytes)
  if (kind === page.dictionary) return header.struct(7, (h) => h.i32(1, rows).i32(2, encodingUsed)).finish()
  return header.struct(5, (h) => h.i32(1, rows).i32(2, encodingUsed).i32(3, encoding.rle).i32(4, encoding.rle)).finish()
}

const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)

/** The pages of one column, copied out of the given arrays. Little-endian machines only, as Parquet's plain numbers are. */
export function encodeColumn(cells: ParquetCells, rows: number): EncodedColumn {
  const there = presence(cells, rows)
  const body = [...(cells.kind === 'uint32' ? [] : [levels(rows, there)]), ...valuesOf(cells, rows, there)]
  const used = cells.kind === 'place' ? encoding.dictionary : encoding.plain
  const data = [pageHeader(page.data, total(body), rows, used), ...body]
  if (cells.kind !== 'place') return { parts: data, bytes: total(data), encodings: [used, encoding.rle], dictionaryBytes: 0 }
  const words = plainTexts(cells.words, cells.words.length)
  const dictionary = [pageHeader(page.dictionary, words.length, cells.words.length, encoding.plain), words]
  const parts = [...dictionary, ...data]
  return { parts, bytes: total(parts), encodings: [encoding.plain, used, encoding.rle], dictionaryBytes: total(dictionary) }
}
