// alert.decide: what somebody decided about an alert, with the reason, for ever. Does nothing else, except that a moved limit counts from then on.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { AlertAction, AlertDecision } from '../../../shared/domain/monitor.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { record } from '../store/history.ts'
import { getReport, insertDecision } from '../store/monitor.ts'

const words: Readonly<Record<AlertAction, string>> = { 'roll-back': 'roll back', retrain: 'train again', recalibrate: 'recalibrate', threshold: 'move the limit', accept: 'accept it' }

/** Errors: `input.unknownId`, `input.invalid` for an alert that does not fire, or a limit that is missing or not moved by this action. */
export function decideAlert(parts: Parts, request: InputOf<SlipwayContract['alert.decide']>): AlertDecision {
  const now = parts.clock()
  return parts.store.write((db) => {
    const report = getReport(db, { monitorId: request.monitorId })
    const alert = report.alerts.find((a) => a.thresholdId === request.thresholdId)
    if (alert === undefined) throw new SlipwayError('input.unknownId', { what: 'alert', id: request.thresholdId })
    if (alert.state !== 'firing') throw new SlipwayError('input.invalid', { reason: 'only an alert that fires is decided' })
    if ((request.action === 'threshold') !== (request.limit !== undefined)) throw new SlipwayError('input.invalid', { reason: request.action === 'threshold' ? 'say the new limit' : 'a new limit belongs to the action threshold alone' })
    const eventId = record(db, {
      verb: 'alert.decide', subject: report.versionId, why: request.reason, facts: { monitorId: report.id, threshold: alert.thresholdId, action: request.action, ...(request.limit === undefined ? {} : { limit: request.limit }) },
      sentence: `Decided about ${alert.alert} of ${report.modelName} ${report.versionNumber}: ${words[request.action]}${request.limit === undefined ? '' : ` from ${alert.limit} to ${request.limit}`}.`,
    }, now)
    const decision = {
      id: newId('decision', now), monitorId: report.id, versionId: report.versionId, thresholdId: alert.thresholdId, action: request.action, reason: request.reason, alert: alert.alert, value: alert.value, limit: alert.limit,
      severity: alert.severity, newLimit: request.limit ?? null, eventId, at: now,
    }
    insertDecision(db, decision)
    return { ...decision, who: parts.actor()?.name ?? null }
  })
}
