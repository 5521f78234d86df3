// The files of a bundle, whether it is an archive or an unpacked folder: names first, contents on demand.
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { lstat, open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readFault } from '../files/staged-copy.ts'
import { byCodePoint } from './canonical-json.ts'
import { digestOfFile, smallBytes } from './file-digest.ts'
import { ArchiveFault, listFault, openZip } from './zip-read.ts'

export interface TreeFile { readonly path: string; readonly bytes: number; /** null where the file system keeps none */ readonly mode: string | null }

export interface BundleTree {
  readonly files: readonly TreeFile[]
  /** Folders with nothing in them; an archive of ours has none. */
  readonly emptyFolders: readonly string[]
  /** The folder that everything lies in; null for an unpacked bundle, whose folder may have any name. */
  readonly top: string | null
  read(path: string): AsyncIterable<Buffer>
  /** SHA-256 of one file's contents, in hexadecimal digits. */
  digest(path: string, signal?: AbortSignal): Promise<string>
  /** Where the bytes of one file lie on disk, for readers that jump about. Throws ArchiveFault when it is not there. */
  place(path: string): { readonly file: string; readonly start: number; readonly bytes: number }
  close(): Promise<void>
}

/** A name as the disk has it, in text. A name that is no text could hide a file from whoever compares names. */
function nameOf(bytes: Buffer, prefix: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ArchiveFault(`a file or folder was added whose name cannot be read: “${prefix}${bytes.toString('utf8')}” is not UTF-8`)
  }
}

/** Runs what reads the disk; a refusal of the system names the file and not its path. */
async function reading<T>(name: string, read: () => Promise<T>): Promise<T> {
  try { return await read() } catch (thrown) { throw readFault(thrown, name) }
}

async function openFolder(root: string): Promise<BundleTree> {
  const files: TreeFile[] = []
  const emptyFolders: string[] = []
  const walk = async (folder: string, prefix: string): Promise<void> => {
    const entries = await reading(prefix === '' ? basename(root) : prefix, () => readdir(folder, { withFileTypes: true, encoding: 'buffer' }))
    if (entries.length === 0) emptyFolders.push(prefix.slice(0, -1))
    // All of a folder at once: one after another, waiting would take longer than looking.
    await Promise.all(entries.map(async (entry) => {
      const name = nameOf(entry.name, prefix)
      const path = prefix + name
      if (entry.isDirectory()) await walk(join(folder, name), `${path}/`)
      else if (!entry.isFile()) throw new ArchiveFault(`“${path}” is neither a file nor a folder`)
      else files.push({ path, bytes: (await reading(path, () => lstat(join(folder, name)))).size, mode: null })
    }))
  }
  await walk(root, '')
  files.sort((a, b) => byCodePoint(a.path, b.path))
  emptyFolders.sort(byCodePoint)
  const fault = listFault(files.map((f) => f.path))
  if (fault !== null) throw new ArchiveFault(fault)
  const read = async function* (path: string): AsyncGenerator<Buffer> {
    try { yield* createReadStream(join(root, ...path.split('/'))) as AsyncIterable<Buffer> } catch (thrown) { throw readFault(thrown, path) }
  }
  const place = (path: string): ReturnType<BundleTree['place']> => {
    const found = files.find((f) => f.path === path)
    if (found === undefined) throw new ArchiveFault(`“${path}” is missing`)
    return { file: join(root, ...path.split('/')), start: 0, bytes: found.bytes }
  }
  const digest = async (path: string, signal?: AbortSignal): Promise<string> => {
    const { file, bytes } = place(path)
    return reading(path, () => digestOfFile(file, bytes, signal))
  }
  return { files, emptyFolders, top: null, read, digest, place, close: () => Promise.resolve() }
}

/** The first bytes as text. */
async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(40), 0, 40, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally { await file.close() }
}

/** What files in the age format begin with, in bytes and in armour. */
const ageHeads = ['age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE-----']

async function openArchive(path: string): Promise<BundleTree> {
  if (ageHeads.includes((await headOf(path)).split('\n', 1)[0]!.trimEnd())) throw new ArchiveFault('it is encrypted with age; decrypt it first: age --decrypt --identity KEY --output bundle.zip FILE')
  const archive = await openZip(path)
  const top = archive.entries[0]?.path.split('/')[0] ?? ''
  if (archive.entries.some((entry) => !entry.path.startsWith(`${top}/`))) {
    await archive.close()
    throw new ArchiveFault('it does not hold exactly one folder')
  }
  return {
    top,
    emptyFolders: [],
    files: archive.entries.map((e) => ({ path: e.path.slice(top.length + 1), bytes: e.bytes, mode: e.mode === 0o755 ? '0755' : '0644' })),
    read: (wanted) => archive.read(`${top}/${wanted}`),
    async digest(wanted) {
      const hash = createHash('sha256')
      for await (const chunk of archive.read(`${top}/${wanted}`)) hash.update(chunk)
      return hash.digest('hex')
    },
    place: (wanted) => ({ file: path, ...archive.place(`${top}/${wanted}`) }),
    close: () => archive.close(),
  }
}

/** Opens a bundle. Throws ArchiveFault when it is not the shape of one, `file.*` when the disk does not let it be read. */
export async function openBundle(path: string): Promise<BundleTree> {
  return (await reading(basename(path), () => stat(path))).isDirectory() ? openFolder(path) : reading(basename(path), () => openArchive(path))
}

/** A small file as text. Throws ArchiveFault when it is not there or not small. */
export async function readText(tree: BundleTree, path: string, limit = 64 * 1024 * 1024): Promise<Buffer> {
  const file = tree.files.find((f) => f.path === path)
  if (file === undefined) throw new ArchiveFault(`“${path}” is missing`)
  if (file.bytes > limit) throw new ArchiveFault(`“${path}” is larger than it can be`)
  // Of a folder's small files a stream would be four waits for what takes microseconds.
  if (tree.top === null && file.bytes <= smallBytes) return reading(path, () => Promise.resolve(readFileSync(tree.place(path).file)))
  const chunks: Buffer[] = []
  for await (const chunk of tree.read(path)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
