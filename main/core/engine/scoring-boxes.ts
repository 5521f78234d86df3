// Scores an object detection: the boxes of every picture against its annotation, in pixels of the original picture. Stores both.
// Owns the reading of true boxes while scoring; no formula, and no axis of an output.
import { readFile } from 'node:fs/promises'
import { operatingScore } from '../../../shared/binding/check-boxes.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { createDetectionAccumulator } from '../../../shared/metrics/detection.ts'
import type { PictureBoxes, TrueBox } from '../../../shared/metrics/detection-match.ts'
import { markPicture, pointOverlap } from '../../../shared/metrics/detection-point.ts'
import { createPredictionWriter } from '../datasets/prediction-writer.ts'
import { boxColumns, storedBoxes } from '../datasets/read-boxes.ts'
import { boxPlaces } from '../images/box-classes.ts'
import { openBoxes } from '../images/boxes.ts'
import { listPictures, type PictureEntry } from '../images/image-folder.ts'
import { pictureSize } from '../images/picture-size.ts'
import { boxInPicture, boxOutputs, decodeBoxes } from './decode-boxes.ts'
import { imageOf } from './scoring-masks.ts'
import { behind, rowNotes } from './scoring-rows.ts'
import type { ScorerOptions, TaskScorer } from './scoring.ts'
import type { DenseTensor } from './session.ts'

/** What each picture's row says beside its boxes; the last one where no truth is bound. */
export const boxScoreNames: readonly string[] = ['boxes found', 'boxes wrong', 'boxes missed']
const unlabelledNames: readonly string[] = ['boxes']

interface Size { readonly width: number; readonly height: number }
interface Truth extends Size { readonly boxes: readonly TrueBox[] }

/** A reader of the true boxes of a picture, and of how many are of no class of the binding. */
async function truthReader(binding: Binding, { source }: ScorerOptions): Promise<{ readonly entries: readonly PictureEntry[]; readonly strays: () => number; read(entry: PictureEntry): Promise<Truth> }> {
  const { entries, content } = await listPictures(source.path, source.format, new AbortController().signal)
  const sizeOf = async (entry: PictureEntry): Promise<Size> => pictureSize(await readFile(entry.path))
  if (binding.target === null) return { entries, strays: () => 0, read: async (entry) => ({ ...await sizeOf(entry), boxes: [] }) }
  const classes = source.format.kind === 'images' ? source.format.boxes : undefined
  if (source.format.kind !== 'images' || classes === undefined) throw new SlipwayError('binding.invalid', { reason: 'the true answers are to come from boxes, but the data set has none' })
  const opened = await openBoxes(source.path, source.format, content)
  const places = boxPlaces(classes, binding.classes.map((c) => c.label))
  let strays = 0
  return {
    entries, strays: () => strays,
    async read(entry) {
      const size = await sizeOf(entry)
      const boxes = await opened.boxesOf(entry.name, size) ?? []
      const judged = boxes.flatMap(({ value, ...box }): TrueBox[] => { const place = places.get(value); return place === undefined ? [] : [{ ...box, classIndex: place }] })
      strays += boxes.length - judged.length
      return { ...size, boxes: judged }
    },
  }
}

function refuseOtherRows(outputs: Readonly<Record<string, DenseTensor>>, names: readonly string[], fed: number): void {
  const strange = names.find((name) => outputs[name] === undefined || outputs[name].dims[0] !== fed)
  if (strange !== undefined) throw new SlipwayError('run.shapeMismatch', { reason: `the output “${strange}” has the shape [${outputs[strange]?.dims.join(', ') ?? ''}] for ${fed} pictures` })
}

interface Scored { readonly record: number; readonly id: string | null; readonly texts: readonly (string | null)[]; readonly found: number; readonly wrong: number; readonly missed: number }

function scoreOf(picture: PictureBoxes, score: number): Pick<Scored, 'found' | 'wrong' | 'missed'> {
  const { predicted, truth } = markPicture(picture, score, pointOverlap)
  const counted = predicted.filter((box) => !box.ignored)
  const found = counted.filter((box) => box.match !== null).length
  return { found, wrong: counted.length - found, missed: truth.filter((box) => !box.found && box.crowd !== true).length }
}

/** A scorer of boxes. Throws `binding.invalid` when no output gives boxes, or the data set has no annotations. */
export async function openBoxScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  const { ledger } = options
  const fetches = boxOutputs(binding)
  if (fetches.length === 0) throw new SlipwayError('binding.invalid', { reason: 'no output gives boxes' })
  const image = imageOf(binding)
  const labels = binding.classes.map((c) => c.label)
  const score = operatingScore(binding)
  const withTruth = binding.target !== null
  const truth = await truthReader(binding, options)
  const writer = await createPredictionWriter(options.path, { scoreNames: withTruth ? boxScoreNames : unlabelledNames, task: binding.task, texts: boxColumns })
  const accumulator = withTruth ? createDetectionAccumulator({ classes: labels, score, seed: options.seed }) : null
  const storing = behind(writer)
  return {
    fetches,
    async add(outputs, book, rows, fed) {
      refuseOtherRows(outputs, fetches, fed)
      const truths = await Promise.all(Array.from({ length: rows }, async (_, r) => {
        const entry = truth.entries[book.records[r]! - 1]
        return entry === undefined ? 'the picture is gone' : truth.read(entry).catch((thrown: unknown) => `its annotation is unreadable: ${(thrown as Error).message}`)
      }))
      const scored: Scored[] = []
      truths.forEach((known, r) => {
        if (typeof known === 'string') { ledger.leave(known, book.records[r]!); return }
        const picture = { truth: known.boxes, predicted: decodeBoxes(outputs, binding, r, image).map((box) => boxInPicture(box, known, image)) }
        accumulator?.add([picture])
        scored.push({ record: book.records[r]!, id: book.ids[r] ?? null, texts: storedBoxes(known, picture, withTruth, labels), ...scoreOf(picture, score) })
      })
      ledger.scored(scored.length)
      if (scored.length > 0) await storing.append(rowsOf(scored, withTruth))
    },
    headline: () => accumulator?.headline() ?? null,
    async finish() {
      await storing.settle()
      await writer.finish()
      const strays = truth.strays()
      const cut = strays === 0 ? [] : [`${strays.toLocaleString('en')} true ${strays === 1 ? 'box is' : 'boxes are'} of classes that the binding does not name; ${strays === 1 ? 'it is' : 'they are'} not judged.`]
      return { ...(accumulator?.finish() ?? { metrics: [], curves: [] }), notes: [...cut, ...rowNotes(binding, ledger)] }
    },
    abandon: () => writer.abandon(),
  }
}

function rowsOf(scored: readonly Scored[], withTruth: boolean) {
  return {
    records: Uint32Array.from(scored, (s) => s.record), ids: scored.map((s) => s.id), truth: null, predicted: scored.map(() => null),
    // Right means no wrong box and none missed; the loss is the number of errors.
    correct: withTruth ? Uint8Array.from(scored, (s) => Number(s.wrong + s.missed === 0)) : null,
    confidence: null, loss: withTruth ? Float64Array.from(scored, (s) => s.wrong + s.missed) : null,
    scores: Float64Array.from(scored.flatMap((s) => (withTruth ? [s.found, s.wrong, s.missed] : [s.found + s.wrong]))),
    texts: boxColumns.map((_, i) => scored.map((s) => s.texts[i] ?? null)),
  }
}
