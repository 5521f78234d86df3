// Answers to the jobs of the contract: each puts one operation into its lane and answers the job's id.
import { basename } from 'node:path'
import { contract, type SlipwayContract } from '../../shared/contract.ts'
import type { Handlers, Job, OutputOf } from '../../shared/contract-kit.ts'
import type { JobId } from '../../shared/ids.ts'
import type { JobContext, JobLane } from './jobs.ts'
import { exportRecord } from './operations/audit-export.ts'
import { verifyRecord } from './operations/audit-verify.ts'
import { knownProviders, probeProviders } from './operations/app-probe.ts'
import { proposeBinding } from './operations/binding-propose.ts'
import { exportCheckedBundle, planExport } from './operations/bundle-export.ts'
import { encryptBundle } from './operations/bundle-encrypt.ts'
import { layOutBundle } from './operations/bundle-layout.ts'
import { verifyBundleFile } from './operations/bundle-verify.ts'
import { addDataset } from './operations/dataset-add.ts'
import { closeRun, evaluateRun, planRun, type PlannedRun } from './operations/run-evaluate.ts'
import { fairnessOfFinishedRun } from './operations/run-fairness.ts'
import { qualityOfRun } from './operations/run-quality.ts'
import { baselineOfRun } from './operations/run-baseline.ts'
import { explainRun } from './operations/run-explain.ts'
import { planResume } from './operations/run-resume.ts'
import { addCustomMetric } from './operations/metric-add.ts'
import { computeCustomMetrics } from './operations/metric-compute.ts'
import { comparableRuns, compareFinishedRuns } from './operations/run-compare.ts'
import { groupRunDisagreements } from './operations/run-differ.ts'
import { calibrateFinishedRun } from './operations/run-calibrate.ts'
import { sliceFinishedRun } from './operations/run-slices.ts'
import { exploreRunThresholds } from './operations/run-thresholds.ts'
import { occludePicture } from './operations/run-occlusion.ts'
import { stressRun } from './operations/run-stress.ts'
import { writeReport } from './operations/report-write.ts'
import { fillGate } from './operations/gate-fill.ts'
import { openSample } from './operations/sample-open.ts'
import { planTrial } from './operations/trial-start.ts'
import { packOneModel } from './operations/model-pack.ts'
import { unpackOneModel } from './operations/model-unpack.ts'
import { backupOpenWorkspace } from './operations/workspace-backup.ts'
import { restoreIntoFolder } from './operations/workspace-restore.ts'
import { checkOpenWorkspace } from './operations/workspace-check.ts'
import { diffVersions, type DiffOf } from './operations/version-diff.ts'
import { importVersions } from './operations/version-import.ts'
import { measureParity } from './operations/version-parity.ts'
import { rewriteVersion } from './operations/version-rewrite.ts'
import { measureSpeed } from './operations/version-speed.ts'
import { decideJobs } from './decide-handlers.ts'
import { driftJobs } from './drift-handlers.ts'
import { monitorJobs } from './monitor-handlers.ts'
import type { Parts } from './parts.ts'
import { getDataset } from './store/datasets.ts'
import { modelName } from './store/models.ts'
import { getRun } from './store/runs.ts'
import { getVersion } from './store/versions.ts'

type JobKey = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Job ? K : never }[keyof SlipwayContract]
type Answers<K extends JobKey> = Pick<Handlers<SlipwayContract>, K>

interface Started<K extends JobKey> {
  readonly title: string
  readonly subject?: string
  readonly lane?: JobLane
  readonly pausable?: boolean
  readonly run: (context: JobContext) => Promise<OutputOf<SlipwayContract[K]>>
  readonly dropped?: () => void
}

function start<K extends JobKey>(parts: Parts, method: K, job: Started<K>): JobId {
  return parts.jobs.start({
    method, title: job.title, subject: job.subject ?? null, lane: job.lane ?? 'light', pausable: job.pausable ?? false, ...(job.dropped === undefined ? {} : { dropped: job.dropped }),
    // The answer is checked before anybody sees it, like every other one.
    run: async (context) => contract[method].output.parse(await job.run(context)),
    ended: () => parts.changed(contract[method].touches),
  })
}

const nameOf = (parts: Parts, versionId: Parameters<typeof getVersion>[1]): string => parts.store.read((db) => {
  const version = getVersion(db, versionId)
  return `${version.modelName} ${version.number}`
})

const importJobs = (parts: Parts): Answers<'app.probe' | 'sample.open' | 'version.import' | 'version.rewrite' | 'dataset.add'> => ({
  'app.probe': () => start(parts, 'app.probe', { title: 'Try the devices', run: (context) => probeProviders(parts, context) }),
  'sample.open': () => start(parts, 'sample.open', { title: 'Open the sample', lane: 'evaluations', run: (context) => openSample(parts, context) }),
  'version.import': ({ files, ...request }) => {
    const paths = files.map((token) => parts.admissions.redeem(token, 'read'))
    const what = paths.length === 1 ? basename(paths[0] ?? '') : `${paths.length} files`
    return start(parts, 'version.import', { title: `Import ${what}`, run: (context) => importVersions(parts, { ...request, paths }, context) })
  },
  'version.rewrite': ({ versionId }) => start(parts, 'version.rewrite', {
    title: `Rewrite the outputs of ${nameOf(parts, versionId)}`, subject: versionId, run: (context) => rewriteVersion(parts, versionId, context),
  }),
  'dataset.add': ({ file, ...request }) => {
    const path = parts.admissions.redeem(file, 'read')
    return start(parts, 'dataset.add', { title: `Add ${basename(path)}`, run: (context) => addDataset(parts, { ...request, path }, context) })
  },
})

const startRun = (parts: Parts, method: 'run.evaluate' | 'run.resume', planned: PlannedRun): JobId => start(parts, method, {
  title: planned.title, subject: planned.run.id, lane: 'evaluations', pausable: true,
  run: (context) => evaluateRun(parts, planned, context), dropped: () => closeRun(parts, planned, 'cancelled', null),
})

const runJobs = (parts: Parts): Answers<'binding.propose' | 'run.evaluate' | 'run.resume' | 'run.slices' | 'run.thresholds' | 'run.calibrate' | 'run.explain' | 'bundle.export' | 'bundle.verify' | 'bundle.encrypt' | 'bundle.layout'> => ({
  'binding.propose': (request) => {
    const dataset = parts.store.read((db) => getDataset(db, request.datasetId))
    return start(parts, 'binding.propose', { title: `Propose how ${dataset.name} feeds ${nameOf(parts, request.versionId)}`, subject: request.versionId, run: (context) => proposeBinding(parts, request, context) })
  },
  'run.evaluate': (request) => startRun(parts, 'run.evaluate', planRun(parts, request, knownProviders(parts))),
  'run.resume': (request) => startRun(parts, 'run.resume', planResume(parts, request, knownProviders(parts))),
  'run.slices': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.slices', { title: `Slice ${run.modelName} ${run.versionNumber} on ${run.datasetName}`, subject: run.id, run: (context) => sliceFinishedRun(parts, request, context) })
  },
  'run.calibrate': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.calibrate', { title: `Recalibrate ${run.modelName} ${run.versionNumber} on ${run.datasetName}`, subject: run.id, run: (context) => calibrateFinishedRun(parts, request, context) })
  },
  'run.thresholds': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.thresholds', { title: `Explore the thresholds of ${run.modelName} ${run.versionNumber} on ${run.datasetName}`, subject: run.id, run: (context) => exploreRunThresholds(parts, request, context) })
  },
  'run.explain': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.explain', { title: `Explain ${run.modelName} ${run.versionNumber} on ${run.datasetName}`, subject: run.id, lane: 'evaluations', run: (context) => explainRun(parts, request, context) })
  },
  'bundle.export': (request) => {
    const planned = planExport(parts, request)
    return start(parts, 'bundle.export', { title: planned.title, subject: planned.version.id, run: (context) => exportCheckedBundle(parts, planned, context) })
  },
  'bundle.encrypt': ({ file, destination, recipients }) => {
    const [path, target] = [parts.admissions.redeem(file, 'read'), parts.admissions.redeem(destination, 'write')]
    return start(parts, 'bundle.encrypt', { title: `Encrypt ${basename(path)}`, run: (context) => encryptBundle(parts, { path, target, recipients }, context) })
  },
  'bundle.layout': ({ file, destination }) => {
    const [path, folder] = [parts.admissions.redeem(file, 'read'), parts.admissions.redeem(destination, 'write')]
    return start(parts, 'bundle.layout', { title: `Lay out ${basename(path)}`, run: (context) => layOutBundle(path, folder, context) })
  },
  'bundle.verify': ({ file, trust, golden, strict, requireApprovals, serials }) => {
    const path = parts.admissions.redeem(file, 'read')
    const trusted = trust === undefined ? null : parts.admissions.redeem(trust, 'read')
    return start(parts, 'bundle.verify', { title: `Verify ${basename(path)}`, run: (context) => verifyBundleFile(parts, { path, trust: trusted, golden, strict, requireApprovals, serials: serials ?? {} }, context) })
  },
})

const readingJobs = (parts: Parts): Answers<'run.baseline' | 'run.quality' | 'run.fairness'> => ({
  'run.quality': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.quality', { title: `Look at the rows of ${run.datasetName}`, subject: run.id, run: (context) => qualityOfRun(parts, request, context) })
  },
  'run.fairness': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.fairness', { title: `Compare groups of ${run.datasetName}`, subject: run.id, run: (context) => fairnessOfFinishedRun(parts, request, context) })
  },
  'run.baseline': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.baseline', { title: `Compare ${run.modelName} ${run.versionNumber} on ${run.datasetName} with baselines`, subject: run.id, run: (context) => baselineOfRun(parts, request, context) })
  },
})

/** Runs again and again what a run has run already, to learn more of it. */
const studyJobs = (parts: Parts): Answers<'run.stress' | 'run.occlusion'> => ({
  'run.occlusion': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.occlusion', { title: `Cover picture ${request.record} of ${run.datasetName}`, subject: run.id, lane: 'evaluations', run: (context) => occludePicture(parts, request, context) })
  },
  'run.stress': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'run.stress', { title: `Stress ${run.modelName} ${run.versionNumber} on ${run.datasetName}`, subject: run.id, lane: 'evaluations', run: (context) => stressRun(parts, request, context) })
  },
})

const deviceJobs = (parts: Parts): Answers<'version.parity' | 'version.speed' | 'version.diff'> => ({
  'version.diff': (request) => {
    const of = (side: typeof request.left): DiffOf => (typeof side === 'string' ? side : { path: parts.admissions.redeem(side.file, 'read') })
    const [left, right] = [of(request.left), of(request.right)]
    const called = (side: DiffOf): string => (typeof side === 'string' ? nameOf(parts, side) : basename(side.path))
    return start(parts, 'version.diff', {
      title: `Compare the models of ${called(left)} and ${called(right)}`, ...(typeof right === 'string' ? { subject: right } : {}), run: (context) => diffVersions(parts, { left, right }, context),
    })
  },
  'version.parity': (request) => start(parts, 'version.parity', {
    title: `Compare devices for ${nameOf(parts, request.versionId)}`, subject: request.versionId, lane: 'evaluations', run: (context) => measureParity(parts, request, context),
  }),
  'version.speed': (request) => start(parts, 'version.speed', {
    title: `Time ${nameOf(parts, request.versionId)}`, subject: request.versionId, lane: 'evaluations', run: (context) => measureSpeed(parts, request, context),
  }),
})

const gateJobs = (parts: Parts): Answers<'gate.fill'> => ({
  'gate.fill': (request) => {
    const run = parts.store.read((db) => getRun(db, request.runId))
    return start(parts, 'gate.fill', { title: `Run what the gate of ${run.modelName} ${run.versionNumber} waits for`, subject: run.id, lane: 'evaluations', run: (context) => fillGate(parts, request, context) })
  },
})

const metricJobs = (parts: Parts): Answers<'metric.add' | 'metric.compute'> => ({
  'metric.add': (request) => start(parts, 'metric.add', { title: `Try the metric ${request.name}`, subject: request.modelId, run: (context) => addCustomMetric(parts, request, context) }),
  'metric.compute': (request) => start(parts, 'metric.compute', { title: 'Compute metrics of one’s own', subject: request.runId, run: (context) => computeCustomMetrics(parts, request, context) }),
})

const auditJobs = (parts: Parts): Answers<'audit.verify' | 'audit.export'> => ({
  'audit.verify': ({ against }) => {
    const path = against === undefined ? null : parts.admissions.redeem(against, 'read')
    return start(parts, 'audit.verify', { title: 'Verify the record', run: (context) => verifyRecord(parts, path, context) })
  },
  'audit.export': ({ file }) => {
    const path = parts.admissions.redeem(file, 'write')
    return start(parts, 'audit.export', { title: `Export the log as ${basename(path)}`, run: (context) => exportRecord(parts, path, context) })
  },
})

const workspaceJobs = (parts: Parts): Answers<'workspace.check' | 'workspace.backup' | 'workspace.restore' | 'model.pack' | 'model.unpack'> => ({
  'model.pack': ({ modelId, file, withoutPersonal }) => {
    const path = parts.admissions.redeem(file, 'write')
    return start(parts, 'model.pack', { title: `Pack ${parts.store.read((db) => modelName(db, modelId))}`, subject: modelId, run: (context) => packOneModel(parts, { modelId, target: path, withoutPersonal }, context) })
  },
  'model.unpack': ({ file, name }) => {
    const path = parts.admissions.redeem(file, 'read')
    return start(parts, 'model.unpack', { title: `Bring in ${basename(path)}`, run: (context) => unpackOneModel(parts, path, name, context) })
  },
  'workspace.backup': ({ file, withKey }) => {
    const path = parts.admissions.redeem(file, 'write')
    return start(parts, 'workspace.backup', { title: `Back up the workspace to ${basename(path)}`, run: (context) => backupOpenWorkspace(parts, path, withKey, context) })
  },
  'workspace.restore': ({ file, folder }) => {
    const [from, to] = [parts.admissions.redeem(file, 'read'), parts.admissions.redeem(folder, 'read')]
    return start(parts, 'workspace.restore', { title: `Restore ${basename(from)}`, run: (context) => restoreIntoFolder(from, to, context) })
  },
  'workspace.check': ({ sweep }) => start(parts, 'workspace.check', { title: sweep ? 'Sweep the workspace' : 'Check the workspace', run: (context) => checkOpenWorkspace(parts, sweep, context) }),
})

const comparingJobs = (parts: Parts): Answers<'run.compare' | 'run.differ'> => ({
  'run.compare': (request) => {
    const [champion, ...rest] = comparableRuns(parts, request.runs)
    return start(parts, 'run.compare', { title: `Compare ${[champion, ...rest].map((run) => `${run.modelName} ${run.versionNumber}`).join(', ')} on ${champion.datasetName}`, subject: champion.id, run: (context) => compareFinishedRuns(parts, request, context) })
  },
  'run.differ': (request) => {
    const [first, second] = comparableRuns(parts, [request.first, request.second])
    return start(parts, 'run.differ', { title: `Find where ${first.modelName} ${first.versionNumber} and ${second!.modelName} ${second!.versionNumber} differ on ${first.datasetName}`, subject: first.id, run: (context) => groupRunDisagreements(parts, request, context) })
  },
})

const reportJobs = (parts: Parts): Answers<'report.write'> => ({
  'report.write': ({ about, format, destination }) => {
    const target = parts.admissions.redeem(destination, 'write')
    return start(parts, 'report.write', { title: `Write ${basename(target)}`, run: (context) => writeReport(parts, { about, format, target }, context) })
  },
})

const trialJobs = (parts: Parts): Answers<'trial.start'> => ({
  'trial.start': ({ bundleId }) => {
    const { name, ...plan } = planTrial(parts, bundleId)
    return start(parts, 'trial.start', { title: `Try ${name}`, subject: bundleId, run: (context) => parts.trials.start(plan, context) })
  },
})

/** All jobs of the contract. */
export const jobHandlers = (parts: Parts): Answers<JobKey> => ({ ...importJobs(parts), ...runJobs(parts), ...metricJobs(parts), ...auditJobs(parts), ...workspaceJobs(parts), ...gateJobs(parts), ...readingJobs(parts), ...studyJobs(parts), ...deviceJobs(parts), ...comparingJobs(parts), ...trialJobs(parts), ...reportJobs(parts), ...monitorJobs(parts, (method, title, run) => start(parts, method, { title, run })), ...driftJobs(parts, (title, subject, run) => start(parts, 'monitor.analyse', { title, subject, run })), ...decideJobs(parts, (method, title, subject, run) => start(parts, method, { title, subject, run })) })
