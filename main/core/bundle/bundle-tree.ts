// The files of a bundle, whether it is an archive or an unpacked folder: names first, contents on demand.
import { createReadStream } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ArchiveFault, listFault, openZip } from './zip-read.ts'

export interface TreeFile { readonly path: string; readonly bytes: number; /** null where the file system keeps none */ readonly mode: string | null }

export interface BundleTree {
  readonly files: readonly TreeFile[]
  /** The folder that everything lies in; null for an unpacked bundle, whose folder may have any name. */
  readonly top: string | null
  read(path: string): AsyncIterable<Buffer>
  close(): Promise<void>
}

async function openFolder(root: string): Promise<BundleTree> {
  const files: TreeFile[] = []
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = prefix + entry.name
      if (entry.isDirectory()) await walk(join(folder, entry.name), `${path}/`)
      else if (!entry.isFile()) throw new ArchiveFault(`“${path}” is neither a file nor a folder`)
      else files.push({ path, bytes: (await lstat(join(folder, entry.name))).size, mode: null })
    }
  }
  await walk(root, '')
  const fault = listFault(files.map((f) => f.path))
  if (fault !== null) throw new ArchiveFault(fault)
  return { files, top: null, read: (path) => createReadStream(join(root, ...path.split('/'))) as AsyncIterable<Buffer>, close: () => Promise.resolve() }
}

async function openArchive(path: string): Promise<BundleTree> {
  const archive = await openZip(path)
  const top = archive.entries[0]?.path.split('/')[0] ?? ''
  if (archive.entries.some((entry) => !entry.path.startsWith(`${top}/`))) {
    await archive.close()
    throw new ArchiveFault('it does not hold exactly one folder')
  }
  return {
    top,
    files: archive.entries.map((e) => ({ path: e.path.slice(top.length + 1), bytes: e.bytes, mode: e.mode === 0o755 ? '0755' : '0644' })),
    read: (wanted) => archive.read(`${top}/${wanted}`),
    close: () => archive.close(),
  }
}

/** Opens a bundle. Throws ArchiveFault when it is not the shape of one. */
export async function openBundle(path: string): Promise<BundleTree> {
  return (await stat(path)).isDirectory() ? openFolder(path) : openArchive(path)
}

/** A small file as text. Throws ArchiveFault when it is not there or not small. */
export async function readText(tree: BundleTree, path: string, limit = 64 * 1024 * 1024): Promise<Buffer> {
  const file = tree.files.find((f) => f.path === path)
  if (file === undefined) throw new ArchiveFault(`“${path}” is missing`)
  if (file.bytes > limit) throw new ArchiveFault(`“${path}” is larger than it can be`)
  const chunks: Buffer[] = []
  for await (const chunk of tree.read(path)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
