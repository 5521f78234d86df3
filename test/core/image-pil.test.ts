// Decoding, resizing and fitting against PIL's own results (test/fixtures-facts/pil-facts.json; made by make-pil-facts.py).
import { describe, expect, test } from 'vitest'
import type { ImagePreprocessing } from '../../shared/domain/binding.ts'
import { decodePicture } from '../../main/core/images/decode.ts'
import { fitRaster, preparePicture, roundHalfEven } from '../../main/core/images/prepare.ts'
import { resizeRaster } from '../../main/core/images/resize.ts'
import facts from '../fixtures-facts/pil-facts.json' with { type: 'json' }

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const raster = (source: string) => (source === 'rgb' ? { ...facts.rgb, channels: 3, pixels: bytes(facts.rgb.pixels) } : { ...facts.gray, channels: 1, pixels: bytes(facts.gray.pixels) })
const plain: ImagePreprocessing = { width: 1, height: 1, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NHWC', scale: 1, mean: [], std: [] }

/** Number of values that differ, and the largest difference. */
function gap(a: ArrayLike<number>, b: ArrayLike<number>): { differing: number; largest: number } {
  expect(a.length).toBe(b.length)
  let differing = 0
  let largest = 0
  for (let i = 0; i < a.length; i++) { const d = Math.abs(a[i]! - b[i]!); if (d > 0) differing++; largest = Math.max(largest, d) }
  return { differing, largest }
}

describe('resize equals PIL, bit for bit', () => {
  test.each(facts.resize.map((r) => [`${r.source} ${r.kernel} ${r.width}×${r.height}`, r] as const))('%s', (_, r) => {
    const done = resizeRaster(raster(r.source), r.width, r.height, r.kernel as ImagePreprocessing['kernel'])
    expect(gap(done.pixels, bytes(r.pixels))).toEqual({ differing: 0, largest: 0 })
  })
})

describe('fitting equals torchvision’s centre crop and PIL’s pad', () => {
  test.each(facts.fits.map((f) => [`${f.resize} ${f.shorterSide} ${f.width}×${f.height}`, f] as const))('%s', (_, f) => {
    const done = fitRaster(raster('rgb'), { ...plain, width: f.width, height: f.height, resize: f.resize as 'crop' | 'pad', shorterSide: f.shorterSide, padValue: 'padValue' in f ? f.padValue! : 0 })
    expect(gap(done.pixels, bytes(f.pixels))).toEqual({ differing: 0, largest: 0 })
  })

  test('halves round to even, as in Python', () => {
    expect([0.5, 1.5, 2.5, 3.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 4, 2, 3])
  })
})

describe('decoding equals PIL', () => {
  test.each(facts.decode.map((d) => [d.name, d] as const))('%s', async (_, d) => {
    const picture = await decodePicture(bytes(d.bytes))
    expect([picture.width, picture.height]).toEqual([d.width, d.height])
    expect(gap(picture.rgba, bytes(d.rgba))).toEqual({ differing: 0, largest: 0 })
  })
})

describe('preparing', () => {
  const source = raster('rgb')
  const rgba = new Uint8Array(source.width * source.height * 4).fill(255)
  for (let i = 0; i < source.width * source.height; i++) rgba.set(source.pixels.subarray(i * 3, i * 3 + 3), i * 4)
  const picture = { width: source.width, height: source.height, rgba }
  const size = { width: source.width, height: source.height }
  const count = source.width * source.height

  test('grayscale is PIL’s luma', () => {
    const target = new Uint8Array(count)
    preparePicture(picture, { ...plain, ...size, color: 'grayscale', layout: 'NHW' }, target, 0)
    expect(gap(target, bytes(facts.luma))).toEqual({ differing: 0, largest: 0 })
  })

  test('layouts, colour order, normalisation and offset', () => {
    const mean = [0.485, 0.456, 0.406]
    const std = [0.229, 0.224, 0.225]
    const chw = new Float64Array(count * 3 + 5).fill(-99)
    preparePicture(picture, { ...plain, ...size, layout: 'NCHW', scale: 1 / 255, mean, std }, chw, 5)
    const hwc = new Float64Array(count * 3)
    preparePicture(picture, { ...plain, ...size, layout: 'NHWC', color: 'bgr', scale: 1 / 255, mean, std }, hwc, 0)
    expect([...chw.subarray(0, 5)]).toEqual([-99, -99, -99, -99, -99])
    for (const i of [0, 17, count - 1]) {
      for (const c of [0, 1, 2]) {
        expect(chw[5 + c * count + i]).toBeCloseTo((source.pixels[i * 3 + c]! / 255 - mean[c]!) / std[c]!, 12)
        expect(hwc[i * 3 + c]).toBeCloseTo((source.pixels[i * 3 + 2 - c]! / 255 - mean[c]!) / std[c]!, 12)
      }
    }
  })

  test('integer targets are rounded and clamped', () => {
    const dark = { width: 1, height: 1, rgba: Uint8Array.from([10, 10, 10, 255]) }
    const one: ImagePreprocessing = { ...plain, color: 'grayscale', mean: [12.4], std: [1] }
    const unsigned = new Uint8Array(1)
    const signed = new Int8Array(1)
    preparePicture(dark, one, unsigned, 0)
    preparePicture(dark, one, signed, 0)
    expect([unsigned[0], signed[0]]).toEqual([0, -2])
  })
})
