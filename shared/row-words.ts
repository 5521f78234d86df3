// Where the rows of a run went, counted and worded once: for reports, history, cards and refusals alike.
import type { RowAccount } from './domain/run.ts'
import { formatCount, formatPlural } from './format.ts'

/** Rows that were read and not scored. */
export const leftOutCount = (rows: RowAccount): number => rows.leftOut.reduce((sum, reason) => sum + reason.count, 0)

/** `20 with “missing number”, 4 with “excluded on request”`: every reason with its count, the largest first as in the account. */
const reasonsOf = (rows: RowAccount): string => rows.leftOut.map((l) => `${formatCount(l.count)} with “${l.reason}”`).join(', ')

/** Which rows of its data set a run is over, such as `first 20 rows` or `20 random rows`; null: the whole data set. */
export function rowPart({ limit, sample }: { readonly limit: number | null; readonly sample: number | null }): string | null {
  const first = limit === null ? null : `first ${formatPlural(limit, 'row')}`
  if (sample === null) return first
  return `${formatCount(sample)} random ${sample === 1 ? 'row' : 'rows'}${first === null ? '' : ` of the ${first}`}`
}

/** A name of data with the part of it that was used, if it was a part: `test.csv, first 20 rows`. */
export const dataWithPart = (name: string, part: string | null | undefined): string => (part === null || part === undefined ? name : `${name}, ${part}`)

/** How many, without why and without a full stop: `342 of 400 rows were scored, 58 were left out`. */
export function rowsCounted(rows: RowAccount): string {
  const out = leftOutCount(rows)
  if (out === 0) return `${rows.read === 1 ? 'The only row was' : `All ${formatCount(rows.read)} rows were`} scored`
  return `${formatCount(rows.scored)} of ${formatPlural(rows.read, 'row')} ${rows.scored === 1 ? 'was' : 'were'} scored, ${formatCount(out)} ${out === 1 ? 'was' : 'were'} left out`
}

/** One sentence without a full stop: `342 of 400 rows were scored, 58 were left out: 20 with “missing number”, …`. */
export const rowsSentence = (rows: RowAccount): string => `${rowsCounted(rows)}${leftOutCount(rows) === 0 ? '' : `: ${reasonsOf(rows)}`}`

/** Why no row was scored, without a full stop. */
export const noRowsReason = (rows: RowAccount): string =>
  rows.read === 0 ? 'the data set has no rows' : `${rows.read === 1 ? 'its only row was' : `all ${formatCount(rows.read)} rows were`} left out, ${reasonsOf(rows)}`

/** The columns whose cells were the reason: `age (20), hours (4)`; one alone without its count; empty where it was no cell. */
export function columnsText({ columns = [] }: RowAccount['leftOut'][number], most = 5): string {
  if (columns.length === 1) return columns[0]!.column
  const rest = columns.length - most
  return `${columns.slice(0, most).map((c) => `${c.column} (${formatCount(c.count)})`).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`
}

/** The first records of a reason: `8 28 37 and 17 more`. */
export function recordsText(leftOut: RowAccount['leftOut'][number], most = 10): string {
  const shown = leftOut.records.slice(0, most)
  const rest = leftOut.count - shown.length
  return `${shown.join(' ')}${rest > 0 && shown.length > 0 ? ` and ${formatCount(rest)} more` : ''}`
}

/** What is wrong with a list of records to leave out of so many rows, without a full stop; null when every one is there. */
export function excludedFault(records: readonly number[], rows: number): string | null {
  const beyond = [...new Set(records.filter((record) => record > rows))].sort((a, b) => a - b)
  if (beyond.length === 0) return null
  const named = `${beyond.slice(0, 3).join(', ')}${beyond.length > 3 ? ` and ${formatCount(beyond.length - 3)} more` : ''}`
  return `the list of records to leave out names ${beyond.length === 1 ? 'record' : 'records'} ${named}, but the data set has ${formatPlural(rows, 'row')}; the list may belong to another data set`
}

/** How the note of a run that goes on begins; the run that it goes on from is put in its place where its id is known. */
export const fromStopped = 'goes on from one that was stopped'
