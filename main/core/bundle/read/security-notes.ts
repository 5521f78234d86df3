// docs/security.md: what the bundle defends against, what it leaves to whoever runs it, and how to tell. Owns words.
import { bundleFolderName } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { table } from './markdown.ts'

const rows: readonly (readonly [string, string, string])[] = [
  ['Somebody changes a file of the bundle on its way', 'Every file is in SHA256SUMS, which is signed with Ed25519; the server checks both before it loads the model', 'Get the publisher’s key over another channel, and start with --trust'],
  ['An older bundle with a known fault is put back', 'Serial numbers grow; with --state the server refuses a lower one', 'Keep the state folder across restarts; --allow-downgrade is for rollbacks and is logged'],
  ['Somebody on the network asks the model', 'The server listens on this machine only; beyond it demands bearer tokens (--tokens), unless --insecure-no-auth is given', 'TLS by --tls-cert and --tls-key or by a proxy; rotate tokens by the file'],
  ['A request is made to exhaust the server', 'Limits on body, rows, time and waiting requests; the model runs in a process of its own, whose death costs the request that caused it', 'Limits of memory and processor around the process: the files in deploy/ set them'],
  ['The model itself is hostile', 'ONNX graphs are data; custom operators are not loaded; the process needs no network and no writable files but its state and log', 'Run it as in deploy/: no capabilities, read-only, unprivileged user'],
  ['Raw data leak through logs', 'The prediction log holds bin indexes and answers; raw values need --prediction-log-level 2 and a column that the publisher allowed', 'Protect the log as what it is: answers about people may be personal'],
  ['Training or evaluation data leak through the bundle', 'No row of real data is inside: golden requests are synthetic, the monitoring profile merges bins under ten rows; the final bytes were scanned for secrets and flagged values before signing', 'Ask the publisher which columns were flagged as personal'],
  ['The runtime calls home', 'ONNX Runtime’s telemetry is switched off; the server opens no connection of its own', 'Deny egress: the network policy in deploy/kubernetes does'],
]

/** docs/security.md. */
export const securityNotes = (facts: BundleFacts): string => [
  `# Security notes of ${bundleFolderName(facts.version.modelName, facts.semver)}`, '',
  table(['what could happen', 'what is done', 'what is left to you'], rows), '',
  '## Secrets', '', 'The bundle holds none: no key, token, account or address of anybody’s system. Files in `deploy/` name variables and references only. Tokens, certificates and the publisher’s public key are given to the server as files.', '',
  '## When a key is lost', '', 'The publisher’s key signs bundles, not traffic. If it is lost or stolen: take it out of your trust file (`revoked`), stop loading bundles that it signed after that day, and ask the publisher for bundles signed anew. Running servers verified before they loaded; they need no restart for this.', '',
  '## Software inside', '', '`sbom/bom.cdx.json` lists it with versions; `server/LICENSES.txt` has the licences.', '',
].join('\n')
