// The bundle's words and scripts for the people who receive it: README.md, bin/run.sh and bin/verify.sh.
import { bundleFolderName, slugOf } from '../../../shared/slug.ts'
import { cell } from './card.ts'
import { tritonFault } from './contract-files.ts'
import { type BundleFacts } from './facts.ts'
import { serving } from './manifest.ts'

/** Whoever deploys must see an override before anything else. */
function gateNote({ check }: BundleFacts): string {
  return check.passed ? '' : `\n**The gate was not passed.** ${check.override === null ? '' : `${cell(check.override.name)} overrode it: ${cell(check.override.reason)}`}\n`
}

/** Everything that no bundle holds: a name with a line break (which would look like two names), a link or the like, an empty folder. */
const strange = `find . -name "$(printf '*\\n*')" -o ! -type f ! -type d -o -type d -empty`
/** The list of what is in the folder and not in SHA256SUMS, or the other way round. */
const strangers = "find . -type f ! -path ./SHA256SUMS ! -path ./signatures/SHA256SUMS.sig ! -path ./signatures/publisher.pub.pem | sed 's|^\\./|  |' | cat - SHA256SUMS | sed 's/^[0-9a-f]*  //' | sort | uniq -u"

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
| \`find\`, the second | a file was added |

The same with one command, and with a verdict in words: \`sh bin/verify.sh /path/to/publisher.pub.pem\`, or with Node \`node bin/verify.mjs --trust /path/to/publisher.pub.pem\`, or with Slipway \`slipway verify . --trust /path/to/publisher.pub.pem\`, on this folder or on the archive. A bundle that was tampered with may bring a tampered README and tampered scripts; if in doubt take the lines from an earlier bundle, or use Slipway.
`

const runSection = (slug: string, platforms: string): string => {
  const address = `http://127.0.0.1:${serving.defaultPort}`
  return `## 2. Run

    sh bin/run.sh --trust /path/to/publisher.pub.pem

needs Node 20 or newer (22 recommended) on ${platforms}, and nothing else: no network, no installation. It verifies this folder, loads the model, answers every golden request to itself, and serves the Open Inference Protocol v2 on ${address}. It is ready when it prints a line with \`"message":"ready"\`. Without \`--trust\` it checks the hashes, but not who signed. Ctrl-C or SIGTERM ends it, after the requests under way.

Other address: \`--host 0.0.0.0 --port 9000\`. It has no access control and no TLS: put a proxy with both in front before anything outside this machine may reach it.

## 3. Try it

In a second shell, in this folder:

    curl --fail ${address}/v2/health/ready
    curl --fail ${address}/v2/models/${slug}
    node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync("model/golden.jsonl", "utf8").split("\\n")[0]).request)' | curl --fail --data-binary @- ${address}/v2/models/${slug}/infer
    node bin/smoke.mjs ${address}

The third sends the first golden request: synthetic, drawn from the evaluation data column by column, and no row of it. The last sends all of them and compares the answers with those of the export, within the tolerance that each names. \`model/io.json\` says which column feeds which input, and what the outputs mean.
`
}

/** README.md: verify, run, try, and what was not done. */
export function readme(facts: BundleFacts, keyId: string): string {
  const slug = slugOf(facts.version.modelName)
  const name = bundleFolderName(facts.version.modelName, facts.semver)
  return `# ${name}

Version ${facts.version.number} of the model “${cell(facts.version.modelName)}” with a server for it, its contract and the evidence of its evaluation. Exported by Slipway ${facts.appVersion}; publisher: ${cell(facts.publisherName)}, key id \`${keyId}\`.
${gateNote(facts)}
${verifySection(keyId)}
${runSection(slug, facts.platforms.join(', '))}
## What is here

| path | what |
| --- | --- |
| \`docs/MODEL_CARD.md\` | the model and its evaluation in words: read this first |
| \`evidence/evaluation.json\` | the evaluation in full |
| \`bundle.json\` | the manifest: model, signature, evaluation, gate, files |
| \`SHA256SUMS\`, \`signatures/\` | hashes of every file, signed with Ed25519 |
| \`model/repository/\` | the only copy of the weights, in the layout that Triton reads too |
| \`model/io.json\`, \`model/golden.jsonl\` | what goes in and out, and synthetic requests with the answers to expect |
| \`server/\`, \`bin/\` | the server and the scripts above; \`server/LICENSES.txt\` has the licences of both |

## Executed, and not

Executed by Slipway before this archive was put in place: the hashes, the signature and every golden request on the model. The server is the same file in every bundle of Slipway ${facts.appVersion} and is tested there. ${tritonFault(facts) === null ? `\`model/repository/${slug}/config.pbtxt\` is written to Triton's published format and was not loaded by a Triton server.` : `There is no configuration for Triton: ${tritonFault(facts) ?? ''}.`}
`
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

export const verifyScript = `#!/bin/sh
# Verifies this bundle with stock tools: sh bin/verify.sh /path/to/trusted-publisher.pub.pem
# Exit: 0 trusted, 1 tampered, 2 cannot be checked here, 3 intact but no trusted key was given.
set -u
LC_ALL=C
export LC_ALL
# Names may hold anything: nothing but plain characters goes to the terminal.
tampered() { printf 'TAMPERED: %s\\n' "$1" | tr -c '[:print:]\\n' '?' >&2; exit 1; }
unchecked() { echo "NOT CHECKED: $1" >&2; exit 2; }
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 2
key=\${1:-}
if [ -n "$key" ]; then
  case $key in /*) ;; *) key=$PWD/$key ;; esac
  [ -r "$key" ] || unchecked "the trusted key $key cannot be read"
fi
cd "$here" || exit 2
for tool in openssl sha256sum find sort sed uniq cmp tr; do
  command -v "$tool" >/dev/null 2>&1 || unchecked "this needs $tool"
done
case $(openssl version) in
  "OpenSSL 0."* | "OpenSSL 1."* | LibreSSL*) unchecked "this needs OpenSSL 3 or newer, not $(openssl version)" ;;
esac
sums=SHA256SUMS
signature=signatures/SHA256SUMS.sig
publisher=signatures/publisher.pub.pem
for file in "$sums" "$signature" "$publisher"; do
  [ -f "$file" ] && [ ! -L "$file" ] || tampered "$file is missing or no ordinary file"
done
if [ -n "$key" ]; then
  openssl pkey -pubin -in "$key" -noout 2>/dev/null || unchecked "$key is not a public key in PEM"
  openssl pkey -pubin -in "$key" | cmp -s - "$publisher" || tampered "the key inside is not the trusted publisher's"
fi
openssl pkey -pubin -in "$publisher" 2>/dev/null | cmp -s - "$publisher" || tampered "the key inside is damaged"
openssl pkeyutl -verify -rawin -pubin -inkey "$publisher" -in "$sums" -sigfile "$signature" >/dev/null 2>&1 || tampered "the signature of SHA256SUMS is not the publisher's"
# A name with a line break would look like two names below; find fails where it may not look.
broken=$(find . -name "$(printf '*\\n*')") || unchecked "a folder cannot be looked into"
[ -z "$broken" ] || tampered "there is a name with a line break: $broken"
strange=$(find . ! -type f ! -type d) || unchecked "a folder cannot be looked into"
[ -z "$strange" ] || tampered "there is something that is neither a file nor a folder: $strange"
empty=$(find . -type d -empty) || unchecked "a folder cannot be looked into"
[ -z "$empty" ] || tampered "there is an empty folder, which no bundle has: $empty"
different=$(find . -type f ! -path "./$sums" ! -path "./$signature" ! -path "./$publisher" | sed 's|^\\./|  |' | cat - "$sums" | sed 's/^[0-9a-f]*  //' | sort | uniq -u)
[ -z "$different" ] || tampered "these files were added or removed: $different"
sha256sum -c --strict --quiet "$sums" || tampered "a file does not have its listed hash"
if [ -z "$key" ]; then
  echo "INTACT, PUBLISHER UNKNOWN: give the publisher's public key to check who signed" >&2
  exit 3
fi
echo "TRUSTED: signature and all hashes agree"
`
