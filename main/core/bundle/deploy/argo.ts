// deploy/kubernetes/overlays/canary-argo: Argo Rollouts moves this version in by itself, and back out when a guard fails.
// Where data are missing the analysis is inconclusive and the release waits for a person: silence never promotes.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { conditions, guardChecks, modelChecks, type CanaryCheck } from './analysis.ts'
import { canaryPlan } from './canary-plan.ts'
import { httpRoute } from './gateway.ts'
import { kubernetesFolder } from './kubernetes-base.ts'
import { clusterNames, portName } from './kubernetes-names.ts'
import { yamlFile, yamlPatch, type YamlDocument } from './yaml-file.ts'

const folder = `${kubernetesFolder}/overlays/canary-argo`
const argo = 'argoproj.io/v1alpha1'
const { shares, settleMinutes, checks: checksOfStep } = canaryPlan

/** Prometheus as its operator names it; an overlay may say another address. */
const prometheus = 'http://prometheus-operated.monitoring.svc:9090'

interface Group { readonly name: string; readonly about: string; readonly checks: readonly CanaryCheck[] }

const groups = (facts: BundleFacts): readonly Group[] => [
  { name: `${clusterNames(facts).app}-guards`, about: 'Is the new version healthy beside the stable one?', checks: guardChecks(facts) },
  { name: `${clusterNames(facts).app}-model`, about: 'Does the new version answer as it did in its evaluation? The limits are those of monitoring/thresholds.json.', checks: modelChecks(facts) },
].filter(({ checks }) => checks.length > 0)

function analysisTemplate(facts: BundleFacts, { name, checks }: Group): YamlDocument {
  const filled = (query: string): string => `${query.replaceAll('CANARY', '{{args.canary-version}}').replaceAll('STABLE', '{{args.stable-version}}')}\n`
  return {
    object: {
      apiVersion: argo, kind: 'AnalysisTemplate', metadata: { name, labels: clusterNames(facts).labels },
      spec: {
        args: [{ name: 'canary-version' }, { name: 'stable-version' }, { name: 'prometheus', value: prometheus }],
        metrics: checks.map((check) => ({
          name: check.name, interval: '1m', count: checksOfStep, ...conditions(check), failureLimit: 0, inconclusiveLimit: 0, consecutiveErrorLimit: 4,
          provider: { prometheus: { address: '{{args.prometheus}}', query: filled(check.query), timeout: 30 } },
        })),
      },
    },
    notes: {
      'spec/args/2': 'SET in your overlay where your Prometheus has another address.',
      ...Object.fromEntries(checks.map((check, i) => [`spec/metrics/${i}`, check.about])),
      'spec/metrics/0/failureLimit': 'One failure ends the release; one minute without data makes it wait.',
    },
  }
}

const analysisStep = (facts: BundleFacts): unknown => ({
  analysis: {
    templates: groups(facts).map(({ name }) => ({ templateName: name })),
    args: [{ name: 'canary-version', value: facts.semver }, { name: 'stable-version', value: facts.previous?.version ?? 'SET-THE-RUNNING-VERSION' }],
  },
})

function rollout(facts: BundleFacts): YamlDocument {
  const { app, canary, labels } = clusterNames(facts)
  return {
    object: {
      apiVersion: argo, kind: 'Rollout', metadata: { name: app, labels },
      spec: {
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app, scaleDown: 'onsuccess' },
        revisionHistoryLimit: 5,
        rollbackWindow: { revisions: 3 },
        progressDeadlineSeconds: 600,
        progressDeadlineAbort: true,
        strategy: {
          canary: {
            stableService: app,
            canaryService: canary,
            abortScaleDownDelaySeconds: 60,
            maxSurge: 1,
            maxUnavailable: 0,
            trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: app, namespace: 'models' } } },
            steps: shares.flatMap((weight) => [{ setWeight: weight }, { pause: { duration: `${settleMinutes}m` } }, analysisStep(facts)]),
          },
        },
      },
    },
    notes: {
      'spec/workloadRef': 'The pod is described once, in the Deployment of base; Argo scales that one down after the first release went well.',
      'spec/rollbackWindow': 'Going back to one of the last three versions skips the steps.',
      'spec/strategy/canary/trafficRouting': 'Needs the plug-in argoproj-labs/gatewayAPI in Argo\'s controller. SET the namespace: it is that of the HTTPRoute.',
      'spec/strategy/canary/steps': 'Each share long enough for the window of the queries to hold nothing older, then ten checks, one a minute.\nAborted: kubectl argo rollouts abort; back to the version before: kubectl argo rollouts undo.',
      ...(facts.previous == null ? { 'spec/strategy/canary/steps/2': 'This bundle knows of no version before it: SET stable-version to what runs. Until then every check is inconclusive, and the release waits.' } : {}),
    },
  }
}

const canaryService = (facts: BundleFacts): YamlDocument => {
  const { canary, labels, selector } = clusterNames(facts)
  return {
    object: { apiVersion: 'v1', kind: 'Service', metadata: { name: canary, labels }, spec: { type: 'ClusterIP', selector, ports: [{ name: portName, port: 80, targetPort: portName, protocol: 'TCP' }] } },
    notes: { 'spec/selector': 'The same as that of the stable Service: Argo adds what tells the two apart, here and there.' },
  }
}

export function argoFiles(facts: BundleFacts): readonly Planned[] {
  const { app } = clusterNames(facts)
  const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: app }, spec: { minReplicas: 3, maxReplicas: 20, scaleTargetRef: { apiVersion: argo, kind: 'Rollout', name: app } } }
  const analyses = groups(facts)
  const names = ['httproute.yaml', 'rollout.yaml', 'service-canary.yaml', ...analyses.map(({ name }) => `analysis-${name.slice(app.length + 1)}.yaml`)]
  return [
    yamlFile(`${folder}/kustomization.yaml`, [
      'Releases by Argo Rollouts (1.7 or newer) and the Gateway API: the share of requests grows while the guards hold.',
      'Instead of overlays/production, from the first release on. Build on it from an overlay of yours, as your-site.example shows.',
    ], [{ object: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['../../base', ...names], patches: [{ patch: yamlPatch(scaler) }] } }]),
    yamlFile(`${folder}/rollout.yaml`, [`How ${app} ${facts.semver} comes in.`], [rollout(facts)]),
    yamlFile(`${folder}/httproute.yaml`, ['Who gets which version; Argo moves the weights.'], [httpRoute(facts, false)]),
    yamlFile(`${folder}/service-canary.yaml`, ['The pods of the new version while it comes in.'], [canaryService(facts)]),
    ...analyses.map((group) => yamlFile(`${folder}/analysis-${group.name.slice(app.length + 1)}.yaml`, [group.about, 'Empty answers, and answers that are no number, are neither success nor failure: the release waits.'], [analysisTemplate(facts, group)])),
  ]
}
