// Measures every column of a relation in a few passes of SQL: type, missing, invalid, distinct, range, top values, histogram.
// Refuses to hold the table in memory; distinct counts are exact up to a bound and estimated above it.
import type { Column, ColumnType, FormatOverride, Histogram } from '../../../shared/domain/dataset.ts'
import { allRows, type Database } from './duckdb.ts'
import { presentText, textAsDouble, type CellReading } from './number-cell.ts'

/** A cell to measure. `text`: as written; a type: a value of a typed format. */
export interface MeasuredCell { readonly name: string; readonly sql: string; readonly kind: 'text' | ColumnType }

export interface MeasureInput {
  readonly db: Database
  readonly from: string
  readonly cells: readonly MeasuredCell[]
  readonly reading: CellReading
  readonly types: FormatOverride['types']
  readonly signal: AbortSignal
  readonly file: string
  readonly tell: (done: number) => void
}

export interface Measured { readonly columns: readonly Column[]; /** Columns whose distinct count is an estimate. */ readonly estimated: readonly string[]; /** Columns with whole numbers beyond 2^53. */ readonly large: readonly string[] }

/** Up to this many distinct values are counted one by one. */
const exactDistinct = 5000
const exactRows = 20_000
const bins = 20
const batch = 64

/** Share of the present cells that must be numbers for a number column. */
const numberShare = 0.9

interface Counts {
  readonly rows: number; readonly present: number; readonly finite: number; readonly whole: number; readonly largest: number; readonly min: number | null; readonly max: number | null
  readonly mean: number | null; readonly deviation: number | null; readonly distinct: number; readonly truths: number; readonly stamps: number
}

const asNumber = (value: unknown): number => (typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : 0)
const asReal = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

/**
 * Layers over the relation, so that no expression is planned twice: `pN` the present cell, `fN` its finite value, `wN` the magnitude
 * of a whole number, `tN` the cell when it is no number at all.
 */
function layered(input: MeasureInput, cells: readonly MeasuredCell[]): string {
  const present = cells.map((cell, i) => `${cell.kind === 'text' ? presentText(cell.sql, input.reading) : cell.sql} AS p${i}`)
  const value = cells.map((cell, i) => {
    if (cell.kind === 'text') return `p${i}, ${textAsDouble(`p${i}`, input.reading.decimal)} AS v${i}`
    return `p${i}, ${cell.kind === 'number' || cell.kind === 'integer' ? `TRY_CAST(p${i} AS DOUBLE)` : 'NULL::DOUBLE'} AS v${i}`
  })
  const finite = cells.map((_, i) => `p${i}, v${i}, CASE WHEN isfinite(v${i}) THEN v${i} END AS f${i}`)
  const last = cells.map((cell, i) => {
    const whole = cell.kind === 'text' ? `NOT contains(p${i}, '${input.reading.decimal}') AND NOT contains(p${i}, 'e') AND NOT contains(p${i}, 'E')` : cell.kind === 'integer' ? 'true' : 'false'
    return `p${i}, f${i}, CASE WHEN ${whole} THEN abs(f${i}) END AS w${i}, ${cell.kind === 'text' ? `CASE WHEN v${i} IS NULL THEN p${i} END` : 'NULL::VARCHAR'} AS t${i}`
  })
  return [value, finite, last].reduce((from, parts) => `(SELECT ${parts.join(', ')} FROM ${from})`, `(SELECT ${present.join(', ')} FROM ${input.from})`)
}

function countsSql(i: number): string[] {
  const f = `f${i}`
  return [
    `count(p${i})`, `count(${f})`, `count(w${i})`, `max(w${i})`, `min(${f})`, `max(${f})`, `avg(${f})`, `stddev_samp(CASE WHEN abs(${f}) < 1e150 THEN ${f} END)`,
    `approx_count_distinct(p${i})`,
  ]
}

/** True, false and points in time (a full date first, since the cast takes much more), looked for only where not everything is a number. */
async function countOthers(input: MeasureInput, cells: readonly MeasuredCell[], counts: readonly Counts[]): Promise<Counts[]> {
  const open = cells.flatMap((cell, i) => (cell.kind === 'text' && counts[i]!.finite < counts[i]!.present ? [i] : []))
  if (open.length === 0) return [...counts]
  const parts = open.flatMap((_, k) => [`count(CASE WHEN lower(t${k}) IN ('true', 'false') THEN 1 END)`, `count(CASE WHEN regexp_matches(t${k}, '^\\s*\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}') THEN TRY_CAST(t${k} AS TIMESTAMP) END)`])
  const [row = []] = await allRows(input.db, `SELECT ${parts.join(', ')} FROM ${layered(input, open.map((i) => cells[i]!))}`, input.signal, input.file)
  return counts.map((c, i) => (open.includes(i) ? { ...c, truths: asNumber(row[open.indexOf(i) * 2]), stamps: asNumber(row[open.indexOf(i) * 2 + 1]) } : c))
}

async function countCells(input: MeasureInput, cells: readonly MeasuredCell[]): Promise<Counts[]> {
  const parts = cells.flatMap((_, i) => countsSql(i))
  const [row = []] = await allRows(input.db, `SELECT count(*), ${parts.join(', ')} FROM ${layered(input, cells)}`, input.signal, input.file)
  const counts = cells.map((_, i): Counts => {
    const at = (k: number): unknown => row[1 + i * 9 + k]
    return {
      rows: asNumber(row[0]), present: asNumber(at(0)), finite: asNumber(at(1)), whole: asNumber(at(2)), largest: asNumber(at(3)), min: asReal(at(4)), max: asReal(at(5)),
      mean: asReal(at(6)), deviation: asReal(at(7)), distinct: asNumber(at(8)), truths: 0, stamps: 0,
    }
  })
  return countOthers(input, cells, counts)
}

function typeOf(cell: MeasuredCell, counts: Counts, asked: ColumnType | undefined): ColumnType {
  if (asked !== undefined) return asked
  if (cell.kind !== 'text') return cell.kind
  const { present, finite, whole, truths, stamps } = counts
  if (present === 0) return 'string'
  if (finite > 0 && finite >= present * numberShare) return whole === finite ? 'integer' : 'number'
  if (truths === present) return 'boolean'
  return stamps > 0 && stamps >= present * numberShare ? 'timestamp' : 'string'
}

function invalidOf(cell: MeasuredCell, type: ColumnType, counts: Counts): number {
  switch (type) {
    case 'number': return counts.present - counts.finite
    case 'integer': return counts.present - counts.whole
    case 'boolean': return cell.kind === 'text' ? counts.present - counts.truths : 0
    case 'timestamp': return cell.kind === 'text' ? counts.present - counts.stamps : 0
    case 'string': case 'image': return 0
  }
}

/** The 21 edges of 20 equally wide bins; null for no range. A single value gets one unit around it. */
export function edgesOf(min: number | null, max: number | null): number[] | null {
  if (min === null || max === null) return null
  const [low, high] = min === max ? [min - 0.5, max + 0.5] : [min, max]
  const width = high / bins - low / bins
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * width))
  return edges.every((e, i) => i === 0 || e > edges[i - 1]!) ? edges : null
}

/** A double as SQL, exact. */
const exact = (value: number): string => `${value.toExponential()}::DOUBLE`

interface Detail { readonly top: Column['top']; readonly distinct: number | null; readonly histogram: Histogram | null }

/**
 * The bins are closed on the left, DuckDB's on the right: so it counts −v against the negated edges. The bin of the topmost edge then
 * holds the maximum alone.
 */
function binsSql(i: number, edges: readonly number[] | null): string {
  if (edges === null) return 'NULL'
  return `histogram(-f${i}, [${[...edges].reverse().map((edge) => exact(-edge)).join(', ')}])`
}

/** Where nearly every row has a value of its own there are no top values to look for. */
function topSql(i: number, counts: Counts, counted: boolean): string {
  if (counted) return `histogram(CAST(p${i} AS VARCHAR))`
  return counts.distinct < counts.present / 2 ? `approx_top_k(CAST(p${i} AS VARCHAR), 10)` : 'NULL'
}

function histogramFrom(edges: readonly number[] | null, counted: readonly number[]): Histogram | null {
  if (edges === null || counted.length < bins + 1) return null
  const counts = counted.slice(1, bins + 1)
  counts[0]! += counted[0]!
  return { edges: [...edges], counts: counts.reverse() }
}

/** Most frequent first, then by value, ten at most. */
function topOf(entries: readonly { value: string; count: number }[]): Column['top'] {
  return [...entries].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, 10).map(({ value, count }) => ({ value: value.slice(0, 200), count }))
}

async function detailCells(input: MeasureInput, cells: readonly MeasuredCell[], counts: readonly Counts[]): Promise<Detail[]> {
  const edges = counts.map((c) => edgesOf(c.min, c.max))
  const counted = counts.map((c) => c.distinct <= exactDistinct || c.rows <= exactRows)
  const from = layered(input, cells)
  const parts = cells.flatMap((_, i) => [topSql(i, counts[i]!, counted[i]!), binsSql(i, edges[i]!)])
  const [row = []] = await allRows(input.db, `SELECT ${parts.join(', ')} FROM ${from}`, input.signal, input.file)
  const guesses = cells.map((_, i) => (counted[i] ? [] : listItems(row[i * 2]).map(String)))
  const exactCounts = await countGuesses(input, from, guesses)
  return cells.map((_, i) => {
    const values = counted[i] ? mapEntries(row[i * 2]) : exactCounts[i]!
    return { top: topOf(values), distinct: counted[i] ? values.length : null, histogram: histogramFrom(edges[i]!, mapEntries(row[i * 2 + 1]).map((e) => e.count)) }
  })
}

/** Exact counts of the likely top values of columns with very many values; a value seen once says nothing and is left out. */
async function countGuesses(input: MeasureInput, from: string, guesses: readonly (readonly string[])[]): Promise<{ value: string; count: number }[][]> {
  const parts = guesses.flatMap((values, i) => values.map((value) => `count(*) FILTER (WHERE CAST(p${i} AS VARCHAR) = '${value.replaceAll("'", "''")}')`))
  if (parts.length === 0) return guesses.map(() => [])
  const [row = []] = await allRows(input.db, `SELECT ${parts.join(', ')} FROM ${from}`, input.signal, input.file)
  let at = 0
  return guesses.map((values) => values.map((value) => ({ value, count: asNumber(row[at++]) })).filter((v) => v.count > 1))
}

const listItems = (value: unknown): readonly unknown[] => (typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items) ? value.items : [])

function mapEntries(value: unknown): { value: string; count: number }[] {
  if (typeof value !== 'object' || value === null || !('entries' in value) || !Array.isArray(value.entries)) return []
  return (value.entries as readonly { key: unknown; value: unknown }[]).map((e) => ({ value: String(e.key), count: asNumber(e.value) }))
}

/** The smallest and largest of columns with whole numbers that a floating-point number cannot hold, with every digit. */
async function exactRanges(input: MeasureInput, cells: readonly MeasuredCell[], counts: readonly Counts[]): Promise<ReadonlyMap<number, { readonly exactMin: string; readonly exactMax: string }>> {
  const large = cells.flatMap((_, i) => (counts[i]!.largest >= 2 ** 53 && counts[i]!.whole === counts[i]!.finite ? [i] : []))
  if (large.length === 0) return new Map()
  const parts = large.flatMap((_, k) => ['min', 'max'].map((which) => `CAST(${which}(TRY_CAST(p${k} AS HUGEINT)) AS VARCHAR)`))
  const [row = []] = await allRows(input.db, `SELECT ${parts.join(', ')}, ${large.map((_, k) => `count(TRY_CAST(p${k} AS HUGEINT))`).join(', ')} FROM ${layered(input, large.map((i) => cells[i]!))}`, input.signal, input.file)
  // A number of more than 38 digits is beyond this too; then the column has no exact range.
  return new Map(large.flatMap((i, k) => (asNumber(row[large.length * 2 + k]) === counts[i]!.whole ? [[i, { exactMin: String(row[k * 2]), exactMax: String(row[k * 2 + 1]) }]] : [])))
}

/** Measures all columns, 64 at a time. */
export async function measureColumns(input: MeasureInput): Promise<Measured> {
  const columns: Column[] = []
  const estimated: string[] = []
  const large: string[] = []
  for (let at = 0; at < input.cells.length; at += batch) {
    const cells = input.cells.slice(at, at + batch)
    const counts = await countCells(input, cells)
    const details = await detailCells(input, cells, counts)
    const ranges = await exactRanges(input, cells, counts)
    cells.forEach((cell, i) => {
      const c = counts[i]!
      const d = details[i]!
      const type = typeOf(cell, c, input.types !== undefined && Object.hasOwn(input.types, cell.name) ? input.types[cell.name] : undefined)
      const numeric = type === 'number' || type === 'integer'
      // The mean and the deviation leave out magnitudes whose squares overflow; with such values there is no honest answer.
      const tame = numeric && Math.max(Math.abs(c.min ?? 0), Math.abs(c.max ?? 0)) < 1e150
      if (d.distinct === null) estimated.push(cell.name)
      if (c.largest >= 2 ** 53) large.push(cell.name)
      columns.push({
        name: cell.name, type, rows: c.rows, missing: c.rows - c.present, invalid: invalidOf(cell, type, c), distinct: d.distinct ?? c.distinct,
        ...(type === 'integer' ? ranges.get(i) : {}), min: numeric ? c.min : null, max: numeric ? c.max : null, mean: tame ? c.mean : null, standardDeviation: tame ? c.deviation : null,
        top: d.top, histogram: numeric ? d.histogram : null,
      })
    })
    input.tell(at + cells.length)
  }
  return { columns, estimated, large }
}
