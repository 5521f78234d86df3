// Plans monitoring/: the profile, the limits with their origin, the rules with their tests, and files for Prometheus, Alertmanager and Grafana.
import { canonicalJson } from '../canonical-json.ts'
import { json, yaml, type Planned, type Planner } from '../planned.ts'
import { dashboard } from './dashboard.ts'
import { bundleThresholds } from './limits.ts'
import { monitoringPaths } from './monitoring-section.ts'
import { alertmanagerExample, prometheusConfig, rulesText, yamlText } from './prometheus-files.ts'
import { ruleTests } from './rule-tests.ts'
import { alertGroups } from './rules.ts'
import { tritonGroups } from './triton-rules.ts'

const file = (path: string, mediaType: string, text: string): Planned => ({ path, role: 'monitoring', mediaType, text })

export const planWatch: Planner = (facts) => {
  const limits = bundleThresholds(facts)
  const triton = facts.targets.some((t) => t.target === 'triton')
  return [
    ...(facts.reference === null ? [] : [file(monitoringPaths.reference, json, `${canonicalJson(facts.reference)}\n`)]),
    file(monitoringPaths.thresholds, json, `${canonicalJson(limits)}\n`),
    file('monitoring/alerts.rules.yml', yaml, rulesText(alertGroups(limits), '# Made from thresholds.json, which says where each limit comes from. Check: promtool check rules alerts.rules.yml\n')),
    file('monitoring/alerts.test.yml', yaml, `# Each limit just under and just over: promtool test rules alerts.test.yml\n${yamlText(ruleTests(limits))}`),
    ...(triton ? [file('monitoring/triton.rules.yml', yaml, rulesText(tritonGroups(facts), '# For Triton’s own metrics (port 8002). Drift is not seen there: send its requests through the bundle’s server, or its logs back to Slipway.\n'))] : []),
    file('monitoring/prometheus.yml', yaml, prometheusConfig(facts)),
    file('monitoring/alertmanager.example.yml', yaml, alertmanagerExample),
    file('monitoring/grafana-dashboard.json', json, `${JSON.stringify(dashboard(facts, limits), null, 2)}\n`),
  ]
}
