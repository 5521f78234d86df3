// ci/github-deploy.yml: a workflow of GitHub Actions that takes a bundle from a release to production, and back when a guard fails.
// Refuses actions by tag, secrets as values, and more permissions than a job uses. Programs of the runner do the work.
import { bundleFileName, bundleFolderName, slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { Planner } from '../planned.ts'
import { rolloutGuards } from './rollout-guards.ts'
import { resourcesOf } from './resources.ts'
import { stagesOf, type Stages } from './workflow-steps.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

/** By commit: a tag of somebody else's repository can be moved. */
const checkout = { uses: 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8', with: { 'persist-credentials': false } }
const setupNode = { uses: 'actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444', with: { 'node-version': '22' } }

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`

/** Fetches the archive and checks it with the runner's own tools and the key of this repository: nothing of the bundle runs before that. */
const fetchAndVerify = (facts: BundleFacts): object => ({
  name: 'Fetch and verify',
  env: { GH_TOKEN: '${{ github.token }}', RELEASE: '${{ inputs.release }}', ROOT_DIGEST: '${{ inputs.root_digest }}' },
  run: lines(
    'set -euo pipefail', 'export LC_ALL=C',
    `gh release download "$RELEASE" --repo "$GITHUB_REPOSITORY" --pattern '${bundleFileName(facts.version.modelName, facts.semver)}'`,
    `unzip -q ${bundleFileName(facts.version.modelName, facts.semver)}`,
    'cp trust/publisher.pub.pem publisher.pub.pem',
    `cd ${bundleFolderName(facts.version.modelName, facts.semver)}`,
    'cmp ../publisher.pub.pem signatures/publisher.pub.pem',
    'openssl pkeyutl -verify -rawin -pubin -inkey ../publisher.pub.pem -in SHA256SUMS -sigfile signatures/SHA256SUMS.sig',
    'sha256sum -c --strict --quiet SHA256SUMS',
    'test "$(sha256sum SHA256SUMS | cut -c 1-64)" = "$ROOT_DIGEST"',
    '# Hashes and signature hold, so what comes with the bundle may look for added files, links and the like.',
    'sh bin/verify.sh ../publisher.pub.pem',
  ),
})

/** Golden requests against the image as it will run: no user, no capability, nothing writable. */
const tryImage = (asRoot: boolean): string => lines(
  'set -euo pipefail',
  `podman run --detach --name golden --read-only --cap-drop ALL --security-opt no-new-privileges --env SLIPWAY_INSECURE_NO_AUTH=1 --publish 127.0.0.1:8080:8080 "$NAME"${asRoot ? ' serve' : ''}`,
  'curl --fail --silent --show-error --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8080/v2/health/ready > /dev/null || { podman logs golden; exit 1; }',
  'node "$BUNDLE/bin/smoke.mjs" http://127.0.0.1:8080',
  'podman rm --force --time 30 golden',
)

function imageJob(facts: BundleFacts, stages: Stages): object {
  const asRoot = stages.identity
  return {
    'runs-on': 'ubuntu-latest', needs: 'verify', permissions: { contents: 'read', packages: 'write' },
    outputs: { image: '${{ steps.push.outputs.image }}' },
    env: { BUNDLE: bundleFolderName(facts.version.modelName, facts.semver), NAME: `localhost/${slugOf(facts.version.modelName)}:${facts.semver}` },
    steps: [
      checkout, setupNode, fetchAndVerify(facts),
      { name: 'Build', env: { BASE_IMAGE: '${{ vars.BASE_IMAGE }}' }, run: `sh "$BUNDLE/deploy/container/build.sh" --base "$BASE_IMAGE" --trust publisher.pub.pem --tag "$NAME"${asRoot ? ' --as-root' : ''}\n` },
      { name: 'Golden answers in the container', run: tryImage(asRoot) },
      {
        name: 'Push by digest', id: 'push', env: { REGISTRY: '${{ vars.REGISTRY }}', REGISTRY_PASSWORD: '${{ secrets.REGISTRY_PASSWORD || github.token }}', REGISTRY_USER: '${{ vars.REGISTRY_USER || github.actor }}' },
        run: lines(
          'set -euo pipefail', 'printf "%s" "$REGISTRY_PASSWORD" | podman login --username "$REGISTRY_USER" --password-stdin "${REGISTRY%%/*}"',
          `podman push --digestfile digest "$NAME" "docker://$REGISTRY/${slugOf(facts.version.modelName)}:${facts.semver}"`,
          `echo "image=$REGISTRY/${slugOf(facts.version.modelName)}@$(cat digest)" >> "$GITHUB_OUTPUT"`,
        ),
      },
    ],
  }
}

/** Bundles that run without a container: golden answers by the bundle's own server. */
const tryServer = (facts: BundleFacts): object => ({
  name: 'Golden answers of the server',
  run: lines(
    'set -euo pipefail', `cd ${bundleFolderName(facts.version.modelName, facts.semver)}`, 'sh bin/run.sh --trust ../publisher.pub.pem &',
    'curl --fail --silent --show-error --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8080/v2/health/ready > /dev/null', 'node bin/smoke.mjs http://127.0.0.1:8080', 'kill %1', 'wait %1',
  ),
})

function stageJob(facts: BundleFacts, stages: Stages, stage: { readonly needs: readonly string[]; readonly environment: string; readonly title: string; readonly script: string; readonly when?: string; readonly more?: readonly object[] }, hasImage: boolean): object {
  return {
    'runs-on': 'ubuntu-latest', needs: stage.needs, ...(stage.when === undefined ? {} : { if: stage.when }), environment: stage.environment,
    permissions: { contents: 'read', ...(stages.identity ? { 'id-token': 'write' } : {}) },
    env: { ...stages.environment, ...(hasImage ? { IMAGE: '${{ needs.image.outputs.image }}' } : {}), STABLE: '${{ inputs.stable }}', WHY: '${{ inputs.why }}' },
    steps: [
      checkout, setupNode, fetchAndVerify(facts),
      { name: stage.title, run: `set -euo pipefail\n${stages.environment['SSH_TARGET'] === undefined ? '' : '# What ssh hands over is read by a shell once more.\nWHY_QUOTED=$(printf "%q" "$WHY (run $GITHUB_RUN_ID)")\n'}${stage.script}` },
      ...(stage.more ?? []),
    ],
  }
}

/** Asks Prometheus once a minute; a guard that fails ends it at once, one that has no data at the end does so too. */
const watchCanary = (facts: BundleFacts): object => ({
  name: 'Watch the canary',
  env: { GUARDS: JSON.stringify(rolloutGuards(facts)), MINUTES: '${{ inputs.minutes }}', PROMETHEUS_URL: '${{ vars.PROMETHEUS_URL }}' },
  run: lines(
    'set -euo pipefail',
    'for minute in $(seq 1 "$MINUTES"); do',
    '  sleep 60; unknown=',
    '  while read -r guard; do',
    "    query=$(jq -r --arg stable \"$STABLE\" '.query | gsub(\"STABLE\"; $stable)' <<< \"$guard\")",
    "    value=$(curl --fail --silent --show-error --get --data-urlencode \"query=$query\" \"$PROMETHEUS_URL/api/v1/query\" | jq -r '.data.result[0].value[1] // \"none\"')",
    '    name=$(jq -r .name <<< "$guard"); limit=$(jq -r .limit <<< "$guard")',
    '    echo "minute $minute: $name = $value (at most $limit)"',
    '    case $value in',
    '      none | NaN) unknown="$unknown $name" ;;',
    '      *) awk -v v="$value" -v l="$limit" \'BEGIN { exit !(v + 0 <= l + 0) }\' || { echo "::error::$name is beyond its limit"; exit 1; } ;;',
    '    esac',
    "  done < <(jq -c '.[]' <<< \"$GUARDS\")",
    'done',
    'test -z "$unknown" || { echo "::error::too little data for:$unknown; no data is no success"; exit 1; }',
  ),
})

function jobs(facts: BundleFacts, stages: Stages, hasImage: boolean): object {
  const ready = hasImage ? ['image'] : ['verify']
  const job = (stage: Parameters<typeof stageJob>[2]): object => stageJob(facts, stages, stage, hasImage)
  const canary = stages.canary === null ? {} : { canary: job({ needs: [...ready, 'staging'], environment: 'canary', title: 'Start the canary', script: stages.canary, when: "${{ inputs.stable != '' }}", more: [watchCanary(facts)] }) }
  const hasCanary = stages.canary !== null
  return {
    verify: { 'runs-on': 'ubuntu-latest', permissions: { contents: 'read' }, steps: [checkout, setupNode, fetchAndVerify(facts), ...(hasImage ? [] : [tryServer(facts)])] },
    ...(hasImage ? { image: imageJob(facts, stages) } : {}),
    staging: job({ needs: ready, environment: 'staging', title: 'Deploy to staging', script: stages.staging }),
    ...canary,
    promote: job({
      needs: [...ready, 'staging', ...(hasCanary ? ['canary'] : [])], environment: 'production', title: 'Everybody gets it', script: stages.promote,
      ...(hasCanary ? { when: "${{ !cancelled() && needs.staging.result == 'success' && (needs.canary.result == 'success' || inputs.stable == '') }}" } : {}),
    }),
    rollback: { ...job({
      needs: [...ready, ...(hasCanary ? ['canary'] : []), 'promote'], environment: 'rollback', title: 'Take it back', script: stages.rollback,
      when: hasCanary ? "${{ always() && (contains(fromJSON('[\"failure\", \"cancelled\"]'), needs.canary.result) || contains(fromJSON('[\"failure\", \"cancelled\"]'), needs.promote.result)) }}" : "${{ always() && contains(fromJSON('[\"failure\", \"cancelled\"]'), needs.promote.result) }}",
    }), 'timeout-minutes': 15 },
  }
}

function workflow(facts: BundleFacts): YamlDocument {
  const stages = stagesOf(facts)
  const hasImage = facts.targets.some(({ target }) => ['container', 'kubernetes', 'sagemaker'].includes(target))
  const name = slugOf(facts.version.modelName)
  const text = (description: string, more: object = {}): object => ({ description, type: 'string', required: true, ...more })
  return {
    object: {
      name: `Deploy ${name} ${facts.semver}`,
      on: { workflow_dispatch: { inputs: {
        release: text('Release of this repository that holds the archive', { default: `${name}-${facts.semver}` }),
        root_digest: text('Root digest of the bundle, as the publisher says it over another channel'),
        stable: text('Version that runs in production now; empty: none, and no canary', { required: false, default: facts.previous?.version ?? '' }),
        minutes: text('Minutes that the canary is watched', { default: '30' }),
        why: text('Why, in words that the next person on duty understands'),
      } } },
      permissions: {},
      concurrency: { group: `deploy-${name}`, 'cancel-in-progress': false },
      jobs: jobs(facts, stages, hasImage),
    },
    notes: {
      permissions: 'Nothing by default; each job says what it needs.',
      concurrency: 'One deployment after the other, and none is ended in the middle.',
      'jobs/verify': 'Node and checkout are the only actions, by the commit of their release v5.0.0. Everything else is a program of the runner.',
      'jobs/rollback': 'An environment without reviewers: going back must not wait for anybody.',
      ...(resourcesOf(facts).measured ? {} : { 'jobs/staging': 'Nobody measured the speed of this model: try staging under load before production.' }),
    },
  }
}

export const planWorkflow: Planner = (facts) => [yamlFile('ci/github-deploy.yml', [
  `Takes ${slugOf(facts.version.modelName)} from a release to production: verify, image, golden answers, staging, canary, promotion; or back.`,
  'Copy it to .github/workflows/ of a repository of your own, and set up once:',
  '- trust/publisher.pub.pem in that repository: the publisher’s key as you received it, changed by review only',
  '- the archive of this bundle as a file of a release there',
  '- environments staging, canary and production with reviewers, and rollback without',
  ...(facts.targets.some(({ target }) => ['container', 'kubernetes', 'sagemaker'].includes(target)) ? ['- variables BASE_IMAGE (with Node 22, by digest) and REGISTRY (such as ghcr.io/OWNER); for another registry than GitHub’s: REGISTRY_USER, secret REGISTRY_PASSWORD'] : []),
  '- variable PROMETHEUS_URL of the environment canary: where the metrics of production are',
  ...stagesOf(facts).needs.map((line) => `- ${line}`),
  'No value of a secret is in this file. GitHub ran none of it for this bundle: two parsers took it.',
], [workflow(facts)])]
