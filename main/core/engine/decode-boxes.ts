// From a detector's outputs to boxes in the pixels of the original picture: decoded outputs, raw grids, suppression, the way back through the resize.
// Owns no metric and reads no file.
import { boxRoles } from '../../../shared/binding/check-boxes.ts'
import type { Binding, DetectionSettings, ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { byScore, overlap, type Box, type PredictedBox } from '../../../shared/metrics/detection-match.ts'
import { placementOf } from '../images/prepare.ts'
import { rowValues } from './mask-answers.ts'
import type { DenseTensor } from './session.ts'

interface Size { readonly width: number; readonly height: number }

/** A box in pixels of the model's input, in pixels of the picture from which that input was prepared. As in COCO nothing is cut off, so it may reach outside. */
export function boxInPicture<T extends Box>(box: T, picture: Size, image: ImagePreprocessing): T {
  const { width, height, left, top } = placementOf(picture, image)
  const x = (value: number): number => (value + left) * picture.width / width
  const y = (value: number): number => (value + top) * picture.height / height
  return { ...box, x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) }
}

/** Four numbers as corners in pixels of the model's input. */
function corners(four: readonly [number, number, number, number], settings: DetectionSettings, input: Size): Box {
  const [sx, sy] = settings.unit === 'share' ? [input.width, input.height] : [1, 1]
  const [a, b, c, d] = [four[0] * sx, four[1] * sy, four[2] * sx, four[3] * sy]
  if (settings.order === 'xyxy') return { x1: a, y1: b, x2: c, y2: d }
  if (settings.order === 'yxyx') return settings.unit === 'share' ? { x1: four[1] * sx, y1: four[0] * sy, x2: four[3] * sx, y2: four[2] * sy } : { x1: b, y1: a, x2: d, y2: c }
  if (settings.order === 'xywh') return { x1: a, y1: b, x2: a + c, y2: b + d }
  return { x1: a - c / 2, y1: b - d / 2, x2: a + c / 2, y2: b + d / 2 }
}

/** Greedy: by falling score, a box is dropped when it overlaps a kept one by more than `iou`. Equal scores keep their order. */
export function suppress(boxes: readonly PredictedBox[], iou: number, perClass: boolean): PredictedBox[] {
  const kept: PredictedBox[] = []
  for (const box of byScore(boxes)) {
    if (!kept.some((better) => (!perClass || better.classIndex === box.classIndex) && overlap(better, box) > iou)) kept.push(box)
  }
  return kept
}

/** Minimum score, suppression and the largest number of boxes, as the binding says. Boxes with a number that is not finite are dropped. */
export function selectBoxes(boxes: readonly PredictedBox[], settings: DetectionSettings): PredictedBox[] {
  const sure = boxes.filter((box) => box.score >= settings.minimumScore && [box.x1, box.y1, box.x2, box.y2].every(Number.isFinite))
  const kept = settings.suppression === null ? byScore(sure) : suppress(sure, settings.suppression.iou, settings.suppression.perClass)
  return kept.slice(0, settings.maximumBoxes)
}

const unfit = (output: string, reason: string): SlipwayError => new SlipwayError('run.shapeMismatch', { reason: `the output “${output}” ${reason}` })
type Outputs = Readonly<Record<string, DenseTensor>>

/** One tensor of boxes and class scores; the best class of a cell is its class, times objectness where there is one. */
function gridBoxes(tensor: DenseTensor, output: string, row: number, classes: number, settings: DetectionSettings, input: Size): PredictedBox[] {
  const head = settings.objectness ? 5 : 4
  const [, second = 0, third = 0] = tensor.dims
  const [width, cells] = settings.cells === 'last' ? [second, third] : [third, second]
  if (tensor.dims.length !== 3 || width !== head + classes) throw unfit(output, `has the shape [${tensor.dims.join(', ')}], but ${head} numbers and ${classes} classes a box are bound`)
  const values = rowValues(tensor, row, width * cells)
  const [step, next] = settings.cells === 'last' ? [cells, 1] : [1, width]
  const found: PredictedBox[] = []
  for (let cell = 0, from = 0; cell < cells; cell++, from += next) {
    let classIndex = 0
    let best = values[from + head * step]!
    for (let k = 1, at = from + (head + 1) * step; k < classes; k++, at += step) if (values[at]! > best) { best = values[at]!; classIndex = k }
    const score = best * (settings.objectness ? values[from + 4 * step]! : 1)
    // Most cells hold nothing, so boxes are made only where the score counts.
    if (score >= settings.minimumScore) found.push({ ...corners([values[from]!, values[from + step]!, values[from + 2 * step]!, values[from + 3 * step]!], settings, input), classIndex, score })
  }
  return found
}

/** Class places of one row's labels, whether numbers or texts. */
function labelsOf(tensor: DenseTensor, row: number, most: number, index: ReadonlyMap<string, number>): (place: number) => number | undefined {
  const { values } = tensor
  if (Array.isArray(values)) return (place) => index.get(String(values[row * most + place]))
  const numbers = rowValues(tensor, row, most)
  return (place) => index.get(String(numbers[place]))
}

/** Boxes, scores and labels of their own; a label that no class writes gives no box. */
function decodedBoxes(outputs: Outputs, binding: Binding, row: number, settings: DetectionSettings, input: Size): PredictedBox[] {
  const named = (role: string): DenseTensor | null => outputs[binding.outputs.find((o) => o.role === role)?.output ?? ''] ?? null
  const [boxes, scores, labels, count] = [named('boxes'), named('box-scores'), named('box-labels'), named('box-count')]
  if (boxes === null || scores === null) throw new SlipwayError('binding.invalid', { reason: 'boxes and their scores are not both bound' })
  const [rows = 0, most = 0] = boxes.dims
  if (boxes.dims.length !== 3 || boxes.dims[2] !== 4) throw new SlipwayError('run.shapeMismatch', { reason: `the boxes have the shape [${boxes.dims.join(', ')}], not [rows, boxes, 4]` })
  const strange = [scores, labels].find((tensor) => tensor !== null && tensor.values.length !== rows * most)
  if (strange !== undefined && strange !== null) throw new SlipwayError('run.shapeMismatch', { reason: `for ${most} boxes a row the model gave an output of the shape [${strange.dims.join(', ')}]` })
  const four = rowValues(boxes, row, most * 4)
  const sure = rowValues(scores, row, most)
  const index = new Map(binding.classes.map((c, at) => [c.output, at]))
  const labelOf = labels === null ? () => 0 : labelsOf(labels, row, most, index)
  const used = count === null ? most : Math.min(most, Math.max(0, Number(rowValues(count, row, 1)[0] ?? 0)))
  return Array.from({ length: Number.isNaN(used) ? 0 : used }, (_, place) => place).flatMap((place): PredictedBox[] => {
    const classIndex = labelOf(place)
    if (classIndex === undefined) return []
    const at = place * 4
    return [{ ...corners([four[at]!, four[at + 1]!, four[at + 2]!, four[at + 3]!], settings, input), classIndex, score: sure[place]! }]
  })
}

/** The boxes of one row of the outputs that count, by falling score, in pixels of the model's input (`input`). Throws `binding.invalid`, `run.shapeMismatch`. */
export function decodeBoxes(outputs: Outputs, binding: Binding, row: number, input: Size): PredictedBox[] {
  const settings = binding.detection
  if (settings === undefined) throw new SlipwayError('binding.invalid', { reason: 'it does not say how boxes are read' })
  const grid = binding.outputs.find((o) => o.role === 'yolo')
  if (grid === undefined) return selectBoxes(decodedBoxes(outputs, binding, row, settings, input), settings)
  const tensor = outputs[grid.output]
  if (tensor === undefined) throw unfit(grid.output, 'was not given')
  return selectBoxes(gridBoxes(tensor, grid.output, row, binding.classes.length, settings, input), settings)
}

/** The outputs from which boxes are read. */
export const boxOutputs = (binding: Binding): string[] => binding.outputs.filter((o) => boxRoles.includes(o.role)).map((o) => o.output)
