// The shapes that streaming metric accumulators take and give. Owns no arithmetic.
import type { Curve, MetricValue } from '../domain/run.ts'

/** One batch of scored rows of a classifier. Indices point into the accumulator's `classes`. */
export interface ClassificationBatch {
  readonly rows: number
  /** True class index per row; at least `rows` long. */
  readonly truth: Int32Array
  /** Predicted class index per row; a label outside the classes is the caller's to leave out, an index out of range throws. */
  readonly predicted: Int32Array
  /** Row-major [rows, classes] in float64; null only when the accumulator was made with `hasProbabilities: false`. */
  readonly probabilities: Float64Array | null
}

export interface RegressionBatch {
  readonly rows: number
  readonly truth: Float64Array
  readonly predicted: Float64Array
}

export interface ClassificationSetup {
  /** Class labels in probability-column order. */
  readonly classes: readonly string[]
  /** With two classes: the one that the `binary.*`, AUC and threshold metrics are about. Null: no class is special. */
  readonly positiveClass: string | null
  readonly hasProbabilities: boolean
  readonly seed: number
}

export interface RegressionSetup { readonly seed: number }

export interface MetricResult {
  readonly metrics: MetricValue[]
  readonly curves: Curve[]
  /** What a reader must know beside the numbers. */
  readonly notes?: readonly string[]
}

/** Batches go in, in any split of the same row order; `finish` may be called once. The result depends on the rows alone, not on the split. */
export interface Accumulator<Batch> {
  add(batch: Batch): void
  /** A running value, cheap enough for every progress report; null before the first row. */
  headline(): { metric: string, value: number } | null
  finish(): MetricResult
}

export type ClassificationAccumulator = Accumulator<ClassificationBatch>
export type RegressionAccumulator = Accumulator<RegressionBatch>
