// The part of the contract about what is deployed: where versions serve, and the logs that come home. Spread in contract.ts.
import { z } from 'zod'
import { command, job, query } from './contract-kit.ts'
import { Reason } from './contract-life.ts'
import { Deployment, DeploymentSource, DeploymentTarget, DeploymentTimeline, EndKind, EndpointAnswer, Environment, HostConsent, StartKind, TrafficShare } from './domain/deployment.ts'
import { LabelCoverage, LabelFile, LabelMapping, LogBatch, LogFormat, LogLook, LogMapping } from './domain/log-batch.ts'
import { BundleId, DeploymentId, FileToken, LabelFileId, LogBatchId, ModelId, VersionId } from './ids.ts'

const Step = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })
/** Milliseconds since 1970; absent: now. */
const moment = z.number().int().nonnegative().optional()
const touches = ['deployments', 'history'] as const
const Files = z.array(FileToken).min(1).max(10_000)

export const monitorContract = {
  /** Every stretch in which a version served, those that go on first, then the newest. */
  'deployment.list': query({ input: z.object({ modelId: ModelId.optional(), environment: Environment.optional(), /** only those that go on */ current: z.boolean().default(false) }), output: z.array(Deployment), reads: ['deployments', 'models', 'versions', 'logs'] }),
  'deployment.timeline': query({ input: z.object({ modelId: ModelId.optional(), environment: Environment.optional(), offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(1000).default(200) }), output: DeploymentTimeline, reads: ['deployments', 'models', 'versions'] }),
  /** A version serves from now (or `at`) on. `replace`: what served in that environment and target ends with it. */
  'deployment.record': command({ input: z.object({
    versionId: VersionId, environment: Environment, target: DeploymentTarget.default('default'), share: TrafficShare.optional(), at: moment, start: StartKind.default('deployed'), source: DeploymentSource.exclude(['feedback']).default('hand'),
    replace: z.boolean().default(false), bundleId: BundleId.optional(), reason: Reason,
  }), output: Deployment, touches: [...touches] }),
  'deployment.share': command({ input: z.object({ deploymentId: DeploymentId, share: TrafficShare, at: moment, reason: Reason }), output: Deployment, touches: [...touches] }),
  'deployment.end': command({ input: z.object({ deploymentId: DeploymentId, at: moment, end: EndKind.exclude(['replaced']).default('ended'), reason: Reason }), output: Deployment, touches: [...touches] }),
  /** Something went wrong with what is served. */
  'deployment.incident': command({ input: z.object({ deploymentId: DeploymentId, at: moment, reason: Reason }), output: Deployment, touches: [...touches] }),

  /** Hosts that were ever asked about, with the newest word on each. */
  'deployment.hosts': query({ input: z.object({}).strict(), output: z.array(HostConsent), reads: ['deployments'] }),
  /** Whether Slipway may ask this host. */
  'deployment.consent': command({ input: z.object({ /** host, or host:port */ host: z.string().trim().min(1).max(300), allowed: z.boolean() }), output: HostConsent, touches: [...touches] }),
  /** Asks an endpoint what it serves. Refused for a host that nobody confirmed. Changes nothing. */
  'deployment.ask': job({ input: z.object({ url: z.string().trim().min(1).max(2000), /** its name on the server; absent: that of the version's model */ model: z.string().max(200).optional(), versionId: VersionId.optional(), /** where its numbers are; absent: /metrics of the same server; null: they are not asked for */ metrics: z.string().max(2000).nullable().optional(), timeoutMs: z.number().int().min(100).max(60_000).default(5000) }), progress: Step, output: EndpointAnswer, touches: ['deployments'] }),

  /** What files seem to be, and how their columns would be read. Takes nothing. */
  'logs.look': job({ input: z.object({ files: Files, format: LogFormat.optional(), versionId: VersionId.optional() }), progress: Step, output: LogLook, touches: [] }),
  /** Brings logs home. A pack names its version itself; all else needs a version, or a model and a column with version numbers. */
  'logs.import': job({ input: z.object({
    files: Files, format: LogFormat.optional(), mapping: LogMapping.optional(), versionId: VersionId.optional(), modelId: ModelId.optional(), name: z.string().trim().min(1).max(120).optional(),
    environment: Environment.default('production'), target: DeploymentTarget.optional(), deploymentId: DeploymentId.optional(),
    /** 2 keeps raw values where the files hold some; never those of personal columns. */
    level: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(1),
    /** A moment for records without one; absent: the time of their file. */ time: z.number().int().nonnegative().optional(),
    /** Refuse as a whole where more than this share of the records is rejected. */ mostRejected: z.number().min(0).max(1).default(1),
  }), progress: Step, output: LogBatch, touches: ['logs', 'deployments', 'history'] }),
  'logs.list': query({ input: z.object({ modelId: ModelId.optional(), versionId: VersionId.optional(), from: moment, to: moment }), output: z.array(LogBatch), reads: ['logs', 'models', 'versions'] }),
  'logs.get': query({ input: z.object({ batchId: LogBatchId }), output: LogBatch, reads: ['logs', 'models', 'versions'] }),
  /** True answers that came later, by id; any number of times. The newest word on a row counts. */
  'logs.labels': job({ input: z.object({ files: Files, modelId: ModelId, mapping: LabelMapping.default(LabelMapping.parse({})), name: z.string().trim().min(1).max(120).optional() }), progress: Step, output: LabelFile, touches: ['logs', 'history'] }),
  'logs.labelFiles': query({ input: z.object({ modelId: ModelId.optional() }), output: z.array(LabelFile), reads: ['logs', 'models'] }),
  'logs.coverage': query({ input: z.object({ modelId: ModelId, versionId: VersionId.optional(), from: moment, to: moment, windows: z.number().int().min(1).max(500).default(30) }), output: LabelCoverage, reads: ['logs', 'versions'] }),
  /** Removes the rows of a stretch of time, of one batch, or labels. Cannot be undone; who did it and why stays. */
  'logs.forget': job({ input: z.object({ modelId: ModelId, batchId: LogBatchId.optional(), labelFileId: LabelFileId.optional(), /** this moment included */ from: moment, /** and this one not */ to: moment, reason: Reason }), progress: Step, output: z.object({ rows: z.number().int(), batches: z.number().int(), labels: z.number().int() }), touches: ['logs', 'history'] }),
} as const
