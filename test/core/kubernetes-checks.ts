// What can be said of Kubernetes objects without a cluster: unknown fields and wrong types (the tables of Kubernetes' own client),
// required fields (the schemas of kubernetes-models), and whether what refers to another object finds it.
import * as tables from '@kubernetes/client-node/dist/gen/models/all.js'
import { AnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate'
import { Rollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout'
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute'
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Service } from 'kubernetes-models/v1/Service'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import { parseAllDocuments } from 'yaml'

export interface Thing { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }; readonly [more: string]: unknown }

/** Every object of a YAML text. */
export const thingsIn = (text: string): readonly Thing[] => parseAllDocuments(text).map((d) => d.toJS() as Thing)

interface Attribute { readonly baseName: string; readonly type: string; readonly format: string }
interface Table { getAttributeTypeMap(): readonly Attribute[] }
const tableOf = (type: string): Table | undefined => (tables as unknown as Readonly<Record<string, Table | undefined>>)[type]

function typeFaults(value: unknown, type: string, at: string): string[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1]
  if (list !== undefined) return Array.isArray(value) ? value.flatMap((item, i) => typeFaults(item, list, `${at}[${i}]`)) : [`${at}: no list`]
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
  if (map !== undefined) return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).flatMap(([key, item]) => typeFaults(item, map, `${at}.${key}`)) : [`${at}: no map`]
  if (type === 'any' || type === 'object') return []
  if (type === 'IntOrString') return ['number', 'string'].includes(typeof value) ? [] : [`${at}: neither number nor text`]
  if (type === 'Date') return typeof value === 'string' ? [] : [`${at}: no time`]
  const table = tableOf(type)
  if (table === undefined) return typeof value === type ? [] : [`${at}: ${typeof value} where ${type} belongs`]
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${at}: no object`]
  const fields = new Map(table.getAttributeTypeMap().map((a) => [a.baseName, a.type]))
  return Object.entries(value).flatMap(([key, item]) => {
    const field = fields.get(key)
    return field === undefined ? [`${at}.${key}: no such field`] : typeFaults(item, field, `${at}.${key}`)
  })
}

/** Unknown fields and wrong types of an object of Kubernetes itself. */
export function fieldFaults(thing: Thing): readonly string[] {
  const version = thing.apiVersion.split('/').at(-1) ?? ''
  const type = `${version[0]?.toUpperCase() ?? ''}${version.slice(1)}${thing.kind}`
  return tableOf(type) === undefined ? [`${thing.kind}: no table ${type}`] : typeFaults(thing, type, thing.kind)
}

const models = { AnalysisTemplate, Rollout, HTTPRoute, PodMonitor, PrometheusRule, Deployment, HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget, ConfigMap, Service, ServiceAccount } as unknown as Readonly<Record<string, (new (object: unknown) => { validate(): void }) | undefined>>

/** What the published schema of the object's kind says against it, or null. Unknown fields pass. */
export function schemaFault(thing: Thing): string | null {
  const Model = models[thing.kind]
  if (Model === undefined) return `no schema of ${thing.kind}`
  try {
    new Model(thing).validate()
    return null
  } catch (thrown) {
    return (thrown as Error).message
  }
}

type Labels = Readonly<Record<string, string>>
interface Container { readonly name: string; readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]; readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[]; readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]; readonly [probe: string]: unknown }
interface Workload { readonly selector: { readonly matchLabels: Labels }; readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: { readonly serviceAccountName?: string; readonly containers: readonly Container[]; readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string }; readonly secret?: { readonly secretName: string } }[] } } }

const within = (selector: Labels, labels: Labels): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value)
const specOf = <T>(thing: Thing): T => thing['spec'] as T

/** References that find nothing among `things`. `theirs` are objects that the operator makes, `Kind/name`. */
export function linkFaults(things: readonly Thing[], theirs: readonly string[] = []): readonly string[] {
  const has = (kind: string, name: string): boolean => theirs.includes(`${kind}/${name}`) || things.some((t) => t.kind === kind && t.metadata.name === name)
  const deployments = things.filter((t) => t.kind === 'Deployment').map((t) => specOf<Workload>(t))
  const portOf = (selector: Labels, port: unknown): boolean => deployments.some((d) => within(selector, d.template.metadata.labels) && d.template.spec.containers.some((c) => c.ports?.some((p) => p.name === port || p.containerPort === port)))
  const faults: string[] = []
  const need = (ok: boolean, what: string): void => { if (!ok) faults.push(what) }
  for (const thing of things) {
    const at = `${thing.kind}/${thing.metadata.name}`
    switch (thing.kind) {
      case 'Deployment': {
        const { selector, template } = specOf<Workload>(thing)
        const { containers, volumes = [], serviceAccountName } = template.spec
        need(within(selector.matchLabels, template.metadata.labels), `${at}: selects other pods than its own`)
        need(serviceAccountName === undefined || has('ServiceAccount', serviceAccountName), `${at}: no ServiceAccount ${serviceAccountName ?? ''}`)
        for (const v of volumes) {
          need(v.configMap === undefined || has('ConfigMap', v.configMap.name), `${at}: no ConfigMap ${v.configMap?.name ?? ''}`)
          need(v.secret === undefined || has('Secret', v.secret.secretName), `${at}: no Secret ${v.secret?.secretName ?? ''}`)
        }
        for (const c of containers) {
          for (const { configMapRef } of c.envFrom ?? []) need(configMapRef === undefined || has('ConfigMap', configMapRef.name), `${at}: no ConfigMap ${configMapRef?.name ?? ''}`)
          for (const m of c.volumeMounts ?? []) need(volumes.some((v) => v.name === m.name), `${at}: no volume ${m.name}`)
          for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
            const port = (c[probe] as { httpGet?: { port: unknown } } | undefined)?.httpGet?.port
            need(port !== undefined && c.ports?.some((p) => p.name === port) === true, `${at}: ${probe} has no port`)
          }
        }
        break
      }
      case 'Service': {
        const { selector, ports } = specOf<{ selector: Labels; ports: readonly { targetPort: unknown }[] }>(thing)
        for (const p of ports) need(portOf(selector, p.targetPort), `${at}: no pod has port ${String(p.targetPort)}`)
        break
      }
      case 'HorizontalPodAutoscaler': {
        const { scaleTargetRef } = specOf<{ scaleTargetRef: { kind: string; name: string } }>(thing)
        need(has(scaleTargetRef.kind, scaleTargetRef.name), `${at}: nothing to scale`)
        break
      }
      case 'PodDisruptionBudget': need(deployments.some((d) => within(specOf<Workload>(thing).selector.matchLabels, d.template.metadata.labels)), `${at}: selects no pod`); break
      case 'NetworkPolicy': {
        const { podSelector, ingress } = specOf<{ podSelector: { matchLabels: Labels }; ingress: readonly { ports: readonly { port: unknown }[] }[] }>(thing)
        for (const rule of ingress) for (const p of rule.ports) need(portOf(podSelector.matchLabels, p.port), `${at}: no pod has port ${String(p.port)}`)
        break
      }
      case 'PodMonitor': {
        const { selector, podMetricsEndpoints } = specOf<{ selector: { matchLabels: Labels }; podMetricsEndpoints: readonly { port: string }[] }>(thing)
        for (const e of podMetricsEndpoints) need(portOf(selector.matchLabels, e.port), `${at}: no pod has port ${e.port}`)
        break
      }
      case 'HTTPRoute': {
        const { rules } = specOf<{ rules: readonly { backendRefs: readonly { name: string; port: number }[] }[] }>(thing)
        for (const b of rules.flatMap((r) => r.backendRefs)) {
          const service = things.find((t) => t.kind === 'Service' && t.metadata.name === b.name)
          need(service !== undefined && specOf<{ ports: readonly { port: number }[] }>(service).ports.some((p) => p.port === b.port), `${at}: no Service ${b.name} on port ${b.port}`)
        }
        break
      }
      case 'Rollout': {
        interface Analysis { readonly templates: readonly { readonly templateName: string }[]; readonly args: readonly { readonly name: string }[] }
        const { workloadRef, strategy } = specOf<{ workloadRef: { kind: string; name: string }; strategy: { canary: { stableService: string; canaryService: string; steps: readonly { analysis?: Analysis }[]; trafficRouting: { plugins: Readonly<Record<string, { httpRoute: string }>> } } } }>(thing)
        need(has(workloadRef.kind, workloadRef.name), `${at}: no ${workloadRef.kind} ${workloadRef.name}`)
        for (const name of [strategy.canary.stableService, strategy.canary.canaryService]) need(has('Service', name), `${at}: no Service ${name}`)
        for (const { httpRoute } of Object.values(strategy.canary.trafficRouting.plugins)) need(has('HTTPRoute', httpRoute), `${at}: no HTTPRoute ${httpRoute}`)
        for (const { analysis } of strategy.canary.steps) for (const { templateName } of analysis?.templates ?? []) {
          const template = things.find((t) => t.kind === 'AnalysisTemplate' && t.metadata.name === templateName)
          need(template !== undefined, `${at}: no AnalysisTemplate ${templateName}`)
          for (const arg of template === undefined ? [] : specOf<{ args: readonly { name: string; value?: string }[] }>(template).args) need(arg.value !== undefined || analysis?.args.some((a) => a.name === arg.name) === true, `${at}: ${templateName} lacks ${arg.name}`)
        }
        break
      }
      default: break
    }
  }
  return faults
}
