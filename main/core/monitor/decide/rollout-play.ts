// A rollout played on rows in the order of their time: the bundle's own shares, waiting, checks and alerts (bundle/deploy/canary-plan.ts), and where they end it.
// Pure: no clock, no file. Refuses to go on where data are missing, as the overlay does: silence never promotes.
import type { RolloutAlert, RolloutCheck, RolloutOutcome, RolloutStep } from '../../../../shared/domain/rollout.ts'
import type { Reference } from '../../../../shared/drift/reference.ts'
import type { Threshold, Thresholds } from '../../../../shared/drift/thresholds.ts'
import { formatCount, formatNumber, formatTime } from '../../../../shared/format.ts'
import { canaryPlan, checkAbout, checkName, checksRollout, guardWords } from '../../bundle/deploy/canary-plan.ts'
import { createCanary, type Canary, type CanaryRow } from './rollout-canary.ts'
import { countRequest, guardValues, noRequests, together, type Requests } from './rollout-minutes.ts'

export interface RolloutRow extends CanaryRow { readonly time: number; readonly canary: boolean; /** the first row of its request */ readonly first: boolean; readonly outcome: string; readonly latencyMs: number | null; /** where its caller lies among all, from 0 to 1 */ readonly bucket: number }
/** Of a step: which part of the callers of the log is played on each side, and how much of the real traffic that is. */
export interface StepTraffic { readonly canary: number; readonly stable: number; readonly played: number }
export interface RolloutFacts { readonly start: number; readonly traffic: readonly StepTraffic[]; readonly reference: Reference | null; readonly limits: Thresholds; readonly alertsStop: boolean }

const minuteMs = 60_000
/** The first check comes when the waiting is over, the others a minute apart. */
export const stepMinutes = canaryPlan.settleMinutes + canaryPlan.checks - 1
/** To the last check of the last step. */
export const rolloutMinutes = canaryPlan.shares.length * stepMinutes

interface Check { readonly name: string; readonly about: string; readonly limit: number; readonly atLeast: boolean; readonly value: (minute: number) => number | null }
interface Open { readonly facts: RolloutFacts; readonly canary: Canary; readonly minutes: { readonly canary: Requests[]; readonly stable: Requests[] }; readonly checks: readonly Check[]; readonly steps: Play[]; minute: number; ended: RolloutOutcome['ended'] }
interface Play { state: RolloutStep['state']; readonly points: { at: number; value: number | null }[][]; readonly alerts: RolloutAlert[]; until: number | null }

function checksOf(facts: RolloutFacts, canary: Canary, minutes: Open['minutes']): Check[] {
  const guard = (name: keyof typeof guardValues, limit: number): Check => ({
    name, about: guardWords[name], limit, atLeast: false,
    value: (m) => guardValues[name](together(minutes.canary, m - canaryPlan.windowMinutes, m), together(minutes.stable, m - canaryPlan.windowMinutes, m)),
  })
  const own = (t: Threshold & { minRows: number }): Check => ({
    name: checkName(t), about: checkAbout(t), limit: t.value, atLeast: t.op === '<',
    value: () => (canary.rows < t.minRows ? null : t.alert === 'ConfidenceLow' ? canary.confidence : canary.output(t.selector['output'] ?? '')),
  })
  return [guard('errors', 0), guard('rejected', 0), guard('latency-p99', canaryPlan.latencyRatio), ...facts.limits.thresholds.filter(checksRollout).map(own)]
}

/** Alerts about inputs concern both sides, and a warning calls nobody. */
const endsRollout = (a: Omit<RolloutAlert, 'stopped'>): boolean => a.severity === 'critical' && !a.alert.startsWith('Input')

const stateOf = (check: Pick<Check, 'limit' | 'atLeast'>, value: number | null): RolloutCheck['state'] => (value === null ? 'inconclusive' : (check.atLeast ? value >= check.limit : value <= check.limit) ? 'passed' : 'failed')

/** What is looked at when a minute is over. */
function endMinute(open: Open): void {
  const { facts, canary, steps, checks } = open
  open.minute++
  const at = facts.start + open.minute * minuteMs
  const place = Math.floor((open.minute - 1) / stepMinutes)
  const step = steps[place]!
  step.until = at
  const alerts = canary.alertsAt(open.minute, at, open.minutes.canary)
  const stopping = facts.alertsStop ? alerts.find(endsRollout) : undefined
  step.alerts.push(...alerts.map((a) => ({ ...a, stopped: a === stopping })))
  const within = open.minute - place * stepMinutes
  const looked = within >= canaryPlan.settleMinutes ? checks.map((c, i) => { const value = c.value(open.minute); step.points[i]!.push({ at, value }); return { name: c.name, state: stateOf(c, value) } }) : []
  const failed = looked.find((l) => l.state === 'failed')
  const silent = looked.find((l) => l.state === 'inconclusive')
  if (failed !== undefined || stopping !== undefined) {
    step.state = 'stopped'
    open.ended = failed === undefined ? { step: place, at, by: 'alert', name: stopping!.thresholdId } : { step: place, at, by: 'check', name: failed.name }
  } else if (silent !== undefined) {
    step.state = 'inconclusive'
    open.ended = { step: place, at, by: 'no-data', name: silent.name }
  } else if (within === stepMinutes) step.state = 'passed'
}

function sentenceOfStep(open: Open, play: Play, place: number): string {
  const share = canaryPlan.shares[place]!
  const { ended } = open
  if (play.until === null) return `${share} %: not reached.`
  if (ended === null || ended.step !== place) return `${share} %: every check passed.`
  const check = open.checks.findIndex((c) => c.name === ended.name)
  const value = check < 0 ? null : play.points[check]!.at(-1)?.value ?? null
  switch (ended.by) {
    case 'check': return `${share} %: stopped at ${formatTime(ended.at)}, ${ended.name} is ${value === null ? 'not known' : formatNumber(value)} and may be ${open.checks[check]!.atLeast ? 'no less' : 'no more'} than ${open.checks[check]!.limit}.`
    case 'alert': return `${share} %: stopped at ${formatTime(ended.at)}, the alert ${ended.name} calls somebody.`
    case 'no-data': return `${share} %: waits for a person since ${formatTime(ended.at)}, there is too little to judge ${ended.name}.`
    case 'end-of-log': return `${share} %: the logs end at ${formatTime(ended.at)}, before the checks do.`
  }
}

function stepOf(open: Open, place: number): RolloutStep {
  const play = open.steps[place]!
  const { start, traffic } = open.facts
  const [first, last] = [place * stepMinutes, play.until === null ? place * stepMinutes : (play.until - start) / minuteMs]
  const [own, other] = [together(open.minutes.canary, first, last), together(open.minutes.stable, first, last)]
  const bad = (r: Requests): number => r.failed + r.rejected
  return {
    share: canaryPlan.shares[place]!, state: play.state, from: play.until === null ? null : start + first * minuteMs, checksFrom: play.points[0]![0]?.at ?? null, to: play.until,
    canary: { requests: own.all, failed: bad(own) }, stable: { requests: other.all, failed: bad(other) }, played: traffic[place]!.played,
    checks: open.checks.map((c, i) => { const points = play.points[i]!; const value = points.at(-1)?.value ?? null; return { name: c.name, about: c.about, limit: c.limit, atLeast: c.atLeast, value, points, state: points.length === 0 ? 'not-told' as const : stateOf(c, value) } }),
    alerts: play.alerts, sentence: sentenceOfStep(open, play, place),
  }
}

function outcomeOf(open: Open): RolloutOutcome {
  const steps = open.steps.map((_, i) => stepOf(open, i))
  const exposed = steps.reduce((sum, s) => sum + s.canary.requests, 0)
  const { ended } = open
  const verdict = ended === null ? 'promote' : ended.by === 'check' || ended.by === 'alert' ? 'stopped' : 'inconclusive'
  const served = `${formatCount(exposed)} requests had been answered by the canary`
  const sentence = ended === null ? `Promoted: all ${steps.length} steps passed.` : `${verdict === 'stopped' ? `Stopped in step ${ended.step + 1} of ${steps.length}` : `Inconclusive in step ${ended.step + 1} of ${steps.length}`}. ${steps[ended.step]!.sentence} By then ${served}.`
  return { verdict, ended, steps, sentence, exposed, notes: [] }
}

export interface Rollout { /** Rows of the log in the order of their time; false: it has ended. */ add(row: RolloutRow): boolean; finish(): RolloutOutcome }

/** `facts.traffic`: one entry a step of the plan. */
export function playRollout(facts: RolloutFacts): Rollout {
  const canary = createCanary(facts.reference, facts.limits)
  const minutes: Open['minutes'] = { canary: [], stable: [] }
  const checks = checksOf(facts, canary, minutes)
  const open: Open = { facts, canary, minutes, checks, steps: canaryPlan.shares.map(() => ({ state: 'not-reached', points: checks.map(() => []), alerts: [], until: null })), minute: 0, ended: null }
  const over = (): boolean => open.ended !== null || open.minute >= rolloutMinutes
  let newest = facts.start
  return {
    add(row) {
      newest = Math.max(newest, row.time)
      while (!over() && row.time >= facts.start + (open.minute + 1) * minuteMs) endMinute(open)
      if (over()) return false
      const { canary: own, stable: other } = facts.traffic[Math.floor(open.minute / stepMinutes)]!
      // The canary gets the callers at one end, the stable version those at the other, so that no copied request is counted on both sides.
      if (row.canary ? row.bucket >= own : row.bucket < 1 - other) return true
      if (row.first) countRequest((row.canary ? minutes.canary : minutes.stable)[open.minute] ??= noRequests(), row.outcome, row.latencyMs)
      if (row.canary && row.outcome === 'ok') canary.add(row)
      return true
    },
    finish() {
      // The last minute is not whole.
      if (!over()) { const place = Math.floor(open.minute / stepMinutes); open.steps[place]!.state = 'inconclusive'; open.steps[place]!.until ??= newest; open.ended = { step: place, at: newest, by: 'end-of-log', name: '' } }
      return outcomeOf(open)
    },
  }
}
