// Reads stretches of a file from disk and parses the lines that begin in them: what a reading thread does, and a sample on the main one.
// Owns where a line belongs: to the stretch that its first byte lies in.
import { closeSync, openSync, readSync } from 'node:fs'
import { CsvParser, CsvSurprise, type CsvPlan } from './csv-parse.ts'

/** Where a stretch lies in the file; `first` is the first byte of the first record. */
export interface Stretch { readonly from: number; readonly to: number; readonly first: number }

/** One wished column of a stretch: values are float32, float64, or places in `words` (−1: missing) for texts. */
export interface StretchColumn { readonly values: Float32Array | Float64Array | Int32Array; /** One 0 or 1 a row; null: nothing is missing. */ readonly missing: Uint8Array | null; readonly words: readonly string[] | null }

export type StretchAnswer =
  | { readonly kind: 'rows'; readonly rows: number; readonly columns: readonly StretchColumn[]; readonly buffer: ArrayBuffer; readonly slow: number }
  | { readonly kind: 'surprise'; readonly row: number; readonly reason: string }

/** The longest record that is read, and a little. */
const longestLine = 2_000_000
const tail = 1 << 16

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** Copies the parser's rows into one buffer that can be handed to another thread. */
function pack(parser: CsvParser, rows: number, slow: number): StretchAnswer {
  const size = parser.columns.reduce((sum, c) => sum + aligned(rows * c.values.BYTES_PER_ELEMENT) + (c.anyMissing && c.words === null ? aligned(rows) : 0), 0)
  const buffer = new ArrayBuffer(size)
  let at = 0
  const columns = parser.columns.map((column): StretchColumn => {
    const { values, words } = column
    const copy = values instanceof Float32Array ? new Float32Array(buffer, at, rows) : values instanceof Float64Array ? new Float64Array(buffer, at, rows) : new Int32Array(buffer, at, rows)
    copy.set(values.subarray(0, rows))
    at += aligned(copy.byteLength)
    if (!column.anyMissing || words !== null) return { values: copy, missing: null, words: words?.words ?? null }
    const missing = new Uint8Array(buffer, at, rows)
    missing.set(column.missing.subarray(0, rows))
    at += aligned(rows)
    return { values: copy, missing, words: null }
  })
  return { kind: 'rows', rows, columns, buffer, slow }
}

/** Opens a file for reading by stretches. Throws the system's error when it cannot be opened or read. */
export class StretchReader {
  readonly #file: number
  readonly #parser: CsvParser
  #bytes = new Uint8Array(1 << 16)

  constructor(path: string, plan: CsvPlan) {
    this.#file = openSync(path, 'r')
    this.#parser = new CsvParser(plan)
  }

  /** The rows whose first byte lies in the stretch. */
  read(stretch: Stretch): StretchAnswer {
    // One byte before the stretch tells whether a line begins at its first byte.
    const begin = stretch.from > stretch.first ? stretch.from - 1 : stretch.from
    let end = this.#fill(begin, stretch.to - begin, 0)
    const wanted = Math.min(end, stretch.to - begin)
    let from = 0
    if (begin < stretch.from) from = this.#bytes.subarray(0, end).indexOf(10) + 1
    if (begin < stretch.from && (from === 0 || from > wanted)) return pack(this.#parser, 0, 0)
    // The last line may end behind the stretch.
    let lineEnd = wanted === 0 ? 0 : this.#endOfLine(wanted - 1, end)
    while (lineEnd < 0) {
      const more = this.#fill(begin, end + tail, end)
      if (more === end || more > wanted + longestLine) { lineEnd = more; end = more; break }
      lineEnd = this.#endOfLine(end, more)
      end = more
    }
    const kept = this.#bytes[lineEnd]!
    this.#bytes[lineEnd] = 10
    const slow = this.#parser.slow
    try {
      const rows = this.#parser.parse(this.#bytes, from, wanted, lineEnd)
      return pack(this.#parser, rows, this.#parser.slow - slow)
    } catch (thrown) {
      if (!(thrown instanceof CsvSurprise)) throw thrown
      return { kind: 'surprise', row: thrown.row, reason: thrown.reason }
    } finally { this.#bytes[lineEnd] = kept }
  }

  close(): void { closeSync(this.#file) }

  /** Place behind the first line feed from `from` on, −1 when there is none before `end`. */
  #endOfLine(from: number, end: number): number {
    const at = this.#bytes.subarray(from, end).indexOf(10)
    return at < 0 ? -1 : from + at + 1
  }

  /** Makes `length` bytes from `begin` on available, `have` of which are already; answers how many there are. */
  #fill(begin: number, length: number, have: number): number {
    if (this.#bytes.length < length + 8) {
      const wider = new Uint8Array(length + tail)
      wider.set(this.#bytes.subarray(0, have))
      this.#bytes = wider
    }
    let done = have
    while (done < length) {
      const got = readSync(this.#file, this.#bytes, done, length - done, begin + done)
      if (got === 0) break
      done += got
    }
    return done
  }
}
