// A gate: a policy with a model, revision by revision, and the checks made with it. Results that say "no" are answers, not errors.
import { z } from 'zod'
import { CheckId, GateId, ModelId, RunId } from '../ids.ts'
import { ExecutionProvider } from './run.ts'
import { GatePolicy, GateRule } from './gate-rules.ts'
import { StressKind } from './stress.ts'

export const Gate = z.object({
  id: GateId, modelId: ModelId, revision: z.number().int().positive(), policy: GatePolicy, createdAt: z.number().int(),
  /** false: it never was the model's own policy, and only says what a check used. */
  saved: z.boolean().optional(),
})
export type Gate = z.infer<typeof Gate>

/** A stored fact that a finding goes by, with the numbers taken from it: so a check stays explained whatever is measured later. */
export const GateFact = z.object({
  fact: z.enum(['run', 'slices', 'fairness', 'quality', 'baselines', 'paired', 'newest-time', 'stress-test', 'speed-report', 'parity-report', 'data-set', 'version', 'approvals']),
  /** Of the run, report or data set; null where the fact has none. */
  id: z.string().nullable(),
  at: z.number().int().nullable(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
})
export type GateFact = z.infer<typeof GateFact>

export const GateFinding = z.object({
  rule: GateRule,
  verdict: z.enum(['pass', 'fail', 'not-established']),
  /** One sentence with the numbers. */
  sentence: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  /** Absent where the run at hand is the only fact. */
  facts: z.array(GateFact).optional(),
})
export type GateFinding = z.infer<typeof GateFinding>

export const GateCheck = z.object({
  id: CheckId,
  gateId: GateId,
  runId: RunId,
  baselineRunId: RunId.nullable(),
  /** True only when every required rule passes; "not established" is not a pass. */
  passed: z.boolean(),
  findings: z.array(GateFinding),
  override: z.object({ name: z.string(), reason: z.string() }).nullable(),
  checkedAt: z.number().int(),
})
export type GateCheck = z.infer<typeof GateCheck>

/** Something that can be run so that rules get an answer. */
export const GateWork = z.discriminatedUnion('what', [
  z.object({ what: z.literal('evaluate'), data: z.string() }),
  z.object({ what: z.literal('slices'), columns: z.array(z.string()).nullable(), minimumRows: z.number().int() }),
  z.object({ what: z.literal('fairness'), columns: z.array(z.string()), class: z.string().nullable(), reference: z.string().nullable(), minimumRows: z.number().int() }),
  z.object({ what: z.literal('baselines'), training: z.string().nullable() }),
  z.object({ what: z.literal('quality'), training: z.string().nullable() }),
  z.object({ what: z.literal('newest-time'), column: z.string() }),
  z.object({ what: z.literal('paired'), against: RunId, metric: z.string(), slice: z.string(), confidence: z.number() }),
  z.object({ what: z.literal('stress'), kinds: z.array(StressKind) }),
  z.object({ what: z.literal('speed'), device: ExecutionProvider, batchSizes: z.array(z.number().int()).nullable() }),
  z.object({ what: z.literal('parity'), device: ExecutionProvider, against: ExecutionProvider, rows: z.number().int() }),
])
export type GateWork = z.infer<typeof GateWork>

/** One piece of work with what it costs, said before it is done. */
export const GateTask = z.object({
  work: GateWork,
  /** What is done, such as `Time the model on the CPU with 1 and 32 rows a call`. */
  title: z.string(),
  /** Places of the rules that wait for it, from 0. */
  rules: z.array(z.number().int()),
  /** Rows that go through the model; 0 where it does not run. */
  modelRows: z.number().int(),
  /** About how long it takes, from the speed of the run; null where nothing tells. */
  seconds: z.number().nullable(),
})
export type GateTask = z.infer<typeof GateTask>

/** A policy judged without keeping anything. */
export const GatePreview = z.object({ passed: z.boolean(), findings: z.array(GateFinding), tasks: z.array(GateTask), /** Why the policy cannot be meant as it is written; null when it can. */ fault: z.string().nullable() })
export type GatePreview = z.infer<typeof GatePreview>

/** A policy text that was read: the policy, or every fault with its line. */
export const PolicyReading = z.object({ policy: GatePolicy.nullable(), faults: z.array(z.object({ line: z.number().int().nullable(), sentence: z.string() })) })
export type PolicyReading = z.infer<typeof PolicyReading>

/** What became of the work that was asked for. */
export const GateFilled = z.object({ done: z.array(GateTask), left: z.array(z.object({ task: GateTask, reason: z.string() })) })
export type GateFilled = z.infer<typeof GateFilled>
