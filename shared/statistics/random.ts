// A seeded stream of random numbers: the same seed gives the same numbers everywhere. Refuses the platform's own generator.

export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  next(): number
  /** A whole number from 0 to bound − 1; bound at most 2^32. */
  below(bound: number): number
}

/** SplitMix32, used only to spread one seed over the generator's state. */
function spread(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}

const rotate = (x: number, by: number): number => ((x << by) | (x >>> (32 - by))) >>> 0

/** xoshiro128** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", 2018) from a whole-number seed. */
export function randomStream(seed: number): RandomStream {
  const word = spread(seed % 2 ** 32 ^ Math.floor(seed / 2 ** 32))
  let a = word(), b = word(), c = word(), d = word()
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a; d ^= b; b ^= c; a ^= d
    c ^= shifted
    d = rotate(d >>> 0, 11)
    return result
  }
  return {
    next: () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992,
    below(bound) {
      // Values from `limit` up would favour small results, so they are drawn again.
      const limit = 2 ** 32 - (2 ** 32 % bound)
      let drawn = bits()
      while (drawn >= limit) drawn = bits()
      return drawn % bound
    },
  }
}
