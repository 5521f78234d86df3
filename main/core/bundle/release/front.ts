// The HAProxy in front of the slots, through its runtime socket: which slot gets requests, and which share goes to the canary.
// Refuses to take silence for success: every command is answered, and an answer with words in it is a refusal.
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { NotReleased, type Slot } from './home.ts'

/** One command and its answer. Rejects with the socket's own error. */
function ask(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const connection = connect(socket, () => { connection.end(`${command}\n`) })
    connection.setEncoding('utf8').setTimeout(10_000, () => { connection.destroy(new Error('no answer in 10 seconds')) })
    connection.on('data', (chunk: string) => { answer += chunk }).on('error', reject).on('end', () => { resolve(answer.trim()) })
  })
}

const serverOf = (slot: Slot): string => `${slot === 'c' ? 'canary' : 'stable'}/${slot}`

/** One row of `show stat`. */
export interface FrontRow { readonly status: string; /** Whether its last health check passed and none is outstanding. */ readonly sound: boolean; readonly sessions: number; readonly queued: number; readonly requests: number; readonly failures: number; readonly meanMs: number }

export class Front {
  private readonly socket: string
  constructor(socket: string) { this.socket = socket }

  /** Whether it runs: false only where nobody listens on the socket. */
  async runs(): Promise<boolean> {
    return ask(this.socket, 'show info').then((answer) => answer.includes('HAProxy'), () => false)
  }

  private async tell(command: string): Promise<void> {
    const answer = await ask(this.socket, command).catch((thrown: unknown) => { throw new NotReleased(`the front does not answer on ${this.socket}: ${(thrown as Error).message}`, 3) })
    if (answer !== '') throw new NotReleased(`the front refused “${command}”: ${answer}`, 3)
  }

  /** `drain`: no new requests, those under way are finished. `maint`: nothing at all, and no health checks. */
  setSlot(slot: Slot, state: 'ready' | 'drain' | 'maint'): Promise<void> { return this.tell(`set server ${serverOf(slot)} state ${state}`) }

  /** Per cent of the callers that the canary gets. Older releases of HAProxy call variables that change while it runs experimental. */
  setCanary(percent: number): Promise<void> { return this.tell(`experimental-mode on; set var proc.canary_percent int(${percent})`) }

  /** Per cent that the canary gets now. */
  async canary(): Promise<number> {
    const match = /value=<(\d+)>/.exec(await ask(this.socket, 'experimental-mode on; get var proc.canary_percent'))
    return Number(match?.[1] ?? 0)
  }

  async row(slot: Slot): Promise<FrontRow> {
    const lines = (await ask(this.socket, 'show stat')).split('\n')
    const names = (lines[0] ?? '').replace(/^# /, '').split(',')
    const cells = lines.find((line) => line.startsWith(`${serverOf(slot).replace('/', ',')},`))?.split(',')
    if (cells === undefined) throw new NotReleased(`the front has no server ${serverOf(slot)}; it runs with another configuration than deploy/container/haproxy-canary.cfg`, 3)
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    return { status: cell('status'), sound: cell('status') === 'UP' && cell('check_status') === 'L7OK' && Number(cell('check_health')) >= Number(cell('check_rise')) + Number(cell('check_fall')) - 1, sessions: Number(cell('scur')), queued: Number(cell('qcur')), requests: Number(cell('stot')), failures: Number(cell('hrsp_5xx')) + Number(cell('econ')) + Number(cell('eresp')), meanMs: Number(cell('rtime')) }
  }

  /**
   * Waits for the front's own health checks to agree that a slot is ready. A server that leaves maintenance counts as up before anybody
   * asked it, and as down after the first check that fails; so what counts is a check that passed.
   */
  async waitUp(slot: Slot, limitMs = 30_000): Promise<void> {
    for (const until = Date.now() + limitMs; ; await pause(100)) {
      if ((await this.row(slot)).sound) return
      if (Date.now() > until) throw new NotReleased(`the front did not find slot ${slot} healthy in ${limitMs / 1000} seconds`, 1)
    }
  }

  /** Waits until no request is under way in a drained slot; false: some still were at the end of the time. */
  async waitIdle(slot: Slot, limitMs = 60_000): Promise<boolean> {
    for (const until = Date.now() + limitMs; ; await pause(100)) {
      const { sessions, queued } = await this.row(slot)
      if (sessions + queued === 0) return true
      if (Date.now() > until) return false
    }
  }
}
