// The form of the prediction log predlog.v1, as the bundle's server writes it and as it comes home: one object a line.
import { z } from 'zod'

const from = { schema: z.literal('predlog.v1'), model: z.string(), version: z.string(), serial: z.number().int(), root_digest: z.string() }

/** First line of every file: what its records may hold. */
export const PredlogHead = z.object({ ...from, kind: z.literal('head'), level: z.union([z.literal(1), z.literal(2)]), raw_columns: z.array(z.string()), records_per_second: z.number() })
export type PredlogHead = z.infer<typeof PredlogHead>

/** So many records before this line are missing, because they came faster than they could be written. */
export const PredlogDropped = z.object({ ...from, kind: z.literal('dropped'), ts: z.string(), dropped: z.number().int().positive() })
export type PredlogDropped = z.infer<typeof PredlogDropped>

export const PredlogRecord = z.object({
  ...from, kind: z.undefined().optional(),
  /** When the request arrived (RFC 3339, UTC, milliseconds). */
  ts: z.string(), event_id: z.uuid(), request_id: z.string(), row: z.number().int().nonnegative(),
  arm: z.enum(['stable', 'canary', 'shadow']), unit_hash: z.string().optional(), latency_ms: z.number(),
  outcome: z.enum(['ok', 'refused', 'failed', 'rejected', 'timed-out']), error_code: z.string().nullable().optional(),
  out: z.object({ label: z.string().nullable().optional(), score: z.number().nullable().optional(), scores: z.array(z.number().nullable()).optional(), value: z.number().nullable().optional() }),
  /** By feature: the bin of the profile, −1 missing, −2 no named category, −3 below and −4 above the usual range. */
  bins: z.record(z.string(), z.number().int().min(-4)).optional(),
  /** Level 2 only: values of the columns in `raw_columns`. */
  features: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).optional(),
  /** The share of rows that is logged; this record stands for 1 ÷ sampled rows. */
  sampled: z.number().positive().max(1),
})
export type PredlogRecord = z.infer<typeof PredlogRecord>

export const PredlogLine = z.union([PredlogRecord, PredlogHead, PredlogDropped])
export type PredlogLine = z.infer<typeof PredlogLine>
