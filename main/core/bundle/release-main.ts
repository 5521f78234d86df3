// bin/release.mjs of every bundle: what bin/install.sh, bin/rollback.sh and bin/canary.sh do on a single host.
// Exit: 0 done, 1 the change failed and nothing was switched, 2 wrong options, 3 something is missing on this machine.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { install, promote, rollback, setShare, type Host } from './release/changes.ts'
import { Front } from './release/front.ts'
import { Home, homeOf, NotReleased } from './release/home.ts'
import { processesOf } from './release/slot-process.ts'
import { readReleaseWords } from './release/words.ts'

const bundle = resolve(import.meta.dirname, '..')
const { name } = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')) as { name: string }

const usage = `Releases of this model on a single host, behind the HAProxy of deploy/container/haproxy-canary.cfg.

  sh bin/install.sh --trust KEY --why TEXT [--canary PERCENT]   this bundle serves, all or a share of the callers
  sh bin/canary.sh PERCENT --why TEXT                           another share for the canary
  sh bin/canary.sh promote --why TEXT                           the canary serves all
  sh bin/rollback.sh --why TEXT [--to ROOT_DIGEST]              the canary ends; without one, the release before serves again

  --home FOLDER        where releases lie; default /opt/slipway/${name}, or the folder that this script was installed in
  --wait SECONDS       time for a server to be ready; default 120
  --without-systemd    start servers as plain processes, also where systemd runs

Every change is a line of audit.jsonl in that folder: when, who, from, to, why, and how it ended.
`

async function main(): Promise<void> {
  const words = readReleaseWords(process.argv.slice(2))
  if (words === null) { process.stdout.write(usage); return }
  const home = new Home(resolve(words.home ?? homeOf(bundle) ?? `/opt/slipway/${name}`))
  if (words.verb !== 'install' && !home.exists()) throw new NotReleased(`nothing is installed in ${home.root}`, 2)
  const host: Host = { home, front: new Front(home.front()['SLIPWAY_SOCKET'] ?? ''), processes: processesOf(home, name, words.withoutSystemd), say: (sentence) => { process.stdout.write(`${sentence}\n`) }, readySeconds: words.wait }
  switch (words.verb) {
    case 'install': await install(host, bundle, resolve(words.trust), words.why, words.percent); break
    case 'rollback': await rollback(host, words.why, words.to); break
    case 'promote': await promote(host, words.why); break
    case 'canary': await setShare(host, words.percent, words.why)
  }
}

main().catch((thrown: unknown) => {
  process.stderr.write(`not done: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = thrown instanceof NotReleased ? thrown.exit : 3
})
