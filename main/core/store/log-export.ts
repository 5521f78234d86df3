// Writes the record as JSON lines: every entry of the ledger in its order, events with all that they say. Told in docs/audit.md.
// Owns the file's lines. Refuses values of rows that are not events: of those a digest goes out and nothing else.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import type { AuditHead } from '../../../shared/domain/audit.ts'
import { storeError } from './database.ts'
import { openToRead } from './examine.ts'

export const logSchema = 'slipway.log/1'

export interface LogSummary { readonly entries: number; readonly events: number; readonly head: AuditHead }
export interface LogHeading { readonly at: number; readonly slipway: string }

interface EntryRow { readonly seq: number; readonly at: number; readonly kind: string; readonly key: string; readonly digest: Buffer | null; readonly hash: Buffer }
type EventRow = Readonly<Record<string, string | number | null>>

const stated = (event: EventRow): EventRow => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Makes the file at `to`, which must not exist, from one moment of the database. Errors: `store.*`, and those of writing as the system gives them. */
export function writeLog(path: string, to: string, heading: LogHeading): LogSummary {
  const out = openSync(to, 'wx')
  try {
    const { db, close } = openToRead(path)
    try {
      db.exec('BEGIN')
      const event = db.prepare('SELECT * FROM events WHERE id = ?')
      const last = db.prepare('SELECT seq, at, hash FROM ledger ORDER BY seq DESC LIMIT 1').get() as EntryRow
      const head = { seq: last.seq, hash: last.hash.toString('hex'), at: last.at }
      let text = `${JSON.stringify({ schema: logSchema, exportedAt: heading.at, slipway: heading.slipway, head })}\n`
      let [entries, events] = [0, 0]
      for (const e of db.prepare('SELECT seq, at, kind, key, digest, hash FROM ledger ORDER BY seq').iterate() as IterableIterator<EntryRow>) {
        const row = e.kind === 'events' ? event.get(e.key) as EventRow | undefined : undefined
        text += `${JSON.stringify({ seq: e.seq, at: e.at, kind: e.kind, key: e.key, digest: e.digest?.toString('hex') ?? null, hash: e.hash.toString('hex'), ...(row === undefined ? {} : { row: stated(row) }) })}\n`
        entries++
        if (row !== undefined) events++
        if (text.length > 1_000_000) { writeSync(out, text); text = '' }
      }
      writeSync(out, text)
      fsyncSync(out)
      return { entries, events, head }
    } catch (thrown) {
      throw storeError(thrown, path)
    } finally { close() }
  } finally { closeSync(out) }
}
