// Reports about devices: whether one answers as another does (parity), and how fast and how large a model runs on one (speed).
// Numbers with their conditions: the device that really ran, the rows and the calls behind each of them.
import { z } from 'zod'
import { DatasetId, DeviceReportId, Sha256, VersionId } from '../ids.ts'
import { ExecutionProvider, RunEnvironment } from './run.ts'

export const ParityOptions = z.object({
  device: ExecutionProvider,
  against: ExecutionProvider.default('cpu'),
  /** The first rows of the data set. */
  limit: z.number().int().positive().max(10_000_000).default(1000),
  /** null: 32, or what the model demands. */
  batchSize: z.number().int().positive().max(65_536).nullable().default(null),
  /** null: one per core. */
  threads: z.number().int().positive().max(256).nullable().default(null),
})
export type ParityOptions = z.infer<typeof ParityOptions>

export const SpeedOptions = z.object({
  device: ExecutionProvider.default('cpu'),
  /** null: 1, 8, 32, 128 and 512 for tables, 1, 8 and 32 for pictures, or the one size that the model takes. */
  batchSizes: z.array(z.number().int().positive().max(16_384)).min(1).max(12).nullable().default(null),
  /** Seconds of timed calls for each batch size. */
  seconds: z.number().positive().max(600).default(2),
  /** Rows of the data set that are prepared and fed again and again. */
  rows: z.number().int().positive().max(16_384).default(512),
  threads: z.number().int().positive().max(256).nullable().default(null),
})
export type SpeedOptions = z.infer<typeof SpeedOptions>

/** Where the nodes ran; see RunEnvironment for what is counted. */
export const DevicePlacement = RunEnvironment.pick({ providerAsked: true, providerUsed: true, nodesByProvider: true, fellBack: true, copies: true })
export type DevicePlacement = z.infer<typeof DevicePlacement>

/** The conditions that both reports share. */
const conditions = {
  id: DeviceReportId, versionId: VersionId, datasetId: DatasetId, datasetSha256: Sha256, modelSha256: Sha256, createdAt: z.number().int(),
  placement: DevicePlacement,
  machine: RunEnvironment.pick({ slipway: true, runtime: true, node: true, platform: true, cpu: true, threads: true, optimization: true }),
  notes: z.array(z.string()), seconds: z.number(),
}

/** One output on two devices, value by value over all rows. */
export const OutputParity = z.object({
  output: z.string(), dtype: z.string(), values: z.number().int(),
  /** Values that are not the same number or text. */
  unequal: z.number().int(),
  /** Values further apart than the tolerance; of whole numbers and texts every unequal one. */
  outside: z.number().int(),
  /** Values that are a number on one device only. */
  unlike: z.number().int(),
  /** Absolute differences; null for texts, and where no value is finite on both. */
  largest: z.number().nullable(), mean: z.number().nullable(),
  /** Differences divided by the larger of the two sizes. */
  largestRelative: z.number().nullable(), meanRelative: z.number().nullable(),
  /** The 1-based record of the largest difference; null where there is none. */
  record: z.number().int().nullable(),
})
export type OutputParity = z.infer<typeof OutputParity>

/** A row that one device decides otherwise. */
export const FlippedDecision = z.object({
  record: z.number().int(), id: z.string().nullable(), against: z.string(), device: z.string(),
  /** The top probability on each; null where the model gives none. */
  againstConfidence: z.number().nullable(), deviceConfidence: z.number().nullable(),
})
export type FlippedDecision = z.infer<typeof FlippedDecision>

/** How long one of the two took. The first call, which compiles, is apart from the others. */
export const ParitySpeed = z.object({
  device: ExecutionProvider, openingMs: z.number(), firstCallMs: z.number(),
  /** Full batches after the first call. */
  calls: z.number().int(), rows: z.number().int(), rowsPerSecond: z.number().nullable(),
})
export type ParitySpeed = z.infer<typeof ParitySpeed>

export const ParityVerdict = z.enum(['identical', 'close', 'apart', 'flipped', 'not-run-there'])
export type ParityVerdict = z.infer<typeof ParityVerdict>

export const ParityReport = z.object({
  ...conditions, options: ParityOptions, verdict: ParityVerdict, rows: z.number().int(), leftOut: z.number().int(), batchSize: z.number().int(),
  tolerance: z.object({ absolute: z.number(), relative: z.number() }),
  outputs: z.array(OutputParity),
  /** null: a row of this task has no decision. At most 100 rows are listed. */
  decisions: z.object({ flipped: z.number().int(), rows: z.array(FlippedDecision) }).nullable(),
  speeds: z.object({ against: ParitySpeed, device: ParitySpeed }),
})
export type ParityReport = z.infer<typeof ParityReport>

/** Calls of one batch size. A percentile is null where fewer calls were made than it needs (see `callsFor`). */
export const BatchSpeed = z.object({
  batchSize: z.number().int(), warmUpCalls: z.number().int(), firstCallMs: z.number(), calls: z.number().int(),
  meanMs: z.number(), p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable(), p999: z.number().nullable(),
  rowsPerSecond: z.number(),
  /** The most memory that the process held after any call so far. */
  residentBytes: z.number().int(),
})
export type BatchSpeed = z.infer<typeof BatchSpeed>

const share = { nodes: z.number().int(), ms: z.number(), share: z.number() }
export const OperatorSpeed = z.object({ operator: z.string(), provider: z.string(), copy: z.boolean(), ...share })
export type OperatorSpeed = z.infer<typeof OperatorSpeed>
export const NodeSpeed = z.object({ name: z.string(), operator: z.string(), provider: z.string(), ms: z.number(), share: z.number() })
export type NodeSpeed = z.infer<typeof NodeSpeed>

export const SpeedReport = z.object({
  ...conditions, options: SpeedOptions, rows: z.number().int(),
  /** Of a process that has run nothing yet. */
  coldStart: z.object({ processMs: z.number(), sessionMs: z.number(), firstCallMs: z.number() }),
  /** Resident memory of the process: with the rows read, with the model opened, and the most of it. */
  memory: z.object({ beforeBytes: z.number().int(), openedBytes: z.number().int(), peakBytes: z.number().int() }),
  batches: z.array(BatchSpeed),
  /** Time by node as the runtime's profiler saw it, for one batch size, a call. null: it gave no profile. */
  profile: z.object({ batchSize: z.number().int(), calls: z.number().int(), /** false: the device gave no times of its own */ deviceTimes: z.boolean(), operators: z.array(OperatorSpeed), /** the slowest, at most 100 */ nodes: z.array(NodeSpeed) }).nullable(),
})
export type SpeedReport = z.infer<typeof SpeedReport>

export const DeviceReports = z.object({ parity: z.array(ParityReport), speed: z.array(SpeedReport) })
export type DeviceReports = z.infer<typeof DeviceReports>
