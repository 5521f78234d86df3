// Opens zip archives from strangers: checks every entry, name and byte, before anything is written, then writes below staging only.
// Refuses traversal, links, special and encrypted entries, clashing names, bombs, wrong checksums, damaged archives.
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { SlipwayError } from '../../../shared/errors.ts'
import { clashKey, judgeName, shownName } from './archive-name.ts'
import { checkCancelled, type CopyWatch, type Staging, writeFault } from './staged-copy.ts'

export interface ArchiveLimits {
  readonly entries: number
  /** Inflated bytes of one entry and of all together. */
  readonly entryBytes: number
  readonly totalBytes: number
  /** Inflated bytes per stored byte, looked at once an entry has inflated to more than `freeBytes`. */
  readonly ratio: number
  readonly freeBytes: number
}

export const archiveLimits: ArchiveLimits = { entries: 10_000, entryBytes: 16 * 2 ** 30, totalBytes: 32 * 2 ** 30, ratio: 200, freeBytes: 8 * 2 ** 20 }

interface CheckedEntry { readonly entry: Entry; readonly inside: string }

const unsafe = (file: string, name: string, reason: string): never => {
  throw new SlipwayError('archive.unsafe', { file, entry: name, reason })
}

/** A failure of the zip reader, in words. */
function zipFault(error: unknown, file: string): unknown {
  if (error instanceof SlipwayError) return error
  const message = error instanceof Error ? error.message : ''
  if (/central directory record signature not found/i.test(message)) return new SlipwayError('archive.damaged', { file, reason: 'its table of contents is missing, so it is cut off or not a zip archive' })
  if (/multi-disk/.test(message)) return new SlipwayError('archive.damaged', { file, reason: 'it is one part of a split archive' })
  if (/strong encryption/.test(message)) return new SlipwayError('archive.unsafe', { file, entry: '(unknown)', reason: 'it is encrypted' })
  return new SlipwayError('archive.damaged', { file, reason: 'its structure is broken' })
}

async function listEntries(zip: ZipFile, file: string, limits: ArchiveLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries) unsafe(file, '(all)', `it has ${zip.entryCount} entries, more than ${limits.entries}`)
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry)
      if (entries.length > limits.entries) unsafe(file, '(all)', `it has more than ${limits.entries} entries`)
    }
  } catch (error) {
    throw zipFault(error, file)
  }
  return entries
}

const FILE_KIND = 0xf000
const REGULAR = 0x8000
const FOLDER = 0x4000

/** Refuses what its header says it is: encrypted, a link, a device, in an unknown compression, declared too large. */
function checkHeader(entry: Entry, folder: boolean, shown: string, file: string, limits: ArchiveLimits): void {
  if ((entry.generalPurposeBitFlag & 0x2041) !== 0) unsafe(file, shown, 'it is encrypted')
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) unsafe(file, shown, `it is compressed in a way that is not supported (method ${entry.compressionMethod})`)
  const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND
  if (kind === 0xa000) unsafe(file, shown, 'it is a symbolic link')
  if (kind !== 0 && kind !== REGULAR && kind !== FOLDER) unsafe(file, shown, 'it is a device, pipe or socket')
  if (kind === FOLDER && !folder) unsafe(file, shown, 'it is a folder by its mode and a file by its name')
  if (kind === REGULAR && folder) unsafe(file, shown, 'it is a file by its mode and a folder by its name')
  if (folder && entry.uncompressedSize > 0) unsafe(file, shown, 'it is a folder that holds bytes')
  if (entry.uncompressedSize > limits.entryBytes) unsafe(file, shown, 'it is too large when unpacked')
  if (entry.uncompressedSize > limits.freeBytes && entry.uncompressedSize > entry.compressedSize * limits.ratio) {
    unsafe(file, shown, `it would unpack to ${entry.uncompressedSize} bytes, more than ${limits.ratio} times its size (an archive bomb)`)
  }
}

/** Judges all names and headers together: each alone, then clashes between them. */
function checkEntries(entries: readonly Entry[], file: string, limits: ArchiveLimits): readonly CheckedEntry[] {
  const files = new Map<string, string>()
  const folders = new Set<string>()
  const checked: CheckedEntry[] = []
  let total = 0
  for (const entry of entries) {
    const verdict = judgeName(entry.fileNameRaw)
    if (!verdict.ok) throw new SlipwayError('archive.unsafe', { file, entry: verdict.shown, reason: verdict.reason })
    const inside = verdict.parts.join('/')
    const shown = shownName(inside)
    checkHeader(entry, verdict.folder, shown, file, limits)
    total += entry.uncompressedSize
    if (total > limits.totalBytes) unsafe(file, shown, 'the archive is too large when unpacked')
    for (let n = 1; n < verdict.parts.length + (verdict.folder ? 1 : 0); n++) folders.add(clashKey(verdict.parts.slice(0, n)))
    if (verdict.folder) continue
    const key = clashKey(verdict.parts)
    const other = files.get(key)
    if (other !== undefined) unsafe(file, shown, other === inside ? 'it is there twice' : `it differs from “${shownName(other)}” only by case or accents`)
    files.set(key, inside)
    checked.push({ entry, inside })
  }
  for (const [key, inside] of files) if (folders.has(key)) unsafe(file, shownName(inside), 'it is a file and a folder at once')
  return checked
}

/** Local headers must tell the same story as the table of contents, and no two entries may share bytes. */
async function checkPlaces(zip: ZipFile, checked: readonly CheckedEntry[], file: string): Promise<void> {
  const ranges: { from: number; to: number; inside: string }[] = []
  for (const { entry, inside } of checked) {
    let local
    try {
      local = await zip.readLocalFileHeaderPromise(entry)
    } catch (error) {
      throw zipFault(error, file)
    }
    if (!local.fileName.equals(entry.fileNameRaw)) unsafe(file, shownName(inside), 'it has two different names in the archive')
    if (local.compressionMethod !== entry.compressionMethod || (local.generalPurposeBitFlag & 1) !== 0) unsafe(file, shownName(inside), 'its two headers contradict each other')
    ranges.push({ from: entry.relativeOffsetOfLocalHeader, to: local.fileDataStart + entry.compressedSize, inside })
  }
  ranges.sort((a, b) => a.from - b.from)
  for (const [i, range] of ranges.entries()) {
    const next = ranges[i + 1]
    if (next !== undefined && next.from < range.to) unsafe(file, shownName(next.inside), 'its bytes overlap those of another entry (an archive bomb)')
  }
}

/** Inflates one entry, counting: stops at once when it grows past its own header, its ratio or the limits. Writes to `to` unless it is null. */
async function inflate(zip: ZipFile, checked: CheckedEntry, file: string, limits: ArchiveLimits, to: FileHandle | null, watch: CopyWatch): Promise<void> {
  const { entry, inside } = checked
  const shown = shownName(inside)
  let bytes = 0
  let crc = 0
  const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => { throw zipFault(error, file) })
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      checkCancelled(watch.signal)
      bytes += piece.length
      if (bytes > entry.uncompressedSize) unsafe(file, shown, 'it unpacks to more than its header says')
      if (bytes > limits.entryBytes || (bytes > limits.freeBytes && bytes > entry.compressedSize * limits.ratio)) unsafe(file, shown, `it unpacks to more than ${limits.ratio} times its size (an archive bomb)`)
      crc = crc32(piece, crc)
      if (to !== null) await to.write(piece).catch((error: unknown) => { throw writeFault(error, 'the workspace') })
      watch.onBytes(piece.length)
    }
  } catch (error) {
    if (error instanceof SlipwayError) throw error
    throw new SlipwayError('archive.damaged', { file, reason: `its entry “${shown}” cannot be unpacked` })
  } finally {
    stream.destroy()
  }
  if (bytes !== entry.uncompressedSize) throw new SlipwayError('archive.damaged', { file, reason: `its entry “${shown}” ends too early` })
  if (crc !== entry.crc32) throw new SlipwayError('archive.damaged', { file, reason: `the checksum of its entry “${shown}” is wrong` })
}

/** True for what operating systems add to archives without being asked. */
const isClutter = (inside: string): boolean => inside.startsWith('__MACOSX/') || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$/i.test(inside)

/**
 * Unpacks a zip archive below `staging`, after every entry has been checked to its last byte. Answers the relative paths written.
 * Throws `archive.unsafe` or `archive.damaged` before the first write; what was written is taken back by the caller's `Staging`.
 */
export async function unpackArchive(handle: FileHandle, file: string, staging: Staging, watch: CopyWatch, limits: ArchiveLimits = archiveLimits): Promise<readonly string[]> {
  let zip: ZipFile
  try {
    zip = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true })
  } catch (error) {
    throw zipFault(error, file)
  }
  const checked = checkEntries(await listEntries(zip, file, limits), file, limits)
  await checkPlaces(zip, checked, file)
  for (const entry of checked) await inflate(zip, entry, file, limits, null, watch)
  const written: string[] = []
  for (const entry of checked) {
    if (isClutter(entry.inside)) continue
    const target = await staging.create(entry.inside)
    try {
      await inflate(zip, entry, file, limits, target.handle, watch)
    } finally {
      await target.handle.close()
    }
    written.push(entry.inside)
  }
  return written
}
