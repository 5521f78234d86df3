// deploy/kserve: an InferenceService for the mode and the version of KServe that were chosen. A field that the mode ignores is never written:
// `canaryTrafficPercent` works in Knative mode only, `spec.canary` in Standard mode from 0.20 only, and below that Standard has no canary at all.
import { slugOf } from '../../../../shared/slug.ts'
import { tritonFault } from '../contract-files.ts'
import type { BundleFacts } from '../facts.ts'
import { markdown, type Planned, type Planner } from '../planned.ts'
import { ownServerFiles } from './kserve-own-server.ts'
import { kserveModes, type KServeMode } from './kserve-modes.ts'
import { kserveReadme } from './kserve-readme.ts'
import { clusterNames } from './kubernetes-names.ts'
import { quantities, resourcesOf } from './resources.ts'
import { yamlFile, yamlPatch, type YamlDocument } from './yaml-file.ts'

export const kserveFolder = 'deploy/kserve'
const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const

/** Where the operator lays `model/repository`; any place that KServe can read from will do. */
export const storageUri = (facts: BundleFacts, version = facts.semver): string => `pvc://models/${slugOf(facts.version.modelName)}-${version}`

const predictorName = (serial: number): string => `v${serial}`

const model = (facts: BundleFacts, uri: string): object => ({
  modelFormat: { name: 'onnx', version: '1' },
  protocolVersion: 'v2',
  runtime: 'kserve-tritonserver',
  storageUri: uri,
  args: ['--disable-auto-complete-config'],
  resources: quantities(resourcesOf(facts)),
})

const baseService = (facts: BundleFacts): YamlDocument => ({
  object: {
    apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService',
    metadata: { name: clusterNames(facts).app, labels: clusterNames(facts).labels, annotations: { 'serving.kserve.io/enable-prometheus-scraping': 'true' } },
    spec: { predictor: { minReplicas: 2, maxReplicas: 10, model: model(facts, storageUri(facts)) } },
  },
  notes: {
    'spec/predictor/model/protocolVersion': 'Without it KServe finds no runtime for ONNX.',
    'spec/predictor/model/storageUri': 'SET in your overlay: where you laid the folder model/repository of this bundle (s3://, gs://, pvc://, oci://, https://). KServe checks no signature: verify before you copy.',
    'spec/predictor/model/args': 'config.pbtxt is complete: a wrong word in it stops the start instead of being guessed around.',
    'spec/predictor/model/resources': resourcesOf(facts).why.join('\n'),
  },
})

interface Overlay { readonly name: string; readonly about: readonly string[]; readonly on: string; readonly patch: object }

/** A patch of the one InferenceService. */
const patched = (facts: BundleFacts, more: { readonly annotations?: object; readonly spec: object }): object => ({
  apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService',
  metadata: { name: clusterNames(facts).app, ...(more.annotations === undefined ? {} : { annotations: more.annotations }) }, spec: more.spec,
})

const modeKey = 'serving.kserve.io/deploymentMode'

function knativeOverlays(facts: BundleFacts, { engine, word }: KServeMode): readonly Overlay[] {
  const on = '../knative'
  return [
    {
      name: 'knative', on: '../../base', about: [`All requests to serial ${facts.serial}, in Knative mode of KServe ${engine} and newer.`, 'Applied after knative-canary it promotes the canary.'],
      patch: patched(facts, { annotations: { [modeKey]: word, 'serving.kserve.io/enable-tag-routing': 'true' }, spec: { predictor: { scaleMetric: 'concurrency', scaleTarget: 8, timeout: 60 } } }),
    },
    { name: 'knative-canary', on, about: [`10 of 100 requests to serial ${facts.serial}, the others to the revision that had all of them before. Change the share as it goes well.`], patch: patched(facts, { spec: { predictor: { canaryTrafficPercent: 10 } } }) },
    { name: 'knative-rollback', on, about: ['All requests to the revision that had all of them before this one; this one stays up for those who look into it.'], patch: patched(facts, { spec: { predictor: { canaryTrafficPercent: 0 } } }) },
  ]
}

function standardOverlays(facts: BundleFacts, { engine, word, canaryList }: KServeMode): readonly Overlay[] {
  const { previous } = facts
  const on = '../standard'
  const stable: Overlay = {
    name: 'standard', on: '../../base', about: [`All requests to serial ${facts.serial}, in Standard mode of KServe ${engine} and newer.`, ...(canaryList ? ['Applied after standard-canary-0.20 it promotes the canary without a restart: the predictor keeps its name.'] : ['This version of KServe has no canary in this mode; pods are replaced one by one.'])],
    patch: patched(facts, {
      annotations: { [modeKey]: word, 'serving.kserve.io/autoscalerClass': 'hpa' },
      spec: { predictor: { ...(canaryList ? { name: predictorName(facts.serial) } : {}), scaleMetric: 'cpu', scaleTarget: 70, deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } },
    }),
  }
  if (previous == null) return [stable]
  const before = { ...(canaryList ? { name: predictorName(previous.serial) } : {}), model: { storageUri: storageUri(facts, previous.version) } }
  const canary: Overlay = {
    name: 'standard-canary-0.20', on, about: [`Serial ${previous.serial} keeps 90 of 100 requests, serial ${facts.serial} gets 10. Needs KServe 0.20 and its Gateway API: without that the share is not enforced.`],
    // The published schema demands a name for the model of a canary, which nothing but the container's own would fit.
    patch: patched(facts, { spec: { predictor: before, canary: [{ trafficPercent: 10, predictor: { name: predictorName(facts.serial), minReplicas: 1, model: { name: 'kserve-container', ...model(facts, storageUri(facts)) } } }] } }),
  }
  const back: Overlay = { name: 'standard-rollback', on, about: [`Back to ${previous.version} (serial ${previous.serial}).${canaryList ? ' After a canary: its entry is gone, and the stable predictor was never touched.' : ''}`], patch: patched(facts, { spec: { predictor: before } }) }
  return canaryList ? [stable, canary, back] : [stable, back]
}

export function kserveOverlays(facts: BundleFacts): readonly Overlay[] {
  return kserveModes(facts).flatMap((mode) => (mode.mode === 'knative' ? knativeOverlays(facts, mode) : standardOverlays(facts, mode)))
}

export const planKServe: Planner = (facts): readonly Planned[] => {
  const modes = kserveModes(facts)
  if (modes.length === 0) return []
  const readme: Planned = { path: `${kserveFolder}/README.md`, role: 'deploy', mediaType: markdown, text: kserveReadme(facts, modes, kserveOverlays(facts).map(({ name }) => name)) }
  const own = ownServerFiles(facts, `${kserveFolder}/own-server`, modes[0]!.word)
  // Triton cannot load the model: nothing is written that would only fail there.
  if (tritonFault(facts) !== null) return [readme, ...own]
  return [
    readme,
    yamlFile(`${kserveFolder}/base/kustomization.yaml`, ['Shared by all overlays; apply one of those.'], [{ object: { ...kustomization, resources: ['inferenceservice.yaml'] } }]),
    yamlFile(`${kserveFolder}/base/inferenceservice.yaml`, [`${clusterNames(facts).app} ${facts.semver} (serial ${facts.serial}) on KServe's own Triton. The mode is set by the overlays.`], [baseService(facts)]),
    ...kserveOverlays(facts).map(({ name, about, on, patch }) => yamlFile(`${kserveFolder}/overlays/${name}/kustomization.yaml`, about, [{ object: { ...kustomization, resources: [on], patches: [{ patch: yamlPatch(patch) }] } }])),
    ...own,
  ]
}
