// Rules on facts that no test machine has at hand: approvals of several people, and a device beside the CPU. And what changed between two policies.
import { expect, test } from 'vitest'
import type { ParityReport } from '../../shared/domain/device-report.ts'
import type { GateFinding } from '../../shared/domain/gate.ts'
import type { GateRule } from '../../shared/domain/gate-rules.ts'
import { evaluateGate } from '../../shared/gate-evaluation.ts'
import type { Approval, MoreFacts } from '../../shared/gate/facts.ts'
import { policyDiff } from '../../shared/gate/policy-diff.ts'
import { samples } from '../contract-samples.ts'

const nothing: MoreFacts = {
  now: 0, runId: 'run', task: 'regression', onData: {}, against: {}, slices: [], fairness: [], quality: [], baselines: [], newestTimes: [], paired: [], stress: [], speed: [], parity: [],
  dataset: { id: 'd', name: 'd', addedAt: 0, fileAt: null, columns: [] }, version: { label: 'm 1', note: '', tags: [], links: [], card: { description: null, 'intended-use': null, 'known-limits': null, licence: null, 'training-data': null } }, approvals: null,
}
const judge = (rule: GateRule, more: Partial<MoreFacts>): GateFinding => evaluateGate({ schema: 'slipway.gate/2', rules: [rule] }, { metrics: [], rows: null, modelBytes: 1, baselineMetrics: null, more: { ...nothing, ...more } }).findings[0]!

const said = (name: string, decision: Approval['decision'], at: number): Approval => ({ name, keyId: `key-${name}`, decision, at })

test.each<[string, GateRule, readonly Approval[] | null, GateFinding['verdict']]>([
  ['nobody asked', { kind: 'approvals', count: 1 }, null, 'not-established'],
  ['one of two', { kind: 'approvals', count: 2 }, [said('Ada', 'approve', 1)], 'not-established'],
  ['two of two', { kind: 'approvals', count: 2 }, [said('Ada', 'approve', 1), said('Grace', 'approve', 2)], 'pass'],
  ['one person twice', { kind: 'approvals', count: 2 }, [said('Ada', 'approve', 1), said('Ada', 'approve', 2)], 'not-established'],
  ['the author does not count', { kind: 'approvals', count: 2 }, [said('Ada', 'approve', 1), said('Eve', 'approve', 2)], 'not-established'],
  ['unless the policy says so', { kind: 'approvals', count: 2, authorMayApprove: true }, [said('Ada', 'approve', 1), said('Eve', 'approve', 2)], 'pass'],
  ['somebody whom the rule does not name', { kind: 'approvals', count: 1, by: ['Grace'] }, [said('Ada', 'approve', 1)], 'not-established'],
  ['named by key', { kind: 'approvals', count: 1, by: ['key-Ada'] }, [said('Ada', 'approve', 1)], 'pass'],
  ['a rejection', { kind: 'approvals', count: 1 }, [said('Ada', 'approve', 1), said('Grace', 'reject', 2)], 'fail'],
  ['an answer in doubt', { kind: 'approvals', count: 1 }, [{ ...said('Ada', 'approve', 1), doubt: 'Ada approved other evidence (other data), so ask again' }], 'not-established'],
  ['a rejection taken back', { kind: 'approvals', count: 1 }, [said('Grace', 'reject', 1), said('Grace', 'approve', 2)], 'pass'],
])('approvals: %s', (_, rule, list, verdict) => {
  expect(judge(rule, { approvals: list === null ? null : { list, authors: ['Eve'] } }).verdict).toBe(verdict)
})

test('a device that answers as the CPU does, nearly, not, or that ran nothing', () => {
  const report = (verdict: ParityReport['verdict'], rows = 100): ParityReport => ({ ...samples['version.parity'].output, verdict, rows })
  const rule: GateRule = { kind: 'parity', device: report('close').options.device, against: report('close').options.against, atWorst: 'close', rows: 50 }
  expect((['identical', 'close', 'apart', 'flipped', 'not-run-there'] as const).map((v) => judge(rule, { parity: [report(v)] }).verdict)).toEqual(['pass', 'pass', 'fail', 'fail', 'not-established'])
  expect(judge(rule, { parity: [report('identical', 49)] })).toMatchObject({ verdict: 'not-established', sentence: expect.stringMatching(/^49 rows were compared .* asks for 50\.$/) as string })
})

test('two policies side by side: same, changed, added and removed rules, whatever their order', () => {
  const floor = (limit: number): GateRule => ({ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit })
  expect(policyDiff({ schema: 'slipway.gate/2', rules: [floor(0.8), floor(0.9), { kind: 'rows', atLeast: 5 }] }, { schema: 'slipway.gate/2', rules: [{ kind: 'size', atMostBytes: 9 }, floor(0.9), floor(0.85)] })).toEqual([
    { change: 'added', rule: 'Model size', words: 'atMostBytes 9' }, { change: 'same', rule: 'Metric limit (accuracy)', words: 'op >=, limit 0.9' },
    { change: 'changed', rule: 'Metric limit (accuracy)', words: 'limit 0.8 → 0.85' }, { change: 'removed', rule: 'Rows scored', words: 'atLeast 5' },
  ])
})
