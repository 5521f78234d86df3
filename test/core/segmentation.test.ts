// Semantic segmentation through the real engine: both fixture models against their references, other forms of outputs by tiny models,
// masks of other sizes, cut pictures, pictures without masks.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allRows, openDatabase, sqlPath } from '../../main/core/datasets/duckdb.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { mapAxes } from '../../main/core/engine/mask-answers.ts'
import { placeMap } from '../../main/core/images/mask-place.ts'
import { decodeMask } from '../../main/core/images/mask-read.ts'
import { encodeClassMap } from '../../main/core/images/mask-write.ts'
import { noClass } from '../../shared/metrics/segmentation.ts'
import type { ImagePreprocessing } from '../../shared/domain/binding.ts'
import { fixture } from '../setup/fixtures.ts'
import { attributeInts, initializer, model, node, tensorValue, type ModelParts } from '../setup/onnx-builder.ts'
import { evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

const quiet = { signal: new AbortController().signal, progress: (): void => undefined }
const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T
type Result = Awaited<ReturnType<typeof evaluateOn>>
const valueOf = (result: Result, metric: string, slice = '') => result.metrics.find((m) => m.metric === metric && m.slice === slice)?.value

async function storedMaps(path: string): Promise<Map<number, number[]>> {
  const db = await openDatabase([path])
  try {
    const rows = await allRows(db, `SELECT record, class_map FROM read_parquet(${sqlPath(path)})`, quiet.signal, 'predictions')
    const maps = new Map<number, number[]>()
    for (const [record, text] of rows) maps.set(Number(record), [...(await decodeMask(Buffer.from(String(text), 'base64'))).values])
    return maps
  } finally { db.close() }
}

/** The class maps of the reference runtime, run lengths laid out. */
function referenceMaps(): number[][] {
  const { runs } = json<{ runs: number[][] }>('shapes-segmentation/predictions/v2.images.json')
  return runs.map((run) => Array.from({ length: run.length / 2 }, (_, i) => Array<number>(run[2 * i + 1]!).fill(run[2 * i]!)).flat())
}

describe.each([['v1', 'shapes-v1-logits.onnx', 'pixel-logits', 'shapes-segmentation'], ['v2', 'shapes-v2-classmap.onnx', 'pixel-labels', 'shapes-segmentation/images']] as const)('shapes-segmentation %s', (id, file, role, data) => {
  it('has every number of the reference, from nothing but the pictures and their masks', async () => {
    await temporary(async (folder) => {
      const source = await readFixtureModel(`shapes-segmentation/models/${file}`, folder)
      const profile = await profileFixture(data)
      const { binding, guesses, problems } = await proposeFor(source, profile, null)
      expect(problems).toEqual([])
      expect(binding).toMatchObject({ task: 'semantic-segmentation', target: { kind: 'masks' }, classes: ['0', '1', '2'].map((c) => ({ label: c, output: c })) })
      expect(binding.outputs).toEqual([{ output: source.signature.outputs[0]!.name, role }])
      expect(guesses.filter((g) => g.about === 'task')).toEqual([{ about: 'task', value: 'semantic-segmentation', confidence: 'certain', reason: expect.any(String) as string }])
      const result = await evaluateOn(source, profile, binding, folder)
      const { classes, metrics } = json<{ classes: string[]; metrics: Record<string, unknown> }>(`shapes-segmentation/reference/${id}.images.json`)
      let seen = 0
      for (const [metric, want] of Object.entries(metrics)) {
        if (metric === 'confusion_matrix' || metric === 'per_image_pixel_accuracy') continue
        const parts = typeof want === 'number' ? [['', want] as const] : Object.entries(want as Record<string, number>).map(([name, v]) => [`class:${classes.indexOf(name)}`, v] as const)
        for (const [slice, v] of parts) { expect(valueOf(result, metric, slice), `${metric} ${slice}`).toBeCloseTo(v, 9); seen++ }
      }
      expect(seen).toBe(14)
      expect(result.curves[0]).toMatchObject({ kind: 'confusion', counts: metrics['confusion_matrix'] })
      const path = join(folder, result.predictionsFile)
      const page = await engineHandlers['predictions.page']({ path, offset: 0, limit: 100, order: 'record', onlyWrong: false }, quiet)
      expect(page.scoreNames).toEqual(['pixel accuracy', 'mean IoU'])
      expect(page.rows.map((r) => r.scores[0])).toEqual(metrics['per_image_pixel_accuracy'])
      const worst = await engineHandlers['predictions.page']({ path, offset: 0, limit: 3, order: 'worst', onlyWrong: true }, quiet)
      expect(worst.rows[0]!.loss).toBe(Math.max(...page.rows.map((r) => r.loss!)))
      expect(worst.total).toBe((metrics['per_image_pixel_accuracy'] as number[]).filter((a) => a < 1).length)
      const pair = await engineHandlers['predictions.masks']({ path, source: profile.source, labels: binding.classes.map((c) => c.label), record: 3 }, quiet)
      const truth = await decodeMask(readFileSync(fixture('shapes-segmentation/masks/002.png')))
      expect([...(await decodeMask(Buffer.from(pair.truth!, 'base64'))).values]).toEqual([...truth.values])
      expect([...(await decodeMask(Buffer.from(pair.predicted!, 'base64'))).values]).toEqual(referenceMaps()[2])
      const maps = await storedMaps(path)
      expect(referenceMaps().map((_, i) => maps.get(i + 1))).toEqual(referenceMaps())
    })
  })
})

const size = 8
const image = tensorValue('image', 'float32', ['N', 1, size, size])
const half = initializer('half', 'float32', [], new Uint8Array(Float32Array.of(0.5).buffer))
const one = initializer('one', 'float32', [], new Uint8Array(Float32Array.of(1).buffer))

/** Models that answer class 1 where a pixel is bright, each in its own form. */
const forms: Readonly<Record<string, ModelParts>> = {
  'logit of one channel': { nodes: [node('Sub', ['image', 'half'], ['mask'])], initializers: [half], inputs: [image], outputs: [tensorValue('mask', 'float32', ['N', 1, size, size])] },
  'channels last': {
    nodes: [node('Sub', ['one', 'image'], ['dark']), node('Concat', ['dark', 'image'], ['both'], [attributeInts('axis', [], 1)]), node('Transpose', ['both'], ['mask'], [attributeInts('perm', [0, 2, 3, 1])])],
    initializers: [one], inputs: [image], outputs: [tensorValue('mask', 'float32', ['N', size, size, 2])],
  },
  'small whole numbers': { nodes: [node('Greater', ['image', 'half'], ['bright']), node('Cast', ['bright'], ['mask'], [attributeInts('to', [], 2)])], initializers: [half], inputs: [image], outputs: [tensorValue('mask', 'uint8', ['N', 1, size, size])] },
  'half floats': {
    nodes: [node('Sub', ['one', 'image'], ['dark']), node('Concat', ['dark', 'image'], ['both'], [attributeInts('axis', [], 1)]), node('Cast', ['both'], ['mask'], [attributeInts('to', [], 10)])],
    initializers: [one], inputs: [image], outputs: [tensorValue('mask', 'float16', ['N', 2, size, size])],
  },
}

/** Pictures of `width` × `height` that are bright where `bright` says, and masks of the same. */
function place(root: string, names: readonly string[], width: number, height: number, bright: (x: number, y: number) => boolean): string {
  mkdirSync(join(root, 'images'), { recursive: true })
  mkdirSync(join(root, 'masks'), { recursive: true })
  const at = (i: number) => bright(i % width, Math.floor(i / width))
  for (const name of names) {
    writeFileSync(join(root, 'images', name), encodeClassMap(width, height, Array.from({ length: width * height }, (_, i) => (at(i) ? -1 : 0))))
    writeFileSync(join(root, 'masks', name), encodeClassMap(width, height, Array.from({ length: width * height }, (_, i) => (at(i) ? 1 : 0))))
  }
  return root
}

async function run(folder: string, parts: ModelParts, data: string, change: (image: ImagePreprocessing) => ImagePreprocessing = (i) => i) {
  const file = join(folder, 'tiny.onnx')
  writeFileSync(file, model(parts))
  const source = await readFixtureModel(file, folder)
  const profile = await profileFixture(data)
  const proposal = await proposeFor(source, profile, null)
  const binding = { ...proposal.binding, inputs: proposal.binding.inputs.map((i) => (i.kind === 'image' ? { ...i, image: change(i.image) } : i)) }
  return { proposal, result: await evaluateOn(source, profile, binding, folder) }
}

describe('outputs of every form', () => {
  it.each(Object.entries(forms))('%s', async (_, parts) => {
    await temporary(async (folder) => {
      const data = place(join(folder, 'data'), ['a.png', 'b.png', 'c.png'], size, size, (x, y) => x + 2 * y > 9)
      const { proposal, result } = await run(folder, parts, data)
      expect(proposal.problems).toEqual([])
      expect(proposal.binding.classes).toHaveLength(2)
      expect(valueOf(result, 'pixel_accuracy')).toBe(1)
      expect(valueOf(result, 'mean_iou')).toBe(1)
      expect(result.rows.scored).toBe(3)
    })
  })

  it('axes are told apart by the number of classes', () => {
    expect(mapAxes([2, 3, 64, 32], 3)).toEqual({ channels: 3, height: 64, width: 32, step: 2048, next: 1 })
    expect(mapAxes([2, 64, 32, 3], 3)).toEqual({ channels: 3, height: 64, width: 32, step: 1, next: 3 })
    expect(mapAxes([2, 64, 32], 1)).toEqual({ channels: 1, height: 64, width: 32, step: 2048, next: 1 })
    expect(mapAxes([2, 5], 1)).toBeNull()
    expect(mapAxes([2, 4, 64, 32], 3)).toBeNull()
  })
})

describe('answers at the size of the mask', () => {
  const plain: ImagePreprocessing = { width: 4, height: 4, resize: 'stretch', kernel: 'nearest', shorterSide: null, padValue: 0, color: 'grayscale', layout: 'NCHW', scale: 1, mean: [0], std: [1] }
  const map = Int32Array.from({ length: 16 }, (_, i) => i)
  const placed = (image: ImagePreprocessing, width: number, height: number) => placeMap(map, { width: 4, height: 4 }, { width, height }, image)

  it('stretched: every answered pixel covers two by two of a mask twice as large', () => {
    expect([...placed(plain, 8, 8).indices].slice(0, 16)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1, 2, 2, 3, 3])
    expect([...placed(plain, 4, 4).indices]).toEqual([...map])
    expect([...placed(plain, 2, 2).indices]).toEqual([5, 7, 13, 15])
  })

  it('cropped: what was cut off has no class', () => {
    const { indices, unseen } = placed({ ...plain, resize: 'crop' }, 8, 4)
    expect([...indices].slice(0, 8)).toEqual([noClass, noClass, 0, 1, 2, 3, noClass, noClass])
    expect(unseen).toBe(16)
  })

  it('padded: the answer for the padding belongs to no pixel', () => {
    const { indices, unseen } = placed({ ...plain, resize: 'pad' }, 4, 2)
    expect([...indices]).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    expect(unseen).toBe(0)
  })

  it('a cut picture counts what the model never saw as wrong, and says so', async () => {
    await temporary(async (folder) => {
      const data = place(join(folder, 'data'), ['a.png'], 16, 8, (x) => x % 2 === 0)
      const { result } = await run(folder, forms['logit of one channel']!, data, (i) => ({ ...i, resize: 'crop', kernel: 'nearest' }))
      expect(valueOf(result, 'pixel_accuracy')).toBe(0.5)
      expect(valueOf(result, 'pixels_outside_classes')).toBe(64)
      expect(result.notes).toContain('64 pixels of the pictures were cut off before they reached the model; they count as wrong.')
    })
  })
})

describe('pictures that cannot be judged', () => {
  it('without a mask, or with an unreadable one, are left out and said', async () => {
    await temporary(async (folder) => {
      const data = place(join(folder, 'data'), ['a.png', 'b.png', 'c.png', 'd.png'], size, size, (x) => x > 3)
      writeFileSync(join(data, 'masks/b.png'), 'nothing')
      writeFileSync(join(data, 'images/e.png'), readFileSync(join(data, 'images/a.png')))
      const { result } = await run(folder, forms['logit of one channel']!, data)
      expect(result.rows).toMatchObject({ read: 5, scored: 3 })
      expect(result.rows.leftOut.map((l) => [l.reason.split(':')[0], l.records])).toEqual([['picture without a mask', [5]], ['the mask is unreadable', [2]]])
      expect(valueOf(result, 'n_images')).toBe(3)
    })
  })

  it('a folder of pictures alone gives class maps and no metrics', async () => {
    await temporary(async (folder) => {
      const data = place(join(folder, 'data'), ['a.png', 'b.png'], size, size, (x) => x > 3)
      const { proposal, result } = await run(folder, forms['channels last']!, join(data, 'masks'))
      expect(proposal.binding).toMatchObject({ task: 'semantic-segmentation', target: null })
      expect(result.metrics).toEqual([])
      expect([...(await storedMaps(join(folder, result.predictionsFile))).keys()]).toEqual([1, 2])
    })
  })
})
