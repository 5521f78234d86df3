// Object detection against the references of the fixtures, and by hand.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createDetectionAccumulator } from '../../shared/metrics/detection.ts'
import { overlap, type PictureBoxes, type PredictedBox, type TrueBox } from '../../shared/metrics/detection-match.ts'
import type { MetricValue } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'

interface Coco { images: { id: number, file_name: string }[], annotations: { image_id: number, category_id: number, bbox: [number, number, number, number] }[] }
interface Reference { classes: string[], metrics: Record<string, number> & { per_class: Record<string, Record<string, number>>, operating_point: Record<string, number> } }
interface Decoded { ids: string[], outputs: Record<'boxes' | 'scores' | 'labels', { dims: number[], data: (number | string)[] }> }
const json = (path: string): unknown => JSON.parse(readFileSync(fixture(`digit-detection/${path}`), 'utf8'))

function truths(): Map<string, TrueBox[]> {
  const coco = json('annotations.coco.json') as Coco
  return new Map(coco.images.map((image) => [image.file_name, coco.annotations.filter((a) => a.image_id === image.id)
    .map(({ bbox: [x, y, w, h], category_id }) => ({ x1: x, y1: y, x2: x + w, y2: y + h, classIndex: category_id }))]))
}

function decoded(): PictureBoxes[] {
  const { ids, outputs } = json('predictions/v1.images.json') as Decoded
  const all = truths()
  const each = outputs.scores.dims[1] ?? 0
  const at = (of: keyof typeof outputs, place: number) => Number(outputs[of].data[place])
  return ids.map((id, row) => ({ truth: all.get(id) ?? [], predicted: Array.from({ length: each }, (_, k): PredictedBox => {
    const place = row * each + k
    return { x1: at('boxes', place * 4), y1: at('boxes', place * 4 + 1), x2: at('boxes', place * 4 + 2), y2: at('boxes', place * 4 + 3), score: at('scores', place), classIndex: at('labels', place) }
  }) }))
}

const valueOf = (metrics: readonly MetricValue[], metric: string, slice = '') => metrics.find((m) => m.metric === metric && m.slice === slice)?.value
const box = (x1: number, y1: number, x2: number, y2: number, classIndex = 0) => ({ x1, y1, x2, y2, classIndex })

describe('object detection', () => {
  const reference = json('reference/v1.images.json') as Reference
  const setup = { classes: reference.classes, score: reference.metrics.operating_point.score ?? 0 }

  it('agrees with the reference on the stored boxes', () => {
    const accumulator = createDetectionAccumulator(setup)
    accumulator.add(decoded())
    const { metrics, curves } = accumulator.finish()
    for (const id of ['n_images', 'n_truth', 'n_detections', 'map50_95', 'map50', 'map75', 'voc_map50']) expect(Math.abs((valueOf(metrics, id) ?? NaN) - (reference.metrics[id] ?? NaN)), id).toBeLessThan(1e-9)
    for (const [label, values] of Object.entries(reference.metrics.per_class)) {
      for (const id of ['ap50', 'ap75', 'ap50_95', 'voc_ap50']) expect(Math.abs((valueOf(metrics, id, `class:${label}`) ?? NaN) - (values[id] ?? NaN)), `${id} ${label}`).toBeLessThan(1e-9)
    }
    const { tp, fp, fn, precision, recall, f1, mean_iou_of_matches: meanIou } = reference.metrics.operating_point
    for (const [id, value] of Object.entries({ tp, fp, fn, precision, recall, f1, mean_iou: meanIou })) expect(Math.abs((valueOf(metrics, `detection.${id}`) ?? NaN) - (value ?? NaN)), id).toBeLessThan(1e-9)
    const confusion = curves.find((c) => c.kind === 'confusion')
    const diagonal = confusion?.kind === 'confusion' ? confusion.counts.reduce((sum, row, at) => sum + (at < 10 ? row[at] ?? 0 : 0), 0) : 0
    expect(diagonal).toBe(tp)
  })

  it('gives the same numbers for any split', () => {
    const pictures = decoded()
    const [one, many] = [createDetectionAccumulator(setup), createDetectionAccumulator(setup)]
    one.add(pictures)
    for (let at = 0; at < pictures.length; at += 7) many.add(pictures.slice(at, at + 7))
    expect(many.finish()).toEqual(one.finish())
  })

  it('counts a second box on the same object as wrong, and a wrong class as confused', () => {
    const accumulator = createDetectionAccumulator({ classes: ['a', 'b'], score: 0.5 })
    accumulator.add([{ truth: [box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10)], predicted: [
      { ...box(0, 0, 10, 10), score: 0.9 }, { ...box(0, 0, 10, 9), score: 0.8 }, { ...box(20, 0, 30, 10, 1), score: 0.7 }, { ...box(40, 0, 50, 10), score: 0.4 },
    ] }])
    const { metrics, curves } = accumulator.finish()
    expect(['tp', 'fp', 'fn'].map((id) => valueOf(metrics, `detection.${id}`))).toEqual([1, 2, 2])
    // Ranked: right, wrong, right of three. The envelope is 1 up to 1/3 (34 points), 2/3 up to 2/3 (33 points), then 0.
    expect(valueOf(metrics, 'ap50', 'class:a')).toBeCloseTo((34 + 33 * 2 / 3) / 101, 12)
    expect(valueOf(metrics, 'voc_ap50', 'class:a')).toBeCloseTo(1 / 3 + 2 / 9, 12)
    expect(valueOf(metrics, 'ap50', 'class:b')).toBeNull()
    expect(curves.find((c) => c.kind === 'confusion')).toEqual({ kind: 'confusion', classes: ['a', 'b', 'background'], counts: [[1, 1, 1], [0, 0, 0], [1, 0, 0]] })
  })

  it('says why where there is nothing to find, and ignores crowds and other sizes', () => {
    const empty = createDetectionAccumulator({ classes: ['a'], score: 0.5 })
    empty.add([{ truth: [], predicted: [] }])
    expect(valueOf(empty.finish().metrics, 'map50_95')).toBeNull()
    const crowd = createDetectionAccumulator({ classes: ['a'], score: 0.5 })
    crowd.add([{ truth: [{ ...box(0, 0, 200, 200), crowd: true }, box(300, 0, 310, 10)], predicted: [{ ...box(0, 0, 50, 50), score: 0.9 }, { ...box(60, 60, 90, 90), score: 0.8 }, { ...box(300, 0, 310, 10), score: 0.7 }] }])
    const { metrics } = crowd.finish()
    expect(['tp', 'fp', 'fn'].map((id) => valueOf(metrics, `detection.${id}`))).toEqual([1, 0, 0])
    expect(valueOf(metrics, 'map50_95')).toBe(1)
    expect([valueOf(metrics, 'map50', 'size:small'), valueOf(metrics, 'map50', 'size:large')]).toEqual([1, null])
  })

  it('measures overlap', () => {
    expect(overlap(box(0, 0, 2, 2), box(1, 1, 3, 3))).toBeCloseTo(1 / 7, 15)
    expect(overlap(box(0, 0, 1, 1), box(1, 0, 2, 1))).toBe(0)
    expect(overlap(box(0, 0, 0, 0), box(0, 0, 0, 0))).toBe(0)
  })

  it('gives intervals around its values, the same for the same seed', () => {
    const finish = (seed: number) => { const accumulator = createDetectionAccumulator({ ...setup, seed }); accumulator.add(decoded()); return accumulator.finish().metrics }
    const metrics = finish(1)
    for (const id of ['map50', 'map75', 'map50_95', 'detection.f1', 'detection.mean_iou']) {
      const found = metrics.find((m) => m.metric === id && m.slice === '')
      expect(found?.low, id).toBeLessThan(found?.value ?? NaN)
      expect(found?.high, id).toBeGreaterThan(found?.value ?? NaN)
    }
    expect(finish(1)).toEqual(metrics)
    expect(finish(2)).not.toEqual(metrics)
  })

  it('takes pictures as a whole: where all are alike they leave no room, and only hardly a miss does, as Wilson’s interval of the boxes', () => {
    const busy: PictureBoxes = { truth: decoded().slice(0, 40).flatMap((p, at) => p.truth.map((b) => ({ ...b, y1: b.y1 + at * 200, y2: b.y2 + at * 200 }))), predicted: decoded().slice(0, 40).flatMap((p, at) => p.predicted.map((b) => ({ ...b, y1: b.y1 + at * 200, y2: b.y2 + at * 200 }))) }
    const accumulator = createDetectionAccumulator({ ...setup, seed: 1 })
    accumulator.add([busy, busy, busy])
    const metrics = accumulator.finish().metrics
    const withIntervals = metrics.filter((m) => m.low !== null && /^ap/.test(m.metric))
    expect(withIntervals.length).toBeGreaterThan(20)
    const wide = withIntervals.filter((m) => m.high! - m.low! > 1e-9)
    for (const m of withIntervals) if (!wide.includes(m)) expect(Math.abs(m.low! - m.value!), `${m.metric} ${m.slice}`).toBeLessThan(1e-9)
    expect(wide.length).toBeGreaterThan(0)
    for (const m of wide) {
      const boxes = metrics.find((other) => other.metric === 'n_truth' && other.slice === m.slice)!.value!
      expect((1 - m.value!) * boxes, `${m.metric} ${m.slice}`).toBeLessThan(10)
      // E. B. Wilson, 1927: the roots of (p − v)² = z² p (1 − p) ÷ n.
      for (const p of [m.low!, m.high!]) expect((p - m.value!) ** 2 * boxes, `${m.metric} ${m.slice}`).toBeCloseTo(1.959963984540054 ** 2 * p * (1 - p), 9)
    }
  })
})
