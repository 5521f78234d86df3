// Answers `calibrate`: fits a recalibration on a finished run's stored probabilities and measures it on rows that did not help. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { crossFit, folds } from '../../../shared/calibration/cross-fit.ts'
import { readStoredScores } from '../datasets/prediction-scores.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['calibrate']

/** Rows and numbers that a fit uses at most: more do not change a temperature or a rising curve that anybody could see. */
const [mostRows, mostNumbers] = [200_000, 20_000_000]

/** Errors: `input.invalid`, `dataset.notReadable`, `job.cancelled`. */
export async function calibrateRun(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const most = Math.min(mostRows, Math.floor(mostNumbers / Math.max(1, input.labels.length)))
  const { available, ...rows } = await readStoredScores(input.predictions, input.labels, most, input.seed, context.signal)
  const { calibration, before, after } = crossFit(input.method, rows, { classes: input.labels, positiveClass: input.positiveClass, hasProbabilities: true, seed: input.seed })
  return { calibration: { ...calibration, fitted: { ...input.fitted, rows: rows.truth.length } }, rows: rows.truth.length, available, folds, before, after }
}
