// Each pair of versions among the fixtures: the class, whether callers break, and what is known of them from how they were made.
// Expectations follow from the fixtures' README and generators (which model, which names and types, whose weights), never from what was answered.
import { describe, expect, test } from 'vitest'
import type { DiffClass, DiffKind, ModelDiff } from '../../shared/domain/model-diff.ts'
import { fixture } from '../setup/fixtures.ts'
import { diffOfFiles } from './model-diff-of.ts'

interface Expected { readonly class: DiffClass; readonly also?: readonly DiffClass[]; readonly breaking: boolean; readonly answers: ModelDiff['answersChange']; readonly kinds?: readonly DiffKind[]; readonly never?: readonly DiffKind[] }

const pairs: readonly (readonly [string, string, string, Expected])[] = [
  // A linear regressor became trees; rings went from [N, 1] to [N].
  ['abalone', 'abalone-v1-linear', 'abalone-v2-gboost', { class: 'interface', also: ['replaced', 'restructured'], breaking: true, answers: 'expected', kinds: ['output-shape'], never: ['layers-retrained'] }],
  // Logistic regression became trees; string labels became int64 under another name. Both fill missing numbers with the medians of the same rows.
  ['adult-income', 'income-v1-logreg', 'income-v2-gboost', { class: 'interface', also: ['restructured'], breaking: true, answers: 'expected', kinds: ['class-labels', 'metadata'], never: ['input-type', 'input-renamed', 'opset'] }],
  // The same inputs and outputs, types and all.
  ['adult-income', 'income-v1-logreg', 'income-v3-label-disagrees', { class: 'restructured', breaking: false, answers: 'expected', kinds: ['layers-added', 'layers-removed'], never: ['class-labels'] }],
  // Trees again, with string labels again.
  ['adult-income', 'income-v2-gboost', 'income-v3-label-disagrees', { class: 'interface', also: ['partly-retrained'], breaking: true, answers: 'expected', kinds: ['layers-retrained', 'class-labels'] }],
  ['diabetes', 'diabetes-v1-ridge', 'diabetes-v2-forest', { class: 'replaced', breaking: false, answers: 'expected', never: ['opset', 'metadata', 'producer'] }],
  // The same detector, weights and all, with its boxes no longer decoded; input and outputs have other names.
  ['digit-detection', 'digits-v1-decoded', 'digits-v2-yolo-layout', { class: 'interface', also: ['restructured'], breaking: true, answers: 'possible', kinds: ['input-renamed', 'output-removed'], never: ['layers-retrained'] }],
  ['flags-multilabel', 'flags-v1-logreg', 'flags-v2-forest', { class: 'replaced', breaking: false, answers: 'expected', kinds: ['opset'] }],
  // The same coefficients with names of classes in the place of numbers, and a ZipMap.
  ['iris', 'iris-logreg-tensor', 'iris-logreg-zipmap', { class: 'interface', also: ['restructured'], breaking: true, answers: 'expected', kinds: ['input-renamed', 'zipmap-added', 'class-labels'], never: ['layers-retrained'] }],
  ['iris', 'iris-logreg-tensor', 'iris-forest', { class: 'interface', also: ['replaced'], breaking: true, answers: 'expected', kinds: ['input-renamed'] }],
  ['iris', 'iris-logreg-zipmap', 'iris-forest', { class: 'interface', also: ['replaced'], breaking: true, answers: 'expected', kinds: ['output-removed', 'output-added'], never: ['zipmap-removed', 'input-renamed', 'class-labels'] }],
  // Only the declared shapes: [3, 2] became [N, 4]. The rows alone would break nobody.
  ['iris', 'ms-logreg_iris', 'ms-logreg_iris-shape-fixed', { class: 'interface', breaking: true, answers: 'none', kinds: ['batch-dimension', 'input-shape'], never: ['layers-settings', 'output-shape', 'metadata', 'producer'] }],
  // Hand-quantised to 7 bits from the very weights of the first.
  ['mnist', 'mnist-cnn-v1-float32', 'mnist-cnn-v2-int8-dynamic', { class: 'quantised', breaking: false, answers: 'expected', kinds: ['layers-quantised', 'producer', 'metadata', 'size'], never: ['layers-added', 'layers-removed', 'layers-retrained', 'layers-settings', 'opset'] }],
  ['mnist', 'mnist-cnn-v1-float32', 'mnist-mlp-softmax', { class: 'interface', also: ['restructured'], breaking: true, answers: 'expected', kinds: ['input-removed', 'output-renamed', 'layers-removed'] }],
  // The first model as a module of the second, and ArgMax behind it.
  ['shapes-segmentation', 'shapes-v1-logits', 'shapes-v2-classmap', { class: 'interface', also: ['restructured', 'renamed-only'], breaking: true, answers: 'possible', kinds: ['output-removed', 'layers-added', 'layers-renamed'], never: ['layers-retrained', 'layers-removed', 'layers-settings', 'layers-rewired', 'layers-moved'] }],
]

const found = new Map<string, ModelDiff>()
const path = (folder: string, name: string): string => fixture(`${folder}/models/${name}.onnx`)

describe('pairs of fixture versions', () => {
  test.each(pairs)('%s: %s → %s', async (folder, left, right, expected) => {
    const d = await diffOfFiles(path(folder, left), path(folder, right))
    found.set(`${left} ${right}`, d)
    expect({ class: d.class, breaking: d.breaking, answers: d.answersChange }).toEqual({ class: expected.class, breaking: expected.breaking, answers: expected.answers })
    expect(d.also).toEqual(expect.arrayContaining([...(expected.also ?? [])]))
    const kinds = d.changes.map((c) => c.kind)
    expect(kinds).toEqual(expect.arrayContaining([...(expected.kinds ?? [])]))
    for (const kind of expected.never ?? []) expect(kinds).not.toContain(kind)
    for (const c of d.changes) expect(c.severity === 'breaking').toBe(c.breaking)
  })

  test.each(pairs.map(([folder, left, right]) => [folder, left, right]))('%s: %s → %s and back: what was added was removed', async (folder, left, right) => {
    const [there, back] = [found.get(`${left} ${right}`)!, await diffOfFiles(path(folder, right), path(folder, left))]
    expect([back.graph.counts.removed, back.graph.counts.added]).toEqual([there.graph.counts.added, there.graph.counts.removed])
    expect([back.graph.counts.dequantised, back.graph.counts.retrained]).toEqual([there.graph.counts.quantised, there.graph.counts.retrained])
  })

  test.each([...new Set(pairs.flatMap(([folder, left, right]) => [`${folder}/models/${left}.onnx`, `${folder}/models/${right}.onnx`]))])('%s is identical to itself', async (file) => {
    const d = await diffOfFiles(fixture(file), fixture(file))
    expect([d.class, d.also, d.breaking, d.answersChange, d.changes]).toEqual(['identical', [], false, 'none', []])
  })
})

test('the quantised network: four layers with weights, each apart by no more than the steps of 7 bits allow', () => {
  const { graph } = found.get('mnist-cnn-v1-float32 mnist-cnn-v2-int8-dynamic')!
  const layers = graph.layers.filter((l) => l.status === 'quantised')
  expect(layers.map((l) => l.before?.name)).toEqual(['/c1/Conv', '/c2/Conv', '/f1/Gemm', '/f2/Gemm'])
  // Weights and biases: 12·25 + 12, 24·108 + 24, 64·600 + 64, 10·64 + 10.
  expect(layers.map((l) => l.weights?.compared)).toEqual([312, 2616, 38_464, 650])
  // Rounding to a 63rd of the largest weight moves none by more than half a step; the largest weight of no layer is above 1.
  for (const l of layers) {
    expect(l.weights!.maxAbs!).toBeGreaterThan(0)
    expect(l.weights!.maxAbs!).toBeLessThanOrEqual(0.5 / 63)
    expect(l.weights!.relative!).toBeLessThan(0.05)
  }
  expect(graph.before).toBe(10)
  expect(graph.after).toBe(10)
})

test('the segmentation network: every layer found again under its new name, with the same weights, and one added', () => {
  const { graph } = found.get('shapes-v1-logits shapes-v2-classmap')!
  const pairsOf = graph.layers.filter((l) => l.before !== null && l.after !== null)
  // Two Constant nodes on each side are no layers.
  expect(pairsOf).toHaveLength(19)
  for (const l of pairsOf) expect(l.after!.name).toBe(`/n${l.before!.name}`)
  expect(graph.layers.filter((l) => l.after !== null && l.before === null).map((l) => l.after!.op)).toEqual(['ArgMax'])
  expect(graph.weights).toMatchObject({ changed: 0, relative: 0, maxAbs: 0 })
})

test('the detector: its backbone is found again with the same weights', () => {
  const { graph } = found.get('digits-v1-decoded digits-v2-yolo-layout')!
  expect(graph.layers.filter((l) => l.before?.op === 'Conv' && l.after?.op === 'Conv' && l.weights?.changed === 0)).toHaveLength(8)
  expect(graph.weights?.changed).toBe(0)
})

test('the third-party model put right: every layer the same', () => {
  const { graph, changes } = found.get('ms-logreg_iris ms-logreg_iris-shape-fixed')!
  expect([graph.counts.same, graph.before, graph.after]).toEqual([3, 3, 3])
  expect(changes.find((c) => c.kind === 'batch-dimension')).toMatchObject({ breaking: false, before: '3 rows', after: 'any number of rows' })
  expect(changes.find((c) => c.kind === 'input-shape')).toMatchObject({ breaking: true, subject: 'float_input', callerMust: 'Send “float_input” as float32[N, 4].' })
})
