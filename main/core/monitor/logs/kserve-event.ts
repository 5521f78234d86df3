// One event of KServe's logger, however it was stored: the logger's own records, structured CloudEvents, binary ones with their headers.
// Refuses what names neither request nor response, and payloads that are none.
import type { RejectReason } from './reject-words.ts'
import { isMap, type Loose } from './raw-records.ts'

export interface KserveEvent {
  readonly id: string
  readonly kind: 'request' | 'response'
  /** Milliseconds since 1970; null: the record has none, as in CSV and Parquet. */
  readonly time: number | null
  readonly payload: string
  readonly arm: 'stable' | 'canary'
}

/** A value under the first of some names; headers of a binary event count too, in any case of letters. */
function reader(record: Loose): (...names: readonly string[]) => unknown {
  const headers = new Map<string, unknown>()
  for (const part of [record['headers'], record['attributes']]) if (isMap(part)) for (const [key, value] of Object.entries(part)) headers.set(key.toLowerCase(), Array.isArray(value) ? value[0] : value)
  const lower = new Map(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]))
  return (...names) => {
    for (const name of names) {
      for (const key of [name, `ce-${name}`, `ce_${name}`]) {
        const value = lower.get(key) ?? headers.get(key)
        if (value !== undefined && value !== null && value !== '') return value
      }
    }
    return undefined
  }
}

/** RFC 3339 or a number of seconds, milliseconds, microseconds or nanoseconds, told by its size. */
export function momentOf(value: unknown): number | null {
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()))) {
    const number = Number(value)
    const size = Math.abs(number)
    return Math.round(size < 1e11 ? number * 1000 : size < 1e14 ? number : size < 1e17 ? number / 1000 : number / 1e6)
  }
  if (typeof value !== 'string') return null
  // Without a zone a time is UTC.
  const at = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.trim().replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? null : at
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** The text of a payload that may be an object, JSON text or base64 (of base64, where a table held the bytes of one). null: it is none of these. */
export function payloadText(value: unknown): string | null {
  if (isMap(value) || Array.isArray(value)) return JSON.stringify(value)
  if (typeof value !== 'string') return null
  let text = value.trim()
  for (let depth = 0; depth < 3; depth++) {
    if (text.startsWith('{') || text.startsWith('[')) return text
    if (text === '' || !base64.test(text)) return null
    text = Buffer.from(text, 'base64').toString('utf8').trim()
  }
  return null
}

/** Reads one record; a text is the reason why it is none. */
export function eventOf(record: Loose): KserveEvent | RejectReason {
  const get = reader(record)
  const id = get('id')
  const said = get('reqtype', 'type')
  const kind = typeof said === 'string' ? /(?:^|[./])(request|response)$/i.exec(said.trim())?.[1]?.toLowerCase() : undefined
  if (typeof id !== 'string' && typeof id !== 'number') return 'no-id'
  if (kind !== 'request' && kind !== 'response') return 'no-kind'
  const payload = payloadText(get('bytes', 'data_base64', 'data', 'body', 'payload'))
  if (payload === null) return 'no-payload'
  const written = get('occurrencetime', 'time', 'recordedtime')
  const time = written === undefined ? null : momentOf(written)
  if (written !== undefined && time === null) return 'no-time'
  return { id: String(id), kind, time, payload, arm: /canary/i.test(String(get('endpoint') ?? '')) ? 'canary' : 'stable' }
}
