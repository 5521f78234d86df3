// One running server from its options: bundles verified, models in their processes, HTTP listening, and all of it ended again.
// Owns the order of those things; refuses to end the program (`entry.ts` does).
import { readFileSync } from 'node:fs'
import { tensorFault } from '../bundle/same-tensors.ts'
import { openAccess, tokenAccess } from './access.ts'
import { openArm, type ServedArm } from './arm.ts'
import { allArms, type ArmSet } from './arms.ts'
import { listenFault, type ServerOptions } from './arguments.ts'
import { nullObserver } from './null-observer.ts'
import type { Arm as ArmName, Observer } from './observer.ts'
import { NotServed } from './not-served.ts'
import { openBundleAt, type ServedBundle } from './open-bundle.ts'
import { createPredictor, type Predictor } from './predictor.ts'
import { buildServer, type HttpServer } from './http-server.ts'
import type { ModelChild } from './model-child.ts'
import { checkDowngrade, rememberServed } from './served-state.ts'
import { createShadow, type Shadow } from './shadow.ts'

export type Log = (message: string, facts?: Record<string, unknown>) => void

/** Makes the observers of all arms, in their order. */
export type MakeObservers = (bundles: readonly ServedBundle[]) => Promise<readonly Observer[]>

export interface RunningServer {
  readonly address: string
  readonly app: HttpServer
  readonly arms: ArmSet
  /** Reads tokens and certificate again. */
  reload(): void
  /** No new requests; those under way are finished; then everything ends. */
  close(): Promise<void>
}

interface Opened { readonly name: ArmName; readonly bundle: ServedBundle }

/** The same inputs and outputs: what fits one version must fit the other. */
function checkSame(stable: ServedBundle, other: ServedBundle, what: string): void {
  const fault = tensorFault(stable.manifest, other.manifest, what)
  if (fault !== null) throw new NotServed(fault, 2)
  if (stable.manifest.serial === other.manifest.serial && stable.rootDigest !== other.rootDigest) throw new NotServed(`the ${what} has the same serial number ${other.manifest.serial} as the bundle beside it, but is another bundle`, 2)
}

/** What was begun before this program was read: the bundle on its way, and the process that loads its model. */
export interface HeadStart { readonly bundle: Promise<ServedBundle>; readonly model: ModelChild }

async function openBundles(root: string, options: ServerOptions, log: Log, ahead: HeadStart | null): Promise<{ bundles: Opened[]; downgraded: boolean }> {
  const open = (folder: string): Promise<ServedBundle> => openBundleAt(folder, options.trust, { skipVerify: options.skipVerify })
  const folders: [ArmName, string][] = [['stable', root], ...(options.canary === null ? [] : [['canary', options.canary.folder] as [ArmName, string]]), ...(options.shadow === null ? [] : [['shadow', options.shadow] as [ArmName, string]])]
  const bundles = await Promise.all(folders.map(async ([name, folder]): Promise<Opened> => ({ name, bundle: await (name === 'stable' && ahead !== null ? ahead.bundle : open(folder)) })))
  const stable = bundles[0]!.bundle
  for (const { name, bundle } of bundles.slice(1)) checkSame(stable, bundle, name)
  for (const { name, bundle } of bundles) {
    const { manifest, rootDigest, trusted, verified } = bundle
    log(!verified ? 'NOT VERIFIED: hashes and signature were not looked at' : trusted ? 'verified: signed by the trusted publisher' : 'intact, publisher unknown: start with --trust to check who signed', { arm: name === 'stable' ? options.arm : name, version: manifest.version, serial: manifest.serial, rootDigest, keyId: manifest.publisher.keyId })
  }
  const words = options.state === null ? null : checkDowngrade(options.state, stable, options.allowDowngrade)
  if (words !== null) log('downgrade allowed', { words })
  return { bundles, downgraded: words !== null }
}

async function openArms(bundles: readonly Opened[], options: ServerOptions, program: string, observers: ReadonlyMap<string, Observer>, log: Log, ahead: HeadStart | null): Promise<ArmSet> {
  const settled = await Promise.allSettled(bundles.map(({ name, bundle }) => openArm(name, bundle, { program, told: name === 'stable' ? options.arm : name, ...(name === 'stable' && ahead !== null ? { first: ahead.model } : {}), threads: options.threads, timeoutMs: options.timeoutMs, queue: options.queue, batchRows: options.batchRows, log, depth: (waiting) => observers.get(name)?.queueDepth(waiting) })))
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
    throw new NotServed(`the model could not be opened: ${failed.reason instanceof Error ? failed.reason.message : String(failed.reason)}`, 3)
  }
  const named = (name: ArmName): ServedArm | null => settled.flatMap((one) => (one.status === 'fulfilled' && one.value.name === name ? [one.value] : []))[0] ?? null
  const canary = named('canary')
  return { stable: named('stable')!, canary: canary === null ? null : { arm: canary, weight: options.canary?.weight ?? 0 }, shadow: named('shadow') }
}

function tlsAgain(app: HttpServer, options: ServerOptions, log: Log): void {
  if (options.tls === null) return
  const server = app.server as unknown as { setSecureContext?: (context: { cert: Buffer; key: Buffer }) => void }
  try {
    server.setSecureContext?.({ cert: readFileSync(options.tls.cert), key: readFileSync(options.tls.key) })
  } catch (thrown) {
    log('the certificate could not be read again; the old one stays', { reason: thrown instanceof Error ? thrown.message : String(thrown) })
  }
}

/**
 * Verifies, listens, loads and warms up; resolves when the model was opened. `program`: server.cjs, which the models' processes start from.
 * Throws NotServed.
 */
export async function startServer(root: string, options: ServerOptions, program: string, log: Log, makeObservers: MakeObservers = (all) => Promise.resolve(all.map(() => nullObserver)), ahead: HeadStart | null = null): Promise<RunningServer> {
  const access = options.tokens === null ? openAccess : tokenAccess(options.tokens)
  const { bundles, downgraded } = await openBundles(root, options, log, ahead)
  const stable = bundles[0]!.bundle
  const made = await makeObservers(bundles.map(({ bundle }) => bundle))
  const observers = new Map(bundles.map(({ name }, i) => [name as string, made[i]!]))
  let arms: ArmSet | null = null
  let shadow: Shadow | null = null
  let predictors: ReadonlyMap<ServedArm, Predictor | string> = new Map()
  let draining = false
  const app = await buildServer({
    arms: () => arms, name: stable.manifest.name, maxBodyBytes: stable.manifest.serving.maxBodyBytes, appVersion: stable.manifest.app.version, access, openMetrics: options.openMetrics, tls: options.tls,
    observers, predictors: () => predictors, shadow: () => shadow, log, accessLog: options.accessLog, draining: () => draining,
  })
  const port = options.port ?? stable.manifest.serving.defaultPort
  // Listening comes first, so that probes see "not ready" rather than nothing while the model loads.
  const [listening, opening] = await Promise.allSettled([app.listen(options.host, port), openArms(bundles, options, program, observers, log, ahead)])
  if (listening.status === 'rejected' || opening.status === 'rejected') {
    if (opening.status === 'fulfilled') await Promise.all(allArms(opening.value).map((arm) => arm.close()))
    await app.close()
    throw listening.status === 'rejected' ? listenFault(listening.reason, options.host, port) : (opening as PromiseRejectedResult).reason
  }
  const opened = opening.value
  predictors = new Map(allArms(opened).map((arm) => [arm, createPredictor(arm.bundle.serving, arm.contract)]))
  shadow = opened.shadow === null ? null : createShadow(opened.shadow, observers.get('shadow'))
  arms = opened
  if (options.state !== null && opened.stable.ready()) rememberServed(options.state, stable, downgraded)
  return {
    address: listening.value, app, arms: opened,
    reload() {
      const fault = access.reload()
      log(fault === null ? 'tokens and certificate read again' : 'the tokens could not be read again; the old ones stay', fault === null ? {} : { reason: fault })
      tlsAgain(app, options, log)
    },
    async close() {
      draining = true
      await app.close()
      await Promise.all(allArms(opened).map((arm) => arm.close()))
      await Promise.all([...observers.values()].map((observer) => observer.close()))
    },
  }
}
