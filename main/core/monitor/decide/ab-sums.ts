// Answers `monitor.ab`: running sums of every metric on both sides, look by look, and how alike the rows of one caller are. Streams; judges nothing.
import { mkdir } from 'node:fs/promises'
import { z } from 'zod'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import { AbMetric } from '../../../../shared/domain/ab.ts'
import { openDatabase, sqlText } from '../../datasets/duckdb.ts'
import { ask, number, type Ask } from '../analysis/log-counts.ts'
import { bothSides, filesOf, SidesPlan } from './side-plan.ts'

export const AbPlan = SidesPlan.extend({ folder: z.string(), metrics: z.array(AbMetric), answer: z.string().nullable(), /** at most; rows of one moment stay together */ looks: z.number().int().min(1).max(1000) })
export type AbPlan = z.infer<typeof AbPlan>

const Sums = z.object({ rows: z.number(), sum: z.number(), squares: z.number() })
const count = z.number().int().nonnegative()
export const AbSums = z.object({
  rows: z.object({ control: count, treatment: count }), units: z.object({ control: count, treatment: count, inBoth: count, /** whether the log names callers */ callers: z.boolean() }),
  from: z.number().nullable(), to: z.number().nullable(), withoutTime: count,
  metrics: z.array(z.object({ metric: AbMetric, designEffect: z.number(), looks: z.array(z.object({ at: z.number(), control: Sums, treatment: Sums })) })),
})
export type AbSums = z.infer<typeof AbSums>

type Sums = z.infer<typeof Sums>

/** The value of a row, NULL where it does not count. Requests are counted by their first row. */
function valueSql(metric: AbMetric, answer: string | null): string {
  switch (metric) {
    case 'failed': return `CASE WHEN "row" = 0 AND outcome <> 'refused' THEN (outcome <> 'ok')::INTEGER::DOUBLE END`
    case 'latency': return `CASE WHEN "row" = 0 AND outcome = 'ok' AND isfinite(latency_ms) THEN latency_ms END`
    case 'correct': return `CASE WHEN outcome = 'ok' AND truth IS NOT NULL AND label IS NOT NULL THEN (truth = label)::INTEGER::DOUBLE END`
    case 'answer': return `CASE WHEN outcome = 'ok' AND label IS NOT NULL THEN (label = ${sqlText(answer ?? '')})::INTEGER::DOUBLE END`
    case 'score': return `CASE WHEN outcome = 'ok' AND isfinite(score) THEN score END`
    case 'value': return `CASE WHEN outcome = 'ok' AND isfinite("value") THEN "value" END`
    case 'absolute-error': return `CASE WHEN outcome = 'ok' AND isfinite("value") AND isfinite(TRY_CAST(truth AS DOUBLE)) THEN abs("value" - TRY_CAST(truth AS DOUBLE)) END`
  }
}

/** Rows of one caller, or of one request, are alike. */
const unitSql = 'coalesce(unit, request_id)'

async function unitsOf(on: Ask, from: string): Promise<AbSums['units']> {
  const [row] = await ask(on, `SELECT count(*) FILTER (a), count(*) FILTER (b), count(*) FILTER (a AND b), bool_or(named) FROM (SELECT bool_or(side = 0) AS a, bool_or(side = 1) AS b, bool_or(unit IS NOT NULL) AS named FROM ${from} GROUP BY ${unitSql})`)
  return { control: number(row?.[0]), treatment: number(row?.[1]), inBoth: number(row?.[2]), callers: row?.[3] === true }
}

/** Moments that cut the rows into about equal parts; the last is that of the last row. */
async function momentsOf(on: Ask, from: string, looks: number): Promise<number[]> {
  const shares = Array.from({ length: looks }, (_, i) => ((i + 1) / looks).toFixed(6)).join(', ')
  const [row] = await ask(on, `SELECT quantile_disc("time", [${shares}]) FROM ${from} WHERE "time" IS NOT NULL`)
  const list = row?.[0] as { readonly items?: readonly unknown[] } | readonly unknown[] | null | undefined
  if (list === null || list === undefined) return []
  return [...new Set([...(('items' in list ? list.items : undefined) ?? (list as readonly unknown[]))].map(Number))].sort((a, b) => a - b)
}

const nothing: Sums = { rows: 0, sum: 0, squares: 0 }
const plus = (a: Sums, b: Sums): Sums => ({ rows: a.rows + b.rows, sum: a.sum + b.sum, squares: a.squares + b.squares })

async function looksOf(on: Ask, from: string, value: string, moments: readonly number[]): Promise<AbSums['metrics'][number]['looks']> {
  const place = `list_count(list_filter([${moments.slice(0, -1).join(', ')}]::BIGINT[], m -> m < "time"))`
  const parts = moments.map(() => ({ control: nothing, treatment: nothing }))
  for (const [at, side, rows, sum, squares] of await ask(on, `SELECT k, side, count(x), sum(x), sum(x * x) FROM (SELECT ${place} AS k, side, ${value} AS x FROM ${from} WHERE "time" IS NOT NULL) WHERE x IS NOT NULL GROUP BY k, side`)) {
    parts[number(at)]![number(side) === 0 ? 'control' : 'treatment'] = { rows: number(rows), sum: number(sum), squares: number(squares) }
  }
  let [control, treatment] = [nothing, nothing]
  return parts.map((part, i) => { control = plus(control, part.control); treatment = plus(treatment, part.treatment); return { at: moments[i]!, control, treatment } })
}

/** The variance of both means when whole units are drawn, over that of single rows; at least 1. L. Kish, "Survey Sampling", 1965; linearised for units of different size. */
async function designEffectOf(on: Ask, from: string, value: string): Promise<number> {
  const units = `SELECT side, count(x) AS n, sum(x) AS s, sum(x * x) AS q FROM (SELECT side, ${unitSql} AS u, ${value} AS x FROM ${from} WHERE "time" IS NOT NULL) WHERE x IS NOT NULL GROUP BY side, u`
  const rows = await ask(on, `SELECT u.side, count(*), sum(n), any_value(m.mean), sum((u.s - u.n * m.mean) * (u.s - u.n * m.mean)), sum(q) FROM (${units}) u JOIN (SELECT side, sum(s) / sum(n) AS mean FROM (${units}) GROUP BY side) m ON m.side = u.side GROUP BY u.side`)
  let [clustered, single] = [0, 0]
  for (const [, units_, n, mean, between, squares] of rows) {
    const [k, all, centre] = [number(units_), number(n), number(mean)]
    if (k < 2 || all === k) { const v = Math.max(0, number(squares) / Math.max(1, all) - centre * centre) / Math.max(1, all); clustered += v; single += v; continue }
    clustered += number(between) * k / (k - 1) / all ** 2
    single += Math.max(0, number(squares) / all - centre * centre) / all
  }
  return single > 0 ? Math.max(1, clustered / single) : 1
}

/** Reads the rows of both sides some times for every metric; holds sums alone. */
export async function sumSides(plan: AbPlan, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<AbSums> {
  await mkdir(plan.folder, { recursive: true })
  const db = await openDatabase(filesOf(plan), plan.folder)
  try {
    const on: Ask = { db, signal: context.signal }
    const from = bothSides(plan)
    const total = plan.metrics.length + 1
    context.progress({ step: 'counting callers', done: 0, total })
    const [row] = await ask(on, `SELECT count(*) FILTER (side = 0), count(*) FILTER (side = 1), min("time"), max("time"), count(*) - count("time") FROM ${from}`)
    const units = await unitsOf(on, from)
    const moments = await momentsOf(on, from, plan.looks)
    const metrics: AbSums['metrics'] = []
    for (const metric of plan.metrics) {
      context.progress({ step: `adding up ${metric}`, done: metrics.length + 1, total })
      const value = valueSql(metric, plan.answer)
      metrics.push({ metric, designEffect: await designEffectOf(on, from, value), looks: await looksOf(on, from, value, moments) })
    }
    const time = (cell: unknown): number | null => (cell === null || cell === undefined ? null : Number(cell))
    return { rows: { control: number(row?.[0]), treatment: number(row?.[1]) }, units, from: time(row?.[2]), to: time(row?.[3]), withoutTime: number(row?.[4]), metrics }
  } finally { db.close() }
}
