// Puts a finished file at the place that the user chose: whole or not at all, and never over another file.
import { constants } from 'node:fs'
import { copyFile, link, lstat, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { writeFault } from '../files/staged-copy.ts'

/** A hidden file beside the target: what is half there never has the target's name. */
const besideOf = (target: string): string => join(dirname(target), `.${basename(target)}.${process.pid}.part`)

/** A failure to write at the place that the user chose, in words. */
const placeFault = (thrown: unknown, target: string): unknown => writeFault(thrown, `The folder of “${basename(target)}”`)

/** Moves the finished archive to its place, whole or not at all, and never over a file: a hard link fails when the name is taken. */
export async function placeWhole(archive: string, target: string): Promise<void> {
  const beside = besideOf(target)
  try {
    if (await link(archive, target).then(() => true, unlessTaken)) return
    // Another disk, or one without hard links: copy beside the target first, then give it its name.
    await copyFile(archive, beside, constants.COPYFILE_EXCL)
    if (await link(beside, target).then(() => true, unlessTaken)) return
    if (await exists(target)) throw Object.assign(new Error('taken'), { code: 'EEXIST' })
    await rename(beside, target)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST' && (await exists(target))) throw new SlipwayError('bundle.targetExists', { file: basename(target) })
    throw placeFault(thrown, target)
  } finally {
    await rm(beside, { force: true })
  }
}

const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)

/** A hard link that could not be made for any other reason than that the name is taken. */
function unlessTaken(thrown: NodeJS.ErrnoException): false {
  if (thrown.code === 'EEXIST') throw thrown
  return false
}

/** Says early what would only come out after minutes of hashing. */
export async function checkTarget(target: string): Promise<void> {
  if (await exists(target)) throw new SlipwayError('bundle.targetExists', { file: basename(target) })
  const folder = await stat(dirname(target)).catch(() => null)
  if (folder === null) throw new SlipwayError('file.missing', { file: basename(dirname(target)) })
  if (!folder.isDirectory()) throw new SlipwayError('file.notWritable', { where: `“${basename(dirname(target))}”`, reason: 'it is not a folder' })
  // Permissions alone do not tell: some folders take no files from anybody.
  try {
    await (await open(besideOf(target), 'wx')).close()
  } catch (thrown) {
    throw placeFault(thrown, target)
  } finally {
    await rm(besideOf(target), { force: true })
  }
}
