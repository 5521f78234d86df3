// A stress test: how a finished run's numbers fall as its data is spoiled on purpose, kind by kind, step by step. Owns shapes only.
import { z } from 'zod'
import { RunId, StressId } from '../ids.ts'
import { MetricValue, RunEnvironment } from './run.ts'

export const StressKind = z.enum([
  'missing', 'noise', 'unseen-category', 'swapped-columns', 'scaled-units', 'out-of-range',
  'blur', 'pixel-noise', 'brightness', 'contrast', 'rotation', 'jpeg', 'crop',
])
export type StressKind = z.infer<typeof StressKind>

/** Spoiled minus untouched of the headline, on the rows that were answered both times. `confidence` is that of this one interval: all steps and metrics of a test together are 95 % sure. */
export const StressDifference = z.object({ value: z.number(), low: z.number(), high: z.number(), rows: z.number().int(), confidence: z.number() })
export type StressDifference = z.infer<typeof StressDifference>

/** One severity of one kind. Metrics are over the rows that were answered, so both belong together. */
/** The same for another metric of the model's quality, its ranking or its probabilities; `first` and `second`: its values on those rows, untouched and spoiled. */
export const OtherDifference = StressDifference.extend({ metric: z.string(), first: z.number(), second: z.number() })
export type OtherDifference = z.infer<typeof OtherDifference>

export const StressPoint = z.object({
  /** In the unit of the kind; 0: untouched. */
  severity: z.number(),
  /** The headline first, then the other main metrics of the task. */
  metrics: z.array(MetricValue),
  answered: z.number().int(),
  /** Rows that the untouched data had answered and this one had not. */
  notAnswered: z.number().int(),
  /** Why rows were not answered, as the row account says it; rows that the untouched data left out too are not in it. */
  reasons: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** null: the headline has no value of a row, or too few rows were answered both times. Absent in tests that were made before it was measured, and for untouched rows. */
  difference: StressDifference.nullable().optional(),
  /** Rankings and probabilities, where they can be paired row by row; absent in older tests. */
  others: z.array(OtherDifference).optional(),
})
export type StressPoint = z.infer<typeof StressPoint>

export const StressCurve = z.object({
  kind: StressKind,
  /** The columns that were touched; empty for pictures. */
  columns: z.array(z.string()),
  points: z.array(StressPoint),
  /** Why this kind was not tried; null: it was. */
  skipped: z.string().nullable(),
})
export type StressCurve = z.infer<typeof StressCurve>

export const StressTest = z.object({
  id: StressId,
  runId: RunId,
  /** Rows read of the data set, and whether they are a drawn part of the run's rows. */
  rows: z.number().int(),
  limit: z.number().int().nullable(),
  levels: z.number().int(),
  seed: z.number().int(),
  /** Rows of one native call, so that the same test gives the same numbers. */
  batch: z.number().int(),
  headline: z.string(),
  /** The same rows untouched. */
  clean: StressPoint,
  curves: z.array(StressCurve),
  /** What it comes to, in sentences. */
  verdict: z.array(z.string()),
  /** Rows that were sent through the model for it. */
  modelRows: z.number().int(),
  seconds: z.number(),
  environment: RunEnvironment,
  createdAt: z.number().int(),
})
export type StressTest = z.infer<typeof StressTest>

/** The steps of a ladder at most. */
export const mostLevels = 5
