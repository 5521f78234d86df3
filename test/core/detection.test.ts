// Object detection through the real engine: what is proposed and why, the boxes of single pictures against the raw answers, YOLO data, and what cannot be judged.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import type { Binding, Guess } from '../../shared/domain/binding.ts'
import { checkBinding } from '../../shared/binding/check-binding.ts'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore } from './open-test-core.ts'
import { evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

const decoded = 'digit-detection/models/digits-v1-decoded.onnx'
const grid = 'digit-detection/models/digits-v2-yolo-layout.onnx'
const quiet = { signal: new AbortController().signal, progress: (): void => undefined }
const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(`digit-detection/${path}`), 'utf8')) as T
const picture = (i: number): string => `scene_${String(i).padStart(3, '0')}.png`

interface Coco { readonly images: { id: number; file_name: string }[]; readonly annotations: { image_id: number; category_id: number; bbox: [number, number, number, number] }[]; readonly categories: { id: number; name: string }[] }

/** A folder with the first pictures of the fixture, and annotations. */
function place(folder: string, pictures: number, texts: Readonly<Record<string, string>>): string {
  mkdirSync(join(folder, 'images'), { recursive: true })
  for (let i = 0; i < pictures; i++) cpSync(fixture(`digit-detection/images/${picture(i)}`), join(folder, 'images', picture(i)))
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
  return join(folder, 'images')
}

const guessOf = (guesses: readonly Guess[], about: string): Guess | undefined => guesses.find((g) => g.about === about)

async function run(folder: string, model: string, data: string, change: (b: Binding) => Binding = (b) => b, options = {}) {
  mkdirSync(folder, { recursive: true })
  const source = await readFixtureModel(model, folder)
  const profiled = await profileFixture(data)
  const proposal = await proposeFor(source, profiled, null)
  const binding = change(proposal.binding)
  return { proposal, binding, result: await evaluateOn(source, profiled, binding, folder, { options }) }
}

type Ran = Awaited<ReturnType<typeof run>>
const valueOf = ({ result }: Ran, metric: string, slice = ''): number | null | undefined => result.metrics.find((m) => m.metric === metric && m.slice === slice)?.value

describe('what is proposed', () => {
  it('for outputs of their own: roles by name, order and classes by what the model finds', async () => {
    await temporary(async (folder) => {
      const { binding, guesses, problems } = await proposeFor(await readFixtureModel(decoded, folder), await profileFixture('digit-detection/images'), null)
      expect(binding).toMatchObject({ task: 'object-detection', target: { kind: 'boxes' }, detection: { order: 'xyxy', unit: 'pixels', suppression: null, maximumBoxes: 100 }, decision: { kind: 'threshold' } })
      expect(binding.outputs).toEqual([{ output: 'boxes', role: 'boxes' }, { output: 'scores', role: 'box-scores' }, { output: 'labels', role: 'box-labels' }])
      expect(guessOf(guesses, 'detection.boxes')).toMatchObject({ confidence: 'certain', reason: expect.stringMatching(/^Read so, \d+ of \d+ true boxes of 4 sample pictures are found; read in the next best way, \d+\.$/) as string })
      expect(guessOf(guesses, 'classes')?.reason).toMatch(/metadata “\w+” names the classes in this order, and the annotations have the same names\. Of \d+ boxes/)
      expect(problems).toEqual([])
      for (const g of guesses) expect(g.reason.length, g.about).toBeGreaterThan(10)
    })
  })

  it('for a raw grid: the axis of the classes, and what thins its cells out', async () => {
    await temporary(async (folder) => {
      const model = await readFixtureModel(grid, folder)
      const { binding, guesses } = await proposeFor(model, await profileFixture('digit-detection/images'), null)
      expect(binding.outputs).toEqual([{ output: 'output0', role: 'yolo' }])
      expect(binding.detection).toEqual({ order: 'cxcywh', unit: 'pixels', cells: 'last', objectness: false, minimumScore: 0.05, suppression: { iou: 0.5, perClass: true }, maximumBoxes: 100 })
      expect(guessOf(guesses, 'detection.boxes')?.confidence).toBe('certain')
      const signature = { ...model.signature, outputs: [{ ...model.signature.outputs[0]!, shape: ['batch', 14, 576], text: 'float32[batch, 14, 576]' }] }
      const sentences = (change: Partial<Binding>): string[] => checkBinding({ ...binding, ...change }, signature, null).map((p) => p.sentence)
      expect(sentences({})).toEqual([])
      expect(sentences({ classes: binding.classes.slice(1) })).toEqual(['The output “output0” is float32[batch, 14, 576], but 4 numbers and 9 classes a box are bound.'])
      expect(sentences({ outputs: [{ output: 'output0', role: 'boxes' }] })).toContain('A detection needs its boxes and how sure the model is of each, but they are not both named.')
      expect(sentences({ task: 'multiclass-classification' })).toContain('The role yolo of “output0” does not belong to a multiclass classification.')
    })
  })

  it('the annotations’ own ids and places among them are told apart by what is found', async () => {
    const coco = json<Coco>('annotations.coco.json')
    // Other names and ids: only the place of a category says which number of the model it is.
    const moved = { ...coco, categories: coco.categories.map((c) => ({ id: 10 + c.id * 10, name: `digit ${c.id}` })), annotations: coco.annotations.map((a) => ({ ...a, category_id: 10 + a.category_id * 10 })) }
    await temporary(async (folder) => {
      const { proposal } = await run(folder, decoded, place(folder, 12, { 'annotations.coco.json': JSON.stringify(moved) }))
      expect(proposal.binding.classes.map((c) => [c.label, c.output])).toEqual(Array.from({ length: 10 }, (_, i) => [`digit ${i}`, String(i)]))
      expect(guessOf(proposal.guesses, 'classes')?.reason).toContain('counted from 0')
    })
  })
})

describe('a run', () => {
  it('keeps the boxes of every picture, with what became of each', async () => {
    await temporary(async (folder) => {
      const { binding, result } = await run(folder, decoded, 'digit-detection/images')
      const path = join(folder, result.predictionsFile)
      const page = await engineHandlers['predictions.page']({ path, offset: 0, limit: 200, order: 'worst', onlyWrong: false }, quiet)
      const { operating_point: point } = json<{ metrics: { operating_point: Record<string, number> } }>('reference/v1.images.json').metrics
      const sum = (i: number): number => page.rows.reduce((s, r) => s + r.scores[i]!, 0)
      expect([sum(0), sum(1), sum(2)]).toEqual([point['tp'], point['fp'], point['fn']])
      expect(page.rows.map((r) => r.loss)).toEqual(page.rows.map((r) => r.loss).sort((a, b) => b! - a!))
      expect(page.rows.every((r) => r.correct === (r.loss === 0))).toBe(true)
      const coco = json<Coco>('annotations.coco.json')
      const raw = json<{ outputs: Record<'boxes' | 'scores' | 'labels', { data: (number | string)[] }> }>('predictions/v1.images.json').outputs
      for (const record of [1, page.rows[0]!.record]) {
        const shown = await engineHandlers['predictions.boxes']({ path, labels: binding.classes.map((c) => c.label), record, score: 0.3 }, quiet)
        expect(shown).toMatchObject({ name: picture(record - 1), width: 96, height: 96, score: 0.3, labelled: true })
        expect(shown.truth.map((t) => [t.label, ...t.box])).toEqual(coco.annotations.filter((a) => a.image_id === record - 1).map(({ category_id: c, bbox: [x, y, w, h] }) => [String(c), x, y, x + w, y + h]))
        const sure = raw.scores.data.slice((record - 1) * 20, record * 20).map(Number).map((score, i) => ({ score, at: (record - 1) * 20 + i })).filter((b) => b.score >= 0.3).sort((a, b) => b.score - a.score)
        expect(shown.predicted.map((b) => b.label)).toEqual(sure.map((b) => String(raw.labels.data[b.at])))
        shown.predicted.forEach((b, i) => { b.box.forEach((v, k) => { expect(Math.abs(v - Number(raw.boxes.data[sure[i]!.at * 4 + k]))).toBeLessThan(1e-2) }) })
        const row = page.rows.find((r) => r.record === record)!
        expect([shown.predicted.filter((b) => b.match === 'right').length, shown.predicted.filter((b) => b.match === 'wrong').length, shown.truth.filter((t) => !t.found).length]).toEqual(row.scores)
      }
      await expect(engineHandlers['predictions.boxes']({ path, labels: [], record: 999, score: 0 }, quiet)).rejects.toMatchObject({ code: 'dataset.notReadable' })
    })
  })

  it('on YOLO files agrees with the COCO file, whatever the size of the batch', async () => {
    const texts = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`images/scene_${String(i).padStart(3, '0')}.txt`, readFileSync(fixture(`digit-detection/labels-yolo/scene_${String(i).padStart(3, '0')}.txt`), 'utf8')]))
    await temporary(async (folder) => {
      const coco = await run(join(folder, 'one'), grid, place(join(folder, 'coco'), 12, { 'annotations.coco.json': readFileSync(fixture('digit-detection/annotations.coco.json'), 'utf8') }))
      const yolo = await run(join(folder, 'other'), grid, place(join(folder, 'yolo'), 12, texts), (b) => b, { batchSize: 5 })
      for (const id of ['n_truth', 'n_detections', 'detection.tp', 'detection.fp', 'detection.fn']) expect(valueOf(yolo, id), id).toBe(valueOf(coco, id))
      for (const id of ['map50', 'map50_95']) expect(Math.abs(valueOf(yolo, id)! - valueOf(coco, id)!), id).toBeLessThan(1e-3)
      expect(yolo.binding.classes.map((c) => c.label)).toEqual(coco.binding.classes.map((c) => c.label))
    })
  })

  it('leaves out pictures without annotation, and says which boxes it cannot judge', async () => {
    const coco = json<Coco>('annotations.coco.json')
    const part = { ...coco, images: coco.images.slice(0, 9), annotations: [...coco.annotations.filter((a) => a.image_id < 9), { image_id: 0, category_id: 77, bbox: [1, 1, 5, 5] }], categories: [...coco.categories, { id: 77, name: 'comma' }] }
    await temporary(async (folder) => {
      const ran = await run(folder, decoded, place(folder, 12, { 'annotations.coco.json': JSON.stringify(part) }))
      expect(ran.result.rows).toMatchObject({ read: 12, scored: 9, leftOut: [{ reason: 'picture without annotation', count: 3, records: [10, 11, 12] }] })
      expect(ran.proposal.problems.map((p) => p.sentence)).toEqual(['The annotations hold classes that the model does not have: “comma”. Their boxes are not judged.'])
      expect(ran.result.notes).toContain('1 true box is of classes that the binding does not name; it is not judged.')
      expect(valueOf(ran, 'n_truth')).toBe(coco.annotations.filter((a) => a.image_id < 9).length)
    })
  })

  it('without annotations gives boxes and no metrics', async () => {
    await temporary(async (folder) => {
      const ran = await run(folder, decoded, place(folder, 3, {}))
      expect(ran.binding).toMatchObject({ task: 'object-detection', target: null })
      expect(ran.result.metrics).toEqual([])
      const shown = await engineHandlers['predictions.boxes']({ path: join(folder, ran.result.predictionsFile), labels: ran.binding.classes.map((c) => c.label), record: 1, score: 0.3 }, quiet)
      expect(shown).toMatchObject({ labelled: false, truth: [] })
      expect(shown.predicted.length).toBeGreaterThan(0)
      expect(shown.predicted.every((b) => b.match === null)).toBe(true)
    })
  })
})

describe('through the whole core', () => {
  it('a copied folder with its file of boxes is scored, and one picture is answered with its boxes', async () => {
    const test = await openTestCore()
    try {
      const data = place(join(test.folder, 'digits'), 6, { 'annotations.coco.json': readFileSync(fixture('digit-detection/annotations.coco.json'), 'utf8') })
      const dataset = await test.job('dataset.add', { file: await test.token(data), copy: true })
      const [imported] = await test.job('version.import', { files: [await test.token(fixture(decoded))] })
      const versionId = imported!.version!.id
      const { binding, guesses } = await test.job('binding.propose', { versionId, datasetId: dataset.id })
      await test.core.client.call('binding.save', { versionId, binding, guesses })
      const { runId } = await test.job('run.evaluate', { versionId, datasetId: dataset.id })
      const run = await test.core.client.call('run.get', { runId })
      expect(run).toMatchObject({ status: 'done', task: 'object-detection', rows: { scored: 6 } })
      const shown = await test.core.client.call('run.boxes', { runId, record: 2 })
      const sure = await test.core.client.call('run.boxes', { runId, record: 2, score: 1 })
      expect(shown).toMatchObject({ name: picture(1), width: 96, height: 96, score: 0.3, labelled: true })
      expect(shown.predicted.some((b) => b.match === 'right')).toBe(true)
      expect(sure.predicted).toEqual([])
      expect(sure.truth.every((t) => !t.found)).toBe(true)
      expect((await test.core.client.call('dataset.rows', { datasetId: dataset.id, limit: 2 })).columns).toEqual(['image', 'boxes'])
    } finally { await test.done() }
  })
})
