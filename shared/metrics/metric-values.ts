// Builders of single metric values: a known number, or "not available" with its reason. Owns no arithmetic.
import type { MetricValue } from '../domain/run.ts'

/** The slice name of one class. */
export const classSlice = (label: string): string => `class:${label}`

export interface ValueContext {
  readonly slice?: string
  readonly low?: number
  readonly high?: number
}

/** A metric with a value. A value that is not finite becomes "not available", so that no NaN ever leaves. */
export function known(metric: string, value: number, n: number, context: ValueContext = {}): MetricValue {
  if (!Number.isFinite(value)) return unknown(metric, n, 'The value is not a finite number.', context.slice)
  return { metric, slice: context.slice ?? '', value, low: context.low ?? null, high: context.high ?? null, n, reason: null }
}

/** A metric that is not available, and the sentence that says why. */
export function unknown(metric: string, n: number, reason: string, slice = ''): MetricValue {
  return { metric, slice, value: null, low: null, high: null, n, reason }
}

/** `known` when there is no reason against it, else `unknown`. The value is computed only when it is wanted. */
export function valueUnless(reason: string | null, metric: string, n: number, value: () => number, slice = ''): MetricValue {
  return reason === null ? known(metric, value(), n, { slice }) : unknown(metric, n, reason, slice)
}
