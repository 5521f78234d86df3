// Answers `predictions.rows`: pages of a run's predictions, filtered and ordered by anything in the row, its cells included.
// Reads the data set only where a cell is asked for; prediction-writer.ts wrote the rest.
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlPath } from './duckdb.ts'
import { readShape, rowOf } from './prediction-page.ts'
import { shiftedPlace } from './quality-tables.ts'
import { relationOf } from './relation.ts'
import { cellSelect, conditionsOf, needsCells, orderSql, type FilterContext } from './row-filter.ts'
import { openStaging, type Staging } from './staging.ts'

type Method = EngineContract['predictions.rows']

/** Errors: `input.invalid` for columns, scores and kinds that are not there, `dataset.notReadable`, `job.cancelled`. At most 1,000 rows. */
export async function browseRows(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const { signal } = context
  const file = basename(input.path)
  let staging: Staging | null = null
  const withCells = needsCells(input.filter, input.order)
  const columns = withCells ? input.source.columns.map((c) => c.name) : []
  const relation = withCells ? await relationOf(input.source, columns.map((name) => ({ name, numeric: false })), () => (staging ??= openStaging()), { records: null, signal }) : null
  const db = await openDatabase([input.path, ...(relation === null ? [] : [relation.file])])
  try {
    const { scoreNames, task } = await readShape(db, input, signal)
    const of: FilterContext = { regression: task === 'regression', scoreNames, positiveClass: input.positiveClass, columns, relation }
    const place = relation === null ? '' : await shiftedPlace(db, relation.rejected, 'shifts', signal, file, 'place')
    const from = relation === null ? `read_parquet(${sqlPath(input.path)})` : `(SELECT p.*, d.* EXCLUDE (place) FROM (SELECT * FROM read_parquet(${sqlPath(input.path)})) p JOIN (SELECT *, ${place} AS n FROM (${cellSelect(relation)})) d ON d.n = p.record)`
    const conditions = conditionsOf(input.filter, of)
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
    const [count] = await allRows(db, `SELECT count(*) FROM ${from}${where}`, signal, file)
    const names = ['record', 'id', 'truth', 'predicted', 'correct', 'confidence', 'loss', ...scoreNames.map((_, i) => `s${i}`)].join(', ')
    const rows = await allRows(db, `SELECT ${names} FROM ${from}${where} ORDER BY ${orderSql(input.order, of)} LIMIT ${Math.max(0, Math.min(1000, input.limit))} OFFSET ${Math.max(0, input.offset)}`, signal, file)
    return { total: Number(count?.[0] ?? 0), scoreNames, rows: rows.map((row) => rowOf(row, scoreNames.length)) }
  } finally {
    db.close()
    ;(staging as Staging | null)?.remove()
  }
}
