// The way back for each target, in one place: the runbook and the target's own page print the same words and commands.
// Names only files that the bundle has. Owns no heading, and nothing for a first bundle, which has nothing to go back to.
import { bundleFolderName, slugOf } from '../../../../shared/slug.ts'
import type { BundleTarget } from '../../../../shared/domain/bundle-target.ts'
import { tritonFault } from '../contract-files.ts'
import type { BundleFacts } from '../facts.ts'
import { kserveModes } from './kserve-modes.ts'
import { clusterNames } from './kubernetes-names.ts'

const code = (...lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n')

/** The folder of the bundle before, beside this one, where it is known. */
const before = (facts: BundleFacts): string => (facts.previous == null ? 'THE-BUNDLE-BEFORE' : bundleFolderName(facts.version.modelName, facts.previous.version))

const onHost = (): string => `${code('sh bin/rollback.sh --why "what happened"')}

run as the user who installed it, from the unpacked bundle or from \`current\` in its folder below \`/opt/slipway\`. A canary that runs ends; without one, the server of the release before is started, asked for its golden answers and given the traffic, and the one of now ends its requests and stops. A canary that shall only wait gets no callers any more:

${code('sh bin/canary.sh 0 --why "what happened"')}

\`audit.jsonl\` beside the releases keeps who, when and why; \`sh bin/rollback.sh --help\` says more.`

const inContainer = (): string => `Name the image of the release before, by its digest, and start it in the place of this one:

${code('export SLIPWAY_IMAGE=REGISTRY/NAME@sha256:DIGEST-BEFORE SLIPWAY_ALLOW_DOWNGRADE=1', 'docker compose -f deploy/container/compose.yaml up -d', 'curl --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8080/v2/health/ready')}

The other variables of \`compose.yaml\` are set as for any start. The second variable is needed because the state volume remembers this newer bundle; take it away with the next release. Callers wait while the container is replaced. For a switch without a failed request run the release before beside this one (\`-p\` with a name and \`SLIPWAY_PUBLISH\` with a port of its own), wait until it is ready, point the proxy in front to it, and only then stop this one.`

/** Rows of the way back on Kubernetes: where, and how. */
function kubernetesRows(facts: BundleFacts): string {
  const { app, canary } = clusterNames(facts)
  const step = `${bundleFolderName(facts.version.modelName, facts.semver)}/deploy/kubernetes/overlays/canary-gateway/steps/rollback`
  return `Production:

${code(`kubectl -n models rollout undo deployment/${app}`, `kubectl -n models rollout status deployment/${app}`)}

then point \`your-site\` to ${before(facts)}, so that the next apply does not bring this one back.

A canary by the Gateway API: in the folder of your canary's overlay add the component \`steps/rollback\` (the last one wins) and apply it. All requests go to the stable version; \`${canary}\` stays up for those who look into it.

${code(`kustomize edit add component ../${step}`, 'kubectl apply -k .')}

A canary by Argo Rollouts:

${code(`kubectl argo rollouts -n models abort ${app}`, `kubectl argo rollouts -n models undo ${app}`)}`
}

/** The overlay of KServe that leads back; null where there is none. */
function kserveBack(facts: BundleFacts, mode: 'knative' | 'standard'): string {
  const chosen = kserveModes(facts).find((m) => m.mode === mode)
  const own = `the bundle's own server as a runtime: apply \`deploy/kserve/own-server\` of ${before(facts)} again, from your overlay that sets its image.`
  if (tritonFault(facts) !== null || chosen === undefined) return own.charAt(0).toUpperCase() + own.slice(1)
  const text = mode === 'knative' ? 'sends every request to the revision that had all of them before this one. This one stays up for those who look into it. For good, apply the overlay of the bundle before.'
    : `serves ${facts.previous?.version ?? 'the version before'} again${chosen.canaryList ? '; after a canary its entry is gone, and the stable predictor was never touched' : ', pod by pod: KServe before 0.20 has no canary in this mode'}. It names the storage of that version: set it in an overlay of yours, as for the start.`
  return `${code(`kubectl -n models apply -k deploy/kserve/overlays/${mode}-rollback`)}\n\n${text} With ${own}`
}

function onTriton(facts: BundleFacts): string {
  const slug = slugOf(facts.version.modelName)
  if (tritonFault(facts) !== null) return 'Triton cannot load this model, so there is nothing of it to take back.'
  return `Where Triton runs on a folder of yours, copy the configuration of the bundle before into it, which names its own version, and load it:

${code(`cp ../${before(facts)}/model/repository/${slug}/config.pbtxt MODELS/${slug}/config.pbtxt`, `curl --fail -X POST http://127.0.0.1:8000/v2/repository/models/${slug}/load`)}

Where it runs on this bundle's folder, start it anew in the folder of the bundle before, with the command of its \`deploy/triton/README.md\`.`
}

function onSagemaker(facts: BundleFacts): string {
  const slug = slugOf(facts.version.modelName)
  return `During an update the alarms take it back by themselves. Afterwards apply the release before again: its image, by digest. The configuration before is not there any more (the new one replaces it), so naming it does not work; the update back is blue/green and watched like any other.

With Terraform, in \`deploy/terraform\` and with the values of your account as for a release:

${code('terraform apply -var image=IMAGE-BEFORE@sha256:DIGEST -var region=REGION -var execution_role_arn=ROLE -var instance_type=TYPE')}

With CloudFormation; what is not named keeps its value:

${code(`aws cloudformation deploy --stack-name ${slug} --template-file deploy/cloudformation/sagemaker.yaml --parameter-overrides ImageUri=IMAGE-BEFORE@sha256:DIGEST`)}`
}

const ways: Readonly<Record<BundleTarget, (facts: BundleFacts) => string>> = {
  server: onHost, container: inContainer, kubernetes: kubernetesRows, triton: onTriton, sagemaker: onSagemaker,
  'kserve-knative': (facts) => kserveBack(facts, 'knative'), 'kserve-standard': (facts) => kserveBack(facts, 'standard'),
}

/** Markdown without a heading: the commands that bring back what served before on one target. */
export const wayBack = (facts: BundleFacts, target: BundleTarget): string => ways[target](facts)
