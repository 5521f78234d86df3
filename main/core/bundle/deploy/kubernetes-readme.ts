// deploy/kubernetes/README.md: from an unpacked bundle to pods that answer, step by step, and back.
import { bundleFolderName } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { guardChecks, modelChecks } from './analysis.ts'
import { kubernetesFolder } from './kubernetes-base.ts'
import { clusterNames } from './kubernetes-names.ts'
import { resourcesOf } from './resources.ts'
import { wayBack } from './ways-back.ts'

function first(facts: BundleFacts): string {
  const names = clusterNames(facts)
  const folder = bundleFolderName(facts.version.modelName, facts.semver)
  return `## The first time

1. Build the image and push it, from the verified bundle: \`sh deploy/container/build.sh\` says how. Note the digest that the push prints.
2. Copy \`${kubernetesFolder}/your-site.example\` out of the bundle and beside it, as \`your-site\`, and lay the publisher's public key in it, the one you received over another channel. Set every line that says SET.
3. Make the callers' tokens (one a line; Slipway never ships a Secret), look at what would be applied, and apply it:

       kubectl create namespace models
       kubectl -n models create secret generic ${names.tokens} --from-file=tokens
       kubectl kustomize your-site
       kubectl apply -k your-site
       kubectl -n models rollout status deployment/${names.app}

   A pod is ready when it verified the bundle with your key and answered every golden request as the export did.
4. Ask it from outside the pod:

       kubectl -n models port-forward service/${names.app} 8080:80 &
       SLIPWAY_TOKEN=$(head -n 1 tokens) node ${folder}/bin/smoke.mjs http://127.0.0.1:8080

| folder | for |
| --- | --- |
| \`base\` | the objects themselves; applied by no one directly |
| \`overlays/staging\`, \`overlays/production\` | one pod and a line for every request; three to twenty pods |
| \`overlays/canary-gateway\` | beside the running version, with weights of the Gateway API that you move |
| \`overlays/canary-argo\` | Argo Rollouts moves the weights, and back when a guard fails |
| \`monitoring\` | for the Prometheus Operator |
| \`your-site.example\` | the pattern of your own overlay |

Resources of a pod:

${resourcesOf(facts).why.map((line) => `- ${line}`).join('\n')}
`
}

function next(facts: BundleFacts): string {
  const names = clusterNames(facts)
  const table = [...guardChecks(facts), ...modelChecks(facts)].map(({ name, about }) => `| ${name} | ${about} |`).join('\n')
  return `## The next version

**By the Gateway API.** In an overlay of yours, beside the one that runs:

    resources: [../${bundleFolderName(facts.version.modelName, facts.semver)}/${kubernetesFolder}/overlays/canary-gateway]
    components: [../${bundleFolderName(facts.version.modelName, facts.semver)}/${kubernetesFolder}/overlays/canary-gateway/steps/shadow]

with your namespace, image, Gateway and host name. Then change the component, one step after the other: \`shadow\`, \`05\`, \`25\`, \`50\`, \`100\`; each for at least one usual working period. Then point \`your-site\` to this bundle, wait for its roll-out, take the step \`rollback\` (the stable version is the new one now) and take the canary away; the route stays:

    kubectl -n models delete deployment,service,hpa,pdb,networkpolicy,configmap,serviceaccount -l app.kubernetes.io/instance=${names.canary}

Weights split requests, not callers.

**By Argo Rollouts.** \`overlays/canary-argo\` instead of \`overlays/production\`, from the first release on. Every share is held for 15 minutes and checked for ten:

| guard | what must hold |
| --- | --- |
${table}

Fewer than 200 requests of the canary in ten minutes, or no data at all, is no success: the release waits for a person. The queries are in the files \`analysis-*.yaml\`; with the Gateway API, ask them yourself before each step.

## Back

${wayBack(facts, 'kubernetes')}

${facts.previous == null ? 'This bundle knows of no version before it: if it must go, callers need their fallback.' : `The version before this one is ${facts.previous.version} (serial ${facts.previous.serial}), root digest \`${facts.previous.rootDigest}\`.`}
`
}

function checked(): string {
  return `## What was checked

In Slipway's own tests, on files like these: the Deployment, its ConfigMap and its volumes ran as they are (image and port set) with \`podman play kube\`, as user 65532, with a read-only root and no capabilities, and answered every golden request. Fields and types of all objects were checked against the published tables of Kubernetes 1.36, the Gateway API, Argo Rollouts and the Prometheus Operator; every overlay was built with kustomize; every query was read by Prometheus' own reader. **No cluster, no gateway and no Argo controller has run them.**
`
}

export const kubernetesReadme = (facts: BundleFacts): string => `# ${clusterNames(facts).app} ${facts.semver} on Kubernetes

Plain files for kustomize (part of kubectl), for Kubernetes 1.23 and newer. They name no image, no secret, no account and no namespace of yours: what only you know goes into an overlay outside this bundle, so that the bundle stays as it was signed.

${first(facts)}
${next(facts)}
${checked()}`
