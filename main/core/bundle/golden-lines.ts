// The golden requests of a bundle as they are written: one JSON object a line, read strictly, compared within a tolerance.
import { z } from 'zod'
import { PlainTensor } from '../engine/engine-contract.ts'

export const goldenTolerance = { abs: 1e-5, rel: 1e-4 } as const

const GoldenLine = z.object({
  id: z.string(),
  request: z.object({ inputs: z.array(PlainTensor).min(1) }),
  response: z.object({ outputs: z.array(PlainTensor).min(1) }),
  tolerance: z.object({ abs: z.number().nonnegative(), rel: z.number().nonnegative() }),
})
/** One line of golden.jsonl. */
export type GoldenLine = z.infer<typeof GoldenLine>

/** The lines of golden.jsonl; null when one of them is not a request with its answer. */
export function parseGoldenLines(text: string): GoldenLine[] | null {
  try {
    return text.trimEnd().split('\n').map((line) => GoldenLine.parse(JSON.parse(line)))
  } catch {
    return null
  }
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
