// Restores a backup into a folder of its own: unpacked beside it, every file compared with the list, the database checked, and only then given its name.
// Refuses folders with anything in them, and archives that are not byte for byte what a backup is.
import { createHash } from 'node:crypto'
import { chmod, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../files/make-folder.ts'
import { BackupManifest, type RestoreReport } from '../../../shared/domain/workspace.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { ArchiveFault, openZip, type OpenArchive } from '../bundle/zip-read.ts'
import { checkCancelled, readFault, writeFault } from '../files/staged-copy.ts'
import { examineAside } from '../store/database-aside.ts'
import { manifestPath } from './backup.ts'
import type { CheckWatch } from './check.ts'

const largestManifest = 256 * 2 ** 20

/** Where a file may lie in a workspace; anything else in the list is an attempt to write somewhere else. */
function placeOf(as: string): readonly string[] | null {
  const parts = as.split('/')
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\u0000]/.test(part))
  const known = as === 'slipway.db' || /^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(as) || /^datasets\/dataset_[0-9a-z]+\/.+/.test(as) || /^keys\/[^/]+$/.test(as)
  return plain && known ? parts : null
}

async function readManifest(zip: OpenArchive, refuse: (reason: string) => SlipwayError): Promise<BackupManifest> {
  const entry = zip.entries.find((e) => e.path === manifestPath)
  if (entry === undefined || entry.bytes > largestManifest) throw refuse('it has no list of its files')
  const pieces: Buffer[] = []
  for await (const piece of zip.read(manifestPath)) pieces.push(piece)
  let value: unknown
  try { value = JSON.parse(Buffer.concat(pieces).toString('utf8')) } catch { throw refuse('its list of files cannot be read') }
  const parsed = BackupManifest.safeParse(value)
  if (!parsed.success) throw refuse('its list of files is not one of a backup')
  const { files } = parsed.data
  if (!files.some((f) => f.as === 'slipway.db')) throw refuse('it holds no database')
  const odd = files.find((f) => placeOf(f.as) === null)
  if (odd !== undefined) throw refuse(`it wants to write to “${odd.as}”, which is no place of a workspace`)
  const listed = new Set([manifestPath, ...files.map((f) => f.path)])
  const more = zip.entries.find((e) => !listed.has(e.path))
  if (more !== undefined) throw refuse(`it holds “${more.path}”, which is not in its list`)
  return parsed.data
}

async function unpack(zip: OpenArchive, manifest: BackupManifest, into: string, refuse: (reason: string) => SlipwayError, watch: CheckWatch): Promise<void> {
  for (const [i, file] of manifest.files.entries()) {
    checkCancelled(watch.signal)
    watch.progress('Unpacking and comparing', i, manifest.files.length)
    const to = join(into, ...placeOf(file.as) ?? [])
    await mkdir(dirname(to), { recursive: true })
    const target = await open(to, 'wx', file.as.startsWith('keys/') ? 0o600 : 0o644)
    const hash = createHash('sha256')
    try {
      for await (const piece of zip.read(file.path)) {
        hash.update(piece)
        for (let done = 0; done < piece.length;) done += (await target.write(piece, done, piece.length - done)).bytesWritten
      }
      await target.sync()
    } finally { await target.close() }
    if (hash.digest('hex') !== file.sha256) throw refuse(`the contents of “${file.as}” differ from its list`)
    if (file.as.startsWith('blobs/')) await chmod(to, 0o444)
  }
}

async function demandEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return []
    if (thrown.code === 'ENOTDIR') throw new SlipwayError('workspace.notEmpty', { where: `“${basename(folder)}”` })
    throw readFault(thrown, basename(folder))
  })
  if (found.length > 0) throw new SlipwayError('workspace.notEmpty', { where: `“${basename(folder)}”` })
}

async function checkDatabase(folder: string, refuse: (reason: string) => SlipwayError, watch: CheckWatch): Promise<void> {
  watch.progress('Checking the database', null, null)
  const examined = await examineAside(join(folder, 'slipway.db'), watch.signal)
  const fault = examined.faults.find((f) => f.kind !== 'record')
  if (fault !== undefined) throw refuse(`its database is damaged (${fault.detail})`)
  for (const ending of ['-wal', '-shm']) await rm(join(folder, `slipway.db${ending}`), { force: true })
}

/**
 * Restores `file` as the workspace `folder`, which must be empty or not be there. When this throws, `folder` is as it was.
 * Errors: `backup.notABackup`, `workspace.notEmpty`, `store.newer`, `file.missing`, `file.diskFull`, `file.notWritable`, `job.cancelled`.
 */
export async function restoreBackup(file: string, folder: string, watch: CheckWatch): Promise<RestoreReport> {
  const refuse = (reason: string): SlipwayError => new SlipwayError('backup.notABackup', { file: basename(file), reason })
  await demandEmpty(folder)
  const half = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`)
  const zip = await openZip(file).catch((thrown: unknown) => { throw thrown instanceof ArchiveFault ? refuse(thrown.message) : readFault(thrown, basename(file)) })
  try {
    const manifest = await readManifest(zip, refuse)
    makeFolder(half)
    await unpack(zip, manifest, half, refuse, watch)
    await checkDatabase(half, refuse, watch)
    checkCancelled(watch.signal)
    await rmdir(folder).catch((thrown: NodeJS.ErrnoException) => { if (thrown.code !== 'ENOENT') throw new SlipwayError('workspace.notEmpty', { where: `“${basename(folder)}”` }) })
    await rename(half, folder)
    return { folder: basename(folder), createdAt: manifest.createdAt, slipway: manifest.slipway, withKey: manifest.withKey, counts: manifest.counts, files: manifest.files.length, bytes: manifest.files.reduce((sum, f) => sum + f.bytes, 0) }
  } catch (thrown) {
    if (thrown instanceof ArchiveFault) throw refuse(thrown.message)
    throw writeFault(thrown, `the folder of “${basename(folder)}”`)
  } finally {
    await zip.close()
    await rm(half, { recursive: true, force: true })
  }
}
