// docs/runbook.md: each alert with its meaning and first checks, how to see what serves, and the way back for every target. Owns words and commands.
import { slugOf } from '../../../../shared/slug.ts'
import { bundleFolderName } from '../../../../shared/slug.ts'
import type { BundleTarget } from '../../../../shared/domain/bundle-target.ts'
import type { BundleFacts } from '../facts.ts'
import { alerts } from '../watch/alerts.ts'
import { bundleThresholds } from '../watch/limits.ts'
import { cell } from './markdown.ts'

interface WayBack { readonly title: string; readonly text: (slug: string) => string }

const code = (...lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n')

/** Per target: the commands that bring back what served before. */
const waysBack: Readonly<Record<BundleTarget, WayBack>> = {
  server: { title: 'One host', text: () => `${code('bin/rollback.sh --by YOUR-NAME --why "what happened"')}\n\nrun from the unpacked bundle that serves: the server of the release before is started, asked for its golden answers, and given the traffic; the one of now ends its requests and stops. \`bin/rollback.sh --help\` says more, \`audit.jsonl\` beside the releases keeps who, when and why. A canary alone is taken back by \`bin/canary.sh --weight 0\`.` },
  container: { title: 'Container', text: (slug) => `Start the image of the release before by its digest, wait for \`/v2/health/ready\`, point the proxy at it, then stop this one:\n\n${code(`docker-compose -f deploy/container/compose.yaml down`, `# in the folder of the bundle before:`, `docker-compose -f deploy/container/compose.yaml up -d`)}\n\nBehind HAProxy the weight of \`${slug}\`'s canary goes to 0 by its runtime socket first; see \`deploy/container/haproxy-canary.cfg\`.` },
  kubernetes: { title: 'Kubernetes', text: (slug) => `${code(`kubectl rollout undo deployment/${slug}`, `kubectl rollout status deployment/${slug}`)}\n\nor apply the overlay of the bundle before again, whose image is named by digest. With the Gateway API set the weights of the HTTPRoute to 100 and 0. With Argo Rollouts: \`kubectl argo rollouts abort ${slug}\`, then \`kubectl argo rollouts undo ${slug}\`.` },
  'kserve-knative': { title: 'KServe, Knative mode', text: (slug) => `${code(`kubectl patch inferenceservice ${slug} --type merge -p '{"spec":{"predictor":{"canaryTrafficPercent":0}}}'`)}\n\nsends every request to the revision before. To go back for good, apply the overlay of the bundle before.` },
  'kserve-standard': { title: 'KServe, Standard mode', text: (slug) => `From KServe 0.20 on remove the canary entry:\n\n${code(`kubectl patch inferenceservice ${slug} --type json -p '[{"op":"remove","path":"/spec/canary"}]'`)}\n\nBefore 0.20 there is no canary in this mode: apply the base of the bundle before.` },
  triton: { title: 'Triton', text: (slug) => `With \`--model-control-mode=explicit\` put the bundle before in the repository and load it:\n\n${code(`curl --fail -X POST http://127.0.0.1:8000/v2/repository/models/${slug}/load`)}\n\nIn the default mode start the server anew on the repository of the bundle before.` },
  sagemaker: { title: 'SageMaker', text: (slug) => `During an update the alarms of the template roll back by themselves. Afterwards update the endpoint to the configuration before:\n\n${code(`aws sagemaker update-endpoint --endpoint-name ${slug} --endpoint-config-name CONFIGURATION-BEFORE --retain-deployment-config`)}` },
}

function backSection(facts: BundleFacts): string[] {
  const slug = slugOf(facts.version.modelName)
  const { previous } = facts
  const what = previous === null || previous === undefined
    ? 'This is the first bundle of its model: there is nothing to go back to. Switch to the fallback that the business agreed on; `docs/MODEL_CARD.md` names it where somebody wrote it down.'
    : `Go back to ${bundleFolderName(facts.version.modelName, previous.version)}, serial ${previous.serial}, root digest \`${previous.rootDigest}\`. Verify it before it runs, as its README says. Servers that keep a state folder refuse an older serial number unless they are started with \`--allow-downgrade\`.`
  return ['## Roll back', '', what, '', ...facts.targets.flatMap(({ target }) => [`### ${waysBack[target].title}`, '', waysBack[target].text(slug), '']),
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
    code('node bin/feedback.mjs pack --since 2026-01-01 --to feedback.zip'), '',
    'packs the prediction log (bin indexes and answers, no raw values at the default level) for the people who build the model.', '',
  ].join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}
