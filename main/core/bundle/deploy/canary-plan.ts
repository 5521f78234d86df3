// How a canary comes in, in one place: shares, waiting, checks and what they allow. Written into the bundle's overlays and queries, and played again on returned logs.
import type { Threshold } from '../../../../shared/drift/thresholds.ts'

export const canaryPlan = {
  /** Per cent of the traffic, step by step; then all of it. */
  shares: [5, 25, 50],
  /** Minutes at a share before the first check: long enough for the window to hold nothing older. */
  settleMinutes: 15,
  /** Checks of each step, one a minute. The first that fails ends the release; the first without data makes it wait. */
  checks: 10,
  /** Minutes that a check looks back. */
  windowMinutes: 10,
  /** Requests of the canary within the window below which nothing is judged. */
  leastRequests: 200,
  /** More errors than the stable version: this share, or so many standard errors, whichever is more. */
  moreErrors: 0.005, standardErrors: 3,
  /** The 99th percentile of answering times may be so many times that of the stable version. */
  latencyRatio: 1.25,
} as const

/** What of the limits of thresholds.json speaks of the model's own answers. Inputs that drift do so for the stable version too. */
const judgedAlerts: readonly string[] = ['OutputDrift', 'ConfidenceLow']

/** Whether a limit is a check of the rollout. One that only warns is for people; where there is a grave one of the same kind, that one stops a release. */
export const checksRollout = (t: Threshold): t is Threshold & { minRows: number } => judgedAlerts.includes(t.alert) && t.minRows !== null && (t.alert !== 'OutputDrift' || t.severity === 'critical')

const labelsOf = ({ selector: { model: _model, version: _version, ...labels } }: Threshold): Readonly<Record<string, string>> => labels

export const checkName = (t: Threshold): string => [t.alert.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase(), ...Object.values(labelsOf(t))].join('-').replace(/[^a-z0-9-]+/g, '-')
export const checkAbout = (t: Threshold): string => `${t.origin.statistic}: ${t.op === '<' ? 'at least' : 'at most'} ${t.value}, as in monitoring/thresholds.json, judged from ${t.minRows} rows on.`

/** What is looked at beside the limits, in words. */
export const guardWords = {
  errors: 'Failed and timed-out requests: at most half a point, or three standard errors, more than the stable version has.',
  rejected: 'Requests turned away for load: at most half a point, or three standard errors, more than the stable version turns away.',
  'latency-p99': 'The 99th percentile of answering times: at most 1.25 times that of the stable version.',
  verified: 'Every canary pod serves a bundle that it verified.',
} as const
