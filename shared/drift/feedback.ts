// The form of feedback.json in a feedback pack: what comes home of a bundle's prediction log, counted and hashed.
import { z } from 'zod'

const count = z.number().int().nonnegative()

export const Feedback = z.object({
  schema: z.literal('feedback.v1'),
  /** The bundle that answered, by the digest of its signed list. */
  root_digest: z.string(), model: z.string(), version: z.string(), serial: z.number().int(),
  /** First and last moment of the records; null where there is none. */
  from: z.string().nullable(), to: z.string().nullable(),
  records: count,
  /** Records that the server could not write in that time. */
  dropped: count,
  /** Lines that are no record, and records of other bundles: neither is in the pack. */
  unreadable: count, other_bundles: count,
  /** The lowest rate at which rows were logged, and how many rows the records stand for. */
  sampling: z.object({ lowest: z.number().positive().max(1), rows: z.number().nonnegative() }),
  level: z.union([z.literal(1), z.literal(2)]),
  raw_columns: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: count, records: count })),
})
export type Feedback = z.infer<typeof Feedback>
