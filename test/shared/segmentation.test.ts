// Mask metrics against scikit-learn: the fixture's two models, small masks with pixels that are not judged, and cases worked out by hand.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePngSamples } from '../../main/core/images/png.ts'
import type { MetricResult } from '../../shared/metrics/accumulator.ts'
import { createSegmentationAccumulator, noClass } from '../../shared/metrics/segmentation.ts'
import { fixture } from '../setup/fixtures.ts'
import facts from '../fixtures-facts/mask-facts.json' with { type: 'json' }

const valueOf = (result: MetricResult, metric: string, slice = '') => {
  const found = result.metrics.find((m) => m.metric === metric && m.slice === slice)
  if (found === undefined) throw new Error(`no ${metric} ${slice}`)
  return found
}

const score = (classes: readonly string[], pictures: readonly (readonly [readonly number[], readonly number[]])[]) => {
  const accumulator = createSegmentationAccumulator({ classes, seed: 1 })
  return { pictures: pictures.map(([truth, predicted]) => accumulator.add({ truth, predicted })), result: accumulator.finish() }
}

/** Truth masks and the class maps that the reference runtime gave, run lengths laid out. */
function fixtureMasks(): (readonly [readonly number[], readonly number[]])[] {
  const folder = fixture('shapes-segmentation/masks')
  const stored = JSON.parse(readFileSync(fixture('shapes-segmentation/predictions/v2.images.json'), 'utf8')) as { files: string[], runs: number[][] }
  return readdirSync(folder).sort().map((name, i) => {
    expect(stored.files[i]).toBe(name)
    const predicted: number[] = []
    const runs = stored.runs[i]!
    for (let at = 0; at < runs.length; at += 2) for (let n = 0; n < runs[at + 1]!; n++) predicted.push(runs[at]!)
    return [[...decodePngSamples(readFileSync(join(folder, name)))!.values], predicted]
  })
}

describe('shapes-segmentation', () => {
  const reference = JSON.parse(readFileSync(fixture('shapes-segmentation/reference/v2.images.json'), 'utf8')) as { classes: string[], metrics: Record<string, unknown> }
  const { pictures, result } = score(reference.classes, fixtureMasks())

  it('has every number of the reference', () => {
    let seen = 0
    for (const [id, want] of Object.entries(reference.metrics)) {
      if (id === 'confusion_matrix' || id === 'per_image_pixel_accuracy') continue
      const expected = typeof want === 'number' ? [['', want] as const] : Object.entries(want as Record<string, number>).map(([name, value]) => [`class:${name}`, value] as const)
      for (const [slice, value] of expected) { expect(valueOf(result, id, slice).value, `${id} ${slice}`).toBeCloseTo(value, 12); seen++ }
    }
    expect(seen).toBe(14)
    expect(result.curves).toEqual([{ kind: 'confusion', classes: reference.classes, counts: reference.metrics['confusion_matrix'] }])
  })

  it('has every picture’s own accuracy', () => {
    expect(pictures.map((p) => p.pixelAccuracy)).toEqual(reference.metrics['per_image_pixel_accuracy'])
  })
})

describe('masks with pixels that are not judged and a class that is nowhere', () => {
  const { masks } = facts
  const classes = ['a', 'b', 'c', 'd', 'e']
  const { pictures, result } = score(classes, masks.truth.map((t, i) => [t.map((v) => (v === 255 ? noClass : v)), masks.predicted[i]!] as const))

  it('scores as scikit-learn', () => {
    for (const [id, value] of Object.entries(masks.scores)) expect(valueOf(result, id).value, id).toBeCloseTo(value, 12)
    classes.forEach((label, c) => {
      for (const [id, values] of [['iou', masks.iou], ['dice', masks.dice]] as const) {
        const got = valueOf(result, id, `class:${label}`)
        if (values[c] === null) expect([got.value, got.reason]).toEqual([null, 'The class has no true and no predicted pixel.'])
        else expect(got.value).toBeCloseTo(values[c]!, 12)
      }
    })
    pictures.forEach((p, i) => {
      if (masks.perImage[i] === null) expect(p).toEqual({ pixels: 0, pixelAccuracy: null, meanIou: null })
      else { expect(p.meanIou).toBeCloseTo(masks.perImage[i]!, 12); expect(p.pixelAccuracy).toBeCloseTo(masks.perAccuracy[i]!, 12) }
    })
  })

  it('draws pictures for its intervals, as numpy does', () => {
    const { low, high, value } = valueOf(result, 'mean_iou')
    expect(Math.abs(low! - masks.meanIouInterval[0]!)).toBeLessThan(0.012)
    expect(Math.abs(high! - masks.meanIouInterval[1]!)).toBeLessThan(0.012)
    expect(low! < value! && value! < high!).toBe(true)
    expect(valueOf(result, 'n_pixels').low).toBeNull()
  })

  it('comes out the same again', () => {
    const again = score(classes, masks.truth.map((t, i) => [t.map((v) => (v === 255 ? noClass : v)), masks.predicted[i]!] as const))
    expect(again.result).toEqual(result)
  })
})

describe('worked out by hand', () => {
  it('an answer outside the classes is wrong for its true class and no prediction of any', () => {
    // truth a a b b, predicted a ? b a: a has 1 of 3 (a, ?, last), b has 1 of 2.
    const { result } = score(['a', 'b'], [[[0, 0, 1, 1], [0, noClass, 1, 0]]])
    expect(valueOf(result, 'pixel_accuracy').value).toBe(0.5)
    expect(valueOf(result, 'iou', 'class:a').value).toBeCloseTo(1 / 3, 12)
    expect(valueOf(result, 'iou', 'class:b').value).toBe(0.5)
    expect(valueOf(result, 'pixels_outside_classes').value).toBe(1)
    expect(result.curves[0]).toMatchObject({ counts: [[1, 0], [1, 1]] })
  })

  it('a class that is only predicted has 0 and counts in the mean; one that is only ignored has none', () => {
    const { result } = score(['a', 'b', 'c'], [[[0, 0, noClass], [0, 1, 2]]])
    expect(valueOf(result, 'iou', 'class:b').value).toBe(0)
    expect(valueOf(result, 'iou', 'class:c').value).toBeNull()
    expect(valueOf(result, 'mean_iou').value).toBe(0.25)
    expect(valueOf(result, 'mean_class_accuracy').value).toBe(0.5)
    expect(valueOf(result, 'ignored_pixels').value).toBe(1)
  })

  it('no picture gives no value, and says so', () => {
    const { result } = score(['a', 'b'], [])
    for (const m of result.metrics) if (!/pixels|n_images/.test(m.metric)) expect([m.metric, m.value]).toEqual([m.metric, null])
  })

  it('refuses masks of two lengths, unknown indices and repeated classes', () => {
    expect(() => score(['a', 'b'], [[[0], [0, 1]]])).toThrow(RangeError)
    expect(() => score(['a', 'b'], [[[0], [2]]])).toThrow(RangeError)
    expect(() => score(['a', 'b'], [[[-2], [0]]])).toThrow(RangeError)
    expect(() => createSegmentationAccumulator({ classes: ['a', 'a'], seed: 1 })).toThrow(RangeError)
  })
})
