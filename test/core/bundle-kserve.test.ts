// KServe's files for every mode and version: strict schemas, the rules of the webhooks, and no field that the mode ignores. Planted defects are refused.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { planKServe } from '../../main/core/bundle/deploy/kserve.ts'
import { planKubernetes } from '../../main/core/bundle/deploy/kubernetes.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import type { BundleTarget } from '../../shared/domain/bundle-target.ts'
import { modelFacts } from '../setup/model-facts.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { kserveFaults, minor, publishedCheck, serviceSchemaFaults, type InferenceService } from './kserve-rules.ts'
import { thingsIn } from './kubernetes-checks.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-kserve-'))
const previous = { version: '1.2.2', serial: 2, rootDigest: 'c'.repeat(64) as never }
let facts: BundleFacts
beforeAll(async () => { facts = await irisFacts(folder, { previous }) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

type Files = ReadonlyMap<string, string>
const filesFor = (target: BundleTarget, engine: string | null, more: Partial<BundleFacts> = {}): Files =>
  new Map(planKServe({ ...facts, targets: [{ target, engine }], ...more }, 'key').map((f) => [f.path.replace('deploy/kserve/', ''), f.text ?? '']))

/** A patch laid over an object as kustomize does for kinds that it does not know: maps are merged, lists replaced. */
function merged(below: unknown, above: unknown): unknown {
  if (above === null || typeof above !== 'object' || Array.isArray(above)) return above
  const held = (below !== null && typeof below === 'object' && !Array.isArray(below) ? below : {}) as Record<string, unknown>
  return Object.entries(above).reduce<Record<string, unknown>>((all, [key, value]) => ({ ...all, [key]: merged(all[key], value) }), { ...held })
}

/** What an overlay comes to. The same overlays are built by kustomize itself in test/ops. */
function built(files: Files, overlay: string): InferenceService {
  const { resources, patches = [] } = parse(files.get(`overlays/${overlay}/kustomization.yaml`) ?? '') as { resources: readonly [string]; patches?: readonly { patch: string }[] }
  const below = resources[0] === '../../base' ? parse(files.get('base/inferenceservice.yaml') ?? '') : built(files, resources[0].replace('../', ''))
  return patches.reduce<unknown>((object, { patch }) => merged(object, parse(patch)), below) as InferenceService
}

const overlaysOf = (files: Files): readonly string[] => [...files.keys()].flatMap((path) => /^overlays\/(.+)\/kustomization\.yaml$/.exec(path)?.[1] ?? [])
const versions = ['0.15', '0.16', '0.18', '0.19', '0.20']

test.each(versions)('KServe %s takes every overlay of both modes, and ignores no field of them', (version) => {
  for (const target of ['kserve-knative', 'kserve-standard'] as const) {
    const files = filesFor(target, version)
    for (const overlay of overlaysOf(files)) {
      const service = built(files, overlay)
      expect(serviceSchemaFaults(service, version), `${version} ${overlay}`).toEqual([])
      expect(kserveFaults(service, version), `${version} ${overlay}`).toEqual([])
    }
  }
})

test('the overlays by mode and version; the oldest version where none was named', () => {
  expect(overlaysOf(filesFor('kserve-knative', '0.15'))).toEqual(['knative', 'knative-canary', 'knative-rollback'])
  for (const version of ['0.15', '0.19', null]) expect(overlaysOf(filesFor('kserve-standard', version))).toEqual(['standard', 'standard-rollback'])
  expect(overlaysOf(filesFor('kserve-standard', '0.20'))).toEqual(['standard', 'standard-canary-0.20', 'standard-rollback'])
  expect(overlaysOf(filesFor('kserve-standard', '0.20', { previous: null }))).toEqual(['standard'])
  const mode = (target: BundleTarget, version: string | null): string | undefined => built(filesFor(target, version), target === 'kserve-knative' ? 'knative' : 'standard').metadata.annotations?.['serving.kserve.io/deploymentMode']
  expect([mode('kserve-knative', '0.15'), mode('kserve-knative', '0.16'), mode('kserve-standard', null), mode('kserve-standard', '0.20')]).toEqual(['Serverless', 'Knative', 'RawDeployment', 'Standard'])
  expect(planKServe({ ...facts, targets: [{ target: 'triton', engine: null }] }, 'key')).toEqual([])
})

test('canary, promotion and rollback: who serves what', () => {
  const knative = filesFor('kserve-knative', '0.20')
  expect(built(knative, 'knative-canary').spec.predictor.canaryTrafficPercent).toBe(10)
  expect(built(knative, 'knative-rollback').spec.predictor.canaryTrafficPercent).toBe(0)
  expect(built(knative, 'knative').spec.predictor).not.toHaveProperty('canaryTrafficPercent')
  const standard = filesFor('kserve-standard', '0.20')
  const canary = built(standard, 'standard-canary-0.20').spec
  expect(canary.predictor).toMatchObject({ name: 'v2', model: { storageUri: 'pvc://models/iris-1.2.2' } })
  expect(canary.canary).toMatchObject([{ trafficPercent: 10, predictor: { name: 'v3', model: { name: 'kserve-container', storageUri: 'pvc://models/iris-1.2.3' } } }])
  // Promoted: the stable predictor takes the canary's name and model, so that no pod is restarted.
  expect(built(standard, 'standard').spec).toMatchObject({ predictor: { name: 'v3', model: { storageUri: 'pvc://models/iris-1.2.3' } } })
  expect(built(standard, 'standard').spec).not.toHaveProperty('canary')
  expect(built(standard, 'standard-rollback').spec.predictor).toMatchObject({ name: 'v2', model: { storageUri: 'pvc://models/iris-1.2.2' } })
  expect(filesFor('kserve-standard', '0.19').get('README.md')).toContain('KServe before 0.20 has no canary in this mode')
})

test('planted defects are refused: words, versions, modes, names, shares', () => {
  const change = (service: InferenceService, patch: object): InferenceService => merged(service, patch) as InferenceService
  const knative = built(filesFor('kserve-knative', '0.16'), 'knative-canary')
  const standard = built(filesFor('kserve-standard', '0.20'), 'standard-canary-0.20')
  const old = built(filesFor('kserve-standard', '0.15'), 'standard')
  const entry = standard.spec.canary![0]!
  const canary = (more: object): InferenceService => change(standard, { spec: { canary: [{ ...entry, ...more }] } })
  const predictor = (more: object): InferenceService => canary({ predictor: { ...entry.predictor, ...more } })
  const refusedBySchema: readonly (readonly [InferenceService, string])[] = [
    [change(knative, { spec: { predictor: { canaryTrafficPercnt: 10 } } }), '0.16'], [change(knative, { spec: { predictor: { canaryTrafficPercent: '10' } } }), '0.16'],
    [change(knative, { spec: { predictor: { model: { modelFormat: { name: undefined } } } } }), '0.16'], [standard, '0.19'], [change(old, { spec: { predictor: { name: 'v3' } } }), '0.15'],
    [predictor({ model: { modelFormat: { name: 'onnx' } } }), '0.20'],
  ]
  for (const [service, version] of refusedBySchema) expect(serviceSchemaFaults(JSON.parse(JSON.stringify(service)), version), JSON.stringify(service.spec)).not.toEqual([])
  const refusedByRule: readonly (readonly [InferenceService, string, RegExp])[] = [
    [change(old, { spec: { predictor: { canaryTrafficPercent: 10 } } }), '0.15', /ignored outside Knative/], [built(filesFor('kserve-standard', '0.16'), 'standard'), '0.15', /does not know the mode Standard/],
    [change(standard, { metadata: { annotations: { 'serving.kserve.io/deploymentMode': 'RawDeployment' } } }), '0.20', /literally Standard/], [predictor({ name: 'v2' }), '0.20', /one name/], [predictor({ name: '' }), '0.20', /no name/],
    [canary({ trafficPercent: 101 }), '0.20', /exceed/], [predictor({ maxReplicas: 3 }), '0.20', /may not have maxReplicas/], [predictor({ minReplicas: 9 }), '0.20', /more replicas/],
    [change(knative, { metadata: { name: '2nd' } }), '0.16', /name/], [change(knative, { spec: { predictor: { model: { protocolVersion: 'v1' } } } }), '0.16', /no runtime/],
  ]
  for (const [service, version, fault] of refusedByRule) expect(kserveFaults(service, version).join('; '), String(fault)).toMatch(fault)
  expect(minor('0.20')).toBe(20)
})

test('a model that Triton cannot load gets the own server alone, with the reason', async () => {
  const zipped = await modelFacts('iris/models/iris-logreg-zipmap.onnx', folder, facts)
  const files = new Map(planKServe({ ...zipped, targets: [{ target: 'kserve-standard', engine: '0.18' }] }, 'key').map((f) => [f.path, f.text ?? '']))
  expect([...files.keys()]).toEqual(['README.md', 'own-server/kustomization.yaml', 'own-server/servingruntime.yaml', 'own-server/inferenceservice.yaml'].map((name) => `deploy/kserve/${name}`))
  expect(files.get('deploy/kserve/README.md')).toMatch(/cannot take this model: Triton loads no model whose output is not a tensor/)
})

test('the published definitions, where they are at hand: the own server\'s runtime, and Argo\'s objects', () => {
  const files = filesFor('kserve-standard', '0.20')
  const service = parse(files.get('own-server/inferenceservice.yaml')!) as InferenceService
  expect(serviceSchemaFaults(service, '0.20')).toEqual([])
  expect(kserveFaults(service, '0.20')).toEqual([])
  const runtime = files.get('own-server/servingruntime.yaml')!
  expect(parse(runtime)).toMatchObject({ metadata: { name: 'iris-server' }, spec: { containers: [{ name: 'kserve-container' }] } })
  const argo = new Map(planKubernetes({ ...facts, targets: [{ target: 'kubernetes', engine: null }] }, 'key').map((f) => [f.path, f.text ?? '']))
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['kserve/v0.20-serving.kserve.io_servingruntimes.yaml', runtime, 'protocolVersions', 'protocolVersion'],
    ['argo-rollouts/rollout-crd.yaml', argo.get('deploy/kubernetes/overlays/canary-argo/rollout.yaml')!, 'setWeight: 25', 'setWieght: 25'],
    ['argo-rollouts/analysis-template-crd.yaml', argo.get('deploy/kubernetes/overlays/canary-argo/analysis-guards.yaml')!, 'failureLimit', 'failureLimt'],
  ]
  for (const [definition, text, from, to] of cases) {
    const check = publishedCheck(definition)
    if (check === null) continue
    for (const thing of thingsIn(text)) expect(check(thing), definition).toEqual([])
    for (const thing of thingsIn(text.replace(from, to))) expect(check(thing), definition).not.toEqual([])
  }
})
