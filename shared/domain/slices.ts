// Slices of a run: how the model does on parts of the data, and where it does worst.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** A rate with its 95 % interval (Wilson) and the rows under it. */
export const SliceRate = z.object({ value: z.number(), low: z.number(), high: z.number(), rows: z.number().int() })
export type SliceRate = z.infer<typeof SliceRate>

export const Slice = z.object({
  column: z.string(),
  /** The value, or a range such as `17 … 28` of a number column; null: missing. */
  value: z.string().nullable(),
  rows: z.number().int(),
  /** In the report's metric: a share of right rows, or a mean of errors. */
  score: SliceRate,
  /** Slice minus all other rows. */
  difference: z.number(),
  /** Two-sided, slice against all other rows: a two-proportion test, or Welch's t for errors. */
  p: z.number(),
  /** After Benjamini and Hochberg over every slice of this answer: the share of false alarms one accepts by acting on it. */
  adjusted: z.number(),
  /** Worse than the other rows, and not by chance (adjusted below the level). */
  weak: z.boolean(),
  /** Binary tasks: share predicted positive, share found of the true positives, share of true negatives called positive. */
  selection: SliceRate.nullable(),
  truePositive: SliceRate.nullable(),
  falsePositive: SliceRate.nullable(),
})
export type Slice = z.infer<typeof Slice>

/** One condition of a segment: a category is among `values`, or a number lies in [low, high]. */
export const SegmentCondition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('values'), column: z.string(), values: z.array(z.string().nullable()) }),
  z.object({ kind: z.literal('range'), column: z.string(), low: z.number().nullable(), high: z.number().nullable(), missing: z.boolean() }),
])
export type SegmentCondition = z.infer<typeof SegmentCondition>

/** A part of the data where the model is clearly worse: found on one half of the rows, measured on the other. */
export const WeakSegment = z.object({
  conditions: z.array(SegmentCondition),
  /** Rows of the whole data set in it. */
  rows: z.number().int(),
  /** Measured on the half that did not help to find it. */
  score: SliceRate,
  difference: z.number(),
  p: z.number(),
  /** The worst rows in it. */
  examples: z.array(z.number().int()),
})
export type WeakSegment = z.infer<typeof WeakSegment>

/** `subset_accuracy`: all labels of a row right; `box_errors`: wrong and missed boxes a picture; `mask_error`: 1 − mean IoU of a picture. */
export const SliceMetric = z.enum(['accuracy', 'mae', 'subset_accuracy', 'box_errors', 'mask_error'])
export type SliceMetric = z.infer<typeof SliceMetric>

export const SliceReport = z.object({
  runId: RunId,
  metric: SliceMetric,
  overall: SliceRate,
  slices: z.array(Slice),
  segments: z.array(WeakSegment),
  /** Columns that were not cut, and why. */
  skipped: z.array(z.object({ column: z.string(), reason: z.string() })),
  minimumRows: z.number().int(),
  level: z.number(),
})
export type SliceReport = z.infer<typeof SliceReport>
