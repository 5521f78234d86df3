// Everything that happened to a model's versions on one line of time, newest first.
import { z } from 'zod'
import { BundleId, CheckId, RunId, VersionId } from '../ids.ts'

export const TimelineKind = z.enum(['version', 'state', 'alias', 'run', 'gate', 'bundle'])
export type TimelineKind = z.infer<typeof TimelineKind>

export const TimelineEntry = z.object({
  /** Unique on the line. */
  key: z.string(),
  kind: TimelineKind,
  at: z.number().int(),
  /** null: an alias that was taken off. */
  version: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  sentence: z.string(),
  /** The reason that was given, or what went wrong. */
  reason: z.string().nullable(),
  who: z.string().nullable(),
  outcome: z.enum(['good', 'bad', 'neutral']),
  runId: RunId.nullable(), checkId: CheckId.nullable(), bundleId: BundleId.nullable(), alias: z.string().nullable(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

export const Timeline = z.object({ entries: z.array(TimelineEntry), /** there are older ones */ more: z.boolean() })
export type Timeline = z.infer<typeof Timeline>
