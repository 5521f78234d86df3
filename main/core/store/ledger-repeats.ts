// A row of history has exactly one entry in the ledger. A second one says that the row was changed by a hand that signed it anew, and is
// told even where the newest entry fits the row. Owns what may have two, and which column it was, where the hashes bear that out.
import type Database from 'better-sqlite3'
import type { LedgerTable } from './ledger.ts'
import { digestRow, type Cell } from './ledger-encoding.ts'
import { keyValues } from './ledger-words.ts'

export interface Signed { readonly digest: Buffer | null; readonly seq: number }

const mostValues = 500
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Whether a row's two entries are those of a data set that was forgotten: the tombstone and then, as the next entry, what it leaves. No
 * other row of history is ever changed.
 */
export function isForgetting(table: LedgerTable, key: string, entries: readonly Signed[], newest: ReadonlyMap<string, ReadonlyMap<string, Signed>>): boolean {
  const [, second, ...more] = entries
  const tombstone = newest.get('forgotten_datasets')?.get(key)
  return table.name === 'datasets' && second !== undefined && more.length === 0 && tombstone !== undefined && second.seq === tombstone.seq + 1
}

const show = (value: Cell): string => {
  if (value === null) return 'empty'
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  const text = String(value)
  return typeof value === 'string' ? `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”` : text
}

/**
 * Which column was changed, told from the digest that the row had: each column is tried with empty, 0, 1 and the values that other rows
 * have there. `null`: none of these gives that digest; a hash does not say what it was made of.
 */
export function changedColumn(db: Database.Database, table: LedgerTable, key: string, before: Buffer): string | null {
  if (table.mode === 'metrics') return null
  const row = db.prepare(`SELECT ${table.columns.map(quote).join(', ')} FROM ${quote(table.name)} WHERE ${table.key.map((k) => `${quote(k)} IS ?`).join(' AND ')}`)
    .raw().safeIntegers().get(...keyValues(table, key)) as Cell[] | undefined
  if (row === undefined) return null
  for (const [place, column] of table.columns.entries()) {
    const others = db.prepare(`SELECT DISTINCT ${quote(column)} FROM ${quote(table.name)} LIMIT ${mostValues}`).pluck().safeIntegers().all() as Cell[]
    for (const value of [null, 0n, 1n, ...others]) {
      const cells = table.columns.flatMap((name, i): Cell[] => [name, i === place ? value : row[i] ?? null])
      if (digestRow(table.name, cells).equals(before)) return `column “${column}” was ${show(value)} and is ${show(row[place] ?? null)}`
    }
  }
  return null
}
