// The record of what happened: one sentence an event, only ever added to. And the settings, which are no history.
import { z } from 'zod'
import { HistoryEvent, Settings, type Actor, type HistoryFilter } from '../../../shared/domain/history.ts'
import { newId, type EventId } from '../../../shared/ids.ts'
import { fits, json, type ReadDb, type SqlValue, type WriteDb } from './database.ts'

export interface Happening {
  readonly verb: string
  readonly subject: string
  readonly sentence: string
  readonly facts?: Readonly<Record<string, unknown>>
  /** Absent: whoever uses this program. Given where somebody else did it: a reviewer, or Slipway by itself. */
  readonly who?: Actor | null
  /** The reason, in the words of who did it. */
  readonly why?: string | null
}

/** Who is named where nobody asked for it: a power cut noticed, a sweep. */
export const slipwayItself: Actor = { name: 'Slipway', keyId: null }

/** Adds one event, in the same transaction as what it tells of; answers its id. */
export function record(db: WriteDb, happening: Happening, at: number): EventId {
  const who = happening.who === undefined ? db.actor() : happening.who
  const id = newId('event', at)
  db.run('INSERT INTO events (id, at, verb, subject, sentence, facts, who, who_key, why) VALUES ($id, $at, $verb, $subject, $sentence, $facts, $who, $whoKey, $why)', {
    id, at, verb: happening.verb, subject: happening.subject, sentence: happening.sentence, facts: JSON.stringify(happening.facts ?? {}),
    who: who?.name ?? null, whoKey: who?.keyId ?? null, why: happening.why ?? null,
  })
  return id
}

/** Newest first; every part of the filter that is given narrows it. */
export function listEvents(db: ReadDb, page: HistoryFilter & { readonly offset: number; readonly limit: number }): readonly HistoryEvent[] {
  const { offset, limit, subject, who, verb, from, to, text } = page
  const narrowed: readonly (readonly [unknown, string])[] = [
    [subject, 'subject = $subject'], [who, 'who IS $who'], [verb, 'verb = $verb'], [from, 'at >= $from'], [to, 'at <= $to'], [text, "instr(lower(sentence || ' ' || coalesce(why, '')), lower($text)) > 0"],
  ]
  const where = narrowed.filter(([value]) => value !== undefined).map(([, sql]) => sql)
  const given = Object.fromEntries(Object.entries({ subject, who, verb, from, to, text, offset, limit }).filter(([, value]) => value !== undefined)) as Record<string, SqlValue>
  return db.all(`SELECT * FROM events ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY at DESC, rowid DESC LIMIT $limit OFFSET $offset`, given)
    .map((row) => fits('an event', HistoryEvent, () => ({
      ...row, facts: json(row, 'facts', z.record(z.string(), z.unknown())), who: row['who'] === null ? null : { name: row['who'], keyId: row['who_key'] },
    })))
}

/** A stored value under a key; null when there is none or it no longer has its shape. */
export function readSetting<T>(db: ReadDb, key: string, schema: z.ZodType<T>): T | null {
  const row = db.get('SELECT value FROM settings WHERE key = $key', { key })
  if (row === undefined) return null
  const parsed = schema.safeParse(JSON.parse(String(row['value'])))
  return parsed.success ? parsed.data : null
}

export function writeSetting(db: WriteDb, key: string, value: unknown): void {
  db.run('INSERT INTO settings (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value', { key, value: JSON.stringify(value) })
}

export const readSettings = (db: ReadDb): Settings => readSetting(db, 'settings', Settings) ?? Settings.parse({})
