// Two classical questions about sequences: the longest part that is in order, and the best pairing of two lists that keeps their order.

/** Places of a longest increasing subsequence (patience sorting, n log n). */
export function longestIncreasing(values: readonly number[]): number[] {
  const tails: number[] = []
  const before = new Int32Array(values.length).fill(-1)
  for (const [i, value] of values.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    if (low > 0) before[i] = tails[low - 1]!
    tails[low] = i
  }
  const out: number[] = []
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]!) out.push(at)
  return out.reverse()
}

const mostCells = 4_000_000

/**
 * Pairs of places with the largest sum of `worth`, both lists in their order (the dynamic programme of longest common subsequences, weighted).
 * Beyond 4 million cells each place takes the next one of the other list that has any worth.
 */
export function alignedPairs(left: number, right: number, worth: (i: number, j: number) => number): [number, number][] {
  if (left * right > mostCells) return greedyPairs(left, right, worth)
  const wide = right + 1
  const best = new Float64Array((left + 1) * wide)
  for (let i = left - 1; i >= 0; i--) {
    for (let j = right - 1; j >= 0; j--) {
      const gain = worth(i, j)
      const skip = Math.max(best[(i + 1) * wide + j]!, best[i * wide + j + 1]!)
      best[i * wide + j] = gain > 0 ? Math.max(skip, gain + best[(i + 1) * wide + j + 1]!) : skip
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < left && j < right;) {
    const here = best[i * wide + j]!
    const gain = worth(i, j)
    if (gain > 0 && here === gain + best[(i + 1) * wide + j + 1]!) pairs.push([i++, j++])
    else if (here === best[(i + 1) * wide + j]!) i++
    else j++
  }
  return pairs
}

const reach = 200

function greedyPairs(left: number, right: number, worth: (i: number, j: number) => number): [number, number][] {
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < left && j < right; i++) {
    let at = j
    while (at < Math.min(right, j + reach) && worth(i, at) <= 0) at++
    if (at < Math.min(right, j + reach)) { pairs.push([i, at]); j = at + 1 }
  }
  return pairs
}
