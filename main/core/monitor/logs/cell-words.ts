// Cells of logs as SQL: times of any writing, states of calls, arms, numbers, and the bin that a value falls into.
// Each answers NULL for what it cannot read; whether that is a fault is decided by whoever reads.
import type { Bins } from '../../../../shared/drift/reference.ts'
import { code } from '../../../../shared/drift/reference.ts'
import { sqlText } from '../../datasets/duckdb.ts'

/** Whether a text cell holds anything. */
export const present = (text: string): string => `(${text} IS NOT NULL AND trim(${text}) <> '')`

const perUnit = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const

/** Milliseconds since 1970 from a text: RFC 3339 (without a zone: UTC), or a number in `unit`; `auto` takes its size for its unit. */
export function timeOf(text: string, unit: 'auto' | 's' | 'ms' | 'us' | 'ns'): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`
  const scaled = unit === 'auto'
    ? `CASE WHEN abs(${number}) < 1e11 THEN ${number} * 1000 WHEN abs(${number}) < 1e14 THEN ${number} WHEN abs(${number}) < 1e17 THEN ${number} / 1000 ELSE ${number} / 1000000 END`
    : `${number} * ${perUnit[unit]}`
  const written = `epoch_ms(TRY_CAST(${text} AS TIMESTAMP))`
  return unit === 'auto' ? `coalesce(${written}, CASE WHEN isfinite(${number}) THEN TRY_CAST(round(${scaled}) AS BIGINT) END)` : `coalesce(CASE WHEN isfinite(${number}) THEN TRY_CAST(round(${scaled}) AS BIGINT) END, ${written})`
}

/** A duration in milliseconds. */
export const durationOf = (text: string, unit: 's' | 'ms' | 'us' | 'ns'): string => `(CASE WHEN TRY_CAST(${text} AS DOUBLE) >= 0 THEN TRY_CAST(${text} AS DOUBLE) * ${perUnit[unit]} END)`

/** A finite number. */
export const numberIn = (text: string): string => `(CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END)`

/** The outcome of a call from an HTTP status or a word. */
export function outcomeOf(text: string): string {
  const status = `TRY_CAST(${text} AS INTEGER)`
  const word = `lower(trim(${text}))`
  return `(CASE WHEN ${status} BETWEEN 200 AND 299 THEN 'ok' WHEN ${status} IN (429, 503) THEN 'rejected' WHEN ${status} IN (408, 504) THEN 'timed-out' WHEN ${status} BETWEEN 400 AND 499 THEN 'refused' WHEN ${status} BETWEEN 500 AND 599 THEN 'failed'`
    + ` WHEN ${word} IN ('ok', 'success', 'succeeded', 'true', 'done') THEN 'ok' WHEN ${word} IN ('refused', 'failed', 'rejected', 'timed-out') THEN ${word} WHEN ${word} IN ('error', 'failure', 'false') THEN 'failed' WHEN ${word} IN ('timeout', 'timedout', 'timed_out') THEN 'timed-out' END)`
}

/** The arm by the usual words. */
export function armOf(text: string): string {
  const word = `lower(trim(${text}))`
  return `(CASE WHEN ${word} IN ('stable', 'champion', 'control', 'default', 'a', 'main') THEN 'stable' WHEN ${word} IN ('canary', 'challenger', 'treatment', 'b') THEN 'canary' WHEN ${word} IN ('shadow', 'mirror') THEN 'shadow' END)`
}

const decimal = (value: number): string => `CAST(${sqlText(String(value))} AS DOUBLE)`

/** Nested comparisons, half of the edges at a time, as `binOf` searches them. */
function edgeTree(value: string, edges: readonly number[], from: number, to: number): string {
  if (from >= to) return String(from)
  const middle = (from + to) >> 1
  return `CASE WHEN ${value} < ${decimal(edges[middle]!)} THEN ${edgeTree(value, edges, from, middle)} ELSE ${edgeTree(value, edges, middle + 1, to)} END`
}

/** The code of a value, by the bins of the profile. `value`: a number (may be NaN or NULL) for numeric bins, a text for the others. */
export function binCode(bins: Bins, value: string): string {
  if (bins.kind === 'none') return `CAST(CASE WHEN ${value} IS NULL THEN ${code.missing} ELSE 0 END AS SMALLINT)`
  if (bins.kind === 'numeric') {
    return `CAST(CASE WHEN ${value} IS NULL OR isnan(${value}) THEN ${code.missing} WHEN ${value} < ${decimal(bins.low)} THEN ${code.below} WHEN ${value} > ${decimal(bins.high)} THEN ${code.above} ELSE ${edgeTree(value, bins.edges, 0, bins.edges.length)} END AS SMALLINT)`
  }
  const named = bins.categories.map((c, i) => ` WHEN ${sqlText(c)} THEN ${i}`).join('')
  return `CAST(CASE WHEN ${value} IS NULL OR ${value} = '' THEN ${code.missing} ELSE ${named === '' ? String(code.unseen) : `CASE ${value}${named} ELSE ${code.unseen} END`} END AS SMALLINT)`
}
