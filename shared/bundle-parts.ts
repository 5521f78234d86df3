// What each part of a bundle was proven by, so that no document and no screen claims more than what ran.
// `executed`: the part itself ran in the tests. `schema-checked`: the published schema or the tool's own parser took it.
// `type-checked`: the maker's types took it. `not-checked`: nothing of the kind could be had.
import type { BundleTarget } from './domain/bundle-target.ts'

export type PartProof = 'executed' | 'schema-checked' | 'type-checked' | 'not-checked'

export interface BundlePart {
  readonly id: string
  readonly title: string
  /** Beginnings of the paths that belong to it. */
  readonly paths: readonly string[]
  readonly proof: PartProof
  /** What ran, in one sentence: which program, which version, on what. */
  readonly how: string
  /** The test that shows it, relative to the project. */
  readonly test: string
  /** The targets that it is for; absent: every bundle has it. */
  readonly targets?: readonly BundleTarget[]
}

export const bundleParts: readonly BundlePart[] = [
  { id: 'server', title: 'Server', paths: ['server/', 'bin/run.sh', 'model/serving.json'], proof: 'executed', how: 'Started from an unpacked bundle on Linux x64: every golden request, every datatype, records, thousands of fuzzed requests, and a model’s process that was killed under load.', test: 'test/core/server.test.ts' },
  { id: 'api', title: 'OpenAPI document', paths: ['docs/openapi.yaml'], proof: 'schema-checked', how: 'The OpenAPI 3.0 schema of @seriousme/openapi-schema-validator took it, and refused a spoiled one.', test: 'test/core/server-protocol.test.ts' },
  { id: 'feedback', title: 'Feedback packs', paths: ['bin/feedback.mjs'], proof: 'executed', how: 'Packed a log of records, dropped ones and strangers; unzip and the hashes agree.', test: 'test/core/feedback.test.ts' },
  { id: 'profile', title: 'Profile and limits', paths: ['monitoring/reference.json', 'monitoring/thresholds.json'], proof: 'executed', how: 'Counted again from the data of the fixtures; the limits of drift held their rate of false alarms in simulated windows.', test: 'test/core/reference-profile.test.ts' },
  { id: 'rules', title: 'Alert rules', paths: ['monitoring/alerts.rules.yml', 'monitoring/alerts.test.yml', 'monitoring/prometheus.yml', 'monitoring/alertmanager.example.yml'], proof: 'executed', how: 'Prometheus 2.42 of Debian 12 scraped the server of a bundle; alerts of drift and of latency came through Alertmanager 0.25 to a webhook. Each limit just under and just over by promtool (test/ops/watch.test.ts).', test: 'test/ops/alerts.test.ts' },
  { id: 'triton-rules', title: 'Rules for Triton', paths: ['monitoring/triton.rules.yml'], proof: 'schema-checked', how: 'Checked by promtool of Debian 12; no Triton told these metrics.', test: 'test/ops/watch.test.ts', targets: ['triton'] },
  { id: 'dashboard', title: 'Grafana dashboard', paths: ['monitoring/grafana-dashboard.json'], proof: 'type-checked', how: 'Has the types of Grafana’s own SDK, and promtool took every expression; no Grafana opened it.', test: 'test/ops/watch.test.ts' },
  { id: 'verification', title: 'Verification', paths: ['SHA256SUMS', 'signatures/', 'bin/verify.mjs', 'bin/verify.sh'], proof: 'executed', how: 'OpenSSL 3, minisign, ssh-keygen and sha256sum of Debian 12 and the verifier of Sigstore take an intact bundle and refuse a tampered one, as Slipway does.', test: 'test/ops/signatures.test.ts' },
  { id: 'model', title: 'Model, its contract and golden requests', paths: ['model/', 'bundle.json'], proof: 'executed', how: 'The server of an unpacked bundle loads the model and answers every request of golden.jsonl; the manifest is read by verification.', test: 'test/core/bundle.test.ts' },
  { id: 'smoke', title: 'Smoke test', paths: ['bin/smoke.mjs'], proof: 'executed', how: 'Run against the served container, all golden requests answered as expected.', test: 'test/ops/container.test.ts' },
  { id: 'readme', title: 'README', paths: ['README.md'], proof: 'executed', how: 'Its commands to verify are run as they are printed, in sh and in bash.', test: 'test/core/bundle.test.ts' },
  { id: 'documents', title: 'Documents', paths: ['docs/'], proof: 'not-checked', how: 'Texts for people, made from the same facts as the manifest; no tool reads them.', test: 'test/core/card.test.ts' },
  { id: 'evidence', title: 'Evidence', paths: ['evidence/'], proof: 'not-checked', how: 'Stored facts of the evaluation as they are; covered by the signature, read by no other tool.', test: 'test/core/bundle.test.ts' },
  { id: 'container', title: 'Container', paths: ['deploy/container/Containerfile', 'deploy/container/build.sh', 'deploy/container/base-image.sh'], proof: 'executed', how: 'Built twice by buildah 1.28 from a base of Debian packages (one image id); run by podman 4.3 without user, capabilities or writable files, every golden request answered. The variant on a base image of yours is checked as text only.', test: 'test/ops/container.test.ts', targets: ['container', 'kubernetes', 'sagemaker'] },
  { id: 'compose', title: 'Compose file', paths: ['deploy/container/compose.yaml'], proof: 'schema-checked', how: 'Taken by docker-compose 1.29 config.', test: 'test/ops/host-files.test.ts', targets: ['container'] },
  { id: 'systemd', title: 'systemd units', paths: ['deploy/container/model.service', 'deploy/container/front.service'], proof: 'schema-checked', how: 'Taken by systemd-analyze 252 verify and rated by its security check; not started by a systemd.', test: 'test/ops/host-files.test.ts', targets: ['container', 'server'] },
  { id: 'release', title: 'Install, canary and rollback on one host', paths: ['bin/install.sh', 'bin/canary.sh', 'bin/rollback.sh', 'bin/release.mjs', 'deploy/container/haproxy-canary.cfg'], proof: 'executed', how: 'Behind HAProxy 2.6 on Linux x64, servers as plain processes: release, rollback and promotion under load without a failed request, a canary of 10 and 50 % with sticky callers.', test: 'test/ops/single-host.test.ts', targets: ['container', 'server'] },
  { id: 'triton', title: 'Triton', paths: ['deploy/triton/', 'model/repository/'], proof: 'schema-checked', how: 'The configuration of every fixture model was read by protoc and by protobufjs, and its warm-up ran through the model in ONNX Runtime. No Triton server loaded it.', test: 'test/core/bundle-triton.test.ts', targets: ['triton'] },
  { id: 'kserve', title: 'KServe', paths: ['deploy/kserve/'], proof: 'schema-checked', how: 'Every overlay of every version, strictly, against a restatement of KServe’s definitions, against the published ones of 0.15 and 0.20 where they are at hand, and against the rules of their webhooks. No KServe ran them.', test: 'test/core/bundle-kserve.test.ts', targets: ['kserve-knative', 'kserve-standard'] },
  { id: 'kubernetes-pod', title: 'Kubernetes Deployment', paths: ['deploy/kubernetes/base/deployment.yaml', 'deploy/kubernetes/base/configmap.yaml'], proof: 'executed', how: 'Run as it is by podman play kube (4.3), with the image of deploy/container: key and tokens mounted, every golden request answered, as user 65532, read-only, without capabilities. No Kubernetes ran it.', test: 'test/ops/play-kube.test.ts', targets: ['kubernetes'] },
  { id: 'kubernetes', title: 'Kubernetes files around it', paths: ['deploy/kubernetes/'], proof: 'schema-checked', how: 'Fields and types against the tables of Kubernetes 1.36, the Gateway API, Argo Rollouts and the Prometheus Operator; overlays built by kubectl kustomize; queries read and tried by promtool. No cluster, gateway or Argo controller ran them.', test: 'test/core/bundle-kubernetes.test.ts', targets: ['kubernetes'] },
  { id: 'sagemaker', title: 'SageMaker', paths: ['deploy/cloudformation/', 'deploy/terraform/'], proof: 'schema-checked', how: 'Against the resource tables of AWS and HashiCorp’s grammar; applied by terraform 1.11 and CloudFormation to moto 5.2, a simulator, where those are found. No account of AWS has seen it.', test: 'test/core/deploy-files.test.ts', targets: ['sagemaker'] },
  { id: 'workflow', title: 'GitHub workflow', paths: ['ci/'], proof: 'schema-checked', how: 'Taken by GitHub’s own parser and actionlint; its verification and its watch over a canary ran in bash. GitHub has not run it.', test: 'test/ops/workflow-steps.test.ts' },
  { id: 'sbom', title: 'Bill of materials', paths: ['sbom/'], proof: 'schema-checked', how: 'Taken by the strict validator of the CycloneDX library for 1.6, which refuses a misspelt field.', test: 'test/core/bundle-papers.test.ts' },
]

/** Words and order of the labels. */
export const proofWords: Readonly<Record<PartProof, string>> = { executed: 'Executed', 'schema-checked': 'Schema-checked', 'type-checked': 'Type-checked', 'not-checked': 'Not checked' }

/** The part that a path of a bundle belongs to: the one with the longest beginning; null where none claims it. */
export function partOf(path: string, parts: readonly BundlePart[] = bundleParts): BundlePart | null {
  let found: BundlePart | null = null
  let longest = -1
  for (const part of parts) for (const beginning of part.paths) if (path.startsWith(beginning) && beginning.length > longest) { found = part; longest = beginning.length }
  return found
}
