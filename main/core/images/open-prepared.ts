// Opens an image folder as a stream of pictures that are model input values already: read, decoded and prepared by threads of our own.
// Owns when that is possible; the values are those of preparePicture, to the last bit.
import { availableParallelism } from 'node:os'
import { cancelled } from '../datasets/duckdb.ts'
import type { ImageChunk, ImageReader } from '../datasets/rows.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { orderThreads } from '../ordered-threads.ts'
import { listPictures, type PictureEntry } from './image-folder.ts'
import type { PictureAnswer, PictureSetup, PictureTask, PixelType, PreparedInput } from './picture-thread.ts'
import type { PixelTarget } from './prepare.ts'
import type { PictureSpoil } from './spoil.ts'

export type { PreparedInput }

const pixelTypes: readonly string[] = ['float32', 'float64', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'uint32'] satisfies PixelType[]

/** Whether pictures can be prepared as this element type; half floats and 64-bit integers are made from numbers by the engine. */
export const isPixelType = (dtype: string): dtype is PixelType => pixelTypes.includes(dtype)

/** Fewer pictures than this are decoded sooner than threads are started. */
const fewPictures = 64
/** Values of one task over all inputs, and its most pictures. */
const taskValues = 1_250_000
const taskPictures = 64

/** A picture with its 1-based record. */
interface Numbered { readonly record: number; readonly entry: PictureEntry }

type Wanted = Omit<PictureTask, 'index'>

const handedOver = ({ spare }: Wanted): ArrayBuffer[] => (spare ?? []).map((values) => values.buffer as ArrayBuffer)

/** `spares`: memory that was given back, to be filled again. */
function* tasks(entries: readonly Numbered[], each: number, spares: (readonly PixelTarget[])[]): Generator<Wanted> {
  for (let at = 0; at < entries.length; at += each) {
    const part = entries.slice(at, at + each)
    const spare = spares.pop()
    yield { paths: part.map((e) => e.entry.path), records: part.map((e) => e.record), ...(spare === undefined ? {} : { spare }) }
  }
}

function chunkOf(entries: readonly Numbered[], at: number, answer: PictureAnswer, inputs: readonly PreparedInput[], spares: (readonly PixelTarget[])[]): ImageChunk {
  const asked = entries.slice(at, at + answer.reasons.length)
  const good = asked.filter((_, i) => answer.reasons[i] === null)
  return {
    rows: good.length, records: Uint32Array.from(good, (g) => g.record), names: good.map((g) => g.entry.name), labels: good.map((g) => g.entry.label), pictures: [],
    prepared: new Map(inputs.map((input, k) => [input.input, answer.values[k]!])),
    rejected: asked.flatMap(({ record }, i) => (answer.reasons[i] === null ? [] : [{ record, reason: answer.reasons[i]! }])),
    release: () => { spares.push(answer.values) },
  }
}

/**
 * All pictures in their order, the first `limit`, or the `chosen` ones among them. Null when there are few or when threads are not to be had: then `openImages` does it.
 * `width`: values of one picture over all inputs.
 */
export async function openPrepared(source: DatasetSource, inputs: readonly PreparedInput[], width: number, wish: { readonly limit: number | null; readonly chosen?: ((record: number) => boolean) | null; /** done to every picture before it is prepared */ readonly spoil?: PictureSpoil | null }, signal: AbortSignal): Promise<ImageReader | null> {
  if (inputs.length === 0) return null
  const { entries: all } = await listPictures(source.path, source.format, signal)
  const { limit, chosen = null } = wish
  const numbered = all.slice(0, limit ?? all.length).map((entry, i): Numbered => ({ record: i + 1, entry }))
  const entries = chosen === null ? numbered : numbered.filter((e) => chosen(e.record))
  if (entries.length < fewPictures) return null
  const setup: PictureSetup = { inputs, spoil: wish.spoil ?? null }
  const ordered = orderThreads<Wanted, PictureAnswer>('picture-thread', Math.max(1, Math.min(8, availableParallelism())), setup, handedOver)
  if (ordered === null) return null
  const each = Math.max(1, Math.min(taskPictures, Math.floor(taskValues / Math.max(1, width))))
  return {
    async* chunks(stop) {
      const end = (): void => ordered.close()
      stop.addEventListener('abort', end)
      try {
        let at = 0
        const spares: (readonly PixelTarget[])[] = []
        for await (const answer of ordered.answers(tasks(entries, each, spares))) {
          if (stop.aborted) throw cancelled()
          yield chunkOf(entries, at, answer, inputs, spares)
          at += answer.reasons.length
        }
        if (stop.aborted) throw cancelled()
      } finally {
        stop.removeEventListener('abort', end)
        ordered.close()
      }
    },
    close: () => ordered.close(),
  }
}
