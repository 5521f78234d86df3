// The rows of one analysis as SQL: which batches, which stretch, which window a row belongs to. Owns no number.
import type { LogWish } from '../logs/log-relation.ts'
import { labelledLogsFrom, logsFrom } from '../logs/log-relation.ts'
import type { AnalysisPlan } from './analysis-plan.ts'

/** A stretch of time cut into equal windows. */
export interface Stretch { readonly from: number; readonly to: number; readonly windows: number }

/** Windows of a whole number of milliseconds; the last may be shorter. */
export function cut(from: number, to: number, windows: number): Stretch & { readonly width: number; readonly windows: number } {
  const width = Math.max(1, Math.ceil((to - from) / windows))
  return { from, to, width, windows: Math.max(1, Math.min(windows, Math.ceil((to - from) / width))) }
}

/** The window's number of a row; NULL outside. */
export const windowSql = ({ from, to, width }: { readonly from: number; readonly to: number; readonly width: number }): string =>
  `CASE WHEN "time" >= ${from} AND "time" < ${to} THEN (("time" - ${from}) // ${width})::INTEGER END`

export interface LogRows {
  /** Rows without labels, and with them; for a FROM clause. */
  readonly plain: string
  readonly labelled: string
  /** The last answered rows, as the server's own window holds them. */
  readonly last: string
  /** Those of the stretch that is compared with; null: the profile is. */
  readonly other: string | null
}

const restricted = (relation: string, arm: string | null): string => (arm === null ? relation : `(SELECT * FROM ${relation} WHERE arm = '${arm}')`)

/**
 * Order of answering, as text that sorts. A prediction log's own ids are made when a row is answered, which is when the server's window takes it;
 * where an id is no UUID of version 7, the end of the request is taken, which is exact to a millisecond.
 */
const answered = `CASE WHEN length(event_id) = 36 AND substr(event_id, 15, 1) = '7' THEN replace(event_id, '-', '') ELSE printf('%012x', ("time" + coalesce(latency_ms, 0))::BIGINT) END`

/** `features` arrive as `b0`, `b1` …. */
export function logRows(plan: AnalysisPlan, features: readonly string[], scores: boolean): LogRows {
  const wish: LogWish = {
    bins: features, ...(scores ? { classes: plan.classes } : {}), ...(plan.from === null ? {} : { from: plan.from }), ...(plan.to === null ? {} : { to: plan.to }), ...(plan.version === null ? {} : { version: plan.version }),
  }
  const plain = restricted(logsFrom(plan.logs, wish), plan.arm)
  const { against } = plan
  return {
    plain, labelled: restricted(labelledLogsFrom(plan.logs, plan.labels, wish), plan.arm),
    last: `(SELECT * FROM ${plain} WHERE outcome = 'ok' AND "time" IS NOT NULL ORDER BY ${answered} DESC LIMIT ${plan.lastRows})`,
    other: against === null ? null : restricted(logsFrom(plan.logs, { bins: features, from: against.from, to: against.to, ...(against.version === null ? {} : { version: against.version }) }), plan.arm),
  }
}
