// Trying a bundle: its own server on this machine, a form for one row, the answer, and a few numbers of its metrics.
import { z } from 'zod'
import { BundleId } from '../ids.ts'

/** One field of the form: a column of the data, or a whole tensor where the model takes no columns. */
export const TrialField = z.object({
  name: z.string(), kind: z.enum(['number', 'text', 'tensor']), input: z.string(),
  /** The values that the model itself knows for it. */
  choices: z.array(z.string()),
  /** Of a golden request; for a tensor its values as JSON. */
  value: z.string(),
})
export type TrialField = z.infer<typeof TrialField>

export const Trial = z.object({ bundleId: BundleId, fields: z.array(TrialField), verified: z.boolean(), startedMs: z.number(), state: z.enum(['running', 'ended']), reason: z.string().nullable() })
export type Trial = z.infer<typeof Trial>

export const TrialAnswer = z.object({
  ok: z.boolean(), status: z.number().int(), milliseconds: z.number(),
  /** What the server said was wrong; null where it answered. */
  error: z.string().nullable(),
  prediction: z.object({ label: z.string().nullable(), labels: z.array(z.string()).nullable(), value: z.number().nullable(), probabilities: z.array(z.object({ label: z.string(), probability: z.number() })) }).nullable(),
  /** The plain outputs, where the server has no prediction for a record; at most 50 values each. */
  outputs: z.array(z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()), values: z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])) })),
  route: z.string(),
})
export type TrialAnswer = z.infer<typeof TrialAnswer>

export const TrialMetrics = z.object({ figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.enum(['count', 'milliseconds', 'bytes', 'share']) })), reason: z.string().nullable() })
export type TrialMetrics = z.infer<typeof TrialMetrics>
