// The Kubernetes files of a bundle: fields, types, required fields and links of every object; hardening; what a canary may do. Each check is shown a defect.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { conditions, guardChecks, modelChecks } from '../../main/core/bundle/deploy/analysis.ts'
import { planKubernetes } from '../../main/core/bundle/deploy/kubernetes.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { bundleThresholds } from '../../main/core/bundle/watch/limits.ts'
import { planWatch } from '../../main/core/bundle/watch/plan-watch.ts'
import { optionTable } from '../../main/core/serve/option-table.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'
import { fieldFaults, linkFaults, schemaFault, thingsIn, type Thing } from './kubernetes-checks.ts'
import { literalFaults, type Literal } from './literal-types.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-kubernetes-'))
let facts: BundleFacts
let files: ReadonlyMap<string, string>
const filesOf = (of: BundleFacts): ReadonlyMap<string, string> => new Map(planKubernetes(of, 'key').map((f) => [f.path.replace('deploy/kubernetes/', ''), f.text ?? '']))
beforeAll(async () => {
  facts = await irisFacts(folder, { targets: [{ target: 'kubernetes', engine: null }], previous: { version: '1.2.2', serial: 2, rootDigest: 'c'.repeat(64) as never } })
  files = filesOf(facts)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const at = (path: string): string => { const text = files.get(path); if (text === undefined) throw new Error(`no file ${path}`); return text }
/** Every object that is no instruction to kustomize, by its file. */
const things = (of: ReadonlyMap<string, string> = files): readonly { readonly path: string; readonly thing: Thing }[] =>
  [...of].filter(([path]) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml')).flatMap(([path, text]) => thingsIn(text).map((thing) => ({ path, thing })))
const ofKubernetes = (thing: Thing): boolean => !/argoproj|gateway\.networking|monitoring\.coreos/.test(thing.apiVersion)
const theirs = ['Secret/iris-tokens', 'ConfigMap/iris-publisher-key']
const found = (text: string): Thing => thingsIn(text)[0]!

test('every object has known fields, right types and what its kind requires', () => {
  expect(things().map(({ thing }) => thing.kind).sort()).toEqual(['AnalysisTemplate', 'AnalysisTemplate', 'ConfigMap', 'Deployment', 'HTTPRoute', 'HTTPRoute', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'PodMonitor', 'PrometheusRule', 'Rollout', 'Service', 'Service', 'ServiceAccount'])
  for (const { path, thing } of things()) {
    if (ofKubernetes(thing)) expect(fieldFaults(thing), path).toEqual([])
    expect(schemaFault(thing), path).toBeNull()
  }
})

test('planted: a misspelt field, a quoted number, a missing field and a wrong type are refused', () => {
  expect(fieldFaults(found(at('base/deployment.yaml').replace('imagePullPolicy', 'imagePullPolcy')))).toEqual([expect.stringContaining('imagePullPolcy: no such field')])
  expect(fieldFaults(found(at('base/horizontalpodautoscaler.yaml').replace('maxReplicas: 10', 'maxReplicas: "10"')))).toEqual([expect.stringContaining('string where number belongs')])
  expect(schemaFault(found(at('base/deployment.yaml').replace(/^ {2}selector:\n(?: {4}.*\n)+/m, '')))).toMatch(/selector/)
  expect(schemaFault(found(at('monitoring/podmonitor.yaml').replace(/^ {4}- port: http/m, '    - port: 7')))).toMatch(/port/)
  expect(schemaFault(found(at('monitoring/prometheusrule.yaml').replace('          expr:', '          query:')))).toMatch(/expr/)
  expect(schemaFault(found(at('overlays/canary-gateway/httproute.yaml').replaceAll('weight: 100', 'weight: heavy')))).toMatch(/weight/)
  expect(schemaFault(found(at('overlays/canary-argo/analysis-guards.yaml').replace('- name: errors', '- called: errors')))).toMatch(/name/)
})

test('objects of Argo, the Gateway API and the Prometheus Operator are literals of their published types; a planted word is not', () => {
  const from: Readonly<Record<string, string>> = { Rollout: '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout', AnalysisTemplate: '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate', HTTPRoute: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute', PodMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor', PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule' }
  const literal = (object: Thing): Literal => ({ type: `I${object.kind}`, from: from[object.kind] ?? '', object })
  const good = things().map(({ thing }) => thing).filter((thing) => !ofKubernetes(thing))
  const bad = [
    found(at('overlays/canary-argo/rollout.yaml').replace('setWeight: 25', 'setWieght: 25')), found(at('overlays/canary-argo/analysis-guards.yaml').replace('failureLimit', 'failureLimt')),
    found(at('overlays/canary-gateway/httproute.yaml').replace('backendRefs', 'backendRef')), found(at('monitoring/podmonitor.yaml').replace('interval', 'intervall')),
  ]
  const faults = literalFaults([...good, ...bad].map(literal))
  good.forEach((thing, i) => { expect(faults[i], thing.kind).toEqual([]) })
  bad.forEach((thing, i) => { expect(faults[good.length + i]!.length, thing.kind).toBeGreaterThan(0) })
})

test('names, selectors and ports agree; a changed one is found', () => {
  const worlds = (of: ReadonlyMap<string, string>): readonly (readonly Thing[])[] => ['base/', 'overlays/canary-argo/'].map((layer) => things(of).filter(({ path }) => path.startsWith('base/') || path.startsWith('monitoring/') || path.startsWith(layer)).map(({ thing }) => thing))
  for (const world of worlds(files)) expect(linkFaults(world, theirs)).toEqual([])
  const planted: readonly (readonly [string, string, string, string])[] = [
    ['base/service.yaml', 'targetPort: http', 'targetPort: web', 'no pod has port web'], ['base/deployment.yaml', 'name: iris-server', 'name: iris-settings', 'no ConfigMap iris-settings'],
    ['base/deployment.yaml', 'secretName: iris-tokens', 'secretName: iris-token', 'no Secret iris-token'], ['base/deployment.yaml', 'serviceAccountName: iris', 'serviceAccountName: flower', 'no ServiceAccount flower'],
    ['base/horizontalpodautoscaler.yaml', 'kind: Deployment', 'kind: StatefulSet', 'nothing to scale'], ['base/networkpolicy.yaml', 'port: http', 'port: https', 'no pod has port https'],
    ['base/poddisruptionbudget.yaml', '      app.kubernetes.io/instance: iris', '      app.kubernetes.io/instance: other', 'selects no pod'], ['monitoring/podmonitor.yaml', 'port: http', 'port: metrics', 'no pod has port metrics'],
    ['overlays/canary-argo/rollout.yaml', 'templateName: iris-guards', 'templateName: iris-guard', 'no AnalysisTemplate iris-guard'], ['overlays/canary-argo/rollout.yaml', 'name: stable-version', 'name: old-version', 'lacks stable-version'],
    ['overlays/canary-argo/service-canary.yaml', 'name: iris-canary', 'name: iris-new', 'no Service iris-canary'],
  ]
  for (const [path, from, to, fault] of planted) {
    expect(at(path), `${path}: ${from}`).toContain(from)
    expect(worlds(new Map([...files, [path, at(path).replace(from, to)]])).flatMap((world) => linkFaults(world, theirs)).join('\n'), path).toContain(fault)
  }
})

test('the pod is hardened, and its settings are the server\'s own, at places that are mounted', () => {
  const pod = (parse(at('base/deployment.yaml')) as { spec: { template: { spec: Record<string, unknown> & { containers: readonly (Record<string, unknown> & { volumeMounts: readonly { mountPath: string }[] })[] } } } }).spec.template.spec
  expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } })
  expect(pod.containers[0]).toMatchObject({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, runAsNonRoot: true }, image: `registry.invalid/iris@sha256:${'0'.repeat(64)}` })
  expect(Number(pod['terminationGracePeriodSeconds'])).toBeGreaterThan(5 + 20)
  const { data } = parse(at('base/configmap.yaml')) as { data: Record<string, string> }
  const known = optionTable.map((row) => row.variable as string | null)
  for (const [name, value] of Object.entries(data)) {
    expect(known, name).toContain(name)
    if (value.startsWith('/')) expect(pod.containers[0]!.volumeMounts.some((m) => value.startsWith(`${m.mountPath}/`)), value).toBe(true)
  }
  expect([...files.values()].join('\n')).not.toMatch(/kind: Secret\n/)
})

test('requests, limits and threads come from what was measured, else they say that nobody measured', () => {
  const measured = filesOf({ ...facts, speed: measuredSpeed })
  // 200 MiB at the peak and 160 for the server, rounded up to 64: 384; half as much again: 576.
  expect(parse(measured.get('base/deployment.yaml')!)).toMatchObject({ spec: { template: { spec: { containers: [{ resources: { requests: { cpu: '2', memory: '384Mi' }, limits: { cpu: '2', memory: '576Mi' } } }] } } } })
  expect(measured.get('base/configmap.yaml')).toContain('SLIPWAY_THREADS: "2"')
  expect(at('base/deployment.yaml')).toContain('# Not measured')
})

/** Argo's reading of an answer: success, failure, or neither, which makes a release wait. */
function verdict(result: readonly number[], { successCondition, failureCondition }: ReturnType<typeof conditions>): string {
  const holds = (condition: string): boolean => Boolean((new Function('result', 'len', 'isNaN', `return ${condition}`) as (...of: unknown[]) => unknown)(result, (list: readonly unknown[]) => list.length, Number.isNaN))
  const [good, bad] = [holds(successCondition), holds(failureCondition)]
  expect(good && bad).toBe(false)
  return bad ? 'failed' : good ? 'successful' : 'inconclusive'
}

test('a canary without data is never a success: every guard waits for a person', () => {
  for (const check of [...guardChecks(facts), ...modelChecks(facts)]) {
    expect(verdict([], conditions(check)), check.name).toBe('inconclusive')
    expect(verdict([Number.NaN], conditions(check)), check.name).toBe('inconclusive')
  }
  const by = (name: string): ReturnType<typeof conditions> => conditions(guardChecks(facts).find((c) => c.name === name)!)
  expect([[-0.004], [0], [0.0001]].map((r) => verdict(r, by('errors')))).toEqual(['successful', 'successful', 'failed'])
  expect([[1.25], [1.26], [Infinity]].map((r) => verdict(r, by('latency-p99')))).toEqual(['successful', 'failed', 'failed'])
  expect([[1], [0]].map((r) => verdict(r, by('verified')))).toEqual(['successful', 'failed'])
})

test('the alerts are those of monitoring/alerts.rules.yml, and a canary\'s answers are held against the limits of thresholds.json', () => {
  const rules = planWatch(facts, 'key').find((f) => f.path === 'monitoring/alerts.rules.yml')?.text ?? ''
  expect((parse(at('monitoring/prometheusrule.yaml')) as { spec: unknown }).spec).toEqual(parse(rules))
  const limits = bundleThresholds(facts).thresholds.filter((t) => t.alert === 'ConfidenceLow' || (t.alert === 'OutputDrift' && t.severity === 'critical'))
  const { spec } = parse(at('overlays/canary-argo/analysis-model.yaml')) as { spec: { metrics: readonly { successCondition: string; provider: { prometheus: { query: string } } }[] } }
  expect(spec.metrics.length).toBe(3)
  for (const [i, { metric, value, minRows }] of limits.entries()) {
    expect(spec.metrics[i]!.successCondition).toMatch(new RegExp(` ${value}$`))
    for (const part of [metric, `>= ${minRows}`]) expect(spec.metrics[i]!.provider.prometheus.query).toContain(part)
  }
  // Without a profile there is nothing to hold them against, and no such analysis.
  expect(filesOf({ ...facts, reference: null }).get('overlays/canary-argo/rollout.yaml')).not.toContain('iris-model')
})

test('weights add up to 100 in every step, and there is a way back', () => {
  const steps = [...files].flatMap(([path, text]) => { const name = /canary-gateway\/steps\/(.+)\/kustomization/.exec(path)?.[1]; return name === undefined ? [] : [{ name, operations: parse((parse(text) as { patches: readonly { patch: string }[] }).patches[0]!.patch) as readonly { path: string; value: number }[] }] })
  expect(steps.map((s) => s.name).sort()).toEqual(['05', '100', '25', '50', 'rollback', 'shadow'])
  for (const { name, operations } of steps.filter((s) => s.name !== 'shadow')) expect(operations.reduce((sum, o) => sum + o.value, 0), name).toBe(100)
  expect(steps.find((s) => s.name === 'rollback')?.operations.map((o) => o.value)).toEqual([100, 0])
})

test('only for this target; the same facts give the same text; a first version says that it has nothing before it', () => {
  expect(planKubernetes({ ...facts, targets: [{ target: 'server', engine: null }] }, 'key')).toEqual([])
  expect(filesOf(structuredClone(facts))).toEqual(files)
  const alone = filesOf({ ...facts, previous: null })
  expect(alone.get('overlays/canary-argo/rollout.yaml')).toContain('value: SET-THE-RUNNING-VERSION')
  expect(alone.get('README.md')).toContain('knows of no version before it')
  expect(at('README.md')).toContain('The version before this one is 1.2.2 (serial 2)')
})
