// One valid question and answer for every key of shared/contract-drift.ts.
import { decideSamples } from './contract-samples-decide.ts'
import type { driftContract } from '../shared/contract-drift.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import type { DriftColumn, DriftReport } from '../shared/domain/drift.ts'
import type { Alert, AlertDecision, ControlChart, MonitorOverview, MonitorSummary, MonitorWindow } from '../shared/domain/monitor.ts'
import { newId } from '../shared/ids.ts'

type Samples = { readonly [K in keyof typeof driftContract]: { readonly input: InputOf<(typeof driftContract)[K]>; readonly output: OutputOf<(typeof driftContract)[K]> } }

const [modelId, versionId, runId, bundleId, monitorId, eventId] = [newId('model'), newId('version'), newId('run'), newId('bundle'), newId('monitor'), newId('event')]
const request = { versionId, against: { kind: 'profile' as const }, windows: 2, slices: ['sex'], explain: false }
const rate = { reference: 0, live: 0.1, chance: 0.001, over: true }
const column: DriftColumn = {
  column: 'age', kind: 'numeric', rows: 500, referenceRows: 4000, verdict: 'drift', severity: 'critical', psi: 0.8, limit: { byChance: 0.05, warn: 0.1, critical: 0.25 }, chance: 0, importance: 0.4, weight: 0.32, sentence: 'distributed differently',
  measures: { psi: 0.8, jensenShannon: 0.27, totalVariation: 0.2, chiSquare: { statistic: 90, freedom: 9, p: 0 }, shape: { kolmogorovSmirnov: { statistic: 0.2, p: 0 }, wasserstein: 6, wassersteinScaled: null, from: 'bins' } }, rates: { missing: rate, unseen: null, outside: rate },
}
const drift: DriftReport = { rows: 500, referenceRows: 4000, verdict: 'drift', falseAlarm: 0.01, columnsMeasured: 1, columnsDrifted: 1, ratesTested: 2, detectable: 0.11, columns: [column], sentence: '1 of 1 column drifted: age.' }
const metric = { metric: 'accuracy', slice: '', value: 0.8, low: 0.7, high: 0.9, n: 100, reason: null }
const chart: ControlChart = { measure: 'accuracy', name: 'Accuracy', centre: 0.8, limits: [{ low: 0.7, high: 0.9 }, null], out: [1], changes: [{ window: 1, at: 2, before: 0.8, after: 0.6, chance: 0.01, sentence: 's' }] }
const interval = { value: 0.8, low: 0.7, high: null }
const window: MonitorWindow = {
  from: 1, to: 2, rows: 500, verdict: 'none', columnsDrifted: 0, psi: [0.8], drifted: [true], missing: [null], answers: { class: 0.1, score: null, drifted: false }, classes: [0.4, 0.6], score: { mean: 0.5, p10: 0.1, p50: 0.5, p90: 0.9 }, confidence: 0.8,
  service: { perSecond: 2, errorShare: 0.01, outcomes: [{ outcome: 'ok', rows: 495 }], latency: { p50: 1, p95: 2, p99: 3 } }, labelled: 100, quality: [metric], estimated: interval,
}
const decision: AlertDecision = { id: newId('decision'), monitorId, versionId, thresholdId: 'InputDrift:age:warning', action: 'threshold', reason: 'known change', alert: 'InputDrift', value: 0.8, limit: 0.1, severity: 'warning', newLimit: 0.9, who: 'Ann', eventId, at: 5 }
const alert: Alert = {
  thresholdId: 'InputDrift:age:warning', alert: 'InputDrift', severity: 'warning', state: 'firing', metric: 'model_input_drift_psi', selector: { feature: 'age' }, op: '>', value: 0.8, limit: 0.1, window: { rows: 500, minRows: 200, from: 1, to: 2 }, summary: 's', cause: 'c', evidence: ['e'], firstChecks: ['f'],
  actions: [{ action: 'roll-back', label: 'l', available: false, reason: 'r' }], origin: { runId, statistic: 's', formula: 'f' }, decision,
}
const counts = { stale: false, firing: 1, critical: 0, undecided: 0 }
const summary: MonitorSummary = { id: monitorId, createdAt: 5, who: 'Ann', modelId, modelName: 'income', versionId, versionNumber: 2, request, rows: 500, from: 1, to: 2, verdict: 'drift', sentence: 's', ...counts }
const confidence = { reference: 0.8, live: 0.7, limit: 0.75, low: true }
const overview: MonitorOverview = {
  id: monitorId, createdAt: 5, who: null, modelId, modelName: 'income', versionId, versionNumber: 2, task: 'binary-classification', request,
  source: { batches: 1, rows: 500, from: 1, to: 2, withoutTime: 0, arms: [{ arm: 'stable', rows: 500 }], outcomes: [{ outcome: 'ok', rows: 500 }], profile: { from: 'bundle', bundleId, runId, rows: 4000, sentence: 's' }, limits: 'bundle' },
  data: drift, answers: { ...drift, verdict: 'none', columns: [] }, confidence, joint: { state: 'not-measured', reason: 'r', auc: null, verdict: null, rows: { reference: 0, live: 0 }, columns: [{ column: 'age', share: 1 }] },
  last: { rows: 500, wanted: 2000, from: 1, to: 2, data: drift, answers: drift, confidence }, columns: ['age'], classes: ['no', 'yes'], windows: [window], charts: [chart], notes: ['n'], ...counts,
  headline: { metric: 'accuracy', seen: interval, expected: null, labelled: 100, estimated: null },
}

export const driftSamples: Samples = {
  ...decideSamples,
  'monitor.analyse': { input: { ...request, against: { kind: 'window', from: 1, to: 2 }, from: 3, to: 4, lastRows: 500, arm: 'canary' }, output: summary },
  'monitor.list': { input: { modelId, limit: 10 }, output: [summary] },
  'monitor.overview': { input: { monitorId }, output: overview },
  'monitor.column': { input: { versionId, column: 'age', of: 'input' }, output: {
    column: 'age', of: 'input', kind: 'numeric', personal: false, whole: column, last: null, cells: [{ label: 'below 30', reference: 10, live: 20, last: 5, psi: 0.1 }], edges: [30], usual: { low: 17, high: 80 },
    windows: [{ from: 1, to: 2, rows: 500, psi: 0.8, drifted: true, missing: 0, unseen: null, outside: 0.01, shares: [1] }], chart, alerts: ['InputDrift:age:warning'],
  } },
  'monitor.quality': { input: { monitorId }, output: {
    monitorId, metrics: ['accuracy'], expected: { runId, datasetName: 'test', metrics: [metric] }, labelled: 100, rows: 500, whole: [metric], arms: [{ name: 'stable', rows: 100, labelled: 100, metrics: [metric] }], slices: [{ column: 'sex', groups: [] }],
    estimated: { state: 'off', reason: 'r', assumption: 'a', metric: 'accuracy', rows: 500, value: null, calibration: { verdict: 'drifted', labelled: 100, seen: 0.5, expected: 0.8, chance: 0.001 } }, charts: [chart], notes: [],
    windows: [{ from: 1, to: 2, rows: 500, labelled: 100, quality: [metric], estimated: null }],
  } },
  'monitor.alerts': { input: { versionId, firing: true }, output: { monitorId, versionId, modelName: 'income', versionNumber: 2, alerts: [alert], previous: { versionId, number: 1 } } },
  'alert.decide': { input: { monitorId, thresholdId: 'InputDrift:age:warning', action: 'threshold', reason: 'known change', limit: 0.9, rollback: { alias: 'champion', expected: versionId, deploymentId: newId('deployment') } }, output: decision },
  'alert.decisions': { input: { versionId }, output: [decision] },
}
