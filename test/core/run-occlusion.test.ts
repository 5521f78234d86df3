// run.occlusion through the real engine: a model that looks at one patch of the picture is found out exactly, in place and in size.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { Binding } from '../../shared/domain/binding.ts'
import { occlusionMap, occlusionPictures, patchPlaces, rankedPlaces } from '../../shared/explain/occlusion.ts'
import { encodePng } from '../../main/core/images/decode.ts'
import { fixture } from '../setup/fixtures.ts'
import { initializer, model, node, tensorValue } from '../setup/onnx-builder.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

const side = 8
/** The planted patch: four pixels, two to the right of the fourth column, from the third row on. */
const planted = { left: 4, top: 2, size: 2 }
const weight = 0.75

/** Softmax over two scores: `weight` times the sum of the planted pixels, and 0. */
function plantedModel(): Uint8Array {
  const weights = new Float32Array(side * side * 2)
  for (let y = planted.top; y < planted.top + planted.size; y++) for (let x = planted.left; x < planted.left + planted.size; x++) weights[(y * side + x) * 2 + 1] = weight
  return model({
    inputs: [tensorValue('x', 'float32', ['N', 1, side, side])], outputs: [tensorValue('p', 'float32', ['N', 2])],
    initializers: [initializer('W', 'float32', [side * side, 2], new Uint8Array(weights.buffer))],
    nodes: [node('Flatten', ['x'], ['f']), node('MatMul', ['f', 'W'], ['s']), node('Softmax', ['s'], ['p'])],
  })
}

const binding: Binding = {
  schema: 'slipway.binding/1', task: 'binary-classification', idColumn: null, positiveClass: 'light', rows: 'lenient', decision: { kind: 'argmax' }, target: { kind: 'image-class' },
  inputs: [{ kind: 'image', input: 'x', dtype: 'float32', image: { width: side, height: side, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'grayscale', layout: 'NCHW', scale: 1 / 255, mean: [0], std: [1] } }],
  outputs: [{ output: 'p', role: 'probabilities' }], classes: [{ label: 'dark', output: 'dark' }, { label: 'light', output: 'light' }],
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

test('the planted patch is found exactly, in place and in size; another class has the opposite sign', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ folder, importModel, addData, job }) => {
    writeFileSync(join(folder, 'planted.onnx'), plantedModel())
    for (const [name, grey] of [['dark', 0], ['light', 255]] as const) {
      mkdirSync(join(folder, 'pictures', name), { recursive: true })
      writeFileSync(join(folder, 'pictures', name, '1.png'), encodePng({ width: side, height: side, rgba: Uint8Array.from({ length: side * side * 4 }, (_, i) => (i % 4 === 3 ? 255 : grey)) }))
    }
    const version = await importModel(join(folder, 'planted.onnx'), 'planted')
    const data = await addData(join(folder, 'pictures'))
    const { runId } = await job('run.evaluate', { versionId: version.id, datasetId: data.id, binding })
    const map = await job('run.occlusion', { runId, record: 2, patch: 2, stride: 2, fill: 'black' })
    expect(map).toMatchObject({ record: 2, truth: 'light', predicted: 'light', class: 'light', probability: true, width: side, height: side, lefts: [0, 2, 4, 6], tops: [0, 2, 4, 6] })
    expect(map.score).toBeCloseTo(sigmoid(4 * weight), 6)
    map.drops.forEach((drop, i) => expect(drop, `position ${i}`).toBeCloseTo(i === 1 * 4 + 2 ? sigmoid(4 * weight) - 0.5 : 0, 6))
    expect(rankedPlaces(map)[0]).toMatchObject({ left: planted.left, top: planted.top })

    // Moved by one pixel a patch hides as many planted pixels as it overlaps, and no others count.
    const fine = await job('run.occlusion', { runId, record: 2, patch: 2, stride: 1, fill: 'black', class: 'dark' })
    const overlap = (a: number, b: number): number => Math.max(0, 2 - Math.abs(a - b))
    fine.drops.forEach((drop, i) => {
      const hidden = overlap(fine.lefts[i % fine.lefts.length]!, planted.left) * overlap(fine.tops[Math.floor(i / fine.lefts.length)]!, planted.top)
      expect(drop, `position ${i}`).toBeCloseTo(sigmoid((4 - hidden) * weight) - sigmoid(4 * weight), 6)
    })
    expect(fine.modelCalls).toBe(Math.ceil(occlusionPictures(side, side, 2, 1) / 64))
    const { runId: _id, seconds: _s, ...rest } = await job('run.occlusion', { runId, record: 2, patch: 2, stride: 2, fill: 'black' })
    expect(map).toMatchObject(rest)
    await expect(job('run.occlusion', { runId, record: 99 })).rejects.toMatchObject({ code: 'input.invalid' })
  })
})

test('a run on a table has no picture to cover', { timeout: 60_000 }, async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job }) => {
    const runId = await evaluate(await importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris'), await addData(fixture('iris/data/iris.csv')), 'species')
    await expect(job('run.occlusion', { runId, record: 1 })).rejects.toMatchObject({ code: 'input.invalid' })
  })
})

describe('places and map', () => {
  it('cover the whole side, the last one flush with its end', () => {
    expect(patchPlaces(10, 4, 3)).toEqual([0, 3, 6])
    expect(patchPlaces(10, 3, 4)).toEqual([0, 4, 7])
    expect(patchPlaces(4, 4, 1)).toEqual([0])
  })

  it('a cell is the mean of the patches over it, and the cells fill the picture', () => {
    const cells = occlusionMap({ lefts: [0, 1], tops: [0], drops: [1, 3], patch: 2, width: 3, height: 2 })
    expect(cells).toEqual([{ x: 0, y: 0, width: 1, height: 2, value: 1 }, { x: 1, y: 0, width: 1, height: 2, value: 2 }, { x: 2, y: 0, width: 1, height: 2, value: 3 }])
  })
})
