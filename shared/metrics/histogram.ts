// Equal-width histograms of finite numbers. Bins are closed on the left, the last one on both sides.
import type { Histogram } from '../domain/dataset.ts'

/** `bins` equal bins from the smallest to the largest value; one bin around the value when all are equal. `values` must not be empty. */
export function histogramOf(values: Float64Array, bins: number): Histogram {
  let low = Infinity
  let high = -Infinity
  for (const v of values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  const width = (high - low) / bins
  const edges = Array.from({ length: bins + 1 }, (_, i) => i === bins ? high : low + i * width)
  // Too narrow (or too wide) for distinct edges in float64: one bin holds everything.
  if (!edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!))) {
    const margin = Math.max(0.5, Math.abs(low) * 2 ** -40)
    return { edges: [Math.max(-Number.MAX_VALUE, low - margin), Math.min(Number.MAX_VALUE, high + margin)], counts: [values.length] }
  }
  const counts = new Array<number>(bins).fill(0)
  for (const v of values) {
    let bin = Math.min(bins - 1, Math.floor((v - low) / width))
    while (bin > 0 && v < edges[bin]!) bin--
    while (bin < bins - 1 && v >= edges[bin + 1]!) bin++
    counts[bin] = counts[bin]! + 1
  }
  return { edges, counts }
}
