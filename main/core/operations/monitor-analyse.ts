// monitor.analyse: stored logs of a version -> what they say, kept whole. Reads the rows once in the engine; holds and stores counts alone.
import { rm } from 'node:fs/promises'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { MonitorReport, MonitorSummary } from '../../../shared/domain/monitor.ts'
import type { Thresholds } from '../../../shared/drift/thresholds.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId, type VersionId } from '../../../shared/ids.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { ExplainBudget } from '../../../shared/domain/explanation.ts'
import type { JobContext } from '../jobs.ts'
import type { AnalysisPlan } from '../monitor/analysis/analysis-plan.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { watchedProfile, type WatchedProfile } from '../steps/watched-profile.ts'
import { newestBinding } from '../store/bindings.ts'
import type { ReadDb } from '../store/database.ts'
import { record } from '../store/history.ts'
import { storedBatches, storedLabels } from '../store/log-batches.ts'
import { insertReport, listDecisions } from '../store/monitor.ts'
import { getVersion } from '../store/versions.ts'
import { summaryOf } from './monitor-overview.ts'
import { explainRun } from './run-explain.ts'

type Request = InputOf<SlipwayContract['monitor.analyse']>

/** Windows of this many rows where no limits say how many. */
const usualRows = 2000

/** Limits that somebody moved since the bundle was made, the newest word on each. */
function movedLimits(db: ReadDb, versionId: VersionId, limits: Thresholds | null): Thresholds | null {
  if (limits === null) return null
  const moved = new Map(listDecisions(db, { versionId }).filter((d) => d.action === 'threshold' && d.newLimit !== null).reverse().map((d) => [d.thresholdId, d]))
  return { ...limits, thresholds: limits.thresholds.map((t) => { const d = moved.get(t.id); return d === undefined ? t : { ...t, value: d.newLimit!, origin: { ...t.origin, formula: `moved from ${t.value}${d.who === null ? '' : ` by ${d.who}`}: ${d.reason}` } } }) }
}

const expectedOf = ({ run }: WatchedProfile): MonitorReport['quality']['expected'] => (run === null ? null : { runId: run.id, datasetName: run.datasetName, metrics: mainMetrics(run.task).flatMap((name) => run.metrics.filter((m) => m.metric === name && m.slice === '')) })

/** How much the model rests on each column; none where it cannot be told. */
async function importanceOf(parts: Parts, request: Request, { run }: WatchedProfile, context: JobContext): Promise<{ readonly importance: Record<string, number>; readonly notes: string[] }> {
  if (!request.explain || run === null) return { importance: {}, notes: [] }
  try {
    const { importance } = await explainRun(parts, { runId: run.id, records: [], budget: ExplainBudget.parse({ rows: 300, shuffles: 2, values: 0, orders: 1 }) }, context)
    return { importance: Object.fromEntries(importance.map((f) => [f.feature, Math.max(0, f.rise)])), notes: [] }
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError) || thrown.code === 'job.cancelled') throw thrown
    return { importance: {}, notes: [`Columns are not ordered by what the model rests on: ${thrown.message}`] }
  }
}

function predictionsOf(parts: Parts, { run }: WatchedProfile): string | null {
  if (run === null) return null
  try { return storedPredictions(parts, run) } catch { return null }
}

interface Rows { readonly logs: AnalysisPlan['logs']; readonly labels: string[]; readonly batches: number; readonly mixed: boolean; readonly otherVersion: number | null }

function rowsOf(parts: Parts, request: Request): Rows {
  return parts.store.read((db) => {
    const version = getVersion(db, request.versionId)
    const other = request.against.kind === 'window' ? request.against : null
    const of = (versionId: VersionId, from: number | undefined, to: number | undefined): ReturnType<typeof storedBatches> => storedBatches(db, { modelId: version.modelId, versionId, from, to }).filter(({ file, batch }) => file !== null && batch.rows > 0)
    const own = of(version.id, request.from, request.to)
    if (own.length === 0) throw new SlipwayError('monitor.noLogs', { name: `${version.modelName} ${version.number}` })
    const compared = other === null ? [] : of(other.versionId ?? version.id, other.from, other.to)
    const all = [...new Map([...own, ...compared].map((b) => [b.batch.id, b])).values()]
    return {
      logs: all.map(({ batch, file }) => ({ path: parts.blobs.path(file!), layout: batch.layout })), batches: own.length,
      labels: storedLabels(db, version.modelId).flatMap(({ labels, file }) => (file === null || labels.rows === 0 ? [] : [parts.blobs.path(file)])),
      // Rows of other versions in the same files are told apart by their number; files of one version need not say it.
      mixed: all.some(({ batch }) => batch.versionId === null || batch.versions.length > 1) || (other?.versionId !== undefined && other.versionId !== version.id),
      otherVersion: other === null ? null : getVersion(db, other.versionId ?? version.id).number,
    }
  })
}

function planOf(parts: Parts, request: Request, rows: Rows, profile: WatchedProfile, thresholds: Thresholds | null, importance: Record<string, number>): AnalysisPlan {
  const { version, binding } = parts.store.read((db) => ({ version: getVersion(db, request.versionId), binding: profile.run?.binding ?? newestBinding(db, request.versionId)?.binding ?? null }))
  if (binding === null) throw new SlipwayError('logs.noBinding', {})
  return {
    logs: rows.logs, labels: rows.labels, folder: workFolder(parts), task: binding.task, classes: binding.classes.map((c) => c.label), positiveClass: binding.task === 'binary-classification' ? binding.positiveClass : null,
    version: rows.mixed ? version.number : null, arm: request.arm ?? null, from: request.from ?? null, to: request.to ?? null, windows: request.windows, lastRows: request.lastRows ?? thresholds?.windowRows ?? usualRows,
    against: request.against.kind === 'window' ? { from: request.against.from, to: request.against.to, version: rows.mixed ? rows.otherVersion : null } : null,
    reference: profile.reference, thresholds, importance, slices: request.slices, predictions: predictionsOf(parts, profile), expected: expectedOf(profile),
  }
}

/** Errors: `input.unknownId`, `monitor.noLogs`, `logs.noBinding`, `input.invalid` for a slice that has no bins, `job.cancelled`. */
export async function analyseVersionLogs(parts: Parts, request: Request, context: JobContext): Promise<MonitorSummary> {
  const rows = rowsOf(parts, request)
  context.progress({ step: 'reading the profile', done: null, total: null }, null)
  const profile = await watchedProfile(parts, request.versionId, context)
  const { importance, notes } = await importanceOf(parts, request, profile, context)
  const plan = planOf(parts, request, rows, profile, parts.store.read((db) => movedLimits(db, request.versionId, profile.thresholds)), importance)
  try {
    const { details, source, ...found } = await parts.light.task('monitor.analyse', plan, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    const now = parts.clock()
    const version = parts.store.read((db) => getVersion(db, request.versionId))
    const window = request.against.kind === 'window'
    const report: MonitorReport = {
      ...found, id: newId('monitor', now), createdAt: now, who: parts.actor()?.name ?? null, modelId: version.modelId, modelName: version.modelName, versionId: version.id, versionNumber: version.number, task: plan.task, request, notes: [...notes, ...found.notes],
      source: { ...source, batches: rows.batches, limits: profile.limits, profile: window ? { ...profile.source, from: 'window', rows: found.data.referenceRows, sentence: 'Another stretch of the logs, in the bins of the profile.' } : profile.source },
    }
    return parts.store.write((db) => {
      const firing = report.alerts.filter((a) => a.state === 'firing').length
      const eventId = record(db, { verb: 'monitor.analyse', subject: version.id, sentence: `Analysed ${source.rows} rows of logs of ${version.modelName} ${version.number}: ${report.data.sentence} ${firing === 0 ? 'No alert.' : `${firing} alerts.`}`, facts: { monitorId: report.id } }, now)
      insertReport(db, report, details, eventId)
      return summaryOf(db, report)
    })
  } finally { await rm(plan.folder, { recursive: true, force: true }) }
}
