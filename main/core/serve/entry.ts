// server.cjs of every bundle: as a program it verifies, loads, warms up, serves and drains; as a model's process it runs the model;
// required by another program it is the same core without HTTP. Owns signals and exit codes.
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readArguments } from './arguments.ts'
import { makeObservers } from './make-observers.ts'
import { modelProcessWord, runModelProcess } from './model-process.ts'
import { NotServed } from './open-bundle.ts'
import { usage } from './option-table.ts'
import { startServer } from './running-server.ts'

export { openModel } from './embed.ts'
export { runModelProcess } from './model-process.ts'

/** One structured line a fact, on standard output. */
const log = (message: string, facts: Record<string, unknown> = {}): void => { process.stdout.write(`${JSON.stringify({ ts: new Date().toISOString(), message, ...facts })}\n`) }

const drainLimitMs = 20_000

async function serve(program: string): Promise<void> {
  const options = readArguments(process.argv.slice(2), process.env)
  if (options === null) {
    process.stdout.write(usage)
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
  const server = await startServer(resolve(options.root ?? resolve(dirname(program), '..')), options, program, log, (bundles) => makeObservers(bundles, options.watch))
  close = () => server.close()
  process.on('SIGHUP', () => { server.reload() })
  const { manifest, rootDigest } = server.arms.stable.bundle
  log(server.arms.stable.ready() ? 'ready' : 'not ready', { address: server.address, model: manifest.name, version: manifest.version, serial: manifest.serial, rootDigest, batching: server.arms.stable.dispatcher.batches })
}

/** The file that Node was started with; null where another program requires this one. */
const started = require.main === module ? realpathSync(process.argv[1] ?? '.') : null

if (started !== null) {
  if (process.argv[2] === modelProcessWord) runModelProcess()
  else {
    serve(started).catch((thrown: unknown) => {
      process.stderr.write(`not served: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
      process.exit(thrown instanceof NotServed ? thrown.exit : 3)
    })
  }
}
