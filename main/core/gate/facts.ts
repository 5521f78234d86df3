// Gathers what rules are judged by: stored facts of a run, its version, its data and the runs beside it. Judges nothing and runs nothing.
import { stat } from 'node:fs/promises'
import type { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { cardFields } from '../../../shared/gate/card-fields.ts'
import type { Against, MoreFacts, OtherRun, RunFacts } from '../../../shared/gate/facts.ts'
import { RunId, type DatasetId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { approvalsFor } from './approvals.ts'
import { runningFiles } from '../steps/model-source.ts'
import { aliasTarget } from '../store/aliases.ts'
import { careOf } from '../store/care.ts'
import type { ReadDb } from '../store/database.ts'
import { datasetPath, getDataset } from '../store/datasets.ts'
import { listDeviceReports } from '../store/device-reports.ts'
import { listRunReports } from '../store/run-reports.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { listStressTests } from '../store/stress-tests.ts'
import { getVersion } from '../store/versions.ts'

const mostRuns = 1000

const other = (run: Run, label: string): OtherRun => ({ id: run.id, label, metrics: run.metrics, rows: run.rows })

/** The newest finished run of a version on a data set of this name. */
function runOnData(db: ReadDb, run: Run, name: string): OtherRun | null {
  if (run.datasetName === name) return other(run, `the run on ${name}`)
  const found = listRuns(db, { versionId: run.versionId, offset: 0, limit: mostRuns }).find((r) => r.status === 'done' && r.datasetName === name)
  return found === undefined ? null : other(getRun(db, found.id), `the run on ${name}`)
}

/** What an `against` leads to: a run by its id, or the newest run of the version that has the alias, on the same data. */
function againstOf(db: ReadDb, run: Run, named: string): Against {
  const id = RunId.safeParse(named)
  if (id.success) {
    const found = listRuns(db, { modelId: run.modelId, offset: 0, limit: mostRuns }).find((r) => r.id === id.data)
    if (found === undefined || found.status !== 'done') return { kind: 'none', why: `There is no finished run ${named} of this model.` }
    return found.id === run.id ? { kind: 'itself', label: 'The run to compare with' } : { kind: 'run', run: other(getRun(db, found.id), `run ${found.id} (v${found.versionNumber} on ${found.datasetName})`) }
  }
  const target = aliasTarget(db, run.modelId, named)
  if (target === null) return { kind: 'none', why: `The alias ${named} points to no version of this model.` }
  if (target === run.versionId) return { kind: 'itself', label: `The alias ${named}` }
  const found = listRuns(db, { versionId: target, offset: 0, limit: mostRuns }).find((r) => r.status === 'done' && r.datasetSha256 === run.datasetSha256)
  if (found === undefined) return { kind: 'none', why: `${named} (v${getVersion(db, target).number}) has no finished run on the same data.` }
  return { kind: 'run', run: other(getRun(db, found.id), `${named} (v${found.versionNumber})`) }
}

const unique = (names: readonly (string | undefined)[]): string[] => [...new Set(names.filter((name) => name !== undefined))]

/** When the file of a data set was last written; null when it is gone, or was written after it was added and so may be another one. */
export async function fileDate(parts: Parts, id: DatasetId): Promise<number | null> {
  const { path, addedAt } = parts.store.read((db) => ({ path: datasetPath(db, id, parts.places.datasets), addedAt: getDataset(db, id).createdAt }))
  try {
    const at = Math.floor((await stat(path)).mtimeMs)
    return at <= addedAt ? at : null
  } catch { return null }
}

export interface Gathered { readonly run: Run; readonly baseline: Run | null; readonly policy: GatePolicy; readonly now: number; /** as `fileDate` found it */ readonly fileAt: number | null }

function moreFacts(db: ReadDb, { run, policy, now, fileAt }: Gathered, version: Version): MoreFacts {
  const data = unique(policy.rules.map((rule) => ('data' in rule ? rule.data : undefined)))
  const named = unique(policy.rules.map((rule) => ('against' in rule && rule.kind === 'no-regression' ? rule.against : undefined)))
  const dataset = getDataset(db, run.datasetId)
  const devices = listDeviceReports(db, { versionId: run.versionId })
  return {
    now, runId: run.id, task: run.task,
    onData: Object.fromEntries(data.map((name) => [name, runOnData(db, run, name)])), against: Object.fromEntries(named.map((name) => [name, againstOf(db, run, name)])),
    slices: listRunReports(db, run.id, 'slices'), fairness: listRunReports(db, run.id, 'fairness'), quality: listRunReports(db, run.id, 'quality'),
    baselines: listRunReports(db, run.id, 'baselines'), newestTimes: listRunReports(db, run.id, 'newest-time'), paired: listRunReports(db, run.id, 'paired'),
    stress: listStressTests(db, run.id),
    speed: devices.speed.filter((r) => r.modelSha256 === run.modelSha256), parity: devices.parity.filter((r) => r.modelSha256 === run.modelSha256),
    dataset: { id: dataset.id, name: dataset.name, addedAt: dataset.createdAt, fileAt, columns: dataset.columns.map(({ name, type }) => ({ name, type })) },
    version: { label: `${version.modelName} ${version.number}`, note: version.note, tags: version.tags, links: [{ modelId: run.modelId, versionId: run.versionId }, { modelId: run.modelId }].flatMap((of) => careOf(db, of).links.flatMap((link) => [link.title, link.url])).filter((name) => name !== ''), card: cardFields(version) },
    approvals: approvalsFor(db, run, policy),
  }
}

/** Everything that the rules of a policy may ask for. */
export function gatherFacts(db: ReadDb, of: Gathered): RunFacts {
  const { run, baseline, policy } = of
  const version = getVersion(db, run.versionId)
  return {
    metrics: run.metrics, rows: run.rows, modelBytes: runningFiles(version).reduce((n, f) => n + f.bytes, 0), baselineMetrics: baseline?.metrics ?? null,
    ...(policy.schema === 'slipway.gate/1' ? {} : { baselineRun: baseline === null ? null : other(baseline, `the baseline run (v${baseline.versionNumber})`), more: moreFacts(db, of, version) }),
  }
}
