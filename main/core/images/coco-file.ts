// The COCO file of a folder of pictures: where it may lie, which of several it is, and its content, read once.
// Refuses a broken file that is plainly meant for this folder, with its reason.
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { looksLikeCoco, matchPictures, parseCoco, type CocoFile } from './coco.ts'
import type { ImageFormat } from './image-folder.ts'

/** A longer file does not fit into one text of the runtime. */
const largestFile = 450_000_000
const mostCandidates = 20
const telling = /coco|annot|instances/i

const refuse = (path: string, reason: string): SlipwayError => new SlipwayError('dataset.notReadable', { file: basename(path), reason })

let kept: { readonly key: string; readonly file: CocoFile } | null = null

/** Reads a COCO file; the last one read is kept while it does not change. Errors: `dataset.notReadable` with the reason. */
export async function readCoco(path: string): Promise<CocoFile> {
  const facts = await stat(path).catch((thrown: NodeJS.ErrnoException) => { throw refuse(path, thrown.code === 'ENOENT' ? 'the file of annotations does not exist any more' : `the file of annotations cannot be read (${thrown.code ?? 'unknown'})`) })
  const key = `${path}\n${facts.size}\n${facts.mtimeMs}`
  if (kept?.key === key) return kept.file
  if (facts.size > largestFile) throw refuse(path, 'the file of annotations is larger than 450 MB')
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => { throw refuse(path, `the file of annotations cannot be read (${thrown.code ?? 'unknown'})`) })
  try { kept = { key, file: parseCoco(text) } } catch (thrown) { throw refuse(path, (thrown as Error).message) }
  return kept.file
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch { return '' } finally { await file.close() }
}

/** JSON files of a folder that begin as COCO files do, the most telling names first. */
async function candidatesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((e) => e.isFile() && /\.json$/i.test(e.name)).map((e) => e.name)
  const sorted = names.sort((a, b) => Number(telling.test(b)) - Number(telling.test(a)) || (a < b ? -1 : 1)).slice(0, mostCandidates)
  const heads = await Promise.all(sorted.map((name) => headOf(join(folder, name))))
  return sorted.filter((_, i) => looksLikeCoco(heads[i]!)).map((name) => join(folder, name))
}

export const cocoFormat = (annotations: string): ImageFormat => ({ kind: 'images', layout: 'coco', imageFolder: '', annotations, labelFile: null, fileColumn: null, labelColumn: null })

const stored = (folder: string, file: string): string => relative(resolve(folder), file).split(sep).join('/')

/** From where the names of a COCO file may count, seen from the pictures' folder: `images/` when the file lies above it. */
export function baseOf(folder: string, annotations: string): string {
  const way = relative(dirname(resolve(folder, annotations)), resolve(folder)).split(sep).join('/')
  return way === '' || way.startsWith('..') ? '' : `${way}/`
}

/** The COCO file that lists most of the pictures: in the folder, its `annotations`, beside it, or in `annotations` beside it. */
export async function findCoco(folder: string, pictures: readonly string[]): Promise<ImageFormat | null> {
  const parent = dirname(resolve(folder))
  let best: { readonly path: string; readonly matched: number } | null = null
  for (const place of [resolve(folder), join(resolve(folder), 'annotations'), parent, join(parent, 'annotations')]) {
    for (const path of await candidatesIn(place)) {
      const inside = place.startsWith(resolve(folder))
      const file = await readCoco(path).catch((thrown: unknown) => {
        // Inside the folder, or called so, a broken file must not be passed over: its pictures would count as having no boxes at all.
        if (telling.test(basename(path)) && (inside || /coco/i.test(basename(path)))) throw thrown
        return null
      })
      const matched = file === null ? 0 : matchPictures(file, pictures, baseOf(folder, stored(folder, path))).size
      if (matched > (best?.matched ?? 0)) best = { path, matched }
    }
    if (best !== null && best.matched * 2 >= pictures.length) break
  }
  return best === null || best.matched * 4 < pictures.length ? null : cocoFormat(stored(folder, best.path))
}

/** The format of a COCO file that the user named. Errors: `dataset.notReadable`. */
export async function namedCoco(folder: string, path: string, pictures: readonly string[]): Promise<ImageFormat> {
  const file = await readCoco(path)
  if (matchPictures(file, pictures, baseOf(folder, stored(folder, path))).size === 0) throw refuse(path, `none of its ${file.pictures.length.toLocaleString('en')} pictures is in “${basename(folder)}”`)
  return cocoFormat(stored(folder, path))
}
