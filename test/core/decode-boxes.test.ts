// Outputs of detectors to boxes, by hand: every order, unit and grid, suppression, and the way back to the original picture.
import { describe, expect, it } from 'vitest'
import { boxInPicture, decodeBoxes, suppress } from '../../main/core/engine/decode-boxes.ts'
import type { DenseTensor } from '../../main/core/engine/session.ts'
import type { Binding, DetectionSettings, ImagePreprocessing, OutputRole } from '../../shared/domain/binding.ts'

const input = { width: 100, height: 50 }
const plain: DetectionSettings = { order: 'xyxy', unit: 'pixels', cells: 'last', objectness: false, minimumScore: 0, suppression: null, maximumBoxes: 100 }

function binding(roles: Record<string, OutputRole>, detection: DetectionSettings): Binding {
  return {
    schema: 'slipway.binding/1', task: 'object-detection', inputs: [], outputs: Object.entries(roles).map(([output, role]) => ({ output, role })), target: { kind: 'boxes' }, idColumn: null,
    classes: [{ label: 'cat', output: '1' }, { label: 'dog', output: '2' }], positiveClass: null, decision: { kind: 'threshold', threshold: 0.5 }, detection, rows: 'lenient',
  }
}

const one = { x1: 10, y1: 5, x2: 30, y2: 25 }

describe('boxes from outputs', () => {
  it.each([
    ['xyxy', 'pixels', [10, 5, 30, 25]], ['xywh', 'pixels', [10, 5, 20, 20]], ['cxcywh', 'pixels', [20, 15, 20, 20]],
    ['yxyx', 'pixels', [5, 10, 25, 30]], ['yxyx', 'share', [0.1, 0.1, 0.5, 0.3]], ['xyxy', 'share', [0.1, 0.1, 0.3, 0.5]], ['cxcywh', 'share', [0.2, 0.3, 0.2, 0.4]],
  ] as const)('reads %s in %s', (order, unit, four) => {
    const dense = (dims: number[], values: readonly number[]): DenseTensor => ({ dtype: 'float64', dims, values: Float64Array.from(values) })
    const outputs = { b: dense([1, 1, 4], four), s: dense([1, 1], [0.75]), l: { dtype: 'int64', dims: [1, 1], values: BigInt64Array.of(2n) } as const }
    const [box] = decodeBoxes(outputs, binding({ b: 'boxes', s: 'box-scores', l: 'box-labels' }, { ...plain, order, unit }), 0, input)
    expect(box?.classIndex).toBe(1)
    for (const side of ['x1', 'y1', 'x2', 'y2'] as const) expect(box?.[side]).toBeCloseTo(one[side], 9)
  })

  it('reads grids either way round, with objectness, and drops what does not reach the score', () => {
    const cells = [[20, 15, 20, 20, 0.5, 0.25, 0.5], [50, 25, 10, 10, 1, 0.125, 0]]
    const settings: DetectionSettings = { ...plain, order: 'cxcywh', objectness: true, minimumScore: 0.2 }
    const middle: DenseTensor = { dtype: 'float64', dims: [1, 2, 7], values: Float64Array.from(cells.flat()) }
    const last: DenseTensor = { dtype: 'float64', dims: [1, 7, 2], values: Float64Array.from(Array.from({ length: 7 }, (_, k) => cells.map((c) => c[k] ?? 0)).flat()) }
    const wanted = [{ ...one, classIndex: 1, score: 0.25 }]
    expect(decodeBoxes({ y: middle }, binding({ y: 'yolo' }, { ...settings, cells: 'middle' }), 0, input)).toEqual(wanted)
    expect(decodeBoxes({ y: last }, binding({ y: 'yolo' }, settings), 0, input)).toEqual(wanted)
    expect(() => decodeBoxes({ y: last }, binding({ y: 'yolo' }, { ...settings, objectness: false }), 0, input)).toThrow()
  })

  it('suppresses per class, or over all classes', () => {
    const boxes = [{ ...one, classIndex: 0, score: 0.5 }, { ...one, x2: 29, classIndex: 0, score: 0.9 }, { ...one, classIndex: 1, score: 0.7 }]
    expect(suppress(boxes, 0.5, true).map((b) => b.score)).toEqual([0.9, 0.7])
    expect(suppress(boxes, 0.5, false).map((b) => b.score)).toEqual([0.9])
  })

  it('goes back to the original picture through stretch, crop and pad', () => {
    const image: ImagePreprocessing = { width: 100, height: 100, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NCHW', scale: 1, mean: [], std: [] }
    const box = { x1: 0, y1: 50, x2: 50, y2: 100 }
    const picture = { width: 400, height: 200 }
    expect(boxInPicture(box, picture, image)).toEqual({ x1: 0, y1: 100, x2: 200, y2: 200 })
    // Cropped: 400 × 200 becomes 200 × 100, of which the middle 100 columns are seen.
    expect(boxInPicture(box, picture, { ...image, resize: 'crop' })).toEqual({ x1: 100, y1: 100, x2: 200, y2: 200 })
    // Padded: 100 × 50 with 25 rows above; the box reaches past the lower edge and stays as it is.
    expect(boxInPicture(box, picture, { ...image, resize: 'pad' })).toEqual({ x1: 0, y1: 100, x2: 200, y2: 300 })
  })
})
