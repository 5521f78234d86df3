// From a detector's outputs to boxes in the pixels of the original picture: decoded outputs, raw grids, suppression, the way back through the resize.
// Owns no metric and reads no file.
import type { Binding, DetectionSettings, ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { byScore, overlap, type Box, type PredictedBox } from '../../../shared/metrics/detection-match.ts'
import { placementOf } from '../images/prepare.ts'
import type { DenseTensor } from './session.ts'
import { toFloat64 } from './tensor-values.ts'

interface Size { readonly width: number; readonly height: number }

/** A box in pixels of the model's input, in pixels of the picture from which that input was prepared; parts outside the picture are cut off. */
export function boxInPicture<T extends Box>(box: T, picture: Size, image: ImagePreprocessing): T {
  const { width, height, left, top } = placementOf(picture, image)
  const x = (value: number): number => Math.min(picture.width, Math.max(0, (value + left) * picture.width / width))
  const y = (value: number): number => Math.min(picture.height, Math.max(0, (value + top) * picture.height / height))
  return { ...box, x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) }
}

/** Four numbers as corners in pixels of the model's input. */
function corners(four: readonly [number, number, number, number], settings: DetectionSettings, input: Size): Box {
  const [sx, sy] = settings.unit === 'share' ? [input.width, input.height] : [1, 1]
  const [a, b, c, d] = [four[0] * sx, four[1] * sy, four[2] * sx, four[3] * sy]
  if (settings.order === 'xyxy') return { x1: a, y1: b, x2: c, y2: d }
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

const unfit = (output: string, reason: string): SlipwayError => new SlipwayError('binding.invalid', { reason: `the output “${output}” ${reason}` })

/** One tensor of boxes and class scores; the best class of a cell is its class, times objectness where there is one. */
function gridBoxes(tensor: DenseTensor, output: string, row: number, classes: number, settings: DetectionSettings, input: Size): PredictedBox[] {
  const head = settings.objectness ? 5 : 4
  const [, second = 0, third = 0] = tensor.dims
  const [width, cells] = settings.cells === 'last' ? [second, third] : [third, second]
  if (tensor.dims.length !== 3 || width !== head + classes) throw unfit(output, `has the shape [${tensor.dims.join(', ')}], but ${head} numbers and ${classes} classes a box are bound`)
  const values = toFloat64(tensor, tensor.values.length)
  const at = (cell: number, k: number): number => values[row * width * cells + (settings.cells === 'last' ? k * cells + cell : cell * width + k)] ?? NaN
  return Array.from({ length: cells }, (_, cell) => {
    let classIndex = 0
    for (let k = 1; k < classes; k++) if (at(cell, head + k) > at(cell, head + classIndex)) classIndex = k
    const score = at(cell, head + classIndex) * (settings.objectness ? at(cell, 4) : 1)
    return { ...corners([at(cell, 0), at(cell, 1), at(cell, 2), at(cell, 3)], settings, input), classIndex, score }
  })
}

/** Boxes, scores and labels of their own; a label that no class writes gives no box. */
function decodedBoxes(outputs: Readonly<Record<string, DenseTensor>>, binding: Binding, row: number, settings: DetectionSettings, input: Size): PredictedBox[] {
  const named = (role: string): DenseTensor | null => outputs[binding.outputs.find((o) => o.role === role)?.output ?? ''] ?? null
  const [boxes, scores, labels, count] = [named('boxes'), named('box-scores'), named('box-labels'), named('box-count')]
  if (boxes === null || scores === null) throw new SlipwayError('binding.invalid', { reason: 'boxes and their scores are not both bound' })
  const most = boxes.dims[1] ?? 0
  if (boxes.dims.length !== 3 || boxes.dims[2] !== 4) throw new SlipwayError('binding.invalid', { reason: `the boxes have the shape [${boxes.dims.join(', ')}], not [rows, boxes, 4]` })
  const four = toFloat64(boxes, boxes.values.length)
  const sure = toFloat64(scores, scores.values.length)
  const index = new Map(binding.classes.map((c, at) => [c.output, at]))
  const used = count === null ? most : Math.min(most, Number(count.values[row] ?? 0))
  return Array.from({ length: used }, (_, k) => row * most + k).flatMap((place): PredictedBox[] => {
    const classIndex = labels === null ? 0 : index.get(String(labels.values[place]))
    if (classIndex === undefined) return []
    const at = (k: number): number => four[place * 4 + k] ?? NaN
    return [{ ...corners([at(0), at(1), at(2), at(3)], settings, input), classIndex, score: sure[place] ?? NaN }]
  })
}

/** The boxes of one row of the outputs that count, by falling score, in pixels of the model's input (`input`). Throws `binding.invalid`. */
export function decodeBoxes(outputs: Readonly<Record<string, DenseTensor>>, binding: Binding, row: number, input: Size): PredictedBox[] {
  const settings = binding.detection
  if (settings === undefined) throw new SlipwayError('binding.invalid', { reason: 'it does not say how boxes are read' })
  const grid = binding.outputs.find((o) => o.role === 'yolo')
  if (grid === undefined) return selectBoxes(decodedBoxes(outputs, binding, row, settings, input), settings)
  const tensor = outputs[grid.output]
  if (tensor === undefined) throw unfit(grid.output, 'was not given')
  return selectBoxes(gridBoxes(tensor, grid.output, row, binding.classes.length, settings, input), settings)
}
