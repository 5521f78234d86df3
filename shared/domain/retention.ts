// Retention: which stored predictions a rule by age and size would remove, which it keeps and why. Everything else of a run stays for ever.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** Both limits may be set; null is none. Sizes count each file once, however many runs share it. */
export const RetentionRule = z.object({
  /** Predictions of runs that ended longer ago than this go. */
  olderThanDays: z.number().int().nonnegative().max(36_500).nullable().default(null),
  /** Then the oldest go until at most this many bytes are left. */
  keepBytes: z.number().int().nonnegative().nullable().default(null),
})
export type RetentionRule = z.infer<typeof RetentionRule>

/** Why a run's predictions stay whatever the rule says. */
export const RetentionShield = z.enum(['bundle', 'alias', 'review', 'newest'])
export type RetentionShield = z.infer<typeof RetentionShield>

export const RetainedRun = z.object({
  runId: RunId, modelName: z.string(), versionNumber: z.number().int(), datasetName: z.string(), endedAt: z.number().int(),
  /** Of its file of predictions; 0 where the file is gone already. */
  bytes: z.number().int(),
})
export type RetainedRun = z.infer<typeof RetainedRun>

export const RetentionPlan = z.object({
  rule: RetentionRule,
  /** Oldest first. */
  remove: z.array(RetainedRun),
  /** What removing them frees: a file that another run still needs frees nothing. */
  freedBytes: z.number().int(),
  /** Runs that the rule would have removed and that are kept, with the first reason that holds. */
  shielded: z.array(RetainedRun.extend({ shield: RetentionShield })),
  /** What is left afterwards. */
  keptRuns: z.number().int(), keptBytes: z.number().int(),
})
export type RetentionPlan = z.infer<typeof RetentionPlan>
