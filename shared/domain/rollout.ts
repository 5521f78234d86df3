// A rollout played again on returned logs: the bundle's own steps, checks and alerts, and where they would have stopped it. Owns the shapes.
import { z } from 'zod'
import { ModelId, StudyId, VersionId } from '../ids.ts'
import { AbSide, AbSideFacts } from './ab.ts'
import { MonitorSource } from './monitor.ts'

const count = z.number().int().nonnegative()
const moment = z.number().int()

export const RolloutRequest = z.object({
  /** What served before, and what was to come in. */
  stable: AbSide, canary: AbSide,
  /** When the rollout begins; absent: when both sides are in the logs. */
  from: moment.nonnegative().optional(), to: moment.nonnegative().optional(),
  /** Whether a critical alert ends it too, as a person who is called would. Alerts about inputs never do: they drift for both sides. */
  alertsStop: z.boolean().default(true),
})
export type RolloutRequest = z.infer<typeof RolloutRequest>

/** `inconclusive`: too little to say; the release waits for a person. `not-told`: logs do not tell this. */
export const CheckState = z.enum(['passed', 'failed', 'inconclusive', 'not-told'])
export type CheckState = z.infer<typeof CheckState>

export const RolloutCheck = z.object({
  name: z.string(), about: z.string(), limit: z.number(), /** passes while the value is at least the limit, else while at most */ atLeast: z.boolean(),
  state: CheckState, /** null: nothing was said */ value: z.number().nullable(),
  /** Each time that it was looked at. */
  points: z.array(z.object({ at: moment, value: z.number().nullable() })),
})
export type RolloutCheck = z.infer<typeof RolloutCheck>

export const RolloutAlert = z.object({ thresholdId: z.string(), alert: z.string(), severity: z.enum(['warning', 'critical']), at: moment, value: z.number(), limit: z.number(), summary: z.string(), /** it ended the rollout */ stopped: z.boolean() })
export type RolloutAlert = z.infer<typeof RolloutAlert>

export const RolloutStep = z.object({
  /** Per cent of the traffic. */
  share: z.number(), state: z.enum(['passed', 'stopped', 'inconclusive', 'not-reached']), from: moment.nullable(), checksFrom: moment.nullable(), to: moment.nullable(),
  canary: z.object({ requests: count, failed: count }), stable: z.object({ requests: count, failed: count }),
  /** Of the requests that really came, as many as the logs can play this step with. */
  played: z.number().min(0).max(1),
  checks: z.array(RolloutCheck), alerts: z.array(RolloutAlert), sentence: z.string(),
})
export type RolloutStep = z.infer<typeof RolloutStep>

export const RolloutOutcome = z.object({
  verdict: z.enum(['promote', 'stopped', 'inconclusive']),
  /** Where it ended: place of the step, when, and by what; null: it went through. */
  ended: z.object({ step: count, at: moment, by: z.enum(['check', 'alert', 'no-data', 'end-of-log']), name: z.string() }).nullable(),
  steps: z.array(RolloutStep), sentence: z.string(),
  /** Requests that the canary had answered until then. */
  exposed: count, notes: z.array(z.string()),
})
export type RolloutOutcome = z.infer<typeof RolloutOutcome>

export const RolloutReport = RolloutOutcome.extend({
  kind: z.literal('rollout'), id: StudyId, createdAt: moment, who: z.string().nullable(), modelId: ModelId, modelName: z.string(), versionId: VersionId, request: RolloutRequest,
  stable: AbSideFacts, canary: AbSideFacts, from: moment.nullable(), to: moment.nullable(), /** the canary got copies of the same requests */ mirrored: z.boolean(),
  limits: MonitorSource.shape.limits, profile: z.string(),
})
export type RolloutReport = z.infer<typeof RolloutReport>
