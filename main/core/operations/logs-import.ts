// logs.import: files of logs -> one stored batch with its account. A feedback pack names its version itself, and tells that it serves.
// What was staged stays when the import is stopped, and the next one with the same files and words goes on there.
import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { LogBatch, LogLook } from '../../../shared/domain/log-batch.ts'
import type { Feedback } from '../../../shared/drift/feedback.ts'
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { newId, type BundleId, type VersionId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { isPack, logFilesAt, readPack, unpackParts } from '../monitor/home/log-files.ts'
import { bundleOf, readAs, type ReadAs } from '../monitor/home/read-as.ts'
import type { ReadingPlan, ReadingResult } from '../monitor/logs/reading-plan.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import type { WriteDb } from '../store/database.ts'
import { record } from '../store/history.ts'
import { getBatch, insertBatch, storedBatches } from '../store/log-batches.ts'
import { getDeployment, listDeployments, startDeployment } from './deployment-record.ts'
import { lookAtFiles } from './logs-look.ts'

export type ImportRequest = Omit<InputOf<SlipwayContract['logs.import']>, 'files'> & { readonly paths: readonly string[] }

const stagesKeptMs = 14 * 24 * 60 * 60 * 1000

/** Stages of imports that nobody went on with. */
function sweepStages(folder: string, now: number): void {
  let names: string[] = []
  try { names = readdirSync(folder).filter((name) => name.startsWith('logs-')) } catch { return }
  for (const name of names) if (now - statSync(join(folder, name)).mtimeMs > stagesKeptMs) rmSync(join(folder, name), { recursive: true, force: true })
}

interface Source { readonly paths: readonly string[]; readonly pack: Feedback | null; readonly look: LogLook; readonly names: readonly string[]; readonly identity: unknown }

async function sourceOf(parts: Parts, request: ImportRequest, scratch: string, context: JobContext): Promise<Source> {
  const files = await logFilesAt(request.paths)
  const packs = files.filter(isPack)
  if (packs.length > 0 && files.length > 1) throw new SlipwayError('input.invalid', { reason: 'a feedback pack is imported alone; give one at a time' })
  const look = await lookAtFiles(parts, { paths: request.paths, format: request.format, versionId: request.versionId }, context)
  const identity = await Promise.all(files.map(async (path) => { const s = await stat(path); return [path, s.size, s.mtimeMs] }))
  const names = files.map((f) => basename(f))
  if (packs[0] === undefined) return { paths: files, pack: null, look, names, identity }
  context.progress({ step: 'Unpacking and checking the pack', done: null, total: null }, null)
  return { paths: await unpackParts(packs[0], scratch, context.signal), pack: await readPack(packs[0]), look, names, identity }
}

interface Whose { readonly versionId: VersionId | undefined; readonly bundleId: BundleId | null; readonly rootDigest: string | null }

/** Which version the files are of. Errors: `logs.unknownBundle`, `logs.whichVersion`. */
function whoseLogs({ look }: Source, request: ImportRequest, parts: Parts): Whose {
  const { bundle } = look
  if (bundle === null) {
    if (request.versionId === undefined && request.mapping?.version === undefined && look.mapping.version === undefined) throw new SlipwayError('logs.whichVersion', { reason: 'the files do not say it' })
    return { versionId: request.versionId, bundleId: null, rootDigest: null }
  }
  const here = parts.store.read((db) => bundleOf(db, bundle.rootDigest))
  if (here === null && request.versionId === undefined) throw new SlipwayError('logs.unknownBundle', bundle)
  if (here !== null && request.versionId !== undefined && here.versionId !== request.versionId) throw new SlipwayError('logs.whichVersion', { reason: `its records are of ${bundle.model} ${bundle.version}, the bundle of version ${here.number}, and you named another one` })
  return { versionId: request.versionId ?? here?.versionId, bundleId: here?.bundleId ?? null, rootDigest: bundle.rootDigest }
}

function mappingOf(request: ImportRequest, { look }: Source): ReadingPlan['mapping'] {
  const mapping = { ...look.mapping, ...request.mapping }
  if (request.mapping === undefined && look.missing.length > 0) throw new SlipwayError('logs.mapping', { missing: look.missing.join(', '), columns: look.columns.map((c) => c.name).join(', ') })
  return mapping
}

function planOf(parts: Parts, request: ImportRequest, source: Source, whose: Whose, as: ReadAs): ReadingPlan {
  const mapping = mappingOf(request, source)
  const { format } = source.look
  const key = createHash('sha256').update(JSON.stringify([source.identity, format, mapping, request.level, request.time ?? null, as.versionId, as.versionNumber, as.referenceSha256, as.personal, whose.rootDigest, parts.version])).digest('hex').slice(0, 32)
  const stages = join(parts.places.journals, `logs-${key}`)
  const earlier = parts.store.read((db) => storedBatches(db, { modelId: as.modelId })).flatMap(({ batch, file }) => (file === null || batch.rows === 0 ? [] : [{ path: parts.blobs.path(file), from: batch.from, to: batch.to }]))
  return {
    format, paths: [...source.paths], stages, key, target: join(workFolder(parts), 'rows.parquet'), mapping, level: request.level, versionNumber: as.versionNumber, knownNumbers: [...as.knownNumbers], rootDigest: whose.rootDigest, time: request.time ?? null,
    classes: (as.binding?.classes ?? []).map((c) => c.label), positiveClass: as.binding?.positiveClass ?? null, regression: as.binding?.task === 'regression', binding: as.binding, inputTypes: { ...as.inputTypes }, outputTypes: { ...as.outputTypes },
    reference: as.reference, referenceSha256: as.referenceSha256, fills: { ...as.fills }, personal: [...as.personal], earlier,
  }
}

/** What a batch says of people and values, as it was found and not as it was asked for. */
function holdsOf({ layout, rawColumns, leftOut }: ReadingResult): LogBatch['holds'] {
  const bins = layout.features.filter((f) => f.bins !== null).length
  const level = rawColumns.length > 0 ? 2 as const : bins > 0 ? 1 as const : 0 as const
  const said = level === 2 ? `Answers, bins of ${formatPlural(bins, 'input')}, and the values of ${rawColumns.join(', ')}.` : level === 1 ? `Answers and bins of ${formatPlural(bins, 'input')}; no value of an input.` : 'Outcomes and answers; nothing of the inputs.'
  return { level, rawColumns, leftOut, sentence: leftOut.length === 0 ? said : `${said} Personal columns were left out: ${leftOut.join(', ')}.` }
}

/** The deployment that a log is of: the named one, one that goes on, or (of a pack) a new one, since its server answered. */
function deploymentFor(db: WriteDb, request: ImportRequest, as: ReadAs, whose: Whose, result: ReadingResult, now: number): LogBatch['deploymentId'] {
  if (request.deploymentId !== undefined) return getDeployment(db, request.deploymentId).id
  const { versionId } = as
  if (versionId === null) return null
  const known = listDeployments(db, { modelId: as.modelId, environment: request.environment, current: false }).filter((d) => d.versionId === versionId && (request.target === undefined || d.target === request.target))
  const found = known.find((d) => d.until === null || (result.from !== null && result.from <= d.until))
  if (found !== undefined) return found.id
  if (whose.rootDigest === null || result.rows === 0 || result.from === null) return null
  return startDeployment(db, { versionId, environment: request.environment, target: request.target ?? 'default', at: result.from, start: 'seen', source: 'feedback', replace: false, ...(whose.bundleId === null ? {} : { bundleId: whose.bundleId }), reason: 'Its prediction log came home.' }, now).id
}

function warningsOf(parts: Parts, as: ReadAs, result: ReadingResult, whose: Whose): readonly string[] {
  const before = parts.store.read((db) => storedBatches(db, { modelId: as.modelId })).find(({ batch }) => result.files.length > 0 && result.files.every((f) => batch.files.some((b) => b.sha256 === f.sha256)))
  return [...result.warnings, ...(before === undefined ? [] : [`These files were imported before, as ${before.batch.name}.`]), ...(whose.rootDigest !== null && whose.bundleId === null ? ['The bundle of these records was not exported here; they are taken for the version that you named.'] : [])]
}

async function store(parts: Parts, request: ImportRequest, source: Source, whose: Whose, as: ReadAs, plan: ReadingPlan, result: ReadingResult): Promise<LogBatch> {
  const sha256 = await parts.blobs.put(plan.target)
  const now = parts.clock()
  const warnings = [...warningsOf(parts, as, result, whose)]
  const name = request.name ?? `${source.names[0] ?? 'logs'}${source.names.length > 1 ? ` and ${source.names.length - 1} more` : ''}`
  const account = { ...result.account, packed: source.pack === null ? null : { unreadable: source.pack.unreadable, otherBundles: source.pack.other_bundles }, dropped: result.account.dropped + (source.pack?.dropped ?? 0) }
  return parts.store.write((db) => {
    const id = newId('logs', now)
    const deploymentId = deploymentFor(db, request, as, whose, result, now)
    const of = `${formatCount(result.rows)} rows of ${name}`
    const eventId = record(db, { verb: 'logs.import', subject: id, sentence: `Brought home ${of}: ${formatCount(account.read)} records read, ${formatCount(account.duplicates)} duplicates, ${formatCount(account.rejected)} rejected.`, facts: { sha256, rows: result.rows, read: account.read, files: result.files } }, now)
    insertBatch(db, {
      id, modelId: as.modelId, versionId: as.versionId, deploymentId, environment: request.environment, name, format: plan.format, files: result.files, account, holds: holdsOf(result), layout: result.layout, versions: result.versions, outcomes: result.outcomes, arms: result.arms,
      standsFor: result.standsFor, lowestSampling: result.lowestSampling, warnings, rows: result.rows, from: result.from, to: result.to, createdAt: now, sha256, eventId,
    })
    return getBatch(db, id).batch
  })
}

function demandFew(result: ReadingResult, limit: number): void {
  const { read, rejected, reasons } = result.account
  if (read > 0 && rejected / read > limit) throw new SlipwayError('logs.mostRejected', { share: rejected / read, limit, first: reasons[0]?.sentence ?? '' })
}

/** What a stopped or broken-off import may go on with. */
const goesOn = (code: string): boolean => ['job.cancelled', 'engine.crashed', 'engine.outOfMemory', 'file.diskFull'].includes(code)

/** Imports. Errors: `logs.*`, `file.*`, `dataset.*`, `deployment.*`, `job.cancelled`. */
export async function importLogs(parts: Parts, request: ImportRequest, context: JobContext): Promise<LogBatch> {
  sweepStages(parts.places.journals, parts.clock())
  const scratch = workFolder(parts)
  let plan: ReadingPlan | null = null
  try {
    const source = await sourceOf(parts, request, scratch, context)
    const whose = whoseLogs(source, request, parts)
    const as = await readAs(parts, { ...whose, modelId: request.modelId }, request.level > 0, context)
    plan = planOf(parts, request, source, whose, as)
    await mkdir(plan.stages, { recursive: true })
    await mkdir(dirname(plan.target), { recursive: true })
    const result = source.paths.length === 0 ? null : await parts.light.task('logs.read', plan, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    if (result === null) throw new SlipwayError('logs.nothing', { what: source.names.join(', ') })
    demandFew(result, request.mostRejected)
    const batch = await store(parts, request, source, whose, as, plan, result)
    await rm(plan.stages, { recursive: true, force: true })
    return batch
  } catch (thrown) {
    if (plan !== null && !goesOn(asSlipwayError(thrown).code)) await rm(plan.stages, { recursive: true, force: true })
    throw thrown
  } finally {
    await rm(scratch, { recursive: true, force: true })
    if (plan !== null) await rm(dirname(plan.target), { recursive: true, force: true })
  }
}
