// How a version served: outcomes, load, latency and the spread of its answers by window, and what the service alerts ask about the end of the log.
import type { z } from 'zod'
import type { MonitorWindow } from '../../../../shared/domain/monitor.ts'
import { LogArm, LogOutcome } from '../../../../shared/domain/log-batch.ts'
import { ask, number, type Ask } from './log-counts.ts'

type Outcome = z.infer<typeof LogOutcome>
type Arm = z.infer<typeof LogArm>

export interface WindowService {
  rows: number
  readonly outcomes: { outcome: Outcome; rows: number }[]
  /** Rows that the stored ones stand for. */
  standsFor: number
  latency: MonitorWindow['service']['latency']
  score: MonitorWindow['score']
  confidence: number | null
  /** Standard error of the confidence, and of the share of errors' rows. */
  confidenceError: number | null
}

const real = (cell: unknown): number | null => (cell === null || cell === undefined || !Number.isFinite(Number(cell)) ? null : Number(cell))

/** By window. `confidence`: SQL of it. */
export async function serviceOf(on: Ask, from: string, w: string, windows: number, regression: boolean, confidence: string): Promise<WindowService[]> {
  const found = Array.from({ length: windows }, (): WindowService => ({ rows: 0, outcomes: [], standsFor: 0, latency: null, score: null, confidence: null, confidenceError: null }))
  for (const [at, outcome, rows, stands] of await ask(on, `SELECT ${w} AS w, outcome, count(*), sum(1 / sampled) FROM ${from} WHERE "time" IS NOT NULL GROUP BY w, outcome HAVING w IS NOT NULL ORDER BY w, outcome`)) {
    const window = found[number(at)]!
    window.rows += number(rows)
    window.standsFor += number(stands)
    window.outcomes.push({ outcome: LogOutcome.parse(outcome), rows: number(rows) })
  }
  const answer = regression ? 'value' : 'score'
  const sql = `SELECT w, quantile_cont(latency_ms, [0.5, 0.95, 0.99]), avg(x), quantile_cont(x, [0.1, 0.5, 0.9]), avg(c), stddev_samp(c) / sqrt(count(c)) FROM
    (SELECT ${w} AS w, latency_ms, CASE WHEN isfinite(${answer}) THEN ${answer} END AS x, CASE WHEN isfinite(${confidence}) THEN ${confidence} END AS c FROM ${from} WHERE outcome = 'ok') WHERE w IS NOT NULL GROUP BY w`
  for (const [at, latency, mean, spread, level, error] of await ask(on, sql)) {
    const window = found[number(at)]!
    const items = (list: unknown): number[] | null => (list === null || list === undefined ? null : [...((list as { items?: readonly unknown[] }).items ?? (list as readonly unknown[]))].map(Number))
    const [l, s] = [items(latency), items(spread)]
    if (l !== null && l.every(Number.isFinite)) window.latency = { p50: l[0]!, p95: l[1]!, p99: l[2]! }
    if (s !== null && s.every(Number.isFinite)) window.score = { mean: Number(mean), p10: s[0]!, p50: s[1]!, p90: s[2]! }
    window.confidence = real(level)
    window.confidenceError = real(error)
  }
  return found
}

export interface LogTotals { readonly rows: number; readonly from: number | null; readonly to: number | null; readonly withoutTime: number; readonly arms: { arm: Arm; rows: number }[]; readonly outcomes: { outcome: Outcome; rows: number }[] }

export async function totalsOf(on: Ask, from: string): Promise<LogTotals> {
  const [row] = await ask(on, `SELECT count(*), min("time"), max("time"), count(*) - count("time") FROM ${from}`)
  const by = async (column: string): Promise<unknown[][]> => ask(on, `SELECT ${column}, count(*) FROM ${from} GROUP BY 1 ORDER BY 1`)
  return {
    rows: number(row?.[0]), from: real(row?.[1]), to: real(row?.[2]), withoutTime: number(row?.[3]),
    arms: (await by('arm')).map(([arm, rows]) => ({ arm: LogArm.parse(arm), rows: number(rows) })), outcomes: (await by('outcome')).map(([outcome, rows]) => ({ outcome: LogOutcome.parse(outcome), rows: number(rows) })),
  }
}

/** Requests of the last stretch of the log, as the rules of Prometheus count them. */
export interface RequestCounts { readonly all: number; readonly answerable: number; readonly failed: number; readonly ok: number; readonly underLimit: number }

/** `limitMs`: of the latency alert. */
export async function requestsSince(on: Ask, from: string, since: number, limitMs: number): Promise<RequestCounts> {
  const [row] = await ask(on, `SELECT count(*), count(*) FILTER (o <> 'refused'), count(*) FILTER (o IN ('failed', 'timed-out', 'rejected')), count(*) FILTER (o = 'ok'), count(*) FILTER (o = 'ok' AND l <= ${limitMs}) FROM
    (SELECT request_id, any_value(outcome) AS o, max(latency_ms) AS l FROM ${from} WHERE "time" > ${Math.trunc(since)} GROUP BY request_id)`)
  return { all: number(row?.[0]), answerable: number(row?.[1]), failed: number(row?.[2]), ok: number(row?.[3]), underLimit: number(row?.[4]) }
}
