// A threshold in a binding: which bindings can hold one, and the binding that does. Saving it is one more revision; runs keep the binding they ran with.
import type { Binding } from '../domain/binding.ts'
import { calibrated } from '../calibration/apply.ts'
import { SlipwayError } from '../errors.ts'

/** Why a threshold on the scores of `label` cannot be saved into a binding, as a sentence; null: it can. */
export function whyNoThreshold(binding: Binding, label: string): string | null {
  if (binding.task === 'multiclass-classification') return 'With more than two classes the largest probability decides, so this threshold is for looking only.'
  if (binding.task === 'multilabel-classification') return binding.classes.length === 1 ? null : 'The binding holds one threshold for all labels, so that of one label is for looking only.'
  if (binding.task !== 'binary-classification') return 'This task decides without a threshold.'
  return binding.positiveClass === label ? null : `The binding’s threshold is on the probability of “${binding.positiveClass ?? ''}”.`
}

/**
 * A threshold to read and to type again: at most six digits, cut and not rounded, so that the row whose score it is stays above it.
 * What is stored and what decides is the whole number.
 */
export function thresholdText(threshold: number): string {
  if (!Number.isFinite(threshold) || threshold === 0 || String(threshold).length <= 8) return String(threshold)
  const scale = 10 ** (6 - Math.ceil(Math.log10(Math.abs(threshold))))
  return String(Number((Math.floor(threshold * scale) / scale).toPrecision(6)))
}

/** The binding that decides at `threshold`; all else stays. */
export const withThreshold = (binding: Binding, threshold: number): Binding => ({ ...binding, decision: { kind: 'threshold', threshold } })

/**
 * The binding to save: the version's newest one, else the run's, deciding at `threshold`. A threshold on the run's own probabilities is moved along when the newest
 * binding recalibrates them. Errors: `input.invalid` when the newest one has another task, positive class or calibration than the run.
 */
export function thresholdBinding(run: Binding, stored: Binding | null, threshold: number): Binding {
  const base = stored ?? run
  if (base.task !== run.task || base.positiveClass !== run.positiveClass) throw new SlipwayError('input.invalid', { reason: 'the version’s binding was changed since this run to another task or positive class, so this threshold does not belong to it' })
  const [before, now] = [run.calibration, base.calibration]
  if (JSON.stringify(before) === JSON.stringify(now)) return withThreshold(base, threshold)
  if (before !== undefined || now === undefined) throw new SlipwayError('input.invalid', { reason: 'the version’s binding was recalibrated differently since this run, so this threshold does not belong to it; evaluate again' })
  return withThreshold(base, Math.min(1, Math.max(0, calibrated([1 - threshold, threshold], 1, 2, 1, now)[1]!)))
}
