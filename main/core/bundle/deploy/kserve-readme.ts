// deploy/kserve/README.md: what to apply in which mode of which KServe, and how to go back.
import { slugOf } from '../../../../shared/slug.ts'
import { cell } from '../read/markdown.ts'
import { tritonFault } from '../contract-files.ts'
import type { BundleFacts } from '../facts.ts'
import type { KServeMode } from './kserve-modes.ts'
import { wayBack } from './ways-back.ts'

function modeSection(facts: BundleFacts, { mode, engine, word, canaryList }: KServeMode): string {
  const head = `## ${mode === 'knative' ? 'Knative' : 'Standard'} mode, KServe ${engine} (\`${word}\`)\n`
  const line = (what: string, overlay: string): string => `| ${what} | \`kubectl -n models apply -k deploy/kserve/overlays/${overlay}\` |`
  const table = (lines: readonly string[]): string => ['| to | command |', '| --- | --- |', ...lines].join('\n')
  const back = `\n### Back\n\n${wayBack(facts, `kserve-${mode}`)}\n`
  if (mode === 'knative') return `${head}\n${table([line('start, or promote the canary', 'knative'), line('start with 10 of 100 requests beside what runs', 'knative-canary')])}\n\nThe share counts requests between the newest revision and the one that had all of them before. \`latest-\` and \`prev-\` host names reach each of the two directly.\n${back}`
  const { previous } = facts
  if (previous == null) return `${head}\n${table([line('start', 'standard')])}\n\nThis bundle knows of no version before it, so there is nothing to share requests with and nothing to go back to.\n`
  if (!canaryList) return `${head}\n${table([line('start; replaces what runs, pod by pod', 'standard')])}\n\nKServe before 0.20 has no canary in this mode: it ignores \`canaryTrafficPercent\`, so nothing here writes it. For a share of requests take \`deploy/kubernetes\`, Knative mode or KServe 0.20.\n${back}`
  return `${head}\n${table([line('start, or promote the canary', 'standard'), line(`start with 10 of 100 requests beside ${previous.version}`, 'standard-canary-0.20')])}\n\nThe shares become weights of the Gateway API's route. Where KServe was installed without it, they are not enforced.\n${back}`
}

function storage(facts: BundleFacts): string {
  return `## Before

1. Verify the bundle (README.md at its top): KServe checks no signature.
2. Copy the **content** of \`model/repository\` to where your cluster reads models, so that \`<storageUri>/${slugOf(facts.version.modelName)}/${facts.serial}/model.onnx\` exists. Keep the copies of earlier versions: rollbacks name them.
3. In an overlay of your own, outside the bundle, set \`storageUri\` (and that of the version before, where an overlay names it).

Callers ask \`/v2/models/${slugOf(facts.version.modelName)}/infer\` of the service's address; \`bin/smoke.mjs\` sends the golden requests there.
`
}

export function kserveReadme(facts: BundleFacts, modes: readonly KServeMode[], overlays: readonly string[]): string {
  const fault = tritonFault(facts)
  const slug = slugOf(facts.version.modelName)
  const triton = fault === null
    ? `${storage(facts)}\n${modes.map((mode) => modeSection(facts, mode)).join('\n')}`
    : `KServe serves ONNX by Triton, which cannot take this model: ${cell(fault)}. So there are no overlays for it here; use the bundle's own server.\n`
  return `# ${slug} ${facts.semver} on KServe

${triton}
## The bundle's own server instead

\`own-server\` runs it as a runtime of KServe: it verifies the bundle, measures drift and writes the prediction log, which Triton does not. Build the image first (\`deploy/container/build.sh\`), make the Secret \`${slug}-tokens\` and the ConfigMap \`${slug}-publisher-key\`, set the image in an overlay of yours, and:

    kubectl -n models apply -k deploy/kserve/own-server

## What was checked

Every file was held against the published definitions of KServe 0.15 and 0.20, strictly, and against the rules that those versions enforce beside them.${overlays.length === 0 ? '' : ` Written for ${modes.map(({ mode, engine }) => `${mode} ${engine}`).join(' and ')}: ${overlays.map((name) => `\`${name}\``).join(', ')}.`} **No KServe has run them.**
`
}
