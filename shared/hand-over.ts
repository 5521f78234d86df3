// The commands that go with a bundle to the people who receive it: verify, run, go back. Owns their words; the screen and the tests read them.
// The first checks signature and hashes with the machine's own tools, because a script out of a bundle cannot vouch for that bundle.
import { bundleFolderName, shellWord } from './slug.ts'

export interface HandOver { readonly what: string; readonly command: string; readonly note: string }

/** In the order in which they are needed. `hosted`: the bundle has the scripts of a single host. */
export const handOverCommands = (bundle: { readonly fileName: string; readonly modelName: string; readonly version: string }, hosted: boolean): readonly HandOver[] => [
  {
    what: 'Verify',
    command: `key=/path/to/publisher.pub.pem
unzip -q ${shellWord(bundle.fileName)} && cd ${bundleFolderName(bundle.modelName, bundle.version)} &&
openssl pkeyutl -verify -rawin -pubin -inkey "$key" -in SHA256SUMS -sigfile signatures/SHA256SUMS.sig &&
sha256sum -c --strict --quiet SHA256SUMS && sh bin/verify.sh "$key"`,
    note: 'With the machine’s own openssl and sha256sum first: only what they vouch for, the script among it, is run then; it finds what was added.',
  },
  { what: 'Run', command: 'sh bin/run.sh --trust "$key"', note: 'Serves on 127.0.0.1:8080 what that key signed, after verifying once more; needs Node 20 or newer.' },
  ...(hosted ? [{ what: 'Roll back', command: 'sh bin/rollback.sh --why "what happened"', note: 'On one host that was set up by bin/install.sh; docs/runbook.md in the bundle has the way back for other targets.' }] : []),
]
