// What the workflow does in each stage, by the place that the bundle goes to: a host over SSH, a Kubernetes cluster, or SageMaker.
// Refuses values: addresses, keys and accounts are variables and secrets of the environment that a stage runs in.
import { bundleFolderName, slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'

export interface Stages {
  /** For people, in the head of the file: what must be set up once. */
  readonly needs: readonly string[]
  /** Variables of the environment that the stages read, by the name that the scripts use. */
  readonly environment: Readonly<Record<string, string>>
  /** Whether a stage takes on a cloud role by its own identity. */
  readonly identity: boolean
  readonly staging: string
  /** null: the platform's own update is the canary. */
  readonly canary: string | null
  readonly promote: string
  readonly rollback: string
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`

function onHost(facts: BundleFacts): Stages {
  const name = slugOf(facts.version.modelName)
  const folder = bundleFolderName(facts.version.modelName, facts.semver)
  // The key is written to a file that ssh accepts; the host is known beforehand, never learned on the way.
  const connect = ['install -m 600 /dev/null key && printf "%s\\n" "$SSH_KEY" > key && printf "%s\\n" "$SSH_KNOWN_HOSTS" > known', 'on_host() { ssh -i key -o UserKnownHostsFile=known -o StrictHostKeyChecking=yes "$SSH_TARGET" "$@"; }']
  const copy = [...connect, `tar -cf - ${folder} publisher.pub.pem | on_host 'rm -rf incoming && mkdir incoming && tar -xf - -C incoming'`]
  const act = (words: string): string => `on_host sudo sh ${words} --why "$WHY_QUOTED"`
  return {
    needs: ['Environments: secret SSH_KEY; variables SSH_TARGET (user@host) and SSH_KNOWN_HOSTS. The user may run the scripts of a bundle with sudo.'],
    environment: { SSH_KEY: '${{ secrets.SSH_KEY }}', SSH_KNOWN_HOSTS: '${{ vars.SSH_KNOWN_HOSTS }}', SSH_TARGET: '${{ vars.SSH_TARGET }}' },
    identity: false,
    staging: lines(...copy, act(`incoming/${folder}/bin/install.sh --trust incoming/publisher.pub.pem`)),
    canary: lines(...copy, act(`incoming/${folder}/bin/install.sh --trust incoming/publisher.pub.pem --canary 10`)),
    promote: lines(...connect, 'if [ -n "$STABLE" ]; then', `  ${act(`/opt/slipway/${name}/current/bin/canary.sh promote`)}`, 'else', ...copy.slice(connect.length).map((line) => `  ${line}`), `  ${act(`incoming/${folder}/bin/install.sh --trust incoming/publisher.pub.pem`)}`, 'fi'),
    rollback: lines(...connect, '# Ends the canary; where it was promoted already, the release before serves again.', act(`/opt/slipway/${name}/current/bin/rollback.sh`)),
  }
}

function onKubernetes(facts: BundleFacts): Stages {
  const name = slugOf(facts.version.modelName)
  const steps = `../${bundleFolderName(facts.version.modelName, facts.semver)}/deploy/kubernetes/overlays/canary-gateway/steps`
  const enter = (site: string): string => `install -m 600 /dev/null kubeconfig && printf "%s\\n" "$KUBECONFIG_TEXT" > kubeconfig && export KUBECONFIG="$PWD/kubeconfig" && cd ${site} && kustomize edit set image "registry.invalid/${name}=$IMAGE"`
  const wait = (deployment: string): string => `kubectl -n "$NAMESPACE" rollout status "deployment/${deployment}" --timeout=10m`
  return {
    needs: ['Environments: secret KUBECONFIG_TEXT, variable NAMESPACE. Folders staging, production and canary in this repository: deploy/kubernetes/your-site.example with your values; README.md there.'],
    environment: { KUBECONFIG_TEXT: '${{ secrets.KUBECONFIG_TEXT }}', NAMESPACE: '${{ vars.NAMESPACE }}' },
    identity: false,
    staging: lines(enter('staging'), 'kubectl apply -k .', wait(name)),
    canary: lines(enter('canary'), `kustomize edit add component ${steps}/05`, 'kubectl apply -k .', wait(`${name}-canary`)),
    promote: lines(enter('production'), 'kubectl apply -k .', wait(name), '# The stable version is the new one now: all weight back to it.', 'cd ../canary', `kustomize edit add component ${steps}/rollback`, 'kubectl apply -k .'),
    rollback: lines(
      enter('canary'), `kustomize edit add component ${steps}/rollback`, 'kubectl apply -k .',
      'if [ "$PROMOTED" != skipped ]; then', `  kubectl -n "$NAMESPACE" rollout undo deployment/${name}`, `  ${wait(name)}`, 'fi',
    ),
  }
}

function onSagemaker(facts: BundleFacts): Stages {
  const name = slugOf(facts.version.modelName)
  const folder = bundleFolderName(facts.version.modelName, facts.semver)
  // The runner's own identity is exchanged for the role of the environment: no long-lived key exists anywhere.
  const identity = [
    'curl --fail --silent --show-error -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r .value > identity',
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$PWD/identity" AWS_ROLE_SESSION_NAME="run-$GITHUB_RUN_ID"',
  ]
  const deploy = (stack: string): string => lines(
    ...identity, '# Waits for the update; one that its alarms took back ends with a failure here.',
    `aws cloudformation deploy --stack-name ${stack} --template-file ${folder}/deploy/cloudformation/sagemaker.yaml --no-fail-on-empty-changeset \\`,
    `  --parameter-overrides ImageUri="$IMAGE" ExecutionRoleArn="$EXECUTION_ROLE_ARN" InstanceType="$INSTANCE_TYPE" EndpointName=${stack}`,
  )
  return {
    needs: ['Environments: variables AWS_ROLE_ARN (trusts this repository’s identity), AWS_REGION, EXECUTION_ROLE_ARN and INSTANCE_TYPE. REGISTRY must be your ECR.'],
    environment: { AWS_REGION: '${{ vars.AWS_REGION }}', AWS_ROLE_ARN: '${{ vars.AWS_ROLE_ARN }}', EXECUTION_ROLE_ARN: '${{ vars.EXECUTION_ROLE_ARN }}', INSTANCE_TYPE: '${{ vars.INSTANCE_TYPE }}' },
    identity: true,
    staging: deploy(`${name}-staging`) + lines(
      '# The container is in service only once it answered every golden request; this asks one by the way that callers take.',
      `node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync("${folder}/model/golden.jsonl", "utf8").split("\\n")[0]).request)' > request.json`,
      `aws sagemaker-runtime invoke-endpoint --endpoint-name ${name}-staging --content-type application/json --body fileb://request.json answer.json`,
      'jq --exit-status .outputs answer.json',
    ),
    canary: null, promote: deploy(name),
    rollback: lines(...identity, `# A failed update has gone back by itself. This shows that it did, or fails.`, `aws cloudformation describe-stacks --stack-name ${name} --query 'Stacks[0].StackStatus' --output text | grep -x -e UPDATE_ROLLBACK_COMPLETE -e UPDATE_COMPLETE`),
  }
}

/** Where the workflow deploys to: the most managed of the chosen targets. */
export function stagesOf(facts: BundleFacts): Stages {
  const has = (name: string): boolean => facts.targets.some(({ target }) => target === name)
  return has('kubernetes') ? onKubernetes(facts) : has('sagemaker') ? onSagemaker(facts) : onHost(facts)
}
