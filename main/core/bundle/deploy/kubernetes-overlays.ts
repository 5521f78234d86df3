// deploy/kubernetes/overlays/staging and production, and your-site.example: how an operator sets what only they know, outside the signed files.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { bundleFolderName } from '../../../../shared/slug.ts'
import { callerNamespaces, kubernetesFolder } from './kubernetes-base.ts'
import { clusterNames, unsetDigest } from './kubernetes-names.ts'
import { yamlFile, yamlPatch, type YamlDocument } from './yaml-file.ts'

const kustomize = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const

/** A strategic patch: only what it names is changed. */
const patch = (object: unknown): unknown => ({ patch: yamlPatch(object) })

interface Stage { readonly name: string; readonly about: string; readonly replicas: readonly [number, number]; readonly settings: Readonly<Record<string, string>> }

const stages: readonly Stage[] = [
  { name: 'staging', about: 'For trying: one pod, and a log line for every request.', replicas: [1, 2], settings: { SLIPWAY_ACCESS_LOG: '1' } },
  { name: 'production', about: 'For callers that matter: at least three pods, spread over nodes and zones.', replicas: [3, 20], settings: {} },
]

function stageFile({ name, about, replicas: [minReplicas, maxReplicas], settings }: Stage, facts: BundleFacts): Planned {
  const names = clusterNames(facts)
  const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: names.app }, spec: { minReplicas, maxReplicas } }
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: names.config }, data: settings }
  return yamlFile(`${kubernetesFolder}/overlays/${name}/kustomization.yaml`, [about, 'The image is still unset: build on this from your-site.example.'], [{
    object: { ...kustomize, resources: ['../../base'], labels: [{ pairs: { 'deployment.environment': name }, includeTemplates: true }], patches: [scaler, ...(Object.keys(settings).length === 0 ? [] : [config])].map(patch) },
  }])
}

const imageSetting = (facts: BundleFacts): unknown => [{ name: clusterNames(facts).image, newName: `registry.example/${clusterNames(facts).app}`, digest: unsetDigest }]

const imageNote = 'SET: your registry and the digest that pushing the image printed (deploy/container/build.sh makes it).'

/** The callers' namespaces, to be changed. */
const policyPatch = (facts: BundleFacts): unknown => ({
  target: { kind: 'NetworkPolicy', name: clusterNames(facts).app },
  patch: yamlPatch(callerNamespaces.map((value, i) => ({ op: 'replace', path: `/spec/ingress/0/from/${i}/namespaceSelector/matchLabels/kubernetes.io~1metadata.name`, value }))),
})

function siteDocument(facts: BundleFacts): YamlDocument {
  const names = clusterNames(facts)
  return {
    object: {
      ...kustomize,
      namespace: 'models',
      resources: [`../${bundleFolderName(facts.version.modelName, facts.semver)}/${kubernetesFolder}/overlays/production`],
      images: imageSetting(facts),
      configMapGenerator: [{ name: names.publisherKey, files: ['publisher.pub.pem'] }],
      generatorOptions: { disableNameSuffixHash: true },
      patches: [policyPatch(facts)],
    },
    notes: {
      namespace: 'SET: a namespace of your own for models.',
      resources: 'The bundle, unpacked and verified, beside this folder. A later version is another path here, and nothing else.',
      images: imageNote,
      configMapGenerator: 'SET: lay the publisher\'s public key, as you received it over another channel, beside this file. Not the one inside the bundle.',
      patches: 'SET the values: the namespaces of your gateway and of your Prometheus.',
    },
  }
}

export const overlayFiles = (facts: BundleFacts): readonly Planned[] => [
  ...stages.map((stage) => stageFile(stage, facts)),
  yamlFile(`${kubernetesFolder}/your-site.example/kustomization.yaml`, [
    'Copy this folder out of the bundle and beside it, set what says SET, and apply: kubectl apply -k your-site',
    'Nothing inside the bundle is ever changed, so that its signature can be checked again at any time.',
  ], [siteDocument(facts)]),
]
