// The bundle's words and scripts for the people who receive it: README.md and bin/run.sh; bin/verify.sh is in seal/verify-script.ts.
import { bundleParts, proofWords, type BundlePart } from '../../../shared/bundle-parts.ts'
import type { BundleTarget } from '../../../shared/domain/bundle-target.ts'
import { bundleFolderName, slugOf } from '../../../shared/slug.ts'
import { tritonFault } from './contract-files.ts'
import { type BundleFacts } from './facts.ts'
import { serving } from './manifest.ts'
import { exampleRecord } from './read/example-record.ts'
import { cell, table } from './read/markdown.ts'
import { strange, strangers } from './seal/verify-script.ts'

/** Whoever deploys must see an override before anything else. */
function gateNote({ check }: BundleFacts): string {
  return check.passed ? '' : `\n**The gate was not passed.** ${check.override === null ? '' : `${cell(check.override.name)} overrode it: ${cell(check.override.reason)}`}\n`
}

/** How to verify with stock tools: each line fails by its exit status, so that nobody has to judge an output. */
const verifySection = (keyId: string): string => `## 1. Verify, before anything of it runs

You need the publisher's public key, \`publisher.pub.pem\`, over another channel than this bundle: a key that travels inside a bundle proves nothing about who made it. Its key id must be \`${keyId}\`, which this prints for the key that you received:

    openssl pkey -pubin -in /path/to/publisher.pub.pem -outform DER | sha256sum | cut -c 1-16

In this folder, with stock tools only (a POSIX shell, OpenSSL 3, coreutils and findutils):

    key=/path/to/publisher.pub.pem
    export LC_ALL=C
    cmp "$key" signatures/publisher.pub.pem
    openssl pkeyutl -verify -rawin -pubin -inkey "$key" -in SHA256SUMS -sigfile signatures/SHA256SUMS.sig
    odd=$(${strange}) && test -z "$odd"
    sha256sum -c --strict --quiet SHA256SUMS
    odd=$(${strangers}) && test -z "$odd"

Every line must end with status 0, and only \`openssl\` prints something: "Signature Verified Successfully".

| line | fails when |
| --- | --- |
| \`cmp\` | the key inside is not the one that you received |
| \`openssl\` | that key did not sign the list of hashes |
| \`export\` | never: it makes the tools compare names byte by byte |
| \`find\`, the first | there is a name with a line break, an empty folder, a link or anything else that is neither file nor folder |
| \`sha256sum\` | a file was changed or removed |
| \`find\`, the second | a file was added, or one of the signatures removed |

Where there is no OpenSSL 3, one of these does what \`openssl\` does above, with a key that you received the same way: \`signatures/publisher.minisign.pub\` and \`signatures/allowed_signers\` hold the same key for them.

    minisign -Vm SHA256SUMS -x signatures/SHA256SUMS.minisig -p /path/to/publisher.minisign.pub
    ssh-keygen -Y verify -f /path/to/allowed_signers -I publisher@${keyId} -n mlbundle.v1 -s signatures/SHA256SUMS.sshsig < SHA256SUMS

The same with one command, and with a verdict in words: \`sh bin/verify.sh /path/to/publisher.pub.pem\`, or with Node \`node bin/verify.mjs --trust /path/to/publisher.pub.pem\`, or with Slipway \`slipway verify . --trust /path/to/publisher.pub.pem\`, on this folder or on the archive. A bundle that was tampered with may bring a tampered README and tampered scripts; if in doubt take the lines from an earlier bundle, or use Slipway.
`

/** One row by its column names, ready to be sent; nothing for pictures. */
function byNames(facts: BundleFacts, address: string): string {
  const record = exampleRecord(facts)
  // A quote in a name would end the shell's own.
  const body = record === null ? null : JSON.stringify({ records: [record] }).replaceAll("'", '\\u0027')
  return body === null ? '' : `
One row by its column names, read as the evaluation read it (a made-up one of means and frequent values; null is a missing value):

    curl --fail -H 'Content-Type: application/json' -d '${body}' ${address}/v1/predict
`
}

/** The same core without HTTP. In a fence, because it is no line for a shell. */
function embedded(facts: BundleFacts): string {
  const record = exampleRecord(facts)
  return record === null ? '' : `
Inside a Node program, without HTTP, started in this folder:

\`\`\`js
const { openModel } = require('./server/server.cjs')
openModel().then(async (model) => {
  console.log(await model.predict([${JSON.stringify(record)}]))
  await model.close()
})
\`\`\`
`
}

const runSection = (slug: string, platforms: string, facts: BundleFacts): string => {
  const address = `http://127.0.0.1:${serving.defaultPort}`
  return `## 2. Run

    sh bin/run.sh --trust /path/to/publisher.pub.pem

needs Node 20 or newer (22 recommended) on ${platforms}, and nothing else: no network, no installation. It verifies this folder, loads the model, answers every golden request to itself, and serves the Open Inference Protocol v2 on ${address}. It is ready when it prints a line with \`"message":"ready"\`. Without \`--trust\` it checks the hashes, but not who signed. Ctrl-C or SIGTERM ends it, after the requests under way.

Other address and port: \`--host 0.0.0.0 --port 9000\`; beyond this machine it asks for bearer tokens (\`--tokens FILE\`), and speaks TLS with \`--tls-cert\` and \`--tls-key\`. \`sh bin/run.sh --help\` lists everything.

## 3. Try it

In a second shell, in this folder:

    curl --fail ${address}/v2/health/ready
    curl --fail ${address}/v2/models/${slug}
    node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync("model/golden.jsonl", "utf8").split("\\n")[0]).request)' | curl --fail --data-binary @- ${address}/v2/models/${slug}/infer
    node bin/smoke.mjs ${address}

The third sends the first golden request: synthetic, drawn from the evaluation data column by column, and no row of it. The last sends all of them and compares the answers with those of the export, within the tolerance that each names. \`model/io.json\` says which column feeds which input, and what the outputs mean.
${byNames(facts, address)}${embedded(facts)}`
}

/** The parts that this bundle has: those for every bundle, and those for one of its targets. */
const partsHere = ({ targets }: BundleFacts): readonly BundlePart[] => bundleParts.filter((part) => part.targets === undefined || targets.some((t) => part.targets!.includes(t.target)))

const proofTable = (facts: BundleFacts): string => table(['part', 'label', 'what ran'], partsHere(facts).map((part) => [part.title, proofWords[part.proof], part.how]))

/** Where each target's own page is. */
const starts: Readonly<Record<BundleTarget, string>> = {
  server: 'one host with Node: \`sh bin/install.sh --help\` sets up two slots behind HAProxy, \`bin/canary.sh\` and \`bin/rollback.sh\` shift traffic without a failed request',
  container: 'containers: \`deploy/container/build.sh\` builds the image, \`deploy/container/compose.yaml\` runs it',
  triton: 'Triton: \`deploy/triton/README.md\`', 'kserve-knative': 'KServe in Knative mode: \`deploy/kserve/README.md\`', 'kserve-standard': 'KServe in Standard mode: \`deploy/kserve/README.md\`',
  kubernetes: 'Kubernetes: \`deploy/kubernetes/README.md\`', sagemaker: 'SageMaker: \`deploy/terraform/README.md\` or \`deploy/cloudformation/sagemaker.yaml\`',
}

/** Whether the bundle has the scripts of a single host. */
const hosted = ({ targets }: BundleFacts): boolean => targets.some(({ target }) => target === 'server' || target === 'container')

const deploySection = (facts: BundleFacts): string => `## 4. Deploy

This bundle was exported for:

${facts.targets.map((t) => `- ${starts[t.target]}`).join('\n')}

## 5. Roll back

${facts.previous == null ? 'This is the first bundle of its model, so there is nothing to go back to yet.' : '\`docs/runbook.md\` has the commands for each of these, and what to look at before.'}${hosted(facts) ? ` On one host that bin/install.sh set up:

    sh bin/rollback.sh --why "what happened"

It ends a canary; without one it brings the release before back, in one command and without a failed request.` : ''}
`

/** README.md: verify, run, try, deploy, roll back, and what was not done. */
export function readme(facts: BundleFacts, keyId: string): string {
  const slug = slugOf(facts.version.modelName)
  const name = bundleFolderName(facts.version.modelName, facts.semver)
  return `# ${name}

Version ${facts.version.number} of the model “${cell(facts.version.modelName)}” with a server for it, its contract and the evidence of its evaluation. Exported by Slipway ${facts.appVersion}; publisher: ${cell(facts.publisherName)}, key id \`${keyId}\`.
${gateNote(facts)}
${verifySection(keyId)}
${runSection(slug, facts.platforms.join(', '), facts)}
${deploySection(facts)}
## What is here

| path | what |
| --- | --- |
| \`docs/MODEL_CARD.md\` | the model and its evaluation in words and charts: read this first |
| \`docs/CHANGES.md\` | what is other than in the bundle before |
| \`docs/runbook.md\`, \`docs/security.md\` | alerts, first checks, rolling back; what is defended and what is left to you |
| \`docs/openapi.yaml\` | the server's interface for this model |
| \`evidence/\` | the evaluation and the decision in full |
| \`bundle.json\` | the manifest: model, signature, evaluation, gate, files |
| \`SHA256SUMS\`, \`signatures/\` | hashes of every file, signed with Ed25519 |
| \`model/repository/\` | the only copy of the weights, in the layout that Triton reads too |
| \`model/io.json\`, \`model/golden.jsonl\` | what goes in and out, and synthetic requests with the answers to expect |
| \`server/\`, \`bin/\` | the server and the scripts; \`server/LICENSES.txt\` has the licences of both |
| \`monitoring/\` | limits with their origin, rules with tests, dashboard |
| \`deploy/\`, \`ci/\` | files for where it is to run |
| \`sbom/bom.cdx.json\` | bill of materials: model, data, software |

## Executed, and not

Executed by Slipway before this archive was put in place: the hashes, the signature and every golden request on the model. The parts below were proven when Slipway ${facts.appVersion} was tested, on bundles like this one; none of it says anything about your machines.

${proofTable(facts)}

*executed*: the part itself ran. *schema-checked*: the published schema or the tool's own parser took it; nothing ran it. *type-checked*: the maker's own types took it. *not checked*: nothing of the kind could be had.
${tritonFault(facts) === null ? '' : `\nThere is no configuration for Triton: ${tritonFault(facts) ?? ''}.\n`}`
}

export const runScript = `#!/bin/sh
# Verifies and serves this bundle. Options: --host, --port, --trust publisher.pub.pem; --help says more.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
if ! command -v node >/dev/null 2>&1; then
  echo "Node 20 or newer is needed to run this bundle." >&2
  exit 3
fi
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
  echo "Node 20 or newer is needed to run this bundle; this is Node $(node --version)." >&2
  exit 3
fi
exec node "$here/server/server.cjs" "$@"
`
