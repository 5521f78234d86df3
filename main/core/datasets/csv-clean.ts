// Scans a whole CSV file, and writes its clean copy when asked: UTF-8, one record a line, only the accepted records.
// Refuses a quote that is never closed, and bytes that are not in the encoding that was named.
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { basename } from 'node:path'
import { finished } from 'node:stream/promises'
import type { CsvFormat } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { CsvScanner, type ScanReport } from './csv-scan.ts'
import { cancelled } from './duckdb.ts'
import { utf8Blocks } from './text-encoding.ts'

export interface CleanOptions {
  /** Fields of a good record. */
  readonly columns: number
  /** Where the clean copy goes; null: only scan. */
  readonly target: string | null
  /** Stop after this many data records; null: read all. */
  readonly records: number | null
  readonly signal: AbortSignal
  readonly tell?: (bytes: number) => void
}

const enough = (scanner: CsvScanner, options: CleanOptions): boolean => options.records !== null && scanner.report.records >= options.records

async function pour(path: string, format: CsvFormat, scanner: CsvScanner, options: CleanOptions): Promise<void> {
  const sink = options.target === null ? null : createWriteStream(options.target)
  try {
    for await (const block of utf8Blocks(path, format.encoding, options.signal, options.tell)) {
      scanner.push(block)
      if (sink !== null && !sink.write(scanner.take())) await once(sink, 'drain')
      if (enough(scanner, options)) break
    }
    // What follows the last wanted record may be cut in two; it is not looked at.
    if (!enough(scanner, options)) scanner.finish()
    sink?.end(scanner.take())
    if (sink !== null) await finished(sink)
  } finally { sink?.destroy() }
}

/** One pass over the file. Throws `dataset.notReadable` for an unclosed quote (with its record and line) or a wrong encoding. */
export async function cleanCsv(path: string, format: CsvFormat, options: CleanOptions): Promise<ScanReport> {
  const file = basename(path)
  const scanner = new CsvScanner({
    delimiter: format.delimiter.charCodeAt(0), quote: format.quote === '' ? -1 : format.quote.charCodeAt(0), trim: format.trim, header: format.header, columns: options.columns,
  }, options.target !== null)
  try { await pour(path, format, scanner, options) } catch (thrown) {
    if (options.signal.aborted) throw cancelled()
    if (thrown instanceof TypeError) throw new SlipwayError('dataset.notReadable', { file, reason: `its bytes are not valid ${format.encoding.toUpperCase()}` })
    const code = (thrown as NodeJS.ErrnoException).code
    if (code !== undefined) throw new SlipwayError('dataset.notReadable', { file, reason: `reading it failed (${code})` })
    throw thrown
  }
  const { unclosed } = scanner.report
  if (unclosed !== null) {
    throw new SlipwayError('dataset.notReadable', { file, reason: `a quote opened in record ${unclosed.record}, on line ${unclosed.line}, is never closed and swallows the rest` })
  }
  return scanner.report
}
