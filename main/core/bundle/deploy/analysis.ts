// What a canary must not do, as queries to Prometheus: the guards of Argo's analysis, and the table of the README for those who look themselves.
// Every query is empty where data are missing or few: empty is neither good nor bad, and a release waits for a person then.
import type { BundleFacts } from '../facts.ts'
import { bundleThresholds } from '../watch/limits.ts'
import { clusterNames } from './kubernetes-names.ts'

/** Requests of the canary within the window below which nothing is judged. */
export const leastRequests = 200
const window = '10m'

export interface CanaryCheck {
  readonly name: string
  /** What it asks, for people. */
  readonly about: string
  /** PromQL with one number as its answer, or none. `CANARY` and `STABLE` stand for the two versions. */
  readonly query: string
  /** The canary passes while the answer is at most (or, `atLeast`, at least) this. */
  readonly limit: number
  readonly atLeast?: true
}

const version = (arm: 'CANARY' | 'STABLE', facts: BundleFacts, more = ''): string => `model="${clusterNames(facts).app}",version="${arm}"${more}`

const grown = (facts: BundleFacts, arm: 'CANARY' | 'STABLE', outcomes: string): string => `sum(increase(model_requests_total{${version(arm, facts, `,outcome=~"${outcomes}"`)}}[${window}]))`

/** Only where the canary answered enough. */
const judged = (facts: BundleFacts, query: string): string => `(\n${query.replace(/^/gm, '  ')}\n)\nand (${grown(facts, 'CANARY', '.+')} >= ${leastRequests})`

/** How much the canary's share exceeds the stable one's, beyond half a point or three standard errors, whichever is more. */
function excess(facts: BundleFacts, bad: string, all: string): string {
  const share = (arm: 'CANARY' | 'STABLE'): string => `((${grown(facts, arm, bad)} or vector(0)) / ${grown(facts, arm, all)})`
  const stable = share('STABLE')
  return judged(facts, `${share('CANARY')}\n- ${stable}\n- clamp_min(3 * sqrt(${stable} * (1 - ${stable}) / ${grown(facts, 'CANARY', all)}), 0.005)`)
}

const p99 = (facts: BundleFacts, arm: 'CANARY' | 'STABLE'): string => `histogram_quantile(0.99, sum by (le) (rate(model_request_duration_seconds_bucket{${version(arm, facts)}}[${window}])))`

/** The guards that hold for every model. */
export const guardChecks = (facts: BundleFacts): readonly CanaryCheck[] => [
  { name: 'errors', about: 'Failed and timed-out requests: at most half a point, or three standard errors, more than the stable version has.', limit: 0, query: excess(facts, 'failed|timed-out', 'ok|failed|timed-out') },
  { name: 'rejected', about: 'Requests turned away for load: at most half a point, or three standard errors, more than the stable version turns away.', limit: 0, query: excess(facts, 'rejected', '.+') },
  { name: 'latency-p99', about: 'The 99th percentile of answering times: at most 1.25 times that of the stable version.', limit: 1.25, query: judged(facts, `${p99(facts, 'CANARY')}\n/ ${p99(facts, 'STABLE')}`) },
  { name: 'verified', about: 'Every canary pod serves a bundle that it verified.', limit: 1, atLeast: true, query: `min(model_bundle_verified{${version('CANARY', facts)}})` },
]

/** What of the limits of thresholds.json speaks of the model's own answers. Inputs that drift do so for the stable version too. */
const judgedAlerts: readonly string[] = ['OutputDrift', 'ConfidenceLow']

/** The model's answers against its evaluation, with the very limits of its alerts; none where the bundle has no profile. */
export const modelChecks = (facts: BundleFacts): readonly CanaryCheck[] => bundleThresholds(facts).thresholds.flatMap((t): CanaryCheck[] => {
  // A limit that only warns is for people; where there is a grave one of the same kind, that one stops a release.
  if (!judgedAlerts.includes(t.alert) || t.minRows === null || (t.alert === 'OutputDrift' && t.severity !== 'critical')) return []
  const { model: _model, version: _version, ...labels } = t.selector
  const more = Object.entries(labels).map(([name, value]) => `,${name}=${JSON.stringify(value)}`).join('')
  const [worst, atLeast] = t.op === '<' ? ['min', { atLeast: true as const }] : ['max', {}]
  return [{
    name: [t.alert.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase(), ...Object.values(labels)].join('-').replace(/[^a-z0-9-]+/g, '-'),
    about: `${t.origin.statistic}: ${t.op === '<' ? 'at least' : 'at most'} ${t.value}, as in monitoring/thresholds.json, judged from ${t.minRows} rows on.`,
    query: `${worst}(${t.metric}{${version('CANARY', facts, more)}})\nand (min(model_drift_window_rows{${version('CANARY', facts)}}) >= ${t.minRows})`, limit: t.value, ...atLeast,
  }]
})

/** Argo's conditions. A missing answer meets neither, which Argo calls inconclusive and waits. */
export function conditions({ limit, atLeast }: CanaryCheck): { readonly successCondition: string; readonly failureCondition: string } {
  const known = 'len(result) > 0 && !isNaN(result[0])'
  const [good, bad] = atLeast === true ? ['>=', '<'] : ['<=', '>']
  return { successCondition: `${known} && result[0] ${good} ${limit}`, failureCondition: `${known} && result[0] ${bad} ${limit}` }
}
