// The folder of one model on a single host: unpacked releases, three slots that serve them, the link `current`, and who changed what and why.
// Refuses two changes at once, and never leaves a link that points nowhere: every link is made beside and renamed.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'

/** `a` and `b` take turns in serving all; `c` serves a canary beside them. */
export type Slot = 'a' | 'b' | 'c'

/** Anything that the operator must read, with the exit status to end with: 1 the change failed and nothing was switched, 2 wrong options, 3 this machine. */
export class NotReleased extends Error {
  readonly exit: 1 | 2 | 3
  constructor(sentence: string, exit: 1 | 2 | 3) { super(sentence); this.exit = exit }
}

const keptReleases = 3
const defaults = (root: string): Readonly<Record<string, string>> => ({
  SLIPWAY_LISTEN: '127.0.0.1:8080', SLIPWAY_SOCKET: join(root, 'front.sock'), SLIPWAY_PORT_A: '18081', SLIPWAY_PORT_B: '18082', SLIPWAY_PORT_C: '18083',
})

/** KEY=VALUE lines as systemd reads them, without its quoting. */
export function readEnvironment(file: string): Record<string, string> {
  if (!existsSync(file)) return {}
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(line))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]))
}

/** A link that is there at every moment: made under another name, then renamed over the old one. */
function point(link: string, target: string): void {
  rmSync(`${link}.new`, { force: true })
  symlinkSync(target, `${link}.new`)
  renameSync(`${link}.new`, link)
}

const linkTarget = (link: string): string | null => { try { return readlinkSync(link) } catch { return null } }

export class Home {
  readonly root: string
  constructor(root: string) { this.root = root }

  /** Makes what is missing; files that are there stay as the operator left them. */
  prepare(): void {
    for (const folder of ['releases', 'slots', 'state']) mkdirSync(join(this.root, folder), { recursive: true, mode: 0o755 })
    const front = join(this.root, 'front.env')
    if (!existsSync(front)) writeFileSync(front, `${Object.entries(defaults(this.root)).map(([key, value]) => `${key}=${value}`).join('\n')}\n`)
    const server = join(this.root, 'server.env')
    if (!existsSync(server)) writeFileSync(server, `# Variables of the servers in every slot; bin/run.sh --help lists them.\nSLIPWAY_HOST=127.0.0.1\nSLIPWAY_TRUST=${join(this.root, 'publisher.pub.pem')}\n`)
  }

  exists(): boolean { return existsSync(join(this.root, 'releases')) }
  front(): Record<string, string> { return { ...defaults(this.root), ...readEnvironment(join(this.root, 'front.env')) } }
  port(slot: Slot): number { return Number(this.front()[`SLIPWAY_PORT_${slot.toUpperCase()}`]) }
  slotFolder(slot: Slot): string { return join(this.root, 'slots', slot) }

  /** The release that a slot points to; null: none. */
  inSlot(slot: Slot): string | null {
    const target = linkTarget(this.slotFolder(slot))
    return target === null ? null : basename(target)
  }

  /** The slot that `current` goes through; null before the first installation. */
  liveSlot(): 'a' | 'b' | null {
    const slot = basename(linkTarget(join(this.root, 'current')) ?? '')
    return slot === 'a' || slot === 'b' ? slot : null
  }

  live(): string | null {
    const slot = this.liveSlot()
    return slot === null ? null : this.inSlot(slot)
  }

  fill(slot: Slot, digest: string, options: string): void {
    point(this.slotFolder(slot), join('..', 'releases', digest))
    writeFileSync(join(this.root, 'slots', `${slot}.env`), `SLIPWAY_PORT=${this.port(slot)}\nSLIPWAY_ARM=${slot === 'c' ? 'canary' : 'stable'}\nSLIPWAY_OPTIONS=${options}\n`)
  }

  empty(slot: Slot): void { rmSync(this.slotFolder(slot), { force: true }) }

  /** One rename: whoever follows `current` finds the old release or the new one, never none. */
  makeCurrent(slot: 'a' | 'b'): void { point(join(this.root, 'current'), join('slots', slot)) }

  /** Releases that served, each before the one that took over from it. */
  order(): string[] {
    const file = join(this.root, 'releases', 'order')
    const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []
    return known.filter((digest) => existsSync(join(this.root, 'releases', digest)))
  }

  /** A release that takes over comes right after the one that it takes over from, so that a rollback leads back to that and not to one that was rolled back itself. */
  remember(digest: string, before: string | null): void {
    this.writeOrder([...this.order().filter((known) => known !== digest && known !== before), ...(before === null || before === digest ? [] : [before]), digest])
  }

  private writeOrder(order: readonly string[]): void {
    const file = join(this.root, 'releases', 'order')
    writeFileSync(`${file}.new`, order.map((digest) => `${digest}\n`).join(''))
    renameSync(`${file}.new`, file)
  }

  /** Removes all releases but the last three that served and those that a slot points to, and what an interrupted installation left. */
  prune(): void {
    const used = (['a', 'b', 'c'] as const).map((slot) => this.inSlot(slot))
    this.writeOrder(this.order().filter((digest, i, order) => i >= order.length - keptReleases || used.includes(digest)))
    const kept = ['order', ...this.order(), ...used]
    for (const name of readdirSync(join(this.root, 'releases'))) {
      if (!kept.includes(name)) rmSync(join(this.root, 'releases', name), { recursive: true, force: true })
    }
  }

  /** One line of history, also for what failed. Never rewritten. */
  audit(line: { readonly verb: string; readonly from: string | null; readonly to: string | null; readonly why: string; readonly outcome: string }): void {
    const who = process.env['SUDO_USER'] ?? userInfo().username
    appendFileSync(join(this.root, 'audit.jsonl'), `${JSON.stringify({ ts: new Date().toISOString(), who, ...line })}\n`)
  }

  /** Runs one change alone. A lock that an interrupted change left is taken over when its process is gone. */
  async alone<T>(change: () => Promise<T>): Promise<T> {
    const lock = join(this.root, 'lock')
    const holder = linkTarget(lock)
    if (holder !== null && !existsSync(`/proc/${holder}`)) rmSync(lock, { force: true })
    try { symlinkSync(String(process.pid), lock) } catch { throw new NotReleased(`another change of ${this.root} is under way (process ${linkTarget(lock) ?? 'unknown'}), or the folder cannot be written`, 3) }
    try { return await change() } finally { rmSync(lock, { force: true }) }
  }
}

/** Where a script of an installed release belongs: `<home>/releases/<digest>/bin`; null for a bundle that lies anywhere else. */
export function homeOf(bundle: string): string | null {
  const real = realpathSync(bundle)
  return basename(join(real, '..')) === 'releases' ? join(real, '..', '..') : null
}
