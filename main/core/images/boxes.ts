// The true boxes of a folder's pictures, whatever file they stand in: which picture has which, and every file that belongs to them.
// Owns the seam between COCO and YOLO; gives boxes in pixels of the picture.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AnnotationFaults, type AnnotatedBox } from './annotated-box.ts'
import { matchPictures } from './coco.ts'
import { baseOf, findCoco, readCoco } from './coco-file.ts'
import type { ImageFormat, PictureEntry } from './image-folder.ts'
import type { FolderContent } from './walk-folder.ts'
import { parseYolo, sharesToPixels } from './yolo.ts'
import { findYolo, labelsOf } from './yolo-folder.ts'

interface Size { readonly width: number; readonly height: number }

export interface BoxedFolder {
  /** Pictures in order; the label says in a few words what is known, null where nothing is. */
  readonly entries: readonly PictureEntry[]
  /** Files with boxes, relative to the data set's folder. */
  readonly files: readonly string[]
  /** The true boxes of a picture of this size; null without annotation. What is wrong with a file of its own goes to `faults`. Throws an Error in a few words. */
  boxesOf(name: string, size: Size, faults?: AnnotationFaults): Promise<readonly AnnotatedBox[] | null>
}

const counted = (n: number): string => (n === 1 ? '1 box' : `${n.toLocaleString('en')} boxes`)
const below = (name: string, folder: string): boolean => folder === '' || name.startsWith(`${folder}/`) || name.includes(`/${folder}/`)

async function openCoco(folder: string, format: ImageFormat, pictures: readonly string[]): Promise<BoxedFolder> {
  const annotations = format.annotations ?? ''
  const found = matchPictures(await readCoco(resolve(folder, annotations)), pictures, baseOf(folder, annotations))
  const label = (name: string): string | null => { const picture = found.get(name); return picture === undefined ? null : counted(picture.boxes.length) }
  return {
    entries: pictures.map((name) => ({ name, path: join(folder, name), label: label(name) })), files: [annotations],
    boxesOf: async (name) => found.get(name)?.boxes ?? null,
  }
}

/** In this form a picture without objects may have no file, so that every picture counts as annotated. */
function openYolo(folder: string, format: ImageFormat, pictures: readonly string[]): BoxedFolder {
  const file = (name: string): string => labelsOf(name, format.imageFolder ?? '', format.annotations ?? '.')
  return {
    entries: pictures.map((name) => ({ name, path: join(folder, name), label: file(name) })), files: pictures.map(file),
    async boxesOf(name, size, faults = new AnnotationFaults()) {
      const text = await readFile(resolve(folder, file(name)), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return ''
        throw new Error(`it cannot be read (${thrown.code ?? 'unknown'})`)
      })
      return parseYolo(text, file(name), faults).map((box) => sharesToPixels(box, size))
    },
  }
}

/** The pictures of a folder with their boxes, as the format says. Errors: `dataset.notReadable` for a COCO file that cannot be read. */
export async function openBoxes(folder: string, format: ImageFormat, content: FolderContent): Promise<BoxedFolder> {
  const pictures = content.pictures.filter((name) => below(name, format.imageFolder ?? ''))
  return format.layout === 'coco' ? openCoco(folder, format, pictures) : openYolo(folder, format, pictures)
}

/** Whether a format's true answers are boxes. */
export const hasBoxes = (format: ImageFormat): boolean => format.layout === 'coco' || format.layout === 'yolo'

/** The layout `coco` or `yolo` of a folder, without its classes; null when it has no boxes. */
export async function findBoxes(folder: string, content: FolderContent, signal: AbortSignal): Promise<ImageFormat | null> {
  return (await findCoco(folder, content.pictures)) ?? (await findYolo(folder, content, signal))
}

/** Every file that belongs to the data set, relative to its folder: pictures, their annotations, the list of classes. */
export async function boxedFiles(folder: string, format: ImageFormat, content: FolderContent): Promise<string[]> {
  const { entries, files } = await openBoxes(folder, format, content)
  return [...entries.map((e) => e.name), ...files, ...(format.labelFile === null ? [] : [format.labelFile])]
}
