// Guesses how a delimited text is written: delimiter, quote, blanks, header, decimal mark.
// Every guess can be overridden; where the header is unclear it asks instead of guessing.
import type { CsvFormat, FormatOverride } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { cutSample, type Sample, type SampleRecord } from './csv-sample.ts'
import type { DetectedEncoding } from './text-encoding.ts'

const delimiters = [',', ';', '\t', '|'] as const
const sampleRecords = 500
const numberText = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
const commaNumber = /^\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*$/

export interface DetectInput {
  readonly file: string
  /** Head of the file as text. */
  readonly text: string
  /** The head is the whole file. */
  readonly whole: boolean
  readonly encoding: DetectedEncoding
  readonly override: FormatOverride
}

export interface Detected { readonly format: CsvFormat; readonly names: readonly string[]; readonly sample: Sample }

/** How well a delimiter explains the sample: share of records with as many fields as the first one, and that number. */
function score(sample: Sample): { fields: number; share: number } {
  const fields = sample.records[0]?.length ?? 0
  const same = sample.records.filter((r) => r.length === fields).length
  return { fields, share: sample.records.length === 0 ? 0 : same / sample.records.length }
}

function pickDelimiter(cut: (delimiter: string) => Sample, file: string): string {
  let best: { delimiter: string; fields: number; share: number } | null = null
  const ordered = /\.(tsv|tab)$/i.test(file) ? ['\t', ',', ';', '|'] : delimiters
  for (const delimiter of ordered) {
    const { fields, share } = score(cut(delimiter))
    if (fields < 2) continue
    // A tie goes to more fields, then to the usual order.
    if (best === null || share > best.share + 0.2 || (share > best.share - 0.2 && fields > best.fields)) best = { delimiter, fields, share }
  }
  return best?.delimiter ?? ordered[0]!
}

/** Single quotes only when they wrap cells and double quotes never do. */
function pickQuote(text: string): string {
  const wraps = (quote: string): number => (text.match(new RegExp(`(^|[,;\\t|\\n])${quote}[^${quote}\\n]*${quote}(?=[,;\\t|\\r\\n]|$)`, 'g')) ?? []).length
  return wraps('"') === 0 && !text.includes('"') && wraps("'") > 1 ? "'" : '"'
}

/** True when a blank follows the delimiter everywhere, so that it is a habit of the writer and no part of the values. */
function blanksAfterDelimiter(sample: Sample): boolean {
  let led = 0
  let all = 0
  for (const record of sample.records) for (const cell of record.slice(1)) if (cell.text.trim() !== '') { all++; if (cell.led) led++ }
  return all > 0 && led === all
}

const columnOf = (records: readonly SampleRecord[], j: number): string[] => records.map((r) => r[j]?.text ?? '').filter((t) => t !== '')

function pickDecimal(sample: Sample, delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.'
  const body = sample.records.slice(1)
  const width = sample.records[0]?.length ?? 0
  let commas = 0
  let points = 0
  for (let j = 0; j < width; j++) {
    const cells = columnOf(body, j)
    if (cells.length === 0 || cells.filter(isNumber).length < cells.length * 0.8) continue
    if (cells.some((t) => commaNumber.test(t))) commas++
    else if (cells.some((t) => t.includes('.'))) points++
  }
  return commas > points ? ',' : '.'
}

const isNumber = (t: string): boolean => numberText.test(t) || commaNumber.test(t)
const noValue = /^\s*(na|n\/a|nan|null|none|missing|unknown|[+-]?inf(inity)?|\?|-)?\s*$/i

/** A name stands above a column of numbers: the sure sign of a header. */
function namesNumbers(first: SampleRecord, body: readonly SampleRecord[]): boolean {
  return first.some((cell, j) => {
    if (noValue.test(cell.text) || isNumber(cell.text)) return false
    const cells = columnOf(body, j)
    return cells.length > 0 && cells.filter(isNumber).length >= cells.length * 0.5
  })
}

/** Whether the first record is a header: yes, or null for "it may well be data". */
function looksLikeHeader(sample: Sample): true | null {
  const [first, ...body] = sample.records
  if (first === undefined) return true
  const numbers = first.map((cell) => cell.text.trim()).filter(isNumber)
  const named = namesNumbers(first, body)
  // Columns may be called 0, 1, 2 beside one called label; measured values look otherwise.
  if (numbers.length > 0) return named && numbers.every((n) => /^\d+$/.test(n)) && new Set(numbers).size === numbers.length ? true : null
  if (named) return true
  // All text: a value of the first line that comes back below it in its own column is data.
  for (let j = 0; j < first.length; j++) if (first[j]!.text.trim() !== '' && columnOf(body, j).includes(first[j]!.text)) return null
  return true
}

/** Unique names: blank ones become `column_N`, repeated ones get a number. The order stays. */
export function uniqueNames(raw: readonly string[]): { names: string[]; renamed: { from: string; to: string; place: number }[] } {
  const taken = new Set(raw)
  const seen = new Set<string>()
  const renamed: { from: string; to: string; place: number }[] = []
  const names = raw.map((from, i) => {
    if (from.trim() !== '' && !seen.has(from)) { seen.add(from); return from }
    const stem = from.trim() === '' ? `column_${i + 1}` : from
    let to = stem
    for (let k = 2; taken.has(to) || seen.has(to); k++) to = `${stem}_${k}`
    seen.add(to)
    renamed.push({ from, to, place: i + 1 })
    return to
  })
  return { names, renamed }
}

/** Refuses delimiters that the scanner cannot find byte by byte. */
function checkOverride(file: string, override: FormatOverride): void {
  for (const [what, mark] of [['delimiter', override.delimiter], ['quote', override.quote]] as const) {
    if (mark !== undefined && /[^\x01-\x7f]|[\r\n]/.test(mark)) throw new SlipwayError('dataset.notReadable', { file, reason: `its ${what} must be a plain ASCII character` })
  }
  if (override.delimiter !== undefined && override.delimiter === override.quote) throw new SlipwayError('dataset.notReadable', { file, reason: 'delimiter and quote cannot be the same character' })
}

/**
 * The format of a delimited text. Throws `dataset.empty` for no records, `dataset.headerUnclear` when only the user can know,
 * `dataset.notReadable` when the header does not fit the records.
 */
export function detectCsv(input: DetectInput): Detected {
  const { file, text, whole, override } = input
  checkOverride(file, override)
  if (/^sep=.\r?\n/.test(text)) throw new SlipwayError('dataset.notReadable', { file, reason: 'its first line is a hint for Excel (“sep=”) and no header; delete that line' })
  const quote = override.quote ?? pickQuote(text.slice(0, 65536))
  const cut = (delimiter: string, trim: boolean): Sample => cutSample(text, { delimiter, quote, trim, whole, limit: sampleRecords })
  const delimiter = override.delimiter ?? pickDelimiter((d) => cut(d, true), file)
  const trim = override.trim ?? blanksAfterDelimiter(cut(delimiter, false))
  const sample = cut(delimiter, trim)
  const first = sample.records[0]
  if (first === undefined) {
    if (sample.open) throw new SlipwayError('dataset.notReadable', { file, reason: 'a quote opened in its first record is never closed' })
    throw whole ? new SlipwayError('dataset.empty', { file }) : new SlipwayError('dataset.notReadable', { file, reason: 'its first megabyte holds no complete line' })
  }
  const header = override.header ?? looksLikeHeader(sample)
  if (header === null) throw new SlipwayError('dataset.headerUnclear', { file, first: first.map((c) => c.text).join(delimiter === '\t' ? ' | ' : delimiter).slice(0, 120) })
  const format: CsvFormat = {
    kind: 'csv', delimiter, quote, encoding: input.encoding.encoding, byteOrderMark: input.encoding.byteOrderMark, header,
    decimal: override.decimal ?? pickDecimal(sample, delimiter), trim, missing: override.missing ?? [],
  }
  return { format, names: header ? first.map((c) => c.text) : first.map(() => ''), sample }
}
