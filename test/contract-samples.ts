// One valid question and answer for every key of the contract. A key without a sample is a compile error.
import type { SlipwayContract } from '../shared/contract.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import type { Bundle, VerifyReport } from '../shared/domain/bundle.ts'
import type { Trial } from '../shared/domain/trial.ts'
import { DevicePlacement, ParityOptions, ParityReport, SpeedOptions, type SpeedReport } from '../shared/domain/device-report.ts'
import type { Gate, GateCheck, GateTask } from '../shared/domain/gate.ts'
import type { GatePolicy } from '../shared/domain/gate-rules.ts'
import type { JobSnapshot } from '../shared/domain/job.ts'
import type { ModelDiff } from '../shared/domain/model-diff.ts'
import type { ModelSummary, Version } from '../shared/domain/model.ts'
import { RunOptions, type ProviderStatus, type Run, type RunSummary } from '../shared/domain/run.ts'
import type { RetentionPlan } from '../shared/domain/retention.ts'
import type { ReceivedReview, Review, ReviewRequestBody } from '../shared/domain/review.ts'
import type { StressTest } from '../shared/domain/stress.ts'
import { newId } from '../shared/ids.ts'
import { compareVersions } from '../shared/comparison.ts'
import { graphSamples } from './contract-samples-graph.ts'
import { driftSamples } from './contract-samples-drift.ts'
import { monitorSamples } from './contract-samples-monitor.ts'
import { lifeSamples } from './contract-samples-life.ts'
import { binding, dataset as makeDataset, derivation, graph, hash, result, signature } from './core/sample-rows.ts'

type Samples = { readonly [K in keyof SlipwayContract]: { readonly input: InputOf<SlipwayContract[K]>; readonly output: OutputOf<SlipwayContract[K]> } }

const sliceRate = { value: 0.5, low: 0.4, high: 0.6, rows: 3 }
const baselineScore = { metric: 'accuracy', model: 0.9, baseline: 0.5, gain: 0.4, low: 0.3, high: null, rows: 3, verdict: 'better' as const }
const [modelId, versionId, datasetId, runId, gateId, checkId, bundleId, jobId, eventId, file] = [newId('model'), newId('version'), newId('dataset'), newId('run'), newId('gate'), newId('check'), newId('bundle'), newId('job'), newId('event'), newId('file')]
const nearPrediction = { record: 2, id: null, truth: 'a', predicted: 'a', correct: true, confidence: 0.9, loss: 0.1, scores: [0.9] }
const baselineReport = { runId, constantsFrom: 'evaluation' as const, trainingName: null, rows: 3, sentence: 's', verdict: 'better' as const, baselines: [{ kind: 'majority' as const, does: 'd', scores: [baselineScore], sentence: 's' }], tree: null, notes: ['n'] }
const stressPoint = { severity: 0, metrics: [], answered: 3, notAnswered: 0, reasons: [] }
const stressTest: StressTest = {
  id: newId('stress'), runId, rows: 3, limit: null, levels: 2, seed: 3, batch: 64, headline: 'accuracy', clean: stressPoint, verdict: ['v'], modelRows: 9, seconds: 0.1, environment: result.environment, createdAt: 1,
  curves: [{ kind: 'missing', columns: ['a'], skipped: null, points: [{ ...stressPoint, severity: 0.5, answered: 1, notAnswered: 2, reasons: [{ reason: 'x', count: 2 }] }] }],
}
const ok = { ok: true as const }
const page = { offset: 0, limit: 100 }
const dataset = makeDataset()
const version: Version = {
  id: versionId, modelId, modelName: 'iris', number: 2, parentId: newId('version'), sha256: hash('a'), bytes: 48, sourceName: 'iris.onnx', files: [{ name: 'iris.onnx', role: 'model', sha256: hash('a'), bytes: 48 }],
  signature, graph, derivation, needsRewrite: false, note: 'ünïcode “note”', tags: ['a', 'b'], hasBinding: true, createdAt: 1,
}
const measured = { id: newId('device'), versionId, datasetId, datasetSha256: hash('d'), modelSha256: hash('a'), createdAt: 1, placement: DevicePlacement.parse(result.environment), machine: ParityReport.shape.machine.parse(result.environment), notes: ['n'], seconds: 1.5 }
const sideSpeed = { device: 'cpu' as const, openingMs: 3, firstCallMs: 2, calls: 0, rows: 0, rowsPerSecond: null }
const parity: ParityReport = {
  ...measured, options: ParityOptions.parse({ device: 'webgpu' }), verdict: 'flipped', rows: 1, leftOut: 0, batchSize: 32, tolerance: { absolute: 1e-5, relative: 1e-4 },
  outputs: [{ output: 'y', dtype: 'float32', values: 3, unequal: 1, outside: 1, unlike: 0, largest: 0.5, mean: 0.1, largestRelative: 0.5, meanRelative: 0.1, record: 1 }],
  decisions: { flipped: 1, rows: [{ record: 1, id: null, against: 'a', device: 'b', againstConfidence: 0.5, deviceConfidence: null }] }, speeds: { against: sideSpeed, device: sideSpeed },
}
const speed: SpeedReport = {
  ...measured, options: SpeedOptions.parse({}), rows: 3, coldStart: { processMs: 1, sessionMs: 2, firstCallMs: 3 }, memory: { beforeBytes: 1, openedBytes: 2, peakBytes: 3 },
  batches: [{ batchSize: 1, warmUpCalls: 2, firstCallMs: 1, calls: 5, meanMs: 1, p50: 1, p95: null, p99: null, p999: null, rowsPerSecond: 1000, residentBytes: 3 }],
  profile: { batchSize: 1, calls: 1, deviceTimes: false, operators: [{ operator: 'Gemm', provider: 'CPUExecutionProvider', copy: false, nodes: 1, ms: 1, share: 1 }], nodes: [{ name: 'a', operator: 'Gemm', provider: 'CPUExecutionProvider', ms: 1, share: 1 }] },
}
const error = { code: 'dataset.empty', details: { file: 'a.csv' }, title: 't', message: 'm', next: 'n' }
const summary: RunSummary = {
  id: runId, modelId, modelName: 'iris', versionId, versionNumber: 2, datasetId, datasetName: 'iris.csv', datasetSha256: hash('d'), status: 'done', task: 'multiclass-classification',
  headline: { metric: 'accuracy', value: 0.96, n: 150 }, error: null, createdAt: 1, startedAt: 2, endedAt: 3,
}
const run: Run = {
  ...summary, modelSha256: hash('a'), binding, guesses: [{ about: 'inputs.X', value: 'four columns', confidence: 'likely', reason: 'names' }], options: RunOptions.parse({}), environment: result.environment,
  timing: result.timing, rows: result.rows, metrics: result.metrics, curves: result.curves, notes: [], predictionsSha256: hash('f'),
}
const model: ModelSummary = {
  id: modelId, name: 'iris', task: null, versionCount: 2, runCount: 1, bundleCount: 0, latest: { id: versionId, number: 2, bytes: 48, createdAt: 1, needsRewrite: false },
  headline: { metric: 'accuracy', value: null, n: 0, runId, datasetName: 'iris.csv' }, archivedAt: null, createdAt: 1,
}
const policy: GatePolicy = { schema: 'slipway.gate/1', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.9 }, { kind: 'rows', atLeast: 10 }] }
const wide: GatePolicy = { schema: 'slipway.gate/2', rules: [{ kind: 'latency', percentile: 'p95', batchSize: 1, atMostMs: 5, severity: 'advisory', why: 'w' }, { kind: 'approvals', count: 2 }] }
const wideFinding: GateCheck['findings'][number] = { rule: wide.rules[0]!, verdict: 'pass', sentence: 's', value: 1, limit: 5, facts: [{ fact: 'speed-report', id: 'device_x', at: 1, values: { calls: 9, processor: 'c', p99: null } }] }
const gateTask: GateTask = { work: { what: 'speed', device: 'cpu', batchSizes: [1] }, title: 't', rules: [0], modelRows: 0, seconds: 3 }
const gate: Gate = { id: gateId, modelId, revision: 1, policy, createdAt: 1 }
const check: GateCheck = { id: checkId, gateId, runId, baselineRunId: null, passed: false, findings: [{ rule: policy.rules[0]!, verdict: 'not-established', sentence: 's', value: null, limit: 0.9 }], override: { name: 'Ada', reason: 'because' }, checkedAt: 1 }
const bundle: Bundle = { id: bundleId, versionId, modelName: 'iris', versionNumber: 2, runId, checkId, name: 'iris', version: '2.0.0', serial: 1, fileName: 'iris.zip', bytes: 9, sha256: hash('1'), rootDigest: hash('2'), publisherKeyId: 'abc', overridden: true, createdAt: 1 }
const trial: Trial = { bundleId, fields: [{ name: 'a', kind: 'number', input: 'X', choices: [], value: '1' }], verified: true, startedMs: 3, state: 'running', reason: null }
const report: VerifyReport = { verdict: 'tampered', exit: 1, sentence: 's', checks: [{ name: 'hashes', ok: false, detail: 'd' }], rootDigest: null, publisherKeyId: null, name: null, version: null }
const diffSide = { versionId, name: 'iris', number: 1, sourceName: 'iris.onnx', sha256: hash('a'), bytes: 48, parameters: 12 }
const diffLayer = { name: 'linear', op: 'Gemm', domain: '', shapes: 'float32[4, 3]', parameters: 12 }
const diff: ModelDiff = {
  left: diffSide, right: { ...diffSide, number: 2 }, class: 'retrained', also: ['metadata-only'], breaking: true, answersChange: 'expected', sentence: 's', notCompared: ['n'],
  changes: [{ kind: 'input-type', group: 'interface', severity: 'breaking', breaking: true, answersChange: 'possible', sentence: 's', subject: 'X', before: 'float32[N, 4]', after: 'float64[N, 4]', callerMust: 'm' }],
  graph: {
    layers: [{ status: 'retrained', statuses: ['retrained'], scope: '', before: diffLayer, after: null, weights: { compared: 12, changed: 3, notFinite: 0, relative: 0.1, maxAbs: 0.5, cosine: null }, notes: ['n'] }], layersLeftOut: 0,
    counts: { removed: 0, added: 0, quantised: 0, dequantised: 0, resized: 0, settings: 0, rewired: 0, converted: 0, stored: 0, retrained: 1, moved: 0, renamed: 0, same: 0 }, before: 1, after: 1,
    weighted: { same: 0, changed: 1, loneBefore: 0, loneAfter: 0 }, structure: { changed: 0, harmless: 0 }, weights: null, zipMaps: [{ output: 'p', now: null }], documentation: false, notCompared: [],
  },
}
const provider: ProviderStatus = { provider: 'webgpu', status: 'unavailable', sentence: 's', probeMs: null }
const job: JobSnapshot = { id: jobId, method: 'run.evaluate', title: 't', subject: runId, state: 'failed', pausable: true, progress: { phase: 'scoring' }, fraction: 0.5, result: null, error, queuedAt: 1, startedAt: 2, endedAt: 3, lastSignAt: 3 }
const admitted = { token: file, name: 'iris.onnx', kind: 'file' as const, bytes: 48 }
const stored = { versionId, revision: 3, binding, guesses: [], createdAt: 1 }
const signer = { name: 'Ada', keyId: '0123456789abcdef', publicKey: '-----BEGIN PUBLIC KEY-----' }
const reviewer = { ...signer, since: 1 }
const identity = { name: 'Ada', keyId: signer.keyId, publicKey: signer.publicKey, kept: 'file' as const }
const requestBody: ReviewRequestBody = {
  schema: 'slipway.review-request/1', id: newId('review', 1), createdAt: 1, author: signer, message: 'm', needed: 1, authorMayApprove: false,
  evidence: {
    model: { name: 'iris', number: 2, versionId, sha256: hash('a'), modelSha256: hash('a'), bytes: 9, signature: version.signature },
    run: { id: runId, datasetId, datasetName: 'iris.csv', datasetSha256: hash('b'), task: 'multiclass-classification', rows: null, device: 'cpu', endedAt: 2, bindingSha256: hash('c'), metrics: [], notes: [], guesses: [] },
    gate: null, policy: { revision: 1, sha256: hash('d'), rules: ['Rows scored: atLeast 5'] },
  },
}
const receivedReview: ReceivedReview = { body: requestBody, sha256: hash('4'), own: false, knownAs: null, mayNotAnswer: null, receivedAt: 5, answer: { decision: 'approve', comment: 'c', answeredAt: 6 }, aside: { at: 7, reason: 'r' } }
const review: Review = { body: requestBody, sha256: hash('4'), versionId, state: 'in-review', open: true, answers: [{ requestId: requestBody.id, decision: 'approve', comment: 'c', name: 'Ada', keyId: signer.keyId, answeredAt: 2, recordedAt: 3 }], eventId }
const settings = { theme: 'dark' as const, density: 'dense' as const, threads: 2, publisherName: 'Ada' }

const view = { name: 'good', query: 'auc > 0.9', sort: 'auc', createdAt: 1, changedAt: 2 }

const retained = { runId, modelName: 'iris', versionNumber: 1, datasetName: 'iris.csv', endedAt: 2, bytes: 3 }
const retentionPlan: RetentionPlan = { rule: { olderThanDays: 90, keepBytes: null }, remove: [retained], freedBytes: 3, shielded: [{ ...retained, shield: 'alias' }], keptRuns: 1, keptBytes: 3 }

export const samples: Samples = {
  ...lifeSamples,
  ...graphSamples,
  ...monitorSamples,
  ...driftSamples,
  'report.write': { input: { about: { kind: 'run', runId }, format: 'html', destination: file }, output: { fileName: 'r.html', bytes: 3 } },
  'app.diagnostics': { input: {}, output: {
    madeAt: 1, versions: { slipway: '0.1.0', electron: null, chromium: null, node: '20', onnxruntime: '1.30.0', platform: 'linux-x64', system: 'Linux 6' }, machine: { cores: 2, memoryBytes: 1, freeMemoryBytes: 1 }, devices: [],
    storage: { databaseBytes: 1, files: 0, fileBytes: 0, freeBytes: null }, counts: { models: 0 }, engine: 'idle', readOnly: false, jobs: [{ method: 'run.evaluate', state: 'failed', seconds: 1.5, error: 'file.unreadable' }], log: ['{}'], crashReports: 'none',
  } },
  'app.about': { input: {}, output: { version: '0.1.0', workspace: '/w', electron: null, node: '20', onnxruntime: '1.30.0', platform: 'linux-x64', sampleAvailable: true, empty: false, engine: 'idle', publisherKeyId: '' } },
  'app.providers': { input: {}, output: [provider] },
  'app.probe': { input: {}, output: [provider] },
  'engine.restart': { input: {}, output: ok },
  'settings.get': { input: {}, output: settings },
  'settings.save': { input: { theme: 'dark' }, output: settings },
  'sample.open': { input: {}, output: { modelId, versionIds: [versionId], datasetId, runIds: [runId] } },
  'model.list': { input: { archived: false, search: '' }, output: [model] },
  'model.get': { input: { modelId }, output: { model, versions: [version], runs: [summary], bundles: [bundle] } },
  'model.rename': { input: { modelId, name: 'iris 2' }, output: ok },
  'model.archive': { input: { modelId, archived: true }, output: ok },
  'model.trend': { input: { modelId, metric: 'accuracy', versions: 200 }, output: [{ versionId, number: 2, runId, datasetId, datasetName: 'iris.csv', value: result.metrics[1]!, at: 3, aliases: ['champion'] }] },
  'search.run': { input: { query: 'auc > 0.9', sort: '-auc', archived: false, offset: 0, limit: 25, versions: 3 }, output: { models: 1, versions: 2, notes: ['n'], found: [{ modelId, modelName: 'iris', archived: false, found: 2, versions: [{ versionId, number: 2, createdAt: 1, evaluatedAt: null, bytes: 48, opset: 17, task: null, state: 'draft', sourceName: 'iris.onnx', note: '', tags: ['a'], aliases: ['champion'], metrics: [{ metric: 'roc_auc', value: 0.9, low: 0.8, high: null, n: 3, runId, datasetName: 'iris.csv' }] }] }] } },
  'search.words': { input: {}, output: { tags: ['a'], aliases: [], owners: [], datasets: ['iris.csv'], models: ['iris'] } },
  'view.list': { input: {}, output: [view] },
  'view.save': { input: { name: 'good', query: 'auc > 0.9', sort: '', replace: true }, output: view },
  'view.remove': { input: { name: 'good' }, output: ok },
  'leaderboard.get': { input: { datasetId, metric: 'auc', offset: 0, limit: 10 }, output: { datasetId, datasetName: 'iris.csv', metric: 'roc_auc', metrics: ['roc_auc'], total: 1, sentence: 's', caveats: ['c'], entries: [{ best: 1, worst: 1, withFirst: true, modelId, modelName: 'iris', versionId, number: 2, state: 'evaluated', aliases: [], runId, at: 3, value: 0.9, low: null, high: null, n: 3, others: [{ metric: 'accuracy', value: null }], conditions: ['the first 100 rows'] }] } },
  'version.import': { input: { files: [file], note: '', rewrite: true }, output: [{ fileName: 'a.onnx', outcome: 'created', version, error: null }, { fileName: 'b.onnx', outcome: 'refused', version: null, error }] },
  'version.rewrite': { input: { versionId }, output: version },
  'version.get': { input: { versionId }, output: { version, binding: stored, runs: [summary], bundles: [] } },
  'version.annotate': { input: { versionId, tags: ['x'] }, output: version },
  'version.parity': { input: { versionId, datasetId, options: parity.options }, output: parity },
  'version.speed': { input: { versionId, datasetId, options: speed.options }, output: speed },
  'version.devices': { input: { versionId, datasetId }, output: { parity: [parity], speed: [speed] } },
  'version.compare': { input: { left: versionId, right: versionId }, output: compareVersions(version, version, { left: run, right: run }) },
  'version.diff': { input: { left: versionId, right: versionId }, output: diff },
  'dataset.list': { input: {}, output: [dataset] },
  'dataset.get': { input: { datasetId }, output: dataset },
  'dataset.add': { input: { file, format: { delimiter: ';' }, copy: false }, output: dataset },
  'dataset.flag': { input: { datasetId, whole: false, columns: ['a'], reason: 'r' }, output: { ...dataset, personal: { whole: false, columns: ['a'] } } },
  'retention.preview': { input: { olderThanDays: 90, keepBytes: null }, output: retentionPlan },
  'retention.run': { input: { rule: { olderThanDays: 90, keepBytes: null }, runs: [runId], reason: 'quarterly' }, output: retentionPlan },
  'dataset.forget': { input: { datasetId, reason: 'asked' }, output: { ...dataset, forgotten: { at: 1, who: null, reason: 'asked' } } },
  'dataset.file': { input: { datasetId }, output: admitted },
  'dataset.rows': { input: { datasetId, ...page }, output: { columns: ['a'], records: [1], rows: [[null]], total: 1 } },
  'dataset.image': { input: { datasetId, record: 1, side: 256 }, output: { png: 'AA==', width: 1, height: 1, name: 'a.png' } },
  'binding.propose': { input: { versionId, datasetId, target: 'species' }, output: { binding, guesses: run.guesses, problems: [] } },
  'binding.check': { input: { versionId, binding }, output: [{ about: 'inputs.X', severity: 'error', sentence: 's', next: 'n' }] },
  'binding.save': { input: { versionId, binding, guesses: [] }, output: stored },
  'binding.ready': { input: { datasetId }, output: [{ versionId, modelName: 'iris', number: 2, task: 'multiclass-classification', problem: null, runId: null }] },
  'binding.text': { input: { binding, format: 'yaml' }, output: { text: 'a: 1' } },
  'binding.parse': { input: { text: 'a: 1' }, output: binding },
  'run.evaluate': { input: { versionId, datasetId, guesses: [], options: RunOptions.parse({}), again: false }, output: { runId } },
  'run.resume': { input: { runId, again: false }, output: { runId } },
  'run.list': { input: { modelId, ...page }, output: [summary] },
  'run.get': { input: { runId }, output: { ...run, kept: false } },
  'run.masks': { input: { runId, record: 1 }, output: { name: 'a.png', truth: null, predicted: 'AA==' } },
  'run.boxes': { input: { runId, record: 1, score: 0.5 }, output: { name: 'a.png', width: 96, height: 64, score: 0.5, labelled: true, predicted: [{ box: [1, 2, 30.5, 40], label: 'cat', score: 0.9, match: 'right' }], truth: [{ box: [1, 2, 30, 40], label: 'cat', found: true, crowd: false }] } },
  'run.predictions': { input: { runId, ...page, order: 'worst', onlyWrong: true, onlyRight: false }, output: { total: 1, scoreNames: ['a'], rows: [{ record: 1, id: null, truth: 'a', predicted: 'b', correct: false, confidence: 0.5, loss: 0.7, scores: [null] }] } },
  'run.slices': { input: { runId, columns: ['sex'], minimumRows: 30, level: 0.05 }, output: {
    runId, metric: 'accuracy', overall: sliceRate, minimumRows: 30, level: 0.05, skipped: [{ column: 'x', reason: 'because' }],
    slices: [{ column: 'sex', value: null, rows: 3, score: sliceRate, difference: -0.1, p: 0.1, adjusted: 0.2, weak: false, selection: null, truePositive: null, falsePositive: sliceRate }],
    segments: [{ conditions: [{ kind: 'range', column: 'age', low: null, high: 30, missing: false }], rows: 3, score: sliceRate, difference: -0.1, p: 0.1, examples: [1] }],
  } },
  'run.compare': { input: { runs: [runId, runId], metrics: [{ metric: 'accuracy', slice: '' }], confidence: 0.95, power: 0.8, margins: { accuracy: 0.02 } }, output: {
    datasetId, datasetName: 'iris.csv', datasetSha256: hash('1'), task: 'multiclass-classification', confidence: 0.95, power: 0.8, seed: 1, questions: 1, champion: { runId, versionId, modelName: 'iris', versionNumber: 1 },
    challengers: [{
      runId, versionId, modelName: 'iris', versionNumber: 2, rows: { paired: 3, onlyFirst: 0, onlySecond: 1, otherTruth: 0 }, answer: 'not-enough-rows', sentence: 's', errors: null, notes: ['n'],
      metrics: [{ metric: 'accuracy', slice: '', direction: 'higher-is-better', first: 0.9, second: 0.8, difference: -0.1, low: null, high: 0.1, p: 0.2, adjusted: 0.2, method: 'mcnemar', rows: 3, margin: 0.02, answer: 'not-enough-rows', notInferior: false, detectable: null, needed: { rows: 900, difference: 0.02 }, sentence: 's' }],
      agreement: { share: 0.5, changedRows: 1, bothRight: 1, onlyFirstRight: 1, onlySecondRight: 0, bothWrong: 1, exactP: 1, chiSquare: 0, chiSquareP: 1 },
    }],
  } },
  'run.common': { input: { versions: [versionId, versionId] }, output: [{ datasetId, datasetName: 'iris.csv', runs: [runId, runId] }] },
  'run.disagreements': { input: { first: runId, second: runId, ...page, kind: 'any', conditions: [{ kind: 'values', column: 'sex', values: [null, 'f'] }], order: 'difference' }, output: { total: 1, rows: [{ record: 1, id: null, truth: 'a', kind: 'first-right', difference: null, first: { predicted: 'a', confidence: 0.9, loss: 0.1 }, second: { predicted: 'b', confidence: null, loss: null } }] } },
  'run.differ': { input: { first: runId, second: runId, minimumRows: 30, level: 0.05 }, output: {
    paired: 3, differing: 1, kinds: [{ kind: 'first-right', rows: 1 }], notes: ['n'],
    segments: [{ conditions: [{ kind: 'range', column: 'age', low: null, high: 30, missing: false }], rows: 2, differing: 1, firstBetter: 1, secondBetter: 0, value: 0.5, low: 0.1, high: 0.9, elsewhere: 0, p: 0.01 }],
  } },
  'metric.list': { input: { modelId }, output: [{ modelId, name: 'late', revision: 1, expression: 'avg(loss)', createdAt: 1 }] },
  'metric.add': { input: { modelId, name: 'late', expression: 'avg(loss)' }, output: { metric: { modelId, name: 'late', revision: 2, expression: 'avg(loss)', createdAt: 1 }, runId, value: null } },
  'metric.compute': { input: { runId, expression: 'avg(loss)' }, output: [{ metric: 'custom.expression', slice: '', value: 0.5, low: null, high: null, n: 3, reason: null }] },
  'run.calibrate': { input: { runId, method: 'temperature' }, output: {
    runId, rows: 3, available: 4, folds: 5, calibration: { method: 'isotonic', points: [[0.1, 0.2], [0.9, 0.8]], fitted: { runId, dataset: 'a.csv', rows: 3 } },
    before: { metrics: [], curve: { kind: 'calibration', name: 'positive_10', expectedCalibrationError: null, maximumCalibrationError: null, bins: [] } },
    after: { metrics: [], curve: { kind: 'calibration', name: 'positive_10', expectedCalibrationError: 0.1, maximumCalibrationError: 0.1, bins: [{ low: 0, high: 1, count: 1, accuracy: 1, confidence: 0.9 }] } },
  } },
  'run.thresholds': { input: { runId, class: 'a', goal: { kind: 'cost', falsePositive: 1, falseNegative: 5 }, at: [0.5] }, output: {
    runId, class: 'a', classes: ['a', 'b'], rows: 3, positives: 1, negatives: 2, distinct: 3, points: { complete: true, threshold: [0, 0.5, 1], upTo: [0.1, 0.6, 1], tp: [1, 1, 0], fp: [2, 0, 0] }, current: null,
    asked: [{ threshold: 0.5, counts: { tp: 1, fp: 0, fn: 0, tn: 2 } }], cannotSave: 'because',
    best: { goal: { kind: 'f1' }, reason: null, draws: 1000, found: { threshold: 0.5, counts: { tp: 1, fp: 0, fn: 0, tn: 2 }, low: 0.4, high: null, measures: [{ measure: 'f1', value: 1, low: 0.5, high: 1, corrected: 0.9 }] } },
  } },
  'run.rows': { input: { runId, ...page, filter: { kind: 'wrong', truth: 'a', score: { by: 'confidence', from: 0.5, to: null }, cells: [{ kind: 'is', column: 'a', value: 'b' }, { kind: 'missing', column: 'c' }], text: 'x' }, order: { by: 'age', of: 'column', descending: true } }, output: { total: 1, scoreNames: ['a'], rows: [nearPrediction] } },
  'run.neighbours': { input: { runId, record: 1, count: 5 }, output: { record: 1, columns: ['a'], cells: [null], candidates: 2, sentence: 's', rows: [{ record: 2, distance: 0.5, differs: ['a'], cells: ['1'], prediction: nearPrediction }] } },
  'run.quality': { input: { runId, trainingId: datasetId }, output: { runId, trainingName: 'train.csv', rows: 3, clear: ['w'], notes: ['n'], findings: [{ kind: 'leakage', severity: 'warning', column: null, rows: 1, sentence: 's', next: 'n', records: [1], examples: [{ record: 1, other: { record: 2, where: 'training' }, shows: 'a' }, { record: 2, other: null, shows: '' }] }] } },
  'run.fairness': { input: { runId, columns: ['sex'], reference: 'Male', class: 'a', minimumRows: 10 }, output: { runId, class: 'a', rows: 3, minimumRows: 10, skipped: [{ column: 'id', reason: 'r' }], notes: ['n'], tables: [{
    column: 'sex', reference: 'Male', leftOut: [{ value: null, rows: 1 }], smallest: { value: 'Female', rows: 3 }, sentences: ['s'],
    groups: [{ value: null, rows: 3, positives: 1, selection: sliceRate, truePositive: null, falsePositive: sliceRate, precision: sliceRate, gaps: [{ rate: 'selection', difference: { value: -0.1, low: -0.2, high: 0 }, ratio: { value: null, low: 0, high: null } }] }],
  }] } },
  'run.trivial': { input: { runId }, output: baselineReport },
  'run.baseline': { input: { runId, trainingId: datasetId, timeColumn: 'day' }, output: { ...baselineReport, constantsFrom: 'training', trainingName: 'train.csv', tree: { lines: [{ depth: 0, text: 'a ≤ 1: b', rows: 3 }], trainedOn: 3, columns: ['a'] } } },
  'run.explain': { input: { runId, records: [1], class: 'a', budget: { rows: 100, shuffles: 2, values: 4, orders: 10 } }, output: {
    runId, answer: 'x', loss: 'mse', rows: 3, modelRows: 9, seconds: 0.1, notes: ['x'], importance: [{ feature: 'a', rise: 0.1, low: 0, high: 0.2 }],
    dependence: [{ feature: 'a', kind: 'number', range: 1, points: [{ value: 1, mean: 0.5, low: 0.4, high: 0.6, rows: 3 }] }],
    explained: [{ record: 1, answer: 0.5, base: 0.4, contributions: [{ feature: 'a', value: null, share: 0.1, standardError: 0.01 }] }],
  } },
  'run.occlusion': { input: { runId, record: 1, class: 'a', patch: 2, stride: 1, fill: 'black' }, output: {
    runId, record: 1, name: 'a.png', truth: null, predicted: 'a', class: 'a', probability: true, score: 0.9, png: 'AA==', width: 4, height: 4, patch: 2, stride: 2, fill: 'black', lefts: [0, 2], tops: [0, 2], drops: [0.1, 0, -0.1, 0], modelCalls: 1, seconds: 0.1, notes: ['n'],
  } },
  'run.stress': { input: { runId, kinds: ['missing'], levels: 2, limit: 10, seed: 3 }, output: stressTest },
  'run.stressTests': { input: { runId }, output: [stressTest] },
  'gate.get': { input: { modelId }, output: gate },
  'gate.save': { input: { modelId, policy }, output: gate },
  'gate.check': { input: { runId, override: { name: 'Ada', reason: 'because' } }, output: check },
  'gate.preview': { input: { runId, baselineRunId: runId, policy: wide }, output: { passed: false, findings: [wideFinding], tasks: [gateTask], fault: null } },
  'gate.fill': { input: { runId, policy: wide, rules: [0], seconds: 60 }, output: { done: [gateTask], left: [{ task: gateTask, reason: 'r' }] } },
  'gate.revisions': { input: { modelId }, output: [{ ...gate, saved: true }] },
  'gate.text': { input: { policy: wide, format: 'yaml' }, output: { text: 'schema: slipway.gate/2' } },
  'gate.read': { input: { text: 'x' }, output: { policy: null, faults: [{ line: 1, sentence: 's' }, { line: null, sentence: 't' }] } },
  'gate.checks': { input: { runId }, output: [check] },
  'identity.get': { input: {}, output: identity },
  'identity.make': { input: {}, output: identity },
  'reviewer.list': { input: {}, output: [reviewer] },
  'reviewer.trust': { input: { name: 'Ada', file, rename: false }, output: reviewer },
  'reviewer.distrust': { input: { reviewer: 'Ada', reason: '' }, output: [] },
  'review.list': { input: { versionId }, output: [review] },
  'review.request': { input: { versionId, message: '', destination: file }, output: review },
  'review.open': { input: { file }, output: { body: requestBody, sha256: hash('4'), own: false, knownAs: null, mayNotAnswer: null } },
  'review.take': { input: { file }, output: { kind: 'request', opened: { body: requestBody, sha256: hash('4'), own: false, knownAs: null, mayNotAnswer: null } } },
  'review.received': { input: {}, output: [receivedReview] },
  'review.counts': { input: {}, output: { asked: 1, received: 2 } },
  'review.aside': { input: { request: requestBody.id, reason: 'r' }, output: [receivedReview] },
  'review.answer': { input: { file, decision: 'approve', comment: 'c', destination: file }, output: { schema: 'slipway.review-answer/1', requestId: requestBody.id, requestSha256: hash('4'), modelName: 'iris', modelNumber: 2, decision: 'approve', comment: 'c', answeredAt: 2, reviewer: signer } },
  'review.accept': { input: { file }, output: review },
  'bundle.export': { input: { checkId, destination: file, platforms: ['linux-x64'], targets: [{ target: 'server', engine: null }], canary: false, logColumns: [], accept: [] }, output: bundle },
  'bundle.contents': { input: { checkId, targets: [], platforms: ['linux-x64'] }, output: { files: [{ path: 'README.md', bytes: null }], bytes: 0 } },
  'bundle.overview': { input: {}, output: [{ ...bundle, targets: [{ target: 'server', engine: null }], platforms: ['linux-x64'], fileCount: 3, place: 'gone', previousId: null }] },
  'bundle.compare': { input: { left: bundleId, right: bundleId }, output: { left: bundle, right: bundle, sentence: 's', breaking: false, facts: [{ about: 'model', name: 'n', before: 'a', after: null, same: false }], metrics: [{ metric: 'accuracy', before: 0.9, after: null, delta: null, verdict: 'not-comparable' }], sameData: false, files: [{ path: 'README.md', change: 'added', before: null, after: 1 }], filesSame: 2 } },
  'bundle.files': { input: { bundleId }, output: [{ path: 'README.md', bytes: 3 }] },
  'bundle.file': { input: { bundleId }, output: admitted },
  'trial.start': { input: { bundleId }, output: trial },
  'trial.get': { input: { bundleId }, output: null },
  'trial.send': { input: { bundleId, values: { a: '1' } }, output: { ok: true, status: 200, milliseconds: 2.5, error: null, prediction: { label: 'a', labels: null, value: null, probabilities: [{ label: 'a', probability: 1 }] }, outputs: [{ name: 'y', datatype: 'FP32', shape: [1], values: [1, null] }], route: '/v1/predict' } },
  'trial.metrics': { input: { bundleId }, output: { figures: [{ name: 'Requests', value: 1, unit: 'count' }], reason: null } },
  'trial.stop': { input: { bundleId }, output: ok },
  'bundle.preflight': { input: { versionId, targets: [{ target: 'triton', engine: '25.03' }], canary: true }, output: [{ choice: { target: 'triton', engine: '25.03' }, title: 'Triton 25.03', engine: 'Triton 25.03', verdict: 'refused', blocked: 's', findings: [{ about: 'opset', verdict: 'refused', sentence: 's', repair: { kind: 'engine', before: 'export', sentence: 's', choice: { target: 'triton', engine: '26.07' } } }] }] },
  'review.revoke': { input: { versionId, reason: 'found a mistake', by: 'Ada' }, output: [{ ...review, answers: review.answers.map((a) => ({ ...a, revoked: { at: 4, reason: 'found a mistake', byReviewer: false }, doubt: 'its key is not trusted any more' })) }] },
  'bundle.encrypt': { input: { file, destination: file, recipients: ['age1'] }, output: { fileName: 'a.age', bytes: 9, recipients: 1 } },
  'bundle.layout': { input: { file, destination: file }, output: { folder: 'oci', digest: 'sha256:0', tag: '1.0.0', layers: 2, bytes: 9 } },
  'bundle.verify': { input: { file, golden: true, strict: false, requireApprovals: 0 }, output: report },
  'bundle.list': { input: {}, output: [bundle] },
  'bundle.get': { input: { bundleId }, output: bundle },
  'model.packPreview': { input: { modelId, withoutPersonal: true }, output: { modelName: 'iris', versions: 1, runs: 1, events: 1, files: 2, personal: ['a.csv'], notes: ['n'] } },
  'model.pack': { input: { modelId, file, withoutPersonal: false }, output: { fileName: 'a.zip', bytes: 9, sha256: hash('a'), modelName: 'iris', versions: 1, runs: 1, events: 1, notes: ['n'] } },
  'model.unpack': { input: { file, name: 'iris 2' }, output: { modelId, modelName: 'iris 2', added: 3, known: 1, versions: 1, runs: 1, notes: ['n'] } },
  'workspace.check': { input: { sweep: true }, output: { checkedAt: 1, healthy: false, sentence: 's', schema: 4, counts: { models: 1, versions: 1, runs: 1, files: 1, bytes: 9 }, swept: { count: 1, bytes: 9 },
    findings: [{ kind: 'missing-file', severity: 'fault', about: 'iris 2', sentence: 's', next: 'n', bytes: null, removable: false }] } },
  'workspace.backup': { input: { file, withKey: true }, output: { fileName: 'a.zip', bytes: 9, sha256: hash('a'), createdAt: 1, withKey: true, counts: { models: 1, versions: 1, runs: 1 }, files: 1, lacks: ['s'] } },
  'workspace.restore': { input: { file, folder: file }, output: { folder: 'w', createdAt: 1, slipway: '0.1.0', withKey: false, counts: { models: 1, versions: 1, runs: 1 }, files: 1, bytes: 9 } },
  'history.list': { input: page, output: [{ id: eventId, at: 1, verb: 'v', subject: 's', sentence: 'x', facts: { nested: { n: [1, null] } }, who: { name: 'Ann', keyId: null }, why: null }] },
  'audit.state': { input: {}, output: { entries: 2, since: 1, head: { seq: 1, hash: 'ab', at: 2 }, checked: { at: 3, whole: true, sentence: 's' }, people: ['Ann'], nameless: true, verbs: ['v'] } },
  'audit.verify': { input: { against: file }, output: { whole: false, entries: 2, rows: 1, since: 1, head: null, more: 0, checkedAt: 1, findings: [{ kind: 'changed', table: 'runs', key: 'r', seq: 1, sentence: 's' }] } },
  'audit.export': { input: { file }, output: { fileName: 'log.jsonl', entries: 2, events: 1, head: { seq: 1, hash: 'ab', at: 2 } } },
  'job.list': { input: {}, output: [job] },
  'job.pause': { input: { jobId }, output: ok },
  'job.cancel': { input: { jobId, now: false }, output: ok },
  'shell.lookInto': { input: { folder: file, endings: ['csv'] }, output: { endings: [{ ending: 'csv', count: 1 }], files: [admitted], bundle: false, whole: true } },
  'shell.openFiles': { input: { what: 'model' }, output: [admitted] },
  'shell.saveFile': { input: { what: 'bundle', suggestedName: 'a.zip' }, output: admitted },
  'shell.reveal': { input: { bundleId }, output: ok },
  'shell.writeText': { input: { file, text: 'x', encoding: 'utf-8' }, output: ok },
  'shell.readText': { input: { file }, output: { text: 'x' } },
}
