// A threshold in a binding: which bindings can hold one, and the binding that does. Saving it is one more revision; runs keep the binding they ran with.
import type { Binding } from '../domain/binding.ts'
import { SlipwayError } from '../errors.ts'

/** Why a threshold on the scores of `label` cannot be saved into a binding, as a sentence; null: it can. */
export function whyNoThreshold(binding: Binding, label: string): string | null {
  if (binding.task === 'multiclass-classification') return 'With more than two classes the largest probability decides, so this threshold is for looking only.'
  if (binding.task === 'multilabel-classification') return binding.classes.length === 1 ? null : 'The binding holds one threshold for all labels, so that of one label is for looking only.'
  if (binding.task !== 'binary-classification') return 'This task decides without a threshold.'
  return binding.positiveClass === label ? null : `The binding’s threshold is on the probability of “${binding.positiveClass ?? ''}”.`
}

/** The binding that decides at `threshold`; all else stays. */
export const withThreshold = (binding: Binding, threshold: number): Binding => ({ ...binding, decision: { kind: 'threshold', threshold } })

/** The binding to save: the version's newest one, else the run's, deciding at `threshold`. Errors: `input.invalid` when the newest one has another task or positive class. */
export function thresholdBinding(run: Binding, stored: Binding | null, threshold: number): Binding {
  const base = stored ?? run
  if (base.task !== run.task || base.positiveClass !== run.positiveClass) throw new SlipwayError('input.invalid', { reason: 'the version’s binding was changed since this run to another task or positive class, so this threshold does not belong to it' })
  return withThreshold(base, threshold)
}
