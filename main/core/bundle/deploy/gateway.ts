// deploy/kubernetes/overlays/canary-gateway: this version beside the one that runs, and the Gateway API's routes that shift callers to it step by step.
// Its steps are kustomize components, so that moving on or back is one line in the operator's own overlay.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { canaryPlan } from './canary-plan.ts'
import { kubernetesFolder } from './kubernetes-base.ts'
import { clusterNames } from './kubernetes-names.ts'
import { yamlFile, yamlPatch, type YamlDocument } from './yaml-file.ts'

const folder = `${kubernetesFolder}/overlays/canary-gateway`
const kustomize = (kind: 'Kustomization' | 'Component'): object => ({ apiVersion: kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1', kind })

/** Where the weights lie in the route: rule 0 is for testers. */
const splitRule = 1

/** Callers reach what is for callers; /metrics and everything else is not routed. */
const paths = ['/v2', '/v1/predict'] as const

/** A route for callers, all of whom get the stable version as it stands; with `testers`, who may choose, in a rule before theirs. */
export function httpRoute(facts: BundleFacts, testers: boolean): YamlDocument {
  const { app, canary, labels } = clusterNames(facts)
  const backend = (name: string, weight: number): unknown => ({ group: '', kind: 'Service', name, port: 80, weight })
  const match = (value: string, more: object = {}): unknown => ({ path: { type: 'PathPrefix', value }, ...more })
  const chosen = { matches: paths.map((path) => match(path, { headers: [{ type: 'Exact', name: 'X-Model-Arm', value: 'canary' }] })), backendRefs: [backend(canary, 1)] }
  return {
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: app, labels },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gateway', namespace: 'gateway' }],
        hostnames: [`${app}.models.example`],
        rules: [
          ...(testers ? [chosen] : []),
          { matches: paths.map((path) => match(path)), backendRefs: [backend(app, 100), backend(canary, 0)] },
        ],
      },
    },
    notes: {
      'spec/parentRefs': 'SET in your overlay: your Gateway, and the name that callers use.',
      ...(testers ? { 'spec/rules/0': 'Testers choose the new version with the header X-Model-Arm: canary, whatever the weights say.' } : {}),
      [`spec/rules/${testers ? splitRule : 0}`]: 'Everybody else. Requests are split, not callers: one caller may meet both versions. Where a caller must stay with one\n(an A/B comparison), split in the server itself (--with) or in HAProxy by X-Unit-Id instead.',
    },
  }
}

interface Step { readonly name: string; readonly about: string; readonly operations: (facts: BundleFacts) => readonly unknown[] }

const weights = (stable: number, canary: number): readonly unknown[] => [stable, canary].map((value, i) => ({ op: 'replace', path: `/spec/rules/${splitRule}/backendRefs/${i}/weight`, value }))

/** In the order of a release; `rollback` is the way out of each of them. */
export const gatewaySteps: readonly Step[] = [
  {
    name: 'shadow', about: 'Callers get the stable version; the new one gets a copy of every request, and its answers are dropped.',
    operations: (facts) => [{ op: 'add', path: `/spec/rules/${splitRule}/filters`, value: [{ type: 'RequestMirror', requestMirror: { backendRef: { group: '', kind: 'Service', name: clusterNames(facts).canary, port: 80 } } }] }],
  },
  ...canaryPlan.shares.map((canary): Step => ({ name: String(canary).padStart(2, '0'), about: `${canary} of 100 requests go to the new version.`, operations: () => weights(100 - canary, canary) })),
  { name: '100', about: 'All requests go to the new version. Then apply its production overlay, and after that the step rollback: the stable one is the new one.', operations: () => weights(0, 100) },
  { name: 'rollback', about: 'All requests go to the stable version, at once. The canary stays up for those who look into it.', operations: () => weights(100, 0) },
]

function stepFile({ name, about, operations }: Step, facts: BundleFacts): Planned {
  return yamlFile(`${folder}/steps/${name}/kustomization.yaml`, [about], [{
    object: { ...kustomize('Component'), patches: [{ target: { kind: 'HTTPRoute', name: clusterNames(facts).app }, patch: yamlPatch(operations(facts)) }] },
  }])
}

export function gatewayFiles(facts: BundleFacts): readonly Planned[] {
  const { app, canary } = clusterNames(facts)
  const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: app }, spec: { minReplicas: 1 } }
  return [
    yamlFile(`${folder}/workload/kustomization.yaml`, ['This version beside the one that runs: the same objects under another name, selected apart.'], [{
      object: {
        ...kustomize('Kustomization'), resources: ['../../../base'], nameSuffix: '-canary', labels: [{ pairs: { 'app.kubernetes.io/instance': canary }, includeSelectors: true }],
        patches: [{ patch: yamlPatch(scaler) }],
      },
    }]),
    yamlFile(`${folder}/httproute.yaml`, [`Who gets which version of ${app}. As it stands: testers only.`], [httpRoute(facts, true)]),
    yamlFile(`${folder}/kustomization.yaml`, [
      `Serial ${facts.serial} as a canary beside the running ${app}, which its own production overlay keeps. Needs the Gateway API (v1) and a Gateway of yours.`,
      'In your overlay add one of steps/ as a component: shadow, 05, 25, 50, 100; rollback from any of them. Before each step: bin/smoke.mjs, and the guards in the README.',
    ], [{ object: { ...kustomize('Kustomization'), resources: ['workload', 'httproute.yaml'] } }]),
    ...gatewaySteps.map((step) => stepFile(step, facts)),
  ]
}
