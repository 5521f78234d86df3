// Reads pages of stored predictions: filtered, ordered, deterministic.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { DuckDBValue } from '@duckdb/node-api'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlText, type Database } from './duckdb.ts'
import { scoreNamesKey } from './prediction-writer.ts'

type Page = EngineContract['predictions.page']
type Ask = InputOf<Page>

const orders: Readonly<Record<Ask['order'], string>> = {
  worst: 'loss DESC NULLS LAST, record', best: 'loss ASC NULLS LAST, record', record: 'record',
}
const name = 'the stored predictions'

function conditions(ask: Ask): string {
  const wanted = [
    ...(ask.onlyWrong ? ['correct = false'] : []),
    ...(ask.truth === undefined ? [] : [`CAST(truth AS VARCHAR) = ${sqlText(ask.truth)}`]),
    ...(ask.predicted === undefined ? [] : [`CAST(predicted AS VARCHAR) = ${sqlText(ask.predicted)}`]),
  ]
  return wanted.length === 0 ? '' : `WHERE ${wanted.join(' AND ')}`
}

async function scoreNames(db: Database, source: string, signal: AbortSignal): Promise<string[]> {
  const rows = await allRows(db, `SELECT decode(value) FROM parquet_kv_metadata(${source}) WHERE decode(key) = ${sqlText(scoreNamesKey)}`, signal, name)
  const text = rows[0]?.[0]
  return typeof text === 'string' ? (JSON.parse(text) as string[]) : []
}

const asText = (value: DuckDBValue | undefined): string | null => (value === null || value === undefined ? null : String(value))
const asNumber = (value: DuckDBValue | undefined): number | null => (typeof value === 'number' ? value : null)

/** Answers `predictions.page`. Worst: largest loss first, then record; best: smallest loss first; rows without a loss come last. */
export async function pagePredictions(input: Ask, context: CallContext): Promise<OutputOf<Page>> {
  const db = await openDatabase([input.path])
  try {
    const source = sqlText(input.path)
    const where = conditions(input)
    const names = await scoreNames(db, source, context.signal)
    const [[total = 0n] = []] = await allRows(db, `SELECT count(*) FROM read_parquet(${source}) ${where}`, context.signal, name)
    const rows = await allRows(db, `SELECT * FROM read_parquet(${source}) ${where} ORDER BY ${orders[input.order]} LIMIT ${input.limit} OFFSET ${input.offset}`, context.signal, name)
    return {
      total: Number(total), scoreNames: names,
      rows: rows.map(([record, id, truth, predicted, correct, confidence, loss, ...scores]) => ({
        record: Number(record), id: asText(id), truth: asText(truth), predicted: asText(predicted), correct: typeof correct === 'boolean' ? correct : null,
        confidence: asNumber(confidence), loss: asNumber(loss), scores: scores.map(asNumber),
      })),
    }
  } finally {
    db.close()
  }
}
