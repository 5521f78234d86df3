// A real bundle that is small enough to try every byte of: the real iris model and the real export, with stand-ins for
// the prebuilt server and runtime. Facts are written by hand, as the store would hold them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportBundle, type ExportedBundle } from '../../main/core/bundle/export.ts'
import type { BundleFacts, ExportTools } from '../../main/core/bundle/facts.ts'
import { loadOrCreateKey, type SigningKey } from '../../main/core/bundle/sign.ts'
import { inferTensors } from '../../main/core/engine/infer.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { Binding } from '../../shared/domain/binding.ts'
import { Dataset } from '../../shared/domain/dataset.ts'
import { GateCheck } from '../../shared/domain/gate.ts'
import { Version } from '../../shared/domain/model.ts'
import { Run } from '../../shared/domain/run.ts'
import { countNumbers, numericBins } from '../../shared/drift/bin-numbers.ts'
import { Reference } from '../../shared/drift/reference.ts'
import { fixture } from './fixtures.ts'
import { taskContext } from './onnx-context.ts'

const id = (kind: string, n: number): string => `${kind}_${String(n).padStart(20, '0')}`
const hash = (digit: string): string => digit.repeat(64)
const columnNames = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']
const classes = ['setosa', 'versicolor', 'virginica']

const column = (name: string): unknown => ({
  name, type: 'number', rows: 150, missing: 0, invalid: 0, distinct: 40, min: 0, max: 8, mean: 4, standardDeviation: 1, top: [],
  // The bins at both ends hold fewer than ten rows: nothing may be drawn from them.
  histogram: { edges: [0, 1, 2, 3, 4], counts: [3, 70, 70, 7] },
})

export const binding: Binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'multiclass-classification',
  inputs: [{ kind: 'columns', input: 'float_input', dtype: 'float32', columns: columnNames, missing: 'nan' }],
  outputs: [{ output: 'label', role: 'label' }, { output: 'probabilities', role: 'probabilities' }],
  target: { kind: 'column', column: 'species' }, idColumn: null, classes: classes.map((label, i) => ({ label, output: String(i) })), positiveClass: null,
  decision: { kind: 'argmax' }, rows: 'lenient',
})

/** The profile of the iris data, as the engine makes it; the answers are those of a model that is nearly always right and sure. */
export function irisReference(): Reference {
  const [head = [], ...rows] = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split('\n').map((line) => line.trim().split(','))
  const numbers = (name: string): number[] => rows.map((row) => Number(row[head.indexOf(name)]))
  const bins = (values: readonly number[]): unknown => numericBins(countNumbers(values), 0)
  return Reference.parse({
    schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: hash('a'), rows: 150, leastRows: 10, unwatched: [],
    features: columnNames.map((feature, place) => ({ feature, input: 'float_input', place, datatype: 'FP32', bins: bins(numbers(feature)) })),
    answers: {
      rows: 150, classes: { kind: 'categorical', rows: 150, missing: 0, categories: classes, counts: [50, 49, 51], other: 0 }, score: bins(rows.map((_, i) => 0.7 + 0.3 * Math.sqrt(i / 150))),
      scoreMeaning: 'the probability of the answered class', confidence: { mean: 0.9, standardDeviation: 0.09, rows: 150 }, reason: '',
    },
  })
}

/** Facts of the iris model with tensor outputs; `change` alters what a test is about. */
export async function irisFacts(folder: string, change: Partial<BundleFacts> = {}): Promise<BundleFacts> {
  const path = fixture('iris/models/iris-logreg-tensor.onnx')
  const staging = join(folder, 'read')
  mkdirSync(staging, { recursive: true })
  const read = await readModel({ path, staging }, taskContext())
  const sha256 = read.files[0]!.sha256
  const version = Version.parse({
    id: id('version', 1), modelId: id('model', 1), modelName: 'Iris', number: 1, parentId: null, sha256, bytes: read.files[0]!.bytes, sourceName: 'iris.onnx', files: read.files,
    signature: read.signature, graph: read.graph, derivation: null, needsRewrite: false, note: '', tags: [], hasBinding: true, createdAt: 1_700_000_000_000,
  })
  const dataset = Dataset.parse({
    id: id('dataset', 1), name: 'iris', kind: 'table', format: { kind: 'jsonl' }, sourceName: 'iris.csv', sha256: hash('a'), bytes: 10, rows: 150, columns: [...columnNames, 'species'].map(column),
    classes: [], findings: [], copied: false, createdAt: 1_700_000_000_000,
  })
  const run = Run.parse({
    id: id('run', 1), modelId: version.modelId, modelName: 'Iris', versionId: version.id, versionNumber: 1, datasetId: dataset.id, datasetName: 'iris', datasetSha256: dataset.sha256, status: 'done',
    task: binding.task, headline: null, error: null, createdAt: 1_700_000_000_000, startedAt: 1_700_000_000_000, endedAt: 1_700_000_123_456, modelSha256: sha256, binding,
    guesses: [{ about: 'inputs.float_input', value: columnNames.join(', '), confidence: 'likely', reason: 'four numbers in the order of the file' }],
    options: {}, environment: null, timing: null, rows: { read: 150, scored: 150, leftOut: [], replaced: [] },
    metrics: [{ metric: 'accuracy', slice: '', value: 0.96, low: null, high: null, n: 150, reason: null }, { metric: 'roc_auc.ovr_macro', slice: '', value: null, low: null, high: null, n: 0, reason: 'one class only' }],
    curves: [], notes: [], predictionsSha256: null,
  })
  const check = GateCheck.parse({ id: id('check', 1), gateId: id('gate', 1), runId: run.id, baselineRunId: null, passed: true, findings: [], override: null, checkedAt: 1_700_000_200_000 })
  return {
    version, run, check, dataset, modelFiles: [{ name: 'iris.onnx', role: 'model', path }], publisherName: 'Test', serial: 3, semver: '1.2.3', platforms: ['linux-x64'], targets: [{ target: 'container', engine: null }, { target: 'server', engine: null }], speed: null, reference: irisReference(), previous: null, previousManifest: null, software: [{ name: 'fastify', version: '5.0.0', licence: 'MIT' }], appVersion: '0.1.0', evidence: null, accepted: [], ...change,
  }
}

/** Runs requests in this process with the real runtime. */
export const inferHere: ExportTools['infer'] = async (path, requests, outputs) =>
  (await inferTensors({ path, requests: requests.map((r) => [...r]), outputs: [...outputs] }, taskContext())).responses

/** Files in the places of the prebuilt parts and of the runtime's packages. */
export function standIns(folder: string): { readonly parts: string; readonly nativeModules: string } {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const name of ['server.cjs', 'verify.mjs', 'smoke.mjs', 'release.mjs', 'feedback.mjs', 'lib/fastify.cjs', 'lib/prom-client.cjs', 'lib/zod.cjs', 'LICENSES.txt']) write(`parts/${name}`, `// ${name}\n`)
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    write(`modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', license: 'MIT' }))
    write(`modules/${name}/dist/cjs/index.js`, '// code\n')
    write(`modules/${name}/dist/index.js.map`, '{}')
  }
  for (const platform of ['linux/x64', 'linux/arm64', 'win32/x64']) write(`modules/onnxruntime-node/bin/napi-v6/${platform}/onnxruntime_binding.node`, `binary for ${platform}`)
  return { parts: join(folder, 'parts'), nativeModules: join(folder, 'modules') }
}

export interface SmallBundle { readonly archive: string; readonly key: SigningKey; readonly made: ExportedBundle }

/** Exports `facts` to `folder/name` with the key of `folder/keys`. */
export async function exportSmall(folder: string, name: string, facts: BundleFacts, tools: Partial<ExportTools> = {}): Promise<SmallBundle> {
  const key = await loadOrCreateKey(join(folder, 'keys'), undefined)
  const archive = join(folder, name)
  const places = { staging: join(folder, `staging-${name.replaceAll('/', '-')}`), target: archive, ...standIns(folder) }
  const made = await exportBundle(facts, places, { key, infer: inferHere, signal: new AbortController().signal, progress: () => undefined, ...tools })
  return { archive, key, made }
}
