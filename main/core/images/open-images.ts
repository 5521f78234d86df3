// Opens an image folder as a stream of decoded pictures in a fixed order, a few decoded at a time.
// Refuses to stop for a bad picture: it is reported and the rest goes on.
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { cancelled } from '../datasets/duckdb.ts'
import type { ImageChunk, ImageReader, ImageWish } from '../datasets/rows.ts'
import { decodeFile } from './decode-file.ts'
import { listPictures, type PictureEntry } from './image-folder.ts'
import type { Picture } from './picture.ts'

/** Pictures decoded at once, and the most pixels that one chunk may hold (100 MB). */
const together = 4
const chunkPixels = 25_000_000

type Decoded = { readonly record: number; readonly entry: PictureEntry; readonly picture: Picture } | { readonly record: number; readonly reason: string }

/** Reads and decodes one picture; a failure becomes its reason. */
export async function decodeEntry(entry: PictureEntry, record: number): Promise<Decoded> {
  const found = await decodeFile(entry.path)
  return typeof found === 'string' ? { record, reason: found } : { record, entry, picture: found }
}

function chunkOf(items: readonly Decoded[]): ImageChunk {
  const good = items.filter((d) => 'picture' in d)
  return {
    rows: good.length, records: Uint32Array.from(good, (d) => d.record), names: good.map((d) => d.entry.name), labels: good.map((d) => d.entry.label),
    pictures: good.map((d) => d.picture), rejected: items.flatMap((d) => ('reason' in d ? [{ record: d.record, reason: d.reason }] : [])),
  }
}

/** Opens a folder of pictures for one pass, sorted by relative path (by code point). Unreadable pictures arrive in `rejected`. */
export async function openImages(source: DatasetSource, wish: ImageWish = {}): Promise<ImageReader> {
  const offset = wish.offset ?? 0
  const size = wish.chunkRows ?? 64
  let open = true
  return {
    async *chunks(signal) {
      const { entries } = await listPictures(source.path, source.format, signal)
      const end = Math.min(entries.length, wish.limit === undefined ? entries.length : offset + wish.limit)
      const picked: number[] = []
      for (let record = offset + 1; record <= end; record++) if (wish.chosen == null || wish.chosen(record)) picked.push(record)
      let items: Decoded[] = []
      let pixels = 0
      for (let at = 0; at < picked.length && open; at += together) {
        if (signal.aborted) throw cancelled()
        const batch = await Promise.all(picked.slice(at, at + together).map((record) => decodeEntry(entries[record - 1]!, record)))
        for (const item of batch) {
          items.push(item)
          if ('picture' in item) pixels += item.picture.width * item.picture.height
          if (items.length < size && pixels < chunkPixels) continue
          yield chunkOf(items)
          items = []
          pixels = 0
        }
      }
      if (signal.aborted) throw cancelled()
      if (items.length > 0) yield chunkOf(items)
    },
    close() { open = false },
  }
}
