// The one way in which a row is written down before it is hashed, told in docs/audit.md so that anybody can do it again.
// Owns the bytes and nothing else. Refuses values that SQLite does not have.
import { createHash } from 'node:crypto'

/** Integers come as bigint, reals as number: SQLite tells them apart, and so does the digest. */
export type Cell = string | number | bigint | Buffer | null

const real = Buffer.alloc(8)

/** A real as the 16 hexadecimal digits of its IEEE 754 bytes, most significant first: no decimal text is equal everywhere. */
function realText(value: number): string {
  real.writeDoubleBE(value)
  return real.toString('hex')
}

/**
 * Writes one row down: its table's name and a line feed, then `name=<tag><length>:<value>` and a line feed for every column that is not
 * NULL. `cells` are names and values by turns, ordered by name. Tags: `i` decimal integer, `r` real, `t` UTF-8 text, `b` bytes; the
 * length counts bytes. A column that is NULL leaves no trace, so that a column added later changes no older digest.
 */
export function writeRow(table: string, cells: readonly Cell[]): string | Buffer {
  const parts: Buffer[] = []
  let text = `${table}\n`
  for (let i = 0; i + 1 < cells.length; i += 2) {
    const value = cells[i + 1]
    if (value === null || value === undefined) continue
    const name = cells[i] as string
    if (typeof value === 'string') text += `${name}=t${Buffer.byteLength(value)}:${value}\n`
    else if (typeof value === 'bigint') { const digits = value.toString(); text += `${name}=i${digits.length}:${digits}\n` }
    else if (typeof value === 'number') text += `${name}=r16:${realText(value)}\n`
    else {
      parts.push(Buffer.from(`${text}${name}=b${value.length}:`), value)
      text = '\n'
    }
  }
  return parts.length === 0 ? text : Buffer.concat([...parts, Buffer.from(text)])
}

/** SHA-256 of one row. */
export const digestRow = (table: string, cells: readonly Cell[]): Buffer => createHash('sha256').update(writeRow(table, cells)).digest()

export interface Link {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** The table. */
  readonly kind: string
  /** The row's primary key. */
  readonly key: string
  /** null: the row is gone. */
  readonly digest: Buffer | null
  readonly previous: Buffer
}

/** The hash that ties an entry of the ledger to all before it: the entry itself, written down like a row of the table `ledger`. */
export const linkHash = ({ seq, at, kind, key, digest, previous }: Link): Buffer =>
  digestRow('ledger', ['at', BigInt(at), 'digest', digest, 'key', key, 'kind', kind, 'previous', previous, 'seq', BigInt(seq)])
