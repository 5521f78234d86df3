// gate.fill: runs what rules of a policy wait for, through the operations that already exist, and keeps what has no home of its own.
// Refuses to begin work beyond the seconds it was given; what fails is said and does not stop the rest.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { GateFilled, GateTask, GateWork } from '../../../shared/domain/gate.ts'
import { ParityOptions, SpeedOptions } from '../../../shared/domain/device-report.ts'
import { RunOptions, type Run } from '../../../shared/domain/run.ts'
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import { formatDuration, formatPlural } from '../../../shared/format.ts'
import type { Paired } from '../../../shared/gate/facts.ts'
import { newId, type DatasetId, type RunId } from '../../../shared/ids.ts'
import { nearestWords } from '../../../shared/nearest-names.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
import { listDatasets } from '../store/datasets.ts'
import { record } from '../store/history.ts'
import { insertRunReport, type ReportKind } from '../store/run-reports.ts'
import { getRun } from '../store/runs.ts'
import { mostLevels } from '../../../shared/domain/stress.ts'
import { knownProviders } from './app-probe.ts'
import { previewGate, storedPolicy } from './gate-check.ts'
import { baselineOfRun, trivialOfRun } from './run-baseline.ts'
import { compareFinishedRuns } from './run-compare.ts'
import { evaluateRun, planRun } from './run-evaluate.ts'
import { fairnessOfFinishedRun } from './run-fairness.ts'
import { qualityOfRun } from './run-quality.ts'
import { sliceFinishedRun } from './run-slices.ts'
import { stressRun } from './run-stress.ts'
import { measureParity } from './version-parity.ts'
import { measureSpeed } from './version-speed.ts'

function keep<K extends ReportKind>(parts: Parts, run: Run, kind: K, request: object, report: Parameters<typeof insertRunReport<K>>[1]['report']): void {
  const now = parts.clock()
  parts.store.write((db) => {
    const id = newId('report', now)
    insertRunReport(db, { id, runId: run.id, kind, request, report, createdAt: now })
    record(db, { verb: 'gate.fill', subject: run.id, sentence: `Kept ${keptNames[kind]} of ${run.modelName} ${run.versionNumber} on ${run.datasetName} for its gate.`, facts: { report: id, kind } }, now)
  })
}
const keptNames: Readonly<Record<ReportKind, string>> = { slices: 'the slices', fairness: 'the comparison of groups', quality: 'the look at the rows', baselines: 'the comparison with baselines', 'newest-time': 'the newest time', paired: 'the comparison row by row' }

/** The data set of a name; of several the newest. Errors: `input.invalid`. */
function datasetNamed(parts: Parts, name: string): DatasetId {
  const all = parts.store.read(listDatasets)
  const found = all.find((d) => d.name === name)
  if (found === undefined) throw new SlipwayError('input.invalid', { reason: `there is no data set named “${name}” in this workspace${nearestWords(name, all.map((d) => d.name))}` })
  return found.id
}

const training = (parts: Parts, name: string | null): { trainingId?: DatasetId } => (name === null ? {} : { trainingId: datasetNamed(parts, name) })

async function evaluateOn(parts: Parts, run: Run, data: string, context: JobContext): Promise<void> {
  const options = RunOptions.parse({ provider: run.options.provider, batchSize: run.options.batchSize, threads: run.options.threads, rows: run.options.rows, seed: run.options.seed })
  await evaluateRun(parts, planRun(parts, { versionId: run.versionId, datasetId: datasetNamed(parts, data), binding: run.binding, guesses: run.guesses, options, again: false }, knownProviders(parts)), context)
}

const measured = (run: Run): { versionId: Run['versionId']; datasetId: DatasetId; binding: Run['binding'] } => ({ versionId: run.versionId, datasetId: run.datasetId, binding: run.binding })

/** The difference of one metric on the rows that both runs have, so that above 0 the run at hand is better. */
async function pairedDifference(parts: Parts, run: Run, work: Extract<GateWork, { what: 'paired' }>, context: JobContext): Promise<Paired> {
  const { against, metric, slice, confidence } = work
  const { challengers } = await compareFinishedRuns(parts, { runs: [against, run.id], metrics: [{ metric, slice }], confidence, power: 0.8, margins: {} }, context)
  const found = challengers[0]?.metrics[0]
  const asked = { against, metric, slice, confidence, rows: found?.rows ?? 0 }
  if (found === undefined || found.difference === null || found.low === null || found.high === null) return { ...asked, gain: null, reason: found?.sentence ?? 'no test fits this metric.' }
  const { difference: value, low, high } = found
  return { ...asked, gain: found.direction === 'lower-is-better' ? { value: -value, low: -high, high: -low } : { value, low, high }, reason: null }
}

/** Does one piece of work and keeps its answer. Errors: those of the operation behind it. */
async function perform(parts: Parts, run: Run, work: GateWork, context: JobContext): Promise<void> {
  switch (work.what) {
    case 'evaluate': return evaluateOn(parts, run, work.data, context)
    case 'slices': {
      const request = { runId: run.id, ...(work.columns === null ? {} : { columns: work.columns }), minimumRows: work.minimumRows, level: 0.05 }
      return keep(parts, run, 'slices', request, await sliceFinishedRun(parts, request, context))
    }
    case 'fairness': {
      const request = { runId: run.id, columns: work.columns, ...(work.class === null ? {} : { class: work.class }), ...(work.reference === null ? {} : { reference: work.reference }), minimumRows: work.minimumRows }
      return keep(parts, run, 'fairness', request, await fairnessOfFinishedRun(parts, request, context))
    }
    case 'baselines': {
      const request = { runId: run.id, ...training(parts, work.training) }
      return keep(parts, run, 'baselines', request, work.training === null ? await trivialOfRun(parts, run.id, context.signal) : await baselineOfRun(parts, request, context))
    }
    case 'quality': {
      const request = { runId: run.id, ...training(parts, work.training) }
      return keep(parts, run, 'quality', request, await qualityOfRun(parts, request, context))
    }
    case 'newest-time': {
      const source = await unchangedSource(parts, run.datasetId, run.datasetSha256, context)
      const found = await parts.light.task('newest-time', { source, column: work.column }, { signal: context.signal, kill: context.kill })
      return keep(parts, run, 'newest-time', { column: work.column }, { column: work.column, ...found })
    }
    case 'paired': return keep(parts, run, 'paired', { against: work.against, metric: work.metric, slice: work.slice, confidence: work.confidence }, await pairedDifference(parts, run, work, context))
    case 'stress': await stressRun(parts, { runId: run.id, kinds: work.kinds, levels: mostLevels }, context); return
    case 'speed': await measureSpeed(parts, { ...measured(run), options: SpeedOptions.parse({ device: work.device, batchSizes: work.batchSizes }) }, context); return
    case 'parity': await measureParity(parts, { ...measured(run), options: ParityOptions.parse({ device: work.device, against: work.against, limit: work.rows }) }, context)
  }
}

/** What a step says, whichever operation it comes from. */
const stepOf = (value: unknown): string => {
  const step = typeof value === 'object' && value !== null ? (value as { step?: unknown; phase?: unknown }) : {}
  return typeof step.step === 'string' ? step.step : typeof step.phase === 'string' ? step.phase : ''
}

function within(context: JobContext, title: string, at: number, of: number): JobContext {
  return { ...context, progress: (value, fraction) => { const step = stepOf(value); context.progress({ step: `${title}${step === '' ? '' : `: ${step}`}`, done: at, total: of }, (at + (fraction ?? 0)) / of) } }
}

/** Errors: `input.unknownId`, `run.notFinished`, `gate.policyMissing`, `job.cancelled`. */
export async function fillGate(parts: Parts, request: InputOf<SlipwayContract['gate.fill']>, context: JobContext): Promise<GateFilled> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const policy = request.policy ?? parts.store.read((db) => storedPolicy(db, run.modelId)).policy
  const tasks = await tasksOf(parts, { ...request, policy })
  const [done, left]: [GateTask[], { task: GateTask; reason: string }[]] = [[], []]
  const begun = Date.now()
  for (const [i, task] of tasks.entries()) {
    const rest = request.seconds - (Date.now() - begun) / 1000
    if (rest <= 0 || (task.seconds !== null && task.seconds > rest)) {
      left.push({ task, reason: `It takes ${task.seconds === null ? 'a time that nothing tells' : `about ${formatDuration(task.seconds * 1000)}`}, and of the ${formatPlural(request.seconds, 'second')} allowed ${formatDuration(Math.max(0, rest) * 1000)} ${rest > 1 ? 'are' : 'is'} left.` })
      continue
    }
    context.progress({ step: task.title, done: i, total: tasks.length }, i / tasks.length)
    try {
      await perform(parts, run, task.work, within(context, task.title, i, tasks.length))
      done.push(task)
    } catch (thrown) {
      if (context.signal.aborted || !(thrown instanceof SlipwayError)) throw thrown
      left.push({ task, reason: asSlipwayError(thrown).message })
    }
  }
  return { done, left }
}

async function tasksOf(parts: Parts, request: { readonly runId: RunId; readonly baselineRunId?: RunId | undefined; readonly policy: Parameters<typeof previewGate>[1]['policy']; readonly rules?: readonly number[] | undefined }): Promise<readonly GateTask[]> {
  const { tasks } = await previewGate(parts, { runId: request.runId, policy: request.policy, ...(request.baselineRunId === undefined ? {} : { baselineRunId: request.baselineRunId }) })
  return request.rules === undefined ? tasks : tasks.filter((task) => task.rules.some((rule) => request.rules?.includes(rule)))
}
