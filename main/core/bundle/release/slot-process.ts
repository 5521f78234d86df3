// The server of a slot as a process: started and stopped by systemd where that runs, else by ourselves.
// Refuses to signal a process that is not the slot's own server, whatever the file with its number says.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NotReleased, readEnvironment, type Home, type Slot } from './home.ts'

export interface Processes {
  start(slot: Slot): Promise<void>
  /** Returns when it has ended. */
  stop(slot: Slot): Promise<void>
  runs(slot: Slot): boolean
}

const systemctl = (...words: string[]): number => spawnSync('systemctl', words, { stdio: ['ignore', 'ignore', 'inherit'] }).status ?? -1

function bySystemd(unit: string): Processes {
  const name = (slot: Slot): string => `${unit}@${slot}.service`
  const demand = (verb: string, slot: Slot): Promise<void> => {
    const status = systemctl(verb, name(slot))
    return status === 0 ? Promise.resolve() : Promise.reject(new NotReleased(`systemctl ${verb} ${name(slot)} ended with ${status}; journalctl -u ${name(slot)} says why`, 1))
  }
  return { start: (slot) => demand('restart', slot), stop: (slot) => demand('stop', slot), runs: (slot) => systemctl('is-active', '--quiet', name(slot)) === 0 }
}

const drainMs = 30_000

function byOurselves(home: Home): Processes {
  const file = (slot: Slot, kind: string): string => join(home.root, 'slots', `${slot}.${kind}`)
  const program = (slot: Slot): string => join(home.slotFolder(slot), 'server/server.cjs')
  const pidOf = (slot: Slot): number | null => {
    const pid = existsSync(file(slot, 'pid')) ? Number(readFileSync(file(slot, 'pid'), 'utf8')) : 0
    // The system gives numbers again: after a restart of the machine this one may be anybody's. A process that ended and
    // that nobody has asked about yet has no command line any more.
    try { return pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(program(slot)) ? pid : null } catch { return null }
  }
  return {
    runs: (slot) => pidOf(slot) !== null,
    start: (slot) => {
      const settings = { SLIPWAY_STATE: join(home.root, 'state'), ...readEnvironment(join(home.root, 'server.env')), ...readEnvironment(file(slot, 'env')) }
      const log = openSync(file(slot, 'log'), 'a', 0o644)
      const options = (settings as Record<string, string>)['SLIPWAY_OPTIONS'] ?? ''
      const child = spawn(process.execPath, [program(slot), ...options.split(' ').filter((word) => word !== '')], { detached: true, stdio: ['ignore', log, log], cwd: '/', env: { ...process.env, ...settings } })
      closeSync(log)
      child.unref()
      writeFileSync(file(slot, 'pid'), `${child.pid ?? 0}\n`)
      return Promise.resolve()
    },
    stop: async (slot) => {
      const pid = pidOf(slot)
      if (pid === null) return
      process.kill(pid, 'SIGTERM')
      for (const until = Date.now() + drainMs; pidOf(slot) === pid; await pause(50)) {
        if (Date.now() > until) process.kill(pid, 'SIGKILL')
      }
      rmSync(file(slot, 'pid'), { force: true })
    },
  }
}

/** The unit of the bundle's `deploy/container/model.service`, under the name that its head says. */
export const unitName = (name: string): string => `slipway-${name}`

/** systemd where it is the machine's first process and the unit is installed. Throws NotReleased where it runs without the unit. */
export function processesOf(home: Home, name: string, withoutSystemd: boolean): Processes {
  if (withoutSystemd || !existsSync('/run/systemd/system')) return byOurselves(home)
  const unit = unitName(name)
  if (systemctl('cat', '--quiet', `${unit}@a.service`) === 0) return bySystemd(unit)
  throw new NotReleased(`systemd runs here, but ${unit}@.service is not installed: install -m 644 deploy/container/model.service /etc/systemd/system/${unit}@.service && systemctl daemon-reload (or --without-systemd)`, 3)
}

const readyNow = (port: number): Promise<boolean> => new Promise((resolve) => {
  const call = get({ host: '127.0.0.1', port, path: '/v2/health/ready', agent: false, timeout: 2000 }, (answer) => { answer.resume(); resolve(answer.statusCode === 200) })
  call.on('error', () => { resolve(false) }).on('timeout', () => { call.destroy() })
})

/** Waits until a slot is ready. Throws NotReleased when its process ends, or the time does. */
export async function waitReady(home: Home, processes: Processes, slot: Slot, seconds: number): Promise<void> {
  for (const until = Date.now() + seconds * 1000; !(await readyNow(home.port(slot))); await pause(100)) {
    if (!processes.runs(slot)) throw new NotReleased(`the server in slot ${slot} ended before it was ready; its log says why`, 1)
    if (Date.now() > until) throw new NotReleased(`the server in slot ${slot} was not ready in ${seconds} seconds`, 1)
  }
  if (!processes.runs(slot)) throw new NotReleased(`something else answers on port ${home.port(slot)}; the server in slot ${slot} does not run`, 1)
}
