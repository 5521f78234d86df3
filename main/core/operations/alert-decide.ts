// alert.decide: what somebody decided about an alert, with the reason, for ever. A moved limit counts from then on; a roll-back that names an alias is made, in the same transaction.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { AlertAction, AlertDecision } from '../../../shared/domain/monitor.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId, type ModelId, type VersionId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { planMove } from '../steps/alias-move.ts'
import { setAlias } from '../store/aliases.ts'
import type { WriteDb } from '../store/database.ts'
import { modelName } from '../store/models.ts'
import { getDeployment, rollDeploymentBack } from './deployment-record.ts'
import { record } from '../store/history.ts'
import { getReport, insertDecision } from '../store/monitor.ts'

const words: Readonly<Record<AlertAction, string>> = { 'roll-back': 'roll back', retrain: 'train again', recalibrate: 'recalibrate', threshold: 'move the limit', accept: 'accept it' }

type Request = InputOf<SlipwayContract['alert.decide']>

/** Moves the alias back, and tells it where the version serves; what was done, in words. Errors: those of a roll-back of an alias, `deployment.notServing`. */
function takeBack(db: WriteDb, { rollback, reason }: Request, of: { readonly modelId: ModelId; readonly versionId: VersionId }, now: number): string {
  if (rollback === undefined) return ''
  const { alias, expected, deploymentId } = rollback
  if (expected !== of.versionId) throw new SlipwayError('input.invalid', { reason: `the alias ${alias} does not point to the version of this alert` })
  const { move, refusal } = planMove(db, { action: 'rollback', modelId: of.modelId, alias }, { expected })
  if (refusal !== null) throw refusal
  const { to } = setAlias(db, { ...move, reason }, now)
  if (to === null) throw new SlipwayError('alias.nothingBefore', { alias, model: modelName(db, of.modelId) })
  if (deploymentId !== undefined) {
    if (getDeployment(db, deploymentId).versionId !== of.versionId) throw new SlipwayError('input.invalid', { reason: 'that deployment serves another version' })
    rollDeploymentBack(db, deploymentId, to.versionId, reason, now)
  }
  return `, and ${alias} points to version ${to.number} again`
}

/** Errors: `input.unknownId`, `input.invalid` for an alert that does not fire, a limit that is missing or not moved by this action, or a roll-back of something else; `alias.moved`, `alias.unknown`, `alias.nothingBefore`, `alias.notServable`, `deployment.notServing`. */
export function decideAlert(parts: Parts, request: Request): AlertDecision {
  const now = parts.clock()
  return parts.store.write((db) => {
    const report = getReport(db, { monitorId: request.monitorId })
    const alert = report.alerts.find((a) => a.thresholdId === request.thresholdId)
    if (alert === undefined) throw new SlipwayError('input.unknownId', { what: 'alert', id: request.thresholdId })
    if (alert.state !== 'firing') throw new SlipwayError('input.invalid', { reason: 'only an alert that fires is decided' })
    if ((request.action === 'threshold') !== (request.limit !== undefined)) throw new SlipwayError('input.invalid', { reason: request.action === 'threshold' ? 'say the new limit' : 'a new limit belongs to the action threshold alone' })
    if (request.rollback !== undefined && request.action !== 'roll-back') throw new SlipwayError('input.invalid', { reason: 'an alias belongs to the action roll-back alone' })
    const done = takeBack(db, request, report, now)
    const eventId = record(db, {
      verb: 'alert.decide', subject: report.versionId, why: request.reason, facts: { monitorId: report.id, threshold: alert.thresholdId, action: request.action, ...(request.limit === undefined ? {} : { limit: request.limit }), ...(request.rollback === undefined ? {} : { rollback: request.rollback }) },
      sentence: `Decided about ${alert.alert} of ${report.modelName} ${report.versionNumber}: ${words[request.action]}${request.limit === undefined ? '' : ` from ${alert.limit} to ${request.limit}`}${done}.`,
    }, now)
    const decision = {
      id: newId('decision', now), monitorId: report.id, versionId: report.versionId, thresholdId: alert.thresholdId, action: request.action, reason: request.reason, alert: alert.alert, value: alert.value, limit: alert.limit,
      severity: alert.severity, newLimit: request.limit ?? null, eventId, at: now,
    }
    insertDecision(db, decision)
    return { ...decision, who: parts.actor()?.name ?? null }
  })
}
