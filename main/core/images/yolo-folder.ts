// Folders of YOLO text files: which folder they are in, which file belongs to which picture, and the list of their classes.
// Refuses to take any text file for boxes: its lines must read as such.
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { AnnotationFaults } from './annotated-box.ts'
import type { ImageFormat } from './image-folder.ts'
import { type FolderContent, walkFolder } from './walk-folder.ts'
import { parseYolo, parseYoloNames, yoloListName } from './yolo.ts'

const labelFolderName = /^(labels?|annotations?|.*yolo.*|labels?[-_].*|.*[-_]labels?)$/i

const textName = (name: string): string => name.replace(/\.[^./]+$/, '.txt')

/** The text file of a picture: in the other folder under the same path, or with the last folder of that name exchanged, as in `train/images`; else beside it. */
export function labelsOf(name: string, images: string, labels: string): string {
  const text = textName(name)
  if (labels === '.') return text
  if (images === '') return `${labels}/${text}`
  if (text.startsWith(`${images}/`)) return `${labels}/${text.slice(images.length + 1)}`
  const at = text.lastIndexOf(`/${images}/`)
  return at < 0 ? `${labels}/${text}` : `${text.slice(0, at)}/${labels}/${text.slice(at + images.length + 2)}`
}

/** Whether the first few files read as boxes; empty files say nothing. */
async function readAsBoxes(paths: readonly string[]): Promise<boolean> {
  let [good, bad] = [0, 0]
  for (const path of paths.slice(0, 20)) {
    const text = await readFile(path, 'utf8').catch(() => '')
    const faults = new AnnotationFaults()
    good += parseYolo(text.slice(0, 100_000), '', faults).length
    bad += faults.all.reduce((sum, f) => sum + f.where.length, 0)
  }
  return good > 0 && good * 3 >= bad
}

async function namesIn(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => yoloListName.test(name))
    const rank = (name: string): number => [/^(data|dataset)\.ya?ml$/i, /^classes\.txt$/i, /names/i].findIndex((p) => p.test(name)) + 1 || 9
    for (const name of names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, 10)) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '')
      if (text.length < 1_000_000 && parseYoloNames(text, name) !== null) return join(folder, name)
    }
  }
  return null
}

async function formatOf(folder: string, imageFolder: string, annotations: string): Promise<ImageFormat> {
  const root = resolve(folder)
  const list = await namesIn([...new Set([root, resolve(root, annotations), ...(annotations.startsWith('../') ? [dirname(root)] : [])])])
  const labelFile = list === null ? null : relative(root, list).split(sep).join('/')
  return { kind: 'images', layout: 'yolo', imageFolder, annotations, labelFile, fileColumn: null, labelColumn: null }
}

/** Folders inside that hold texts for pictures of another folder inside: `images` and `labels`, also below `train` and `val`. */
function foldersInside(content: FolderContent, texts: ReadonlySet<string>): { images: string; labels: string; matched: number } | null {
  const folders = (names: Iterable<string>): Set<string> => new Set([...names].flatMap((name) => name.split('/').slice(0, -1)))
  let best: { images: string; labels: string; matched: number } | null = null
  for (const labels of folders(texts)) {
    if (!labelFolderName.test(labels)) continue
    for (const images of folders(content.pictures)) {
      if (images === labels) continue
      const matched = content.pictures.filter((name) => texts.has(labelsOf(name, images, labels))).length
      if (matched > (best?.matched ?? 0)) best = { images, labels, matched }
    }
  }
  return best
}

/** The layout `yolo` of a folder; null when too few of its pictures have a file of boxes. */
export async function findYolo(folder: string, content: FolderContent, signal: AbortSignal): Promise<ImageFormat | null> {
  const root = resolve(folder)
  const enough = (matched: number, pictures: number): boolean => matched > 0 && matched * 2 >= pictures
  const texts = new Set(content.skipped.filter((name) => /\.txt$/i.test(name)))
  const inside = foldersInside(content, texts)
  if (inside !== null && enough(inside.matched, content.pictures.length) && (await readAsBoxes(content.pictures.map((n) => join(root, labelsOf(n, inside.images, inside.labels)))))) return formatOf(folder, inside.images, inside.labels)
  const together = content.pictures.filter((name) => texts.has(textName(name)))
  if (enough(together.length, content.pictures.length) && (await readAsBoxes(together.map((n) => join(root, textName(n)))))) return formatOf(folder, '', '.')
  for (const entry of await readdir(dirname(root), { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || entry.name === basename(root) || !labelFolderName.test(entry.name)) continue
    const found = new Set((await walkFolder(join(dirname(root), entry.name), signal)).skipped)
    const matched = content.pictures.filter((name) => found.has(textName(name)))
    if (enough(matched.length, content.pictures.length) && (await readAsBoxes(matched.map((n) => join(dirname(root), entry.name, textName(n)))))) return formatOf(folder, '', `../${entry.name}`)
  }
  return null
}
