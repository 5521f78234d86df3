// deploy/kserve/own-server: the bundle's own server as a runtime of KServe, for models that Triton cannot load and for those who want verification,
// drift and the prediction log inside the cluster. The image holds the whole bundle, so there is nothing to download.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { containerUser } from './container.ts'
import { clusterNames, serverPort, unsetDigest } from './kubernetes-names.ts'
import { serverSettings } from './kubernetes-pod.ts'
import { quantities, resourcesOf } from './resources.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

const runtimeName = (facts: BundleFacts): string => clusterNames(facts).config

const servingRuntime = (facts: BundleFacts): YamlDocument => {
  const names = clusterNames(facts)
  return {
    object: {
      apiVersion: 'serving.kserve.io/v1alpha1', kind: 'ServingRuntime', metadata: { name: runtimeName(facts), labels: names.labels },
      spec: {
        supportedModelFormats: [{ name: 'onnx', version: '1', autoSelect: false }],
        protocolVersions: ['v2'],
        multiModel: false,
        annotations: { 'prometheus.kserve.io/path': '/metrics', 'prometheus.kserve.io/port': String(serverPort) },
        containers: [{
          name: 'kserve-container',
          image: `${names.image}@${unsetDigest}`,
          env: Object.entries(serverSettings(facts)).map(([name, value]) => ({ name, value })),
          ports: [{ containerPort: serverPort, protocol: 'TCP' }],
          readinessProbe: { httpGet: { path: '/v2/health/ready', port: serverPort }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
          resources: quantities(resourcesOf(facts)),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: containerUser },
          volumeMounts: [{ name: 'tokens', mountPath: '/run/slipway/tokens', readOnly: true }, { name: 'trust', mountPath: '/run/slipway/trust', readOnly: true }],
        }],
        volumes: [{ name: 'tokens', secret: { secretName: names.tokens } }, { name: 'trust', configMap: { name: names.publisherKey } }],
      },
    },
    notes: {
      'spec/supportedModelFormats': 'Never chosen by itself: it serves this one model only.',
      'spec/containers/0/image': 'SET in your overlay: the image that deploy/container/build.sh made, by digest.',
      'spec/volumes': `Made by you: the Secret ${names.tokens} with the callers' tokens, the ConfigMap ${names.publisherKey} with the publisher's key as you received it.`,
    },
  }
}

const inferenceService = (facts: BundleFacts, word: string): YamlDocument => ({
  object: {
    apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService',
    metadata: { name: clusterNames(facts).app, labels: clusterNames(facts).labels, annotations: { 'serving.kserve.io/deploymentMode': word, 'serving.kserve.io/enable-prometheus-scraping': 'true' } },
    spec: { predictor: { minReplicas: 2, maxReplicas: 10, model: { modelFormat: { name: 'onnx', version: '1' }, protocolVersion: 'v2', runtime: runtimeName(facts) } } },
  },
})

export const ownServerFiles = (facts: BundleFacts, folder: string, word: string): readonly Planned[] => [
  yamlFile(`${folder}/kustomization.yaml`, ['The own server as a runtime, and the service that uses it.'], [{ object: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['servingruntime.yaml', 'inferenceservice.yaml'] } }]),
  yamlFile(`${folder}/servingruntime.yaml`, ['The bundle\'s own server, which verifies before it serves.'], [servingRuntime(facts)]),
  yamlFile(`${folder}/inferenceservice.yaml`, ['No storageUri: the image holds the model.'], [inferenceService(facts, word)]),
]
