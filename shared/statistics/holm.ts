// Correction of p-values for asking many questions at once, so that one false alarm among all of them is as rare as stated.

/**
 * Adjusted p-values in the order given: the chance of any false rejection among all of them stays at most the level that they are held against,
 * however they depend on each other. S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6, 1979.
 */
export function adjustByHolm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b)
  const out = new Array<number>(p.length)
  let most = 0
  order.forEach((index, place) => {
    most = Math.max(most, Math.min(1, p[index]! * (p.length - place)))
    out[index] = most
  })
  return out
}
