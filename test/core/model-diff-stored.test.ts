// Differences of stored versions through the whole core: threshold and preprocessing planted in real bindings, and outputs that were rewritten for serving.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Binding } from '../../shared/domain/binding.ts'
import type { ModelDiff } from '../../shared/domain/model-diff.ts'
import type { Version } from '../../shared/domain/model.ts'
import { attributeFloats, attributeStrings, sequenceOfMaps, tensorValue } from '../setup/onnx-builder.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'
import { base, built, numbers, type Plan } from './model-diff-of.ts'

async function imported(w: Workspace, name: string, content: Uint8Array, rewrite = false): Promise<Version> {
  await mkdir(join(w.folder, name), { recursive: true })
  const path = join(w.folder, name, 'm.onnx')
  await writeFile(path, content)
  return w.importModel(path, 'planted', rewrite)
}

const told = (d: ModelDiff): unknown => ({ class: d.class, also: d.also, breaking: d.breaking, answers: d.answersChange })
const diff = (w: Workspace, left: Version, right: Version): Promise<ModelDiff> => w.job('version.diff', { left: left.id, right: right.id })

const picture: Plan = {
  nodes: [{ op: 'Flatten', name: 'flat', inputs: ['image'], outputs: ['f'] }, { op: 'MatMul', name: 'm', inputs: ['f', 'W'], outputs: ['s'] }, { op: 'Sigmoid', name: 'p', inputs: ['s'], outputs: ['p'] }],
  weights: { W: { type: 'float32', dims: [16, 1], content: new Uint8Array(numbers(16, 5).buffer) } },
  inputs: [tensorValue('image', 'float32', ['N', 1, 4, 4])], outputs: [tensorValue('p', 'float32', ['N', 1])],
}
const binding: Binding = {
  schema: 'slipway.binding/1', task: 'binary-classification',
  inputs: [{ kind: 'image', input: 'image', dtype: 'float32', image: { width: 4, height: 4, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'grayscale', layout: 'NCHW', scale: 1 / 255, mean: [0], std: [1] } }],
  outputs: [{ output: 'p', role: 'positive-probability' }], target: { kind: 'image-class' }, idColumn: null,
  classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }], positiveClass: 'yes', decision: { kind: 'threshold', threshold: 0.5 }, rows: 'lenient',
}

test('threshold and preprocessing: not breaking, but other answers; without both bindings it is said that they were not compared', async () => {
  await inWorkspace(async (w) => {
    const save = (version: Version, b: Binding): Promise<unknown> => w.client.call('binding.save', { versionId: version.id, binding: b })
    const image = binding.inputs[0]!
    if (image.kind !== 'image') throw new Error('the input is a picture')
    const first = await imported(w, 'a', built(picture))
    const same = await imported(w, 'b', built({ ...picture, metadata: { n: '2' } }))
    const strict = await imported(w, 'c', built({ ...picture, metadata: { n: '3' } }))
    const centred = await imported(w, 'd', built({ ...picture, metadata: { n: '4' } }))
    expect((await diff(w, first, same)).notCompared[0]).toBe('Threshold, preprocessing and class order: neither version has a stored binding.')
    await save(first, binding)
    expect((await diff(w, first, same)).notCompared[0]).toBe('Threshold, preprocessing and class order: only the first version has a stored binding.')
    await save(same, { ...binding, target: null })
    await save(strict, { ...binding, decision: { kind: 'threshold', threshold: 0.7 } })
    await save(centred, { ...binding, inputs: [{ ...image, image: { ...image.image, mean: [0.5] } }] })
    // Where true answers come from is no part of a model's use.
    expect(told(await diff(w, first, same))).toEqual({ class: 'metadata-only', also: [], breaking: false, answers: 'none' })
    const threshold = await diff(w, first, strict)
    expect(told(threshold)).toEqual({ class: 'decision', also: ['metadata-only'], breaking: false, answers: 'expected' })
    expect(threshold.changes.find((c) => c.kind === 'threshold')).toMatchObject({ before: '0.5', after: '0.7', breaking: false, severity: 'major' })
    const preprocessing = await diff(w, first, centred)
    expect(told(preprocessing)).toEqual({ class: 'preprocessing', also: ['metadata-only'], breaking: false, answers: 'expected' })
    expect(preprocessing.changes.find((c) => c.kind === 'preprocessing')).toMatchObject({ subject: 'image', before: '0', after: '0.5' })
    expect(preprocessing.graph.counts.same).toBe(3)
    expect((await diff(w, first, first)).class).toBe('identical')
  })
}, 60_000)

test('a ZipMap that was taken out for serving before: callers read the same, and the second file has none', async () => {
  await inWorkspace(async (w) => {
    const linear = { op: 'LinearClassifier', domain: 'ai.onnx.ml', name: 'linear', inputs: ['x'], outputs: ['label', 'scores'], attributes: [attributeFloats('coefficients', [...numbers(12, 9)]), attributeFloats('intercepts', [0, 1, 2]), attributeStrings('classlabels_strings', ['a', 'b', 'c'])] }
    const zipped: Plan = {
      ...base, weights: {}, nodes: [linear, { op: 'ZipMap', domain: 'ai.onnx.ml', name: 'zip', inputs: ['scores'], outputs: ['p'], attributes: [attributeStrings('classlabels_strings', ['a', 'b', 'c'])] }],
      outputs: [tensorValue('label', 'string', ['N']), sequenceOfMaps('p', 'string')],
    }
    const plain: Plan = { ...zipped, nodes: [{ ...linear, outputs: ['label', 'p'] }], outputs: [zipped.outputs[0]!, tensorValue('p', 'float32', ['N', 3])] }
    const [rewritten, native, raw] = [await imported(w, 'a', built(zipped), true), await imported(w, 'b', built(plain)), await imported(w, 'c', built({ ...zipped, metadata: { n: '2' } }))]
    expect(rewritten.derivation).not.toBeNull()
    expect(told(await diff(w, rewritten, native))).toEqual({ class: 'zipmap-removed', also: [], breaking: false, answers: 'none' })
    expect(told(await diff(w, raw, native))).toMatchObject({ class: 'zipmap-removed', breaking: true, answers: 'none' })
    // The same graph, served as maps once and as a tensor once.
    expect(told(await diff(w, raw, rewritten))).toEqual({ class: 'zipmap-removed', also: ['metadata-only'], breaking: true, answers: 'none' })
  })
}, 60_000)
