// One valid question and answer for every key of shared/contract-monitor.ts.
import type { monitorContract } from '../shared/contract-monitor.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import { LogMapping } from '../shared/domain/log-batch.ts'
import { newId } from '../shared/ids.ts'

type Samples = { readonly [K in keyof typeof monitorContract]: { readonly input: InputOf<(typeof monitorContract)[K]>; readonly output: OutputOf<(typeof monitorContract)[K]> } }

const [modelId, versionId, bundleId, eventId, deploymentId, batchId, labelFileId, file] = [newId('model'), newId('version'), newId('bundle'), newId('event'), newId('deployment'), newId('logs'), newId('labels'), newId('file')]
const reason = 'because of the release'
const deployment = {
  id: deploymentId, modelId, modelName: 'income', versionId, versionNumber: 2, environment: 'production', target: 'eu-1', start: 'promoted' as const, source: 'hand' as const, since: 5, until: null, end: null, share: 0.25, shares: [{ at: 5, share: 0.05 }, { at: 9, share: 0.25 }],
  who: 'Ann', reason, endReason: null, incidents: 0, bundleId, logRows: 10,
}
const sha256 = 'a'.repeat(64)
const reasons = [{ reason: 'unreadable', sentence: 's', count: 1, examples: [{ file: 'a.jsonl', line: 3 }] }]
const files = [{ name: 'a.jsonl', sha256, bytes: 10 }]
const batch = {
  id: batchId, modelId, modelName: 'income', versionId, versionNumber: 2, versions: [{ number: 2, rows: 8 }], deploymentId, environment: 'production', name: 'a.jsonl', format: 'kserve' as const, files,
  account: { files: 1, bytes: 10, read: 20, kept: 16, duplicates: 1, duplicatesOfEarlier: 1, rejected: 1, reasons, unmatchedRequests: 1, unmatchedResponses: 1, asides: 0, rows: 8, withoutTime: 0, timeFrom: 'record' as const, dropped: 0, packed: { unreadable: 0, otherBundles: 0 } },
  holds: { level: 1 as const, sentence: 's', rawColumns: [], leftOut: ['name'] }, layout: { layout: 'slipway.log/1' as const, classes: ['a', 'b'], scores: 2, positiveClass: 'b', features: [{ feature: 'age', bins: 'b0', raw: null, kind: 'number' as const, personal: false }], referenceSha256: sha256 },
  rows: 8, from: 1, to: 9, outcomes: [{ outcome: 'ok' as const, rows: 8 }], arms: [{ arm: 'stable' as const, rows: 8 }], standsFor: 8, lowestSampling: 1, forgotten: [{ from: 1, to: 2, rows: 1, who: null, reason, at: 9 }], who: 'Ann', createdAt: 9, warnings: ['w'],
}
const labels = { id: labelFileId, modelId, modelName: 'income', name: 'labels.csv', files, account: { files: 1, bytes: 10, read: 5, kept: 3, duplicates: 1, rejected: 1, reasons, withoutTime: 0, matched: 2, corrections: 1 }, rows: 3, from: 1, to: 2, forgotten: false, who: null, createdAt: 9 }
const coverage = {
  rows: 8, labelled: 3, windows: [{ from: 0, to: 10, rows: 8, labelled: 3 }], delay: { labels: 3, median: 1, p90: 2, p99: 3, longest: 3, negative: 0, histogram: [{ upTo: null, labels: 3 }] },
  selection: { verdict: 'selective' as const, statistic: 'ks' as const, distance: 0.5, limit: 0.1, labelled: 3, unlabelled: 5, sentence: 's', histogram: { edges: [0, 1], labelled: [3], unlabelled: [5] }, classes: [{ label: 'a', labelled: 3, unlabelled: 5 }] },
}
const consent = { host: '10.0.0.5:8080', allowed: true, who: 'Ann', at: 3 }

export const monitorSamples: Samples = {
  'deployment.list': { input: { modelId, current: true }, output: [deployment] },
  'deployment.timeline': { input: { environment: 'production', offset: 0, limit: 200 }, output: { more: false, environments: ['production'], steps: [{ id: eventId, deploymentId, kind: 'start', at: 5, recordedAt: 6, modelId, modelName: 'income', version: { versionId, number: 2 }, environment: 'production', target: 'eu-1', start: 'promoted', end: null, share: 0.05, source: 'hand', sentence: 's', reason, who: null, outcome: 'good' }] } },
  'deployment.record': { input: { versionId, environment: 'production', target: 'eu-1', share: 0.05, at: 5, start: 'promoted', source: 'hand', replace: true, bundleId, reason }, output: deployment },
  'deployment.share': { input: { deploymentId, share: 0.25, at: 9, reason }, output: deployment },
  'deployment.end': { input: { deploymentId, end: 'rolled-back', reason }, output: { ...deployment, until: 9, end: 'rolled-back', endReason: reason } },
  'deployment.incident': { input: { deploymentId, at: 7, reason }, output: { ...deployment, incidents: 1 } },
  'deployment.hosts': { input: {}, output: [consent] },
  'deployment.consent': { input: { host: '10.0.0.5:8080', allowed: true }, output: consent },
  'deployment.ask': { input: { url: 'http://10.0.0.5:8080', model: 'income', versionId, metrics: null, timeoutMs: 5000 }, output: {
    host: '10.0.0.5:8080', at: 1, questions: [{ what: 'live', path: '/v2/health/live', status: 200, ms: 1.5, fault: null }], live: true, ready: null, server: { name: 'slipway', version: '1', extensions: [] },
    model: { name: 'income', versions: ['1'], platform: 'onnx_onnxv1', ready: true, inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }], outputs: [] }, version: { versionId, modelName: 'income', number: 2, by: 'digest', bundleId }, differences: ['d'], metrics: [{ name: 'model_info', labels: { model: 'income' }, value: 1 }], otherSeries: 3,
  } },
  'logs.look': { input: { files: [file], format: 'table', versionId }, output: { format: 'table', files: 1, bytes: 10, columns: [{ name: 'id', type: 'VARCHAR' }], mapping: LogMapping.parse({ requestId: 'id' }), missing: ['label'], bundle: { rootDigest: sha256, model: 'income', version: '1.0.0', versionId, versionNumber: 2, modelId }, sentence: 's' } },
  'logs.import': { input: { files: [file], format: 'kserve', mapping: LogMapping.parse({ label: 'predicted', scores: { a: 'pa' } }), versionId, environment: 'production', deploymentId, level: 2, time: 5, mostRejected: 0.1 }, output: batch },
  'logs.list': { input: { modelId, from: 1, to: 2 }, output: [batch] },
  'logs.get': { input: { batchId }, output: batch },
  'logs.labels': { input: { files: [file], modelId, mapping: { requestId: 'id', label: 'truth', timeUnit: 'auto' }, name: 'June' }, output: labels },
  'logs.labelFiles': { input: { modelId }, output: [labels] },
  'logs.coverage': { input: { modelId, versionId, from: 1, to: 2, windows: 30 }, output: coverage },
  'logs.forget': { input: { modelId, batchId, from: 1, to: 2, reason }, output: { rows: 3, batches: 1, labels: 0 } },
}
