// Counts over stored rows that drift is made of: codes of inputs, classes and scores of answers, window by window, in one scan for many columns.
// Knows the SQL and nothing of what the counts mean.
import type { CodeCounts } from '../../../../shared/drift/cells.ts'
import { code, type Bins, type NumericBins, type Reference } from '../../../../shared/drift/reference.ts'
import { allRows, sqlText, type Database } from '../../datasets/duckdb.ts'

export interface Ask { readonly db: Database; readonly signal: AbortSignal }
export const ask = ({ db, signal }: Ask, sql: string): Promise<unknown[][]> => allRows(db, sql, signal, 'the logs')
export const number = (cell: unknown): number => Number(cell ?? 0)

/** Windows by number; every one has counts by code. */
export type WindowCounts = readonly ReadonlyMap<number, number>[]

/** Columns that are counted in one scan. */
const together = 16

/** Rows by window and value of several integer expressions. `w`: the window's number. NULL values are not counted. */
export async function countCodes(on: Ask, from: string, w: string, expressions: readonly string[], windows: number): Promise<WindowCounts[]> {
  const found: Map<number, number>[][] = expressions.map(() => Array.from({ length: windows }, () => new Map<number, number>()))
  for (let start = 0; start < expressions.length; start += together) {
    const names = expressions.slice(start, start + together).map((_, i) => `k${i}`)
    const inner = `SELECT ${w} AS w, ${names.map((name, i) => `${expressions[start + i]!} AS ${name}`).join(', ')} FROM ${from}`
    const sets = names.map((name) => `(w, ${name})`).join(', ')
    const rows = await ask(on, `SELECT w, grouping_id(${names.join(', ')}), coalesce(${names.join(', ')}), count(*) FROM (${inner}) WHERE w IS NOT NULL GROUP BY GROUPING SETS (${sets})`)
    for (const [window, mask, value, n] of rows) {
      // In the mask the first name is the highest bit, and 0 says that it was grouped by.
      const column = names.findIndex((_, i) => (number(mask) >> (names.length - 1 - i)) % 2 === 0)
      if (value !== null && value !== undefined && column >= 0) found[start + column]![number(window)]!.set(number(value), number(n))
    }
  }
  return found
}

/** The code of a numeric expression in bins, as SQL: the same answer as `binOf`. */
export function numericCode({ edges, low, high }: NumericBins, x: string): string {
  const bin = edges.length === 0 ? '0' : edges.map((e) => `(${x} >= ${e}::DOUBLE)::INTEGER`).join(' + ')
  return `CASE WHEN ${x} IS NULL OR isnan(${x}) THEN ${code.missing} WHEN ${x} < ${low}::DOUBLE THEN ${code.below} WHEN ${x} > ${high}::DOUBLE THEN ${code.above} ELSE ${bin} END`
}

/** The code of a text expression among categories. */
export function textCode(categories: readonly string[], x: string): string {
  if (categories.length === 0) return `CASE WHEN ${x} IS NULL THEN ${code.missing} ELSE ${code.unseen} END`
  return `CASE WHEN ${x} IS NULL THEN ${code.missing} ELSE coalesce(nullif(list_position([${categories.map(sqlText).join(', ')}], ${x}), 0) - 1, ${code.unseen}) END`
}

/** Counts by code in the form that drift is measured from. `null`: no row has a code. */
export function codeCounts(bins: Bins, counts: ReadonlyMap<number, number>): CodeCounts | null {
  let rows = 0
  for (const n of counts.values()) rows += n
  if (rows === 0) return null
  const of = (value: number): number => counts.get(value) ?? 0
  return {
    rows, bins: Array.from({ length: bins.kind === 'none' ? 0 : bins.counts.length }, (_, i) => of(i)),
    missing: of(code.missing), unseen: of(code.unseen), below: of(code.below), above: of(code.above),
  }
}

/** Counts of all windows together. */
export function summed(counts: WindowCounts): ReadonlyMap<number, number> {
  const all = new Map<number, number>()
  for (const window of counts) for (const [value, n] of window) all.set(value, (all.get(value) ?? 0) + n)
  return all
}

/** What is counted of answers: codes of class and score, in the profile's own bins. */
export function answerCodes({ answers }: Reference, regression: boolean): { readonly column: 'class' | 'score'; readonly bins: Bins; readonly sql: string }[] {
  return [
    ...(answers.classes === null ? [] : [{ column: 'class' as const, bins: answers.classes, sql: textCode(answers.classes.categories, 'label') }]),
    ...(answers.score === null ? [] : [{ column: 'score' as const, bins: answers.score, sql: numericCode(answers.score, regression ? 'value' : 'score') }]),
  ]
}

/** The probability of the answered class: of two classes the score is that of the positive one. */
export function confidenceSql(task: string, positiveClass: string | null): string {
  if (task === 'multiclass-classification') return 'score'
  if (task !== 'binary-classification') return 'NULL::DOUBLE'
  return positiveClass === null ? 'score' : `CASE WHEN label = ${sqlText(positiveClass)} THEN score ELSE 1 - score END`
}
