// Two sides of returned logs compared: who gets what, what differs, and whether that is more than chance however often one looks. Owns the shapes.
import { z } from 'zod'
import { ModelId, StudyId, VersionId } from '../ids.ts'
import { LogArm } from './log-batch.ts'
import { WithInterval } from './monitor.ts'

const count = z.number().int().nonnegative()
const moment = z.number().int()

/** Rows of a version, all of them or those of one arm. */
export const AbSide = z.object({ versionId: VersionId, arm: LogArm.optional() })
export type AbSide = z.infer<typeof AbSide>

/** `correct`, `absolute-error`: labelled rows. `answer`: rows answered with one class. `failed`, `latency`: requests. `score`, `value`: what was answered. */
export const AbMetric = z.enum(['correct', 'absolute-error', 'failed', 'latency', 'answer', 'score', 'value'])
export type AbMetric = z.infer<typeof AbMetric>

/** What is fixed before one looks. */
export const AbDesign = z.object({
  /** Chance of a difference found where there is none. */
  level: z.number().min(0.0001).max(0.2).default(0.05),
  /** Chance that a difference of `smallest` is found by a test of fixed size. */
  power: z.number().min(0.5).max(0.999).default(0.8),
  /** Share of the callers that were to get the second side. */
  share: z.number().min(0.001).max(0.999).default(0.5),
})
export type AbDesign = z.infer<typeof AbDesign>

export const AbRequest = AbDesign.extend({
  control: AbSide, treatment: AbSide,
  /** What is decided by; absent: right answers where labels came home, else failures. */
  primary: AbMetric.optional(),
  /** The smallest difference of it that matters; absent: 2 points of a share, a tenth of a standard deviation of a mean. */
  smallest: z.number().positive().optional(),
  /** Of `answer`; absent: the positive class, or the first. */
  answer: z.string().max(10_000).optional(),
  from: moment.nonnegative().optional(), to: moment.nonnegative().optional(),
})
export type AbRequest = z.infer<typeof AbRequest>

/** Rows that a test of fixed size needs, and about when the test that allows looking stops. */
export const AbSize = z.object({
  control: count, treatment: count,
  /** Both sides together, where the difference is exactly `smallest`; a larger one takes fewer. */
  sequential: count, smallest: z.number(), sentence: z.string(),
})
export type AbSize = z.infer<typeof AbSize>

export const AbVerdict = z.enum(['better', 'worse', 'different', 'open', 'not-enough'])
export type AbVerdict = z.infer<typeof AbVerdict>

export const AbLook = z.object({ at: moment, rows: count, effect: z.number(), /** holds at every look at once */ low: z.number(), high: z.number(), chance: z.number() })
export type AbLook = z.infer<typeof AbLook>

export const AbResult = z.object({
  metric: AbMetric, name: z.string(), kind: z.enum(['share', 'mean']), better: z.enum(['higher', 'lower', 'neither']), primary: z.boolean(),
  control: z.object({ rows: count, value: z.number().nullable() }), treatment: z.object({ rows: count, value: z.number().nullable() }),
  /** How much larger the variance is because rows of one caller are alike; 1: they are not. */
  designEffect: z.number(),
  /** Second side minus first, with the interval of a single look that was planned beforehand. */
  effect: WithInterval.nullable(),
  /** And the interval that holds however often one looks. */
  always: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** The chance that holds however often one looks; 1: nothing was seen. */
  chance: z.number().nullable(),
  /** When it was first decided; null: it is not. */
  decided: z.object({ at: moment, rows: count }).nullable(),
  size: AbSize.nullable(),
  verdict: AbVerdict, sentence: z.string(), looks: z.array(AbLook),
})
export type AbResult = z.infer<typeof AbResult>

export const SampleRatio = z.object({
  control: count, treatment: count, expected: z.number(), observed: z.number(), chiSquare: z.number(), chance: z.number(), /** below this chance the split is broken */ limit: z.number(), holds: z.boolean(), sentence: z.string(),
})
export type SampleRatio = z.infer<typeof SampleRatio>

export const AbSideFacts = AbSide.extend({ versionNumber: z.number().int(), name: z.string(), rows: count, /** callers, or requests where the log does not tell callers */ units: count })

export const AbReport = z.object({
  kind: z.literal('ab'), id: StudyId, createdAt: moment, who: z.string().nullable(), modelId: ModelId, modelName: z.string(), request: AbRequest,
  control: AbSideFacts, treatment: AbSideFacts, from: moment.nullable(), to: moment.nullable(),
  /** What was split: callers by pseudonym, or requests. */
  units: z.enum(['callers', 'requests']), /** units that met both sides */ inBoth: count,
  ratio: SampleRatio,
  /** The primary one first. */
  metrics: z.array(AbResult),
  /** `invalid`: the split is broken, so nothing is decided. */
  verdict: z.enum(['better', 'worse', 'different', 'open', 'not-enough', 'invalid']), sentence: z.string(), notes: z.array(z.string()),
})
export type AbReport = z.infer<typeof AbReport>
