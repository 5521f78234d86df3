// The limits at which a rollout is taken back by itself, from the measured speed. One place, so that alarms, canary and workflow agree.
import type { BundleFacts } from '../facts.ts'
import { resourcesOf } from './resources.ts'

export interface GuardLimits {
  /** Milliseconds that the 99th percentile of one request may take. */
  readonly latencyMs: number
  /** Failed requests per cent of all. */
  readonly errorPercent: number
  /** Seconds that a container may take to be ready, from 60 to 3,600 as managed platforms allow. */
  readonly startSeconds: number
  readonly why: readonly string[]
}

/** Edges of the server's latency histogram in milliseconds: at an edge a quantile is exact. */
const edges = [25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000]

/** Three times the measured 99th percentile of one row, at least 25 ms for the server around it, at the next edge of the histogram; 1 s where nobody measured. */
export function guardLimits(facts: BundleFacts): GuardLimits {
  const { oneRowMs, startSeconds } = resourcesOf(facts)
  const latencyMs = oneRowMs === null ? 1000 : (edges.find((edge) => edge >= 3 * oneRowMs) ?? 30_000)
  return {
    latencyMs, errorPercent: 0.5, startSeconds: Math.min(3600, Math.max(60, startSeconds)),
    why: [
      oneRowMs === null ? 'Latency: nobody measured the speed of this model, so 1 s is taken; put your own objective here.' : `Latency: three times the ${Number(oneRowMs.toPrecision(3))} ms that one row took at the 99th percentile, at least 25 ms, at the next edge of the server’s histogram.`,
      'Errors: half a per cent, what an availability of 99.5 % leaves.',
    ],
  }
}
