// Makes a backup: the database as it is at one moment, every stored file that it names, copied data; one archive, read again before it gets its name.
// Others go on working meanwhile. Refuses to back up a damaged database as if it were whole, and never writes over a file.
import { link, lstat, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { BackupManifest, type BackupReport } from '../../../shared/domain/workspace.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { measureFile } from '../bundle/stage.ts'
import { openZip } from '../bundle/zip-read.ts'
import { writeZip, type ZipSource } from '../bundle/zip-write.ts'
import { hashFile } from '../files/blobs.ts'
import type { WorkspaceFolders } from '../files/places.ts'
import { checkCancelled, writeFault } from '../files/staged-copy.ts'
import { copyAside, examineAside } from '../store/database-aside.ts'
import type { Examination } from '../store/examine.ts'
import type { CheckWatch } from './check.ts'

export interface BackupRequest {
  readonly target: string
  /** A folder for this work alone, on the workspace's disk. */
  readonly staging: string
  /** The publisher's private key too. */
  readonly withKey: boolean
  /** Version of Slipway. */
  readonly slipway: string
  readonly clock: () => number
}

interface Planned { readonly as: string; readonly file: string; /** what must be there, and how it is called */ readonly expected?: { readonly sha256: string; readonly words: string } }
type Listed = BackupManifest['files'][number]
interface Measured { readonly listed: Listed; readonly source: ZipSource }

/** Where the list of everything lies in the archive. */
export const manifestPath = 'manifest.json'

async function filesBelow(folder: string, as: string): Promise<Planned[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((e) => e.isFile()).map((e) => {
    const file = join(e.parentPath, e.name)
    return { file, as: `${as}/${file.slice(folder.length + 1).replaceAll('\\', '/')}` }
  })
}

async function plan(folders: WorkspaceFolders, snapshot: string, examined: Examination, withKey: boolean): Promise<Planned[]> {
  const seen = new Map(examined.needs.map((need) => [need.sha256, need]))
  const blobs = [...seen.values()].map((need): Planned => ({
    as: `blobs/${need.sha256.slice(0, 2)}/${need.sha256}`, file: join(folders.blobs, need.sha256.slice(0, 2), need.sha256), expected: { sha256: need.sha256, words: `the ${need.what} of ${need.of}` },
  }))
  const copies = await Promise.all(examined.datasets.filter((d) => d.copied).map((d) => filesBelow(join(folders.datasets, d.id), `datasets/${d.id}`)))
  const key = withKey ? (await filesBelow(folders.keys, 'keys')).filter((f) => !basename(f.as).startsWith('.')) : []
  return [{ as: 'slipway.db', file: snapshot }, ...blobs, ...copies.flat(), ...key]
}

/** Reads everything once. What the workspace itself has lost is said and left out. */
async function measure(planned: readonly Planned[], watch: CheckWatch): Promise<{ readonly measured: readonly Measured[]; readonly lacks: readonly string[] }> {
  const measured: Measured[] = []
  const lacks: string[] = []
  for (const [i, { as, file, expected }] of planned.entries()) {
    checkCancelled(watch.signal)
    watch.progress('Reading the stored files', i, planned.length)
    const found = await measureFile(file).catch((thrown: unknown) => { if (expected === undefined) throw thrown; return null })
    if (expected !== undefined && found?.sha256 !== expected.sha256) { lacks.push(`The workspace itself lacks ${expected.words}: it is ${found === null ? 'missing' : 'damaged'}.`); continue }
    if (found === null) continue
    // Names that users gave stay in the list; those in the archive unpack on every system.
    const path = `files/${String(i).padStart(7, '0')}`
    measured.push({ listed: { path, as, bytes: found.bytes, sha256: found.sha256 }, source: { path, mode: 0o644, bytes: found.bytes, crc32: found.crc32, file } })
  }
  return { measured, lacks }
}

/** Reads the archive from the disk and compares every file with what was read from the workspace. */
async function verify(archive: string, files: readonly Listed[], watch: CheckWatch): Promise<void> {
  const zip = await openZip(archive).catch((thrown: unknown) => { throw new SlipwayError('backup.verifyFailed', { reason: thrown instanceof Error ? thrown.message : 'it cannot be read' }) })
  try {
    for (const [i, file] of files.entries()) {
      checkCancelled(watch.signal)
      watch.progress('Reading the backup again', i, files.length)
      const hash = createHash('sha256')
      try { for await (const piece of zip.read(file.path)) hash.update(piece) } catch (thrown) { throw new SlipwayError('backup.verifyFailed', { reason: thrown instanceof Error ? thrown.message : 'it cannot be read' }) }
      if (hash.digest('hex') !== file.sha256) throw new SlipwayError('backup.verifyFailed', { reason: `the contents of “${file.as}” differ` })
    }
  } finally { await zip.close() }
}

const taken = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)

/** Gives the finished file its name, never over another: a hard link fails when the name is taken. Disks without links get a rename. */
export async function giveName(half: string, target: string): Promise<void> {
  const exists = (): SlipwayError => new SlipwayError('backup.targetExists', { file: basename(target) })
  try {
    await link(half, target)
    await rm(half)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST' || await taken(target)) throw exists()
    await rename(half, target)
  }
}

/** Says early what would only come out after minutes of reading. */
export async function demandFree(target: string): Promise<void> {
  if (await taken(target)) throw new SlipwayError('backup.targetExists', { file: basename(target) })
  const folder = await stat(dirname(target)).catch(() => null)
  if (folder?.isDirectory() !== true) throw new SlipwayError('file.notWritable', { where: `“${basename(target)}”`, reason: 'its folder does not exist' })
}

function demandWhole(examined: Examination): void {
  const fault = examined.faults.find((f) => f.kind !== 'record')
  if (fault !== undefined) throw new SlipwayError('store.corrupt', { reason: fault.detail, backup: null })
}

/**
 * Writes the backup. Everything is on the disk and read again when this answers; when it throws, nothing has the target's name.
 * Errors: `backup.targetExists`, `backup.verifyFailed`, `store.corrupt`, `file.diskFull`, `file.notWritable`, `job.cancelled`.
 */
export async function backupWorkspace(folders: WorkspaceFolders, request: BackupRequest, watch: CheckWatch): Promise<BackupReport> {
  const { target, staging } = request
  await demandFree(target)
  const half = join(dirname(target), `.${basename(target)}.${process.pid}.part`)
  try {
    await mkdir(staging, { recursive: true })
    watch.progress('Copying the database', null, null)
    const snapshot = join(staging, 'slipway.db')
    await copyAside(folders.database, snapshot, watch.signal)
    const examined = await examineAside(snapshot, watch.signal)
    demandWhole(examined)
    const { measured, lacks } = await measure(await plan(folders, snapshot, examined, request.withKey), watch)
    const files = measured.map((m) => m.listed)
    const manifest = BackupManifest.parse({ schema: 'slipway.backup/1', createdAt: request.clock(), slipway: request.slipway, databaseSchema: examined.schema, withKey: files.some((f) => f.as.startsWith('keys/')), counts: examined.counts, files })
    const text = join(staging, manifestPath)
    await writeFile(text, `${JSON.stringify(manifest, null, 1)}\n`)
    const { bytes, crc32 } = await measureFile(text)
    watch.progress('Writing the backup', null, null)
    await writeZip(half, [...measured.map((m) => m.source), { path: manifestPath, mode: 0o644, bytes, crc32, file: text }], watch.signal)
    await verify(half, files, watch)
    const sha256 = await hashFile(half)
    const size = (await stat(half)).size
    checkCancelled(watch.signal)
    await giveName(half, target)
    return { fileName: basename(target), bytes: size, sha256, createdAt: manifest.createdAt, withKey: manifest.withKey, counts: manifest.counts, files: files.length, lacks: [...lacks] }
  } catch (thrown) {
    checkCancelled(watch.signal)
    throw writeFault(thrown, `the backup “${basename(target)}”`)
  } finally {
    await rm(half, { force: true })
    await rm(staging, { recursive: true, force: true })
  }
}
