// Two versions side by side: what breaks a caller, what changed in the graph, which way each metric went.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareFacts, compareMetrics, compareOperators, compareSignatures, compareVersions, runCaveats, servedSignature } from '../../shared/comparison.ts'
import { Comparison } from '../../shared/domain/compare.ts'
import type { Dimension, GraphSummary, TensorType, ValueSpec, Version } from '../../shared/domain/model.ts'
import type { Run } from '../../shared/domain/run.ts'
import { newId } from '../../shared/ids.ts'
import { known, unknown } from '../../shared/metrics/metric-values.ts'
import { classificationCases, classify, loadClassification } from './fixture-cases.ts'
import { readReference } from './reference-metrics.ts'

const tensor = (name: string, shape: readonly Dimension[] | null, dtype: TensorType = 'float32'): ValueSpec =>
  ({ name, kind: 'tensor', dtype, shape: shape === null ? null : [...shape], text: `${dtype}[${shape === null ? '…' : shape.join(', ')}]` })
const change = (before: readonly ValueSpec[], after: readonly ValueSpec[], where: 'input' | 'output') =>
  compareSignatures({ inputs: where === 'input' ? [...before] : [], outputs: where === 'output' ? [...before] : [] }, { inputs: where === 'input' ? [...after] : [], outputs: where === 'output' ? [...after] : [] })

describe('signatures', () => {
  it('an input may get wider, not narrower', () => {
    const x = (shape: readonly Dimension[] | null) => [tensor('x', shape)]
    const breaks = (before: readonly Dimension[] | null, after: readonly Dimension[] | null) => change(x(before), x(after), 'input')[0]!
    expect(breaks(['N', 4], ['batch', 4])).toMatchObject({ change: 'same', breaking: false })
    expect(breaks([3, 4], ['N', 4])).toMatchObject({ change: 'shape', breaking: false })
    expect(breaks(['N', 4], [null, 4])).toMatchObject({ change: 'same', breaking: false })
    expect(breaks(['N', 4], ['N', 5])).toMatchObject({ change: 'shape', breaking: true, why: 'Shapes that were taken are refused now: dimension 2 is 4 on one side and 5 on the other.' })
    expect(breaks(['N', 4], [3, 4]).breaking).toBe(true)
    expect(breaks(['N', 4], ['N']).breaking).toBe(true)
    expect(breaks(null, ['N', 4]).breaking).toBe(true)
    expect(breaks(['N', 4], null)).toMatchObject({ change: 'shape', breaking: false })
  })

  it('an output may get narrower, not wider', () => {
    const y = (shape: readonly Dimension[] | null) => [tensor('y', shape)]
    expect(change(y(['N', 3]), y(['N', 'K']), 'output')[0]).toMatchObject({ change: 'shape', breaking: true })
    expect(change(y(['N', 'K']), y(['N', 3]), 'output')[0]).toMatchObject({ change: 'shape', breaking: false })
    expect(change(y(['N', 1]), y(['N']), 'output')[0]).toMatchObject({ change: 'shape', breaking: true })
  })

  it('names, types and missing values', () => {
    expect(change([tensor('x', ['N', 4])], [tensor('x', ['N', 4], 'float64')], 'input')[0]).toMatchObject({ change: 'type', breaking: true, before: 'float32[N, 4]', after: 'float64[N, 4]' })
    const renamed = change([tensor('x', ['N', 4])], [tensor('features', ['batch', 4])], 'input')
    expect(renamed.map((c) => [c.name, c.change, c.breaking])).toEqual([['x', 'removed', true], ['features', 'added', true]])
    expect(renamed[0]!.why).toBe('It looks renamed to features: callers use names, so the old name no longer works.')
    expect(change([], [tensor('extra', ['N'])], 'output')[0]).toMatchObject({ change: 'added', breaking: false })
    expect(change([tensor('label', ['N'])], [], 'output')[0]).toMatchObject({ change: 'removed', breaking: true })
    const map: ValueSpec = { name: 'p', kind: 'sequence', dtype: null, shape: null, text: 'sequence(map(string, float32))' }
    expect(change([map], [tensor('p', ['N', 3])], 'output')[0]).toMatchObject({ change: 'type', breaking: true })
    expect(change([map], [map], 'output')[0]).toMatchObject({ change: 'same', breaking: false })
  })

  it('compared with itself nothing changes; what is taken away comes back as added the other way round', () => {
    const spec = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), shape: fc.option(fc.array(fc.oneof(fc.nat(3), fc.constant('N'), fc.constant(null)), { maxLength: 3 })), dtype: fc.constantFrom<TensorType>('float32', 'int64') })
      .map((s) => tensor(s.name, s.shape, s.dtype))
    const specs = fc.uniqueArray(spec, { selector: (s) => s.name, maxLength: 4 })
    fc.assert(fc.property(specs, specs, (a, b) => {
      for (const c of change(a, a, 'input')) expect(c).toMatchObject({ change: 'same', breaking: false })
      const names = (changes: ReturnType<typeof change>, kind: string) => changes.filter((c) => c.change === kind).map((c) => c.name).sort()
      expect(names(change(a, b, 'input'), 'removed')).toEqual(names(change(b, a, 'input'), 'added'))
      // Two steps that both break nothing: a shape that both directions take is the same shape.
      for (const c of change(a, b, 'input').filter((x) => x.change === 'shape' && !x.breaking)) expect(change(b, a, 'input').find((x) => x.name === c.name)!.breaking).toBe(true)
    }))
  })
})

const graph = (over: Partial<GraphSummary> = {}): GraphSummary => ({
  irVersion: 8, opsets: [{ domain: '', version: 13 }, { domain: 'ai.onnx.ml', version: 1 }], producerName: 'skl2onnx', producerVersion: '1.16', graphName: 'g', domain: '', modelVersion: '0', description: '',
  metadata: [], operators: [{ domain: 'ai.onnx.ml', type: 'Scaler', count: 1 }, { domain: 'ai.onnx.ml', type: 'LinearClassifier', count: 1 }], nodeCount: 2, subgraphNodeCount: 0, functionCount: 0,
  initializerCount: 0, parameterCount: 15, parameterBytes: 60, zipMaps: [], classLabels: ['a', 'b'], vocabularies: [], ...over,
})
const version = (number: number, over: Partial<Version> = {}): Version => ({
  id: newId('version'), modelId: newId('model'), modelName: 'income', number, parentId: null, sha256: `${number}`.repeat(64), bytes: 1000 * number, sourceName: `v${number}.onnx`,
  files: [{ name: `v${number}.onnx`, role: 'model', sha256: `${number}`.repeat(64), bytes: 1000 * number }], signature: { inputs: [tensor('x', ['N', 4])], outputs: [tensor('p', ['N', 2])] },
  graph: graph(), derivation: null, needsRewrite: false, note: '', tags: [], hasBinding: true, createdAt: 1, ...over,
})

describe('graph facts', () => {
  const trees = graph({ operators: [{ domain: 'ai.onnx.ml', type: 'TreeEnsembleClassifier', count: 1 }, { domain: 'ai.onnx.ml', type: 'Scaler', count: 3 }], metadata: [{ key: 'author', value: 'me' }], classLabels: null })

  it('are all there, and marked where they differ', () => {
    const facts = new Map(compareFacts(version(1), version(2, { graph: trees })).map((f) => [f.fact, f]))
    expect(facts.get('Size')).toEqual({ fact: 'Size', before: '1,000 B (1,000 bytes)', after: '1.95 KiB (2,000 bytes)', same: false })
    expect(facts.get('Operator sets')).toMatchObject({ before: 'ai.onnx 13, ai.onnx.ml 1', same: true })
    expect(facts.get('Metadata author')).toMatchObject({ before: 'absent', after: 'me', same: false })
    expect(facts.get('Class labels')).toMatchObject({ before: 'a, b', after: 'none in the graph' })
    expect(compareFacts(version(1), version(1)).every((f) => f.same)).toBe(true)
  })

  it('count operators of both sides, the largest change first', () => {
    expect(compareOperators(graph(), trees)).toEqual([
      { domain: 'ai.onnx.ml', type: 'Scaler', before: 1, after: 3 },
      { domain: 'ai.onnx.ml', type: 'LinearClassifier', before: 1, after: 0 },
      { domain: 'ai.onnx.ml', type: 'TreeEnsembleClassifier', before: 0, after: 1 },
    ])
  })

  it('look at the signature that is served', () => {
    const served = { inputs: [], outputs: [tensor('probabilities', ['N', 3])] }
    const derivation = { kind: 'zipmap-removed', signature: served } as unknown as NonNullable<Version['derivation']>
    expect(servedSignature({ signature: version(1).signature, derivation })).toBe(served)
  })
})

describe('metrics', () => {
  it('go better or worse by their direction; what is missing is not comparable', () => {
    const before = [known('accuracy', 0.8, 100), known('log_loss', 0.4, 100), known('f1', 0.5, 10, { slice: 'class:a' }), unknown('roc_auc', 100, 'why'), known('n', 100, 100), known('brier', 0.1, 100)]
    const after = [known('accuracy', 0.9, 100), known('log_loss', 0.5, 100), known('f1', 0.5 + 1e-14, 10, { slice: 'class:a' }), known('roc_auc', 0.9, 100), known('n', 90, 90), known('gini', 0.3, 90)]
    expect(compareMetrics(before, after).map((m) => [m.metric, m.slice, m.delta === null ? null : Number(m.delta.toFixed(6)), m.verdict])).toEqual([
      ['accuracy', '', 0.1, 'better'], ['log_loss', '', 0.1, 'worse'], ['f1', 'class:a', 0, 'same'], ['roc_auc', '', null, 'not-comparable'],
      ['n', '', -10, 'not-comparable'], ['brier', '', null, 'not-comparable'], ['gini', '', null, 'not-comparable'],
    ])
  })

  it('give the accuracy difference of the reference', () => {
    const metrics = (model: string) => { const { setup, batch } = loadClassification(classificationCases.find((c) => c.reference === `adult-income/reference/${model}.test.json`)!); return classify(setup, batch).metrics }
    const accuracy = compareMetrics(metrics('v1'), metrics('v2')).find((m) => m.metric === 'accuracy')!
    expect(accuracy.delta).toBeCloseTo(readReference('adult-income/reference/compare.v1-vs-v2.test.json').metrics['accuracy_delta'] as number, 12)
    expect(accuracy.verdict).toBe('better')
  })
})

describe('two runs', () => {
  const run = (over: Partial<Run> = {}): Run => ({
    id: newId('run'), modelId: newId('model'), modelName: 'income', versionId: newId('version'), versionNumber: 1, datasetId: newId('dataset'), datasetName: 'test.csv', datasetSha256: 'd'.repeat(64),
    status: 'done', task: 'binary-classification', headline: null, error: null, createdAt: 1, startedAt: 1, endedAt: 2, modelSha256: 'e'.repeat(64), guesses: [],
    binding: { schema: 'slipway.binding/1', task: 'binary-classification', inputs: [], outputs: [], target: { kind: 'column', column: 'income' }, idColumn: null, classes: [{ label: 'a', output: 'a' }, { label: 'b', output: 'b' }], positiveClass: 'b', decision: { kind: 'argmax' }, rows: 'lenient' },
    options: { provider: 'cpu', batchSize: null, threads: null, limit: null, sample: null, rows: null, excludeRecords: [], seed: 1 }, environment: null, timing: null,
    rows: { read: 400, scored: 388, leftOut: [{ reason: 'label', count: 12, records: [1, 2] }], replaced: [] }, metrics: [known('accuracy', 0.8, 388)], curves: [], notes: [], predictionsSha256: null, ...over,
  })

  it('say what keeps them from being comparable, and nothing when nothing does', () => {
    const left = run()
    expect(runCaveats(left, run())).toEqual([])
    expect(runCaveats(left, run({ options: { ...left.options, rows: 'strict' }, rows: { ...left.rows!, scored: 326 } }))).toEqual([
      'Bad rows were treated differently: lenient in the first run, strict in the second.', 'Different numbers of rows were scored: 388 and 326.',
    ])
    expect(runCaveats(left, run({ rows: { ...left.rows!, leftOut: [{ reason: 'label', count: 12, records: [1, 3] }] } }))).toEqual(['As many rows were scored, but not the same ones: different records were left out.'])
    expect(runCaveats(left, run({ binding: { ...left.binding, decision: { kind: 'threshold', threshold: 0.3 }, positiveClass: 'a' } }))).toEqual([
      'The positive class differs: b and a.', 'The predicted class is decided differently: by the largest probability and at the threshold 0.3.',
    ])
    expect(runCaveats(left, run({ datasetSha256: 'f'.repeat(64) }))).toEqual(['The two runs read different data.'])
  })

  it('make a comparison that fits the contract, with runs and without', () => {
    const full = Comparison.parse(compareVersions(version(1), version(2), { left: run(), right: run() }))
    expect(full.onData).toMatchObject({ leftRows: 388, rightRows: 388, datasetName: 'test.csv', caveats: [] })
    expect(full.missing).toBeNull()
    expect(Comparison.parse(compareVersions(version(1), version(2), { missing: 'Version 2 has no finished run.' }))).toMatchObject({ onData: null, missing: 'Version 2 has no finished run.' })
  })
})
