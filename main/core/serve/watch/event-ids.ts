// Ids of logged predictions: UUIDs of version 7 (RFC 9562), which sort by time. Random bits come from a pool.
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let at = pool.length

const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** A new id for a moment in milliseconds since 1970. */
export function eventId(milliseconds: number): string {
  if (at + 10 > pool.length) { randomFillSync(pool); at = 0 }
  const time = Math.floor(milliseconds).toString(16).padStart(12, '0')
  const b = (i: number): string => hex[pool[at + i]!]!
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex[pool[at]! & 0x0f]![1]}${b(1)}-${hex[(pool[at + 2]! & 0x3f) | 0x80]}${b(3)}-${b(4)}${b(5)}${b(6)}${b(7)}${b(8)}${b(9)}`
  at += 10
  return id
}
