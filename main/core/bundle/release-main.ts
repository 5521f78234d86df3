// bin/release.mjs of every bundle: what bin/install.sh, bin/rollback.sh and bin/canary.sh do on a single host.
// Exit: 0 done, 1 the change failed and nothing was switched, 2 wrong options, 3 something is missing on this machine.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { install, promote, rollback, setShare, type Host } from './release/changes.ts'
import { Front } from './release/front.ts'
import { Home, homeOf, NotReleased } from './release/home.ts'
import { processesOf } from './release/slot-process.ts'

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

const percentOf = (text: string): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new NotReleased(`“${text}” is no percentage from 0 to 100`, 2)
  return Number(text)
}

const options = { home: { type: 'string' }, trust: { type: 'string' }, why: { type: 'string' }, canary: { type: 'string' }, to: { type: 'string' }, wait: { type: 'string' }, 'without-systemd': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

function parsed(): { values: Partial<Record<Exclude<keyof typeof options, 'help' | 'without-systemd'>, string>> & { help?: boolean; 'without-systemd'?: boolean }; positionals: string[] } {
  try {
    return parseArgs({ args: process.argv.slice(2), options, allowPositionals: true }) as ReturnType<typeof parsed>
  } catch (thrown) {
    throw new NotReleased((thrown as Error).message, 2)
  }
}

async function main(): Promise<void> {
  const { values, positionals: [verb, word] } = parsed()
  if (values.help === true || verb === undefined) { process.stdout.write(usage); return }
  const home = new Home(resolve(values.home ?? homeOf(bundle) ?? `/opt/slipway/${name}`))
  const why = values.why ?? ''
  if (why.trim() === '') throw new NotReleased('say why, in words that the next person on duty understands: --why TEXT', 2)
  if (verb !== 'install' && !home.exists()) throw new NotReleased(`nothing is installed in ${home.root}`, 2)
  const wait = values.wait ?? '120'
  if (!/^\d{1,5}$/.test(wait)) throw new NotReleased(`--wait is “${wait}”, but must be a whole number of seconds`, 2)
  const host: Host = { home, front: new Front(home.front()['SLIPWAY_SOCKET'] ?? ''), processes: processesOf(home, name, values['without-systemd'] === true), say: (sentence) => { process.stdout.write(`${sentence}\n`) }, readySeconds: Number(wait) }
  if (verb === 'install') {
    if (values.trust === undefined) throw new NotReleased('say whose bundle it must be: --trust KEY, the publisher’s public key', 2)
    await install(host, bundle, resolve(values.trust), why, values.canary === undefined ? null : percentOf(values.canary))
  } else if (verb === 'rollback') await rollback(host, why, values.to ?? null)
  else if (verb === 'canary' && word === 'promote') await promote(host, why)
  else if (verb === 'canary' && word !== undefined) await setShare(host, percentOf(word), why)
  else throw new NotReleased('what to do? --help says what there is', 2)
}

main().catch((thrown: unknown) => {
  process.stderr.write(`not done: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = thrown instanceof NotReleased ? thrown.exit : 3
})
