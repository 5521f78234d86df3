// server.cjs of every bundle: verify, load, warm up, serve, drain. `node server/server.cjs [--host H] [--port P] [--trust key.pem]`.
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { listenFault, readArguments } from './arguments.ts'
import { NotServed, openBundleAt } from './open-bundle.ts'
import { usage } from './option-table.ts'
import { buildServer, type Runner } from './routes.ts'
import { startRunner } from './runner.ts'

/** One structured line a fact, on standard output. */
const log = (message: string, facts: Record<string, unknown> = {}): void => { process.stdout.write(`${JSON.stringify({ ts: new Date().toISOString(), message, ...facts })}\n`) }

const drainLimitMs = 20_000

async function serve(): Promise<void> {
  const options = readArguments(process.argv.slice(2), process.env)
  if (options === null) {
    process.stdout.write(usage)
    return
  }
  const root = resolve(options.root ?? resolve(dirname(realpathSync(process.argv[1] ?? '.')), '..'))
  const bundle = await openBundleAt(root, options.trust)
  const { manifest } = bundle
  log(bundle.trusted ? 'verified: signed by the trusted publisher' : 'intact, publisher unknown: start with --trust to check who signed', { rootDigest: bundle.rootDigest, keyId: manifest.publisher.keyId })
  // Listening comes first, so that probes see "not ready" rather than nothing while the model loads.
  let runner: (Runner & { close(): Promise<void> }) | null = null
  const app = buildServer(manifest, { ready: () => runner?.ready() === true, infer: (inputs, outputs) => runner === null ? Promise.reject(new Error('not loaded')) : runner.infer(inputs, outputs) }, log)
  const port = options.port ?? manifest.serving.defaultPort
  const address = await app.listen({ host: options.host, port }).catch((thrown: unknown) => { throw listenFault(thrown, options.host, port) })
  const stop = (signal: string): void => {
    log('draining', { signal })
    setTimeout(() => { process.exit(1) }, drainLimitMs).unref()
    void app.close().then(() => runner?.close()).then(() => { log('stopped'); process.exit(0) })
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  runner = await startRunner(bundle, log)
  log(runner.ready() ? 'ready' : 'not ready', { address, model: manifest.name, version: manifest.version, serial: manifest.serial })
}

serve().catch((thrown: unknown) => {
  process.stderr.write(`not served: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exit(thrown instanceof NotServed ? thrown.exit : 3)
})
