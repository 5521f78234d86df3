// Fits a recalibration and measures it honestly: every row is corrected by a fit on the other folds. Owns the folds; the metrics are the evaluation's own.
import type { Calibration } from '../domain/binding.ts'
import type { CalibrationMethod, CalibrationReport } from '../domain/calibration.ts'
import type { Curve, MetricValue } from '../domain/run.ts'
import { SlipwayError } from '../errors.ts'
import type { ClassificationSetup } from '../metrics/accumulator.ts'
import { createClassificationAccumulator } from '../metrics/classification.ts'
import { argmaxRows } from '../metrics/decision.ts'
import { randomStream } from '../statistics/random.ts'
import { calibrated } from './apply.ts'
import { fitIsotonic } from './isotonic.ts'
import { fitTemperature } from './temperature.ts'

export const folds = 5
/** Fewer rows than this say nothing about probabilities. */
const fewestRows = 50

/** Scored rows: row-major probabilities and the true class of each. */
export interface ScoredRows { readonly probabilities: Float64Array, readonly truth: Int32Array }
type Fit = Calibration extends infer C ? C extends Calibration ? Omit<C, 'fitted'> : never : never

/** The fold of every row: seeded, and every class spread evenly over the folds. */
function foldsOf(truth: Int32Array, classes: number, seed: number): Uint8Array {
  const random = randomStream(seed)
  const order = Uint32Array.from(truth.keys())
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  const seen = new Float64Array(classes)
  const out = new Uint8Array(truth.length)
  for (const row of order) out[row] = seen[truth[row]!]!++ % folds
  return out
}

/** A fit on the given rows. Isotonic levels stay half a row away from 0 and 1, since a certain answer that is wrong once costs an endless log loss. */
function fit(method: CalibrationMethod, rows: ScoredRows, classes: number, positive: number): Fit {
  if (method === 'temperature') return { method, temperature: fitTemperature(rows.probabilities, rows.truth, classes) }
  const n = rows.truth.length
  const scores = Float64Array.from({ length: n }, (_, i) => Math.min(1, Math.max(0, rows.probabilities[i * classes + positive]!)))
  const edge = 1 / (2 * n)
  return { method, points: fitIsotonic(scores, Uint8Array.from(rows.truth, (t) => (t === positive ? 1 : 0))).map(([x, y]): [number, number] => [x, Math.min(1 - edge, Math.max(edge, y))]) }
}

function part(rows: ScoredRows, classes: number, keep: (row: number) => boolean): ScoredRows {
  const kept = Array.from(rows.truth.keys()).filter(keep)
  const probabilities = new Float64Array(kept.length * classes)
  kept.forEach((row, i) => probabilities.set(rows.probabilities.subarray(row * classes, (row + 1) * classes), i * classes))
  return { probabilities, truth: Int32Array.from(kept, (row) => rows.truth[row]!) }
}

const shown = ['log_loss', 'brier', 'ece_15', 'ece_10', 'ece_positive_10', 'mean_confidence', 'accuracy', 'roc_auc']

/** The metrics of probabilities with their most probable class as answer, and the calibration curve. */
function measured(setup: ClassificationSetup, { probabilities, truth }: ScoredRows): { metrics: MetricValue[], curve: Curve } {
  const accumulator = createClassificationAccumulator(setup)
  accumulator.add({ rows: truth.length, truth, predicted: argmaxRows(probabilities, truth.length, setup.classes.length), probabilities })
  const { metrics, curves } = accumulator.finish()
  const wanted = setup.positiveClass === null ? 'top_label_15' : 'positive_10'
  return { metrics: metrics.filter((m) => m.slice === '' && shown.includes(m.metric)), curve: curves.find((c) => c.kind === 'calibration' && c.name === wanted)! }
}

/** `after` holds cross-fitted probabilities; `calibration` is fitted on all rows. Errors: `input.invalid` for too few rows, one class only, or isotonic with more than two. */
export function crossFit(method: CalibrationMethod, rows: ScoredRows, setup: ClassificationSetup): Pick<CalibrationReport, 'before' | 'after'> & { readonly calibration: Fit } {
  const classes = setup.classes.length
  const n = rows.truth.length
  if (method === 'isotonic' && classes !== 2) throw new SlipwayError('input.invalid', { reason: 'an isotonic fit needs two classes; with more of them fit a temperature' })
  if (n < fewestRows) throw new SlipwayError('input.invalid', { reason: `a recalibration needs at least ${fewestRows} rows with probabilities and true answers; this run has ${n}` })
  if (new Set(rows.truth).size < 2) throw new SlipwayError('input.invalid', { reason: 'all rows are of one class, so nothing can be fitted' })
  const positive = setup.positiveClass === null ? classes - 1 : setup.classes.indexOf(setup.positiveClass)
  const foldOf = foldsOf(rows.truth, classes, setup.seed)
  const probabilities = new Float64Array(n * classes)
  for (let fold = 0; fold < folds; fold++) {
    const learned = { ...fit(method, part(rows, classes, (row) => foldOf[row] !== fold), classes, positive), fitted: { runId: '', dataset: '', rows: n } }
    const held = part(rows, classes, (row) => foldOf[row] === fold)
    const corrected = calibrated(held.probabilities, held.truth.length, classes, positive, learned)
    let at = 0
    for (let row = 0; row < n; row++) if (foldOf[row] === fold) probabilities.set(corrected.subarray(at * classes, ++at * classes), row * classes)
  }
  return { calibration: fit(method, rows, classes, positive), before: measured(setup, rows), after: measured(setup, { probabilities, truth: rows.truth }) }
}
