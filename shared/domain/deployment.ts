// Where versions serve: a deployment is one stretch of time in which one version answers in one environment, at one target.
// Owns the words and shapes; what the stretches are is worked out from the steps by shared/monitor/deployments.ts.
import { z } from 'zod'
import { BundleId, DeploymentId, EventId, ModelId, VersionId } from '../ids.ts'

/** production, staging, a region …; free words, small letters. */
export const Environment = z.string().trim().toLowerCase().min(1).max(60).regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'letters, digits, spaces, dots, dashes and underscores only')
/** What serves: a host, a service, a cluster; free words. */
export const DeploymentTarget = z.string().trim().min(1).max(200)
/** Of the traffic of its environment, 0 (dark) to 1. */
export const TrafficShare = z.number().min(0).max(1)

/** How the version came there. */
export const StartKind = z.enum(['deployed', 'promoted', 'rolled-back-to', 'seen'])
export type StartKind = z.infer<typeof StartKind>
/** How it went. `replaced`: another version took its place. */
export const EndKind = z.enum(['ended', 'replaced', 'rolled-back'])
export type EndKind = z.infer<typeof EndKind>
/** By whom the step is known: entered by hand, from a feedback pack or log, or because the endpoint itself said so. */
export const DeploymentSource = z.enum(['hand', 'feedback', 'endpoint'])
export type DeploymentSource = z.infer<typeof DeploymentSource>

export const Deployment = z.object({
  id: DeploymentId, modelId: ModelId, modelName: z.string(), versionId: VersionId, versionNumber: z.number().int(),
  environment: z.string(), target: z.string(),
  start: StartKind, source: DeploymentSource,
  /** Milliseconds since 1970. */
  since: z.number().int(),
  /** null: it serves still, as far as is known. */
  until: z.number().int().nullable(),
  end: EndKind.nullable(),
  /** The newest word on its share; null: nobody said. */
  share: TrafficShare.nullable(),
  /** Every share it had, from when on. */
  shares: z.array(z.object({ at: z.number().int(), share: TrafficShare })),
  /** Who recorded its start, and why. */
  who: z.string().nullable(), reason: z.string().nullable(),
  endReason: z.string().nullable(),
  incidents: z.number().int(),
  /** The bundle that it serves, where that is known. */
  bundleId: BundleId.nullable(),
  /** Rows of its log that came home. */
  logRows: z.number().int(),
})
export type Deployment = z.infer<typeof Deployment>

export const DeploymentStepKind = z.enum(['start', 'share', 'end', 'incident'])
export type DeploymentStepKind = z.infer<typeof DeploymentStepKind>

/** One step on the line of time of what is deployed. */
export const DeploymentStep = z.object({
  id: EventId,
  deploymentId: DeploymentId.nullable(),
  kind: DeploymentStepKind,
  /** When it happened; `recordedAt`: when it was told. */
  at: z.number().int(), recordedAt: z.number().int(),
  modelId: ModelId, modelName: z.string(),
  version: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  environment: z.string(), target: z.string(),
  start: StartKind.nullable(), end: EndKind.nullable(), share: TrafficShare.nullable(), source: DeploymentSource,
  sentence: z.string(), reason: z.string().nullable(), who: z.string().nullable(),
  outcome: z.enum(['good', 'bad', 'neutral']),
})
export type DeploymentStep = z.infer<typeof DeploymentStep>

export const DeploymentTimeline = z.object({
  /** Newest first. */
  steps: z.array(DeploymentStep), more: z.boolean(),
  environments: z.array(z.string()),
})
export type DeploymentTimeline = z.infer<typeof DeploymentTimeline>

/** Whether Slipway may ask a host; the newest word counts. Without one it may not. */
export const HostConsent = z.object({ host: z.string(), allowed: z.boolean(), who: z.string().nullable(), at: z.number().int() })
export type HostConsent = z.infer<typeof HostConsent>

export const EndpointTensor = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number()) })
export type EndpointTensor = z.infer<typeof EndpointTensor>

/** One question to an endpoint and how it went. */
export const EndpointQuestion = z.object({
  what: z.enum(['live', 'ready', 'server', 'model-ready', 'model', 'metrics']), path: z.string(),
  /** null: there was no answer. */
  status: z.number().int().nullable(), ms: z.number(), /** What went wrong; null: nothing. */ fault: z.string().nullable(),
})
export type EndpointQuestion = z.infer<typeof EndpointQuestion>

/** One number of Prometheus text, with its labels. */
export const EndpointMetric = z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })
export type EndpointMetric = z.infer<typeof EndpointMetric>

/** What an endpoint said about itself. */
export const EndpointAnswer = z.object({
  host: z.string(), at: z.number().int(),
  questions: z.array(EndpointQuestion),
  live: z.boolean().nullable(), ready: z.boolean().nullable(),
  server: z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }).nullable(),
  model: z.object({ name: z.string(), versions: z.array(z.string()), platform: z.string(), ready: z.boolean().nullable(), inputs: z.array(EndpointTensor), outputs: z.array(EndpointTensor) }).nullable(),
  /** The version of this workspace that it serves, by the digest of its bundle, else the asked one where the tensors fit; null: not known. */
  version: z.object({ versionId: VersionId, modelName: z.string(), number: z.number().int(), by: z.enum(['digest', 'tensors']), bundleId: BundleId.nullable() }).nullable(),
  /** How the tensors differ from those of the asked version; empty: they fit, or no version was asked for. */
  differences: z.array(z.string()),
  /** Numbers of known names alone, at most 500. */
  metrics: z.array(EndpointMetric),
  /** Series whose names are not known, so that nothing is read from them. */
  otherSeries: z.number().int(),
})
export type EndpointAnswer = z.infer<typeof EndpointAnswer>
