// Writes the per-row predictions of one run as Parquet, columns at a time, through DuckDB.
// Owns the column layout of that file; prediction-page.ts reads it.
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'

/** A stretch of predictions, all arrays of equal length. NaN in a float array means "not available". */
export interface PredictionRows {
  readonly records: Uint32Array
  readonly ids: readonly (string | null)[] | null
  /** Text labels for classification, numbers for regression, null when no truth is known. */
  readonly truth: readonly (string | null)[] | Float64Array | null
  readonly predicted: readonly (string | null)[] | Float64Array
  /** 1 right, 0 wrong; null for regression or without truth. */
  readonly correct: Uint8Array | null
  readonly confidence: Float64Array | null
  readonly loss: Float64Array | null
  /** Row-major, rows × scoreNames. */
  readonly scores: Float64Array
}

export interface PredictionWriter {
  append(rows: PredictionRows): Promise<void>
  /** Writes the file whole under its final name. */
  finish(): Promise<void>
  /** Frees everything and leaves no file; does nothing after `finish`. */
  abandon(): void
}

export interface PredictionShape { readonly scoreNames: readonly string[]; readonly task: ModelTask }

/** Opens a writer for `path`. Nothing appears under that name before `finish`. */
export async function createPredictionWriter(path: string, shape: PredictionShape): Promise<PredictionWriter> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${path} ${shape.task}` })
}
