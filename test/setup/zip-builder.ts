// Writes zip archives for tests, header by header, so that every field can lie.
import { deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string | Uint8Array
  readonly content?: Uint8Array | string
  /** Unix mode in the table of contents, such as 0o120777 for a link. */
  readonly mode?: number
  readonly stored?: boolean
  /** What the headers say instead of the truth. */
  readonly claims?: { readonly size?: number; readonly crc?: number; readonly flags?: number; readonly method?: number; readonly localName?: string; readonly offset?: number; readonly compressedSize?: number }
}

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const b of bytes) {
    c ^= b
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return (c ^ 0xffffffff) >>> 0
}

const bytesOf = (v: string | Uint8Array | undefined): Uint8Array => (typeof v === 'string' ? new TextEncoder().encode(v) : (v ?? new Uint8Array(0)))

/** A zip archive with these entries in this order. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const e of entries) {
    const content = bytesOf(e.content)
    const packed = e.stored === true ? Buffer.from(content) : deflateRawSync(content)
    const name = Buffer.from(bytesOf(e.name))
    const localName = e.claims?.localName === undefined ? name : Buffer.from(e.claims.localName)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(e.claims?.flags ?? 0x800, 2)
    common.writeUInt16LE(e.claims?.method ?? (e.stored === true ? 0 : 8), 4)
    common.writeUInt32LE(e.claims?.crc ?? crc32(content), 10)
    common.writeUInt32LE(e.claims?.compressedSize ?? packed.length, 14)
    common.writeUInt32LE(e.claims?.size ?? content.length, 18)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, localName, packed])
    local.writeUInt16LE(localName.length, 26)
    common.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((((e.mode ?? 0o100644) << 16) >>> 0), 6)
    tail.writeUInt32LE(e.claims?.offset ?? at, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), common, tail, name]))
    parts.push(local)
    at += local.length
  }
  const table = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(table.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, table, end])
}
