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

/** README.md: verify, run, and what was not done. One page. */
export function readme(facts: BundleFacts, keyId: string): string {
  const slug = slugOf(facts.version.modelName)
  const name = bundleFolderName(facts.version.modelName, facts.semver)
  return `# ${name}

A model with its server, its contract and the evidence of its evaluation, exported by Slipway ${facts.appVersion}.
Publisher key id: \`${keyId}\`. Ask the publisher for the key or its id over another channel; a key that travels inside a bundle proves nothing about who made it.
${gateNote(facts)}
## Verify

With Slipway: \`slipway verify ${name}.mlbundle.zip --trust publisher.pub.pem\`. From the unpacked folder, with Node only: \`node bin/verify.mjs --trust publisher.pub.pem\`.

With stock tools (OpenSSL 3 and coreutils), in this folder:

    openssl pkeyutl -verify -rawin -pubin -inkey /path/to/publisher.pub.pem -in SHA256SUMS -sigfile signatures/SHA256SUMS.sig
    sha256sum -c --strict --quiet SHA256SUMS
    find . ! -type d ! -path ./SHA256SUMS ! -path ./signatures/SHA256SUMS.sig ! -path ./signatures/publisher.pub.pem | sed 's|^\\./|  |' | cat - SHA256SUMS | sed 's/^[0-9a-f]*  //' | LC_ALL=C sort | uniq -u | { ! grep .; }

The first proves who signed, the second that no listed file changed, the third that no file was added (it prints nothing). \`sh bin/verify.sh /path/to/publisher.pub.pem\` does the same three.

## Run

    sh bin/run.sh

needs Node 20 or newer (22 recommended) on ${facts.platforms.join(', ')}. It checks every hash, loads the model, and serves the Open Inference Protocol v2 on http://127.0.0.1:${serving.defaultPort}. Other address: \`sh bin/run.sh --host 0.0.0.0 --port 9000\`. Put a proxy with TLS and access control in front before anything outside this machine may reach it.

    curl http://127.0.0.1:${serving.defaultPort}/v2/health/ready
    curl http://127.0.0.1:${serving.defaultPort}/v2/models/${slug}
    node bin/smoke.mjs http://127.0.0.1:${serving.defaultPort}

The last sends every golden request of \`model/golden.jsonl\` and compares the answers within the tolerance.

## What is here

| path | what |
| --- | --- |
| \`bundle.json\` | the manifest: model, signature, evaluation, gate, files |
| \`SHA256SUMS\`, \`signatures/\` | hashes of every file, signed with Ed25519 |
| \`model/repository/\` | the only copy of the weights, in the layout that Triton reads too |
| \`model/io.json\`, \`model/golden.jsonl\` | what goes in and out, and synthetic requests with expected answers |
| \`server/\`, \`bin/\` | the server and the scripts above |
| \`docs/MODEL_CARD.md\`, \`evidence/evaluation.json\` | the evaluation in words and in full |

## Executed, and not

Executed by Slipway before this archive was put in place: the hashes, the signature and every golden request on the model. The server is the same file in every bundle of Slipway ${facts.appVersion} and is tested there. ${tritonFault(facts) === null ? `\`model/repository/${slug}/config.pbtxt\` is written to Triton's published format and was not loaded by a Triton server.` : `There is no configuration for Triton: ${tritonFault(facts) ?? ''}.`}
`
}

export const runScript = `#!/bin/sh
# Verifies and serves this bundle. Options are passed on: --host, --port, --trust publisher.pub.pem
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
tampered() { echo "TAMPERED: $1" >&2; exit 1; }
unchecked() { echo "NOT CHECKED: $1" >&2; exit 2; }
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 2
key=\${1:-}
if [ -n "$key" ]; then
  case $key in /*) ;; *) key=$PWD/$key ;; esac
  [ -r "$key" ] || unchecked "the trusted key $key cannot be read"
fi
cd "$here" || exit 2
for tool in openssl sha256sum find sort sed uniq cmp; do
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
strange=$(find . ! -type f ! -type d)
[ -z "$strange" ] || tampered "there is something that is neither a file nor a folder: $strange"
different=$(find . -type f ! -path "./$sums" ! -path "./$signature" ! -path "./$publisher" | sed 's|^\\./|  |' | cat - "$sums" | sed 's/^[0-9a-f]*  //' | sort | uniq -u)
[ -z "$different" ] || tampered "these files were added or removed: $different"
sha256sum -c --strict --quiet "$sums" || tampered "a file does not have its listed hash"
if [ -z "$key" ]; then
  echo "INTACT, PUBLISHER UNKNOWN: give the publisher's public key to check who signed" >&2
  exit 3
fi
echo "TRUSTED: signature and all hashes agree"
`
