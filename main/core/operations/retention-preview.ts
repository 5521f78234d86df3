// retention.preview: what a rule by age and size would remove, and what it would leave and why. Removes nothing.
import { statSync } from 'node:fs'
import { planRetention, type RetentionCandidate } from '../../../shared/retention.ts'
import type { RetentionPlan, RetentionRule } from '../../../shared/domain/retention.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'
import type { ReadDb } from '../store/database.ts'
import { storedRuns } from '../store/retention.ts'

/** The plan in a transaction of the caller. Errors: `input.invalid` for a rule without a limit. */
export function retentionPlan(parts: Pick<Parts, 'blobs' | 'clock'>, db: ReadDb, rule: RetentionRule): RetentionPlan {
  if (rule.olderThanDays === null && rule.keepBytes === null) throw new SlipwayError('input.invalid', { reason: 'a retention rule needs an age, a size or both' })
  const sizes = new Map<string, number>()
  const size = (file: string): number => {
    const known = sizes.get(file) ?? statSync(parts.blobs.path(file), { throwIfNoEntry: false })?.size ?? 0
    sizes.set(file, known)
    return known
  }
  return planRetention(storedRuns(db).map((run): RetentionCandidate => ({ ...run, bytes: size(run.file) })), rule, parts.clock())
}

/** Errors: `input.invalid`. */
export const previewRetention = (parts: Parts, rule: RetentionRule): RetentionPlan => parts.store.read((db) => retentionPlan(parts, db, rule))
