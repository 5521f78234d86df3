// Content-addressed files: `blobs/ab/<sha256>`. A blob appears whole or not at all, and is never written again.
// Refuses to hand out a name that is not a hash.
import { createHash } from 'node:crypto'
import { constants, createReadStream, existsSync, readdirSync, rmSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Sha256 } from '../../../shared/ids.ts'

export interface BlobFile { readonly name: string; readonly sha256: Sha256 }

export interface Blobs {
  path(sha256: Sha256): string
  has(sha256: Sha256): boolean
  /** Moves a finished file into place after checking its content. Errors: `store.blobMissing`, `file.diskFull`. */
  put(file: string, expected?: Sha256): Promise<Sha256>
  /** Reads the whole blob again. Errors: `store.blobMissing`. */
  verify(sha256: Sha256, what: string): Promise<void>
  /** Makes the files appear under their names in `folder`, by hard link where the disk allows it, else by copy. */
  materialise(files: readonly BlobFile[], folder: string): Promise<void>
  /** Removes blobs that nothing names, and half-made ones. Synchronous, to fit into a transaction. Answers how many. */
  sweep(keep: ReadonlySet<string>): number
}

/** SHA-256 of a file in hexadecimal, streamed. */
export async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  try { await file.sync() } finally { await file.close() }
}

/** A folder's own entry must reach the disk too, or a rename may be forgotten in a power cut. Windows cannot do this. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await flush(path)
}

/** Puts the system's refusals into our words. */
export function fileError(thrown: unknown, where: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SlipwayError('file.diskFull', { where })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new SlipwayError('file.notWritable', { where, reason: code === 'EROFS' ? 'the disk is read-only' : 'permission was denied' })
  return thrown
}

function inside(folder: string, name: string): string {
  const target = resolve(folder, name)
  const way = relative(folder, target)
  if (way === '' || way.startsWith('..') || isAbsolute(way)) throw new SlipwayError('input.invalid', { reason: `the file name “${name}” leaves its folder` })
  return target
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await link(from, to)
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'EEXIST') return
    // Two jobs may lay out the same model at once, and neither may see the other's half of a copy.
    const part = `${to}.${Math.random().toString(36).slice(2)}.part`
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    await rename(part, to)
  }
}

/** The blobs below `root`. Nothing is read or made before it is asked for. */
export function openBlobs(root: string): Blobs {
  const path = (sha256: Sha256): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new SlipwayError('input.invalid', { reason: 'not a SHA-256' })
    return join(root, sha256.slice(0, 2), sha256)
  }
  const verify = async (sha256: Sha256, what: string): Promise<void> => {
    const found = await hashFile(path(sha256)).catch(() => '')
    if (found !== sha256) throw new SlipwayError('store.blobMissing', { sha256, what })
  }
  return {
    path,
    has: (sha256) => existsSync(path(sha256)),
    async put(file, expected) {
      try {
        const sha256 = await hashFile(file)
        if (expected !== undefined && expected !== sha256) throw new SlipwayError('store.blobMissing', { sha256: expected, what: 'staged file' })
        const target = path(sha256)
        if (existsSync(target) && (await stat(target)).size === (await stat(file)).size && (await hashFile(target)) === sha256) {
          await rm(file)
          return sha256
        }
        await mkdir(dirname(target), { recursive: true })
        await flush(file)
        await chmod(file, 0o444)
        await rename(file, target)
        await flushFolder(dirname(target))
        return sha256
      } catch (thrown) { throw fileError(thrown, root) }
    },
    verify,
    async materialise(files, folder) {
      for (const file of files) {
        const from = path(file.sha256)
        if (!existsSync(from)) throw new SlipwayError('store.blobMissing', { sha256: file.sha256, what: file.name })
        try { await linkOrCopy(from, inside(folder, file.name)) } catch (thrown) { throw fileError(thrown, folder) }
      }
    },
    sweep(keep) {
      let removed = 0
      for (const shelf of readdirSync(root)) {
        for (const name of readdirSync(join(root, shelf))) {
          if (keep.has(name)) continue
          rmSync(join(root, shelf, name), { force: true })
          removed++
        }
      }
      return removed
    },
  }
}
