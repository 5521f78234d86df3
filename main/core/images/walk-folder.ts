// Which pictures a folder holds, in which order.
// Follows no links and leaves out what is no picture.
import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { cancelled } from '../datasets/duckdb.ts'

export interface FolderContent {
  /** Pictures by relative path, sorted by code point. */
  readonly pictures: readonly string[]
  /** Files that are no pictures, links and folders too deep, by relative path. */
  readonly skipped: readonly string[]
  readonly links: readonly string[]
}

const extensions = new Set(['.png', '.jpg', '.jpeg', '.jpe', '.jfif', '.bmp', '.gif', '.webp', '.avif', '.tif', '.tiff'])
const deepest = 32

/** Order by Unicode code point, the same on every system. */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Walks a folder. Hidden files and everything that is not a picture by its name are listed as skipped. */
export async function walkFolder(folder: string, signal: AbortSignal): Promise<FolderContent> {
  const pictures: string[] = []
  const skipped: string[] = []
  const links: string[] = []
  const visit = async (at: string, depth: number): Promise<void> => {
    if (signal.aborted) throw cancelled()
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const name = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isSymbolicLink()) links.push(name)
      else if (entry.isDirectory()) { if (entry.name.startsWith('.') || entry.name === '__MACOSX' || depth >= deepest) skipped.push(name); else await visit(name, depth + 1) }
      else if (entry.isFile() && !entry.name.startsWith('.') && extensions.has(extname(entry.name).toLowerCase())) pictures.push(name)
      else skipped.push(name)
    }
  }
  try { await visit('', 0) } catch (thrown) {
    if (thrown instanceof SlipwayError) throw thrown
    throw new SlipwayError('dataset.notReadable', { file: basename(folder), reason: `the folder cannot be listed (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})` })
  }
  return { pictures: pictures.sort(byCodePoint), skipped: skipped.sort(byCodePoint), links: links.sort(byCodePoint) }
}
