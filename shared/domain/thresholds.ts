// The decision threshold of a finished run: what every threshold would give, and which one suits a cost or a limit best.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** What the best threshold is for. A limit that no threshold meets has no best one. */
export const ThresholdGoal = z.discriminatedUnion('kind', [
  /** The largest F1. */
  z.object({ kind: z.literal('f1') }),
  /** The least total cost: so much for every false positive and every false negative. */
  z.object({ kind: z.literal('cost'), falsePositive: z.number().nonnegative(), falseNegative: z.number().nonnegative() }),
  /** The most found while precision is at least this. */
  z.object({ kind: z.literal('min-precision'), least: z.number().min(0).max(1) }),
  /** The best precision while recall is at least this. */
  z.object({ kind: z.literal('min-recall'), least: z.number().min(0).max(1) }),
  /** The most found while at most this share of all rows is selected. */
  z.object({ kind: z.literal('max-selected'), most: z.number().min(0).max(1) }),
])
export type ThresholdGoal = z.infer<typeof ThresholdGoal>

const Whole = z.number().int().nonnegative()

/** Rows at one threshold. A row is selected when its score is at or above it. */
export const ThresholdCounts = z.object({ tp: Whole, fp: Whole, fn: Whole, tn: Whole })
export type ThresholdCounts = z.infer<typeof ThresholdCounts>

/** Every point is exact, thresholds ascending. All thresholds from `threshold` to `upTo`, which is a score, select the same rows. */
export const ThresholdPoints = z.object({
  /** Every distinct score has its point. */
  complete: z.boolean(),
  threshold: z.array(z.number()), upTo: z.array(z.number()), tp: z.array(Whole), fp: z.array(Whole),
})
export type ThresholdPoints = z.infer<typeof ThresholdPoints>

export const ThresholdMeasure = z.enum(['precision', 'recall', 'f1', 'accuracy', 'specificity', 'selected', 'cost'])
export type ThresholdMeasure = z.infer<typeof ThresholdMeasure>

export const MeasureEstimate = z.object({
  measure: ThresholdMeasure,
  /** null: not defined, such as the precision of no selected row. */
  value: z.number().nullable(),
  /** 95 %, rows drawn again while the threshold stays. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** What to expect on new rows: the value less what choosing the threshold on these rows adds to it. */
  corrected: z.number().nullable(),
})
export type MeasureEstimate = z.infer<typeof MeasureEstimate>

export const BestThreshold = z.object({
  goal: ThresholdGoal,
  /** null: no threshold meets the limit. */
  found: z.object({
    threshold: z.number(), counts: ThresholdCounts,
    /** 95 %: the thresholds that would be best if the rows were drawn again; null where too few draws have one. */
    low: z.number().nullable(), high: z.number().nullable(),
    measures: z.array(MeasureEstimate),
  }).nullable(),
  reason: z.string().nullable(),
  draws: z.number().int(),
})
export type BestThreshold = z.infer<typeof BestThreshold>

export const ThresholdReport = z.object({
  runId: RunId,
  /** The class (or label) that is told from all others. */
  class: z.string(),
  /** Classes that can be asked for. */
  classes: z.array(z.string()),
  rows: z.number().int(),
  positives: z.number().int(),
  negatives: z.number().int(),
  /** Different scores; where these are more than the points, the points are every so many of them and round thresholds between. */
  distinct: z.number().int(),
  points: ThresholdPoints,
  /** The threshold that the run decided by; null: it decided otherwise. */
  current: z.number().nullable(),
  /** Exact counts at the thresholds that were asked for. */
  asked: z.array(z.object({ threshold: z.number(), counts: ThresholdCounts })),
  best: BestThreshold,
  /** Why the threshold cannot be saved into the binding; null: it can. */
  cannotSave: z.string().nullable(),
})
export type ThresholdReport = z.infer<typeof ThresholdReport>
