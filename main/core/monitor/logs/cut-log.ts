// Answers `logs.cut`: a stored file without the rows of a stretch of time. What is cut is in no file that this writes.
import { basename, dirname } from 'node:path'
import { mkdir } from 'node:fs/promises'
import type { CutPlan, CutResult } from './reading-plan.ts'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import { allRows, openDatabase, sqlPath, sqlText } from '../../datasets/duckdb.ts'


/** Rows without a time stay: nobody can say that they are in the stretch. */
export async function cutLog(plan: CutPlan, context: CallContext): Promise<CutResult> {
  await mkdir(dirname(plan.target), { recursive: true })
  const db = await openDatabase([plan.path, plan.target], dirname(plan.target), '1GB')
  const [file, source] = [basename(plan.path), `read_parquet(${sqlPath(plan.path)})`]
  const number = (cell: unknown): number | null => (cell === null || cell === undefined ? null : Number(cell))
  try {
    const inside = [...(plan.from === null ? [] : [`"time" >= ${Math.trunc(plan.from)}`]), ...(plan.to === null ? [] : [`"time" < ${Math.trunc(plan.to)}`]), '"time" IS NOT NULL'].join(' AND ')
    await allRows(db, `COPY (SELECT * FROM ${source} WHERE NOT coalesce(${inside}, false)) TO ${sqlPath(plan.target)} (FORMAT parquet, USE_TMP_FILE false, COMPRESSION snappy, KV_METADATA {slipway: ${sqlText(plan.metadata)}})`, context.signal, file)
    const [before] = await allRows(db, `SELECT count(*) FROM ${source}`, context.signal, file)
    const [after] = await allRows(db, `SELECT count(*), min("time"), max("time") FROM read_parquet(${sqlPath(plan.target)})`, context.signal, file)
    const rows = number(after?.[0]) ?? 0
    return { removed: (number(before?.[0]) ?? 0) - rows, rows, from: number(after?.[1]), to: number(after?.[2]) }
  } finally { db.close() }
}
