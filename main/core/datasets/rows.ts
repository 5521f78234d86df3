// The shape in which rows leave the data readers: columns, in file order, with the record number of every row.
// Types only; table.ts and images fill them, the evaluation loop consumes them.

/** How a caller wants a column: numbers as 64-bit or 32-bit floats, exact 64-bit integers, or text. */
export type ColumnWish = { readonly name: string; readonly as: 'float64' | 'float32' | 'int64' | 'text' }

/** State of one cell of a number column. */
export const cellState = { ok: 0, missing: 1, notANumber: 2, notFinite: 3 } as const

export interface NumberColumn {
  readonly kind: 'number'
  readonly name: string
  /** NaN wherever the state is not ok. Only the first `rows` values count. */
  readonly values: Float64Array | Float32Array
  /** One `cellState` a row; null when every cell is ok. */
  readonly states: Uint8Array | null
}
export interface IntegerColumn { readonly kind: 'integer'; readonly name: string; readonly values: BigInt64Array; readonly states: Uint8Array | null }
export interface TextColumn {
  readonly kind: 'text'; readonly name: string; /** null: missing */ readonly values: readonly (string | null)[]
  /** Where a reader has them: each cell as its place in `words` (−1: missing). Says the same as `values`, with less to look up. */
  readonly places?: Int32Array
  readonly words?: readonly string[]
}
export type ColumnChunk = NumberColumn | IntegerColumn | TextColumn

export interface TableChunk {
  readonly rows: number
  /** 1-based data record of each row (header not counted, blank lines not counted). */
  readonly records: Uint32Array
  readonly columns: readonly ColumnChunk[]
  /** Records of this stretch that are no rows: wrong number of fields, unreadable. They are not in `columns`. */
  readonly rejected: readonly { readonly record: number; readonly reason: string }[]
}

export interface ImageChunk {
  readonly rows: number
  readonly records: Uint32Array
  readonly names: readonly string[]
  /** Class by folder or label file; null when unknown. */
  readonly labels: readonly (string | null)[]
  /** RGBA pixels of each picture, EXIF orientation applied, at its own size. */
  readonly pictures: readonly { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray | Uint8Array }[]
  /** Where the reader prepared them itself: by the name of the model's input the values of all pictures, one after another; `pictures` is empty then. */
  readonly prepared?: ReadonlyMap<string, Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array>
  readonly rejected: readonly { readonly record: number; readonly reason: string }[]
  /** Gives the memory of `prepared` back to the reader, which writes the next pictures into it; nothing may read it any more. Need not be called. */
  readonly release?: () => void
}

/** What a reader is asked for. Offsets and limits count data records, rejected ones included. */
export interface TableWish {
  readonly columns: readonly ColumnWish[]
  readonly offset?: number
  readonly limit?: number
  /** Rows in a full chunk; default 8192. Only the last chunk is shorter. */
  readonly chunkRows?: number
  /** The caller wants every row, and takes chunks of any length: a large regular file is then read by threads of its own. */
  readonly whole?: boolean
}

/** One pass over a table. `close` frees everything, temporary files included, and may be called twice. */
export interface TableReader {
  /** Aborting the signal ends the pass with `job.cancelled` within milliseconds. */
  chunks(signal: AbortSignal): AsyncIterable<TableChunk>
  close(): void
}

export interface ImageWish {
  readonly offset?: number
  readonly limit?: number
  /** Which records are decoded; absent or null: all. */
  readonly chosen?: ((record: number) => boolean) | null
  /** Most pictures in a chunk; default 64. A chunk of large pictures is shorter, so that memory stays bounded. */
  readonly chunkRows?: number
}

export interface ImageReader {
  chunks(signal: AbortSignal): AsyncIterable<ImageChunk>
  close(): void
}
