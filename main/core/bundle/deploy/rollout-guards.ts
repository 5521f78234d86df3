// What a canary must not do, as queries to Prometheus for the workflow: the same guards wherever the server runs.
// Refuses to judge on little: every query is empty until the canary has answered enough, and empty is never success.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { canaryPlan } from './canary-plan.ts'
import { guardLimits } from './guard-limits.ts'

/** `STABLE` in a query stands for the version that runs already. The canary passes while the answer is at most `limit`. */
export interface RolloutGuard { readonly name: string; readonly query: string; readonly limit: number }

const { leastRequests, latencyRatio, moreErrors } = canaryPlan

export function rolloutGuards(facts: BundleFacts): readonly RolloutGuard[] {
  const of = (version: string, more = ''): string => `{model="${slugOf(facts.version.modelName)}",version="${version}"${more}}`
  const grown = (version: string, more = ''): string => `sum(increase(model_requests_total${of(version, more)}[10m]))`
  const failed = (version: string): string => `((${grown(version, ',outcome=~"failed|timed-out"')} or vector(0)) / ${grown(version)})`
  const p99 = (version: string): string => `histogram_quantile(0.99, sum by (le) (rate(model_request_duration_seconds_bucket${of(version)}[10m])))`
  const enough = `and (${grown(facts.semver)} >= ${leastRequests})`
  return [
    { name: 'failed requests beyond the stable version', limit: moreErrors, query: `(${failed(facts.semver)} - ${failed('STABLE')}) ${enough}` },
    { name: 'p99 over that of the stable version', limit: latencyRatio, query: `(${p99(facts.semver)} / ${p99('STABLE')}) ${enough}` },
    { name: 'p99 in seconds', limit: guardLimits(facts).latencyMs / 1000, query: `${p99(facts.semver)} ${enough}` },
    { name: 'servers with a bundle that was not verified', limit: 0, query: `count(model_bundle_verified${of(facts.semver)} == 0) or vector(0)` },
  ]
}
