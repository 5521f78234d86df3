// Reads golden.jsonl strictly: whoever wrote the bundle, a line is a request with its answer or the file is refused.
// By hand, since a server reads it on its way to being ready and the schema of tensors comes with that of all the engine's work.
import type { PlainTensor } from '../engine/engine-contract.ts'
import type { GoldenLine } from './golden-lines.ts'

type Loose = Readonly<Record<string, unknown>>
class NoGolden extends Error {}

function demand(holds: boolean): asserts holds { if (!holds) throw new NoGolden() }

function mapOf(value: unknown): Loose {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value))
  return value as Loose
}

const isCell = (value: unknown): boolean => value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

function tensorOf(value: unknown): PlainTensor {
  const { name, datatype, shape, data } = mapOf(value)
  demand(typeof name === 'string' && typeof datatype === 'string' && Array.isArray(shape) && shape.every(Number.isSafeInteger) && Array.isArray(data) && data.every(isCell))
  return { name, datatype, shape: shape as number[], data: data as PlainTensor['data'] }
}

function tensorsOf(value: unknown): PlainTensor[] {
  demand(Array.isArray(value) && value.length > 0)
  return value.map(tensorOf)
}

const isBound = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

function lineOf(text: string): GoldenLine {
  const { id, request, response, tolerance } = mapOf(JSON.parse(text))
  const { abs, rel } = mapOf(tolerance)
  demand(typeof id === 'string' && isBound(abs) && isBound(rel))
  return { id, request: { inputs: tensorsOf(mapOf(request)['inputs']) }, response: { outputs: tensorsOf(mapOf(response)['outputs']) }, tolerance: { abs, rel } }
}

/** The lines of golden.jsonl; null when one of them is not a request with its answer. */
export function parseGoldenLines(text: string): GoldenLine[] | null {
  try {
    return text.trimEnd().split('\n').map(lineOf)
  } catch {
    return null
  }
}
