// Splits the head of a delimited text into cells, for detection and for the header. Never used for the rows themselves.

export interface SampleCell { readonly text: string; readonly quoted: boolean; /** A blank stood before the cell. */ readonly led: boolean }
export type SampleRecord = readonly SampleCell[]

export interface Sample {
  readonly records: readonly SampleRecord[]
  /** True when a quote was still open at the end of the sample. */
  readonly open: boolean
}

const isBlank = (record: SampleRecord): boolean => record.length === 1 && !record[0]!.quoted && record[0]!.text.trim() === ''

interface Cut { readonly cell: SampleCell; readonly next: number; readonly open: boolean }

/** The cell that starts at `from`; `next` is the place of the delimiter, the line end or the end of the text. */
function cutCell(text: string, from: number, delimiter: string, quote: string, trim: boolean): Cut {
  let i = from
  while (text[i] === ' ' && delimiter !== ' ') i++
  const led = i > from
  if (!trim) i = from
  if (quote !== '' && text[i] === quote) {
    let value = ''
    let at = i + 1
    for (;;) {
      const end = text.indexOf(quote, at)
      if (end === -1) return { cell: { text: value + text.slice(at), quoted: true, led }, next: text.length, open: true }
      value += text.slice(at, end)
      if (text[end + 1] !== quote) { i = end + 1; break }
      value += quote
      at = end + 2
    }
    const rest = endOfPlain(text, i, delimiter)
    return { cell: { text: value + text.slice(i, rest).trimEnd(), quoted: true, led }, next: rest, open: false }
  }
  const end = endOfPlain(text, i, delimiter)
  const raw = text.slice(i, end)
  return { cell: { text: trim ? raw.trimEnd() : raw, quoted: false, led }, next: end, open: false }
}

function endOfPlain(text: string, from: number, delimiter: string): number {
  let i = from
  while (i < text.length && text[i] !== delimiter && text[i] !== '\n' && text[i] !== '\r') i++
  return i
}

/**
 * The first records of `text`. A last record without a line end counts only when `whole` says that the text is the entire file,
 * since otherwise it may be cut.
 */
export function cutSample(text: string, options: { delimiter: string; quote: string; trim: boolean; whole: boolean; limit: number }): Sample {
  const records: SampleRecord[] = []
  let record: SampleCell[] = []
  let at = 0
  while (at < text.length && records.length < options.limit) {
    const { cell, next, open } = cutCell(text, at, options.delimiter, options.quote, options.trim)
    record.push(cell)
    if (open) return { records, open: true }
    if (text[next] === options.delimiter) {
      at = next + 1
      if (at < text.length) continue
      record.push({ text: '', quoted: false, led: false })
    } else at = next + (text[next] === '\r' && text[next + 1] === '\n' ? 2 : 1)
    if (next >= text.length && !options.whole) break
    if (!isBlank(record)) records.push(record)
    record = []
  }
  return { records, open: false }
}
