// A gate: a short list of rules on a run, and the finding of each. Results that say "no" are answers, not errors.
import { z } from 'zod'
import { CheckId, GateId, ModelId, RunId } from '../ids.ts'

export const GateRule = z.discriminatedUnion('kind', [
  /** A metric must be at least (floor) or at most (ceiling) a limit. */
  z.object({ kind: z.literal('metric'), metric: z.string(), slice: z.string().default(''), op: z.enum(['>=', '<=']), limit: z.number() }),
  /** A metric may not be worse than on the baseline run by more than `margin` (absolute). */
  z.object({ kind: z.literal('no-regression'), metric: z.string(), slice: z.string().default(''), margin: z.number().nonnegative() }),
  z.object({ kind: z.literal('rows'), atLeast: z.number().int().positive() }),
  /** Model size in bytes. */
  z.object({ kind: z.literal('size'), atMostBytes: z.number().int().positive() }),
  z.object({ kind: z.literal('left-out'), atMostShare: z.number().min(0).max(1) }),
])
export type GateRule = z.infer<typeof GateRule>

export const GatePolicy = z.object({ schema: z.literal('slipway.gate/1'), rules: z.array(GateRule).min(1) })
export type GatePolicy = z.infer<typeof GatePolicy>

export const Gate = z.object({ id: GateId, modelId: ModelId, revision: z.number().int().positive(), policy: GatePolicy, createdAt: z.number().int() })
export type Gate = z.infer<typeof Gate>

export const GateFinding = z.object({
  rule: GateRule,
  verdict: z.enum(['pass', 'fail', 'not-established']),
  /** One sentence with the numbers. */
  sentence: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
})
export type GateFinding = z.infer<typeof GateFinding>

export const GateCheck = z.object({
  id: CheckId,
  gateId: GateId,
  runId: RunId,
  baselineRunId: RunId.nullable(),
  /** True only when every rule passes; "not established" is not a pass. */
  passed: z.boolean(),
  findings: z.array(GateFinding),
  override: z.object({ name: z.string(), reason: z.string() }).nullable(),
  checkedAt: z.number().int(),
})
export type GateCheck = z.infer<typeof GateCheck>
