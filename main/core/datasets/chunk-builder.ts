// Gathers DuckDB's small vectors into chunks of the asked size and numbers their rows.
// Owns the arrays of a chunk until it is handed out; every chunk has arrays of its own.
import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { RejectedRecord } from './csv-scan.ts'
import { cellState, type ColumnChunk, type ColumnWish, type TableChunk } from './rows.ts'
import { copyDoubles, copyIntegers, copyStates, markNulls, TextReader } from './vectors.ts'

/** Where one wished column lies in the rows of the query; `state` null: NULL means missing and nothing else is wrong. */
export interface WishPlace { readonly wish: ColumnWish; readonly value: number; readonly state: number | null }

export interface BuilderOptions {
  /** Data records before the first row. */
  readonly offset: number
  readonly chunkRows: number
  /** Left-out records behind the offset, in order. */
  readonly rejected: readonly RejectedRecord[]
}

type Filling =
  | { readonly kind: 'number'; readonly place: WishPlace; readonly values: Float64Array | Float32Array; readonly states: Uint8Array; odd: boolean }
  | { readonly kind: 'integer'; readonly place: WishPlace; readonly values: BigInt64Array; readonly states: Uint8Array; odd: boolean }
  | { readonly kind: 'text'; readonly place: WishPlace; readonly values: (string | null)[] }

function newFilling(place: WishPlace, rows: number): Filling {
  switch (place.wish.as) {
    case 'float64': return { kind: 'number', place, values: new Float64Array(rows), states: new Uint8Array(rows), odd: false }
    case 'float32': return { kind: 'number', place, values: new Float32Array(rows), states: new Uint8Array(rows), odd: false }
    case 'int64': return { kind: 'integer', place, values: new BigInt64Array(rows), states: new Uint8Array(rows), odd: false }
    case 'text': return { kind: 'text', place, values: new Array<string | null>(rows) }
  }
}

/** NaN wherever the state is not ok, so that an infinity cannot slip into a sum. */
function blankOdd(values: Float64Array | Float32Array, states: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (states[i] !== cellState.ok) values[i] = NaN
}

export class ChunkBuilder {
  readonly #places: readonly WishPlace[]
  readonly #options: BuilderOptions
  readonly #texts: TextReader[]
  #columns: Filling[] = []
  #records = new Uint32Array(0)
  #rejected: RejectedRecord[] = []
  #rows = 0
  #record: number
  #nextRejected = 0

  constructor(places: readonly WishPlace[], options: BuilderOptions) {
    this.#places = places
    this.#options = options
    this.#texts = places.map(() => new TextReader())
    this.#record = options.offset
    this.#renew()
  }

  /** Takes one vector chunk and yields every chunk that became full. */
  *take(chunk: DuckDBDataChunk): Generator<TableChunk> {
    let from = 0
    while (from < chunk.rowCount) {
      const to = Math.min(chunk.rowCount, from + this.#options.chunkRows - this.#rows)
      for (let i = 0; i < this.#columns.length; i++) this.#fill(this.#columns[i]!, this.#texts[i]!, chunk, from, to)
      this.#number(to - from)
      from = to
      if (this.#rows === this.#options.chunkRows) yield this.#hand()
    }
  }

  /** The last, shorter chunk; and rejected records behind the last row. */
  *finish(): Generator<TableChunk> {
    const rest = this.#options.rejected.slice(this.#nextRejected)
    this.#nextRejected = this.#options.rejected.length
    this.#rejected.push(...rest)
    if (this.#rows > 0 || this.#rejected.length > 0) yield this.#hand()
  }

  #fill(column: Filling, texts: TextReader, chunk: DuckDBDataChunk, from: number, to: number): void {
    const at = this.#rows
    const vector = chunk.getColumnVector(column.place.value)
    if (column.kind === 'text') { texts.copy(vector, from, to, column.values, at); return }
    if (column.kind === 'integer') copyIntegers(vector, from, to, column.values, at)
    else copyDoubles(vector, from, to, column.values, at)
    const odd = column.place.state === null
      ? markNulls(vector, from, to, column.states, at, cellState.missing)
      : copyStates(chunk.getColumnVector(column.place.state), from, to, column.states, at)
    if (!odd) return
    column.odd = true
    if (column.kind === 'number') blankOdd(column.values, column.states, at, at + to - from)
  }

  /** Gives the next rows their record numbers, stepping over rejected records. */
  #number(count: number): void {
    const { rejected } = this.#options
    for (let i = 0; i < count; i++) {
      this.#record++
      while (this.#nextRejected < rejected.length && rejected[this.#nextRejected]!.record === this.#record) {
        this.#rejected.push(rejected[this.#nextRejected++]!)
        this.#record++
      }
      this.#records[this.#rows++] = this.#record
    }
  }

  #hand(): TableChunk {
    const rows = this.#rows
    const columns = this.#columns.map((c): ColumnChunk => {
      const { name } = c.place.wish
      if (c.kind === 'text') { c.values.length = rows; return { kind: 'text', name, values: c.values } }
      const states = c.odd ? c.states.subarray(0, rows) : null
      return c.kind === 'number' ? { kind: 'number', name, values: c.values.subarray(0, rows), states } : { kind: 'integer', name, values: c.values.subarray(0, rows), states }
    })
    const done: TableChunk = { rows, records: this.#records.subarray(0, rows), columns, rejected: this.#rejected }
    this.#renew()
    return done
  }

  #renew(): void {
    this.#columns = this.#places.map((place) => newFilling(place, this.#options.chunkRows))
    this.#records = new Uint32Array(this.#options.chunkRows)
    this.#rejected = []
    this.#rows = 0
  }
}
