// run.evaluate: check, open the run's row, drive the engine, commit the result. Half an evaluation is not an evaluation:
// the row ends as done with everything, or as failed or cancelled with nothing.
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { correctedGuesses, standingGuesses } from '../../../shared/binding/binding-account.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import type { EvaluateProgress, EvaluationResult, ProviderStatus } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { Dataset, DatasetSource } from '../../../shared/domain/dataset.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { newId, type RunId } from '../../../shared/ids.ts'
import { excludedFault, fromStopped, rowsCounted } from '../../../shared/row-words.ts'
import { journalKey } from '../files/journals.ts'
import { askedToPause, type JobContext } from '../jobs.ts'
import { customMetricsOf } from '../steps/custom-metrics.ts'
import { readingNotes } from '../steps/reading-notes.ts'
import type { Parts } from '../parts.ts'
import { newestBinding } from '../store/bindings.ts'
import { readSettings, record } from '../store/history.ts'
import { crashesSinceDone, endRun, finishRun, insertRun, startRun, type Headline, type NewRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'
import { openModel, runningSha256 } from '../steps/model-source.ts'

export interface PlannedRun { readonly run: NewRun; readonly version: Version; readonly dataset: Dataset; readonly source: DatasetSource; readonly title: string; /** the stopped run that this one goes on from */ readonly resumes: RunId | null }

/** The number that stands for a run in lists: the first main metric of its task. */
export function headlineOf(result: Pick<EvaluationResult, 'task' | 'metrics'>): Headline | null {
  const wanted = mainMetrics(result.task)[0]
  const found = result.metrics.find((m) => m.metric === wanted && m.slice === '')
  return found === undefined ? null : { metric: found.metric, value: found.value, n: found.n }
}

/** After so many crashes of one model on one data content, the next evaluation asks first. */
const crashesBeforeAsking = 2

/** Opens the run's row as queued. Errors: `input.unknownId`, `input.invalid`, `binding.missing`, `engine.providerUnavailable`, `run.crashedBefore`. */
export function planRun(parts: Parts, request: InputOf<SlipwayContract['run.evaluate']>, probed: readonly ProviderStatus[], resumes: RunId | null = null): PlannedRun {
  const { dataset, source } = datasetSource(parts, request.datasetId)
  const beyond = excludedFault(request.options.excludeRecords, dataset.rows)
  if (beyond !== null) throw new SlipwayError('input.invalid', { reason: beyond })
  const device = probed.find((p) => p.provider === request.options.provider)
  if (device?.status === 'unavailable') throw new SlipwayError('engine.providerUnavailable', { provider: device.provider, reason: device.sentence })
  const planned = parts.store.write((db) => {
    const version = getVersion(db, request.versionId)
    const stored = request.binding === undefined ? newestBinding(db, version.id) : null
    const asked = request.binding ?? stored?.binding
    if (asked === undefined) throw new SlipwayError('binding.missing', { version: `${version.modelName} ${version.number}` })
    const crashes = crashesSinceDone(db, runningSha256(version), dataset.sha256)
    if (crashes >= crashesBeforeAsking && !request.again) throw new SlipwayError('run.crashedBefore', { version: `${version.modelName} ${version.number}`, dataset: dataset.name, times: crashes })
    const now = parts.clock()
    const guesses = standingGuesses(asked, stored?.guesses ?? request.guesses)
    // What the options override is part of what was measured: the run, its text and its exports speak of the policy that was applied.
    const rows = request.options.rows ?? asked.rows
    const binding = { ...asked, rows }
    const run: NewRun = {
      id: newId('run', now), versionId: version.id, datasetId: dataset.id, datasetSha256: dataset.sha256, modelSha256: runningSha256(version), owner: parts.places.sessionName,
      binding, guesses: rows === asked.rows ? guesses : correctedGuesses(asked, binding, guesses), options: resumes === null ? { ...request.options, threads: request.options.threads ?? readSettings(db).threads } : request.options, createdAt: now,
    }
    insertRun(db, run)
    return { run, version, dataset, source, title: `${resumes === null ? 'Evaluate' : 'Go on evaluating'} ${version.modelName} ${version.number} on ${dataset.name}`, resumes }
  })
  parts.changed(['runs'])
  return planned
}

const waiting = (rowsTotal: number): EvaluateProgress => ({ phase: 'opening', rowsDone: 0, rowsTotal, rowsPerSecond: null, secondsLeft: null, headline: null })

/** The notes of a run that goes on, with the id of the run before it. */
function goneOn(notes: readonly string[], before: RunId | null): readonly string[] {
  if (before === null) return notes
  const kept = notes.some((note) => note.includes(fromStopped))
  return kept ? notes.map((note) => note.replace(fromStopped, `goes on from ${before}, which was stopped`)) : [...notes, `This run does again what ${before} did not finish: nothing of it was kept.`]
}

async function score(parts: Parts, planned: PlannedRun, staging: string, context: JobContext): Promise<{ result: EvaluationResult; predictionsSha256: string }> {
  const { run, version, dataset, source } = planned
  const asked = { signal: context.signal, kill: context.kill }
  context.progress(waiting(dataset.rows), 0)
  const now = await parts.engine.task('dataset.hash', { path: source.path, format: source.format }, asked)
  if (now.sha256 !== run.datasetSha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  const model = await openModel(parts, version)
  await mkdir(staging, { recursive: true })
  const rowsTotal = Math.min(dataset.rows, run.options.limit ?? dataset.rows)
  if (planned.resumes !== null) parts.journals.handOver(planned.resumes, run.id)
  const journal = { path: parts.journals.path(run.id), key: journalKey({ ...run, slipway: parts.version }), afterMs: parts.journals.afterMs }
  const result = await parts.engine.task('evaluate', { model, source, rowsTotal, binding: run.binding, options: run.options, staging, journal }, {
    ...asked,
    onProgress: (p) => context.progress(p, p.rowsTotal === null || p.rowsTotal === 0 ? null : Math.min(1, p.rowsDone / p.rowsTotal)),
  })
  if (basename(result.predictionsFile) !== result.predictionsFile) throw new SlipwayError('transport.badMessage', { reason: 'the predictions file lies outside its folder' })
  return { result: { ...result, notes: [...readingNotes(dataset, run.options), ...goneOn(result.notes, planned.resumes)] }, predictionsSha256: await parts.blobs.put(join(staging, result.predictionsFile)) }
}

/** Closes the row without a result, in one transaction with its line of history. */
export function closeRun(parts: Parts, planned: PlannedRun, status: 'failed' | 'cancelled', thrown: unknown): void {
  const known = status === 'failed' || (thrown instanceof SlipwayError && thrown.code === 'job.paused')
  const error = known ? asSlipwayError(thrown).toPlain() : null
  const end = status === 'failed' ? `failed: ${error?.message ?? ''}` : known ? 'was paused.' : 'was cancelled.'
  parts.store.write((db) => {
    endRun(db, planned.run.id, status, error, parts.clock())
    record(db, { verb: 'run.evaluate', subject: planned.run.id, sentence: `${planned.title} ${end}`, facts: error === null ? { status } : { status, code: error.code } }, parts.clock())
  })
}

/** Evaluates a planned run. Answers its id; errors are stored with the run and thrown. */
export async function evaluateRun(parts: Parts, planned: PlannedRun, context: JobContext): Promise<{ runId: RunId }> {
  const { id } = planned.run
  const staging = join(parts.places.session, id)
  try {
    parts.store.write((db) => startRun(db, id, parts.clock()))
    parts.changed(['runs'])
    const { result: scored, predictionsSha256 } = await score(parts, planned, staging, context)
    const own = await customMetricsOf(parts, { modelId: planned.version.modelId, positiveClass: planned.run.binding.positiveClass, predictionsSha256 }, context)
    const result = own.length === 0 ? scored : { ...scored, metrics: [...scored.metrics, ...own] }
    const headline = headlineOf(result)
    parts.store.write((db) => {
      finishRun(db, id, { result, headline, predictionsSha256 }, parts.clock())
      record(db, { verb: 'run.evaluate', subject: id, sentence: `${planned.title}: ${rowsCounted(result.rows)}.`, facts: { status: 'done', headline, versionId: planned.version.id, datasetSha256: planned.run.datasetSha256 } }, parts.clock())
    })
    parts.journals.drop(id)
    return { runId: id }
  } catch (thrown) {
    const cancelled = context.signal.aborted || asSlipwayError(thrown).code === 'job.cancelled'
    closeRun(parts, planned, cancelled ? 'cancelled' : 'failed', askedToPause(context.signal) ? new SlipwayError('job.paused', {}) : thrown)
    throw thrown
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}
