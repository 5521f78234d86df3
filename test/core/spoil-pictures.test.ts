// Pictures spoiled on purpose: what the definitions say, value by value; the same bytes for the same seed; the same in the engine's threads.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImagePreprocessing } from '../../shared/domain/binding.ts'
import type { DatasetSource } from '../../shared/domain/dataset.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { stressKinds } from '../../shared/stress/kinds.ts'
import { StressKind } from '../../shared/domain/stress.ts'
import { encodePng } from '../../main/core/images/decode.ts'
import { blurPlane } from '../../main/core/images/gaussian.ts'
import { openImages } from '../../main/core/images/open-images.ts'
import { openPrepared } from '../../main/core/images/open-prepared.ts'
import type { Picture } from '../../main/core/images/picture.ts'
import { preparePicture, valuesPerPicture } from '../../main/core/images/prepare.ts'
import { spoilPicture } from '../../main/core/images/spoil.ts'

const random = randomStream(4)
const [width, height] = [40, 30]
const picture: Picture = { width, height, rgba: Uint8Array.from({ length: width * height * 4 }, (_, k) => (k % 4 === 3 ? 255 : 60 + random.below(120))) }
const spoil = (kind: StressKind, severity: number, record = 1, seed = 1, of = picture): Promise<Picture> => spoilPicture(of, { kind, severity, seed }, record)
const kinds = StressKind.options.filter((kind) => stressKinds[kind].data === 'images')
const colours = ({ rgba }: Picture): number[] => Array.from(rgba).filter((_, i) => i % 4 !== 3)
const plain = colours(picture)
const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length

describe('blur', () => {
  it.each([0.3, 0.9, 2.2, 6])('spreads a point into a bell of sum 1 and variance sigma² (sigma %d), along both axes alike', (sigma) => {
    const side = 101
    const plane = new Float32Array(side * side)
    plane[50 * side + 50] = 1
    blurPlane(plane, side, side, sigma)
    let sum = 0, across = 0, down = 0
    plane.forEach((v, i) => { sum += v; across += v * ((i % side) - 50) ** 2; down += v * (Math.floor(i / side) - 50) ** 2 })
    expect(sum).toBeCloseTo(1, 4)
    expect(across).toBeCloseTo(sigma ** 2, 2)
    expect(down).toBeCloseTo(sigma ** 2, 2)
    // Close to the bell itself, in shares of its top.
    if (sigma > 2) for (let d = 0; d < 12; d++) expect(Math.abs(plane[50 * side + 50 + d]! * 2 * Math.PI * sigma ** 2 - Math.exp(-(d ** 2) / (2 * sigma ** 2)))).toBeLessThan(0.13)
  })

  it('leaves an even plane even, up to its edges', () => {
    const plane = new Float32Array(20 * 10).fill(7)
    blurPlane(plane, 20, 10, 4)
    for (const v of plane) expect(v).toBeCloseTo(7, 3)
  })
})

describe('what the definitions say', () => {
  it('brightness: one shift of 20 % of 255, up or down by record, cut off at the ends', async () => {
    const shifts = new Set<number>()
    for (let record = 1; record <= 20; record++) {
      const after = colours(await spoil('brightness', 20, record))
      const differences = new Set(after.map((v, i) => v - plain[i]!))
      expect(differences.size).toBe(1)
      shifts.add([...differences][0]!)
    }
    expect([...shifts].sort((a, b) => a - b)).toEqual([-51, 51])
    const white: Picture = { width: 1, height: 1, rgba: Uint8Array.of(250, 5, 128, 255) }
    for (let record = 1; record <= 6; record++) for (const v of colours(await spoil('brightness', 50, record, 1, white))) expect(v).toBeLessThanOrEqual(255)
  })

  it('contrast: every value this share of the way to the mean grey', async () => {
    const grey = mean(Array.from({ length: width * height }, (_, i) => 0.299 * plain[3 * i]! + 0.587 * plain[3 * i + 1]! + 0.114 * plain[3 * i + 2]!))
    const after = colours(await spoil('contrast', 60))
    after.forEach((v, i) => expect(Math.abs(v - (plain[i]! + 0.6 * (grey - plain[i]!)))).toBeLessThanOrEqual(0.5 + 1e-9))
  })

  it('pixel noise: of the asked deviation, and grey stays grey', async () => {
    const flat: Picture = { width: 100, height: 100, rgba: new Uint8Array(40_000).fill(128) }
    const after = await spoil('pixel-noise', 16, 1, 1, flat)
    const values = colours(after)
    // 10,000 pixels, rounded: the deviation is known to within three percent.
    expect(Math.abs(Math.sqrt(mean(values.map((v) => (v - 128) ** 2))) - 16)).toBeLessThan(0.5)
    for (let i = 0; i < after.rgba.length; i += 4) expect(after.rgba[i] === after.rgba[i + 1] && after.rgba[i] === after.rgba[i + 2]).toBe(true)
    expect(new Set(colours(await spoil('pixel-noise', 16)).map((v, i) => v - plain[i]!)).size).toBeGreaterThan(10)
  })

  it('crop: a window of the picture itself, each side shorter by the share', async () => {
    const cut = await spoil('crop', 40)
    expect([cut.width, cut.height]).toEqual([24, 18])
    const places = Array.from({ length: (width - 24 + 1) * (height - 18 + 1) }, (_, i) => [i % (width - 24 + 1), Math.floor(i / (width - 24 + 1))] as const)
    const found = places.filter(([left, top]) => Array.from({ length: 24 * 18 }, (_, i) => i).every((i) => [0, 1, 2, 3].every((c) => cut.rgba[i * 4 + c] === picture.rgba[((Math.floor(i / 24) + top) * width + (i % 24) + left) * 4 + c])))
    expect(found).toHaveLength(1)
  })

  it('rotation: the centre stays, a point beside it moves by the angle, the corners have the colour of the border', async () => {
    const side = 61
    const rgba = new Uint8Array(side * side * 4).map((_, i) => (i % 4 === 3 ? 255 : 40))
    // A bright disc of radius 4, twenty pixels to the right of the centre.
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if ((x - 50) ** 2 + (y - 30) ** 2 <= 16) rgba.fill(240, (y * side + x) * 4, (y * side + x) * 4 + 3)
    const turned = await spoil('rotation', 45, 1, 1, { width: side, height: side, rgba })
    let weight = 0, cx = 0, cy = 0
    for (let i = 0; i < side * side; i++) { const v = Math.max(0, turned.rgba[i * 4]! - 60); weight += v; cx += v * (i % side); cy += v * Math.floor(i / side) }
    expect(cx / weight - 30).toBeCloseTo(20 * Math.SQRT1_2, 0)
    expect(Math.abs(cy / weight - 30)).toBeCloseTo(20 * Math.SQRT1_2, 0)
    expect(Array.from(turned.rgba.slice(0, 3))).toEqual([40, 40, 40])
  })

  it('JPEG: the size stays, and lower quality is farther from the picture', async () => {
    const far = async (lost: number): Promise<number> => { const after = await spoil('jpeg', lost); expect([after.width, after.height]).toEqual([width, height]); return mean(colours(after).map((v, i) => (v - plain[i]!) ** 2)) }
    const [mild, severe] = [await far(40), await far(95)]
    expect(mild).toBeGreaterThan(0)
    expect(severe).toBeGreaterThan(mild)
  })
})

it.each(kinds)('%s: the same bytes for the same seed and record, never those of the original, which stays as it is', async (kind) => {
  const before = Uint8Array.from(picture.rgba)
  const severity = stressKinds[kind].ladder.at(-1)!
  const [one, two] = [await spoil(kind, severity), await spoil(kind, severity)]
  expect(Buffer.from(one.rgba).equals(Buffer.from(two.rgba))).toBe(true)
  expect(Buffer.from(one.rgba).equals(Buffer.from(picture.rgba))).toBe(false)
  expect(Uint8Array.from(picture.rgba)).toEqual(before)
  const drawn = kind === 'pixel-noise' || kind === 'crop'
  if (drawn) expect(Buffer.from((await spoil(kind, severity, 2)).rgba).equals(Buffer.from(one.rgba))).toBe(false)
  if (drawn) expect(Buffer.from((await spoil(kind, severity, 1, 2)).rgba).equals(Buffer.from(one.rgba))).toBe(false)
})

describe('in the engine’s threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-spoil-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  it('the drawn records only, spoiled as without threads', async () => {
    mkdirSync(join(folder, 'a'))
    for (let i = 0; i < 160; i++) writeFileSync(join(folder, 'a', `${String(i).padStart(4, '0')}.png`), encodePng({ width: 9, height: 8, rgba: Uint8Array.from({ length: 288 }, (_, k) => (k % 4 === 3 ? 255 : random.below(256))) }))
    const source: DatasetSource = { path: folder, format: { kind: 'images', layout: 'class-folders', labelFile: null, fileColumn: null, labelColumn: null }, columns: [{ name: 'image', type: 'image' }] }
    const image: ImagePreprocessing = { width: 7, height: 7, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NCHW', scale: 1 / 255, mean: [0], std: [1] }
    const keep = new Set(Array.from({ length: 160 }, (_, i) => i + 1).filter((record) => record % 2 === 0 || record === 3))
    const how = { kind: 'pixel-noise' as const, severity: 32, seed: 6 }
    const calm = new AbortController().signal
    const threads = await openPrepared(source, [{ input: 'x', image, dtype: 'float32' }], valuesPerPicture(image), { limit: null, chosen: (record) => keep.has(record), spoil: how }, calm)
    const [records, values, expected]: [number[], number[], number[]] = [[], [], []]
    for await (const chunk of threads!.chunks(calm)) { records.push(...chunk.records); values.push(...chunk.prepared!.get('x')!) }
    for await (const chunk of (await openImages(source, { chosen: (record) => keep.has(record) })).chunks(calm)) {
      for (const [i, p] of chunk.pictures.entries()) {
        const target = new Float32Array(valuesPerPicture(image))
        preparePicture(await spoilPicture(p, how, chunk.records[i]!), image, target, 0)
        expected.push(...target)
      }
    }
    expect(records).toEqual([...keep].sort((a, b) => a - b))
    expect(values).toEqual(expected)
  })
})
