// One valid question and answer for every key of shared/contract-decide.ts.
import type { decideContract } from '../shared/contract-decide.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import type { AbReport, AbSize } from '../shared/domain/ab.ts'
import type { RolloutReport } from '../shared/domain/rollout.ts'
import { newId } from '../shared/ids.ts'
import { dataset as makeDataset } from './core/sample-rows.ts'

type Samples = { readonly [K in keyof typeof decideContract]: { readonly input: InputOf<(typeof decideContract)[K]>; readonly output: OutputOf<(typeof decideContract)[K]> } }

const [modelId, versionId, studyId] = [newId('model'), newId('version'), newId('study')]
const design = { level: 0.05, power: 0.8, share: 0.5 }
const sides = { control: { versionId, arm: 'stable' as const }, treatment: { versionId, arm: 'canary' as const } }
const request = { ...design, ...sides, primary: 'correct' as const, smallest: 0.02, answer: 'yes', from: 1, to: 9 }
const size: AbSize = { control: 388, treatment: 388, sequential: 700, smallest: 0.02, sentence: 's' }
const ab: AbReport = {
  kind: 'ab', id: studyId, createdAt: 5, who: 'Ann', modelId, modelName: 'income', request, control: { ...sides.control, versionNumber: 2, name: 'income 2, stable', rows: 500, units: 400 }, treatment: { ...sides.treatment, versionNumber: 2, name: 'income 2, canary', rows: 510, units: 410 },
  from: 1, to: 8, units: 'callers', inBoth: 0, ratio: { control: 400, treatment: 410, expected: 0.5, observed: 0.506, chiSquare: 0.1, chance: 0.7, limit: 0.001, holds: true, sentence: 's' },
  metrics: [{
    metric: 'correct', name: 'Right answers', kind: 'share', better: 'higher', primary: true, control: { rows: 300, value: 0.8 }, treatment: { rows: 310, value: null }, designEffect: 1.2, effect: { value: 0.01, low: -0.02, high: 0.04 }, always: { low: -0.05, high: 0.07 }, chance: 1, decided: { at: 8, rows: 610 },
    size, verdict: 'open', sentence: 's', looks: [{ at: 8, rows: 610, effect: 0.01, low: -0.05, high: 0.07, chance: 1 }],
  }], verdict: 'open', sentence: 's', notes: ['n'],
}

const rollout: RolloutReport = {
  kind: 'rollout', id: studyId, createdAt: 5, who: null, modelId, modelName: 'income', versionId, request: { stable: sides.control, canary: sides.treatment, from: 1, alertsStop: true }, stable: ab.control, canary: ab.treatment, from: 1, to: 9, mirrored: false, limits: 'bundle', profile: 'p',
  verdict: 'stopped', ended: { step: 0, at: 8, by: 'check', name: 'errors' }, sentence: 's', exposed: 12, notes: ['n'],
  steps: [{ share: 5, state: 'stopped', from: 1, checksFrom: 7, to: 8, canary: { requests: 12, failed: 3 }, stable: { requests: 240, failed: 1 }, played: 0.5, sentence: 's',
    checks: [{ name: 'errors', about: 'a', limit: 0, atLeast: false, state: 'failed', value: 0.2, points: [{ at: 7, value: null }, { at: 8, value: 0.2 }] }], alerts: [{ thresholdId: 'RequestsFailing:warning', alert: 'RequestsFailing', severity: 'warning', at: 8, value: 0.2, limit: 0.05, summary: 's', stopped: false }] }],
}

export const decideSamples: Samples = {
  'monitor.abSize': { input: { ...design, measure: { kind: 'share', base: 0.5 }, smallest: 0.1 }, output: size },
  'monitor.ab': { input: request, output: ab },
  'monitor.rollout': { input: rollout.request, output: rollout },
  'logs.dataset': { input: { versionId, arm: 'canary', which: 'wrong', from: 1, to: 9, name: 'wrong in May' }, output: makeDataset() },
  'monitor.studies': { input: { modelId, versionId, kind: 'ab', limit: 10 }, output: [{ id: studyId, kind: 'ab', versionId, modelName: 'income', versionNumber: 2, createdAt: 5, who: null, verdict: 'open', sentence: 's' }] },
  'monitor.study': { input: { studyId }, output: ab },
}
