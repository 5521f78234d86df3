// Answers `monitor.rows`: rows of stored logs with their raw values and true answers as one Parquet file, which becomes a data set. Refuses nothing: personal values were never stored.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import { LogRowsKind } from '../../../../shared/domain/study.ts'
import { openDatabase, sqlName, sqlPath } from '../../datasets/duckdb.ts'
import { ask, number } from '../analysis/log-counts.ts'
import { sideFrom, SidePlan } from './side-plan.ts'

export const RowsPlan = z.object({
  side: SidePlan, labels: z.array(z.string()), from: z.number().nullable(), to: z.number().nullable(), folder: z.string(), which: LogRowsKind,
  values: z.array(z.object({ feature: z.string(), kind: z.enum(['number', 'text']) })), /** column of the true answer; null: none */ target: z.string().nullable(), /** true answers are numbers */ numeric: z.boolean(),
})
export type RowsPlan = z.infer<typeof RowsPlan>
export const RowsWritten = z.object({ file: z.string(), rows: z.number().int().nonnegative() })
export type RowsWritten = z.infer<typeof RowsWritten>

const conditions: Readonly<Record<LogRowsKind, string>> = { all: 'true', labelled: 'truth IS NOT NULL', wrong: 'truth IS NOT NULL AND label IS NOT NULL AND truth <> label' }

/** A row without any value of its own is left out: it came from a log that kept none. */
export async function writeRows(plan: RowsPlan, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<RowsWritten> {
  await mkdir(plan.folder, { recursive: true })
  const file = join(plan.folder, 'rows.parquet')
  const db = await openDatabase([...plan.side.logs.map((l) => l.path), ...plan.labels], plan.folder)
  try {
    context.progress({ step: 'writing rows', done: null, total: null })
    const wish = { values: plan.values, ...(plan.from === null ? {} : { from: plan.from }), ...(plan.to === null ? {} : { to: plan.to }) }
    const held = plan.values.map((_, i) => `v${i} IS NOT NULL`).join(' OR ')
    const columns = ['request_id', '"row" AS log_row', ...plan.values.map(({ feature }, i) => `v${i} AS ${sqlName(feature)}`), ...(plan.target === null ? [] : [`${plan.numeric ? 'TRY_CAST(truth AS DOUBLE)' : 'truth'} AS ${sqlName(plan.target)}`])]
    const from = `${sideFrom(plan.side, plan.labels, wish)} WHERE outcome = 'ok' AND (${held}) AND ${conditions[plan.which]}`
    const [[rows] = []] = await ask({ db, signal: context.signal }, `SELECT count(*) FROM ${from}`)
    if (number(rows) > 0) await db.connection.run(`COPY (SELECT ${columns.join(', ')} FROM ${from} ORDER BY "time", request_id, "row") TO ${sqlPath(file)} (FORMAT parquet)`)
    return { file, rows: number(rows) }
  } finally { db.close() }
}
