// deploy/kubernetes/monitoring: scraping and alerts for a cluster whose Prometheus is run by the Prometheus Operator.
import type { BundleFacts } from '../facts.ts'
import type { Planned } from '../planned.ts'
import { bundleThresholds } from '../watch/limits.ts'
import { alertGroups } from '../watch/rules.ts'
import { kubernetesFolder } from './kubernetes-base.ts'
import { clusterNames, portName } from './kubernetes-names.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

const folder = `${kubernetesFolder}/monitoring`
const operator = 'monitoring.coreos.com/v1'

const podMonitor = (facts: BundleFacts): YamlDocument => {
  const { app, labels } = clusterNames(facts)
  return {
    object: {
      apiVersion: operator, kind: 'PodMonitor', metadata: { name: app, labels },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': app } },
        podMetricsEndpoints: [{ port: portName, path: '/metrics', interval: '15s', scrapeTimeout: '10s' }],
      },
    },
    notes: {
      'spec/selector': 'Stable and canary alike: the label version tells them apart. Pods, not a ServiceMonitor: while a canary runs\na pod may belong to two Services, and everything would be counted twice.',
    },
  }
}

/** The rules of monitoring/alerts.rules.yml, word for word. */
const prometheusRule = (facts: BundleFacts): YamlDocument => ({
  object: { apiVersion: operator, kind: 'PrometheusRule', metadata: { name: clusterNames(facts).app, labels: clusterNames(facts).labels }, spec: { groups: alertGroups(bundleThresholds(facts)) } },
})

export function monitoringFiles(facts: BundleFacts): readonly Planned[] {
  const files: readonly { readonly name: string; readonly about: readonly string[]; readonly document: YamlDocument }[] = [
    { name: 'podmonitor.yaml', about: ['What Prometheus scrapes. Some operators look only at objects with a label of theirs: add it in your overlay.'], document: podMonitor(facts) },
    { name: 'prometheusrule.yaml', about: ['The alerts of monitoring/alerts.rules.yml, whose tests lie beside it; where each limit comes from: monitoring/thresholds.json.'], document: prometheusRule(facts) },
  ]
  return [
    yamlFile(`${folder}/kustomization.yaml`, ['Add this folder to the resources of your overlay where the Prometheus Operator runs.'], [{ object: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: files.map(({ name }) => name) } }]),
    ...files.map(({ name, about, document }) => yamlFile(`${folder}/${name}`, about, [document])),
  ]
}
