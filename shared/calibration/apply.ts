// Recalibrated probabilities, and the bindings that ask for them. The one place that the evaluation, the fit and the bundle's server go through.
import type { Binding, Calibration } from '../domain/binding.ts'
import { SlipwayError } from '../errors.ts'
import { isotonicAt } from './isotonic.ts'
import { atTemperature } from './temperature.ts'

/** Row-major [rows, classes] probabilities in a new array. `positive`: the column of the positive class, for the isotonic fit of two classes. */
export function calibrated(probabilities: ArrayLike<number>, rows: number, classes: number, positive: number, calibration: Calibration): Float64Array {
  if (calibration.method === 'temperature') return atTemperature(probabilities, rows, classes, calibration.temperature)
  const out = new Float64Array(rows * classes)
  for (let row = 0; row < rows; row++) {
    const score = probabilities[row * classes + positive]!
    const value = Number.isNaN(score) ? NaN : isotonicAt(calibration.points, score)
    for (let c = 0; c < classes; c++) out[row * classes + c] = c === positive ? value : 1 - value
  }
  return out
}

/** What is done, in a few words: “temperature 1.47”. */
export const calibrationWords = (calibration: Calibration): string =>
  calibration.method === 'temperature' ? `temperature ${Number(calibration.temperature.toPrecision(4))}` : `isotonic, ${calibration.points.length} points`

/** The note of a run whose probabilities were corrected; null without a correction. */
export function calibrationNote(calibration: Calibration | undefined): string | null {
  if (calibration === undefined) return null
  const { fitted } = calibration
  return `The probabilities were recalibrated (${calibrationWords(calibration)}), fitted on ${fitted.rows.toLocaleString('en-US')} rows of ${fitted.dataset} in ${fitted.runId}. On those same rows calibration looks better than it is.`
}

/** The binding to save: the version's newest one, else the run's, with the correction. A threshold moves along, so that it decides as before. Errors: `input.invalid`. */
export function calibratedBinding(run: Binding, stored: Binding | null, calibration: Calibration): Binding {
  const base = stored ?? run
  if (base.calibration !== undefined) throw new SlipwayError('input.invalid', { reason: 'the version’s binding is recalibrated already, and a second correction on top of it would be wrong; save a binding without one first' })
  if (base.task !== run.task || base.positiveClass !== run.positiveClass || base.classes.length !== run.classes.length) throw new SlipwayError('input.invalid', { reason: 'the version’s binding was changed since this run to other classes, so this correction does not belong to it' })
  if (base.decision.kind !== 'threshold') return { ...base, calibration }
  const { threshold } = base.decision
  const moved = calibrated([1 - threshold, threshold], 1, 2, 1, calibration)[1]!
  return { ...base, calibration, decision: { kind: 'threshold', threshold: Math.min(1, Math.max(0, moved)) } }
}
