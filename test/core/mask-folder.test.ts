// Folders of pictures with masks: found, paired, counted, hashed; what the values mean, and what is odd is said.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hashDataset } from '../../main/core/datasets/dataset-hash.ts'
import { readRows } from '../../main/core/datasets/read-rows.ts'
import { parseClassList } from '../../main/core/images/mask-classes.ts'
import { createMaskIndex, decodeMask, maskPlaces } from '../../main/core/images/mask-read.ts'
import { encodeClassMap } from '../../main/core/images/mask-write.ts'
import { encodePng } from '../../main/core/images/decode.ts'
import { fixture } from '../setup/fixtures.ts'
import facts from '../fixtures-facts/mask-facts.json' with { type: 'json' }
import { calm, profileOf, sourceOf } from './dataset-reading.ts'
import { openTestCore } from './open-test-core.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-masks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const shapes = fixture('shapes-segmentation')
const picture = readFileSync(join(shapes, 'images/000.png'))
/** Pixels of each class: the sums of the rows of the reference's confusion matrix. */
const pixels = (JSON.parse(readFileSync(join(shapes, 'reference/v1.images.json'), 'utf8')) as { metrics: { confusion_matrix: number[][] } }).metrics.confusion_matrix.map((row) => row.reduce((a, b) => a + b, 0))

/** A new folder with `images/NAME.png` for every name, and masks of 64 × 64 as the index function says. */
function place(name: string, masks: Readonly<Record<string, (i: number) => number>>, maskFolder = 'masks'): string {
  const root = join(folder, name)
  mkdirSync(join(root, 'images'), { recursive: true })
  mkdirSync(join(root, maskFolder), { recursive: true })
  for (const [stem, index] of Object.entries(masks)) {
    writeFileSync(join(root, 'images', `${stem}.png`), picture)
    writeFileSync(join(root, maskFolder, `${stem}.png`), encodeClassMap(64, 64, Array.from({ length: 4096 }, (_, i) => index(i))))
  }
  return root
}

const imagesFormat = (profile: Awaited<ReturnType<typeof profileOf>>) => {
  if (profile.format.kind !== 'images') throw new Error('pictures were expected')
  return profile.format
}

describe('decoding masks gives what PIL reads', () => {
  test.each(facts.files.map((f) => [f.name, f] as const))('%s', async (_, f) => {
    const mask = await decodeMask(Buffer.from(f.bytes, 'base64'))
    expect([mask.kind, mask.width, mask.height]).toEqual([f.kind, f.width, f.height])
    expect([...mask.values]).toEqual(f.values)
  })

  test('a class map that was written is read again', async () => {
    const indices = Array.from({ length: 35 }, (_, i) => (i % 7 === 0 ? -1 : i % 5))
    expect([...(await decodeMask(encodeClassMap(7, 5, indices))).values]).toEqual(indices.map((v) => (v < 0 ? 255 : v)))
    expect(() => encodeClassMap(1, 1, [255])).toThrow(RangeError)
  })

  test('a JPEG is refused', async () => {
    await expect(decodeMask(readFileSync(fixture('mnist/images/odd/3/cmyk.jpg')))).rejects.toThrow('JPEG changes the values of a mask')
  })
})

describe('shapes-segmentation', () => {
  test.each([['the case folder', shapes, 'images', 'masks', 'images/000.png', 'masks/000.png'], ['its folder of pictures alone', join(shapes, 'images'), '', '../masks', '000.png', '../masks/000.png']] as const)('%s: 60 pictures with masks, every pixel counted', async (_, path, imageFolder, annotations, first, mask) => {
    const profile = await profileOf(path)
    expect(imagesFormat(profile)).toMatchObject({ layout: 'masks', imageFolder, annotations, masks: { by: 'value', ignore: null, named: false } })
    expect(profile.rows).toBe(60)
    expect(profile.classes).toEqual([0, 1, 2].map((v) => ({ value: String(v), count: pixels[v]! })))
    expect(imagesFormat(profile).masks!.classes.map((c) => c.color)).toEqual(['#000000', '#dc3c3c', '#3c78dc'])
    expect(profile.findings.filter((f) => f.severity === 'warning')).toEqual([])
    const page = await readRows({ source: sourceOf(path, profile), offset: 0, limit: 1 }, calm())
    expect([page.columns, page.rows[0]]).toEqual([['image', 'mask'], [first, mask]])
    expect(await hashDataset({ path, format: profile.format }, calm())).toEqual({ sha256: profile.sha256, bytes: profile.bytes })
  })

  test('a copied folder of pictures takes its masks along', async () => {
    const core = await openTestCore()
    try {
      const dataset = await core.job('dataset.add', { file: await core.token(join(shapes, 'images')), copy: true, format: {} })
      expect(dataset).toMatchObject({ rows: 60, copied: true })
    } finally { await core.done() }
  })
})

describe('what masks may hold', () => {
  test('the fingerprint changes with one pixel of one mask', async () => {
    const root = place('pixel', { a: (i) => i % 3, b: () => 1 })
    const before = await profileOf(root)
    writeFileSync(join(root, 'masks/b.png'), encodeClassMap(64, 64, Array.from({ length: 4096 }, (_, i) => (i === 77 ? 2 : 1))))
    const after = await profileOf(root)
    expect(after.sha256).not.toBe(before.sha256)
    expect(after.classes.find((c) => c.value === '2')!.count - before.classes.find((c) => c.value === '2')!.count).toBe(1)
  })

  test('a picture without mask, a mask of another size, an unreadable one, a stray one and unknown values are said', async () => {
    const root = place('odd', { a: (i) => i % 2, b: (i) => (i < 10 ? 7 : i < 20 ? -1 : 1), c: () => 0, d: () => 0 })
    rmSync(join(root, 'masks/c.png'))
    writeFileSync(join(root, 'masks/d.png'), 'no mask')
    writeFileSync(join(root, 'images/e.png'), picture)
    writeFileSync(join(root, 'masks/e.png'), encodeClassMap(32, 32, new Uint8Array(1024)))
    writeFileSync(join(root, 'masks/zz.png'), encodeClassMap(2, 2, [0, 0, 0, 0]))
    writeFileSync(join(root, 'classes.txt'), 'sky\nroad\n')
    const profile = await profileOf(root)
    expect(profile.classes.map((c) => c.value)).toEqual(['sky', 'road'])
    expect(profile.classes.map((c) => c.count)).toEqual([2048 + 1024, 2048 + 4076])
    const where = (text: string) => profile.findings.filter((f) => f.sentence.includes(text)).flatMap((f) => f.where)
    expect(where('without a mask')).toEqual(['images/c.png'])
    expect(where('of another size')).toEqual(['masks/e.png'])
    expect(where('cannot be read')).toEqual(['masks/d.png'])
    expect(where('neither a picture nor the mask')).toEqual(['masks/zz.png'])
    expect(where('does not name')).toEqual(['7'])
    expect(profile.findings.map((f) => f.sentence)).toContain('10 pixels with the value 255, which by convention are not judged.')
  })

  test('0 and 255 alone are two classes', async () => {
    const profile = await profileOf(place('binary', { a: (i) => (i % 4 === 0 ? -1 : 0) }))
    expect(profile.classes).toEqual([{ value: '0', count: 3072 }, { value: '255', count: 1024 }])
    expect(maskPlaces(imagesFormat(profile).masks!, ['background', 'object'])).toEqual([0, 1])
  })

  test('colours are classes by a list, and a guess without one', async () => {
    const root = place('colours', { a: () => 0 }, 'labels')
    const rgba = new Uint8Array(4096 * 4).fill(255)
    for (let i = 0; i < 1000; i++) rgba.set([128, 64, 0], i * 4)
    for (let i = 1000; i < 4096; i++) rgba.set([0, 0, 0], i * 4)
    writeFileSync(join(root, 'labels/a.png'), encodePng({ width: 64, height: 64, rgba }))
    const guessed = await profileOf(root)
    expect(guessed.classes).toEqual([{ value: '#000000', count: 3096 }, { value: '#804000', count: 1000 }])
    expect(guessed.findings.some((f) => f.sentence.includes('no list says which class'))).toBe(true)
    writeFileSync(join(root, 'class_dict.csv'), 'name,r,g,b\nroad,128,64,0\nvoid,0,0,0\n')
    const listed = await profileOf(root)
    expect(listed.classes).toEqual([{ value: 'road', count: 1000 }, { value: 'void', count: 3096 }])
    const index = createMaskIndex(imagesFormat(listed).masks!, ['void', 'road'])(await decodeMask(readFileSync(join(root, 'labels/a.png'))))
    expect([index[0], index[999], index[1000]]).toEqual([1, 1, 0])
  })

  test('class folders are no masks, whatever one of them is called', async () => {
    const root = join(folder, 'classes')
    cpSync(fixture('mnist/images/test/3'), join(root, 'labels'), { recursive: true })
    cpSync(fixture('mnist/images/test/4'), join(root, 'others'), { recursive: true })
    expect(imagesFormat(await profileOf(root)).layout).toBe('class-folders')
  })
})

describe('lists of classes', () => {
  test.each([
    ['classes.txt', 'sky\nroad\ncar\n', [['sky', 0], ['road', 1], ['car', 2]]],
    ['classes.txt', '3: car\n0: sky\n', [['car', 3], ['sky', 0]]],
    ['label_colors.txt', '64 128 64\tAnimal\n192 0 128\tArchway\n', [['Animal', 0], ['Archway', 1]]],
    ['labelmap.txt', '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\n', [['background', 0], ['cat', 1]]],
    ['labels.json', '{"0":"sky","2":"car"}', [['sky', 0], ['car', 2]]],
    ['labels.json', '{"classes":[{"id":5,"name":"sky","color":[1,2,3]},{"id":1,"name":"car"}]}', [['sky', 5], ['car', 1]]],
    ['labels.json', '{"sky":1,"car":0}', [['sky', 1], ['car', 0]]],
  ])('%s %s', (name, text, expected) => {
    expect(parseClassList(text, name)!.map((c) => [c.name, c.value])).toEqual(expected)
  })

  test('colours are read', () => {
    expect(parseClassList('64 128 64 Animal\n192 0 128 Archway', 'x.txt')!.map((c) => c.color)).toEqual(['#408040', '#c00080'])
    expect(parseClassList('a:0,0,0::\ncat:250,50,83::\n', 'x.txt')!.map((c) => c.color)).toEqual(['#000000', '#fa3253'])
  })

  test.each([['one', 'x.txt'], ['a\na', 'x.txt'], ['{"a":', 'x.json'], ['[1,2]', 'x.json']])('%s is none', (text, name) => {
    expect(parseClassList(text, name)).toBeNull()
  })
})
