// Requests of both sides of a rollout minute by minute, and what Prometheus would make of some minutes together: shares, excess, quantiles.
// Owns the arithmetic of the bundle's queries (main/core/bundle/deploy/analysis.ts); knows no step and no limit.
import { canaryPlan } from '../../bundle/deploy/canary-plan.ts'
import { latencyBuckets } from '../../bundle/watch/metric-catalogue.ts'

export interface Requests { all: number; ok: number; failed: number; rejected: number; refused: number; /** answered requests by bucket of their time, the last without a bound */ readonly times: number[] }
export const noRequests = (): Requests => ({ all: 0, ok: 0, failed: 0, rejected: 0, refused: 0, times: new Array<number>(latencyBuckets.length + 1).fill(0) })

const bucketOf = (seconds: number): number => { const at = latencyBuckets.findIndex((edge) => seconds <= edge); return at < 0 ? latencyBuckets.length : at }

export function countRequest(into: Requests, outcome: string, latencyMs: number | null): void {
  into.all++
  if (outcome === 'ok') { into.ok++; if (latencyMs !== null) into.times[bucketOf(latencyMs / 1000)]!++ } else if (outcome === 'rejected') into.rejected++
  else if (outcome === 'refused') into.refused++
  else into.failed++
}

/** Minutes from `from` to before `to`, together. */
export function together(minutes: readonly (Requests | undefined)[], from: number, to: number): Requests {
  const sum = noRequests()
  for (let m = Math.max(0, from); m < to; m++) {
    const one = minutes[m]
    if (one === undefined) continue
    sum.all += one.all; sum.ok += one.ok; sum.failed += one.failed; sum.rejected += one.rejected; sum.refused += one.refused
    one.times.forEach((n, i) => { sum.times[i]! += n })
  }
  return sum
}

/** As Prometheus' histogram_quantile: straight within a bucket, the last edge beyond all of them; null where there is nothing. Seconds. */
export function quantileOf(times: readonly number[], q: number): number | null {
  const all = times.reduce((a, b) => a + b, 0)
  if (all === 0) return null
  let below = 0
  for (const [i, n] of times.entries()) {
    if (below + n >= q * all) {
      if (i === latencyBuckets.length) return latencyBuckets.at(-1)!
      const low = i === 0 ? 0 : latencyBuckets[i - 1]!
      return n === 0 ? latencyBuckets[i]! : low + (latencyBuckets[i]! - low) * ((q * all - below) / n)
    }
    below += n
  }
  return latencyBuckets.at(-1)!
}

/** How much the canary's share exceeds the stable one's beyond what is allowed; at most 0 is good. Null: too few requests, or none of the stable version. */
function excess(canary: Requests, bad: number, of: number, stableBad: number, stableOf: number): number | null {
  if (canary.all < canaryPlan.leastRequests || of === 0 || stableOf === 0) return null
  const stable = stableBad / stableOf
  return bad / of - stable - Math.max(canaryPlan.standardErrors * Math.sqrt((stable * (1 - stable)) / of), canaryPlan.moreErrors)
}

const answered = (r: Requests): number => r.ok + r.failed

export const guardValues: Readonly<Record<'errors' | 'rejected' | 'latency-p99', (canary: Requests, stable: Requests) => number | null>> = {
  errors: (canary, stable) => excess(canary, canary.failed, answered(canary), stable.failed, answered(stable)),
  rejected: (canary, stable) => excess(canary, canary.rejected, canary.all, stable.rejected, stable.all),
  'latency-p99': (canary, stable) => {
    const [own, other] = [quantileOf(canary.times, 0.99), quantileOf(stable.times, 0.99)]
    return canary.all < canaryPlan.leastRequests || own === null || other === null || other === 0 ? null : own / other
  },
}
