// Parses whole lines of a regular CSV file into typed arrays, byte by byte, one stretch at a time.
// Owns what a number cell is (the grammar of number-cell.ts). Refuses files that their profile did not prove regular: no line ends inside quotes, equal records, UTF-8.
import { WordList } from './csv-words.ts'

/** What is wanted of one column of the file. */
export type CellWish = 'skip' | 'float32' | 'float64' | 'text'

export interface CsvPlan {
  readonly delimiter: number
  readonly quote: number
  /** One entry per wished value, in any order: a column may be wished for more than once. */
  readonly wishes: readonly { readonly column: number; readonly as: Exclude<CellWish, 'skip'> }[]
  readonly columns: number
}

/** The parsed rows of one stretch. Arrays are the parser's own and are written again by the next stretch. */
export interface ParsedColumn { readonly values: Float32Array | Float64Array | Int32Array; readonly missing: Uint8Array; anyMissing: boolean; readonly words: WordList | null }

/** A cell or a record that is not what the profile of the file saw; `row` counts from 0 within the stretch. */
export class CsvSurprise extends Error {
  constructor(readonly row: number, readonly reason: string) { super(reason) }
}

const lf = 10
const cr = 13
const dot = 46
const plus = 43
const minus = 45
const letterE = 101

/** 10^0 to 10^22, each exact in float64. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function newColumn(as: Exclude<CellWish, 'skip'>, rows: number, words: WordList | null): ParsedColumn {
  const values = as === 'float32' ? new Float32Array(rows) : as === 'float64' ? new Float64Array(rows) : new Int32Array(rows)
  return { values, missing: new Uint8Array(rows), anyMissing: false, words }
}

export class CsvParser {
  columns: ParsedColumn[]
  /** Number cells that had to be converted as texts, which is ten times slower than the rest. */
  slow = 0
  readonly #plan: CsvPlan
  /** For each file column the wish that takes its number and the one that takes its text; −1: none. Further wishes of a column are copies. */
  readonly #number: Int32Array
  readonly #text: Int32Array
  #capacity = 8192
  #at = 0
  #missing = false

  constructor(plan: CsvPlan) {
    this.#plan = plan
    this.#number = new Int32Array(plan.columns).fill(-1)
    this.#text = new Int32Array(plan.columns).fill(-1)
    plan.wishes.forEach((wish, w) => { (wish.as === 'text' ? this.#text : this.#number)[wish.column] = w })
    this.columns = plan.wishes.map((wish) => newColumn(wish.as, this.#capacity, wish.as === 'text' ? new WordList() : null))
  }

  /**
   * Parses the lines that begin in `bytes[from..to)`; their ends must lie within `end`, and `bytes[end]` must be there and be a line feed.
   * Answers the number of rows.
   * Throws `CsvSurprise` for a record with another number of fields and for a cell of a number column that is no finite number.
   */
  parse(bytes: Uint8Array, from: number, to: number, end: number): number {
    for (const column of this.columns) { column.anyMissing = false; column.words?.clear() }
    this.#at = from
    let rows = 0
    while (this.#at < to) {
      if (rows === this.#capacity) this.#grow()
      this.#record(bytes, end, rows)
      rows++
    }
    return rows
  }

  #record(bytes: Uint8Array, end: number, row: number): void {
    const { columns, delimiter } = this.#plan
    const last = columns - 1
    for (let c = 0; c <= last; c++) {
      const number = this.#number[c]!
      const text = this.#text[c]!
      const start = this.#at
      if (number >= 0) {
        const value = this.#readNumber(bytes, end, row)
        const column = this.columns[number]!
        column.values[row] = value
        column.missing[row] = this.#missing ? 1 : 0
        if (this.#missing) column.anyMissing = true
      } else this.#skip(bytes, end)
      if (text >= 0) this.#readText(bytes, start, this.#at, row, this.columns[text]!)
      const next = this.#at < end ? bytes[this.#at]! : lf
      if (c < last) {
        if (next !== delimiter) throw new CsvSurprise(row, `it has ${c + 1} fields instead of ${columns}`)
        this.#at++
      } else this.#endLine(bytes, end, row, next)
    }
  }

  #endLine(bytes: Uint8Array, end: number, row: number, next: number): void {
    if (next === lf) { this.#at++; return }
    if (next !== cr || (this.#at + 1 < end && bytes[this.#at + 1] !== lf)) throw new CsvSurprise(row, `it has more than ${this.#plan.columns} fields`)
    this.#at += 2
  }

  /**
   * The number in the cell at the current place; leaves the place at the end of the cell. Up to nine digits are gathered in a 32-bit integer;
   * that integer and the power of ten are exact, so their quotient is the float64 nearest to the text. Everything else goes the long way.
   */
  #readNumber(bytes: Uint8Array, end: number, row: number): number {
    const start = this.#at
    let i = start
    const negative = bytes[i] === minus
    if (negative) i++
    const first = i
    let whole = 0
    let digit = bytes[i]! - 48
    while (digit >= 0 && digit <= 9 && i - first <= 9) { whole = (Math.imul(whole, 10) + digit) | 0; digit = bytes[++i]! - 48 }
    let digits = i - first
    let places = 0
    if (bytes[i] === dot) {
      const point = ++i
      digit = bytes[i]! - 48
      while (digit >= 0 && digit <= 9 && i - point + digits <= 9) { whole = (Math.imul(whole, 10) + digit) | 0; digit = bytes[++i]! - 48 }
      places = i - point
      digits += places
    }
    if (digits > 0 && digits <= 9 && this.#endsCell(bytes, i, end)) {
      this.#at = i
      this.#missing = false
      const value = places === 0 ? whole : whole / powers[places]!
      return negative ? -value : value
    }
    return this.#longNumber(bytes, end, row)
  }

  #endsCell(bytes: Uint8Array, i: number, end: number): boolean {
    if (i >= end) return true
    const byte = bytes[i]!
    return byte === this.#plan.delimiter || byte === lf || byte === cr
  }

  /** Up to fifteen digits and any exponent whose power of ten is exact: the product or quotient is again the nearest float64. */
  #longNumber(bytes: Uint8Array, end: number, row: number): number {
    const start = this.#at
    let i = start
    const sign = bytes[i]!
    if (sign === minus || sign === plus) i++
    let value = 0
    let digits = 0
    let any = false
    let digit = bytes[i]! - 48
    for (; digit >= 0 && digit <= 9; digit = bytes[++i]! - 48) { any = true; value = value * 10 + digit; if (value > 0) digits++ }
    let power = 0
    if (bytes[i] === dot) {
      digit = bytes[++i]! - 48
      for (; digit >= 0 && digit <= 9; digit = bytes[++i]! - 48) { any = true; value = value * 10 + digit; power--; if (value > 0) digits++ }
    }
    if (any && (bytes[i]! | 32) === letterE) {
      const minusE = bytes[++i] === minus
      if (minusE || bytes[i] === plus) i++
      let exponent = 0
      const first = i
      digit = bytes[i]! - 48
      for (; digit >= 0 && digit <= 9; digit = bytes[++i]! - 48) exponent = Math.min(9999, exponent * 10 + digit)
      any = i > first
      power += minusE ? -exponent : exponent
    }
    if (!any || digits > 15 || power < -22 || power > 22 || !this.#endsCell(bytes, i, end)) return this.#anyNumber(bytes, end, row)
    this.#at = i
    this.#missing = false
    const size = power < 0 ? value / powers[-power]! : value * powers[power]!
    return sign === minus ? -size : size
  }

  #anyNumber(bytes: Uint8Array, end: number, row: number): number {
    const start = this.#at
    this.#skip(bytes, end)
    const text = this.#content(bytes, start, this.#at)
    this.#missing = text === ''
    if (this.#missing) return NaN
    this.slow++
    // The runtime's own conversion rounds to the nearest float64, as DuckDB's does; it would also take 0x1f and Infinity.
    const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : NaN
    if (!Number.isFinite(value)) throw new CsvSurprise(row, `“${text.slice(0, 40)}” is no number`)
    return value
  }

  /** Steps over one cell, quoted or not. */
  #skip(bytes: Uint8Array, end: number): void {
    const { delimiter, quote } = this.#plan
    let i = this.#at
    if (i < end && bytes[i] === quote) {
      i++
      while (i < end && (bytes[i] !== quote || bytes[i + 1] === quote)) i += bytes[i] === quote ? 2 : 1
      i++
    }
    while (i < end && bytes[i] !== delimiter && bytes[i] !== lf && bytes[i] !== cr) i++
    this.#at = i
  }

  /** The text of a cell without its quotes. */
  #content(bytes: Uint8Array, from: number, to: number): string {
    const { quote } = this.#plan
    if (bytes[from] !== quote || to - from < 2) return decoder.decode(bytes.subarray(from, to))
    const mark = String.fromCharCode(quote)
    return decoder.decode(bytes.subarray(from + 1, to - 1)).replaceAll(mark + mark, mark)
  }

  /** An empty cell is a missing one, with or without quotes. */
  #readText(bytes: Uint8Array, from: number, to: number, row: number, column: ParsedColumn): void {
    const quoted = bytes[from] === this.#plan.quote && to - from >= 2
    const [start, stop] = quoted ? [from + 1, to - 1] : [from, to]
    const empty = start >= stop
    column.missing[row] = empty ? 1 : 0
    if (empty) { column.values[row] = -1; column.anyMissing = true; return }
    if (quoted && bytes.subarray(start, stop).includes(this.#plan.quote)) {
      const plain = Buffer.from(this.#content(bytes, from, to))
      column.values[row] = column.words!.place(plain, 0, plain.length)
    } else column.values[row] = column.words!.place(bytes, start, stop)
  }

  #grow(): void {
    this.#capacity *= 2
    this.columns = this.columns.map((old, w) => {
      const wider = newColumn(this.#plan.wishes[w]!.as, this.#capacity, old.words)
      wider.values.set(old.values as Float64Array)
      wider.missing.set(old.missing)
      wider.anyMissing = old.anyMissing
      return wider
    })
  }
}
