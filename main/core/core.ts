// openCore(): wires store, files, engine and jobs into one core. The only door for the desktop and the command line.
// Refuses to know who asks: windows come through serve(), the command line and tests through client.
import { contract, events, type AdmittedFile, type SlipwayContract } from '../../shared/contract.ts'
import { portPair } from '../../shared/port-pair.ts'
import { connect, type Client } from '../../shared/rpc-client.ts'
import { serve, type Port, type Server } from '../../shared/rpc.ts'
import { openActor } from './actor.ts'
import { openAdmissions } from './admissions.ts'
import { Audience } from './audience.ts'
import { Engine, type EngineState } from './engine/engine.ts'
import type { StartEngine } from './engine/engine-process.ts'
import { openBlobs } from './files/blobs.ts'
import { openJournals } from './files/journals.ts'
import { closePlaces, openPlaces, sessionLives, type Places } from './files/places.ts'
import { makeHandlers } from './handlers.ts'
import { Jobs } from './jobs.ts'
import { openLog, type Log } from './log.ts'
import type { Parts, Shell } from './parts.ts'
import { openPassphrase, type KeyStore } from './passphrase.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { shadowPlaces } from './files/shadow.ts'
import { openStore, type Store } from './store/open.ts'
import { namedBlobs } from './store/blob-names.ts'
import { readSettings } from './store/history.ts'
import { Trials } from './trial/trials.ts'
import type { NodeCommand } from './trial/trial-server.ts'
import { openRuns, reconcileInterrupted, unfinishedRuns } from './store/runs.ts'

export type { EngineProcess, Exit, StartEngine } from './engine/engine-process.ts'
export type { Shell } from './parts.ts'
export type { KeyStore } from './passphrase.ts'
export { closedCore } from './closed-core.ts'
export { checkFolder } from './workspace/check-folder.ts'
export { restoreBackup } from './workspace/restore.ts'
export { nodeEngine } from './engine/node-process.ts'
export { commandEngine, useEngineForCommands } from './engine/command-engine.ts'
export { defaultWorkspace } from './files/default-workspace.ts'
export { noteSerial, readSerials } from './bundle/seal/serials.ts'
export { makeFolder } from './files/make-folder.ts'
export { checkFeed } from './update/check-feed.ts'
export { writeFault } from './files/staged-copy.ts'
export { parsePolicy, policyText } from './gate/policy-text.ts'

export interface CoreOptions {
  /** The workspace folder; made when absent. */
  readonly workspace: string
  /** The folder `resources/` of the application, with the sample. */
  readonly resources: string
  readonly startEngine: StartEngine
  /** Version of Slipway. */
  readonly version: string
  /** Version of Electron; null on plain Node. */
  readonly electron: string | null
  readonly shell?: Shell
  /** The Node that runs the server of a bundle that is tried; absent: this program's own. */
  readonly node?: NodeCommand
  /** The operating system's, where there is one: it keeps the passphrase of the private key. */
  readonly keyStore?: KeyStore
  /** The name under which this program's user is recorded; absent: the publisher's name, or the operating system's user name. */
  readonly actor?: string
  readonly clock?: () => number
  /** Everything in one engine process: for a program that does one thing after another and then ends. */
  readonly oneEngine?: boolean
  /** Milliseconds of scoring after which an evaluation keeps a journal; for tests. */
  readonly journalAfterMs?: number
}

export interface Core {
  /** Asks this core inside the process, with full validation both ways. */
  readonly client: Client<SlipwayContract>
  /** Answers one more asker, such as a window; its port is its permission. */
  serve(port: Port): Server
  /** Turns a path that the user handed over into a short-lived token. `write` tokens may name a file that does not exist yet. */
  admit(path: string, use?: 'read' | 'write'): Promise<AdmittedFile>
  /** Files handed over by the operating system: admits them and tells every asker by the `opened` event. */
  opened(paths: readonly string[]): Promise<void>
  /** Sentences that whoever uses this workspace must hear: rules of its database that were changed. */
  readonly notices: readonly string[]
  /** Jobs that are queued, running or cancelling. */
  runningJobs(): number
  /** Cancels what runs, ends the engine, closes the store last. */
  close(): Promise<void>
}

/** Work that a program which is gone has left behind: its runs become `interrupted`, its unnamed blobs go. */
function tidy(store: Store, places: Places, { blobs, journals }: Pick<Parts, 'blobs' | 'journals'>, log: Log, now: number): void {
  const alive = (owner: string): boolean => owner !== places.sessionName && sessionLives(places.staging, owner)
  if (store.read(openRuns).some((run) => !alive(run.owner))) {
    log.fact('runs were interrupted', { runs: store.write((db) => reconcileInterrupted(db, alive, now)) })
  }
  // Somebody else may be about to name a blob that nothing names yet. After a session that closed, nothing is half-made, and to look
  // through all blobs would make the start of a large workspace slow.
  if (!places.alone()) return
  if (places.leftBehind) store.write((db) => log.fact('blobs were swept', { blobs: blobs.sweep(namedBlobs(db)) }))
  if (journals.any()) log.fact('journals were swept', { journals: journals.sweep(store.read(unfinishedRuns), now) })
}

function noticesOf(store: Store, readOnly: SlipwayError | null, now: number): readonly string[] {
  const { ruleFaults } = store
  return [
    ...(readOnly === null ? [] : [`Read-only: ${readOnly.message} You see the workspace as it was at ${new Date(now).toISOString().slice(11, 16)} UTC; nothing can be changed.`]),
    ...(ruleFaults.length === 0 ? [] : [`The rules that protect this workspace’s history were changed outside Slipway. ${ruleFaults.slice(0, 3).join(' ')}${ruleFaults.length > 3 ? ` And ${ruleFaults.length - 3} more.` : ''} Verify the record (History, or slipway audit verify).`]),
  ]
}

interface Opened { readonly parts: Parts; readonly audience: Audience }

function wire(options: CoreOptions, clock: () => number, places: Places, readOnly: SlipwayError | null): Opened {
  const log = openLog(places.log, clock)
  let store: Store | null = null
  try {
    const passphrase = openPassphrase(places.keys, readOnly === null ? options.keyStore ?? null : null)
    const actor = openActor({ said: options.actor, settings: () => opened.read(readSettings), keys: places.keys, passphrase })
    const whole: Store = store = openStore(places.database, { clock, actor, alone: places.alone(), busyMs: options.electron === null ? 30_000 : 5_000, slow: (sql, ms) => log.warning('a slow statement', { sql: sql.slice(0, 120), ms: Math.round(ms) }) })
    const opened: Store = readOnly === null ? whole : { ...whole, write: () => { throw readOnly } }
    const audience = new Audience()
    const blobs = openBlobs(places.blobs)
    const journals = openJournals(places.journals, options.journalAfterMs)
    for (const sentence of opened.ruleFaults) log.warning('the rules of the database were changed', { sentence })
    if (readOnly === null) tidy(opened, places, { blobs, journals }, log, clock())
    const onState = (state: EngineState): void => { log.fact('engine', { state }); audience.changed(['engine', 'app']) }
    // These two come and go with every page and short job; only their troubles are news.
    const onSide = (state: EngineState): void => { if (state === 'down' || state === 'unstable' || state === 'idle') onState(state) }
    const engine = (tell: (state: EngineState) => void): Engine => new Engine({ start: options.startEngine, clock, onState: tell, log: (what, details) => log.warning(what, details) })
    const jobs = new Jobs({ clock, onChange: (list) => audience.tell('jobs', list), onBug: (thrown, method) => log.bug(thrown, method) })
    const main = engine(onState)
    const side = (): Engine => options.oneEngine === true ? main : engine(onSide)
    const parts: Parts = {
      store: opened, blobs, journals, places, jobs, log, clock, actor, passphrase, engine: main, light: side(), reader: side(), startEngine: options.startEngine, admissions: openAdmissions(clock),
      version: options.version, electron: options.electron, resources: options.resources, shell: options.shell ?? null, trials: new Trials(options.node ?? { command: process.execPath, env: {} }), changed: (tags) => audience.changed(tags), readOnly, notices: noticesOf(opened, readOnly, clock()),
    }
    return { parts, audience }
  } catch (thrown) {
    store?.close()
    closePlaces(places)
    throw thrown
  }
}

/** What a workspace can still be read after. */
const stillReadable: readonly string[] = ['store.readOnly', 'file.diskFull', 'store.diskFault']

/** Opens the workspace to write; where its disk does not let it, to read. */
function wireOrRead(options: CoreOptions, clock: () => number): Opened {
  try {
    return wire(options, clock, openPlaces(options.workspace), null)
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError) || !stillReadable.includes(thrown.code)) throw thrown
    const shadow = shadowPlaces(options.workspace)
    if (shadow === null) throw thrown
    // What cannot be read either is told by what came first.
    try { return wire(options, clock, shadow, thrown as SlipwayError) } catch { throw thrown }
  }
}

/** Other programs may write to the same workspace; what they change must appear here. Answers how to stop looking. */
function watchOthers(parts: Parts, audience: Audience): () => void {
  let seen = parts.store.dataVersion()
  const timer = setInterval(() => {
    const now = parts.store.dataVersion()
    if (now !== seen) audience.changed(['app', 'models', 'versions', 'bindings', 'datasets', 'runs', 'gates', 'reviews', 'bundles', 'deployments', 'logs', 'monitor', 'history', 'settings', 'views'])
    seen = now
  }, 2000)
  timer.unref()
  return () => clearInterval(timer)
}

/** Opens a workspace. Errors: `store.*`, `file.notWritable`. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { parts, audience } = wireOrRead(options, options.clock ?? Date.now)
  const handlers = makeHandlers(parts)
  const onBug = (thrown: unknown, method: string): void => parts.log.bug(thrown, method)
  const answer = (port: Port): Server => {
    const server = serve(port, contract, handlers, { events, onBug })
    audience.add(server)
    port.onClose(() => audience.remove(server))
    return { event: (name, value) => server.event(name, value), close: () => { audience.remove(server); server.close() } }
  }
  const [mine, theirs] = portPair()
  answer(mine)
  const client = connect<SlipwayContract>(theirs, contract, events)
  const stopWatching = watchOthers(parts, audience)
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    stopWatching()
    await parts.jobs.close()
    await parts.trials.stop()
    await Promise.all([...new Set([parts.engine, parts.light, parts.reader])].map((engine) => engine.close()))
    audience.close()
    mine.close('Slipway is closing')
    closePlaces(parts.places)
    parts.store.close()
  }
  return {
    client,
    serve(port) {
      const server = answer(port)
      let leave: (() => void) | null = null
      port.onMessage(() => { leave ??= audience.enter(server) })
      port.onClose(() => leave?.())
      return server
    },
    admit: (path, use) => parts.admissions.admit(path, use),
    async opened(paths) {
      const admitted = await Promise.allSettled(paths.map((path) => parts.admissions.admit(path)))
      audience.opened(admitted.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : [])))
    },
    notices: parts.notices,
    runningJobs: () => parts.jobs.active(),
    close: () => (closing ??= close()),
  }
}
