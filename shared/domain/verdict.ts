// Models compared on the same rows: the difference of every metric with its test, and the answer in words.
import { z } from 'zod'
import { DatasetId, RunId, Sha256, VersionId } from '../ids.ts'
import { ModelTask } from './model.ts'
import { SegmentCondition } from './slices.ts'

/** `equivalent`: within the margin, with the confidence asked for. `not-enough-rows`: the data cannot tell. `not-tested`: no test fits. */
export const MetricAnswer = z.enum(['better', 'worse', 'equivalent', 'not-enough-rows', 'not-tested'])
export type MetricAnswer = z.infer<typeof MetricAnswer>
/** `mixed`: some metrics are better and some worse. */
export const OverallAnswer = z.enum(['better', 'worse', 'equivalent', 'mixed', 'not-enough-rows', 'not-tested'])
export type OverallAnswer = z.infer<typeof OverallAnswer>

/** One metric of a challenger against the champion. Differences are challenger − champion; null is "not available". */
export const MetricVerdict = z.object({
  metric: z.string(),
  /** '' for all rows, else `class:NAME`. */
  slice: z.string(),
  direction: z.enum(['higher-is-better', 'lower-is-better', 'neither']),
  first: z.number().nullable(), second: z.number().nullable(), difference: z.number().nullable(),
  /** Interval of the difference at the confidence of the comparison. */
  low: z.number().nullable(), high: z.number().nullable(),
  /** Two-sided p against no difference, alone and corrected for every question of the comparison. */
  p: z.number().nullable(), adjusted: z.number().nullable(),
  method: z.enum(['mcnemar', 'paired-t', 'delong', 'influence', 'bootstrap']).nullable(),
  rows: z.number().int(),
  /** A difference up to this does not matter. */
  margin: z.number().nullable(),
  answer: MetricAnswer,
  /** Whether a worsening beyond the margin is ruled out; null without a margin or a test. */
  notInferior: z.boolean().nullable(),
  /** The smallest difference that so many rows tell with the power of the comparison. */
  detectable: z.number().nullable(),
  /** Rows that would tell a difference of this size; null where the answer is there or nothing is known of it. */
  needed: z.object({ rows: z.number().int(), difference: z.number() }).nullable(),
  /** A few rows carry the difference: rows from which on its tests can be trusted. Absent: there are enough. */
  fewRowsCarry: z.number().int().optional(),
  sentence: z.string(),
})
export type MetricVerdict = z.infer<typeof MetricVerdict>

const Test = z.object({ statistic: z.number(), p: z.number().nullable(), n: z.number().int() })

/** Rows that both scored with the same true answer, and the others. */
export const PairedRows = z.object({ paired: z.number().int(), onlyFirst: z.number().int(), onlySecond: z.number().int(), /** The true answers of the two runs differ: left out. */ otherTruth: z.number().int() })
export type PairedRows = z.infer<typeof PairedRows>

export const ComparedRun = z.object({ runId: RunId, versionId: VersionId, modelName: z.string(), versionNumber: z.number().int() })
export type ComparedRun = z.infer<typeof ComparedRun>

/** Agreement of decided answers, and who is right where they differ. */
export const Agreement = z.object({
  share: z.number(), changedRows: z.number().int(), bothRight: z.number().int(), onlyFirstRight: z.number().int(), onlySecondRight: z.number().int(), bothWrong: z.number().int(),
  exactP: z.number(), chiSquare: z.number(), chiSquareP: z.number(),
})
export type Agreement = z.infer<typeof Agreement>

/** Tests of the sizes of errors; first minus second. */
export const ErrorTests = z.object({
  firstMae: z.number(), secondMae: z.number(), maeDifference: z.number(), firstCloser: z.number().int(), secondCloser: z.number().int(), meanPredictionDifference: z.number(), wilcoxon: Test, pairedT: Test,
})
export type ErrorTests = z.infer<typeof ErrorTests>

export const Challenger = ComparedRun.extend({
  rows: PairedRows,
  answer: OverallAnswer,
  /** The whole answer in one or two sentences. */
  sentence: z.string(),
  metrics: z.array(MetricVerdict),
  agreement: Agreement.nullable(),
  errors: ErrorTests.nullable(),
  /** What makes the two runs less than fully comparable, and what was done about it. */
  notes: z.array(z.string()),
})
export type Challenger = z.infer<typeof Challenger>

export const RunComparison = z.object({
  datasetId: DatasetId, datasetName: z.string(), datasetSha256: Sha256, task: ModelTask,
  confidence: z.number(), power: z.number(), seed: z.number().int(),
  /** Metrics times challengers: what the p-values are corrected for (Holm). */
  questions: z.number().int(),
  champion: ComparedRun,
  challengers: z.array(Challenger),
})
export type RunComparison = z.infer<typeof RunComparison>

/** Of decisions: `first-right` and so on. Of numbers: whose error is smaller. */
export const DisagreementKind = z.enum(['any', 'first-right', 'second-right', 'both-wrong', 'first-closer', 'second-closer'])
export type DisagreementKind = z.infer<typeof DisagreementKind>

const Side = z.object({ predicted: z.string().nullable(), confidence: z.number().nullable(), loss: z.number().nullable() })
export const DisagreementRow = z.object({ record: z.number().int(), id: z.string().nullable(), truth: z.string().nullable(), kind: DisagreementKind, first: Side, second: Side, /** of the two numbers, or of the two losses */ difference: z.number().nullable() })
export type DisagreementRow = z.infer<typeof DisagreementRow>

export const DisagreementPage = z.object({ total: z.number().int(), rows: z.array(DisagreementRow) })
export type DisagreementPage = z.infer<typeof DisagreementPage>

/** A part of the data in which the two differ clearly more than elsewhere. */
export const DisagreementSegment = z.object({
  conditions: z.array(SegmentCondition),
  /** Paired rows in it, and those of them that differ, by kind. */
  rows: z.number().int(), differing: z.number().int(), firstBetter: z.number().int(), secondBetter: z.number().int(),
  /** Share that differs, or the mean size of the difference; measured on rows that did not help to find it, with its interval, and that of all other rows. */
  value: z.number(), low: z.number(), high: z.number(), elsewhere: z.number(), p: z.number(),
})
export type DisagreementSegment = z.infer<typeof DisagreementSegment>

export const DisagreementReport = z.object({
  paired: z.number().int(), differing: z.number().int(),
  kinds: z.array(z.object({ kind: DisagreementKind, rows: z.number().int() })),
  segments: z.array(DisagreementSegment),
  /** Why there are no segments, or what was not looked at. */
  notes: z.array(z.string()),
})
export type DisagreementReport = z.infer<typeof DisagreementReport>
