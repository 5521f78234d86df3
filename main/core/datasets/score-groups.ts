// Reads stored predictions as the distinct scores of one class, with the rows of that class and of all others at each.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ScoreGroups } from '../../../shared/thresholds/score-table.ts'
import { FloatColumn } from '../../../shared/metrics/growing-arrays.ts'
import { openDatabase, sqlPath, sqlText, streamChunks, type Database } from './duckdb.ts'
import { readShape } from './prediction-page.ts'

/** Where the score of a class is, and what makes a row one of it. Errors: `input.invalid` when the run kept no scores. */
async function columnsOf(db: Database, path: string, label: string, separator: string, signal: AbortSignal): Promise<{ readonly score: string, readonly own: string }> {
  const shape = await readShape(db, { path }, signal)
  const at = shape.scoreNames.indexOf(label)
  if (at < 0) throw new SlipwayError('input.invalid', { reason: shape.scoreNames.length === 0 ? 'this run kept no probability for each class, so there is no threshold to move' : `“${label}” is not one of the classes ${shape.scoreNames.map((n) => `“${n}”`).join(', ')}` })
  if (shape.task !== 'multilabel-classification') return { score: `s${at}`, own: `truth = ${sqlText(label)}` }
  if (shape.scoreNames.some((name) => name.includes(separator))) throw new SlipwayError('input.invalid', { reason: `a label holds the sign “${separator}” that stands between labels, so the stored rows cannot be told apart` })
  return { score: `s${at}`, own: `list_contains(string_split(truth, ${sqlText(separator)}), ${sqlText(label)})` }
}

/** Distinct scores within [0, 1], highest first; rows without a truth or a finite score are left out. `separator`: between the labels of a row. */
export async function readScoreGroups(path: string, label: string, separator: string, signal: AbortSignal): Promise<ScoreGroups> {
  const file = basename(path)
  const db = await openDatabase([path])
  try {
    const { score, own } = await columnsOf(db, path, label, separator, signal)
    const sql = `SELECT greatest(0, least(1, ${score})) AS score, CAST(count(*) FILTER (WHERE ${own}) AS DOUBLE), CAST(count(*) FILTER (WHERE NOT (${own})) AS DOUBLE)
      FROM read_parquet(${sqlPath(path)}) WHERE truth IS NOT NULL AND isfinite(${score}) GROUP BY score ORDER BY score DESC`
    const groups = [new FloatColumn(), new FloatColumn(), new FloatColumn()]
    for await (const chunk of streamChunks(db, sql, signal, file)) {
      groups.forEach((column, c) => { for (const value of chunk.getColumnValues(c)) column.push(Number(value)) })
    }
    const [scores, positives, negatives] = groups.map((column) => Float64Array.from(column.toArray()))
    return { scores: scores!, positives: positives!, negatives: negatives! }
  } finally { db.close() }
}
