// deployment.record, .share, .end, .incident: steps of what serves where, entered by hand, from a pack, or as an endpoint said it.
// Refuses ends before starts and steps of what has ended.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Deployment, DeploymentSource, DeploymentTimeline } from '../../../shared/domain/deployment.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { BundleId, DeploymentId } from '../../../shared/ids.ts'
import { deploymentsOf, placeName, stepSentence, timelineStep } from '../../../shared/monitor/deployments.ts'
import type { Parts } from '../parts.ts'
import { getBundle } from '../store/bundles.ts'
import type { ReadDb, WriteDb } from '../store/database.ts'
import { deploymentSteps, insertStep, logRowsOf, newDeploymentId, servedVersion, type NewStep } from '../store/deployments.ts'

/** All deployments, those that go on first. */
export function listDeployments(db: ReadDb, of: InputOf<SlipwayContract['deployment.list']>): readonly Deployment[] {
  return deploymentsOf(deploymentSteps(db, { modelId: of.modelId }), logRowsOf(db)).filter((d) => (of.environment === undefined || d.environment === of.environment) && (!of.current || d.until === null))
}

/** Errors: `input.unknownId`. */
export function getDeployment(db: ReadDb, id: DeploymentId): Deployment {
  const [found] = deploymentsOf(deploymentSteps(db, { deploymentId: id }), logRowsOf(db))
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'deployment', id })
  return found
}

export function deploymentTimeline(db: ReadDb, of: InputOf<SlipwayContract['deployment.timeline']>): DeploymentTimeline {
  const all = deploymentSteps(db, { modelId: of.modelId })
  const wanted = all.filter((s) => of.environment === undefined || s.environment === of.environment).reverse()
  return { steps: wanted.slice(of.offset, of.offset + of.limit).map(timelineStep), more: wanted.length > of.offset + of.limit, environments: [...new Set(all.map((s) => s.environment))].sort() }
}

function addStep(db: WriteDb, of: Deployment, step: Pick<NewStep, 'kind' | 'how' | 'at' | 'share' | 'source' | 'reason' | 'verb'>, now: number): void {
  const { id: deploymentId, modelId, versionId, environment, target, bundleId } = of
  insertStep(db, { deploymentId, modelId, versionId, environment, target, bundleId, ...step, sentence: stepSentence({ ...of, ...step }) }, now)
}

export interface NewDeployment extends Omit<InputOf<SlipwayContract['deployment.record']>, 'source' | 'bundleId'> { readonly source: DeploymentSource; readonly bundleId?: BundleId | undefined }

/** Records a start in the caller's transaction; with `replace`, what serves at that place ends. */
export function startDeployment(db: WriteDb, request: NewDeployment, now: number): Deployment {
  const { versionId, environment, target, start, source, reason } = request
  const { modelId, modelName, number } = servedVersion(db, versionId)
  if (request.bundleId !== undefined && getBundle(db, request.bundleId).versionId !== versionId) throw new SlipwayError('input.invalid', { reason: 'this bundle holds another version' })
  const at = request.at ?? now
  if (at > now + 60_000) throw new SlipwayError('deployment.order', { what: 'A deployment cannot begin in the future' })
  const share = request.share ?? null
  const others = listDeployments(db, { modelId, environment, current: true }).filter((d) => d.target === target)
  if (request.replace) {
    for (const other of others) {
      if (other.since > at) throw new SlipwayError('deployment.order', { what: `${placeName(other)} began later than that, so it cannot be replaced then` })
      addStep(db, other, { kind: 'end', how: start === 'rolled-back-to' ? 'rolled-back' : 'replaced', at, share: null, source, reason, verb: 'deployment.end' }, now)
    }
  }
  const deploymentId = newDeploymentId(now)
  const step = { kind: 'start' as const, how: start, at, share, source }
  insertStep(db, { deploymentId, modelId, versionId, environment, target, bundleId: request.bundleId ?? null, ...step, reason, verb: 'deployment.record', sentence: stepSentence({ modelName, versionNumber: number, environment, target, ...step }) }, now)
  return getDeployment(db, deploymentId)
}

export const recordDeployment = (parts: Parts, request: NewDeployment): Deployment => parts.store.write((db) => startDeployment(db, request, parts.clock()))

/** What served goes back to another version, at the same place and with the same share: the incident, the end and the new start, in the caller's transaction. */
export function rollDeploymentBack(db: WriteDb, deploymentId: DeploymentId, versionId: Deployment['versionId'], reason: string, now: number): Deployment {
  const of = getDeployment(db, deploymentId)
  if (of.until !== null) throw new SlipwayError('deployment.notServing', { name: placeName(of) })
  addStep(db, of, { kind: 'incident', how: null, at: now, share: null, source: 'hand', reason, verb: 'deployment.incident' }, now)
  return startDeployment(db, { versionId, environment: of.environment, target: of.target, ...(of.share === null ? {} : { share: of.share }), start: 'rolled-back-to', source: 'hand', replace: true, reason }, now)
}

type Change = { readonly deploymentId: DeploymentId; readonly at?: number | undefined; readonly reason: string }

function changeDeployment(parts: Parts, { deploymentId, at: wanted, reason }: Change, step: Pick<NewStep, 'kind' | 'how' | 'share' | 'verb'>, alsoEnded = false): Deployment {
  const now = parts.clock()
  return parts.store.write((db) => {
    const of = getDeployment(db, deploymentId)
    const at = wanted ?? now
    if (of.until !== null && !(alsoEnded && at <= of.until)) throw new SlipwayError('deployment.notServing', { name: placeName(of) })
    if (at < of.since) throw new SlipwayError('deployment.order', { what: `${placeName(of)} did not serve at that time yet` })
    if (at > now + 60_000) throw new SlipwayError('deployment.order', { what: 'That time has not come yet' })
    addStep(db, of, { ...step, at, source: 'hand', reason }, now)
    return getDeployment(db, deploymentId)
  })
}

/** Errors: `input.unknownId`, `deployment.notServing`, `deployment.order`. */
export const shareDeployment = (parts: Parts, { share, ...change }: InputOf<SlipwayContract['deployment.share']>): Deployment => changeDeployment(parts, change, { kind: 'share', how: null, share, verb: 'deployment.share' })
export const endDeployment = (parts: Parts, { end, ...change }: InputOf<SlipwayContract['deployment.end']>): Deployment => changeDeployment(parts, change, { kind: 'end', how: end, share: null, verb: 'deployment.end' })
export const noteIncident = (parts: Parts, change: InputOf<SlipwayContract['deployment.incident']>): Deployment => changeDeployment(parts, change, { kind: 'incident', how: null, share: null, verb: 'deployment.incident' }, true)
