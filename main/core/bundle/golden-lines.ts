// The golden requests of a bundle as they are written, one JSON object a line, and how two answers compare.
// Imports nothing at run time: it goes into bin/smoke.mjs, which should be short enough to read.
import type { PlainTensor } from '../engine/engine-contract.ts'

export const goldenTolerance = { abs: 1e-5, rel: 1e-4 } as const

/** One line of golden.jsonl. */
export interface GoldenLine {
  readonly id: string
  readonly request: { readonly inputs: readonly PlainTensor[] }
  readonly response: { readonly outputs: readonly PlainTensor[] }
  readonly tolerance: { readonly abs: number; readonly rel: number }
}

/** 64-bit integers as JSON numbers where those are exact, as the protocol's clients write them. */
export const onTheWire = (t: PlainTensor): PlainTensor =>
  t.datatype === 'INT64' || t.datatype === 'UINT64' ? { ...t, data: t.data.map((v) => (typeof v === 'string' && Number.isSafeInteger(Number(v)) ? Number(v) : v)) } : t

/** The largest difference between two answers in units of the tolerance; above 1 they disagree. Infinity when they are not comparable. */
export function goldenDistance(expected: readonly PlainTensor[], found: readonly PlainTensor[], tolerance: { readonly abs: number; readonly rel: number }): number {
  let worst = 0
  for (const tensor of expected) {
    const other = found.find((t) => t.name === tensor.name)
    if (other === undefined || other.datatype !== tensor.datatype || other.data.length !== tensor.data.length || other.shape.join() !== tensor.shape.join()) return Number.POSITIVE_INFINITY
    for (const [i, value] of tensor.data.entries()) {
      const got = other.data[i]
      if (typeof value === 'number' && typeof got === 'number') worst = Math.max(worst, Math.abs(value - got) / (tolerance.abs + tolerance.rel * Math.abs(value)))
      else if (String(value) !== String(got)) return Number.POSITIVE_INFINITY
    }
  }
  return worst
}
