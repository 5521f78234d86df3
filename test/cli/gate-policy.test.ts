// `slipway gate --run-missing` and `slipway policy` as a pipeline uses them: exit codes, what is said beforehand, revisions, and faults with their lines.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GateCheck } from '../../shared/domain/gate.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

// The reference: 144 of 150 right; always answering one class has 50 right.
const policy = (accuracy: number): string => `schema: slipway.gate/2\nrules:\n  - {kind: metric, metric: accuracy, op: ">=", limit: ${accuracy}}\n  - {kind: beats-baseline, baseline: constant, metric: accuracy, by: 0.5}\n  - {kind: parity, device: cuda, atWorst: close, severity: advisory}\n`

test('a gate waits for what is missing, runs it when asked, and answers by its exit code', { timeout: 120_000 }, async () => {
  await inPlace(async (place) => {
    const [file, stricter, broken] = ['gate.yaml', 'stricter.yaml', 'broken.yaml'].map((name) => join(place.folder, name)) as [string, string, string]
    writeFileSync(file, policy(0.95))
    writeFileSync(stricter, policy(0.97))
    writeFileSync(broken, 'schema: slipway.gate/2\nrules:\n  - kind: latencey\n  - kind: size\n')

    const first = GateCheck.parse(await slipwayJson(place, ['gate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species', '--policy', file, '--save'], 1))
    expect([first.passed, ...first.findings.map((f) => f.verdict)]).toEqual([false, 'pass', 'not-established', 'not-established'])
    const run = await slipway(place, 'gate', 'iris-logreg-tensor', '--run-missing', '--budget', '60')
    expect(run.code).toBe(0)
    expect(run.err).toMatch(/^Running what is missing: 2 pieces of work, about .* of at most 1 min 00 s\.\n {2}Compare with answers that need no model: about /m)
    expect(run.err).toMatch(/^Not done: Compare the answers on CUDA .*does not work on this machine/m)
    expect(run.out).toMatch(/passes the gate.*not established \(advisory\)/s)
    expect(GateCheck.parse(await slipwayJson(place, ['gate', 'iris-logreg-tensor', '--policy', stricter], 1)).findings.map((f) => f.verdict)).toEqual(['fail', 'pass', 'not-established'])

    expect(await slipwayJson(place, ['policy', 'diff', 'iris-logreg-tensor', '1', '2'])).toMatchObject([{ change: 'changed', rule: 'Metric limit (accuracy)', words: 'limit 0.95 → 0.97' }, { change: 'same' }, { change: 'same' }])
    const shown = await slipway(place, 'policy', 'show', 'iris-logreg-tensor')
    writeFileSync(file, shown.out)
    expect(await slipwayJson(place, ['policy', 'check', file])).toEqual({ valid: true, schema: 'slipway.gate/2', rules: 3, fault: null })
    writeFileSync(stricter, 'schema: slipway.gate/2\nrules:\n  - {kind: metric, metric: acuracy, op: ">=", limit: 0.9}\n  - {kind: metric, metric: accuracy, op: ">=", limit: 85}\n')
    const meant = await slipway(place, 'policy', 'check', stricter)
    expect([meant.code, meant.err]).toEqual([2, expect.stringMatching(/line 3: rule 1 asks for the metric “acuracy”, which does not exist; the nearest name.* is “accuracy”.*; and line 4: the limit 85 of rule 2 is outside/s)])
    const refused = await slipway(place, 'policy', 'check', broken)
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('line 3: “kind” of rule 1 (latencey) is “latencey”, but must be one of ')
    expect(refused.err).toContain('line 4: “atMostBytes” of rule 2 (size) is missing; it must be a whole number, 1 or more.')
  })
})
