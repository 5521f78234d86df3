// Parts of runs that are no single answer a row: slices of labels, boxes and masks, and what a multilabel model goes by. Expected values come from the
// fixtures' references, their stored predictions and annotations, and from a model whose weights are zero where it must not look.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { factsOf } from '../../main/core/images/picture-facts.ts'
import type { SliceReport } from '../../shared/domain/slices.ts'
import { fixture } from '../setup/fixtures.ts'
import { initializer, model, node, tensorValue } from '../setup/onnx-builder.ts'
import { floats } from '../setup/onnx-reading.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T
const sliced = (report: SliceReport, column: string): Record<string, number> => Object.fromEntries(report.slices.filter((s) => s.column === column).map((s) => [s.value ?? 'missing', s.rows]))

test('slices of a multilabel run are shares of rows with exactly the right labels', async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
    const labels = ['red', 'green', 'blue', 'gold', 'white', 'black', 'orange']
    const runId = await evaluate(await importModel(fixture('flags-multilabel/models/flags-v1-logreg.onnx'), 'flags'), await addData(fixture('flags-multilabel/data/test.csv')), labels.join(','))
    const report = await job('run.slices', { runId, columns: ['continent'], minimumRows: 5 })
    expect(report.metric).toBe('subset_accuracy')
    expect(report.overall.value).toBeCloseTo(json<{ metrics: { subset_accuracy: number } }>('flags-multilabel/reference/v1.test.json').metrics.subset_accuracy, 12)
    // By hand from what the runtime answered: a label from one half on.
    const stored = Object.values(json<{ outputs: Record<string, { data: number[] }> }>('flags-multilabel/predictions/v1.test.json').outputs)[0]!.data
    const [header, ...lines] = readFileSync(fixture('flags-multilabel/data/test.csv'), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','))
    const right = lines.map((cells, row) => labels.every((label, l) => (Number(cells[header!.indexOf(label)]) === 1) === (stored[row * 7 + l]! >= 0.5)))
    expect(report.slices.length).toBeGreaterThan(3)
    for (const slice of report.slices) {
      const rows = lines.map((cells, row) => [cells[header!.indexOf('continent')], right[row]!] as const).filter(([continent]) => continent === slice.value)
      expect([slice.rows, slice.score.value], `continent ${slice.value ?? ''}`).toEqual([rows.length, rows.filter(([, is]) => is).length / rows.length])
      expect(slice.score.low).toBeLessThan(slice.score.value + 1e-12)
    }
  })
})

test('slices of detection count wrong and missed boxes a picture, by what the pictures are like', async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
    const runId = await evaluate(await importModel(fixture('digit-detection/models/digits-v1-decoded.onnx'), 'digits'), await addData(fixture('digit-detection')))
    const report = await job('run.slices', { runId, minimumRows: 5 })
    expect(report.metric).toBe('box_errors')
    const { fp, fn } = json<{ metrics: { operating_point: { fp: number, fn: number } } }>('digit-detection/reference/v1.images.json').metrics.operating_point
    expect(report.overall).toMatchObject({ rows: 150, value: (fp + fn) / 150 })
    const { annotations, images } = json<{ annotations: { image_id: number }[], images: { id: number }[] }>('digit-detection/annotations.coco.json')
    const counts: Record<string, number> = {}
    for (const { id } of images) { const boxes = String(annotations.filter((a) => a.image_id === id).length); counts[boxes] = (counts[boxes] ?? 0) + 1 }
    expect(sliced(report, 'true boxes')).toEqual(counts)
    expect(report.skipped.map((s) => s.column).sort()).toEqual(['height', 'width'])
    expect(Object.keys(sliced(report, 'brightness'))).toHaveLength(5)
  })
})

test('slices of segmentation are means of 1 − IoU of a picture, and one class everywhere is the baseline', async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job, client }) => {
    const runId = await evaluate(await importModel(fixture('shapes-segmentation/models/shapes-v1-logits.onnx'), 'shapes'), await addData(fixture('shapes-segmentation')))
    const report = await job('run.slices', { runId, minimumRows: 5 })
    expect(report.metric).toBe('mask_error')
    expect(report.overall.rows).toBe(60)
    expect(report.overall.value).toBeCloseTo(1 - json<{ metrics: { mean_over_images_of_mean_iou: number } }>('shapes-segmentation/reference/v1.images.json').metrics.mean_over_images_of_mean_iou, 6)
    expect(Object.values(sliced(report, 'classes in the mask')).reduce((a, b) => a + b, 0)).toBe(60)
    // Every picture of the fixture is 64 × 64, so that the mean over pictures is the share of all pixels.
    const { metrics } = json<{ metrics: { pixel_accuracy: number, confusion_matrix: number[][] } }>('shapes-segmentation/reference/v1.images.json')
    const sums = metrics.confusion_matrix.map((row) => row.reduce((a, b) => a + b, 0))
    const [score] = (await client.call('run.trivial', { runId })).baselines[0]!.scores
    expect(score).toMatchObject({ metric: 'pixel_accuracy', verdict: 'better', rows: 60, model: expect.closeTo(metrics.pixel_accuracy, 5) as number, baseline: expect.closeTo(Math.max(...sums) / sums.reduce((a, b) => a + b, 0), 9) as number })
  })
})

test('brightness is the mean luma of BT.709, contrast its standard deviation', () => {
  const picture = (...pixels: readonly number[][]) => ({ width: pixels.length, height: 1, rgba: Uint8Array.from(pixels.flatMap((p) => [...p, 255])) })
  expect(factsOf(picture([0, 0, 0], [255, 255, 255]))).toEqual({ width: 2, height: 1, brightness: expect.closeTo(127.5, 9) as number, contrast: expect.closeTo(127.5, 9) as number })
  expect(factsOf(picture([255, 0, 0], [255, 0, 0])).brightness).toBeCloseTo(54.213, 9)
})

test('importance of a multilabel model: the column that it uses rises the loss, the one with weights of zero does not', async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job, folder }) => {
    const bytes = model({
      nodes: [node('MatMul', ['x', 'w'], ['s']), node('Sigmoid', ['s'], ['probabilities'])], initializers: [initializer('w', 'float32', [2, 2], floats(3, -3, 0, 0))],
      inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('probabilities', 'float32', ['N', 2])], metadata: { feature_names: '["used", "idle"]', class_names: '["up", "down"]' },
    })
    writeFileSync(join(folder, 'two.onnx'), bytes)
    const rows = Array.from({ length: 120 }, (_, i) => { const x = (i % 11) - 5; return `${x / 2},${(i % 7) - 3},${Number(x > 0)},${Number(x < 0)}` })
    writeFileSync(join(folder, 'two.csv'), ['used,idle,up,down', ...rows].join('\n'))
    const runId = await evaluate(await importModel(join(folder, 'two.onnx'), 'two'), await addData(join(folder, 'two.csv')), 'up,down')
    const explanation = await job('run.explain', { runId, budget: { rows: 100, shuffles: 3, values: 0, orders: 5 }, records: [] })
    expect(explanation.loss).toBe('log_loss')
    const [used, idle] = explanation.importance
    expect([used?.feature, idle?.feature]).toEqual(['used', 'idle'])
    expect(used!.low).toBeGreaterThan(0.3)
    expect([idle!.rise, idle!.low, idle!.high]).toEqual([0, 0, 0])
  })
})

/** A grey PNG by its own specification: one byte a pixel, no filter. */
function greyPng(width: number, height: number, grey: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height, grey).map((v, i) => (i % (width + 1) === 0 ? 0 : v)))), chunk('IEND', Buffer.alloc(0))])
}

test('pictures with boxes: what is wrong with them is told with their numbers, and marking nothing is the baseline', async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job, client, folder }) => {
    const home = join(folder, 'scenes')
    cpSync(fixture('digit-detection/images'), join(home, 'images'), { recursive: true })
    const coco = json<{ images: { id: number, file_name: string, width: number, height: number }[], annotations: { id: number, image_id: number, category_id: number, bbox: number[], area: number, iscrowd: number }[] }>('digit-detection/annotations.coco.json')
    const [first] = coco.images
    const files = [['tiny.png', greyPng(8, 96, 90)], ['copy.png', readFileSync(join(home, 'images', first!.file_name.replace(/^images\//, '')))], ['broken.png', Buffer.from('no picture')]] as const
    for (const [i, [name, bytes]] of files.entries()) {
      writeFileSync(join(home, 'images', name), bytes)
      coco.images.push({ ...first!, id: 9000 + i, file_name: first!.file_name.replace(/[^/]+$/, name), ...(i === 0 ? { width: 8, height: 96 } : {}) })
    }
    coco.annotations.push({ id: 90_000, image_id: 9001, category_id: coco.annotations[0]!.category_id, bbox: [80, 80, 40, 40], area: 1600, iscrowd: 0 })
    writeFileSync(join(home, 'annotations.coco.json'), JSON.stringify(coco))
    const runId = await evaluate(await importModel(fixture('digit-detection/models/digits-v1-decoded.onnx'), 'digits'), await addData(home))
    const quality = await job('run.quality', { runId })
    const told = Object.fromEntries(quality.findings.map((f) => [f.kind, f]))
    expect(Object.keys(told).sort()).toEqual(['boxes-outside', 'duplicate-rows', 'empty-annotations', 'tiny-pictures', 'unreadable-pictures'])
    expect(quality.findings.map((f) => f.rows)).toEqual([1, 1, 1, 1, 1])
    expect(told['duplicate-rows']!.examples[0]!.shows).toMatch(/copy\.png/)
    expect(told['tiny-pictures']!.examples[0]!.shows).toMatch(/tiny\.png/)
    expect(told['unreadable-pictures']!.sentence).toBe('1 picture (0.7 %) cannot be read and is not in the numbers.')
    const baseline = await client.call('run.trivial', { runId })
    expect(baseline).toMatchObject({ verdict: 'better', baselines: [{ kind: 'no-boxes', scores: [{ metric: 'detection.f1', baseline: 0, rows: 152 }] }] })
    const { metrics } = await client.call('run.get', { runId })
    expect(baseline.baselines[0]!.scores[0]!.model).toBeCloseTo(metrics.find((m) => m.metric === 'detection.f1')!.value!, 12)
  })
})
