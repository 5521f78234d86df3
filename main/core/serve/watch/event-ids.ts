// Ids of logged predictions: UUIDs of version 7 (RFC 9562), which sort in the order of the log. Random bits come from a pool.
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let at = pool.length

const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

let last = 0
let count = 0

/**
 * A new id. Its time is when it was made, and ids of one process sort in the order in which they were made: 12 bits count within a
 * millisecond (RFC 9562, 6.2, method 1), and a millisecond that is full borrows from the next.
 */
export function eventId(now = Date.now()): string {
  if (now > last) { last = now; count = 0 } else if (count < 0xfff) count++
  else { last++; count = 0 }
  if (at + 8 > pool.length) { randomFillSync(pool); at = 0 }
  const time = last.toString(16).padStart(12, '0')
  const b = (i: number): string => hex[pool[at + i]!]!
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}-${hex[(pool[at]! & 0x3f) | 0x80]}${b(1)}-${b(2)}${b(3)}${b(4)}${b(5)}${b(6)}${b(7)}`
  at += 8
  return id
}
