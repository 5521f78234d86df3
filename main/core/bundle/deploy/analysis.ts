// What a canary must not do, as queries to Prometheus: the guards of Argo's analysis, and the table of the README for those who look themselves.
// Every query is empty where data are missing or few: empty is neither good nor bad, and a release waits for a person then.
import type { BundleFacts } from '../facts.ts'
import { bundleThresholds } from '../watch/limits.ts'
import { canaryPlan, checkAbout, checkName, checksRollout, guardWords } from './canary-plan.ts'
import { clusterNames } from './kubernetes-names.ts'

const { leastRequests, latencyRatio, moreErrors, standardErrors } = canaryPlan
const window = `${canaryPlan.windowMinutes}m`

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
  return judged(facts, `${share('CANARY')}\n- ${stable}\n- clamp_min(${standardErrors} * sqrt(${stable} * (1 - ${stable}) / ${grown(facts, 'CANARY', all)}), ${moreErrors})`)
}

const p99 = (facts: BundleFacts, arm: 'CANARY' | 'STABLE'): string => `histogram_quantile(0.99, sum by (le) (rate(model_request_duration_seconds_bucket{${version(arm, facts)}}[${window}])))`

/** The guards that hold for every model. */
export const guardChecks = (facts: BundleFacts): readonly CanaryCheck[] => [
  { name: 'errors', about: guardWords.errors, limit: 0, query: excess(facts, 'failed|timed-out', 'ok|failed|timed-out') },
  { name: 'rejected', about: guardWords.rejected, limit: 0, query: excess(facts, 'rejected', '.+') },
  { name: 'latency-p99', about: guardWords['latency-p99'], limit: latencyRatio, query: judged(facts, `${p99(facts, 'CANARY')}\n/ ${p99(facts, 'STABLE')}`) },
  { name: 'verified', about: guardWords.verified, limit: 1, atLeast: true, query: `min(model_bundle_verified{${version('CANARY', facts)}})` },
]

/** The model's answers against its evaluation, with the very limits of its alerts; none where the bundle has no profile. */
export const modelChecks = (facts: BundleFacts): readonly CanaryCheck[] => bundleThresholds(facts).thresholds.flatMap((t): CanaryCheck[] => {
  if (!checksRollout(t)) return []
  const { model: _model, version: _version, ...labels } = t.selector
  const more = Object.entries(labels).map(([name, value]) => `,${name}=${JSON.stringify(value)}`).join('')
  const [worst, atLeast] = t.op === '<' ? ['min', { atLeast: true as const }] : ['max', {}]
  return [{
    name: checkName(t), about: checkAbout(t),
    query: `${worst}(${t.metric}{${version('CANARY', facts, more)}})\nand (min(model_drift_window_rows{${version('CANARY', facts)}}) >= ${t.minRows})`, limit: t.value, ...atLeast,
  }]
})

/** Argo's conditions. A missing answer meets neither, which Argo calls inconclusive and waits. */
export function conditions({ limit, atLeast }: CanaryCheck): { readonly successCondition: string; readonly failureCondition: string } {
  const known = 'len(result) > 0 && !isNaN(result[0])'
  const [good, bad] = atLeast === true ? ['>=', '<'] : ['<=', '>']
  return { successCondition: `${known} && result[0] ${good} ${limit}`, failureCondition: `${known} && result[0] ${bad} ${limit}` }
}
