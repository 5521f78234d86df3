// Scores a semantic segmentation: a class for every pixel, compared with the picture's mask at the mask's size. Stores scores and class map.
// Owns the reading of masks while scoring; no formula and no axis of an output.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Binding, ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { createSegmentationAccumulator } from '../../../shared/metrics/segmentation.ts'
import { createPredictionWriter } from '../datasets/prediction-writer.ts'
import { readContainer } from '../images/container.ts'
import { listPictures, type PictureEntry } from '../images/image-folder.ts'
import { placeMap, type Grid } from '../images/mask-place.ts'
import { createMaskIndex, decodeMask } from '../images/mask-read.ts'
import { encodeClassMap, mostWrittenClasses } from '../images/mask-write.ts'
import { createMapReader, maskOutput, type ClassMap } from './mask-answers.ts'
import { behind, rowNotes } from './scoring-rows.ts'
import type { ScorerOptions, TaskScorer } from './scoring.ts'

export const maskScoreNames: readonly string[] = ['pixel accuracy', 'mean IoU']
/** The column of the predictions that holds each picture's class map as base64 PNG: the value is the class index, 255 is none. */
export const classMapColumn = 'class_map'

interface Truth extends Grid { readonly indices: Int32Array | null }

/** The true class of every pixel, or only the picture's size when no truth is bound. Throws an Error in a few words. */
function truthReader(binding: Binding, options: ScorerOptions): (entry: PictureEntry) => Promise<Truth> {
  const { format, path } = options.source
  const masks = format.kind === 'images' ? format.masks : undefined
  if (binding.target === null) return async (entry) => ({ ...sizeOf(await readFile(entry.path)), indices: null })
  if (masks === undefined) throw new SlipwayError('binding.invalid', { reason: 'the true answers are to come from masks, but the data set has none' })
  const index = createMaskIndex(masks, binding.classes.map((c) => c.label))
  return async (entry) => {
    const mask = await decodeMask(await readFile(resolve(path, entry.label ?? '')))
    return { width: mask.width, height: mask.height, indices: index(mask) }
  }
}

const sizeOf = (bytes: Uint8Array): Grid => { const { width, height } = readContainer(bytes); return { width, height } }

/** How the pictures of a binding are prepared. Throws `binding.invalid` where none is bound. */
export const imageOf = (binding: Binding): ImagePreprocessing => {
  const input = binding.inputs.find((i) => i.kind === 'image')
  if (input?.kind !== 'image') throw new SlipwayError('binding.invalid', { reason: 'no input is bound to the pictures' })
  return input.image
}

interface Scored { readonly record: number; readonly id: string | null; readonly map: string | null; readonly accuracy: number; readonly meanIou: number }

/** A scorer of masks. Throws `binding.invalid` when no output gives a class for every pixel, or the data set has no masks. */
export async function openMaskScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  const { ledger } = options
  const reader = createMapReader(binding)
  const image = imageOf(binding)
  const readTruth = truthReader(binding, options)
  const labels = binding.classes.map((c) => c.label)
  const withTruth = binding.target !== null
  const store = labels.length <= mostWrittenClasses
  const { entries } = await listPictures(options.source.path, options.source.format, new AbortController().signal)
  const writer = await createPredictionWriter(options.path, { scoreNames: withTruth ? maskScoreNames : [], task: binding.task, texts: [classMapColumn] })
  const accumulator = withTruth ? createSegmentationAccumulator({ classes: labels, seed: options.seed }) : null
  const storing = behind(writer)
  let unseen = 0
  const score = (map: ClassMap, truth: Truth): Pick<Scored, 'map' | 'accuracy' | 'meanIou'> => {
    const placed = placeMap(map.indices, map, truth, image)
    unseen += placed.unseen
    const marks = truth.indices === null ? null : accumulator?.add({ truth: truth.indices, predicted: placed.indices })
    return { map: store ? encodeClassMap(truth.width, truth.height, placed.indices).toString('base64') : null, accuracy: marks?.pixelAccuracy ?? NaN, meanIou: marks?.meanIou ?? NaN }
  }
  return {
    fetches: [maskOutput(binding).output],
    async add(outputs, book, rows, fed) {
      const truths = await Promise.all(Array.from({ length: rows }, async (_, r) => {
        const entry = entries[book.records[r]! - 1]
        if (entry === undefined) return 'the picture is gone'
        return readTruth(entry).catch((thrown: unknown) => `the ${withTruth ? 'mask' : 'picture'} is unreadable: ${(thrown as Error).message}`)
      }))
      const scored: Scored[] = []
      truths.forEach((truth, r) => {
        if (typeof truth === 'string') { ledger.leave(truth, book.records[r]!); return }
        scored.push({ record: book.records[r]!, id: options.ids ? (book.ids[r] ?? null) : null, ...score(reader.read(outputs, r, fed), truth) })
      })
      ledger.scored(scored.length)
      if (scored.length > 0) await storing.append(rowsOf(scored, withTruth))
    },
    headline: () => accumulator?.headline() ?? null,
    async finish() {
      await storing.settle()
      await writer.finish()
      const cut = unseen === 0 ? [] : [`${unseen.toLocaleString('en')} pixels of the pictures were cut off before they reached the model; they count as wrong.`]
      const notStored = store ? [] : [`With ${labels.length} classes the predicted masks are not stored; their scores are.`]
      return { ...(accumulator?.finish() ?? { metrics: [], curves: [] }), notes: [...cut, ...rowNotes(binding, ledger), ...notStored] }
    },
    abandon: () => writer.abandon(),
  }
}

function rowsOf(scored: readonly Scored[], withTruth: boolean) {
  return {
    records: Uint32Array.from(scored, (s) => s.record), ids: scored.map((s) => s.id), truth: null, predicted: scored.map(() => null),
    // Right means every judged pixel.
    correct: withTruth ? Uint8Array.from(scored, (s) => (Number.isNaN(s.accuracy) ? 2 : s.accuracy === 1 ? 1 : 0)) : null,
    confidence: null, loss: withTruth ? Float64Array.from(scored, (s) => 1 - s.meanIou) : null,
    scores: withTruth ? Float64Array.from(scored.flatMap((s) => [s.accuracy, s.meanIou])) : new Float64Array(0),
    texts: [scored.map((s) => s.map)],
  }
}
