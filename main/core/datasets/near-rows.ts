// Answers `predictions.near`: the rows nearest to one row by the model's inputs, among those that the model has right.
// Distance: numbers in standard deviations of the scored rows, words 0 or 1, squared, added, rooted (D. R. Wilson, T. R. Martinez, "Improved heterogeneous distance functions", JAIR 6, 1997, with a standard deviation for a unit).
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { NearRow } from '../../../shared/domain/run-rows.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, sqlPath, sqlText } from './duckdb.ts'
import { readShape, rowOf } from './prediction-page.ts'
import { openQualityTables, type ComparedColumn } from './quality-tables.ts'

type Method = EngineContract['predictions.near']

/** A cell that is missing on one side only counts as much as one standard deviation, or as another word. */
function termOf(cell: string, own: string | null, spread: number | null): string {
  if (own === null) return `CASE WHEN ${cell} IS NULL THEN 0 ELSE 1 END`
  const same = `CASE WHEN ${cell} IS NULL OR ${cell} <> ${sqlText(own)} THEN 1 ELSE 0 END`
  if (spread === null || !Number.isFinite(Number(own))) return same
  return `CASE WHEN TRY_CAST(${cell} AS DOUBLE) IS NULL THEN 1 ELSE ((TRY_CAST(${cell} AS DOUBLE) - ${Number(own)}) / ${spread}) ** 2 END`
}

const cellText = (cell: unknown): string | null => (cell === null || cell === undefined ? null : String(cell))
/** A number as people write it: `39` for the comparable text `39.0`. */
const shownCell = (cell: string | null, numeric: boolean): string | null => (cell !== null && numeric && Number.isFinite(Number(cell)) ? String(Number(cell)) : cell)

/** Errors: `input.invalid` for a record that was not scored, `dataset.notReadable`, `job.cancelled`. */
export async function nearRows(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const { signal } = context
  const { record, regression } = input
  const columns = input.columns.map((name): ComparedColumn => ({ name, numeric: ['number', 'integer'].includes(input.source.columns.find((c) => c.name === name)?.type ?? '') }))
  const tables = await openQualityTables({ predictions: input.path, source: input.source, columns, target: null, training: null, regression }, signal)
  const ask = (sql: string): Promise<unknown[][]> => allRows(tables.db, sql, signal, basename(input.path))
  try {
    const names = columns.map((_, i) => `c${i}`)
    const [own] = await ask(`SELECT ${names.join(', ')} FROM scored WHERE record = ${record}`)
    if (own === undefined) throw new SlipwayError('input.invalid', { reason: `record ${record} was not scored in this run` })
    const [spreads] = await ask(`SELECT ${columns.map((c, i) => (c.numeric ? `stddev_samp(CASE WHEN isfinite(TRY_CAST(c${i} AS DOUBLE)) THEN TRY_CAST(c${i} AS DOUBLE) END)` : 'NULL')).join(', ')} FROM scored`)
    const terms = columns.map((c, i) => termOf(`c${i}`, cellText(own[i]), c.numeric && Number(spreads?.[i] ?? 0) > 0 ? Number(spreads![i]) : null))
    const right = regression ? 'good <= (SELECT quantile_cont(good, 0.25) FROM scored)' : 'good = 1'
    const [count] = await ask(`SELECT count(*) FROM scored WHERE ${right} AND record <> ${record}`)
    const { scoreNames } = await readShape(tables.db, input, signal)
    const answers = ['record', 'id', 'truth', 'predicted', 'correct', 'confidence', 'loss', ...scoreNames.map((_, i) => `s${i}`)]
    const found = await ask(`SELECT n.distance, ${names.map((c) => `n.${c}`).join(', ')}, ${answers.map((a) => `p.${a}`).join(', ')} FROM (SELECT *, sqrt(${terms.join(' + ')}) AS distance FROM scored WHERE ${right} AND record <> ${record} ORDER BY distance, record LIMIT ${input.count}) n `
      + `JOIN (SELECT * FROM read_parquet(${sqlPath(input.path)})) p ON p.record = n.record ORDER BY n.distance, n.record`)
    const shown = (cells: readonly unknown[]): (string | null)[] => columns.map((c, i) => shownCell(cellText(cells[i]), c.numeric))
    const cells = shown(own)
    const rows = found.map((line): NearRow => {
      const theirs = shown(line.slice(1, 1 + columns.length))
      const prediction = rowOf(line.slice(1 + columns.length), scoreNames.length)
      return { record: prediction.record, distance: Number(line[0]), differs: columns.filter((_, i) => theirs[i] !== cells[i]).map((c) => c.name), cells: theirs, prediction }
    })
    const candidates = Number(count?.[0] ?? 0)
    return { record, columns: columns.map((c) => c.name), cells, rows, candidates, sentence: `Nearest by the model’s inputs among ${formatPlural(candidates, 'row')} ${regression ? 'with an error in the lowest quarter' : 'that the model has right'}: numbers count in standard deviations, other words as 1.` }
  } finally { tables.close() }
}
