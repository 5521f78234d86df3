// What drift of live rows looks like, column by column and as a whole. Owns the shapes; the numbers are made in shared/drift.
import { z } from 'zod'

const count = z.number().int().nonnegative()
const share = z.number().min(0).max(1)

/** `not-enough`: too few rows to tell. `not-measured`: the column has no bins. */
export const DriftVerdict = z.enum(['drift', 'none', 'not-enough', 'not-measured'])
export type DriftVerdict = z.infer<typeof DriftVerdict>

/** A share of rows of which too many is a fault: missing cells, categories that the profile does not name, values beyond its usual range. */
export const DriftRate = z.object({
  /** In the profile, and live. */
  reference: share, live: share,
  /** The chance of such a rise without drift, corrected for all that was looked at. */
  chance: z.number(),
  over: z.boolean(),
})
export type DriftRate = z.infer<typeof DriftRate>

export const ColumnMeasures = z.object({
  psi: z.number().nullable(), jensenShannon: z.number(), totalVariation: z.number(),
  chiSquare: z.object({ statistic: z.number(), freedom: count, p: z.number() }),
  /** Numbers alone. `from`: whether live values were at hand or their bins alone, between whose edges the gap may be larger. */
  shape: z.object({
    kolmogorovSmirnov: z.object({ statistic: z.number(), p: z.number() }), wasserstein: z.number(), /** in standard deviations of the profile */ wassersteinScaled: z.number().nullable(), from: z.enum(['values', 'bins']),
  }).nullable(),
})
export type ColumnMeasures = z.infer<typeof ColumnMeasures>

export const DriftColumn = z.object({
  column: z.string(),
  kind: z.enum(['numeric', 'categorical', 'none']),
  /** Live rows, and those of the profile. */
  rows: count, referenceRows: count,
  verdict: DriftVerdict,
  /** `critical`: over twice the limit and 0.25. null: no drift. */
  severity: z.enum(['warning', 'critical']).nullable(),
  /** Population stability index, and what it is held against for so many rows and columns. */
  psi: z.number().nullable(),
  limit: z.object({ byChance: z.number(), warn: z.number(), critical: z.number() }).nullable(),
  /** The chance of such a PSI without drift, corrected for the number of columns (Holm). */
  chance: z.number().nullable(),
  measures: ColumnMeasures.nullable(),
  rates: z.object({ missing: DriftRate, unseen: DriftRate.nullable(), outside: DriftRate.nullable() }).nullable(),
  /** Of all columns, how much the model's quality rests on this one, 0 to 1; null: nobody explained the run. */
  importance: share.nullable(),
  /** Effect × importance: what columns are ordered by. */
  weight: z.number(),
  /** In words: what was found, or why nothing could be. */
  sentence: z.string(),
})
export type DriftColumn = z.infer<typeof DriftColumn>

export const DriftReport = z.object({
  rows: count,
  /** What the rows are compared with. */
  referenceRows: count,
  verdict: z.enum(['drift', 'none', 'not-enough', 'not-measured']),
  /** The chance of `drift` for any of the columns together where there is none, at most. */
  falseAlarm: z.number(),
  /** Columns that were measured; the chances are corrected for them. */
  columnsMeasured: count, columnsDrifted: count,
  /** Shares that were tested beside the columns. */
  ratesTested: count,
  /** The PSI that is found with 9 chances in 10 in one column of middle size, at so many rows; null: none. */
  detectable: z.number().nullable(),
  /** In the order of their weight, drifted ones first. */
  columns: z.array(DriftColumn),
  sentence: z.string(),
})
export type DriftReport = z.infer<typeof DriftReport>
