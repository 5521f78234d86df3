// What the canary's own server would tell while it comes in: windows of drift, confidence, quality, and the alerts that its rules raise, minute by minute.
// The judging is that of analyses of logs (judge-alerts.ts); owns how long a rule must hold.
import type { RolloutAlert } from '../../../../shared/domain/rollout.ts'
import type { CountedDrift } from '../../../../shared/drift/measure-column.ts'
import type { Reference } from '../../../../shared/drift/reference.ts'
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { wilsonInterval } from '../../../../shared/statistics/wilson.ts'
import { latencyBuckets } from '../../bundle/watch/metric-catalogue.ts'
import { createWindow, type DriftWindow } from '../../serve/watch/drift-window.ts'
import { judgeAlerts, stretches } from '../analysis/judge-alerts.ts'
import type { RequestCounts } from '../analysis/log-serving.ts'
import { together, type Requests } from './rollout-minutes.ts'

export interface CanaryRow { readonly classCode: number; readonly scoreCode: number; readonly confidence: number | null; readonly bins: readonly number[] | null; readonly right: boolean | null; readonly toldAt: number | null }

const minuteMs = 60_000
const unwatched = { kind: 'none' as const, rows: 0, missing: 0, reason: '' }

/** Milliseconds of `10m`, `1h`, `3d`; 0 where a limit is not Prometheus'. */
export function heldFor(text: string): number {
  const [, n, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  return n === undefined ? 0 : Number(n) * { s: 1000, m: minuteMs, h: 60 * minuteMs, d: 1440 * minuteMs }[unit as 's' | 'm' | 'h' | 'd']
}

export interface Canary {
  add(row: CanaryRow): void
  readonly rows: number
  output(name: string): number | null
  readonly confidence: number | null
  /** Alerts that begin to fire at the end of minute `minute`. */
  alertsAt(minute: number, at: number, minutes: readonly Requests[]): Omit<RolloutAlert, 'stopped'>[]
}

function requestsOf(minutes: readonly Requests[], minute: number, stretch: number, limitSeconds: number): RequestCounts {
  const r = together(minutes, minute - stretch / minuteMs, minute)
  const under = r.times.slice(0, latencyBuckets.filter((edge) => edge <= limitSeconds).length).reduce((a, b) => a + b, 0)
  return { all: r.all, answerable: r.all - r.refused, failed: r.failed + r.rejected, ok: r.ok, underLimit: under }
}

function createQuality(): { add(row: CanaryRow): void; at(now: number): { readonly labelled: number; readonly right: number } } {
  const later: { right: boolean; toldAt: number }[] = []
  let [labelled, right] = [0, 0]
  const count = (is: boolean): void => { labelled++; if (is) right++ }
  return {
    add({ right: is, toldAt }) { if (is === null) return; if (toldAt === null) count(is); else later.push({ right: is, toldAt }) },
    at(now) {
      // Labels that are told later count from then on.
      for (let i = later.length - 1; i >= 0; i--) if (later[i]!.toldAt <= now) { count(later[i]!.right); later.splice(i, 1) }
      return { labelled, right }
    },
  }
}

export function createCanary(reference: Reference | null, limits: Thresholds): Canary {
  const { thresholds } = limits
  const features = reference?.features ?? []
  const answers = createWindow([reference?.answers.classes ?? unwatched, reference?.answers.score ?? unwatched], limits.windowRows)
  const inputs: DriftWindow | null = features.length === 0 ? null : createWindow(features.map((f) => f.bins), limits.windowRows)
  const [ring, quality] = [new Float64Array(limits.windowRows), createQuality()]
  let [next, held] = [0, 0]
  const since = new Map<string, number>()
  const fired = new Set<string>()
  const mean = (): number | null => (held === 0 ? null : ring.subarray(0, held).reduce((a, b) => a + b, 0) / held)
  const column = (c: number): CountedDrift | null => answers.column(c)
  const latency = thresholds.find((t) => t.alert === 'LatencyHigh')?.value ?? 1
  return {
    get rows() { return answers.rows },
    get confidence() { return mean() },
    output: (name) => column(name === 'class' ? 0 : 1)?.psi ?? null,
    add(row) {
      answers.add(Int16Array.of(row.classCode, row.scoreCode), 1)
      if (inputs !== null && row.bins !== null) inputs.add(Int16Array.from(row.bins), 1)
      if (row.confidence !== null) { ring[next] = row.confidence; next = (next + 1) % limits.windowRows; held = Math.min(limits.windowRows, held + 1) }
      quality.add(row)
    },
    alertsAt(minute, at, minutes) {
      const { labelled, right } = quality.at(at)
      const accuracy = labelled === 0 ? [] : [{ metric: 'accuracy', slice: '', value: right / labelled, ...wilsonInterval(right, labelled), n: labelled, reason: null }]
      const drifts = (names: readonly string[], of: (i: number) => CountedDrift | null): Map<string, CountedDrift> => new Map(names.flatMap((name, i) => { const found = of(i); return found === null ? [] : [[name, found] as const] }))
      const found = judgeAlerts(limits, {
        rows: answers.rows, from: null, to: at, features: drifts(features.map((f) => f.feature), (i) => inputs?.column(i) ?? null), outputs: drifts(['class', 'score'], column), confidence: mean(),
        quality: { whole: accuracy, labelled }, requests: new Map(stretches.map((ms) => [ms, requestsOf(minutes, minute, ms, latency)])), drifted: [],
      })
      return found.flatMap((a) => {
        if (a.state !== 'firing') { since.delete(a.thresholdId); return [] }
        const began = since.get(a.thresholdId) ?? at
        since.set(a.thresholdId, began)
        const rule = thresholds.find((t) => t.id === a.thresholdId) as Threshold
        if (at - began < heldFor(rule.for) || fired.has(a.thresholdId)) return []
        fired.add(a.thresholdId)
        return [{ thresholdId: a.thresholdId, alert: a.alert, severity: a.severity, at, value: a.value ?? 0, limit: a.limit, summary: a.summary }]
      })
    },
  }
}
