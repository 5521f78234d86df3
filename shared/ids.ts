// Identifiers: branded strings, ordered by time of creation, safe in file names and URLs.
import { z } from 'zod'

const id = <B extends string>(prefix: B) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{20}$`), `not a ${prefix} id`).brand<B>()

export const ModelId = id('model'); export type ModelId = z.infer<typeof ModelId>
export const VersionId = id('version'); export type VersionId = z.infer<typeof VersionId>
export const DatasetId = id('dataset'); export type DatasetId = z.infer<typeof DatasetId>
export const RunId = id('run'); export type RunId = z.infer<typeof RunId>
export const GateId = id('gate'); export type GateId = z.infer<typeof GateId>
export const CheckId = id('check'); export type CheckId = z.infer<typeof CheckId>
export const BundleId = id('bundle'); export type BundleId = z.infer<typeof BundleId>
export const StressId = id('stress'); export type StressId = z.infer<typeof StressId>
export const ReportId = id('report'); export type ReportId = z.infer<typeof ReportId>
export const DeviceReportId = id('device'); export type DeviceReportId = z.infer<typeof DeviceReportId>
export const ReviewId = id('review'); export type ReviewId = z.infer<typeof ReviewId>
export const DeploymentId = id('deployment'); export type DeploymentId = z.infer<typeof DeploymentId>
export const LogBatchId = id('logs'); export type LogBatchId = z.infer<typeof LogBatchId>
export const LabelFileId = id('labels'); export type LabelFileId = z.infer<typeof LabelFileId>
export const MonitorId = id('monitor'); export type MonitorId = z.infer<typeof MonitorId>
export const AlertDecisionId = id('decision'); export type AlertDecisionId = z.infer<typeof AlertDecisionId>
export const StudyId = id('study'); export type StudyId = z.infer<typeof StudyId>
export const JobId = id('job'); export type JobId = z.infer<typeof JobId>
export const EventId = id('event'); export type EventId = z.infer<typeof EventId>

/** A short-lived permission to read (or write) one path that the user handed over; never a path itself. */
export const FileToken = z.string().regex(/^file_[0-9a-z]{20}$/, 'not a file token').brand<'file'>()
export type FileToken = z.infer<typeof FileToken>

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hexadecimal')
export type Sha256 = z.infer<typeof Sha256>

type IdKind = 'model' | 'version' | 'dataset' | 'run' | 'gate' | 'check' | 'bundle' | 'stress' | 'device' | 'report' | 'review' | 'deployment' | 'logs' | 'labels' | 'monitor' | 'decision' | 'study' | 'job' | 'event' | 'file'
interface IdOf { model: ModelId; version: VersionId; dataset: DatasetId; run: RunId; gate: GateId; check: CheckId; bundle: BundleId; stress: StressId; device: DeviceReportId; report: ReportId; review: ReviewId; deployment: DeploymentId; logs: LogBatchId; labels: LabelFileId; monitor: MonitorId; decision: AlertDecisionId; study: StudyId; job: JobId; event: EventId; file: FileToken }

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/**
 * A new id: nine base-36 characters of milliseconds since 1970, then eleven random ones (56 bits).
 * Ids made later sort later, to the millisecond.
 */
export function newId<K extends IdKind>(kind: K, now: number = Date.now()): IdOf[K] {
  const random = crypto.getRandomValues(new Uint8Array(11))
  let tail = ''
  for (const byte of random) tail += alphabet[byte % 36]
  return `${kind}_${now.toString(36).padStart(9, '0')}${tail}` as IdOf[K]
}
