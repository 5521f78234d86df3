// What is known about the parts of a binding after somebody saved a threshold or a recalibration into it: a decision of a person is no guess any more.
// Owns the words for that; the saving itself is `binding.save`.
import type { Binding, Guess } from '../domain/binding.ts'
import { calibrationWords } from '../calibration/apply.ts'
import { bindingParts, standingGuesses } from './binding-account.ts'

const part = (binding: Binding, about: string): string | null => bindingParts(binding).find((p) => p.about === about)?.value ?? null

const replaced = (guesses: readonly Guess[], ...next: readonly Guess[]): Guess[] => [...guesses.filter((g) => !next.some((n) => n.about === g.about)), ...next]

/** The guesses of the binding that a threshold was saved into. `from`: the run that it was found on, in words. */
export function thresholdGuesses(before: Binding, saved: Binding, guesses: readonly Guess[], from: string): Guess[] {
  const [was, now] = [part(before, 'decision'), part(saved, 'decision') ?? '']
  const known = guesses.find((g) => g.about === 'decision')
  // Saved again at the same place, it is not said to have been itself before.
  const past = was === null || was === now || known?.confidence === 'set' ? '' : `; before: ${was}`
  return replaced(guesses, { about: 'decision', value: now, confidence: 'set', reason: `Saved by you from the thresholds of ${from}${past}.` })
}

/** The guesses of the binding that a recalibration was saved into; a threshold that moved along says so and stays as sure as it was. */
export function calibrationGuesses(before: Binding, saved: Binding, guesses: readonly Guess[]): Guess[] {
  if (saved.calibration === undefined) return [...guesses]
  const { fitted } = saved.calibration
  const own: Guess = { about: 'calibration', value: calibrationWords(saved.calibration), confidence: 'set', reason: `Saved by you, fitted on ${fitted.dataset} in ${fitted.runId}.` }
  const decision = guesses.find((g) => g.about === 'decision')
  const [was, now] = [part(before, 'decision'), part(saved, 'decision')]
  if (decision === undefined || was === null || now === null || was === now) return replaced(guesses, own)
  return replaced(guesses, own, { ...decision, value: now, reason: `Moved along with the saved recalibration, so that it decides as before; without it: ${was}. ${decision.reason}` })
}

/** Said with a run that did not take the binding saved with its version: why not, and what somebody had saved into it. */
export function setAsideGuess(stored: { readonly binding: Binding; readonly guesses: readonly Guess[]; readonly revision: number }, why: string): Guess {
  const { binding, guesses, revision } = stored
  const threshold = binding.decision.kind === 'threshold' && standingGuesses(binding, guesses).some((g) => g.about === 'decision' && g.confidence === 'set')
  const own = [...(threshold ? [`its saved decision (${part(binding, 'decision') ?? ''})`] : []), ...(binding.calibration === undefined ? [] : [`its saved recalibration (${calibrationWords(binding.calibration)})`])]
  return {
    about: 'binding', value: 'a new proposal', confidence: 'set',
    reason: `${why}, so the binding that is saved with this version (revision ${revision}, target ${part(binding, 'target') ?? 'none'})${own.length === 0 ? '' : ` and with it ${own.join(' and ')}`} was set aside for this run.`,
  }
}
