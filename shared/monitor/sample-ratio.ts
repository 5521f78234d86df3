// Whether callers were split as was said. A split that is off breaks every comparison, however good its numbers look. Owns no rows.
import type { SampleRatio } from '../domain/ab.ts'
import { formatCount, formatShare } from '../format.ts'
import { chiSquareTail } from '../statistics/distributions.ts'

/** A. Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019, and docs of the bundle: below one in a thousand nothing is compared. */
export const ratioLimit = 0.001

/** Pearson's χ² with one degree of freedom against the stated share of the second side. */
export function sampleRatio(control: number, treatment: number, share: number): SampleRatio {
  const all = control + treatment
  const [first, second] = [all * (1 - share), all * share]
  const chiSquare = all === 0 ? 0 : (control - first) ** 2 / first + (treatment - second) ** 2 / second
  const chance = chiSquareTail(chiSquare, 1)
  const holds = chance >= ratioLimit
  const observed = all === 0 ? 0 : treatment / all
  const seen = `${formatCount(treatment)} of ${formatCount(all)} (${formatShare(observed)}) got the second side, where ${formatShare(share)} was said`
  return { control, treatment, expected: share, observed, chiSquare, chance, limit: ratioLimit, holds, sentence: holds ? `The split is as it was said: ${seen}.` : `The split is broken: ${seen}; by chance that is rarer than one in a thousand.` }
}
