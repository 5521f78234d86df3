// What is wrong with a policy before any run is judged by it: metrics that nobody measures, most often misspelt ones, and rules that cannot decide.
// Owns no judging; gate-evaluation.ts does that.
import type { GatePolicy } from './domain/gate-rules.ts'
import { decides } from './gate-evaluation.ts'
import { describeMetric, metricCatalogue } from './metrics/catalogue.ts'
import { nearestWords } from './nearest-names.ts'

/** Why a policy cannot be meant as it is written, without a full stop; null when it can. `measured`: metrics of runs beyond the catalogue. */
export function policyFault(policy: GatePolicy, measured: readonly string[] = []): string | null {
  const known = [...new Set([...metricCatalogue.map((entry) => entry.id), ...measured])]
  for (const [i, rule] of policy.rules.entries()) {
    if (!('metric' in rule) || rule.metric === undefined || describeMetric(rule.metric) !== null || measured.includes(rule.metric)) continue
    const near = nearestWords(rule.metric, known)
    return `rule ${i + 1} asks for the metric “${rule.metric}”, which does not exist${near === '' ? '; a run lists the names of its metrics (slipway evaluate --json)' : near}`
  }
  return policy.rules.some(decides) ? null : 'every rule is advisory, so nothing would decide; at least one rule must be required'
}
