// monitor.rollout: returned logs of two sides against the canary steps and alert rules of the bundle: whether it would have gone through, and where not.
import { rm } from 'node:fs/promises'
import type { AbSide, AbSideFacts } from '../../../shared/domain/ab.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { RolloutReport } from '../../../shared/domain/rollout.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId } from '../../../shared/ids.ts'
import type { z } from 'zod'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { logSides, sideName } from '../steps/log-sides.ts'
import { watchedProfile } from '../steps/watched-profile.ts'
import { newestBinding } from '../store/bindings.ts'
import { record } from '../store/history.ts'
import { insertStudy } from '../store/studies.ts'

type SideFacts = z.infer<typeof AbSideFacts>

/** Errors: `input.unknownId`, `monitor.noLogs`, `logs.noBinding`, `monitor.noLimits`, `input.invalid`, `job.cancelled`. */
export async function simulateRollout(parts: Parts, request: InputOf<SlipwayContract['monitor.rollout']>, context: JobContext): Promise<RolloutReport> {
  const sides = logSides(parts, { control: request.stable, treatment: request.canary }, request)
  const { treatment: canary, control: stable } = sides
  context.progress({ step: 'reading the limits', done: null, total: null }, null)
  const profile = await watchedProfile(parts, canary.id, context)
  const binding = profile.run?.binding ?? parts.store.read((db) => newestBinding(db, canary.id)?.binding ?? null)
  if (binding === null) throw new SlipwayError('logs.noBinding', {})
  if (profile.thresholds === null) throw new SlipwayError('monitor.noLimits', { name: `${canary.modelName} ${canary.number}` })
  const folder = workFolder(parts)
  try {
    const played = await parts.light.task('monitor.rollout', { ...sides.plan, folder, task: binding.task, positiveClass: binding.task === 'binary-classification' ? binding.positiveClass : null, reference: profile.reference, limits: profile.thresholds, alertsStop: request.alertsStop }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    const side = (version: Version, of: AbSide, counted: { readonly rows: number; readonly units: number }): SideFacts => {
      if (counted.rows === 0) throw new SlipwayError('monitor.noLogs', { name: sideName(version, of.arm) })
      return { ...of, versionNumber: version.number, name: sideName(version, of.arm), rows: counted.rows, units: counted.units }
    }
    const report: RolloutReport = {
      ...played.outcome, kind: 'rollout', id: newId('study', parts.clock()), createdAt: parts.clock(), who: parts.actor()?.name ?? null, modelId: canary.modelId, modelName: canary.modelName, versionId: canary.id, request,
      stable: side(stable, request.stable, played.control), canary: side(canary, request.canary, played.treatment), from: played.from, to: played.to, mirrored: played.mirrored, limits: profile.limits, profile: profile.source.sentence,
    }
    parts.store.write((db) => {
      const eventId = record(db, { verb: 'monitor.rollout', subject: canary.id, sentence: `Played the rollout of ${report.canary.name} on returned logs: ${report.sentence}`, facts: { studyId: report.id, verdict: report.verdict } }, report.createdAt)
      insertStudy(db, report, canary.id, eventId)
    })
    return report
  } finally { await rm(folder, { recursive: true, force: true }) }
}
