// Trying a bundle: unpacks it into this session's folder, starts its server, passes rows and answers on, and ends it again. One at a time.
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Trial, TrialAnswer, TrialMetrics } from '../../../shared/domain/trial.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { BundleId } from '../../../shared/ids.ts'
import { openBundle } from '../bundle/bundle-tree.ts'
import { ArchiveFault } from '../bundle/zip-read.ts'
import type { JobContext } from '../jobs.ts'
import { answerOf } from './trial-answer.ts'
import { readForm, recordOf, tensorsOf, type TrialForm } from './trial-fields.ts'
import { figuresOf } from './trial-metrics.ts'
import { startTrialServer, type NodeCommand, type TrialServer } from './trial-server.ts'

export interface TrialPlan {
  readonly bundleId: BundleId
  readonly archive: string
  readonly platforms: readonly string[]
  /** A folder for this trial alone; removed at its end. */
  readonly folder: string
  /** Public key (PEM) to hold the bundle against; null: only its hashes are checked. */
  readonly trust: string | null
}

interface Running { readonly plan: TrialPlan; readonly form: TrialForm; readonly server: TrialServer; readonly startedMs: number }

const notIntact = (thrown: unknown): unknown => (thrown instanceof ArchiveFault ? new SlipwayError('trial.failed', { reason: `the archive is not intact: ${thrown.message}` }) : thrown)

async function unpack(archive: string, folder: string, context: JobContext): Promise<void> {
  const tree = await openBundle(archive).catch((thrown: unknown) => { throw notIntact(thrown) })
  try {
    const whole = tree.files.reduce((sum, f) => sum + f.bytes, 0)
    let done = 0
    for (const { path, bytes } of tree.files) {
      context.signal.throwIfAborted()
      const file = join(folder, ...path.split('/'))
      await mkdir(dirname(file), { recursive: true })
      await pipeline(tree.read(path), createWriteStream(file, { flags: 'wx' }))
      done += bytes
      context.progress({ step: 'unpacking', done, total: whole }, whole === 0 ? null : 0.5 * (done / whole))
    }
  } catch (thrown) {
    throw notIntact(thrown)
  } finally {
    await tree.close()
  }
}

const here = `${process.platform}-${process.arch}`

/** The trials of one core: at most one server runs. */
export class Trials {
  private running: Running | null = null

  constructor(private readonly node: NodeCommand) {}

  /** Errors: `trial.notHere`, `trial.noNode`, `trial.failed`, `file.*`. */
  async start(plan: TrialPlan, context: JobContext): Promise<Trial> {
    if (!plan.platforms.includes(here)) throw new SlipwayError('trial.notHere', { machine: here, platforms: plan.platforms.join(', ') })
    await this.stop()
    const started = performance.now()
    const root = join(plan.folder, 'bundle')
    try {
      await unpack(plan.archive, root, context)
      const text = (path: string): Promise<string> => readFile(join(root, ...path.split('/')), 'utf8')
      const form = readForm({ manifest: await text('bundle.json'), io: await text('model/io.json'), golden: await text('model/golden.jsonl') })
      const key = join(plan.folder, 'trusted.pem')
      if (plan.trust !== null) await writeFile(key, plan.trust)
      context.progress({ step: 'verifying and loading the model', done: null, total: null }, null)
      const server = await startTrialServer(this.node, join(root, 'server', 'server.cjs'), ['--root', root, '--host', '127.0.0.1', '--port', '0', ...(plan.trust === null ? [] : ['--trust', key])], context.signal)
      this.running = { plan, form, server, startedMs: performance.now() - started }
      return this.describe(this.running)
    } catch (thrown) {
      await rm(plan.folder, { recursive: true, force: true })
      throw thrown
    }
  }

  private describe({ plan, form, server, startedMs }: Running): Trial {
    const over = server.over()
    return { bundleId: plan.bundleId, fields: [...form.fields], verified: server.verified, startedMs, state: over === null ? 'running' : 'ended', reason: over }
  }

  /** The trial of a bundle; null where none was started. */
  get(bundleId: BundleId): Trial | null {
    return this.running?.plan.bundleId === bundleId ? this.describe(this.running) : null
  }

  private demand(bundleId: BundleId): Running {
    if (this.running?.plan.bundleId !== bundleId) throw new SlipwayError('trial.notRunning', {})
    const over = this.running.server.over()
    if (over !== null) throw new SlipwayError('trial.failed', { reason: over })
    return this.running
  }

  /** Errors: `trial.notRunning`, `trial.failed`, `input.invalid`. */
  async send(bundleId: BundleId, values: Readonly<Record<string, string>>): Promise<TrialAnswer> {
    const { form, server } = this.demand(bundleId)
    const record = recordOf(form, values)
    if (record !== null) {
      const answer = await server.ask('POST', '/v1/predict', JSON.stringify({ records: [record] }))
      // Servers of earlier bundles know no records, and pictures have none.
      if (answer.status !== 404 && answer.status !== 501) return answerOf(answer, '/v1/predict')
    }
    const route = `/v2/models/${form.manifest.name}/infer`
    return answerOf(await server.ask('POST', route, JSON.stringify({ inputs: tensorsOf(form, values) })), route)
  }

  /** Errors: `trial.notRunning`, `trial.failed`. */
  async metrics(bundleId: BundleId): Promise<TrialMetrics> {
    const answer = await this.demand(bundleId).server.ask('GET', '/metrics')
    return answer.status === 200 ? { figures: figuresOf(answer.text), reason: null } : { figures: [], reason: 'the server of this bundle tells no metrics' }
  }

  /** Ends whatever runs and removes its folder. */
  async stop(bundleId?: BundleId): Promise<void> {
    const { running } = this
    if (running === null || (bundleId !== undefined && running.plan.bundleId !== bundleId)) return
    this.running = null
    await running.server.close()
    await rm(running.plan.folder, { recursive: true, force: true })
  }
}
