// The engine as an Electron utility process: a port, an exit with its reason, and a kill that works.
// Refuses to know what the engine does; node-process.ts is its twin for plain Node.
import { app, utilityProcess, type UtilityProcess } from 'electron'
import { join } from 'node:path'
import type { EngineProcess, Exit, StartEngine } from '../core/core.ts'

const stderrLimit = 16_384
/** After a polite kill the process gets this long before the strongest signal. */
const strongestAfterMs = 1000
let started = 0

/** What an exit means. Electron reports code 0 after our own kill, so the intent is remembered, not read from the code. */
function exitOf(code: number, killed: boolean, gone: string | null, heard: boolean): Exit {
  if (killed) return { code, signal: null, reason: 'killed', detail: 'stopped on request' }
  if (gone === 'oom') return { code, signal: null, reason: 'outOfMemory', detail: 'out of memory' }
  if (!heard) return { code, signal: null, reason: 'launchFailed', detail: gone ?? `ended with code ${code} before it answered` }
  if (code === 0 && gone === null) return { code, signal: null, reason: 'ended', detail: 'ended by itself' }
  return { code, signal: null, reason: 'crashed', detail: gone === null ? `ended with code ${code}` : `${gone}, code ${code}` }
}

/** Reasons by service name: the app-wide event carries them, the process's own `exit` does not. */
const goneReasons = new Map<string, string>()

/** Starts counting why child processes go; call once, before any engine starts. */
export function watchGoneProcesses(): void {
  app.on('child-process-gone', (_event, details) => {
    if (details.type === 'Utility' && details.name !== undefined) goneReasons.set(details.name, details.reason)
  })
}

function killLadder(child: UtilityProcess): void {
  const pid = child.pid
  child.kill()
  if (pid === undefined) return
  setTimeout(() => {
    if (child.pid === undefined) return
    try { process.kill(pid, 'SIGKILL') } catch { /* already gone */ }
  }, strongestAfterMs).unref()
}

/** A StartEngine over `utilityProcess.fork` of the built engine. */
export const electronEngine: StartEngine = (purpose): EngineProcess => {
  const name = `slipway-${purpose}-${++started}`
  const child = utilityProcess.fork(join(import.meta.dirname, 'engine.js'), [], { serviceName: name, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  let killed = false
  let heard = false
  const messageListeners: ((message: unknown) => void)[] = []
  const closeListeners: ((why: string) => void)[] = []
  child.stderr?.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString('utf8')).slice(-stderrLimit) })
  child.on('message', (message: unknown) => {
    heard = true
    for (const listener of messageListeners) listener(message)
  })
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code) => {
      // The reason arrives by another event that may come a moment later.
      setTimeout(() => {
        const exit = exitOf(code, killed, goneReasons.get(name) ?? null, heard)
        goneReasons.delete(name)
        for (const listener of closeListeners) listener(exit.detail)
        resolve(exit)
      }, 20)
    })
  })
  return {
    port: {
      post: (message) => { if (child.pid !== undefined || !heard) child.postMessage(message) },
      onMessage: (listener) => { messageListeners.push(listener) },
      onClose: (listener) => { closeListeners.push(listener) },
    },
    get pid() { return child.pid },
    exited,
    kill() {
      killed = true
      killLadder(child)
    },
    stderrTail: () => stderr,
  }
}
