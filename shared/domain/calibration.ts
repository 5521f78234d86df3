// A recalibration of a finished run's probabilities: what was fitted, and what it does to rows that did not help to fit it.
import { z } from 'zod'
import { RunId } from '../ids.ts'
import { Calibration } from './binding.ts'
import { Curve, MetricValue } from './run.ts'

export const CalibrationMethod = z.enum(['temperature', 'isotonic'])
export type CalibrationMethod = z.infer<typeof CalibrationMethod>

/** The same rows before and after. After: every row by a fit on the other folds, so that nothing is flattered. */
const BeforeAndAfter = z.object({ metrics: z.array(MetricValue), curve: Curve })

export const CalibrationReport = z.object({
  runId: RunId,
  /** Fitted on all rows: what is saved. */
  calibration: Calibration,
  rows: z.number().int(),
  /** Rows with scores and true answers in the run; more than `rows` when a sample was enough. */
  available: z.number().int(),
  folds: z.number().int(),
  before: BeforeAndAfter,
  after: BeforeAndAfter,
})
export type CalibrationReport = z.infer<typeof CalibrationReport>
