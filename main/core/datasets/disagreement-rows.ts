// Rows on which two runs on the same data differ: a page of them, and all of them as columns. Pairs by record, as paired-predictions.ts does.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'
import type { SegmentCondition } from '../../../shared/domain/slices.ts'
import { type DisagreementKind, type DisagreementRow } from '../../../shared/domain/verdict.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlText, streamChunks } from './duckdb.ts'
import { textAsDouble } from './number-cell.ts'
import { pairedFrom } from './paired-predictions.ts'
import { shiftedPlace } from './quality-tables.ts'
import { relationOf } from './relation.ts'
import { cellName, cellSelect, type FilterContext } from './row-filter.ts'
import { openStaging, type Staging } from './staging.ts'
import { copyDoubles } from './vectors.ts'

type Method = EngineContract['predictions.disagreements']

/** What makes two answers differ, who is better off, and by how much (second − first), by task. `shown`: the answer of a side as text. */
interface TaskSql { readonly differs: string, readonly firstBetter: string, readonly secondBetter: string, readonly difference: string, readonly decisions: boolean, readonly shown: (side: 'a' | 'b') => string }

function taskSql(task: ModelTask): TaskSql {
  const plain = (side: 'a' | 'b'): string => `CAST(${side}.predicted AS VARCHAR)`
  switch (task) {
    case 'regression': return { differs: 'a.predicted <> b.predicted', firstBetter: 'a.loss < b.loss', secondBetter: 'b.loss < a.loss', difference: 'b.predicted - a.predicted', decisions: false, shown: plain }
    case 'object-detection': return {
      differs: '(a.s0 <> b.s0 OR a.s1 <> b.s1 OR a.s2 <> b.s2)', firstBetter: 'a.s1 + a.s2 < b.s1 + b.s2', secondBetter: 'b.s1 + b.s2 < a.s1 + a.s2', difference: '(b.s1 + b.s2) - (a.s1 + a.s2)', decisions: false,
      shown: (side) => `printf('%d found, %d wrong, %d missed', ${side}.s0::BIGINT, ${side}.s1::BIGINT, ${side}.s2::BIGINT)`,
    }
    case 'semantic-segmentation': return { differs: 'a.s1 <> b.s1', firstBetter: 'a.s1 > b.s1', secondBetter: 'b.s1 > a.s1', difference: 'b.s1 - a.s1', decisions: false, shown: (side) => `printf('mean IoU %.4f', ${side}.s1)` }
    default: return { differs: 'a.predicted IS DISTINCT FROM b.predicted', firstBetter: '(a.correct AND NOT b.correct)', secondBetter: '(b.correct AND NOT a.correct)', difference: 'b.loss - a.loss', decisions: true, shown: plain }
  }
}

const kindSql = ({ decisions, firstBetter, secondBetter }: TaskSql): string =>
  `CASE WHEN ${firstBetter} THEN '${decisions ? 'first-right' : 'first-closer'}' WHEN ${secondBetter} THEN '${decisions ? 'second-right' : 'second-closer'}' ELSE 'both-wrong' END`

/** The column that stands for the true class of pictures, which have no columns of their own. */
export const pictureClass = 'class'

/** One condition of a segment. Groups that were named by value are found by value, as words or as numbers. */
function conditionSql(condition: SegmentCondition, context: FilterContext, pictures: boolean): string {
  const cell = pictures ? 'CAST(a.truth AS VARCHAR)' : cellName(context, condition.column)
  const number = textAsDouble(cell, context.relation?.reading.decimal ?? '.')
  const missing = `(${cell} IS NULL OR ${cell} = '')`
  if (condition.kind === 'values') {
    const words = condition.values.filter((v) => v !== null)
    const numbers = words.map(Number).filter((v, i) => Number.isFinite(v) && words[i]!.trim() !== '')
    const parts = [...(words.length === 0 ? [] : [`${cell} IN (${words.map(sqlText).join(', ')})`]), ...(numbers.length === 0 || numbers.length < words.length ? [] : [`${number} IN (${numbers.join(', ')})`]), ...(condition.values.includes(null) ? [missing] : [])]
    return `(${parts.length === 0 ? 'false' : parts.join(' OR ')})`
  }
  const bounds = [...(condition.low === null ? [] : [`${number} >= ${condition.low}`]), ...(condition.high === null ? [] : [`${number} <= ${condition.high}`])]
  const inside = bounds.length === 0 ? `${number} IS NOT NULL` : bounds.join(' AND ')
  return condition.missing ? `(${inside} OR ${number} IS NULL)` : `(${inside})`
}

const real = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

const rowOf = (cells: readonly unknown[]): DisagreementRow => ({
  record: Number(cells[0]), id: text(cells[1]), truth: text(cells[2]), kind: String(cells[3]) as DisagreementKind, difference: real(cells[4]),
  first: { predicted: text(cells[5]), confidence: real(cells[6]), loss: real(cells[7]) }, second: { predicted: text(cells[8]), confidence: real(cells[9]), loss: real(cells[10]) },
})

function orderSql(order: InputOf<Method>['order'], difference: string): string {
  return order === 'record' ? 'a.record' : `CASE WHEN isfinite(${difference}) THEN abs(${difference}) END DESC NULLS LAST, a.record`
}

/** Answers `predictions.disagreements`. At most 1,000 rows. Errors: `input.invalid` for a column that is not there, `dataset.notReadable`, `job.cancelled`. */
export async function pageDisagreements(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const { signal } = context
  const { first, second, task, source, conditions } = input
  const file = basename(first)
  const pictures = source.format.kind === 'images'
  if (pictures && conditions.some((c) => c.column !== pictureClass)) throw new SlipwayError('input.invalid', { reason: 'pictures have no columns to ask for' })
  const columns = pictures || conditions.length === 0 ? [] : source.columns.map((c) => c.name)
  let staging: Staging | null = null
  const relation = columns.length === 0 ? null : await relationOf(source, columns.map((name) => ({ name, numeric: false })), () => (staging ??= openStaging()), { records: null, signal })
  const db = await openDatabase([first, second, ...(relation === null ? [] : [relation.file])])
  try {
    const sql = taskSql(task)
    const place = relation === null ? '' : await shiftedPlace(db, relation.rejected, 'shifts', signal, file, 'place')
    const cells = relation === null ? '' : ` AND a.record IN (SELECT n FROM (SELECT *, ${place} AS n FROM (${cellSelect(relation)})) WHERE ${conditions.map((c) => conditionSql(c, { regression: task === 'regression', scoreNames: [], positiveClass: null, columns, relation }, false)).join(' AND ')})`
    const classes = pictures ? conditions.map((c) => ` AND ${conditionSql(c, { regression: false, scoreNames: [], positiveClass: null, columns: [], relation: null }, true)}`).join('') : ''
    const from = `${pairedFrom(first, second, task)} AND ${sql.differs}${input.kind === 'any' ? '' : ` AND ${kindSql(sql)} = ${sqlText(input.kind)}`}${cells}${classes}`
    const [count] = await allRows(db, `SELECT count(*) ${from}`, signal, file)
    const rows = await allRows(db, `SELECT a.record, a.id, CAST(a.truth AS VARCHAR), ${kindSql(sql)}, ${sql.difference}, ${sql.shown('a')}, a.confidence, a.loss, ${sql.shown('b')}, b.confidence, b.loss ${from}
      ORDER BY ${orderSql(input.order, sql.difference)} LIMIT ${Math.max(0, Math.min(1000, input.limit))} OFFSET ${Math.max(0, input.offset)}`, signal, file)
    return { total: Number(count?.[0] ?? 0), rows: rows.map(rowOf) }
  } finally {
    db.close()
    ;(staging as Staging | null)?.remove()
  }
}

export interface PairedDifferences {
  readonly records: Uint32Array
  /** 1 where the two differ, the first is better off, the second is. */
  readonly differs: Uint8Array
  readonly firstBetter: Uint8Array
  readonly secondBetter: Uint8Array
  /** Size of the difference of two numbers; 0 for decisions. */
  readonly size: Float64Array
  /** Whether the answers are decisions, right or wrong, rather than numbers. */
  readonly decisions: boolean
}

/** Every paired row, by record. Errors: `dataset.notReadable`, `job.cancelled`. */
export async function readDisagreements(first: string, second: string, task: ModelTask, signal: AbortSignal): Promise<PairedDifferences> {
  const file = basename(first)
  const db = await openDatabase([first, second])
  try {
    const sql = taskSql(task)
    const from = pairedFrom(first, second, task)
    const rows = Number((await allRows(db, `SELECT count(*) ${from}`, signal, file))[0]?.[0] ?? 0)
    const columns = Array.from({ length: 5 }, () => new Float64Array(rows))
    const flag = (condition: string): string => `CAST(coalesce(CAST((${condition}) AS INTEGER), 0) AS DOUBLE)`
    let at = 0
    for await (const chunk of streamChunks(db, `SELECT CAST(a.record AS DOUBLE), ${flag(sql.differs)}, ${flag(`${sql.differs} AND ${sql.firstBetter}`)}, ${flag(`${sql.differs} AND ${sql.secondBetter}`)}, ${sql.decisions ? '0::DOUBLE' : `abs(CAST(${sql.difference} AS DOUBLE))`} ${from} ORDER BY a.record`, signal, file)) {
      columns.forEach((target, c) => copyDoubles(chunk.getColumnVector(c), 0, chunk.rowCount, target, at))
      at += chunk.rowCount
    }
    const [records, differs, firstBetter, secondBetter, size] = columns
    return { records: Uint32Array.from(records!), differs: Uint8Array.from(differs!), firstBetter: Uint8Array.from(firstBetter!), secondBetter: Uint8Array.from(secondBetter!), size: size!, decisions: sql.decisions }
  } finally { db.close() }
}
