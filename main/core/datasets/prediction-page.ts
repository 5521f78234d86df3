// Reads pages of stored predictions: filtered, ordered, deterministic.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import { z } from 'zod'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { ModelTask } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlPath, sqlText, type Database } from './duckdb.ts'
import { shapeKey } from './prediction-writer.ts'

type Method = EngineContract['predictions.page']
type Input = InputOf<Method>
type Row = OutputOf<Method>['rows'][number]

const Shape = z.object({ scoreNames: z.array(z.string()), task: ModelTask })
type Shape = z.infer<typeof Shape>

const longestPage = 1000

/** What the file says of itself: the names of its scores and the task. Errors: `dataset.notReadable`. */
export async function readShape(db: Database, input: { readonly path: string }, signal: AbortSignal): Promise<Shape> {
  const file = basename(input.path)
  const rows = await allRows(db, `SELECT decode(value) FROM parquet_kv_metadata(${sqlPath(input.path)}) WHERE decode(key) = ${sqlText(shapeKey)}`, signal, file)
  try { return Shape.parse(JSON.parse(String(rows[0]?.[0]))) } catch { throw new SlipwayError('dataset.notReadable', { file, reason: 'it holds no predictions of Slipway' }) }
}

/** Right and wrong have no meaning for a regression, so the filters for them let all rows pass there. */
function whereOf(input: Input, shape: Shape): string {
  const regression = shape.task === 'regression'
  const equals = (column: string, text: string | undefined): string[] => (text === undefined ? [] : [`${column} = ${regression ? `TRY_CAST(${sqlText(text)} AS DOUBLE)` : sqlText(text)}`])
  const parts = [...(input.onlyWrong && !regression ? ['correct = false'] : []), ...(input.onlyRight === true && !regression ? ['correct = true'] : []), ...equals('truth', input.truth), ...equals('predicted', input.predicted)]
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`
}

const orders = {
  worst: 'loss DESC NULLS LAST, record', best: 'loss ASC NULLS LAST, record', record: 'record',
  surest: 'confidence DESC NULLS LAST, record', unsurest: 'confidence ASC NULLS LAST, record',
} as const

const real = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** One row of the file: record, id, truth, predicted, correct, confidence, loss, then the scores. */
export function rowOf(cells: readonly unknown[], scores: number): Row {
  return {
    record: Number(cells[0]), id: text(cells[1]), truth: text(cells[2]), predicted: text(cells[3]), correct: typeof cells[4] === 'boolean' ? cells[4] : null,
    confidence: real(cells[5]), loss: real(cells[6]), scores: cells.slice(7, 7 + scores).map(real),
  }
}

/** Answers `predictions.page`. Worst: largest loss first, then record; best: smallest loss first; surest and unsurest go by confidence; rows without the number come last. At most 1,000 rows. */
export async function pagePredictions(input: Input, context: CallContext): Promise<OutputOf<Method>> {
  const { signal } = context
  const file = basename(input.path)
  const db = await openDatabase([input.path])
  try {
    const shape = await readShape(db, input, signal)
    const from = `read_parquet(${sqlPath(input.path)})${whereOf(input, shape)}`
    const [count] = await allRows(db, `SELECT count(*) FROM ${from}`, signal, file)
    const limit = Math.max(0, Math.min(longestPage, input.limit))
    const columns = ['record', 'id', 'truth', 'predicted', 'correct', 'confidence', 'loss', ...shape.scoreNames.map((_, i) => `s${i}`)].join(', ')
    const rows = await allRows(db, `SELECT ${columns} FROM ${from} ORDER BY ${orders[input.order]} LIMIT ${limit} OFFSET ${Math.max(0, input.offset)}`, signal, file)
    return { total: Number(count?.[0] ?? 0), scoreNames: shape.scoreNames, rows: rows.map((row) => rowOf(row, shape.scoreNames.length)) }
  } finally { db.close() }
}
