// Steps of what is deployed and words on hosts, as they were recorded. Only ever added to; what the steps come to is told by shared/monitor/deployments.ts.
import { SlipwayError } from '../../../shared/errors.ts'
import { HostConsent, type DeploymentSource } from '../../../shared/domain/deployment.ts'
import { newId, type BundleId, type DeploymentId, type EventId, type ModelId, type VersionId } from '../../../shared/ids.ts'
import { StoredStep } from '../../../shared/monitor/deployments.ts'
import { fits, number, text, type ReadDb, type WriteDb } from './database.ts'
import { record } from './history.ts'

const select = `SELECT s.*, m.name AS model_name, v.number, e.who, e.why, e.sentence FROM deployment_steps s JOIN models m ON m.id = s.model_id JOIN versions v ON v.id = s.version_id JOIN events e ON e.id = s.id`

/** All steps in the order of their time, those of one moment in the order in which they were told. */
export function deploymentSteps(db: ReadDb, of: { readonly modelId?: ModelId | undefined; readonly deploymentId?: DeploymentId } = {}): readonly StoredStep[] {
  return db.all(`${select} WHERE ($modelId IS NULL OR s.model_id = $modelId) AND ($deploymentId IS NULL OR s.deployment_id = $deploymentId) ORDER BY s.at, s.created_at, s.rowid`, { modelId: of.modelId ?? null, deploymentId: of.deploymentId ?? null })
    .map((row) => fits('a step of a deployment', StoredStep, () => ({
      id: row['id'], deploymentId: row['deployment_id'], modelId: row['model_id'], modelName: row['model_name'], versionId: row['version_id'], versionNumber: row['number'], environment: row['environment'], target: row['target'],
      kind: row['kind'], how: row['how'], at: row['at'], recordedAt: row['created_at'], share: row['share'], source: row['source'], bundleId: row['bundle_id'], who: row['who'], reason: row['why'], sentence: row['sentence'],
    })))
}

export interface NewStep {
  readonly deploymentId: DeploymentId; readonly modelId: ModelId; readonly versionId: VersionId; readonly environment: string; readonly target: string
  readonly kind: StoredStep['kind']; readonly how: string | null; readonly at: number; readonly share: number | null; readonly source: DeploymentSource; readonly bundleId: BundleId | null
  readonly verb: string; readonly sentence: string; readonly reason: string
}

/** Records one step with its event. */
export function insertStep(db: WriteDb, step: NewStep, now: number): EventId {
  const { verb, sentence, reason, ...row } = step
  const id = record(db, { verb, subject: step.deploymentId, sentence, facts: { versionId: step.versionId, environment: step.environment, target: step.target, at: step.at, share: step.share, source: step.source }, why: reason }, now)
  db.run(`INSERT INTO deployment_steps (id, deployment_id, model_id, version_id, environment, target, kind, how, at, share, source, bundle_id, created_at)
    VALUES ($id, $deploymentId, $modelId, $versionId, $environment, $target, $kind, $how, $at, $share, $source, $bundleId, $now)`, { ...row, id, now })
  return id
}

export const newDeploymentId = (now: number): DeploymentId => newId('deployment', now)

/** Rows of stored logs by deployment. */
export function logRowsOf(db: ReadDb): ReadonlyMap<string, number> {
  return new Map(db.all(`SELECT b.deployment_id AS id, sum(coalesce((SELECT c.rows FROM log_cuts c WHERE c.of_id = b.id ORDER BY c.revision DESC LIMIT 1), b.rows)) AS n FROM log_batches b WHERE b.deployment_id IS NOT NULL GROUP BY b.deployment_id`)
    .map((row) => [text(row, 'id'), number(row, 'n')]))
}

/** The newest word on every host that anybody spoke about, by name. */
export function hostConsents(db: ReadDb): readonly HostConsent[] {
  return db.all(`SELECT h.host, h.allowed, h.created_at, e.who FROM host_consents h JOIN events e ON e.id = h.event_id WHERE h.revision = (SELECT max(revision) FROM host_consents o WHERE o.host = h.host) ORDER BY h.host`)
    .map((row) => fits('a word on a host', HostConsent, () => ({ host: row['host'], allowed: row['allowed'] === 1, who: row['who'], at: row['created_at'] })))
}

/** A new word on a host. */
export function insertConsent(db: WriteDb, host: string, allowed: boolean, now: number): HostConsent {
  const revision = number(db.get('SELECT coalesce(max(revision), 0) + 1 AS next FROM host_consents WHERE host = $host', { host }) ?? {}, 'next')
  const eventId = record(db, { verb: 'deployment.consent', subject: host, sentence: allowed ? `Allowed Slipway to ask ${host} what it serves.` : `Took back that Slipway may ask ${host}.`, facts: { host, allowed } }, now)
  db.run('INSERT INTO host_consents (host, revision, allowed, event_id, created_at) VALUES ($host, $revision, $allowed, $eventId, $now)', { host, revision, allowed: allowed ? 1 : 0, eventId, now })
  return hostConsents(db).find((h) => h.host === host)!
}

/** The version and model behind an id. Errors: `input.unknownId`. */
export function servedVersion(db: ReadDb, versionId: VersionId): { readonly modelId: ModelId; readonly modelName: string; readonly number: number } {
  const row = db.get('SELECT v.number, v.model_id, m.name FROM versions v JOIN models m ON m.id = v.model_id WHERE v.id = $versionId', { versionId })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'version', id: versionId })
  return { modelId: text(row, 'model_id') as ModelId, modelName: text(row, 'name'), number: number(row, 'number') }
}
