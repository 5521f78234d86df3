// The cluster's files through the programs of those who get them: yamllint, kubectl's kustomize, and Prometheus' own reader of queries. Each also refuses a planted defect.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { guardChecks } from '../../main/core/bundle/deploy/analysis.ts'
import { planKServe } from '../../main/core/bundle/deploy/kserve.ts'
import { planKubernetes } from '../../main/core/bundle/deploy/kubernetes.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { kserveFaults, serviceSchemaFaults, type InferenceService } from '../core/kserve-rules.ts'
import { fieldFaults, linkFaults, thingsIn, type Thing } from '../core/kubernetes-checks.ts'
import { irisFacts } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-cluster-files-'))
const bundle = join(folder, 'iris-1.2.3')
let facts: BundleFacts
const written = (path: string, text: string): string => { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, text); return path }
const run = (command: string, ...words: string[]): { status: number | null; out: string; said: string } => {
  const ran = spawnSync(command, words, { encoding: 'utf8' })
  return { status: ran.status, out: ran.stdout, said: `${ran.stdout}${ran.stderr}` }
}
beforeAll(async () => {
  facts = await irisFacts(folder, {
    targets: [{ target: 'kubernetes', engine: null }, { target: 'kserve-knative', engine: '0.20' }, { target: 'kserve-standard', engine: '0.20' }], previous: { version: '1.2.2', serial: 2, rootDigest: 'c'.repeat(64) as never },
  })
  for (const { path, text } of [...planKubernetes(facts, 'key'), ...planKServe(facts, 'key')]) written(join(bundle, path), text ?? '')
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

test('yamllint says nothing against any of them, and much against a key that is there twice', () => {
  // Long lines hold queries and reasons; a file of one document needs no start.
  const rules = '{extends: default, rules: {line-length: disable, document-start: disable, comments: {min-spaces-from-content: 1}}}'
  expect(run('yamllint', '--strict', '-d', rules, join(bundle, 'deploy'))).toMatchObject({ status: 0, said: '' })
  expect(run('yamllint', '--strict', '-d', rules, written(join(folder, 'twice.yaml'), 'kind: Service\nkind: Deployment\n'))).toMatchObject({ status: 1, said: expect.stringContaining('duplication') })
})

const hasKubectl = run('kubectl', 'version', '--client').status === 0
const kustomize = (place: string): { status: number | null; said: string; things: readonly Thing[] } => {
  const built = run('kubectl', 'kustomize', place)
  return { ...built, things: built.status === 0 ? thingsIn(built.out) : [] }
}
const one = (things: readonly Thing[], kind: string, name = 'iris'): Thing => things.find((t) => t.kind === kind && t.metadata.name === name)!
const theirs = ['Secret/iris-tokens', 'ConfigMap/iris-publisher-key']
const overlay = (name: string): string => join(bundle, 'deploy/kubernetes/overlays', name)

if (!hasKubectl) test('kustomize: not run, because there is no kubectl on this machine', () => { console.log('not run: kubectl kustomize (no kubectl on this machine)') })

describe.runIf(hasKubectl)('kubectl kustomize', () => {
  test('every overlay is built, and what it comes to has known fields and no loose end', () => {
    const base = kustomize(join(bundle, 'deploy/kubernetes/base')).things
    for (const name of ['staging', 'production', 'canary-gateway', 'canary-argo']) {
      const { status, said, things } = kustomize(overlay(name))
      expect(status, `${name}: ${said}`).toBe(0)
      for (const thing of things.filter((t) => !/argoproj|gateway/.test(t.apiVersion))) expect(fieldFaults(thing), name).toEqual([])
      expect(linkFaults(name === 'canary-gateway' ? [...base, ...things] : things, theirs), name).toEqual([])
    }
    expect(one(kustomize(overlay('production')).things, 'HorizontalPodAutoscaler')).toMatchObject({ spec: { minReplicas: 3, maxReplicas: 20 } })
    expect(one(kustomize(overlay('staging')).things, 'ConfigMap', 'iris-server')).toMatchObject({ data: { SLIPWAY_ACCESS_LOG: '1', SLIPWAY_HOST: '0.0.0.0' } })
    expect(one(kustomize(overlay('canary-argo')).things, 'HorizontalPodAutoscaler')).toMatchObject({ spec: { scaleTargetRef: { kind: 'Rollout', name: 'iris' } } })
  }, 60_000)

  test('the canary is selected apart from what runs: no stable object reaches its pods', () => {
    const things = kustomize(overlay('canary-gateway')).things
    const selector = (one(things, 'Service', 'iris-canary')['spec'] as { selector: Record<string, string> }).selector
    const stable = (one(kustomize(join(bundle, 'deploy/kubernetes/base')).things, 'Service')['spec'] as { selector: Record<string, string> }).selector
    const labels = (one(things, 'Deployment', 'iris-canary') as unknown as { spec: { template: { metadata: { labels: Record<string, string> } } } }).spec.template.metadata.labels
    expect(Object.entries(selector).every(([key, value]) => labels[key] === value)).toBe(true)
    expect(Object.entries(stable).every(([key, value]) => labels[key] === value)).toBe(false)
  })

  test('an overlay of the operator sets image, namespace and key from outside the bundle, and moves the weights by one line', () => {
    const site = join(folder, 'your-site')
    cpSync(join(bundle, 'deploy/kubernetes/your-site.example'), site, { recursive: true })
    written(join(site, 'publisher.pub.pem'), 'the key as received')
    const { status, said, things } = kustomize(site)
    expect(status, said).toBe(0)
    expect(things.every((t) => (t.metadata as { namespace?: string }).namespace === 'models')).toBe(true)
    expect(JSON.stringify(one(things, 'Deployment'))).toContain('"registry.example/iris@sha256:')
    expect(one(things, 'ConfigMap', 'iris-publisher-key')).toMatchObject({ data: { 'publisher.pub.pem': 'the key as received' } })
    const step = (name: string): Thing => one(kustomize(dirname(written(join(folder, `canary-${name}`, 'kustomization.yaml'), stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['../iris-1.2.3/deploy/kubernetes/overlays/canary-gateway'], components: [`../iris-1.2.3/deploy/kubernetes/overlays/canary-gateway/steps/${name}`],
    })))).things, 'HTTPRoute')
    const rule = (name: string): { filters?: unknown; backendRefs: readonly { name: string; weight: number }[] } => (step(name)['spec'] as { rules: readonly [unknown, { filters?: unknown; backendRefs: readonly { name: string; weight: number }[] }] }).rules[1]
    for (const [name, weights] of [['05', [95, 5]], ['25', [75, 25]], ['50', [50, 50]], ['100', [0, 100]], ['rollback', [100, 0]]] as const) expect(rule(name).backendRefs.map((b) => b.weight), name).toEqual(weights)
    expect(rule('shadow')).toMatchObject({ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'iris-canary', port: 80 } } }], backendRefs: [{ name: 'iris', weight: 100 }, { name: 'iris-canary', weight: 0 }] })
  }, 60_000)

  test('KServe\'s overlays, built by kustomize itself, are what version 0.20 takes', () => {
    for (const name of ['knative', 'knative-canary', 'knative-rollback', 'standard', 'standard-canary-0.20', 'standard-rollback']) {
      const { status, said, things } = kustomize(join(bundle, 'deploy/kserve/overlays', name))
      expect(status, `${name}: ${said}`).toBe(0)
      const service = things[0] as unknown as InferenceService
      expect([kserveFaults(service, '0.20'), serviceSchemaFaults(service, '0.20')], name).toEqual([[], []])
    }
    expect(kustomize(join(bundle, 'deploy/kserve/own-server')).things.map((t) => t.kind).sort()).toEqual(['InferenceService', 'ServingRuntime'])
  }, 60_000)

  test('planted: a key that kustomize does not know, a patch that is none, a file that is missing', () => {
    const planted = { unknown: { resources: ['../iris-1.2.3/deploy/kubernetes/base'], imagez: [] }, patch: { resources: ['../iris-1.2.3/deploy/kubernetes/base'], patches: [{ patch: '- op: replace\n  path: /spec/nothing/here' }] }, missing: { resources: ['../iris-1.2.3/deploy/kubernetes/base/pods.yaml'] } }
    for (const [name, more] of Object.entries(planted)) expect(kustomize(dirname(written(join(folder, name, 'kustomization.yaml'), stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...more })))).status, name).not.toBe(0)
  })
})

/** The queries of the analysis as they are asked. */
const queries = (): readonly { readonly name: string; readonly query: string; readonly limit: number }[] => {
  const text = planKubernetes(facts, 'key').filter((f) => /canary-argo\/analysis-/.test(f.path)).map((f) => parse(f.text ?? '') as { spec: { metrics: readonly { name: string; successCondition: string; provider: { prometheus: { query: string } } }[] } })
  return text.flatMap((t) => t.spec.metrics).map((m) => ({ name: m.name, query: m.provider.prometheus.query.replaceAll('{{args.canary-version}}', '1.2.3').replaceAll('{{args.stable-version}}', '1.2.2'), limit: Number(/[\d.]+$/.exec(m.successCondition)?.[0]) }))
}
const rules = (all: readonly { readonly name: string; readonly query: string }[]): string => stringify({ groups: [{ name: 'analysis', rules: all.map(({ name, query }) => ({ record: `analysis:${name.replaceAll('-', '_')}`, expr: query })) }] })

test('Prometheus reads every query of the analysis, and refuses one whose types are wrong', () => {
  expect(queries().length).toBeGreaterThanOrEqual(guardChecks(facts).length)
  expect(run('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', written(join(folder, 'analysis.yml'), rules(queries()))).said).toMatch(new RegExp(`SUCCESS: ${queries().length} rules found`))
  const planted = queries().map((q) => ({ ...q, query: q.query.replaceAll('[10m]', '') }))
  expect(run('promtool', 'check', 'rules', written(join(folder, 'planted.yml'), rules(planted))).status).not.toBe(0)
})

test('the guards on made-up traffic: a healthy canary passes, a failing, slow or unverified one does not, and too little traffic says nothing', () => {
  const series = (version: string, ok: number, failed: number, slow: number): object[] => [
    { series: `model_requests_total{model="iris",version="${version}",outcome="ok"}`, values: `0+${ok}x30` }, { series: `model_requests_total{model="iris",version="${version}",outcome="failed"}`, values: `0+${failed}x30` },
    { series: `model_request_duration_seconds_bucket{model="iris",version="${version}",le="0.01"}`, values: `0+${ok - slow}x30` },
    ...['0.1', '+Inf'].map((le) => ({ series: `model_request_duration_seconds_bucket{model="iris",version="${version}",le="${le}"}`, values: `0+${ok}x30` })),
    { series: `model_bundle_verified{model="iris",version="${version}"}`, values: failed > 5 ? '0x30' : '1x30' },
  ]
  const worlds: readonly (readonly [string, object[], Readonly<Record<string, number | null>>])[] = [
    ['healthy', [...series('1.2.2', 1000, 1, 0), ...series('1.2.3', 60, 0, 0)], { errors: 0, rejected: 0, 'latency-p99': 0, verified: 0 }],
    ['failing, slow, unverified', [...series('1.2.2', 1000, 1, 0), ...series('1.2.3', 60, 6, 6)], { errors: 1, rejected: 0, 'latency-p99': 1, verified: 1 }],
    ['too little', [...series('1.2.2', 1000, 1, 0), ...series('1.2.3', 3, 0, 0)], { errors: null, rejected: null, 'latency-p99': null, verified: 0 }],
    ['nothing stable', series('1.2.3', 60, 0, 0), { errors: null, rejected: null, 'latency-p99': null, verified: 0 }],
  ]
  const known = queries().filter((q) => guardChecks(facts).some((c) => c.name === q.name))
  // Above the limit is bad, but for the last guard, which is bad below it.
  const asked = known.map(({ name, query, limit }) => ({ name, query: `(${query}) ${name === 'verified' ? '<' : '>'} bool ${limit}` }))
  const tests = worlds.map(([name, input, expected]) => ({
    name, interval: '1m', input_series: input,
    promql_expr_test: asked.map((q) => ({ expr: q.query, eval_time: '20m', exp_samples: expected[q.name] === null ? [] : [{ labels: '{}', value: expected[q.name] }] })),
  }))
  written(join(folder, 'none.yml'), 'groups: []\n')
  const check = (all: unknown): { status: number | null; said: string } => run('promtool', 'test', 'rules', written(join(folder, 'guards.test.yml'), stringify({ rule_files: ['none.yml'], evaluation_interval: '1m', tests: all }, { lineWidth: 0 })))
  expect(check(tests)).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') })
  expect(check([{ ...tests[0], promql_expr_test: tests[1]!.promql_expr_test }]).status).not.toBe(0)
})
