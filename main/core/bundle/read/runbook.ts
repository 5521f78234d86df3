// docs/runbook.md: each alert with its meaning and first checks, how to see what serves, and the way back for every target. Owns words and commands.
import { bundleFolderName, slugOf } from '../../../../shared/slug.ts'
import type { BundleTarget } from '../../../../shared/domain/bundle-target.ts'
import type { BundleFacts } from '../facts.ts'
import { wayBack } from '../deploy/ways-back.ts'
import { alerts } from '../watch/alerts.ts'
import { bundleThresholds } from '../watch/limits.ts'
import { cell } from './markdown.ts'

const code = (...lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n')

/** What a target is called in headings. */
const titles: Readonly<Record<BundleTarget, string>> = {
  server: 'One host', container: 'Container', kubernetes: 'Kubernetes', 'kserve-knative': 'KServe, Knative mode', 'kserve-standard': 'KServe, Standard mode', triton: 'Triton', sagemaker: 'SageMaker',
}

function backSection(facts: BundleFacts): string[] {
  const { previous } = facts
  if (previous == null) {
    return ['## Roll back', '', 'This is the first bundle of its model: there is nothing to go back to. Switch to the fallback that the business agreed on; `docs/MODEL_CARD.md` names it where somebody wrote it down. The runbook of the next bundle has the way back to this one, for each of its targets.', '']
  }
  const what = `Go back to ${bundleFolderName(facts.version.modelName, previous.version)}, serial ${previous.serial}, root digest \`${previous.rootDigest}\`. Verify it before it runs, as its README says. Servers that keep a state folder refuse an older serial number unless they are started with \`--allow-downgrade\`.`
  return ['## Roll back', '', what, '', ...facts.targets.flatMap(({ target }) => [`### ${titles[target]}`, '', wayBack(facts, target), '']),
    'After a rollback: check the alert that began it, say so in Slipway (`slipway rollback MODEL --alias champion --reason "…"`), and send the prediction log of the time home: a rollback deletes none.', '']
}

/** The limits of one alert as a table row each. */
function limitLines(facts: BundleFacts, name: string): string[] {
  const rows = bundleThresholds(facts).thresholds.filter((t) => t.alert === name)
  if (rows.length === 0) return []
  const shown = rows.slice(0, 6)
  return ['', ...shown.map((t) => `- ${t.severity}: \`${t.metric}\`${Object.keys(t.selector).filter((k) => k !== 'model' && k !== 'version').map((k) => ` (${k} ${cell(String(t.selector[k]))})`).join('')} ${t.op} ${t.value}; from ${cell(t.origin.statistic)}`), ...(rows.length > shown.length ? [`- and ${rows.length - shown.length} more in \`monitoring/thresholds.json\``] : [])]
}

const sentence = (text: string): string => text.replace('The input $FEATURE', 'An input').replace('$FEATURE', 'an input').replace(' ($OUTPUT)', '')

function alertSection(facts: BundleFacts): string[] {
  return ['## Alerts', '', 'Prometheus raises them by `monitoring/alerts.rules.yml`. Where each limit comes from stands in `monitoring/thresholds.json`. Silence of a drift rule can mean that there are too few rows yet: the dashboard shows how many.', '',
    ...Object.entries(alerts).flatMap(([name, words]) => [`### ${name}`, '', sentence(words.summary), '', words.meaning, '', ...words.firstChecks.map((check, i) => `${i + 1}. ${check}`), ...limitLines(facts, name), ''])]
}

/** docs/runbook.md. */
export function runbook(facts: BundleFacts): string {
  const slug = slugOf(facts.version.modelName)
  return [
    `# Runbook of ${bundleFolderName(facts.version.modelName, facts.semver)}`, '',
    'For whoever is called when something is wrong. First see what serves, then find the alert, then decide: wait, scale, or roll back.', '',
    '## What serves', '',
    code('curl --fail http://127.0.0.1:8080/v2/health/ready', `curl --fail http://127.0.0.1:8080/v2/models/${slug}`, 'curl --fail http://127.0.0.1:8080/metrics | grep -E "^model_(info|bundle_verified|queue_depth)"', 'node bin/smoke.mjs http://127.0.0.1:8080'), '',
    'The label `root_digest` of `model_info` is the one identity of what serves; it stands in Slipway beside the bundle, in the server’s log and on every prediction. The last command sends every golden request and compares the answers.', '',
    ...backSection(facts), ...alertSection(facts),
    '## Send home what was seen', '',
    code('node bin/feedback.mjs pack --since 2026-01-01 --log FOLDER --to feedback.zip'), '',
    'packs the prediction log (bin indexes and answers, no raw values at the default level) for the people who build the model. FOLDER is what the server was given with `--prediction-log-dir`, or a file with its output.', '',
  ].join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}
