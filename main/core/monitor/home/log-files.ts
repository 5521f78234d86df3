// The files of an import on the main side: folders as their files, feedback packs as the parts that their list names, each held against its hash.
// Refuses a pack that is not whole: nothing is taken from one.
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SlipwayError } from '../../../../shared/errors.ts'
import { Feedback } from '../../../../shared/drift/feedback.ts'
import { ArchiveFault, openZip, type OpenArchive } from '../../bundle/zip-read.ts'

const endings = new Set(['.jsonl', '.ndjson', '.json', '.csv', '.tsv', '.parquet', '.log', '.txt', '.zip'])
const mostFiles = 200_000

/** Every file of a log below the given paths, folders in the order of names; hidden files and other kinds are left out of folders. */
export async function logFilesAt(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const path of paths) {
    if (!existsSync(path)) throw new SlipwayError('file.vanished', { file: basename(path) })
    if (!(await stat(path)).isDirectory()) { found.push(path); continue }
    const inside = await readdir(path, { recursive: true, withFileTypes: true })
    found.push(...inside.filter((e) => e.isFile() && !e.name.startsWith('.') && endings.has(extname(e.name).toLowerCase())).map((e) => join(e.parentPath, e.name)).sort())
  }
  if (found.length === 0) throw new SlipwayError('logs.nothing', { what: paths.map((p) => basename(p)).join(', ') })
  if (found.length > mostFiles) throw new SlipwayError('input.invalid', { reason: `these are ${found.length} files, more than ${mostFiles} in one import` })
  return found
}

export const isPack = (path: string): boolean => extname(path).toLowerCase() === '.zip'

const damaged = (path: string, reason: string): SlipwayError => new SlipwayError('logs.packDamaged', { file: basename(path), reason }) as SlipwayError

async function opened<T>(path: string, work: (zip: OpenArchive) => Promise<T>): Promise<T> {
  let zip: OpenArchive | null = null
  try {
    zip = await openZip(path)
    return await work(zip)
  } catch (thrown) {
    if (thrown instanceof ArchiveFault) throw damaged(path, thrown.message)
    throw thrown
  } finally { await zip?.close() }
}

async function listOf(path: string, zip: OpenArchive): Promise<Feedback> {
  const entry = zip.entries.find((e) => e.path === 'feedback.json')
  if (entry === undefined) throw damaged(path, 'it has no feedback.json')
  if (entry.bytes > 16 * 1024 * 1024) throw damaged(path, 'its list is too long')
  const pieces: Buffer[] = []
  for await (const piece of zip.read('feedback.json')) pieces.push(piece)
  let value: unknown = null
  try { value = JSON.parse(Buffer.concat(pieces).toString('utf8')) } catch { /* told below */ }
  const read = Feedback.safeParse(value)
  if (!read.success) throw damaged(path, 'its list is not of the form feedback.v1')
  return read.data
}

/** The list of a pack. Errors: `logs.packDamaged`. */
export const readPack = (path: string): Promise<Feedback> => opened(path, (zip) => listOf(path, zip))

/** Unpacks the parts into a folder; each must have the length and hash of the list. Errors: `logs.packDamaged`. */
export async function unpackParts(path: string, folder: string, signal: AbortSignal): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  return opened(path, async (zip) => {
    const list = await listOf(path, zip)
    const extra = zip.entries.filter((e) => e.path !== 'feedback.json' && !list.files.some((f) => f.path === e.path))
    if (extra.length > 0) throw damaged(path, `“${extra[0]!.path}” is not on its list`)
    const parts: string[] = []
    for (const file of list.files) {
      if (!/^[\w.-]+\.jsonl$/.test(file.path)) throw damaged(path, `“${file.path}” is no part`)
      if (!zip.entries.some((e) => e.path === file.path)) throw damaged(path, `“${file.path}” is missing`)
      const hash = createHash('sha256')
      const target = join(folder, file.path)
      const measure = new Transform({ transform(piece: Buffer, _encoding, done) { hash.update(piece); done(null, piece) } })
      await pipeline(Readable.from(zip.read(file.path)), measure, createWriteStream(target), { signal })
      if (hash.digest('hex') !== file.sha256 || (await stat(target)).size !== file.bytes) throw damaged(path, `“${file.path}” was changed`)
      parts.push(target)
    }
    return parts
  })
}
