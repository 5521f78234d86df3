// Folders of pictures with boxes: both forms of the fixture agree, folders of the usual tools are found, and what is malformed is said in sentences.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { AnnotationFaults } from '../../main/core/images/annotated-box.ts'
import { openBoxes } from '../../main/core/images/boxes.ts'
import { matchPictures } from '../../main/core/images/coco.ts'
import { walkFolder } from '../../main/core/images/walk-folder.ts'
import type { DatasetFinding } from '../../shared/domain/dataset.ts'
import { fixture } from '../setup/fixtures.ts'
import { temporary } from './evaluate-case.ts'

const signal = new AbortController().signal
const quiet = { signal, progress: (): void => undefined }
const profile = async (path: string, format = {}) => engineHandlers['dataset.profile']({ path, format }, quiet)
const sentences = (findings: readonly DatasetFinding[]): string[] => findings.map((f) => f.sentence).filter((s) => !s.startsWith('Every picture has') && !s.includes('byte for byte'))

/** Pictures of 96 × 96 pixels and files of texts. */
function fill(folder: string, pictures: readonly string[], texts: Readonly<Record<string, string>>): string {
  for (const name of [...pictures, ...Object.keys(texts)]) mkdirSync(dirname(join(folder, name)), { recursive: true })
  pictures.forEach((name, i) => { cpSync(fixture(`digit-detection/images/scene_00${i}.png`), join(folder, name)) })
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
  return folder
}

async function boxes(folder: string, names: readonly string[]) {
  const { format } = await profile(folder)
  if (format.kind !== 'images') throw new Error('no pictures')
  const opened = await openBoxes(folder, format, await walkFolder(folder, signal))
  return Promise.all(names.map((name) => opened.boxesOf(name, { width: 96, height: 96 })))
}

const coco = (more: object = {}) => ({
  images: [{ id: 7, file_name: 'a.png', width: 96, height: 96 }, { id: 8, file_name: 'b.png', width: 96, height: 96 }],
  annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [10, 20, 30, 40], iscrowd: 0 }], categories: [{ id: 3, name: 'cat' }, { id: 9, name: 'dog' }], ...more,
})

describe('both forms of the fixture', () => {
  it('have the boxes of each class that the reference counted', async () => {
    const found = await profile(fixture('digit-detection/images'))
    const { metrics } = JSON.parse(readFileSync(fixture('digit-detection/reference/v1.images.json'), 'utf8')) as { metrics: { per_class: Record<string, { n_truth: number }> } }
    expect(Object.fromEntries(found.classes.map((c) => [c.value, c.count]))).toEqual(Object.fromEntries(Object.entries(metrics.per_class).map(([name, of]) => [name, of.n_truth])))
    expect(found.format).toMatchObject({ layout: 'coco', annotations: '../annotations.coco.json', boxes: { named: true } })
    expect(found.columns.map((c) => [c.name, c.missing])).toEqual([['image', 0], ['boxes', 0]])
    const { sha256 } = await engineHandlers['dataset.hash']({ path: fixture('digit-detection/images'), format: found.format }, quiet)
    expect(sha256).toBe(found.sha256)
  })

  it('say the same boxes', async () => {
    await temporary(async (folder) => {
      const names = Array.from({ length: 150 }, (_, i) => `scene_${String(i).padStart(3, '0')}.png`)
      cpSync(fixture('digit-detection/images'), join(folder, 'images'), { recursive: true })
      cpSync(fixture('digit-detection/labels-yolo'), join(folder, 'labels-yolo'), { recursive: true })
      const [one, other] = [await boxes(fixture('digit-detection/images'), names), await boxes(join(folder, 'images'), names)]
      const flat = (all: typeof one): number[] => all.flatMap((p) => (p ?? []).flatMap((b) => [b.x1, b.y1, b.x2, b.y2, b.value]))
      expect(flat(other)).toHaveLength(flat(one).length)
      // The text files keep six decimals of a share.
      flat(one).forEach((v, i) => { expect(Math.abs(v - flat(other)[i]!)).toBeLessThan(1e-4) })
      expect((await profile(join(folder, 'images'))).format).toMatchObject({ layout: 'yolo', annotations: '../labels-yolo', boxes: { named: false } })
    })
  })
})

describe('COCO files', () => {
  const say = (more: object, pictures = ['a.png', 'b.png']) => temporary(async (folder) => sentences((await profile(fill(folder, pictures, { 'annotations.json': JSON.stringify(coco(more)) }))).findings))

  it('name what is wrong with single annotations, and judge the rest', async () => {
    expect(await say({ annotations: [
      { id: 1, image_id: 7, category_id: 3, bbox: [10, 20, 30, 40] }, { id: 2, image_id: 7, category_id: 4, bbox: [10, 20, 30, 40] }, { id: 3, image_id: 99, category_id: 3, bbox: [0, 0, 1, 1] },
      { id: 4, image_id: 7, category_id: 3, bbox: [1, 2, 3] }, { id: 5, image_id: 7, category_id: 3, bbox: [1, 2, 0, 4] }, 'nothing', { id: 7, image_id: 7, category_id: 9, bbox: [90, 90, 20, 5] }, { id: 8, image_id: 7, category_id: 9, bbox: [1, 1, 90, 90], iscrowd: 1 },
    ] })).toEqual([
      'Not judged, once: a box of the category 4, which the list of categories does not have; it is annotation 2 (a.png).',
      'Not judged, once: an annotation of a picture that the list of pictures does not have; it is annotation 3 (picture 99).',
      'Not judged, once: an annotation whose “bbox” is not four numbers; it is annotation 4 (a.png).',
      'Not judged, once: a box without area; it is annotation 5 (a.png).',
      'Not judged, once: an annotation that is no object; it is annotation number 6.',
      '1 picture without a box: every box that a model finds there is wrong.',
      '1 picture with boxes that reach outside; they count as they are annotated.',
      '1 box stands for many objects at once (crowd); finding it is neither right nor wrong.',
    ])
  })

  it('name pictures that are only on one side, and sizes that differ', async () => {
    expect(await say({ images: [{ id: 7, file_name: 'sub/a.png', width: 48, height: 96 }, { id: 8, file_name: 'gone.png' }] }, ['a.png', 'c.png'])).toEqual([
      '1 picture without annotation, left out of an evaluation.', '1 class of the list without a box.', '1 annotated picture is not in the folder and cannot be judged.',
      '1 picture of another size than the annotations say; its boxes are taken in the pixels of the file.',
    ])
  })

  it.each([
    ['{"images":[{"id":1,"file_name":"a.png"}', 'its JSON ends too early'], ['{"images":[}', /its JSON is broken/], ['{"images":[],"annotations":{}}', 'it has no list “annotations”'], ['{"images":[],"annotations":[]}', 'it has no list “categories”'],
  ])('a file that is none is refused: %s', async (text, reason) => {
    await temporary(async (folder) => {
      const failed = await profile(fill(folder, ['a.png'], { '_annotations.coco.json': text })).catch((thrown: unknown) => thrown)
      expect(failed).toMatchObject({ code: 'dataset.notReadable', details: { file: '_annotations.coco.json', reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) as string } })
    })
  })

  it('may be named, and must then know the pictures', async () => {
    await temporary(async (folder) => {
      fill(folder, ['p/a.png', 'p/b.png'], { 'x/split.json': JSON.stringify(coco()), 'x/other.json': JSON.stringify(coco({ images: [] })) })
      expect((await profile(join(folder, 'p'), { labelFile: '../x/split.json' })).format).toMatchObject({ layout: 'coco', annotations: '../x/split.json' })
      await expect(profile(join(folder, 'p'), { labelFile: '../x/other.json' })).rejects.toMatchObject({ details: { reason: 'none of its 0 pictures is in “p”' } })
    })
  })

  it('bare names count only where they are unique', () => {
    const picture = (file: string) => ({ file, width: null, height: null, boxes: [] })
    const match = (files: string[], names: string[], base = '') => [...matchPictures({ pictures: files.map(picture) }, names, base)].map(([name, found]) => [name, found.file])
    expect(match(['train/a.png', 'val/a.png'], ['a.png'])).toEqual([])
    expect(match(['train/a.png', 'val/a.png'], ['a.png'], 'val/')).toEqual([['a.png', 'val/a.png']])
    expect(match(['./x\\a.png'], ['x/a.png', 'y/a.png'])).toEqual([['x/a.png', './x\\a.png']])
  })
})

describe('YOLO files', () => {
  it.each([
    ['images and labels', ['images/train/a.png', 'images/val/b.png'], { 'labels/train/a.txt': '1 0.5 0.5 0.25 0.5', 'labels/val/b.txt': '', 'data.yaml': 'names:\n  0: cat\n  1: dog\n' }],
    ['a folder for each part', ['train/images/a.png', 'valid/images/b.png'], { 'train/labels/a.txt': '1 0.5 0.5 0.25 0.5', 'valid/labels/b.txt': '', 'data.yaml': 'nc: 2\nnames: [cat, dog]\n' }],
    ['texts beside pictures', ['a.png', 'b.png'], { 'a.txt': '1 0.5 0.5 0.25 0.5', 'b.txt': '', 'classes.txt': 'cat\ndog\n' }],
    ['outlines', ['images/a.png', 'images/b.png'], { 'labels/a.txt': '1 0.375 0.25 0.625 0.25 0.5 0.75', 'labels/b.txt': '', 'obj.names': 'cat\ndog' }],
  ])('in the usual places: %s', async (_, pictures, texts) => {
    await temporary(async (folder) => {
      const found = await profile(fill(folder, pictures, texts))
      expect(found.format).toMatchObject({ layout: 'yolo', boxes: { named: true, classes: [{ name: 'cat', value: 0 }, { name: 'dog', value: 1 }] } })
      expect(found.classes).toEqual([{ value: 'cat', count: 0 }, { value: 'dog', count: 1 }])
      expect(await boxes(folder, pictures)).toEqual([[{ value: 1, x1: 36, y1: 24, x2: 60, y2: 72 }], []])
    })
  })

  it('name bad lines with file and line, unknown classes, and pictures without a file', async () => {
    await temporary(async (folder) => {
      const lines = ['0 0.5 0.5 0.2 0.2', 'cat 0.5 0.5 0.2 0.2', '0 0.5 0.5 0.2', '0 48 48 20 20', '0 0.5 0.5 0 0.2', '0.5 0.5 0.5 0.2 0.2', '7 0.5 0.5 0.2 0.2', '0 0.95 0.5 0.2 0.2']
      const found = await profile(fill(folder, ['images/a.png', 'images/b.png', 'images/c.png'], { 'labels/a.txt': lines.join('\r\n'), 'labels/c.txt': '0 0.5 0.5 0.2 0.2\n', 'classes.txt': 'cat\n' }))
      expect(sentences(found.findings)).toEqual([
        'Not judged, once: a line with something else than numbers; it is labels/a.txt, line 2.',
        'Not judged, once: a line with 4 numbers instead of 5; it is labels/a.txt, line 3.',
        'Not judged, once: a line with numbers outside 0 to 1, which are no shares of the picture; it is labels/a.txt, line 4.',
        'Not judged, once: a box without area; it is labels/a.txt, line 5.',
        'Not judged, once: a line whose class is not a whole number from 0 on; it is labels/a.txt, line 6.',
        'Not judged, once: a box of the class 7, which the list of classes does not have; it is classes.txt.',
        '1 picture without a file of boxes; as YOLO does, it counts as a picture without objects.',
        '1 picture with boxes that reach outside; they count as they are annotated.',
      ])
      expect(found.classes).toEqual([{ value: 'cat', count: 3 }])
    })
  })

  it('texts that are no boxes make no boxes', async () => {
    await temporary(async (folder) => {
      const found = await profile(fill(folder, ['cats/a.png', 'dogs/b.png'], { 'cats/a.txt': 'a cat on a mat', 'dogs/b.txt': 'a dog' }))
      expect(found.format).toMatchObject({ layout: 'class-folders' })
    })
  })

  it('the faults of a file of its own reach whoever asks', async () => {
    await temporary(async (folder) => {
      const { format } = await profile(fill(folder, ['a.png'], { 'a.txt': '0 0.5 0.5 0.2 0.2\nx' }))
      if (format.kind !== 'images') throw new Error('no pictures')
      const faults = new AnnotationFaults()
      await (await openBoxes(folder, format, await walkFolder(folder, signal))).boxesOf('a.png', { width: 10, height: 10 }, faults)
      expect(faults.all).toEqual([{ reason: 'a line with something else than numbers', where: ['a.txt, line 2'] }])
    })
  })
})
