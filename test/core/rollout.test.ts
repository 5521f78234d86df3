// The rollout simulator: a good release goes through, bad ones stop at the step and minute that counting the rows by hand says, and too little traffic is no success.
import { describe, expect, it } from 'vitest'
import { canaryPlan } from '../../main/core/bundle/deploy/canary-plan.ts'
import { quantileOf } from '../../main/core/monitor/decide/rollout-minutes.ts'
import { playRollout, rolloutMinutes, stepMinutes, type RolloutRow } from '../../main/core/monitor/decide/rollout-play.ts'
import type { RolloutOutcome } from '../../shared/domain/rollout.ts'
import type { Reference } from '../../shared/drift/reference.ts'
import type { Threshold, Thresholds } from '../../shared/drift/thresholds.ts'
import { randomStream } from '../../shared/statistics/random.ts'

const minute = 60_000
const start = Date.UTC(2026, 6, 1)
/** A mirrored canary: every request is answered by both, and counts for one. */
const traffic = canaryPlan.shares.map((share) => ({ canary: share / 100, stable: 1 - share / 100, played: 1 }))

const reference: Reference = {
  schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a'.repeat(64), rows: 10_000, leastRows: 10, unwatched: [],
  features: [{ feature: 'x', input: 'x', place: 0, datatype: 'FP32', bins: { kind: 'numeric', rows: 10_000, missing: 0, edges: [0], counts: [5000, 5000], low: -3, high: 3, outside: 0 } }],
  answers: { rows: 10_000, classes: { kind: 'categorical', rows: 10_000, missing: 0, categories: ['no', 'yes'], counts: [7000, 3000], other: 0 }, score: null, scoreMeaning: '', confidence: null, reason: '' },
}
const limit = (alert: string, metric: string, selector: Record<string, string>, op: '>' | '<', value: number, severity: 'warning' | 'critical', more: Partial<Threshold> = {}): Threshold => ({
  id: [alert, ...Object.values(selector), severity].join(':'), alert, judgedBy: 'prometheus', metric, selector: { model: 'm', version: '2.0.0', ...selector }, op, value, for: '10m', window: 1000, minRows: 200, severity, origin: { runId: null, statistic: 's', formula: 'f', inputs: {} }, ...more,
})
const limits: Thresholds = { schema: 'slipway.thresholds/1', windowRows: 1000, minRows: 200, without: [], thresholds: [
  limit('InputDrift', 'model_input_drift_psi', { feature: 'x' }, '>', 0.25, 'critical'), limit('OutputDrift', 'model_output_drift_psi', { output: 'class' }, '>', 0.1, 'warning'), limit('OutputDrift', 'model_output_drift_psi', { output: 'class' }, '>', 0.25, 'critical'),
  limit('RequestsFailing', 'model_requests_total', {}, '>', 0.05, 'warning', { minRows: null, window: null, for: '5m' }), limit('QualityBelowGate', 'live:accuracy', {}, '<', 0.8, 'critical', { judgedBy: 'slipway', for: '', window: null }),
] }

interface World { readonly perMinute: number; readonly fails: (at: number) => number; readonly yes: (at: number) => number; readonly ms: number; readonly right: number; readonly x: number }
const good: World = { perMinute: 500, fails: () => 0.01, yes: () => 0.3, ms: 8, right: 0.9, x: 0.5 }

/** Rows of both sides in the order of time; `at` counts minutes from the start. Labels are told five minutes later. */
function rowsOf(canary: Partial<World>, until = rolloutMinutes + 2): RolloutRow[] {
  const world = { ...good, ...canary }
  const random = randomStream(11)
  return Array.from({ length: until * world.perMinute }, (_, i) => i).flatMap((i) => {
    const time = start + Math.floor((i * minute) / world.perMinute)
    const [at, bucket] = [i / world.perMinute, random.next()]
    const one = (own: World, isCanary: boolean): RolloutRow => ({
      time, canary: isCanary, first: true, outcome: random.next() < own.fails(at) ? 'failed' : 'ok', latencyMs: own.ms * (0.5 + random.next() / 2), bucket, classCode: random.next() < own.yes(at) ? 1 : 0, scoreCode: 0, confidence: null,
      bins: [random.next() < own.x ? 0 : 1], right: random.next() < own.right, toldAt: time + 5 * minute,
    })
    return [one(good, false), one(world, true)]
  })
}

function play(rows: readonly RolloutRow[]): RolloutOutcome {
  const rollout = playRollout({ start, traffic, reference, limits, alertsStop: true })
  for (const row of rows) if (!rollout.add(row)) break
  return rollout.finish()
}

// Counting by hand: which rows are played, and what a check sees at the end of a minute.
const shareAt = (m: number): number => canaryPlan.shares[Math.floor(m / stepMinutes)]! / 100
const minuteOf = (r: RolloutRow): number => Math.floor((r.time - start) / minute)
const played = (rows: readonly RolloutRow[]): RolloutRow[] => rows.filter((r) => minuteOf(r) < rolloutMinutes && (r.canary ? r.bucket < shareAt(minuteOf(r)) : r.bucket >= shareAt(minuteOf(r))))
const checkMinutes = canaryPlan.shares.flatMap((_, s) => Array.from({ length: canaryPlan.checks }, (_c, c) => s * stepMinutes + canaryPlan.settleMinutes + c))
const firstCheck = (fails: (m: number) => boolean): number => checkMinutes.find(fails)!

function excessAt(rows: readonly RolloutRow[], m: number): number {
  const of = (canary: boolean): [number, number] => { const now = rows.filter((r) => r.canary === canary && minuteOf(r) >= m - 10 && minuteOf(r) < m); return [now.filter((r) => r.outcome === 'failed').length, now.length] }
  const [[bad, all], [otherBad, others]] = [of(true), of(false)]
  const p = otherBad / others
  return bad / all - p - Math.max(0.005, 3 * Math.sqrt(p * (1 - p) / all))
}
function psiAt(rows: readonly RolloutRow[], m: number): number {
  const last = rows.filter((r) => r.canary && r.outcome === 'ok' && minuteOf(r) < m).slice(-1000)
  const q = last.filter((r) => r.classCode === 1).length / last.length
  return (q - 0.3) * Math.log(q / 0.3) + (0.3 - q) * Math.log((1 - q) / 0.7)
}

describe('a rollout played on returned logs', () => {
  it('lets a good release through, with the traffic of each step', () => {
    const rows = rowsOf({})
    const outcome = play(rows)
    expect(outcome).toMatchObject({ verdict: 'promote', ended: null, sentence: 'Promoted: all 3 steps passed.' })
    expect(outcome.steps.map((s) => s.state)).toEqual(['passed', 'passed', 'passed'])
    const here = played(rows)
    expect(outcome.exposed).toBe(here.filter((r) => r.canary).length)
    expect(outcome.steps[1]!.stable.requests).toBe(here.filter((r) => !r.canary && minuteOf(r) >= stepMinutes && minuteOf(r) < 2 * stepMinutes).length)
    expect(outcome.steps[0]!.checks[0]!.points.map((p) => (p.at - start) / minute)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    for (const [i, m] of [[0, 15], [9, 24]] as const) expect(outcome.steps[0]!.checks[0]!.points[i]!.value).toBeCloseTo(excessAt(here, m), 12)
    expect(outcome.steps.flatMap((s) => s.alerts)).toEqual([])
  })

  it('stops a release that begins to fail in its second step, at the first check that counting finds', () => {
    const rows = rowsOf({ fails: (at) => (at < stepMinutes + 12 ? 0.01 : 0.045) })
    const [outcome, here] = [play(rows), played(rows)]
    const m = firstCheck((c) => excessAt(here, c) > 0)
    expect(m).toBeGreaterThanOrEqual(stepMinutes + 15)
    expect(m).toBeLessThan(2 * stepMinutes)
    expect(outcome).toMatchObject({ verdict: 'stopped', ended: { step: 1, at: start + m * minute, by: 'check', name: 'errors' } })
    expect(outcome.steps.map((s) => s.state)).toEqual(['passed', 'stopped', 'not-reached'])
    expect(outcome.exposed).toBe(here.filter((r) => r.canary && minuteOf(r) < m).length)
  })

  it('stops a release that answers differently, when its window of rows says so', () => {
    const rows = rowsOf({ yes: (at) => (at < stepMinutes + 10 ? 0.3 : 0.7) })
    const [outcome, here] = [play(rows), played(rows)]
    const m = firstCheck((c) => psiAt(here, c) > 0.25)
    expect(outcome).toMatchObject({ verdict: 'stopped', ended: { step: 1, at: start + m * minute, by: 'check', name: 'output-drift-class' } })
    expect(outcome.steps[1]!.checks.find((c) => c.name === 'output-drift-class')).toMatchObject({ state: 'failed', limit: 0.25 })
    expect(outcome.steps[1]!.checks.find((c) => c.name === 'output-drift-class')!.value).toBeCloseTo(psiAt(here, m), 2)
  })

  it('stops a slow one at once, and one that is often wrong when enough true answers are told', () => {
    expect(play(rowsOf({ ms: 40 }, 30))).toMatchObject({ verdict: 'stopped', ended: { step: 0, at: start + 15 * minute, name: 'latency-p99' } })
    const rows = rowsOf({ right: 0.6 }, 30)
    const told = played(rows).filter((r) => r.canary && r.outcome === 'ok').map((r) => r.toldAt!).sort((a, b) => a - b)
    const m = Math.ceil((told[199]! - start) / minute)
    expect(play(rows)).toMatchObject({ verdict: 'stopped', ended: { step: 0, at: start + m * minute, by: 'alert', name: 'QualityBelowGate:critical' } })
  })

  it('tells drift of the inputs and does not stop for it: it meets both versions', () => {
    const outcome = play(rowsOf({ x: 0.95 }))
    expect(outcome.verdict).toBe('promote')
    expect(outcome.steps[0]!.alerts).toMatchObject([{ thresholdId: 'InputDrift:x:critical', severity: 'critical', stopped: false }])
  })

  it('is inconclusive with few requests, and where the logs end', () => {
    const few = play(rowsOf({ perMinute: 300 }))
    expect(few).toMatchObject({ verdict: 'inconclusive', ended: { step: 0, at: start + 15 * minute, by: 'no-data', name: 'errors' } })
    expect(few.steps[0]!.checks[0]).toMatchObject({ state: 'inconclusive', value: null })
    expect(play(rowsOf({}, stepMinutes + 5))).toMatchObject({ verdict: 'inconclusive', ended: { step: 1, by: 'end-of-log' } })
  })
})

it('quantiles are those of histogram_quantile in the manual of Prometheus: straight within a bucket', () => {
  // Edges in seconds 0.0005, 0.001, 0.0025, 0.005, 0.01, …: 50 answers up to 0.005 and 50 up to 0.01; the 99th percentile lies 49/50 into the last.
  const times = new Array<number>(16).fill(0)
  times[3] = 50
  times[4] = 50
  expect(quantileOf(times, 0.99)).toBeCloseTo(0.005 + 0.005 * (49 / 50), 12)
  expect(quantileOf(new Array<number>(16).fill(0), 0.99)).toBeNull()
})
