// Configurations for Prometheus and Alertmanager that work as they are on one machine, with what to change said beside it.
import { stringify } from 'yaml'
import type { BundleFacts } from '../facts.ts'
import { slugOf } from '../../../../shared/slug.ts'
import { serving } from '../manifest.ts'
import type { RuleGroup } from './rules.ts'

/** YAML of plain data: fixed quoting, no folding, so that the same data give the same bytes. */
export const yamlText = (data: unknown): string => stringify(data, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })

export const rulesText = (groups: readonly RuleGroup[], head: string): string => `${head}${yamlText({ groups })}`

export function prometheusConfig(facts: BundleFacts): string {
  const name = slugOf(facts.version.modelName)
  return `# Prometheus for one server of this bundle on the same machine: prometheus --config.file=monitoring/prometheus.yml
# Change the targets to where the servers are. Where the server demands a token for /metrics, add under the job:
#   authorization: { credentials_file: "/etc/prometheus/${name}.token" }
${yamlText({
  global: { scrape_interval: '15s', evaluation_interval: '15s' },
  rule_files: ['alerts.rules.yml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
  scrape_configs: [{ job_name: name, metrics_path: '/metrics', static_configs: [{ targets: [`127.0.0.1:${serving.defaultPort}`] }] }],
})}`
}

export const alertmanagerExample = `# An example: alerts of one model and version together, grave ones repeated sooner. Replace both addresses by those of your own
# receivers (e-mail, chat, on-call); amtool check-config alertmanager.example.yml says whether the file is right.
${yamlText({
  route: {
    receiver: 'team', group_by: ['alertname', 'model', 'version'], group_wait: '30s', group_interval: '5m', repeat_interval: '12h',
    routes: [{ matchers: ['severity="critical"'], receiver: 'on-call', repeat_interval: '1h' }],
  },
  // An unverified or absent model explains everything else that is wrong with it.
  inhibit_rules: [{ source_matchers: ['alertname="ModelAbsent"'], target_matchers: ['severity="warning"'], equal: ['model', 'version'] }],
  receivers: [
    { name: 'team', webhook_configs: [{ url: 'http://127.0.0.1:9095/alerts', send_resolved: true }] },
    { name: 'on-call', webhook_configs: [{ url: 'http://127.0.0.1:9095/on-call', send_resolved: true }] },
  ],
})}`
