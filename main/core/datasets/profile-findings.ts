// What a reader should know before trusting a table: one finding per oddity, with the records where it is.
// Owns the sentences of table findings; measures nothing beyond the records it names.
import type { Column, DatasetFinding } from '../../../shared/domain/dataset.ts'
import type { ScanReport } from './csv-scan.ts'
import { allRows, type Database } from './duckdb.ts'
import type { MeasuredCell } from './profile-columns.ts'
import { presentText, textAsDouble, type CellReading } from './number-cell.ts'

const shown = 100

export function finding(kind: DatasetFinding['kind'], severity: DatasetFinding['severity'], sentence: string, where: readonly (string | number)[] = []): DatasetFinding {
  return { kind, severity, sentence, where: where.slice(0, shown).map(String) }
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** Findings from the structure of a CSV file. */
export function structureFindings(report: ScanReport): DatasetFinding[] {
  const found: DatasetFinding[] = []
  const { rejected, ends } = report
  if (rejected.length > 0) {
    const first = rejected[0]!
    found.push(finding('ragged-rows', 'warning', `${plural(rejected.length, 'record')} cannot be read as ${rejected.length === 1 ? 'a row' : 'rows'} and will be left out; record ${first.record}: ${first.reason}.`, rejected.map((r) => r.record)))
  }
  if (report.nulRecords.length > 0) found.push(finding('nul-bytes', 'warning', `${plural(report.nulRecords.length, 'record')} with a NUL byte.`, report.nulRecords))
  if (report.strayQuotes.length > 0) found.push(finding('note', 'warning', `${plural(report.strayQuotes.length, 'record')} with a quote inside an unquoted cell; it is read as an ordinary character.`, report.strayQuotes))
  if (report.blankLines > 0) found.push(finding('blank-lines', 'note', `${plural(report.blankLines, 'blank line')} skipped.`))
  if (report.trimmed > 0) found.push(finding('trimmed', 'note', 'Blanks around cells are left out.'))
  if (Number(ends.lf > 0) + Number(ends.crlf > 0) + Number(ends.cr > 0) > 1) found.push(finding('note', 'note', 'The lines end in different ways; all of them are understood.'))
  return found
}

/** Findings from the measured columns. */
export function columnFindings(columns: readonly Column[], estimated: readonly string[], large: readonly string[]): DatasetFinding[] {
  const found: DatasetFinding[] = []
  const names = (list: readonly string[]): string => `${list.slice(0, 5).map((n) => `“${n}”`).join(', ')}${list.length > 5 ? ` and ${list.length - 5} more` : ''}`
  const constant = columns.filter((c) => c.rows > 1 && c.distinct <= 1).map((c) => c.name)
  if (constant.length > 0) found.push(finding('constant-column', 'note', `The same value in every row: ${names(constant)}.`, constant))
  if (large.length > 0) found.push(finding('large-integers', 'note', `Whole numbers beyond 2^53 in ${names(large)}: their digits are kept as text and as 64-bit integers, but not as floating-point numbers.`, large))
  if (estimated.length > 0) found.push(finding('note', 'note', `The count of distinct values is an estimate for ${names(estimated)}.`, estimated))
  return found
}

export interface LookInput {
  readonly db: Database; readonly from: string; readonly reading: CellReading; readonly signal: AbortSignal; readonly file: string
  /** The data record of the n-th accepted row, both 1-based. */
  readonly recordOf: (row: number) => number
}

/** Number columns with cells that are no numbers: which cells, where. At most 20 columns are looked at. */
export async function mixedTypeFindings(look: LookInput, cells: readonly MeasuredCell[], columns: readonly Column[]): Promise<DatasetFinding[]> {
  const found: DatasetFinding[] = []
  const mixed = columns.flatMap((column, i) => ((column.type === 'number' || column.type === 'integer') && column.invalid > 0 ? [{ column, cell: cells[i]! }] : [])).slice(0, 20)
  for (const { column, cell } of mixed) {
    const text = cell.kind === 'text' ? presentText(cell.sql, look.reading) : `CAST(${cell.sql} AS VARCHAR)`
    const rows = await allRows(look.db, `SELECT r, p FROM (SELECT r, p, ${textAsDouble('p', cell.kind === 'text' ? look.reading.decimal : '.')} AS v FROM (SELECT row_number() OVER () AS r, ${text} AS p FROM ${look.from})) `
      + `WHERE p IS NOT NULL AND (v IS NULL OR NOT isfinite(v)) LIMIT ${shown}`, look.signal, look.file)
    const examples = [...new Set(rows.map((r) => String(r[1]).slice(0, 40)))].slice(0, 3).map((t) => `“${t}”`).join(', ')
    found.push(finding('mixed-types', 'warning', `“${column.name}” holds numbers, but ${plural(column.invalid, 'cell')} ${column.invalid === 1 ? 'is' : 'are'} no finite number: ${examples}.`, rows.map((r) => look.recordOf(Number(r[0])))))
  }
  return found
}

/** Rows that repeat an earlier row in every cell. Tables beyond two million rows are not searched. */
export async function duplicateFindings(look: LookInput, cells: readonly MeasuredCell[], rows: number): Promise<DatasetFinding[]> {
  if (rows < 2 || rows > 2_000_000) return []
  const hash = `hash(${cells.map((c) => c.sql).join(', ')})`
  const groups = await allRows(look.db, `SELECT count(*), list(r ORDER BY r)[2:${shown + 1}] FROM (SELECT ${hash} AS h, row_number() OVER () AS r FROM ${look.from}) GROUP BY h HAVING count(*) > 1`, look.signal, look.file)
  if (groups.length === 0) return []
  const count = groups.reduce((sum, g) => sum + Number(g[0]) - 1, 0)
  const where = groups.flatMap((g) => (g[1] as unknown as { items: readonly bigint[] }).items.map(Number)).sort((a, b) => a - b).slice(0, shown).map(look.recordOf)
  return [finding('duplicate-rows', 'note', `${plural(count, 'row')} ${count === 1 ? 'repeats' : 'repeat'} an earlier row in every cell.`, where)]
}
