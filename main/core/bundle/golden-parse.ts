// Reads golden.jsonl strictly: whoever wrote the bundle, a line is a request with its answer or the file is refused.
import { z } from 'zod'
import { PlainTensor } from '../engine/engine-contract.ts'
import type { GoldenLine } from './golden-lines.ts'

const Line = z.object({
  id: z.string(),
  request: z.object({ inputs: z.array(PlainTensor).min(1) }),
  response: z.object({ outputs: z.array(PlainTensor).min(1) }),
  tolerance: z.object({ abs: z.number().nonnegative(), rel: z.number().nonnegative() }),
})

/** The lines of golden.jsonl; null when one of them is not a request with its answer. */
export function parseGoldenLines(text: string): GoldenLine[] | null {
  try {
    return text.trimEnd().split('\n').map((line) => Line.parse(JSON.parse(line)))
  } catch {
    return null
  }
}
