// In which order and unit the four numbers of a box stand, and which class a label number is: every reading is tried on the probe's pictures,
// and the one that finds most of their true boxes is taken. Owns that contest; its outcome is told with its numbers.
import type { Binding, ClassBinding, DetectionSettings, Guess, ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { overlap, type Box } from '../../../shared/metrics/detection-match.ts'
import { boxInPicture, decodeBoxes } from './decode-boxes.ts'
import type { Probe } from './propose-outputs.ts'
import type { DenseTensor } from './session.ts'

/** A picture of the probe with its true boxes; `value`: the number of the class as the annotation writes it. */
export interface ProbedPicture { readonly width: number; readonly height: number; readonly boxes: readonly (Box & { readonly value: number })[] }

/** A true box that was found, and what the model called the box that found it. */
export interface FoundBox { readonly value: number; readonly output: string }

export interface Reading { readonly settings: DetectionSettings; readonly guess: Guess; readonly found: readonly FoundBox[] }

type Outputs = Readonly<Record<string, DenseTensor>>

/** What the probe answered, as one batch. */
export function probedOutputs(probe: Probe): Outputs {
  return Object.fromEntries([...probe.outputs].map(([name, { tensor }]) => [name, { ...tensor, dims: [probe.rows, ...tensor.dims.slice(1)] }]))
}

const orders = ['xyxy', 'xywh', 'cxcywh', 'yxyx'] as const
const foundFrom = 0.5

/** For every true box the surest box that overlaps it by half. */
function foundBoxes(binding: Binding, outputs: Outputs, pictures: readonly ProbedPicture[], image: ImagePreprocessing): FoundBox[] {
  return pictures.flatMap((picture, row) => {
    const predicted = decodeBoxes(outputs, binding, row, image).map((box) => boxInPicture(box, picture, image))
    return picture.boxes.flatMap((truth): FoundBox[] => {
      const box = predicted.find((b) => overlap(b, truth) >= foundFrom)
      return box === undefined ? [] : [{ value: truth.value, output: binding.classes[box.classIndex]?.output ?? '' }]
    })
  })
}

const orderWords: Readonly<Record<DetectionSettings['order'], string>> = { xyxy: 'corners', xywh: 'corner and size', cxcywh: 'centre and size', yxyx: 'corners, y first' }
const wordsOf = ({ order, unit }: DetectionSettings): string => `${order} (${orderWords[order]}) in ${unit === 'share' ? 'shares of the input' : 'pixels of the input'}`

/** Without true boxes: shares are small numbers, and the far corner is behind the near one. */
function plausible(outputs: Outputs, boxes: string | null, base: DetectionSettings): DetectionSettings {
  const values = boxes === null ? undefined : outputs[boxes]?.values
  if (values === undefined || Array.isArray(values)) return base
  const four = Array.from(values as ArrayLike<number>)
  const share = four.length > 0 && four.every((v) => Math.abs(v) <= 2)
  let ordered = 0
  for (let at = 0; at < four.length; at += 4) if (four[at + 2]! >= four[at]! && four[at + 3]! >= four[at + 1]!) ordered++
  return { ...base, unit: share ? 'share' : 'pixels', order: ordered >= four.length / 4 * 0.98 ? 'xyxy' : 'cxcywh' }
}

export interface ReadingContest {
  /** The binding to try; its classes stand for what the model calls them. */
  readonly binding: Binding
  /** What to take where nothing speaks for another reading. */
  readonly usual: DetectionSettings
  readonly outputs: Outputs | null
  readonly pictures: readonly ProbedPicture[]
  readonly image: ImagePreprocessing
}

/** The reading that finds most true boxes, the usual one where none does better. */
export function likeliestReading({ binding, usual, outputs, pictures, image }: ReadingContest): Reading {
  const about = 'detection.boxes'
  const truths = pictures.reduce((sum, p) => sum + p.boxes.length, 0)
  if (outputs === null || truths === 0) {
    const settings = outputs === null ? usual : plausible(outputs, binding.outputs.find((o) => o.role === 'boxes')?.output ?? null, usual)
    return { settings, found: [], guess: { about, value: wordsOf(settings), confidence: 'guess', reason: outputs === null ? 'Without a probe run this is the most common way.' : 'There were no true boxes to try it on; this fits the numbers of the probe run best.' } }
  }
  const tried = orders.flatMap((order) => (['pixels', 'share'] as const).map((unit) => ({ ...usual, order, unit }))).map((settings) => ({ settings, found: foundBoxes({ ...binding, detection: settings }, outputs, pictures, image) }))
  const isUsual = (s: DetectionSettings): boolean => s.order === usual.order && s.unit === usual.unit
  const [best, next] = tried.sort((a, b) => b.found.length - a.found.length || Number(isUsual(b.settings)) - Number(isUsual(a.settings)))
  if (best === undefined || best.found.length === 0) return { settings: usual, found: [], guess: { about, value: wordsOf(usual), confidence: 'guess', reason: `In none of the usual readings does the model find one of the ${truths} true boxes of ${pictures.length} sample pictures; this is the most common one.` } }
  const plain = best.found.length >= 2 * (next?.found.length ?? 0)
  return { ...best, guess: { about, value: wordsOf(best.settings), confidence: plain ? 'certain' : 'likely', reason: `Read so, ${best.found.length} of ${truths} true boxes of ${pictures.length} sample pictures are found; read in the next best way, ${next?.found.length ?? 0}.` } }
}

/** One way to say which class of the data a label of the model is. */
export interface Naming { readonly classes: readonly ClassBinding[]; readonly reason: string; readonly confidence: Guess['confidence'] }

/** How many of the found boxes have the class that was found, by this naming. `names`: the data's name of each class number. */
export function agreeing(naming: Naming, found: readonly FoundBox[], places: (labels: readonly string[]) => ReadonlyMap<number, number>): number {
  const place = places(naming.classes.map((c) => c.label))
  return found.filter((f) => { const at = place.get(f.value); return at !== undefined && naming.classes[at]?.output === f.output }).length
}
