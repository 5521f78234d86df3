// Logs of what is deployed, come home: a batch is one import, stored as one Parquet file of one layout (docs/monitoring.md).
// Owns the shapes: what was asked for, what was counted, what the stored rows hold.
import { z } from 'zod'
import { DeploymentId, LabelFileId, LogBatchId, ModelId, VersionId } from '../ids.ts'

const count = z.number().int().nonnegative()

/** What the files are. `requests`: one line a call, with the bodies of request and answer; `table`: one row an answer, columns mapped by hand. */
export const LogFormat = z.enum(['feedback', 'predlog', 'kserve', 'requests', 'table'])
export type LogFormat = z.infer<typeof LogFormat>

export const LogArm = z.enum(['stable', 'canary', 'shadow'])
export const LogOutcome = z.enum(['ok', 'refused', 'failed', 'rejected', 'timed-out'])

/** How a column's times are written. `auto`: RFC 3339 text, or a number that is taken for s, ms, µs or ns by its size. */
export const TimeUnit = z.enum(['auto', 's', 'ms', 'us', 'ns'])

/** Which column, or dotted path of a JSON line, is what. What is left out is not there. */
export const LogMapping = z.object({
  /** Names the request; without it, a row is named by its file and line, and nothing can be recognised as a duplicate of another file. */
  requestId: z.string().optional(), row: z.string().optional(),
  time: z.string().optional(), timeUnit: TimeUnit.default('auto'),
  version: z.string().optional(), arm: z.string().optional(), unit: z.string().optional(),
  latency: z.string().optional(), latencyUnit: z.enum(['s', 'ms', 'us', 'ns']).default('ms'),
  status: z.string().optional(),
  label: z.string().optional(), score: z.string().optional(), value: z.string().optional(),
  /** Class -> column with its probability. */
  scores: z.record(z.string(), z.string()).optional(),
  /** A true answer that is in the log already. */
  truth: z.string().optional(),
  /** Feature of the profile -> column; absent: columns of the same name. */
  features: z.record(z.string(), z.string()).optional(),
  /** For `requests`: where the bodies are. */
  requestBody: z.string().optional(), responseBody: z.string().optional(), /** how they are written */ bodyEncoding: z.enum(['auto', 'text', 'base64']).default('auto'),
})
export type LogMapping = z.infer<typeof LogMapping>

/** Why records were not taken, in closed words, with where the first ones were. */
export const RejectedReason = z.object({
  reason: z.string(), sentence: z.string(), count,
  /** At most five. `line`: 1-based, of the file as it is; of a Parquet file the row. */
  examples: z.array(z.object({ file: z.string(), line: count })),
})
export type RejectedReason = z.infer<typeof RejectedReason>

/** Where every record went: read = kept + duplicates + rejected + unmatched. */
export const LogAccount = z.object({
  files: count, bytes: z.number().nonnegative(),
  /** Records in the files: lines, rows, or events of a KServe log. Heads and other lines that are no records count in `asides`. */
  read: count,
  kept: count,
  /** The same answer again: in these files, and in batches that were imported before. */
  duplicates: count, duplicatesOfEarlier: count,
  rejected: count, reasons: z.array(RejectedReason),
  /** Halves of calls: a request without its answer, an answer without its request. */
  unmatchedRequests: count, unmatchedResponses: count,
  /** Heads, notes of dropped records, lines of other programs. */
  asides: count,
  /** Rows that were stored; a kept call may hold several. */
  rows: count,
  /** Rows whose time was not in the log, and where it was taken from instead. */
  withoutTime: count, timeFrom: z.enum(['record', 'file', 'none']),
  /** Records that the server says it could not write. */
  dropped: count,
  /** Lines of the log that the packer could not read, and records of other bundles that it left out; null: there was no pack. */
  packed: z.object({ unreadable: count, otherBundles: count }).nullable(),
})
export type LogAccount = z.infer<typeof LogAccount>

/** A watched feature in the stored rows. Columns are names in the Parquet file; null: it is not there. */
export const LogFeature = z.object({
  feature: z.string(),
  /** Codes of the bins of the version's profile; see shared/drift/reference.ts. */
  bins: z.string().nullable(),
  /** Values as they were (level 2); never of a personal column. */
  raw: z.string().nullable(), kind: z.enum(['number', 'text']),
  personal: z.boolean(),
})
export type LogFeature = z.infer<typeof LogFeature>

/** What the columns of the stored rows mean; also in the Parquet file's metadata under `slipway`. */
export const LogLayout = z.object({
  layout: z.literal('slipway.log/1'),
  /** Classes of the columns `s0` …; empty: a regression, or nobody knows. */
  classes: z.array(z.string()),
  /** How many of them have a probability column: all, or none. */
  scores: count,
  positiveClass: z.string().nullable(),
  features: z.array(LogFeature),
  /** SHA-256 of the profile whose bins the codes are; null: there are none. */
  referenceSha256: z.string().nullable(),
})
export type LogLayout = z.infer<typeof LogLayout>

/** What a batch says of people and values. 0: outcomes and answers; 1: and bins; 2: and raw values. */
export const LogHolds = z.object({
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]), sentence: z.string(),
  rawColumns: z.array(z.string()),
  /** Personal columns of the data whose values were in the files and were left out. */
  leftOut: z.array(z.string()),
})
export type LogHolds = z.infer<typeof LogHolds>

export const LogBatch = z.object({
  id: LogBatchId, modelId: ModelId, modelName: z.string(),
  /** The version of all rows; null: the rows name theirs (`versions`). */
  versionId: VersionId.nullable(), versionNumber: z.number().int().nullable(),
  /** Registry versions in the rows with how many; null: not known. */
  versions: z.array(z.object({ number: z.number().int().nullable(), rows: count })),
  deploymentId: DeploymentId.nullable(), environment: z.string().nullable(),
  name: z.string(), format: LogFormat, files: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number() })),
  account: LogAccount, holds: LogHolds, layout: LogLayout,
  rows: count,
  /** First and last moment of its rows, in milliseconds since 1970; null where no row has a time. */
  from: z.number().int().nullable(), to: z.number().int().nullable(),
  outcomes: z.array(z.object({ outcome: LogOutcome, rows: count })), arms: z.array(z.object({ arm: LogArm, rows: count })),
  /** Rows that the stored ones stand for, where the server sampled. */
  standsFor: z.number().nonnegative(), lowestSampling: z.number().positive().max(1),
  /** What was taken out of it later, oldest first; `rows` above is what is left. */
  forgotten: z.array(z.object({ from: z.number().int().nullable(), to: z.number().int().nullable(), rows: count, who: z.string().nullable(), reason: z.string().nullable(), at: z.number().int() })),
  who: z.string().nullable(), createdAt: z.number().int(),
  warnings: z.array(z.string()),
})
export type LogBatch = z.infer<typeof LogBatch>

export const LabelMapping = z.object({ requestId: z.string().default('request_id'), row: z.string().optional(), label: z.string().default('label'), time: z.string().optional(), timeUnit: TimeUnit.default('auto'), source: z.string().optional() })
export type LabelMapping = z.infer<typeof LabelMapping>

/** Where every record of a file of labels went: read = kept + duplicates + rejected. Labels that fit no row stay, since their rows may come later. */
export const LabelAccount = LogAccount.pick({ files: true, bytes: true, read: true, kept: true, duplicates: true, rejected: true, reasons: true, withoutTime: true })
  .extend({ /** kept labels whose row is in a batch now */ matched: count, /** labels that replace an earlier one of the same row */ corrections: count })
export type LabelAccount = z.infer<typeof LabelAccount>

export const LabelFile = z.object({
  id: LabelFileId, modelId: ModelId, modelName: z.string(), name: z.string(), files: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number() })),
  account: LabelAccount, rows: count, from: z.number().int().nullable(), to: z.number().int().nullable(), forgotten: z.boolean(), who: z.string().nullable(), createdAt: z.number().int(),
})
export type LabelFile = z.infer<typeof LabelFile>

/** How many rows have a label, when labels come, and whether they come for rows like all others. */
export const LabelCoverage = z.object({
  rows: count, labelled: count,
  /** Over equal stretches of the rows' time, oldest first. */
  windows: z.array(z.object({ from: z.number().int(), to: z.number().int(), rows: count, labelled: count })),
  /** From the answer to its label, in milliseconds; null where no label has a time. */
  delay: z.object({ labels: count, median: z.number(), p90: z.number(), p99: z.number(), longest: z.number(), /** labels that are older than their answer */ negative: count,
    histogram: z.array(z.object({ upTo: z.number().nullable(), labels: count })) }).nullable(),
  /** Whether labelled and unlabelled rows were answered alike: of the score the Kolmogorov-Smirnov distance, else of the classes the total variation. */
  selection: z.object({
    verdict: z.enum(['alike', 'selective', 'not-enough']), statistic: z.enum(['ks', 'total-variation']).nullable(), distance: z.number().nullable(), /** how large it may be by chance, at 1 in 100 */ limit: z.number().nullable(),
    labelled: count, unlabelled: count, sentence: z.string(),
    /** Scores of both in the same bins, for a chart; null without scores. */
    histogram: z.object({ edges: z.array(z.number()), labelled: z.array(count), unlabelled: z.array(count) }).nullable(),
    classes: z.array(z.object({ label: z.string(), labelled: count, unlabelled: count })),
  }),
})
export type LabelCoverage = z.infer<typeof LabelCoverage>

/** What files seem to be, before anything is taken from them. Never a value of theirs. */
export const LogLook = z.object({
  format: LogFormat, files: count, bytes: z.number(),
  /** Columns or paths of the first records; empty where the format has its own. */
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  mapping: LogMapping, /** what could not be guessed and must be said */ missing: z.array(z.string()),
  /** The bundle that a pack or log is of, and the version here. */
  bundle: z.object({ rootDigest: z.string(), model: z.string(), version: z.string(), versionId: VersionId.nullable(), versionNumber: z.number().int().nullable(), modelId: ModelId.nullable() }).nullable(),
  sentence: z.string(),
})
export type LogLook = z.infer<typeof LogLook>
