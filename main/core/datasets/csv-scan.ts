// The structure of a delimited text, byte by byte: records, fields, quotes, line ends; and its clean form.
// Owns what a record is. Knows nothing of types; refuses nothing itself but reports records that are no rows.

/** A delimited UTF-8 text as bytes: `quote` −1 means that no quoting is used. */
export interface ScanDialect { readonly delimiter: number; readonly quote: number; readonly trim: boolean; readonly header: boolean; readonly columns: number }

export interface RejectedRecord { readonly record: number; readonly reason: string }

export interface ScanReport {
  /** Data records, rejected ones included. */
  records: number
  readonly rejected: RejectedRecord[]
  blankLines: number
  readonly ends: { lf: number; crlf: number; cr: number }
  multiline: number
  /** Records with a quote inside an unquoted cell, read as an ordinary character. */
  readonly strayQuotes: number[]
  readonly nulRecords: number[]
  trimmed: number
  /** Where a quote was opened and never closed; null when all is well. */
  unclosed: { readonly record: number; readonly line: number } | null
}

/** Longest record that is read, in bytes; DuckDB's own limit is slightly above. */
const longestRecord = 1_900_000
const lf = 10
const cr = 13
const space = 32
const start = 0
const plain = 1
const quoted = 2
const closed = 3

/**
 * Scans a text given in blocks. With `keep`, the accepted records come back from `take()` in clean form: one line end, no blank
 * lines, no trimmed blanks, no header, every stray quote properly quoted; so that any CSV reader reads them alike.
 */
export class CsvScanner {
  readonly report: ScanReport = {
    records: 0, rejected: [], blankLines: 0, ends: { lf: 0, crlf: 0, cr: 0 }, multiline: 0, strayQuotes: [], nulRecords: [], trimmed: 0, unclosed: null,
  }
  readonly #dialect: ScanDialect
  readonly #keep: boolean
  readonly #special = new Uint8Array(256)
  #headerLeft: boolean
  #state = start
  #out = new Uint8Array(1 << 16)
  #length = 0
  #recordStart = 0
  #cellStart = 0
  #fields = 1
  #bytes = 0
  #line = 1
  #quoteLine = 1
  #onlyBlanks = true
  #afterCr = false
  #stray = false
  #cellStray = false
  #junk = false
  #nul = false
  #multiline = false

  constructor(dialect: ScanDialect, keep: boolean) {
    this.#dialect = dialect
    this.#keep = keep
    this.#headerLeft = dialect.header
    for (const code of [dialect.delimiter, dialect.quote, lf, cr, 0]) if (code >= 0) this.#special[code] = 1
  }

  /** Takes the next block. Stops being useful once `records` has reached what the caller needs. */
  push(block: Uint8Array): void {
    const special = this.#special
    const n = block.length
    let i = 0
    if (this.#afterCr && n > 0) i = this.#endOfCr(block[0]!)
    while (i < n) {
      if (this.#state === quoted) { i = this.#insideQuotes(block, i); continue }
      if (this.#state === plain) {
        let j = i
        while (j < n && special[block[j]!] === 0) j++
        if (j > i) this.#copy(block, i, j)
        i = j
        if (i >= n) break
      }
      i = this.#step(block, i)
    }
  }

  /** Ends the text: a last record without a line end counts. */
  finish(): ScanReport {
    if (this.#afterCr) this.#endOfCr(0)
    if (this.#state === quoted) this.report.unclosed = { record: this.report.records + (this.#headerLeft ? 0 : 1), line: this.#quoteLine }
    else if (this.#bytes > 0 || this.#fields > 1) this.#endRecord()
    return this.report
  }

  /** The clean bytes of all accepted records since the last call. */
  take(): Uint8Array {
    const done = this.#out.slice(0, this.#recordStart)
    this.#out.copyWithin(0, this.#recordStart, this.#length)
    this.#length -= this.#recordStart
    this.#cellStart -= this.#recordStart
    this.#recordStart = 0
    return done
  }

  /** Inside quotes only the quote ends anything. */
  #insideQuotes(block: Uint8Array, from: number): number {
    const quote = this.#dialect.quote
    let i = from
    while (i < block.length) {
      const byte = block[i]!
      if (byte === quote) break
      if (byte === lf) { this.#line++; this.#multiline = true } else if (byte === cr) this.#multiline = true
      else if (byte === 0) this.#nul = true
      i++
    }
    this.#copy(block, from, i)
    if (i < block.length) { this.#put(quote); this.#state = closed; i++ }
    return i
  }

  /** One byte that matters, or the first byte of a cell. */
  #step(block: Uint8Array, i: number): number {
    const byte = block[i]!
    const { delimiter, quote } = this.#dialect
    if (byte === delimiter) { this.#endCell(); this.#put(delimiter); this.#cellStart = this.#length; this.#fields++; this.#onlyBlanks = false; return i + 1 }
    if (byte === lf) { this.report.ends.lf++; this.#line++; this.#endRecord(); return i + 1 }
    if (byte === cr) { this.#line++; this.#endRecord(); this.#afterCr = true; return i + 1 < block.length ? i + 1 + this.#endOfCr(block[i + 1]!) : i + 1 }
    if (this.#state === start && this.#dialect.trim && (byte === space || byte === 9)) { this.report.trimmed++; this.#bytes++; return i + 1 }
    if (byte === quote && this.#state !== plain) {
      // A quote at the start of a cell opens it; one right after a closing quote was a doubled quote.
      if (this.#state === start) { this.#quoteLine = this.#line; this.#onlyBlanks = false }
      this.#state = quoted
      this.#put(quote)
      return i + 1
    }
    if (this.#state === closed) {
      if (byte === space || byte === 9) { this.report.trimmed++; return i + 1 }
      this.#junk = true
    }
    if (byte === quote) { this.#stray = true; this.#cellStray = true }
    if (byte === 0) this.#nul = true
    this.#state = plain
    this.#copy(block, i, i + 1)
    return i + 1
  }

  /** Decides what a carriage return was once the byte after it is known; 1 when that byte belongs to it. */
  #endOfCr(next: number): number {
    this.#afterCr = false
    if (next === lf) { this.report.ends.crlf++; return 1 }
    this.report.ends.cr++
    return 0
  }

  #put(byte: number): void {
    this.#bytes++
    if (!this.#keep || this.#bytes > longestRecord) return
    if (this.#length === this.#out.length) this.#grow(1)
    this.#out[this.#length++] = byte
  }

  #copy(block: Uint8Array, from: number, to: number): void {
    this.#bytes += to - from
    if (this.#onlyBlanks) for (let i = from; i < to && this.#onlyBlanks; i++) this.#onlyBlanks = block[i] === space || block[i] === 9
    if (!this.#keep || this.#bytes > longestRecord) return
    if (this.#length + to - from > this.#out.length) this.#grow(to - from)
    if (to - from < 24) for (let i = from; i < to; i++) this.#out[this.#length++] = block[i]!
    else { this.#out.set(block.subarray(from, to), this.#length); this.#length += to - from }
  }

  #grow(by: number): void {
    const wider = new Uint8Array(Math.max(this.#out.length * 2, this.#length + by))
    wider.set(this.#out.subarray(0, this.#length))
    this.#out = wider
  }

  #endCell(): void {
    if (this.#keep && this.#state === plain) {
      if (this.#dialect.trim) while (this.#length > this.#cellStart && (this.#out[this.#length - 1] === space || this.#out[this.#length - 1] === 9)) this.#length--
      if (this.#cellStray) this.#quoteCell()
    }
    this.#cellStray = false
    this.#state = start
  }

  /** Rewrites the cell that just ended as a quoted one. */
  #quoteCell(): void {
    const cell = this.#out.slice(this.#cellStart, this.#length)
    const { quote } = this.#dialect
    this.#length = this.#cellStart
    this.#put(quote)
    for (const byte of cell) { if (byte === quote) this.#put(quote); this.#put(byte) }
    this.#put(quote)
  }

  #rejection(): string | null {
    const { columns } = this.#dialect
    if (this.#bytes > longestRecord) return 'the record is longer than 1.9 MB'
    if (this.#junk) return 'there is text after a closing quote'
    if (this.#nul) return 'it holds a NUL byte'
    return this.#fields === columns ? null : `it has ${this.#fields} ${this.#fields === 1 ? 'field' : 'fields'} instead of ${columns}`
  }

  #endRecord(): void {
    this.#endCell()
    const blank = this.#fields === 1 && this.#onlyBlanks
    const { report } = this
    if (blank) { report.blankLines++; this.#length = this.#recordStart } else if (this.#headerLeft) {
      this.#headerLeft = false
      if (this.#multiline) report.multiline++
      this.#length = this.#recordStart
    } else {
      report.records++
      const reason = this.#rejection()
      if (reason !== null) report.rejected.push({ record: report.records, reason })
      if (this.#stray) report.strayQuotes.push(report.records)
      if (this.#nul) report.nulRecords.push(report.records)
      if (this.#multiline) report.multiline++
      if (reason !== null) this.#length = this.#recordStart
      else { this.#bytes = 0; this.#put(lf) }
    }
    this.#recordStart = this.#length
    this.#cellStart = this.#length
    this.#fields = 1
    this.#bytes = 0
    this.#onlyBlanks = true
    this.#stray = this.#junk = this.#nul = this.#multiline = false
  }
}
