// The pictures of a data set with their classes or masks, and its fingerprint.
// Owns no walking of folders and no reading of pictures.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { DatasetFormat } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import { cancelled } from '../datasets/duckdb.ts'
import { boxedFiles, hasBoxes, openBoxes } from './boxes.ts'
import { matchLabels, readLabelFile } from './label-file.ts'
import { listMasked, maskedFiles } from './masks.ts'
import { byCodePoint, type FolderContent, walkFolder } from './walk-folder.ts'

export type ImageFormat = Extract<DatasetFormat, { kind: 'images' }>

/** One picture: its path relative to the folder, with forward slashes, and its class (null: unknown); with masks, the mask's relative path; with boxes, what is annotated. */
export interface PictureEntry { readonly name: string; readonly path: string; readonly label: string | null }

/** The class by folder: the first folder on the way to the picture. */
const classOf = (name: string): string | null => (name.includes('/') ? name.slice(0, name.indexOf('/')) : null)

/** Absolute path of the label file of a format, or null. */
export const labelPath = (folder: string, format: ImageFormat): string | null => (format.labelFile === null ? null : resolve(folder, format.labelFile))

/** How a label file is stored in a format: relative to the folder, with forward slashes. */
export const storedLabelPath = (folder: string, file: string): string => relative(folder, file).split(sep).join('/')

/** The pictures of a folder with their classes, as the format says. */
export async function listPictures(folder: string, format: DatasetFormat, signal: AbortSignal): Promise<{ entries: readonly PictureEntry[]; content: FolderContent }> {
  if (format.kind !== 'images') throw new SlipwayError('dataset.notReadable', { file: basename(folder), reason: 'it is a table, not a folder of images' })
  const content = await walkFolder(folder, signal)
  if (format.layout === 'masks') return { entries: (await listMasked(folder, format, content, signal)).entries, content }
  if (hasBoxes(format)) return { entries: (await openBoxes(folder, format, content)).entries, content }
  const file = labelPath(folder, format)
  const named = (label: (name: string) => string | null): PictureEntry[] => content.pictures.map((name) => ({ name, path: join(folder, name), label: label(name) }))
  if (format.layout === 'class-folders' || file === null) return { entries: named(classOf), content }
  const table = await readLabelFile(file, { fileColumn: format.fileColumn, labelColumn: format.labelColumn }, signal)
  const labels = matchLabels(table, format.fileColumn ?? '', format.labelColumn ?? '', content.pictures, labelBase(folder, file))
  return { entries: named((name) => labels.get(name) ?? null), content }
}

/** The way from the label file's folder to the pictures' folder, as a prefix. */
export function labelBase(folder: string, file: string): string {
  const way = relative(dirname(file), folder).split(sep).join('/')
  return way === '' || way.startsWith('..') ? '' : `${way}/`
}

/** One `sha256  path` line per file; the fingerprint of a folder is the SHA-256 over these lines, sorted. */
export function folderFingerprint(files: readonly { readonly name: string; readonly sha256: string }[]): Sha256 {
  const hash = createHash('sha256')
  for (const { name, sha256 } of [...files].sort((a, b) => byCodePoint(a.name, b.name))) hash.update(`${sha256}  ${name}\n`)
  return hash.digest('hex') as Sha256
}

/** Reads files a few at a time and in order. A file that cannot be read comes as null. */
export async function eachFile(paths: readonly string[], signal: AbortSignal, use: (bytes: Buffer | null, index: number) => Promise<void> | void): Promise<void> {
  const together = 8
  for (let at = 0; at < paths.length; at += together) {
    if (signal.aborted) throw cancelled()
    const batch = await Promise.all(paths.slice(at, at + together).map((path) => readFile(path).catch(() => null)))
    await Promise.all(batch.map((bytes, i) => use(bytes, at + i)))
  }
}

/** Fingerprint and size of a folder of pictures, label file included. An unreadable file counts with an empty hash. */
export async function hashFolder(folder: string, format: ImageFormat, signal: AbortSignal, tell: (bytes: number) => void): Promise<{ sha256: Sha256; bytes: number }> {
  const content = await walkFolder(folder, signal)
  const { pictures } = content
  const names = format.layout === 'masks' ? await maskedFiles(folder, format, content, signal) : hasBoxes(format) ? await boxedFiles(folder, format, content) : format.layout === 'label-file' && format.labelFile !== null ? [...pictures, format.labelFile] : pictures
  const files: { name: string; sha256: string }[] = []
  let bytes = 0
  await eachFile(names.map((name) => resolve(folder, name)), signal, (file, i) => {
    files[i] = { name: names[i]!, sha256: file === null ? '' : createHash('sha256').update(file).digest('hex') }
    bytes += file?.length ?? 0
    tell(bytes)
  })
  return { sha256: folderFingerprint(files), bytes }
}
