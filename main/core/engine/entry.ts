// The engine's main(): serves the engine contract over whichever parent port exists, and ends with its parent.
// Refuses to fail silently: when a native library cannot be loaded, every question is answered with the loader's words.
import { Worker } from 'node:worker_threads'
import type { Handlers } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { serve, type Port } from '../../../shared/rpc.ts'
import { engineContract, type EngineContract } from './engine-contract.ts'

/** The parent port of an Electron utility process, as far as we use it. */
interface UtilityPort { postMessage(message: unknown): void; on(event: 'message', listener: (event: { data: unknown }) => void): void }

/** Keeps messages that arrive before anybody listens. */
function buffered(listen: (f: (m: unknown) => void) => void): (f: (m: unknown) => void) => void {
  let early: unknown[] | null = []
  let listener: (m: unknown) => void = (m) => early?.push(m)
  listen((m) => listener(m))
  return (f) => {
    listener = f
    for (const m of early ?? []) f(m)
    early = null
  }
}

function utilityPort(parent: UtilityPort): Port {
  return { post: (m) => parent.postMessage(m), onMessage: buffered((f) => parent.on('message', (e) => f(e.data))), onClose: () => undefined }
}

function forkPort(): Port {
  return {
    post: (m) => { if (process.connected) process.send?.(m, undefined, undefined, () => undefined) },
    onMessage: buffered((f) => { process.on('message', f) }),
    onClose: (f) => { process.once('disconnect', () => f('the parent closed the channel')) },
  }
}

/**
 * A native call blocks this thread, so a closed channel may go unseen for long. A second thread watches the parent's
 * process id and ends this process when the parent is gone. (A utility process is ended by Electron itself.)
 */
function endWithParent(): void {
  process.once('disconnect', () => process.exit(0))
  // Ctrl-C in a terminal reaches every process of its group; the parent decides what it means and asks, or kills.
  process.on('SIGINT', () => undefined)
  const watch = `const parent = ${process.ppid}; setInterval(() => { let lives = process.ppid === parent
    try { process.kill(parent, 0) } catch (e) { lives = lives && e.code === 'EPERM' }
    if (!lives) process.kill(process.pid, 'SIGKILL') }, 1000)`
  new Worker(watch, { eval: true }).unref()
}

function brokenHandlers(thrown: unknown): Handlers<EngineContract> {
  const reason = thrown instanceof Error ? thrown.message.split('\n')[0] ?? thrown.message : String(thrown)
  const fail = (): never => { throw new SlipwayError('engine.startFailed', { reason }) }
  return Object.fromEntries(Object.keys(engineContract).map((key) => [key, fail])) as unknown as Handlers<EngineContract>
}

async function main(): Promise<void> {
  const parent = (process as unknown as { parentPort?: UtilityPort }).parentPort
  const port = parent === undefined ? forkPort() : utilityPort(parent)
  if (parent === undefined) endWithParent()
  const handlers = await import('./engine-handlers.ts').then((m) => m.engineHandlers, brokenHandlers)
  // Ten milliseconds, not a hundred: a message that waits for its turn would be stuck behind the native call that it announces.
  serve(port, engineContract, handlers, { progressEveryMs: 10, onBug: (thrown, method) => { console.error(`[${method}]`, thrown) } })
}

void main()
