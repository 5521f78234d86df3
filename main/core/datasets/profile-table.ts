// Profiles one table file: format, hash, structure, columns, findings.
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import type { ColumnType, CsvFormat, DatasetFinding, DatasetFormat } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { cleanCsv } from './csv-clean.ts'
import { detectCsv, uniqueNames, type Detected } from './csv-detect.ts'
import type { ScanReport } from './csv-scan.ts'
import { allRows, openDatabase, sqlName, sqlPath, sqlText, type Database } from './duckdb.ts'
import { tableKind, type TableKind } from './file-kind.ts'
import { fingerprintFile, type Fingerprint } from './fingerprint.ts'
import { measureColumns, type MeasuredCell } from './profile-columns.ts'
import { columnFindings, duplicateFindings, finding, mixedTypeFindings, structureFindings } from './profile-findings.ts'
import { csvFrom, jsonFrom, pointer } from './relation.ts'
import { openStaging, type Staging } from './staging.ts'
import { detectEncoding, headText } from './text-encoding.ts'

type Method = EngineContract['dataset.profile']
type Input = InputOf<Method>
type Context = CallContext<ProgressOf<Method>>

/** What the measuring needs to know about an opened table. */
interface Opened {
  readonly db: Database
  readonly from: string
  readonly cells: readonly MeasuredCell[]
  readonly format: DatasetFormat
  /** Data records, left-out ones included; null: as many as rows. */
  readonly records: number | null
  readonly rejected: readonly number[]
  readonly findings: readonly DatasetFinding[]
}

const headBytes = 1 << 20

/** The whole text in one encoding, one kind of line end and equal records: DuckDB can read it where it lies. */
function isRegular(format: CsvFormat, report: ScanReport): boolean {
  const { ends } = report
  return format.encoding === 'utf-8' && (format.header || !format.byteOrderMark) && !format.trim && format.quote !== '' && report.rejected.length === 0 && report.blankLines === 0
    && report.trimmed === 0 && report.strayQuotes.length === 0 && report.multiline === 0 && ends.cr === 0 && (ends.lf === 0 || ends.crlf === 0)
}

function detectionFindings(detected: Detected, renamed: ReturnType<typeof uniqueNames>['renamed'], overridden: boolean): DatasetFinding[] {
  const { format } = detected
  const found: DatasetFinding[] = []
  if (format.encoding !== 'utf-8') found.push(finding('encoding', 'note', format.encoding === 'latin-1' ? 'The file is not UTF-8; it is read as Latin-1 (Windows-1252).' : `The file is ${format.encoding.toUpperCase()}.`))
  if (format.decimal === ',') found.push(finding('note', 'note', 'Numbers are written with a decimal comma.'))
  if (format.header) for (const r of renamed) found.push(finding('renamed-column', 'warning', r.from.trim() === '' ? `Column ${r.place} has no name; it is called “${r.to}” here.` : `The name “${r.from}” appears again at column ${r.place}; that one is called “${r.to}” here.`, [r.to]))
  else found.push(finding('note', 'note', 'The file has no header; the columns are numbered.'))
  if (detected.names.length === 1 && !overridden) {
    const others = [' ', ':', '^', '~', '\u0001'].filter((mark) => oddlyEven(detected, mark))
    if (others.length > 0) found.push(finding('note', 'warning', `The file was read as one column, but every line holds the same number of “${others[0] === '\u0001' ? '\\x01' : others[0]}”; if that is the delimiter, say so.`))
  }
  return found
}

function oddlyEven(detected: Detected, mark: string): boolean {
  const counts = new Set(detected.sample.records.map((r) => r[0]!.text.split(mark).length - 1))
  return detected.sample.records.length > 2 && counts.size === 1 && !counts.has(0)
}

async function scanCsv(input: Input, format: CsvFormat, columns: number, staging: Staging, context: Context, bytes: number): Promise<{ report: ScanReport; clean: string | null }> {
  const tell = (done: number): void => context.progress({ step: 'Reading the structure', done, total: bytes })
  const target = staging.file('clean.csv')
  const certainlyOdd = format.encoding !== 'utf-8' || format.trim || format.quote === ''
  const first = await cleanCsv(input.path, format, { columns, target: certainlyOdd ? target : null, records: null, signal: context.signal, tell })
  if (certainlyOdd) return { report: first, clean: target }
  if (isRegular(format, first)) return { report: first, clean: null }
  await cleanCsv(input.path, format, { columns, target, records: null, signal: context.signal, tell })
  return { report: first, clean: target }
}

/** Encoding, separators and header of a CSV file, from its beginning. */
async function detectFormat(input: Input, print: Fingerprint): Promise<Detected> {
  const file = basename(input.path)
  const found = detectEncoding(print.head, print.validUtf8)
  const encoding = input.format.encoding === undefined || input.format.encoding === found.encoding ? found : { encoding: input.format.encoding, byteOrderMark: false }
  if (encoding.encoding === 'utf-8' && !print.validUtf8) throw new SlipwayError('dataset.notReadable', { file, reason: 'its bytes are not valid UTF-8' })
  const text = await headText(input.path, encoding.encoding, headBytes).catch(() => { throw new SlipwayError('dataset.notReadable', { file, reason: `its bytes are not valid ${encoding.encoding.toUpperCase()}` }) })
  return detectCsv({ file, text, whole: Buffer.byteLength(text) < headBytes, encoding, override: input.format })
}

/** What is known of these very bytes, read in this very way; null: they must be measured. `regular` follows from the bytes. */
async function knownTable(input: Input, kind: TableKind, print: Fingerprint): Promise<OutputOf<Method> | null> {
  const same = (input.known ?? []).filter((k) => k.sha256 === print.sha256)
  if (same.length === 0) return null
  const format: object = kind === 'csv' ? (await detectFormat(input, print)).format : { kind }
  const asWritten = (of: object): string => JSON.stringify({ ...of, regular: undefined })
  return same.find((k) => asWritten(k.format) === asWritten(format)) ?? null
}

async function openCsv(input: Input, print: Fingerprint, staging: Staging, context: Context): Promise<Opened> {
  const file = basename(input.path)
  const detected = await detectFormat(input, print)
  const { names, renamed } = uniqueNames(detected.names)
  const { report, clean } = await scanCsv(input, detected.format, names.length, staging, context, print.bytes)
  if (report.records === 0) throw new SlipwayError('dataset.empty', { file })
  if (report.rejected.length === report.records) {
    throw new SlipwayError('dataset.notReadable', { file, reason: `none of its ${report.records} records fits the ${names.length} columns of its first line; record 1: ${report.rejected[0]!.reason}` })
  }
  const { delimiter, quote, header } = detected.format
  const format: CsvFormat = { ...detected.format, regular: clean === null }
  const source = clean ?? input.path
  const db = await openDatabase([source], staging.folder)
  return {
    db, format, records: report.records, rejected: report.rejected.map((r) => r.record),
    from: csvFrom(source, { delimiter, quote }, { clean: clean !== null, header: clean === null && header, parallel: report.multiline === 0, types: names.map(() => 'VARCHAR') }),
    cells: names.map((name, i) => ({ name, sql: `c${i}`, kind: 'text' })),
    findings: [...structureFindings(report), ...detectionFindings(detected, renamed, input.format.delimiter !== undefined)],
  }
}

/** Keys of all objects of a JSON file, in order of first appearance. */
async function openJson(input: Input, kind: 'json' | 'jsonl', staging: Staging, context: Context): Promise<Opened> {
  const file = basename(input.path)
  const db = await openDatabase([input.path], staging.folder)
  try {
    const from = jsonFrom(input.path, kind)
    const odd = await allRows(db, `SELECT min(r) FROM (SELECT row_number() OVER () AS r, json_type(json) AS t FROM ${from}) WHERE t IS DISTINCT FROM 'OBJECT'`, context.signal, file)
    if (odd[0]?.[0] !== null && odd[0]?.[0] !== undefined) throw new SlipwayError('dataset.notReadable', { file, reason: `record ${Number(odd[0][0])} is no object with named values` })
    const lists = await allRows(db, `SELECT k, min(r) AS first FROM (SELECT row_number() OVER () AS r, json_keys(json) AS k FROM ${from}) GROUP BY k ORDER BY first`, context.signal, file)
    const keys = [...new Set(lists.flatMap((l) => [...(l[0] as unknown as { items: readonly string[] }).items]))]
    if (keys.length === 0) throw new SlipwayError('dataset.empty', { file })
    const pointers = keys.map((key) => sqlText(pointer(key))).join(', ')
    return {
      db, format: { kind }, records: null, rejected: [], findings: [], from: `(SELECT json_extract_string(json, [${pointers}]::VARCHAR[]) AS v FROM ${from})`,
      cells: keys.map((name, i) => ({ name, sql: `v[${i + 1}]`, kind: 'text' })),
    }
  } catch (thrown) {
    db.close()
    // One object over many lines is the usual reason why a file called .json is not one object a line.
    if (kind === 'jsonl' && /\.json$/i.test(file) && thrown instanceof SlipwayError && thrown.code === 'dataset.notReadable') throw new SlipwayError('dataset.notReadable', { file, reason: 'it is neither an array of objects nor one object a line' })
    throw thrown
  }
}

/** How a Parquet type is shown and measured. */
function columnType(sqlType: string): ColumnType {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(sqlType)) return 'integer'
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(sqlType)) return 'number'
  if (sqlType === 'BOOLEAN') return 'boolean'
  return /^(TIMESTAMP|DATE)/.test(sqlType) ? 'timestamp' : 'string'
}

async function openParquet(input: Input, staging: Staging, context: Context): Promise<Opened> {
  const db = await openDatabase([input.path], staging.folder)
  try {
    const from = `read_parquet(${sqlPath(input.path)})`
    const described = await allRows(db, `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`, context.signal, basename(input.path))
    return { db, format: { kind: 'parquet' }, records: null, rejected: [], findings: [], from, cells: described.map(([name, type]) => ({ name: String(name), sql: sqlName(String(name)), kind: columnType(String(type)) })) }
  } catch (thrown) { db.close(); throw thrown }
}

function openTableFile(kind: TableKind, input: Input, print: Fingerprint, staging: Staging, context: Context): Promise<Opened> {
  if (kind === 'csv') return openCsv(input, print, staging, context)
  return kind === 'parquet' ? openParquet(input, staging, context) : openJson(input, kind, staging, context)
}

/** The record of the n-th row that was accepted, given the sorted records that were not. */
function recordFinder(rejected: readonly number[]): (row: number) => number {
  return (row) => {
    let record = row
    for (const r of rejected) { if (r > record) break; record++ }
    return record
  }
}

/** Profiles a table file. See `profileDataset`. */
export async function profileTable(input: Input, context: Context): Promise<OutputOf<Method>> {
  const file = basename(input.path)
  const { signal } = context
  const print = await fingerprintFile(input.path, signal, (done) => context.progress({ step: 'Hashing', done, total: null }))
  if (print.bytes === 0) throw new SlipwayError('dataset.empty', { file, noBytes: true })
  const kind = tableKind(input.path, print.head)
  const known = await knownTable(input, kind, print)
  if (known !== null) return known
  const staging = openStaging()
  let db: Database | null = null
  try {
    const opened = await openTableFile(kind, input, print, staging, context)
    db = opened.db
    const { from, cells } = opened
    const reading = opened.format.kind === 'csv' ? { decimal: opened.format.decimal, missing: opened.format.missing } : { decimal: '.' as const, missing: [] }
    const tell = (done: number): void => context.progress({ step: 'Measuring columns', done, total: cells.length })
    tell(0)
    const measured = await measureColumns({ db, from, cells, reading, types: input.format.types, signal, file, tell })
    const rows = measured.columns[0]?.rows ?? 0
    if (rows === 0) throw new SlipwayError('dataset.empty', { file })
    const look = { db, from, reading, signal, file, recordOf: recordFinder(opened.rejected) }
    const findings = [
      ...opened.findings, ...columnFindings(measured.columns, measured.estimated, measured.large),
      ...await mixedTypeFindings(look, cells, measured.columns), ...await duplicateFindings(look, cells, rows),
    ]
    return { kind: 'table', format: opened.format, sha256: print.sha256, bytes: print.bytes, rows: opened.records ?? rows, columns: [...measured.columns], classes: [], findings }
  } finally {
    db?.close()
    staging.remove()
  }
}
