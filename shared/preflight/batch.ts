// The batch axis of a model: whether requests of several callers may be put into one call. Used by the preflight and by Triton's configuration.
import type { GraphSummary, Signature, ValueSpec } from '../domain/model.ts'

export interface BatchAxis {
  /** Every input and output has one free first dimension, and rows do not touch each other. */
  readonly free: boolean
  /** Why not, in words that go on after “requests of several callers are not put together: ”; null where they are. */
  readonly why: string | null
  /** The fixed number of rows that every call must have; null where it is free or unknown. */
  readonly rows: number | null
}

const firstOf = (value: ValueSpec): string | number | null | undefined => value.shape?.[0]

/** Whether the model answers each row of a batch on its own, as far as its graph says. */
export function batchAxis(signature: Signature, graph: Pick<GraphSummary, 'operators'>): BatchAxis {
  const all = [...signature.inputs, ...signature.outputs].filter((v) => v.kind === 'tensor')
  const scalar = all.find((v) => v.shape !== null && v.shape.length === 0)
  if (scalar !== undefined) return { free: false, why: `“${scalar.name}” is a single value, without an axis for rows`, rows: null }
  const unranked = all.find((v) => v.shape === null)
  if (unranked !== undefined) return { free: false, why: `the number of dimensions of “${unranked.name}” is not declared`, rows: null }
  const fixed = all.find((v) => typeof firstOf(v) === 'number')
  if (fixed !== undefined) {
    const rows = signature.inputs.map(firstOf).find((d): d is number => typeof d === 'number') ?? null
    return { free: false, why: `the first dimension of “${fixed.name}” is always ${String(firstOf(fixed))}`, rows }
  }
  const symbols = new Set(signature.inputs.map(firstOf).filter((d): d is string => typeof d === 'string'))
  const other = signature.outputs.find((o) => { const first = firstOf(o); return typeof first === 'string' && symbols.size > 0 && !symbols.has(first) })
  if (other !== undefined) return { free: false, why: `the first dimension of “${other.name}” (${String(firstOf(other))}) is not the one of the inputs (${[...symbols].join(', ')})`, rows: null }
  // The range of such a quantisation comes from the whole batch: other callers' rows would change the answer.
  if (graph.operators.some((o) => o.type === 'DynamicQuantizeLinear')) return { free: false, why: 'the model quantises by the range of the whole batch, so other rows would change an answer', rows: null }
  return { free: true, why: null, rows: null }
}
