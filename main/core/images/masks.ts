// Folders of pictures with a folder of masks of the same names: which folder is which, and which mask belongs to which picture.
// Owns the pairing; refuses to take pictures for masks by their folder's name alone.
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ImageFormat, PictureEntry } from './image-folder.ts'
import { classListNames, parseClassList } from './mask-classes.ts'
import { decodeMask } from './mask-read.ts'
import { type FolderContent, walkFolder } from './walk-folder.ts'

const maskFolderName = /^(masks?|labels?|annotations?|gt|ground[-_ ]?truth|seg(mentation)?s?|segmentationclass(raw)?|.*[-_](masks?|labels?|annot|gt)|.*annot)$/i
const maskSuffix = /[-_](masks?|labels?|gt|seg|segmentation|labelids|labeltrainids)$/i
/** More colours than this make a picture, not a mask. */
const mostColors = 64

const top = (name: string): string => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')
const below = (name: string, root: string): string => (root === '' ? name : name.slice(root.length + 1))
const stem = (name: string): string => name.replace(/\.[^./]+$/, '').toLowerCase()
const maskStem = (name: string): string => stem(name).replace(maskSuffix, '')

/** Pictures by the stem that their mask would have. */
function pairs(pictures: readonly string[], imageRoot: string, masks: readonly string[], maskRoot: string): ReadonlyMap<string, string> {
  const byStem = new Map<string, string>()
  for (const name of masks) byStem.set(maskStem(below(name, maskRoot)), name)
  for (const name of masks) byStem.set(stem(below(name, maskRoot)), name)
  return new Map(pictures.flatMap((name) => { const mask = byStem.get(stem(below(name, imageRoot))); return mask === undefined ? [] : [[name, mask] as const] }))
}

/** Whether the first few files hold few values each, as masks do and photographs do not. */
async function lookLikeMasks(paths: readonly string[]): Promise<boolean> {
  let read = 0
  for (const path of paths.slice(0, 3)) {
    const mask = await readFile(path).then(decodeMask).catch(() => null)
    if (mask === null) continue
    read++
    if (new Set(mask.values).size > (mask.kind === 'color' ? mostColors : 256)) return false
  }
  return read > 0
}

async function classListIn(folders: readonly string[]): Promise<string | null> {
  for (const name of folders) {
    const files = new Set(await readdir(name).catch(() => []))
    for (const wanted of classListNames) {
      if (!files.has(wanted)) continue
      const text = await readFile(join(name, wanted), 'utf8').catch(() => '')
      if (text.length < 1_000_000 && parseClassList(text, wanted) !== null) return join(name, wanted)
    }
  }
  return null
}

const formatOf = (imageFolder: string, annotations: string, labelFile: string | null): ImageFormat => ({ kind: 'images', layout: 'masks', imageFolder, annotations, labelFile, fileColumn: null, labelColumn: null })

/** Masks inside the folder: two of its folders, one of them named and filled as masks are. */
async function masksInside(folder: string, content: FolderContent): Promise<ImageFormat | null> {
  const roots = new Map<string, string[]>()
  for (const name of content.pictures) roots.set(top(name), [...(roots.get(top(name)) ?? []), name])
  let best: { images: string; masks: string; matched: number } | null = null
  for (const [masks, maskFiles] of roots) {
    if (masks === '' || !maskFolderName.test(masks)) continue
    for (const [images, pictures] of roots) {
      if (images === masks || maskFolderName.test(images)) continue
      const matched = pairs(pictures, images, maskFiles, masks).size
      if (matched * 2 >= Math.min(pictures.length, maskFiles.length) && matched > (best?.matched ?? 0)) best = { images, masks, matched }
    }
  }
  if (best === null || !(await lookLikeMasks(roots.get(best.masks)!.map((n) => join(folder, n))))) return null
  const list = await classListIn([folder, join(folder, best.masks)])
  return formatOf(best.images, best.masks, list === null ? null : (dirname(list) === resolve(folder) ? basename(list) : `${best.masks}/${basename(list)}`))
}

/** Masks in a folder beside this one, as when only the folder of the pictures was chosen. */
async function masksBeside(folder: string, content: FolderContent, signal: AbortSignal): Promise<ImageFormat | null> {
  if (maskFolderName.test(basename(folder))) return null
  const parent = dirname(resolve(folder))
  const beside = await readdir(parent, { withFileTypes: true }).catch(() => [])
  for (const entry of beside) {
    if (!entry.isDirectory() || entry.name === basename(folder) || !maskFolderName.test(entry.name)) continue
    const masks = (await walkFolder(join(parent, entry.name), signal)).pictures
    const matched = pairs(content.pictures, '', masks, '').size
    if (matched * 2 < content.pictures.length || matched < 1 || !(await lookLikeMasks(masks.map((n) => join(parent, entry.name, n))))) continue
    const list = await classListIn([folder, parent, join(parent, entry.name)])
    const stored = list === null ? null : dirname(list) === resolve(folder) ? basename(list) : dirname(list) === parent ? `../${basename(list)}` : `../${entry.name}/${basename(list)}`
    return formatOf('', `../${entry.name}`, stored)
  }
  return null
}

/** The layout `masks` of a folder, without the meaning of its values; null when it has no masks. */
export async function findMasks(folder: string, content: FolderContent, signal: AbortSignal): Promise<ImageFormat | null> {
  return (await masksInside(folder, content)) ?? (await masksBeside(folder, content, signal))
}

export interface MaskedFolder {
  /** Pictures; the label is the mask's path relative to the data set's folder, null without a mask. */
  readonly entries: readonly PictureEntry[]
  /** Masks of no picture, and pictures in folders that are neither. */
  readonly unused: readonly string[]
}

/** The pictures of a folder with their masks, as the format says. */
export async function listMasked(folder: string, format: ImageFormat, content: FolderContent, signal: AbortSignal): Promise<MaskedFolder> {
  const images = format.imageFolder ?? ''
  const annotations = format.annotations ?? ''
  const outside = annotations.startsWith('../')
  const inMasks = (name: string): boolean => !outside && name.startsWith(`${annotations}/`)
  const pictures = content.pictures.filter((name) => (images === '' || name.startsWith(`${images}/`)) && !inMasks(name))
  const masks = outside ? (await walkFolder(resolve(folder, annotations), signal)).pictures.map((name) => `${annotations}/${name}`) : content.pictures.filter(inMasks)
  const found = pairs(pictures, images, masks, annotations)
  const used = new Set([...pictures, ...found.values()])
  return {
    entries: pictures.map((name) => ({ name, path: join(folder, name), label: found.get(name) ?? null })),
    unused: [...content.pictures, ...(outside ? masks : [])].filter((name) => !used.has(name)),
  }
}

/** Every file that belongs to the data set, relative to its folder: pictures, their masks, the list of classes. */
export async function maskedFiles(folder: string, format: ImageFormat, content: FolderContent, signal: AbortSignal): Promise<string[]> {
  const { entries } = await listMasked(folder, format, content, signal)
  return [...entries.map((e) => e.name), ...entries.flatMap((e) => (e.label === null ? [] : [e.label])), ...(format.labelFile === null ? [] : [format.labelFile])]
}
