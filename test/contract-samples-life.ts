// One valid question and answer for every key of shared/contract-life.ts.
import type { lifeContract } from '../shared/contract-life.ts'
import type { InputOf, OutputOf } from '../shared/contract-kit.ts'
import { newId } from '../shared/ids.ts'

type Samples = { readonly [K in keyof typeof lifeContract]: { readonly input: InputOf<(typeof lifeContract)[K]>; readonly output: OutputOf<(typeof lifeContract)[K]> } }

const [modelId, versionId, runId, checkId, bundleId, eventId] = [newId('model'), newId('version'), newId('run'), newId('check'), newId('bundle'), newId('event')]
const who = { name: 'Ann', keyId: null }
const [first, second] = [{ versionId, number: 1 }, { versionId: newId('version'), number: 2 }]
const move = { modelId, alias: 'champion', revision: 2, action: 'set' as const, from: first, to: second, reason: 'better', who, eventId, at: 1 }
const life = {
  versionId, state: 'retired' as const, aliases: ['staging'], next: [{ action: 'restore' as const, to: 'released' as const, why: null, next: null }, { action: 'submit' as const, to: null, why: 'it is retired', next: 'Restore it first.' }],
  history: [{ versionId, revision: 1, from: null, state: 'retired' as const, action: 'retire' as const, reason: 'r', who: null, eventId: null, at: 1 }],
}
const care = { modelId, versionId: null, revision: 1, owners: ['Ann'], links: [{ title: 'Ticket', url: 'https://tracker.example/1' }], who, eventId, at: 1 }
const shown = { versionId, number: 1, state: 'evaluated' as const, otherAliases: ['staging'], bundleId }

export const lifeSamples: Samples = {
  'version.life': { input: { versionId }, output: life },
  'version.transition': { input: { versionId, action: 'retire', reason: 'because', expected: 'released' }, output: life },
  'alias.list': { input: { modelId }, output: [{ modelId, modelName: 'iris', alias: 'champion', target: second, before: first, moves: 2, last: move }] },
  'alias.history': { input: { modelId, alias: 'champion' }, output: [move, { ...move, action: 'remove', to: null, who: null }] },
  'alias.preview': { input: { action: 'set', modelId, alias: 'champion', versionId }, output: {
    modelId, modelName: 'iris', alias: 'champion', action: 'set', from: shown, to: { ...shown, bundleId: null }, refusal: { code: 'alias.sameTarget', details: {}, title: 't', message: 'm', next: 'n' },
    states: [{ versionId, number: 1, from: 'evaluated', to: 'released', why: 'w' }], signature: [{ where: 'input', name: 'x', change: 'removed', before: 'float32[N]', after: null, breaking: true, why: 'w' }], breaking: true,
    onData: null, missing: 'm', gate: { verdict: 'passed', sentence: 's', checkId, runId, at: 1 }, approval: { approved: false, sentence: 's' }, changes: ['c'], concerns: ['c'], losses: ['l'],
  } },
  'alias.set': { input: { modelId, alias: 'champion', versionId, expected: null, reason: 'because' }, output: move },
  'alias.rollback': { input: { modelId, alias: 'champion', expected: versionId, to: versionId, reason: 'because' }, output: { ...move, action: 'rollback' } },
  'alias.remove': { input: { modelId, alias: 'champion', expected: versionId, reason: 'because' }, output: { ...move, action: 'remove', to: null } },
  'care.get': { input: { modelId, versionId }, output: care },
  'care.save': { input: { modelId, owners: ['Ann'], links: [{ title: '', url: 'https://a.example' }], revision: 0 }, output: care },
  'model.timeline': { input: { modelId, kinds: ['run', 'alias'], offset: 0, limit: 100 }, output: { more: true, entries: [{ key: 'run:x:0', kind: 'run', at: 1, version: first, sentence: 's', reason: null, who: 'Ann', outcome: 'good', runId, checkId, bundleId, alias: null }] } },
}
