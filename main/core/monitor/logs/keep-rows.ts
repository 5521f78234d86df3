// From stages to the stored file: duplicates among the stages and of earlier batches are left out, everything is counted, nothing sorted in memory.
// Owns what a duplicate is: the record's own id, else request, place, arm and version. DuckDB spills to disk where memory ends.
import { basename } from 'node:path'
import { allRows, sqlName, sqlPath, sqlText, type Database } from '../../datasets/duckdb.ts'
import type { EarlierLog, ReadingResult } from './reading-plan.ts'
import { columnsOf } from './row-columns.ts'
import { stagesFrom, type Reading, type Stage } from './stage.ts'

/** What names a row among all of its model, as 128 bits. `row` is a table's alias. */
export const keyOf = (row: string): string =>
  `md5_number(coalesce(${row}.event_id, ${row}.request_id || chr(1) || ${row}."row" || chr(1) || ${row}.arm || chr(1) || coalesce(${row}.version, -1)))`

export interface KeptRows {
  /** Records behind the rows that were left out, and behind all that were good. */
  readonly duplicates: number
  readonly duplicatesOfEarlier: number
  readonly kept: number
  readonly rows: number
}

const number = (cell: unknown): number => Number(cell ?? 0)

/** Earlier batches that may hold the same rows: those whose time meets that of the new ones, and all without times. */
function meeting(earlier: readonly EarlierLog[], from: number | null, to: number | null): readonly EarlierLog[] {
  return earlier.filter((e) => e.from === null || e.to === null || from === null || to === null || (e.from <= to && e.to >= from))
}

/** The stages with names for rows that the log does not name, as the view `good`. */
async function openGood({ db, layout, signal }: Reading, stages: readonly Stage[], names: readonly string[], file: string): Promise<void> {
  const name = `CASE ${stages.map((s) => `WHEN ord < ${(s.file + 1) * 1099511627776}::UBIGINT THEN ${sqlText(names[s.file] ?? '')}`).join(' ')} END`
  // The name of a file's content, and the place in it: the same file gives the same names again.
  const columns = columnsOf(layout).map(([column, type]) => (column === 'request_id' ? `coalesce(request_id, ${name} || '-' || CAST(ord % 1099511627776 + 1 AS VARCHAR)) AS request_id` : `CAST(${sqlName(column)} AS ${type}) AS ${sqlName(column)}`)).join(', ')
  await allRows(db, `CREATE OR REPLACE VIEW good AS SELECT ord, CAST(w AS INTEGER) AS w, line, ${columns} FROM ${stagesFrom(stages)} WHERE fault IS NULL`, signal, file)
}

/** The places of rows that are left out, as the table `left_out` with why. */
async function findDuplicates({ db, signal }: Reading, earlier: readonly EarlierLog[], file: string): Promise<void> {
  await allRows(db, 'CREATE OR REPLACE TABLE left_out (ord UBIGINT, earlier BOOLEAN)', signal, file)
  await allRows(db, `CREATE OR REPLACE TABLE twice AS SELECT k, min(ord) AS first FROM (SELECT ${keyOf('g')} AS k, ord FROM good g) GROUP BY k HAVING count(*) > 1`, signal, file)
  if (number((await allRows(db, 'SELECT count(*) FROM twice', signal, file))[0]?.[0]) > 0) {
    await allRows(db, `INSERT INTO left_out SELECT g.ord, false FROM (SELECT ${keyOf('g')} AS k, ord FROM good g) g JOIN twice t ON t.k = g.k WHERE g.ord <> t.first`, signal, file)
  }
  const [range] = await allRows(db, 'SELECT min("time"), max("time") FROM good WHERE "time" IS NOT NULL', signal, file)
  const times = range?.[0] === null || range === undefined ? [null, null] as const : [number(range[0]), number(range[1])] as const
  const before = meeting(earlier, times[0], times[1])
  if (before.length === 0) return
  const keys = before.map((e) => `SELECT ${keyOf('e')} AS k FROM read_parquet(${sqlPath(e.path)}) e`).join(' UNION ALL ')
  await allRows(db, `INSERT INTO left_out SELECT g.ord, true FROM (SELECT ${keyOf('g')} AS k, ord FROM good g) g SEMI JOIN (${keys}) e ON e.k = g.k WHERE g.ord NOT IN (SELECT ord FROM left_out)`, signal, file)
}

async function writeKept({ db, layout, signal }: Reading, target: string, leftOut: number, sorted: boolean, file: string): Promise<void> {
  const columns = columnsOf(layout).map(([name]) => `g.${sqlName(name)}`).join(', ')
  const rest = leftOut === 0 ? '' : ' ANTI JOIN left_out l ON l.ord = g.ord'
  await allRows(db, `COPY (SELECT ${columns} FROM good g${rest}${sorted ? ' ORDER BY g.line, g."row"' : ''}) TO ${sqlPath(target)} (FORMAT parquet, USE_TMP_FILE false, COMPRESSION snappy, KV_METADATA {slipway: ${sqlText(JSON.stringify(layout))}})`, signal, file)
}

export interface Keeping { readonly stages: readonly Stage[]; /** by place of the file */ readonly names: readonly string[]; readonly earlier: readonly EarlierLog[]; readonly target: string; /** by line, where the stages are in no order */ readonly sorted: boolean }

/** Writes the stored file and counts. */
export async function keepRows(reading: Reading, keeping: Keeping): Promise<KeptRows> {
  const { db, signal } = reading
  const file = basename(keeping.target)
  await openGood(reading, keeping.stages, keeping.names, file)
  await findDuplicates(reading, keeping.earlier, file)
  const [left] = await allRows(db, 'SELECT count(*), sum(CASE WHEN NOT l.earlier THEN g.w END), sum(CASE WHEN l.earlier THEN g.w END) FROM left_out l JOIN good g ON g.ord = l.ord', signal, file)
  const leftOut = number(left?.[0])
  await writeKept(reading, keeping.target, leftOut, keeping.sorted, file)
  const [all] = await allRows(db, 'SELECT count(*), sum(w) FROM good', signal, file)
  const [twice, earlier] = [number(left?.[1]), number(left?.[2])]
  return { duplicates: twice + earlier, duplicatesOfEarlier: earlier, kept: number(all?.[1]) - twice - earlier, rows: number(all?.[0]) - leftOut }
}

type Summary = Pick<ReadingResult, 'from' | 'to' | 'versions' | 'outcomes' | 'arms' | 'standsFor' | 'lowestSampling'>

/** What a stored file holds, in numbers. */
export async function summaryOf(db: Database, path: string, signal: AbortSignal): Promise<Summary> {
  const [from, file] = [`read_parquet(${sqlPath(path)})`, basename(path)]
  const [row] = await allRows(db, `SELECT min("time"), max("time"), sum(1 / sampled), min(sampled), count(*) FROM ${from}`, signal, file)
  const groups = async (column: string): Promise<unknown[][]> => allRows(db, `SELECT ${column}, count(*) AS n FROM ${from} GROUP BY 1 ORDER BY n DESC, 1`, signal, file)
  const none = row === undefined || row[0] === null
  return {
    from: none ? null : number(row[0]), to: none ? null : number(row[1]), standsFor: number(row?.[2]), lowestSampling: number(row?.[3] ?? 1) || 1,
    versions: (await groups('version')).map(([v, n]) => ({ number: v === null ? null : number(v), rows: number(n) })),
    outcomes: (await groups('outcome')).map(([o, n]) => ({ outcome: String(o) as Summary['outcomes'][number]['outcome'], rows: number(n) })),
    arms: (await groups('arm')).map(([a, n]) => ({ arm: String(a) as Summary['arms'][number]['arm'], rows: number(n) })),
  }
}

