// The bytes of a stored-only ZIP, a pure function of names, modes, sizes and checksums: no clock, no compression, no descriptors.
// The writer writes these bytes and the reader demands exactly them, so that no byte of an archive is free to change.
// Layout: PKWARE APPNOTE 6.3.9, sections 4.3 and 4.5.3 (zip64).

export interface ZipEntry {
  /** Path with forward slashes, no leading slash. */
  readonly path: string
  readonly mode: 0o644 | 0o755
  readonly bytes: number
  readonly crc32: number
}

const limit32 = 0xffff_ffff
const limit16 = 0xffff
/** 1 January 1980, 00:00: the first instant that a ZIP can name. */
const dosDate = 0x0021
const utf8Names = 0x0800
const madeByUnix = 0x0314

function zip64Fields(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0)
  const extra = Buffer.alloc(4 + values.length * 8)
  extra.writeUInt16LE(0x0001, 0)
  extra.writeUInt16LE(values.length * 8, 2)
  values.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + i * 8))
  return extra
}

/** The header in front of an entry's bytes. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.path, 'utf8')
  const big = entry.bytes >= limit32
  const extra = zip64Fields(big ? [entry.bytes, entry.bytes] : [])
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(big ? 45 : 20, 4)
  head.writeUInt16LE(utf8Names, 6)
  head.writeUInt16LE(dosDate, 12)
  head.writeUInt32LE(entry.crc32, 14)
  head.writeUInt32LE(big ? limit32 : entry.bytes, 18)
  head.writeUInt32LE(big ? limit32 : entry.bytes, 22)
  head.writeUInt16LE(name.length, 26)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, name, extra])
}

/** The entry's line in the central directory; `offset` is where its local header starts. */
export function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const name = Buffer.from(entry.path, 'utf8')
  const bigSize = entry.bytes >= limit32
  const bigOffset = offset >= limit32
  const extra = zip64Fields([...(bigSize ? [entry.bytes, entry.bytes] : []), ...(bigOffset ? [offset] : [])])
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(madeByUnix, 4)
  head.writeUInt16LE(bigSize || bigOffset ? 45 : 20, 6)
  head.writeUInt16LE(utf8Names, 8)
  head.writeUInt16LE(dosDate, 14)
  head.writeUInt32LE(entry.crc32, 16)
  head.writeUInt32LE(bigSize ? limit32 : entry.bytes, 20)
  head.writeUInt32LE(bigSize ? limit32 : entry.bytes, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt32LE((0o100000 | entry.mode) * 0x10000, 38)
  head.writeUInt32LE(bigOffset ? limit32 : offset, 42)
  return Buffer.concat([head, name, extra])
}

/** What stands behind the central directory. */
export function endRecords(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const big = count >= limit16 || directoryBytes >= limit32 || directoryOffset >= limit32
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(big ? limit16 : count, 8)
  end.writeUInt16LE(big ? limit16 : count, 10)
  end.writeUInt32LE(big ? limit32 : directoryBytes, 12)
  end.writeUInt32LE(big ? limit32 : directoryOffset, 16)
  if (!big) return end
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(madeByUnix, 12)
  end64.writeUInt16LE(45, 14)
  end64.writeBigUInt64LE(BigInt(count), 24)
  end64.writeBigUInt64LE(BigInt(count), 32)
  end64.writeBigUInt64LE(BigInt(directoryBytes), 40)
  end64.writeBigUInt64LE(BigInt(directoryOffset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, end])
}

/** Where every local header starts, and where the central directory does. */
export function layout(entries: readonly ZipEntry[]): { readonly offsets: readonly number[]; readonly directoryOffset: number } {
  const offsets: number[] = []
  let at = 0
  for (const entry of entries) {
    offsets.push(at)
    at += localHeader(entry).length + entry.bytes
  }
  return { offsets, directoryOffset: at }
}

/** The central directory and all that follows it. */
export function tail(entries: readonly ZipEntry[]): Buffer {
  const { offsets, directoryOffset } = layout(entries)
  const directory = Buffer.concat(entries.map((entry, i) => centralHeader(entry, offsets[i]!)))
  return Buffer.concat([directory, endRecords(entries.length, directory.length, directoryOffset)])
}
