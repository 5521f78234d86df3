// The part of the contract about what logs say: analyses of a served version, its alerts, and what was decided. Spread in contract.ts, with what is decided by them.
import { z } from 'zod'
import { decideContract } from './contract-decide.ts'
import { command, job, query } from './contract-kit.ts'
import { AliasName } from './domain/alias.ts'
import { Reason } from './contract-life.ts'
import { Alert, AlertAction, AlertDecision, MonitorColumn, MonitorOverview, MonitorQuality, MonitorRequest, MonitorSummary, MonitorWindow } from './domain/monitor.ts'
import { DeploymentId, ModelId, MonitorId, VersionId } from './ids.ts'

const Step = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })
/** One analysis, or the newest of a version. */
const ofAnalysis = { monitorId: MonitorId.optional(), versionId: VersionId.optional() }

export const driftContract = {
  /** Reads the stored logs of a version and tells drift, answers, quality, service and alerts, over the whole stretch, by window, and for the last rows. Stored. */
  'monitor.analyse': job({ input: MonitorRequest, progress: Step, output: MonitorSummary, touches: ['monitor', 'history'] }),
  /** Analyses, newest first. */
  'monitor.list': query({ input: z.object({ modelId: ModelId.optional(), versionId: VersionId.optional(), limit: z.number().int().positive().max(200).default(50) }), output: z.array(MonitorSummary), reads: ['monitor', 'logs', 'models', 'versions'] }),
  'monitor.overview': query({ input: z.object(ofAnalysis), output: MonitorOverview, reads: ['monitor', 'logs', 'models', 'versions'] }),
  'monitor.column': query({ input: z.object({ ...ofAnalysis, column: z.string().max(10_000), of: z.enum(['input', 'answer']).default('input') }), output: MonitorColumn, reads: ['monitor'] }),
  'monitor.quality': query({ input: z.object(ofAnalysis), output: MonitorQuality.extend({ monitorId: MonitorId, windows: z.array(MonitorWindow.pick({ from: true, to: true, rows: true, labelled: true, quality: true, estimated: true })) }), reads: ['monitor'] }),
  /** The limits of the bundle held against the last rows, with the newest decision on each. */
  'monitor.alerts': query({ input: z.object({ ...ofAnalysis, /** only those that fire */ firing: z.boolean().default(false) }), output: z.object({ monitorId: MonitorId, versionId: VersionId, modelName: z.string(), versionNumber: z.number().int(), alerts: z.array(Alert),
    /** The version before this one, which a rollback goes back to; null: there is none. */ previous: z.object({ versionId: VersionId, number: z.number().int() }).nullable() }), reads: ['monitor', 'versions'] }),
  /** Writes down what was decided about an alert of an analysis. `threshold` moves the limit for later analyses. `roll-back` with `rollback` moves the alias back and tells it on the line of time of deployments, all or nothing; every other action changes nothing by itself. */
  'alert.decide': command({ input: z.object({ monitorId: MonitorId, thresholdId: z.string().max(10_000), action: AlertAction, reason: Reason, /** of `threshold` */ limit: z.number().optional(),
    /** of `roll-back`: the alias, where it was seen to point, and where the version serves */ rollback: z.object({ alias: AliasName, expected: VersionId, deploymentId: DeploymentId.optional() }).optional() }), output: AlertDecision, touches: ['monitor', 'history', 'models', 'versions', 'deployments'] }),
  /** Decisions, newest first. */
  'alert.decisions': query({ input: z.object({ modelId: ModelId.optional(), versionId: VersionId.optional() }), output: z.array(AlertDecision), reads: ['monitor'] }),
  ...decideContract,
} as const
