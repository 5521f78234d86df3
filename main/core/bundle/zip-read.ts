// Reads an archive that must be byte for byte what zip-layout.ts describes. Anything else is refused: extra bytes, gaps,
// comments, other dates, links, and names that could escape the folder they are unpacked into.
import { open, type FileHandle } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import { byCodePoint } from './canonical-json.ts'
import { layout, localHeader, tail, type ZipEntry } from './zip-layout.ts'

/** Why an archive is not one of ours; its message is shown to the user. */
export class ArchiveFault extends Error {}

export interface OpenArchive {
  readonly entries: readonly ZipEntry[]
  /** The bytes of one entry, in chunks. */
  read(path: string): AsyncIterable<Buffer>
  /** Where its bytes lie in the archive, which stores them as they are. */
  place(path: string): { readonly start: number; readonly bytes: number }
  close(): Promise<void>
}

const maxTail = 64 * 1024 * 1024
const maxEntries = 100_000
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i

/** What is wrong with a path inside an archive, or null. */
export function pathFault(path: string): string | null {
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is an absolute path'
  if (path.includes('\\')) return 'it has a back-slash'
  if (/[\u0000-\u001f\u007f<>:"|?*]/.test(path)) return 'it has a character that file systems forbid'
  if (path !== path.normalize('NFC')) return 'it is not in normal form'
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'it leaves its folder'
    if (reserved.test(part) || part.endsWith('.') || part.endsWith(' ')) return 'it is a reserved name'
  }
  return null
}

/** The folders that a path lies in, outermost first. */
const foldersOf = (path: string): string[] => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))

/**
 * What is wrong with a list of paths as a whole, or null: duplicates, names of files or folders that differ in case only,
 * and a name that is both a file and a folder. Each would unpack to something else than was listed on some file system.
 */
export function listFault(paths: readonly string[]): string | null {
  const seen = new Map<string, string>()
  const folders = new Map<string, string>()
  for (const path of paths) {
    const fault = pathFault(path)
    if (fault !== null) return `“${path}” is refused: ${fault}`
    const folded = path.toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined) return other === path ? `“${path}” is there twice` : `“${path}” and “${other}” differ in case only`
    seen.set(folded, path)
    for (const folder of foldersOf(path)) {
      const same = folders.get(folder.toLowerCase())
      if (same !== undefined && same !== folder) return `the folders “${folder}” and “${same}” differ in case only`
      folders.set(folder.toLowerCase(), folder)
    }
  }
  for (const [folded, folder] of folders) if (seen.has(folded)) return `“${folder}” is both a file and a folder`
  return null
}

async function readAt(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done)
    if (bytesRead === 0) throw new ArchiveFault('the archive ends too early')
    done += bytesRead
  }
  return buffer
}

/** Where the central directory is, from the records at the very end. */
async function findDirectory(file: FileHandle, size: number): Promise<{ count: number; offset: number }> {
  if (size < 22) throw new ArchiveFault('it is too short for an archive')
  const end = await readAt(file, 22, size - 22)
  if (end.readUInt32LE(0) !== 0x06054b50) throw new ArchiveFault('the end of the archive is missing, or something follows it')
  const count = end.readUInt16LE(10)
  const offset = end.readUInt32LE(16)
  if (count !== 0xffff && offset !== 0xffff_ffff) return { count, offset }
  if (size < 98) throw new ArchiveFault('it is too short for an archive')
  const end64 = await readAt(file, 56, size - 98)
  if (end64.readUInt32LE(0) !== 0x06064b50) throw new ArchiveFault('its large-archive record is missing')
  return { count: Number(end64.readBigUInt64LE(32)), offset: Number(end64.readBigUInt64LE(48)) }
}

function parseEntry(directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw new ArchiveFault('its directory is damaged')
  const nameLength = directory.readUInt16LE(at + 28)
  const extraLength = directory.readUInt16LE(at + 30)
  const nameEnd = at + 46 + nameLength
  if (nameEnd + extraLength > directory.length) throw new ArchiveFault('its directory is damaged')
  const short = directory.readUInt32LE(at + 24)
  const bytes = short === 0xffff_ffff && extraLength >= 12 ? Number(directory.readBigUInt64LE(nameEnd + 4)) : short
  if (!Number.isSafeInteger(bytes)) throw new ArchiveFault('its directory is damaged')
  const attributes = directory.readUInt32LE(at + 38) >>> 16
  const mode = attributes & 0o777
  if ((attributes & 0o170000) !== 0o100000 || (mode !== 0o644 && mode !== 0o755)) throw new ArchiveFault(`“${directory.toString('utf8', at + 46, nameEnd)}” is not an ordinary file`)
  return { entry: { path: directory.toString('utf8', at + 46, nameEnd), mode, bytes, crc32: directory.readUInt32LE(at + 16) }, next: nameEnd + extraLength }
}

/** CRC-32 of what came so far and the next chunk; null where the runtime is too old to have it (Node before 20.15). */
const checksum = (zlib as { crc32?: (chunk: Buffer, so: number) => number }).crc32 ?? null

/** The bytes of one entry; throws at their end when they do not have the checksum that the headers name. */
async function* readEntry(file: FileHandle, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  let sum = 0
  for (let done = 0; done < entry.bytes;) {
    const piece = await readAt(file, Math.min(1 << 20, entry.bytes - done), start + done)
    done += piece.length
    if (checksum !== null) sum = checksum(piece, sum)
    yield piece
  }
  if (checksum !== null && sum !== entry.crc32) throw new ArchiveFault(`the contents of “${entry.path}” were changed`)
}

/** Every header of the archive must be exactly what the layout gives for its entries. */
async function demandLayout(file: FileHandle, size: number, entries: readonly ZipEntry[]): Promise<readonly number[]> {
  const { offsets, directoryOffset } = layout(entries)
  const expectedTail = tail(entries)
  if (size !== directoryOffset + expectedTail.length) throw new ArchiveFault('it has bytes that belong to no file')
  if (!expectedTail.equals(await readAt(file, expectedTail.length, directoryOffset))) throw new ArchiveFault('its directory was changed')
  for (const [i, entry] of entries.entries()) {
    const expected = localHeader(entry)
    if (!expected.equals(await readAt(file, expected.length, offsets[i]!))) throw new ArchiveFault(`the header of “${entry.path}” was changed`)
  }
  return offsets
}

/** Opens and checks the archive's shape; contents are checked by whoever reads them. Throws ArchiveFault. */
export async function openZip(path: string): Promise<OpenArchive> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { count, offset } = await findDirectory(file, size)
    if (count > maxEntries || offset > size || size - offset > maxTail) throw new ArchiveFault('its directory is damaged')
    const directory = await readAt(file, size - offset, offset)
    const entries: ZipEntry[] = []
    for (let at = 0; entries.length < count;) {
      const { entry, next } = parseEntry(directory, at)
      entries.push(entry)
      at = next
    }
    const fault = listFault(entries.map((entry) => entry.path))
    if (fault !== null) throw new ArchiveFault(fault)
    if (entries.some((entry, i) => i > 0 && byCodePoint(entries[i - 1]!.path, entry.path) >= 0)) throw new ArchiveFault('its files are not in order')
    const offsets = await demandLayout(file, size, entries)
    const indexes = new Map(entries.map((entry, i) => [entry.path, i]))
    const find = (wanted: string): { entry: ZipEntry; start: number } => {
      const index = indexes.get(wanted)
      if (index === undefined) throw new ArchiveFault(`“${wanted}” is not in the archive`)
      return { entry: entries[index]!, start: offsets[index]! + localHeader(entries[index]!).length }
    }
    return {
      entries,
      read: (wanted) => { const { entry, start } = find(wanted); return readEntry(file, entry, start) },
      place: (wanted) => { const { entry, start } = find(wanted); return { start, bytes: entry.bytes } },
      close: () => file.close(),
    }
  } catch (thrown) {
    await file.close()
    throw thrown
  }
}
