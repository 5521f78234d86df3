// A small, complete history for store tests: one of everything that can be recorded, every value valid in its domain.
import { Binding } from '../../shared/domain/binding.ts'
import { Dataset } from '../../shared/domain/dataset.ts'
import { Derivation, GraphSummary, Signature } from '../../shared/domain/model.ts'
import { EvaluationResult, RunOptions } from '../../shared/domain/run.ts'
import type { BundleManifest } from '../../shared/domain/bundle.ts'
import { newId } from '../../shared/ids.ts'
import { insertBinding } from '../../main/core/store/bindings.ts'
import { insertBundle } from '../../main/core/store/bundles.ts'
import { insertDataset } from '../../main/core/store/datasets.ts'
import { insertCheck, insertGate } from '../../main/core/store/gates.ts'
import { record } from '../../main/core/store/history.ts'
import { insertModel } from '../../main/core/store/models.ts'
import { finishRun, insertRun, startRun } from '../../main/core/store/runs.ts'
import { annotateVersion, insertDerivation, insertVersion, type NewVersion } from '../../main/core/store/versions.ts'
import type { Store } from '../../main/core/store/open.ts'

export const hash = (digit: string): string => digit.repeat(64)

export const signature = Signature.parse({
  inputs: [{ name: 'X', kind: 'tensor', dtype: 'float32', shape: ['N', 4], text: 'float32[N, 4]' }],
  outputs: [{ name: 'p', kind: 'tensor', dtype: 'float32', shape: ['N', 3], text: 'float32[N, 3]' }],
})
export const graph = GraphSummary.parse({
  irVersion: 8, opsets: [{ domain: '', version: 17 }], producerName: 'test', producerVersion: '1', graphName: 'g', domain: '', modelVersion: '0', description: '',
  metadata: [], operators: [{ domain: '', type: 'MatMul', count: 1 }], nodeCount: 1, subgraphNodeCount: 0, functionCount: 0, initializerCount: 1, parameterCount: 12, parameterBytes: 48,
  zipMaps: [], classLabels: ['a', 'b', 'c'], vocabularies: [],
})
export const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'multiclass-classification', inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['w', 'x', 'y', 'z'], missing: 'nan' }],
  outputs: [{ output: 'p', role: 'probabilities' }], target: { kind: 'column', column: 'species' }, idColumn: null,
  classes: ['a', 'b', 'c'].map((c) => ({ label: c, output: c })), positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
})
export const result = EvaluationResult.parse({
  task: 'multiclass-classification',
  metrics: [
    { metric: 'n', slice: '', value: 150, low: null, high: null, n: 150, reason: null },
    { metric: 'accuracy', slice: '', value: 0.96, low: 0.9, high: 0.99, n: 150, reason: null },
    { metric: 'precision', slice: 'class:c', value: null, low: null, high: null, n: 0, reason: 'no row was predicted as c' },
  ],
  curves: [{ kind: 'confusion', classes: ['a', 'b', 'c'], counts: [[50, 0, 0], [0, 47, 3], [0, 3, 47]] }],
  rows: { read: 150, scored: 150, leftOut: [], replaced: [] },
  environment: { slipway: '0.1.0', runtime: '1.30.0', node: '20', platform: 'linux-x64', cpu: 'a', providerAsked: 'cpu', nodesByProvider: [], providerUsed: 'cpu', threads: 1, batchSizes: [150], optimization: 'all', seed: 1 },
  timing: { totalMs: 10, loadMs: 2, inferenceMs: 5, rowsPerSecond: 15000 }, notes: ['a note'], predictionsFile: 'predictions.parquet',
})
export const dataset = (name = 'iris.csv', sha256 = hash('d')): Dataset => Dataset.parse({
  id: newId('dataset'), name, kind: 'table', format: { kind: 'jsonl' }, sourceName: name, sha256, bytes: 10, rows: 150,
  columns: [{ name: 'w', type: 'number', rows: 150, missing: 0, invalid: 0, distinct: 3, min: 0, max: 1, mean: 0.5, standardDeviation: 0.1, top: [], histogram: null }],
  classes: [], findings: [], copied: false, createdAt: 5,
})
export const newVersion = (modelId: NewVersion['modelId'], content = hash('a'), at = 10): NewVersion => ({
  id: newId('version', at), modelId, sha256: content, contentSha256: content, bytes: 48, sourceName: 'iris.onnx', files: [{ name: 'iris.onnx', role: 'model', sha256: content, bytes: 48 }],
  signature, graph, needsRewrite: false, createdAt: at,
})
export const derivation = Derivation.parse({
  kind: 'zipmap-removed', sha256: hash('e'), bytes: 40, sourceSha256: hash('a'), edits: ['removed ZipMap'], signature,
  proof: { rows: 10, comparedOutputs: ['p'], maxAbsDifference: 0, equal: true, statement: 'Equal on 10 rows.' }, createdAt: 12,
})
/** The store keeps a manifest as it is; its own tests prove its shape. */
const manifest = { schemaVersion: 1 } as unknown as BundleManifest

/** Records one of everything. */
export function fill(store: Store) {
  const modelId = newId('model')
  const version = newVersion(modelId)
  const data = dataset()
  const runId = newId('run')
  const checkId = newId('check')
  const bundleId = newId('bundle')
  const gate = store.write((db) => {
    insertModel(db, { id: modelId, name: 'iris', createdAt: 10 })
    insertVersion(db, version)
    annotateVersion(db, version.id, 'first', ['tag'], 11)
    insertDerivation(db, version.id, derivation)
    insertBinding(db, version.id, binding, [], 13)
    insertDataset(db, data, '/data/iris.csv')
    insertRun(db, { id: runId, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: version.sha256, owner: 'me', binding, guesses: [], options: RunOptions.parse({}), createdAt: 20 })
    startRun(db, runId, 21)
    finishRun(db, runId, { result, headline: { metric: 'accuracy', value: 0.96, n: 150 }, predictionsSha256: hash('f') }, 22)
    const saved = insertGate(db, { id: newId('gate'), modelId, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 10 }] }, saved: true, createdAt: 30 })
    insertCheck(db, { id: checkId, gateId: saved.id, runId, baselineRunId: null, passed: true, findings: [], override: null, checkedAt: 31 })
    insertBundle(db, { id: bundleId, versionId: version.id, modelName: 'iris', versionNumber: 1, runId, checkId, name: 'iris', version: '1.0.0', serial: 1, fileName: 'iris.tar.gz', bytes: 99, sha256: hash('1'), rootDigest: hash('2'), publisherKeyId: 'key', overridden: false, createdAt: 40 }, '/out/iris.tar.gz', manifest)
    record(db, { verb: 'test', subject: modelId, sentence: 'Something happened.', facts: { a: 1 } }, 50)
    return saved
  })
  return { modelId, version, data, runId, checkId, bundleId, gate }
}
