// EngineProcess over child_process: the engine of the command line and of the tests.
// Refuses to interpret anything: messages go through as they come.
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Port } from '../../../shared/rpc.ts'
import type { EngineProcess, Exit, StartEngine } from './engine-process.ts'

/** Finds the built engine beside this program (out/main/…), or in out/main of the checkout when run from source. */
export function engineFile(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'engine.js'), join(folder, 'out', 'main', 'engine.js')]) if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return join(start, 'engine.js')
  }
}

const tailLength = 4000

/** What ended a child process, in our words. Node reports a failed heap allocation as SIGABRT with a fatal error on stderr. */
export function exitOf(code: number | null, signal: string | null, stderr: string, weKilled: boolean): Exit {
  if (weKilled) return { code, signal, reason: 'killed', detail: 'stopped by Slipway' }
  const memory = /heap out of memory|std::bad_alloc|Cannot allocate memory|Allocation failed/i.test(stderr)
  if (memory && (code !== 0 || signal !== null)) return { code, signal, reason: 'outOfMemory', detail: 'out of memory' }
  if (signal === 'SIGKILL' || signal === 'SIGTERM') return { code, signal, reason: 'killed', detail: `signal ${signal}` }
  if (signal !== null) return { code, signal, reason: 'crashed', detail: `signal ${signal}` }
  if (code !== 0) return { code, signal, reason: 'crashed', detail: `exit code ${code ?? 'unknown'}` }
  return { code, signal, reason: 'ended', detail: 'it ended by itself' }
}

function portOf(child: ChildProcess): Port {
  return {
    post(message) { if (child.connected) child.send(message as object, () => undefined) },
    onMessage(listener) { child.on('message', listener) },
    onClose(listener) {
      child.once('disconnect', () => listener('the engine process ended'))
      child.once('error', (error) => listener(error.message))
    },
  }
}

/** Starts a program as an engine: a Node process of its own that speaks over its parent channel. */
export function forkEngine(file: string, purpose: string, nodeArguments: readonly string[] = []): EngineProcess {
  const child = fork(file, [purpose], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [...nodeArguments] })
  let tail = ''
  let weKilled = false
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { tail = (tail + text).slice(-tailLength) })
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, reason: 'launchFailed', detail: error.message }))
    child.once('close', (code, signal) => resolve(exitOf(code, signal, tail, weKilled)))
  })
  return {
    port: portOf(child),
    pid: child.pid,
    exited,
    kill() { weKilled = true; child.kill('SIGKILL') },
    stderrTail: () => tail,
  }
}

/** Starts out/main/engine.js. It ends by itself when this process ends. */
export const nodeEngine: StartEngine = (purpose) => forkEngine(engineFile(), purpose)
