// What the pictures of a run can be cut by: their size, light and true answers, one value a scored picture. Runs no model.
import { resolve } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { pictureFacts, type PictureFacts } from '../images/picture-facts.ts'
import { hasBoxes, openBoxes } from '../images/boxes.ts'
import { type ImageFormat, listPictures, type PictureEntry } from '../images/image-folder.ts'
import { decodeMask, keysOf } from '../images/mask-read.ts'
import type { FolderContent } from '../images/walk-folder.ts'
import type { Reading } from './scored-columns.ts'

type Tell = (step: string, done: number, total: number) => void

const numbers = (name: string, values: readonly number[]): Reading => ({ name, numbers: Float64Array.from(values), texts: null })

/** What the light of a picture is; two digits are enough to cut by. */
function lightColumns(facts: readonly (PictureFacts | null)[]): Reading[] {
  const column = (name: string, take: (f: PictureFacts) => number): Reading => numbers(name, facts.map((f) => (f === null ? NaN : Math.round(take(f) * 100) / 100)))
  return [column('width', (f) => f.width), column('height', (f) => f.height), column('brightness', (f) => f.brightness), column('contrast', (f) => f.contrast)]
}

/** How many true boxes a picture has, of how many classes, and how large the smallest is beside the picture. */
async function boxReadings(folder: string, format: ImageFormat, content: FolderContent, entries: readonly (PictureEntry | undefined)[], facts: readonly (PictureFacts | null)[]): Promise<Reading[]> {
  const opened = await openBoxes(folder, format, content)
  const rows = await Promise.all(entries.map(async (entry, i) => {
    const size = facts[i] ?? null
    const boxes = entry === undefined || size === null ? null : await opened.boxesOf(entry.name, size).catch(() => null)
    if (boxes === null || size === null) return [NaN, NaN, NaN]
    const shares = boxes.map((b) => 100 * (b.x2 - b.x1) * (b.y2 - b.y1) / (size.width * size.height))
    return [boxes.length, new Set(boxes.map((b) => b.value)).size, shares.length === 0 ? NaN : Math.round(Math.min(...shares) * 100) / 100]
  }))
  return ['true boxes', 'classes in it', 'smallest box (% of the picture)'].map((name, c) => numbers(name, rows.map((row) => row[c]!)))
}

/** How many classes a mask shows, and how much of it is the most frequent one. */
async function maskReadings(folder: string, masks: NonNullable<ImageFormat['masks']>, entries: readonly (PictureEntry | undefined)[]): Promise<Reading[]> {
  const rows: number[][] = []
  for (const entry of entries) {
    const mask = entry?.label == null ? null : await readFile(resolve(folder, entry.label)).then(decodeMask).catch(() => null)
    const counts = new Map<number, number>()
    for (const key of mask === null ? [] : keysOf(mask, masks.by)) counts.set(key, (counts.get(key) ?? 0) + 1)
    rows.push(mask === null ? [NaN, NaN] : [counts.size, Math.round(1000 * Math.max(...counts.values()) / (mask.width * mask.height)) / 10])
  }
  return ['classes in the mask', 'largest class (% of the mask)'].map((name, c) => numbers(name, rows.map((row) => row[c]!)))
}

/** One value per record of `records`, of pictures that are still there. Errors: those of reading the folder, `job.cancelled`. */
export async function pictureColumns(source: DatasetSource, records: Uint32Array, signal: AbortSignal, tell: Tell): Promise<Reading[]> {
  const { entries, content } = await listPictures(source.path, source.format, signal)
  const chosen = Array.from(records, (record) => entries[record - 1])
  const facts = await pictureFacts(chosen.map((e) => e?.path ?? ''), signal, (done) => { tell('looking at the pictures', done, chosen.length) })
  const light = lightColumns(facts)
  const { format } = source
  if (format.kind !== 'images') return light
  if (format.layout === 'masks') return format.masks === undefined ? light : [...light, ...await maskReadings(source.path, format.masks, chosen)]
  if (hasBoxes(format)) return [...light, ...await boxReadings(source.path, format, content, chosen, facts)]
  return [{ name: 'class', numbers: null, texts: chosen.map((e) => e?.label ?? null) }, ...light]
}
