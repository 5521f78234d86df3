// A test that holds however often one looks: evidence against “no difference” as a mixture over differences that may be there, and the interval that goes with it.
// After H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41, 1970; for A/B tests R. Johari, P. Koomen, L. Pekelis, D. Walsh,
// "Always valid inference: continuous monitoring of A/B tests", Operations Research 70, 2022 (arXiv 1512.04922); with estimated variances I. Waudby-Smith, D. Arbour, R. Sinha,
// E. Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Ann. Statist. 52, 2024.
// Owns no rows. The mixture has half its weight around each of ±`smallest`, so that differences of about that size are told soonest, and all others in the end.

/** Normal mixture around ±smallest with a third of it as its standard deviation. */
const spreadOf = (smallest: number): number => (smallest / 3) ** 2

/**
 * Logarithm of the evidence (an e-value) against a difference of 0. Where there is none, the chance that it ever reaches ln(1 ÷ level) is at most `level`.
 * `score`: difference ÷ its variance; `information`: 1 ÷ its variance.
 */
export function logEvidence(score: number, information: number, smallest: number): number {
  const spread = spreadOf(smallest)
  const grown = 1 + spread * information
  const pull = smallest * Math.abs(score) / grown
  return -0.5 * Math.log(grown) + (spread * score * score - smallest * smallest * information) / (2 * grown) + pull + Math.log1p(Math.exp(-2 * pull)) - Math.LN2
}

/** Half the width of the interval around the seen difference that holds at all looks together. */
export function alwaysHalfWidth(information: number, smallest: number, level: number): number {
  const wanted = -Math.log(level)
  let [low, high] = [0, 1]
  while (logEvidence(high, information, smallest) < wanted) high *= 2
  for (let step = 0; step < 48; step++) {
    const middle = (low + high) / 2
    if (logEvidence(middle, information, smallest) < wanted) low = middle
    else high = middle
  }
  return high / information
}

/** Information at which a difference of exactly `difference` is told, if the rows show just that. */
export function informationToTell(difference: number, smallest: number, level: number): number {
  const told = (information: number): boolean => logEvidence(difference * information, information, smallest) >= -Math.log(level)
  let [low, high] = [0, 1 / difference ** 2]
  while (!told(high)) high *= 2
  for (let step = 0; step < 48; step++) {
    const middle = (low + high) / 2
    if (told(middle)) high = middle
    else low = middle
  }
  return high
}
