// deploy/kubernetes/base: one object a file, for any cluster from Kubernetes 1.23 on. No Secret, no namespace, no account of anybody.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { clusterNames, portName } from './kubernetes-names.ts'
import { podNotes, podTemplate, serverSettings } from './kubernetes-pod.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

export const kubernetesFolder = 'deploy/kubernetes'
const base = `${kubernetesFolder}/base`

/** Namespaces that may call the server, by the label that every namespace carries; an overlay names yours. */
export const callerNamespaces = ['gateway', 'monitoring'] as const

const meta = (facts: BundleFacts, name = clusterNames(facts).app): unknown => ({ name, labels: clusterNames(facts).labels })

const deployment = (facts: BundleFacts): YamlDocument => ({
  object: {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(facts),
    spec: {
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: clusterNames(facts).selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(facts),
    },
  },
  notes: {
    'spec/revisionHistoryLimit': 'No replicas here: the HorizontalPodAutoscaler owns that number, and applying this file must not reset it.',
    'spec/strategy': 'A pod goes only when its successor has answered the golden requests.',
    ...podNotes(facts),
  },
})

const service = (facts: BundleFacts): YamlDocument => ({
  object: { apiVersion: 'v1', kind: 'Service', metadata: meta(facts), spec: { type: 'ClusterIP', selector: clusterNames(facts).selector, ports: [{ name: portName, port: 80, targetPort: portName, protocol: 'TCP' }] } },
})

const serviceAccount = (facts: BundleFacts): YamlDocument => ({ object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(facts), automountServiceAccountToken: false } })

const configMap = (facts: BundleFacts): YamlDocument => ({
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(facts, clusterNames(facts).config), data: serverSettings(facts) },
  notes: {
    'data/SLIPWAY_OPEN_METRICS': '/metrics without a token: the NetworkPolicy lets only named namespaces reach the port, and the routes here never lead to it.',
    'data/SLIPWAY_THREADS': 'As many as the processors below: by itself the runtime would take one for every core of the node.',
    'data/SLIPWAY_TOKENS': 'SLIPWAY_STATE (refuse an older bundle) is not set: pods remember nothing. Here what was applied last decides, and its history is the record.',
  },
})

const autoscaler = (facts: BundleFacts): YamlDocument => ({
  object: {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: meta(facts),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: clusterNames(facts).app },
      minReplicas: 2, maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  },
  notes: { 'spec/minReplicas': 'Two, so that a node may fail.', 'spec/behavior': 'Up at once, down only after five quiet minutes.' },
})

const networkPolicy = (facts: BundleFacts): YamlDocument => ({
  object: {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta(facts),
    spec: {
      podSelector: { matchLabels: clusterNames(facts).selector },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: callerNamespaces.map((name) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })), ports: [{ port: portName, protocol: 'TCP' }] }],
      egress: [],
    },
  },
  notes: {
    'spec/ingress': 'Callers: the namespace of your gateway, and that of Prometheus. SET both names in an overlay of yours.',
    'spec/egress': 'Nothing: the server calls nobody, not even a name server. Its prediction log goes to standard output.',
  },
})

const disruptionBudget = (facts: BundleFacts): YamlDocument => ({
  object: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: meta(facts), spec: { maxUnavailable: 1, selector: { matchLabels: clusterNames(facts).selector } } },
  notes: { 'spec/maxUnavailable': 'Not minAvailable: with one replica that would keep nodes from ever being drained.' },
})

const kustomization = (resources: readonly string[]): YamlDocument => ({ object: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources } })

/** The objects of `base`, by file name. */
export const baseObjects = (facts: BundleFacts): Readonly<Record<string, { readonly about: string; readonly document: YamlDocument }>> => ({
  'configmap.yaml': { about: 'Settings of the server.', document: configMap(facts) },
  'deployment.yaml': { about: `The server of ${clusterNames(facts).app} ${facts.semver} (serial ${facts.serial}).`, document: deployment(facts) },
  'horizontalpodautoscaler.yaml': { about: 'As many pods as the load needs.', document: autoscaler(facts) },
  'networkpolicy.yaml': { about: 'Who may call the server, and whom it may call. Needs a network plug-in that enforces policies.', document: networkPolicy(facts) },
  'poddisruptionbudget.yaml': { about: 'How many pods a drain of nodes may take at once.', document: disruptionBudget(facts) },
  'service.yaml': { about: 'One address for all pods, inside the cluster only.', document: service(facts) },
  'serviceaccount.yaml': { about: 'An identity without any right.', document: serviceAccount(facts) },
})

export function baseFiles(facts: BundleFacts): readonly Planned[] {
  const objects = baseObjects(facts)
  return [
    yamlFile(`${base}/kustomization.yaml`, ['What every cluster gets. Apply an overlay of yours (../your-site.example), not this: the image is not set here.'], [kustomization(Object.keys(objects).sort())]),
    ...Object.entries(objects).map(([name, { about, document }]) => yamlFile(`${base}/${name}`, [about], [document])),
  ]
}
