// The changes of a single host: install, roll back, canary, promote. Each starts the new server beside the old one, asks it every golden
// request, moves the traffic, lets the old one finish what it has, and writes one line of history.
// Refuses to move traffic to a server that is not ready, or that answers golden requests otherwise than the model did.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tensorFault, type Served } from '../same-tensors.ts'
import type { Front } from './front.ts'
import { NotReleased, type Home, type Slot } from './home.ts'
import { waitReady, type Processes } from './slot-process.ts'

export interface Host {
  readonly home: Home
  readonly front: Front
  readonly processes: Processes
  readonly say: (sentence: string) => void
  /** Seconds that a server may take to be ready. */
  readonly readySeconds: number
}

export const rootDigestOf = (bundle: string): string => createHash('sha256').update(readFileSync(join(bundle, 'SHA256SUMS'))).digest('hex')

const short = (digest: string | null): string => (digest === null ? 'nothing' : digest.slice(0, 12))

function runScript(bundle: string, script: string, words: readonly string[], fault: string): void {
  const ran = spawnSync(process.execPath, [join(bundle, 'bin', script), ...words], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  if (ran.status !== 0) throw new NotReleased(`${fault}:\n${ran.stdout}${ran.stderr}`.trimEnd(), 1)
}

/** Verifies a bundle and puts a copy of it among the releases, whole or not at all. */
function admit({ home, say }: Host, bundle: string, key: string): string {
  runScript(bundle, 'verify.mjs', ['--trust', key], 'the bundle is not what the publisher signed')
  const digest = rootDigestOf(bundle)
  const place = join(home.root, 'releases', digest)
  if (!existsSync(place)) {
    const beside = join(home.root, 'releases', `new-${digest}`)
    rmSync(beside, { recursive: true, force: true })
    cpSync(bundle, beside, { recursive: true })
    renameSync(beside, place)
  }
  // The servers verify against this copy at each start, so a key that is replaced here is replaced for all of them.
  copyFileSync(key, join(home.root, 'publisher.pub.pem'))
  say(`verified ${short(digest)}`)
  return digest
}

/** Starts a release in a slot that gets no traffic yet, and proves it. On any failure the slot is empty again. */
async function bringUp({ home, processes, readySeconds, say }: Host, slot: Slot, digest: string, mayBeOlder: boolean): Promise<void> {
  await processes.stop(slot)
  home.fill(slot, digest, mayBeOlder ? '--allow-downgrade' : '')
  try {
    await processes.start(slot)
    await waitReady(home, processes, slot, readySeconds)
    runScript(home.slotFolder(slot), 'smoke.mjs', [`http://127.0.0.1:${home.port(slot)}`], 'golden requests were answered otherwise')
    say(`slot ${slot} serves ${short(digest)} and answered every golden request`)
  } catch (thrown) {
    await processes.stop(slot)
    home.empty(slot)
    throw thrown
  }
}

async function takeDown({ front, processes, say }: Host, slot: Slot): Promise<void> {
  const through = await front.runs()
  if (through) {
    await front.setSlot(slot, 'drain')
    if (!(await front.waitIdle(slot))) say(`slot ${slot} still has requests under way; its server finishes or ends them`)
  }
  await processes.stop(slot)
  if (through) await front.setSlot(slot, 'maint')
}

/**
 * All the traffic to another release without a gap: the idle slot serves it before the live one stops. The order matters:
 * the front must have found the new slot healthy before the old one gets no more requests.
 */
async function switchTo(host: Host, digest: string, mayBeOlder: boolean): Promise<void> {
  const { home, front, processes, say } = host
  const old = home.liveSlot()
  const next = old === 'a' ? 'b' : 'a'
  const through = await front.runs()
  if (!through && old !== null && processes.runs(old)) throw new NotReleased(`no front answers on ${home.front()['SLIPWAY_SOCKET'] ?? ''}: without it a switch would fail requests; start HAProxy with ${join(home.root, 'haproxy.cfg')}`, 3)
  await bringUp(host, next, digest, mayBeOlder)
  if (through) {
    await front.setSlot(next, 'ready')
    await front.waitUp(next)
  }
  home.makeCurrent(next)
  if (old !== null) await takeDown(host, old)
  say(`all requests go to ${short(digest)} now${through ? '' : `; start HAProxy with ${join(home.root, 'haproxy.cfg')}`}`)
}

/** A release that was not there before: a rollback leads back to what it replaces. */
async function takeOver(host: Host, digest: string): Promise<void> {
  const before = host.home.live()
  await switchTo(host, digest, false)
  host.home.remember(digest, before)
}

async function endCanary(host: Host): Promise<void> {
  if (await host.front.runs()) await host.front.setCanary(0)
  await takeDown(host, 'c')
  host.home.empty('c')
}

/** Runs a change and writes its line, whether it succeeded or not. */
async function recorded({ home }: Host, line: { verb: string; to: string | null; why: string }, change: () => Promise<void>): Promise<void> {
  const from = home.live()
  try {
    await change()
    home.audit({ ...line, from, outcome: 'done' })
  } catch (thrown) {
    home.audit({ ...line, from, outcome: `failed: ${thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown)}` })
    throw thrown
  }
}

/** This bundle gets all the traffic; with a percentage it gets that much, beside the one that runs. */
export async function install(host: Host, bundle: string, key: string, why: string, percent: number | null): Promise<void> {
  const { home } = host
  home.prepare()
  if (percent !== null && home.live() === null) throw new NotReleased('a canary needs something beside it: install a first bundle without --canary', 2)
  await home.alone(() => recorded(host, { verb: percent === null ? 'install' : 'canary', to: rootDigestOf(bundle), why }, async () => {
    const digest = admit(host, bundle, key)
    copyFileSync(join(bundle, 'deploy/container/haproxy-canary.cfg'), join(home.root, 'haproxy.cfg'))
    if (percent === null) await takeOver(host, digest)
    else await startCanary(host, digest, percent)
    home.prune()
  }))
}

async function startCanary(host: Host, digest: string, percent: number): Promise<void> {
  const { front, home, say } = host
  const live = home.live()
  const manifest = (of: string): Served => JSON.parse(readFileSync(join(home.root, 'releases', of, 'bundle.json'), 'utf8')) as Served
  // Callers cannot tell which of the two answers them, so what fits one must fit the other.
  const fault = live === null ? null : tensorFault(manifest(live), manifest(digest), 'canary')
  if (fault !== null) throw new NotReleased(`${fault}; install it without --canary once its callers are ready for it`, 2)
  if (!(await front.runs())) throw new NotReleased(`a canary needs the front: start HAProxy with ${join(home.root, 'haproxy.cfg')}`, 3)
  await front.setCanary(0)
  if (home.inSlot('c') !== null) await takeDown(host, 'c')
  await bringUp(host, 'c', digest, false)
  await front.setSlot('c', 'ready')
  await front.waitUp('c')
  await front.setCanary(percent)
  say(`${percent} % of the callers go to ${short(digest)} now`)
}

/** The canary's share, from 0 to 100 per cent. */
export async function setShare(host: Host, percent: number, why: string): Promise<void> {
  const canary = host.home.inSlot('c')
  if (canary === null) throw new NotReleased('no canary runs here', 2)
  await host.home.alone(() => recorded(host, { verb: `canary ${percent} %`, to: canary, why }, async () => {
    await host.front.setCanary(percent)
    host.say(`${percent} % of the callers go to ${short(canary)} now`)
  }))
}

/** The canary becomes what everybody gets. */
export async function promote(host: Host, why: string): Promise<void> {
  const canary = host.home.inSlot('c')
  if (canary === null) throw new NotReleased('no canary runs here', 2)
  await host.home.alone(() => recorded(host, { verb: 'promote', to: canary, why }, async () => {
    await takeOver(host, canary)
    await endCanary(host)
  }))
}

/** Takes the last change back: a canary that runs ends; else the release before the current one, or the one that is named, gets the traffic. */
export async function rollback(host: Host, why: string, to: string | null): Promise<void> {
  const { home } = host
  const live = home.live()
  if (live === null) throw new NotReleased('nothing is installed here', 2)
  await home.alone(async () => {
    if (to === null && home.inSlot('c') !== null) {
      await recorded(host, { verb: 'rollback of the canary', to: live, why }, () => endCanary(host))
      host.say(`the canary has ended; all requests go to ${short(live)}`)
      return
    }
    const order = home.order()
    const target = to === null ? order[order.indexOf(live) - 1] : order.find((digest) => digest.startsWith(to))
    if (target === undefined) throw new NotReleased(to === null ? 'there is no release before the current one; switch to the business fallback' : `no release here begins with ${to}`, 2)
    if (target === live) throw new NotReleased(`${short(target)} is what runs`, 2)
    await recorded(host, { verb: 'rollback', to: target, why }, () => switchTo(host, target, true))
  })
}
