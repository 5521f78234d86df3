// Copies one ordinary file into a staging folder while hashing it, and takes back what it wrote when anything goes wrong.
// Refuses links, special files and files that change while they are read. Follows nothing.
import { createHash } from 'node:crypto'
import { constants, type BigIntStats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'

const CHUNK = 1 << 20

export interface CopyWatch {
  readonly signal: AbortSignal
  /** Told the bytes of each piece as it is written. */
  readonly onBytes: (bytes: number) => void
}

/** Throws `job.cancelled` once the caller has cancelled. */
export function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new SlipwayError('job.cancelled', {})
}

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '')

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not open it', EPERM: 'this user may not open it', EIO: 'the disk reported a read error', ENAMETOOLONG: 'its name is too long', EBUSY: 'another program holds it', EMFILE: 'too many files are open',
}

/** A failure to read a user's file, in words and without its path. */
export function readFault(error: unknown, file: string): unknown {
  if (error instanceof SlipwayError) return error
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SlipwayError('file.missing', { file })
  if (code === 'ELOOP' || code === 'EMLINK') return new SlipwayError('file.notRegular', { file, what: 'a link' })
  return code === '' || code.startsWith('ERR_') || code === 'ABORT_ERR' ? error : new SlipwayError('file.unreadable', { file, reason: reasons[code] ?? `the system answered ${code}` })
}

const refusals: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission', EPERM: 'there is no permission', EROFS: 'it is on a read-only disk', EIO: 'the disk reported an error', ENAMETOOLONG: 'the name is too long', EBUSY: 'another program holds it',
  ENOENT: 'no file can be made there', ENOTDIR: 'a file is in the place of a folder', EISDIR: 'it is a folder', ELOOP: 'links there lead in a circle', EMFILE: 'too many files are open',
  EINVAL: 'no file can be made there', ENOTSUP: 'no file can be made there', ENXIO: 'it is a pipe or a device that nobody reads', ETXTBSY: 'it is a program that is running',
}

/** A failure to write, into our own folders or to a place that the user chose, in words. `where` names the place in the user's words. */
export function writeFault(error: unknown, where: string): unknown {
  if (error instanceof SlipwayError) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new SlipwayError('file.diskFull', { where })
  return code === '' || code.startsWith('ERR_') || code === 'ABORT_ERR' ? error : new SlipwayError('file.notWritable', { where, reason: refusals[code] ?? `the system answered ${code}` })
}

/** What a path is when it is not an ordinary file; null when it is one. */
export function specialKind(stats: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean; isFIFO(): boolean; isSocket(): boolean; isBlockDevice(): boolean; isCharacterDevice(): boolean }): string | null {
  if (stats.isFile()) return null
  if (stats.isSymbolicLink()) return 'a link'
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'a special file'
}

/** Opens an ordinary file for reading without following a link at its end. `name` is what messages call it. */
export async function openOrdinary(path: string, name: string): Promise<{ readonly handle: FileHandle; readonly stats: BigIntStats }> {
  try {
    const before = await lstat(path, { bigint: true })
    const special = specialKind(before)
    if (special !== null) throw new SlipwayError('file.notRegular', { file: name, what: special })
    // O_NONBLOCK: should a pipe be put in its place at this moment, opening must not wait for a writer.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    const stats = await handle.stat({ bigint: true })
    if (!stats.isFile() || stats.ino !== before.ino || stats.dev !== before.dev) {
      await handle.close()
      throw new SlipwayError('file.changed', { file: name })
    }
    return { handle, stats }
  } catch (error) {
    throw readFault(error, name)
  }
}

const sameFile = (a: BigIntStats, b: BigIntStats): boolean => a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino

async function writeAll(to: FileHandle, bytes: Uint8Array, where: string): Promise<void> {
  try {
    let done = 0
    while (done < bytes.length) done += (await to.write(bytes, done, bytes.length - done)).bytesWritten
  } catch (error) {
    throw writeFault(error, where)
  }
}

/**
 * Streams an open file into another one and answers its SHA-256 (hex) and length in bytes. With no target it only hashes, and the caller compares.
 * Throws `file.changed` when a copied file is another one at the end than at the start, `file.diskFull`, `job.cancelled`.
 */
export async function copyHashed(from: FileHandle, to: FileHandle | null, name: string, where: string, watch: CopyWatch): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const before = await from.stat({ bigint: true })
  const hash = createHash('sha256')
  const chunk = new Uint8Array(CHUNK)
  let bytes = 0
  for (;;) {
    checkCancelled(watch.signal)
    let got: number
    try {
      got = (await from.read(chunk, 0, CHUNK, bytes)).bytesRead
    } catch (error) {
      throw readFault(error, name)
    }
    if (got === 0) break
    const piece = chunk.subarray(0, got)
    hash.update(piece)
    if (to !== null) await writeAll(to, piece, where)
    bytes += got
    watch.onBytes(got)
    if (BigInt(bytes) > before.size) break
  }
  const after = await from.stat({ bigint: true })
  if ((to !== null && !sameFile(before, after)) || BigInt(bytes) !== after.size) throw new SlipwayError('file.changed', { file: name })
  return { sha256: hash.digest('hex'), bytes }
}

/** The files and folders that one task made below its staging folder, so that all of them can be taken back. */
export class Staging {
  readonly folder: string
  private readonly files: string[] = []
  private readonly folders: string[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /** Makes the folders of a relative path below the staging folder, and the staging folder itself. */
  async makeFolder(inside: string): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true })
      const parts = inside === '' || inside === '.' ? [] : inside.split(/[\\/]/)
      let at = this.folder
      for (const part of parts) {
        at = join(at, part)
        const made = await mkdir(at).then(() => true, (error: unknown) => { if (codeOf(error) === 'EEXIST') return false; throw error })
        if (made) this.folders.push(at)
        else if (!(await lstat(at)).isDirectory()) throw new SlipwayError('file.notWritable', { where: 'the staging folder', reason: 'a file is in the place of a folder' })
      }
    } catch (error) {
      throw writeFault(error, 'the workspace')
    }
  }

  /** Creates a new file at a relative path; never replaces one. */
  async create(inside: string): Promise<{ readonly handle: FileHandle; readonly path: string }> {
    const path = join(this.folder, inside)
    const back = relative(this.folder, path)
    if (back === '' || back.startsWith('..') || back.split(sep).includes('..')) throw new SlipwayError('file.notWritable', { where: 'the staging folder', reason: 'the name leads out of it' })
    await this.makeFolder(dirname(inside))
    try {
      const handle = await open(path, 'wx', 0o600)
      this.files.push(path)
      return { handle, path }
    } catch (error) {
      throw writeFault(error, 'the workspace')
    }
  }

  /** Copies an ordinary file to a relative path and hashes it. */
  async copy(from: string, inside: string, name: string, watch: CopyWatch): Promise<{ readonly path: string; readonly sha256: string; readonly bytes: number }> {
    const source = await openOrdinary(from, name)
    try {
      const target = await this.create(inside)
      try {
        const result = await copyHashed(source.handle, target.handle, name, 'the workspace', watch)
        return { path: target.path, ...result }
      } finally {
        await target.handle.close()
      }
    } finally {
      await source.handle.close()
    }
  }

  /** Removes everything that was made here; the staging folder itself stays, as empty as it was. */
  async takeBack(): Promise<void> {
    for (const file of this.files.reverse()) await rm(file, { force: true })
    for (const folder of this.folders.reverse()) await rmdir(folder).catch(() => undefined)
    this.files.length = 0
    this.folders.length = 0
  }
}

const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i

/** True for names that Windows keeps for devices. */
export function isReservedName(part: string): boolean {
  return reserved.test(part.trim())
}

/** A file's own name made harmless on every system: no separators, control or direction characters, no reserved or endless name. */
export function safeName(path: string): string {
  // Characters that end, hide or reorder a name, and those that Windows forbids.
  const clean = basename(path).normalize('NFC').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/g, '_').replace(/[. ]+$/, '')
  const short = [...clean].slice(-100).join('')
  return short === '' || isReservedName(short) ? `model-${short === '' ? 'file' : short}` : short
}
