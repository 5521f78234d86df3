// The stored profile that live data is compared with: counts in bins, and no row of anything. Owns its form and what the codes of a bin mean.
import { z } from 'zod'

/** Nothing is told of fewer rows than this. */
export const leastRows = 10

/** Codes of a value that is in no bin, as the prediction log writes them: `-3` and `-4` are both out of range, and count for the outermost bins. */
export const code = { missing: -1, unseen: -2, below: -3, above: -4 } as const

const count = z.number().int().nonnegative()

/** The shape between the bins, in ascending cells: rows that lie evenly from `from` to `to`, or all at one value where both are the same. */
export const Sketch = z.object({ from: z.array(z.number()), to: z.array(z.number()), counts: z.array(count) })
export type Sketch = z.infer<typeof Sketch>

/** Bins of numbers. `edges` lie between the bins: bin i holds edges[i−1] ≤ x < edges[i]; the outermost are open. */
export const NumericBins = z.object({
  kind: z.literal('numeric'), rows: count, missing: count,
  edges: z.array(z.number()), counts: z.array(count).min(1),
  /** The usual range: below and above it lie `outside` rows, which the outermost bins count too. */
  low: z.number(), high: z.number(), outside: count,
  /** Absent in profiles of older versions. */
  sketch: Sketch.optional(),
})
export type NumericBins = z.infer<typeof NumericBins>

/** Counts of texts. `other`: rows of all values that too few rows hold to be named. */
export const CategoryBins = z.object({ kind: z.literal('categorical'), rows: count, missing: count, categories: z.array(z.string()), counts: z.array(count), other: count,
  /** Of `other`, the values that ten rows hold; absent in profiles of older versions. */
  rare: z.object({ categories: z.array(z.string()), counts: z.array(count) }).optional() })
export type CategoryBins = z.infer<typeof CategoryBins>

/** A column whose values say too much, or nothing: only how often it is missing. */
export const NoBins = z.object({ kind: z.literal('none'), rows: count, missing: count, reason: z.string() })
export type NoBins = z.infer<typeof NoBins>

export const Bins = z.discriminatedUnion('kind', [NumericBins, CategoryBins, NoBins])
export type Bins = z.infer<typeof Bins>

/** Where a column of the data arrives: the tensor, and the value's place among those of one row. */
export const ReferenceFeature = z.object({ feature: z.string(), input: z.string(), place: count, datatype: z.string(), bins: Bins })
export type ReferenceFeature = z.infer<typeof ReferenceFeature>

export const Reference = z.object({
  schema: z.literal('slipway.reference/1'),
  /** What was binned: the rows of the evaluation. */
  source: z.enum(['evaluation', 'training']),
  datasetFingerprint: z.string(),
  rows: count,
  leastRows: count,
  features: z.array(ReferenceFeature),
  /** Inputs that are not watched, and why. */
  unwatched: z.array(z.object({ input: z.string(), reason: z.string() })),
  /** What the model answered. `classes`: the answers of a classification. `score`: see `scoreMeaning`. */
  answers: z.object({
    rows: count,
    classes: CategoryBins.nullable(),
    score: NumericBins.nullable(),
    scoreMeaning: z.string(),
    /** The probability of the answered class; null where the model gives none. */
    confidence: z.object({ mean: z.number(), standardDeviation: z.number(), rows: count }).nullable(),
    /** Why there is nothing; '' where there is. */
    reason: z.string(),
  }),
})
export type Reference = z.infer<typeof Reference>
