// Targets on the command line: verdicts for a stored version, and an export that is refused for a target whose files would be wrong.
import { writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TargetPreflight } from '../../shared/domain/preflight.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, unwordedPart } from './run-cli.ts'

test('a version is judged for targets, and an export for one that would not load it is refused with the reason', async () => {
  await inPlace(async (place) => {
    expect((await slipway(place, 'import', fixture('iris/models/iris-logreg-tensor.onnx'), '--model', 'iris')).code).toBe(0)
    const all = await slipwayJson(place, ['preflight', 'iris']) as TargetPreflight[]
    expect(all.map((t) => t.choice.target)).toEqual(['server', 'container', 'triton', 'kserve-knative', 'kserve-standard', 'kubernetes', 'sagemaker'])
    const refused = await slipway(place, 'preflight', 'iris', '--target', 'kserve-standard@0.15', '--target', 'triton@25.03', '--canary')
    expect([refused.code, unwordedPart(refused)]).toEqual([1, null])
    expect(refused.out).toContain('KServe 0.15 has no canary in Standard mode')
    expect(refused.out).toContain('Triton 25.03')
    const unknown = await slipway(place, 'preflight', 'iris', '--target', 'lambda')
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('there is no target “lambda”; there are server, container, triton')])

    const policy = join(place.folder, 'policy.yaml')
    await writeFile(policy, 'schema: slipway.gate/1\nrules:\n  - kind: rows\n    atLeast: 100\n')
    expect((await slipway(place, 'evaluate', 'iris', '--data', fixture('iris/data/iris.csv'), '--target', 'species')).code).toBe(0)
    expect((await slipway(place, 'gate', 'iris', '--policy', policy)).code).toBe(0)
    const out = join(place.folder, 'refused.zip')
    const no = await slipway(place, 'export', 'iris', '--out', out, '--target', 'server', '--target', 'kserve-standard@0.15', '--canary')
    expect([no.code, unwordedPart(no), existsSync(out)]).toEqual([1, null, false])
    const first = await slipway(place, 'export', 'iris', '--out', join(place.folder, 'first.zip'), '--canary')
    expect([first.code, unwordedPart(first)]).toEqual([0, null])
    expect(first.out).toMatch(/Canary +Nothing to stand beside: no other version of iris was exported[^]*Canary +Nobody measured its speed/)
    // A model with another output cannot stand beside it.
    expect((await slipway(place, 'import', fixture('iris/models/iris-logreg-plain.onnx'), '--model', 'iris')).code).toBe(0)
    const other = await slipwayJson(place, ['preflight', 'iris@2', '--target', 'server', '--canary'], 1) as TargetPreflight[]
    expect(other[0]?.blocked).toMatch(/does not take and give the same tensors as iris 1\.0\.0/)
    expect(no.err).toMatch(/it would not work on KServe 0\.15, Standard mode: KServe 0\.15 has no canary[^]*Choose KServe 0\.20[^]*Or leave the target out\./)
  })
}, 180_000)
