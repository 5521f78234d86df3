// server.cjs of every bundle: as a program it verifies, loads, warms up, serves and drains; as a model's process it runs the model;
// required by another program it is the same core without HTTP. Owns signals, exit codes and what is begun first: the model's process starts
// while the bundle is verified, loads the model once every hash holds, and the rest of this program is loaded meanwhile.
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { ServerOptions } from './arguments.ts'
import type { openModel as OpenModel } from './embed.ts'
import { modelProcessWord, runModelProcess } from './model-process.ts'
import type { HeadStart } from './running-server.ts'

export { runModelProcess } from './model-process.ts'

/** See embed.ts. */
export const openModel: typeof OpenModel = async (...given) => (await import('./embed.ts')).openModel(...given)

/** One structured line a fact, on standard output. */
const log = (message: string, facts: Record<string, unknown> = {}): void => { process.stdout.write(`${JSON.stringify({ ts: new Date().toISOString(), message, ...facts })}\n`) }

const drainLimitMs = 20_000

/** Starts the model's process and the check of the bundle; resolves when every hash holds, or when it will not. */
async function begin(root: string, options: ServerOptions, program: string): Promise<HeadStart> {
  const { ModelChild } = await import('./model-child.ts')
  const model = new ModelChild(program)
  const { openBundleAt } = await import('./open-bundle.ts')
  let told: () => void = () => undefined
  const intact = new Promise<void>((resolve) => { told = resolve })
  const bundle = openBundleAt(root, options.trust, {
    skipVerify: options.skipVerify,
    intact: ({ path, sha256, inMemory }) => {
      // Of a large model the hash was taken a moment ago.
      model.load({ path, threads: options.threads, sha256: inMemory ? sha256 : null, inMemory })
      told()
    },
  })
  await Promise.race([intact, bundle.catch(() => undefined)])
  return { bundle, model }
}

async function serve(program: string): Promise<void> {
  // The short collections of memory, several a second under load, are done by this thread alone: waiting for others to get a core of a busy
  // machine was most of the longest answers.
  setFlagsFromString('--no-parallel-scavenge')
  const { readArguments } = await import('./arguments.ts')
  const options = readArguments(process.argv.slice(2), process.env)
  if (options === null) {
    process.stdout.write((await import('./option-table.ts')).usage)
    return
  }
  let close: (() => Promise<void>) | null = null
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    log('draining', { signal })
    setTimeout(() => { process.exit(1) }, drainLimitMs).unref()
    // Before the model is loaded there is nothing to finish.
    void (close?.() ?? Promise.resolve()).then(() => { log('stopped'); process.exit(0) })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const root = resolve(options.root ?? resolve(dirname(program), '..'))
  const ahead = await begin(root, options, program)
  const { startServer } = await import('./running-server.ts')
  const { makeObservers } = await import('./make-observers.ts')
  const server = await startServer(root, options, program, log, (bundles) => makeObservers(bundles, options.watch), ahead)
  close = () => server.close()
  process.on('SIGHUP', () => { server.reload() })
  const { manifest, rootDigest } = server.arms.stable.bundle
  log(server.arms.stable.ready() ? 'ready' : 'not ready', { address: server.address, model: manifest.name, version: manifest.version, serial: manifest.serial, rootDigest, batching: server.arms.stable.dispatcher.batches })
  await server.app.warm()
}

/** The file that Node was started with; null where another program requires this one. */
const started = require.main === module ? realpathSync(process.argv[1] ?? '.') : null

if (started !== null) {
  if (process.argv[2] === modelProcessWord) runModelProcess()
  else {
    serve(started).catch((thrown: unknown) => {
      process.stderr.write(`not served: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
      process.exit(thrown instanceof Error && 'exit' in thrown && typeof thrown.exit === 'number' ? thrown.exit : 3)
    })
  }
}
