// What is wrong with a policy before any run is judged by it: metrics that nobody measures, most often misspelt ones, limits
// that no metric reaches, and rules that cannot decide.
// Owns no judging; gate-evaluation.ts does that.
import type { GatePolicy } from './domain/gate-rules.ts'
import { decides } from './gate-evaluation.ts'
import { describeMetric, metricCatalogue } from './metrics/catalogue.ts'
import { nearestWords } from './nearest-names.ts'

interface PolicyFault { /** Place of the rule, from 0; null: all of them. */ readonly rule: number | null, /** The field, where it is one. */ readonly field: string | null, /** Without a full stop. */ readonly words: string }

/** The ends of a metric's range as the catalogue writes it: `0 … 1`, `−∞ … 1`, `0 …`. What depends on something else is open. */
function rangeOf(metric: string): readonly [number, number] {
  const range = describeMetric(metric)?.range ?? ''
  const [low = '', high = ''] = range.includes('(') ? [range.split(' … ')[0]] : range.split(' … ')
  const end = (text: string, open: number): number => (/^[−-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim().replace('−', '-')) : open)
  return [end(low, -Infinity), end(high, Infinity)]
}

const outside = (i: number, field: string, metric: string, value: number, [low, high]: readonly [number, number]): PolicyFault[] => (value >= low && value <= high ? [] : [{
  rule: i, field, words: `the ${field} ${value} of rule ${i + 1} is outside what ${metric} can be, ${Number.isFinite(low) ? low : 'any number'} to ${Number.isFinite(high) ? high : 'any number'}${high === 1 && value > 1 && value <= 100 ? `; ${value} % is written ${Number((value / 100).toPrecision(12))}` : ''}`,
}])

/** Limits that no model can meet or miss. */
function limitFaults(rule: GatePolicy['rules'][number], i: number): PolicyFault[] {
  if (rule.kind === 'metric') return outside(i, 'limit', rule.metric, rule.limit, rangeOf(rule.metric))
  if (rule.kind === 'no-regression') {
    const [low, high] = rangeOf(rule.metric)
    return outside(i, 'margin', `a difference in ${rule.metric}`, rule.margin, [0, high - low])
  }
  if (rule.kind === 'slices' && rule.op === '>=') return outside(i, 'limit', 'accuracy', rule.limit, [0, 1])
  return rule.kind === 'calibration' ? outside(i, 'atMost', rule.measure, rule.atMost, [0, rule.measure === 'ece' ? 1 : 2]) : []
}

/** Everything that is wrong with a policy, rule by rule. `measured`: metrics beyond the catalogue. */
export function policyFaults(policy: GatePolicy, measured: readonly string[] = []): readonly PolicyFault[] {
  const known = [...new Set([...metricCatalogue.map((entry) => entry.id), ...measured])]
  const faults = policy.rules.flatMap((rule, i): PolicyFault[] => {
    if (!('metric' in rule) || rule.metric === undefined || describeMetric(rule.metric) !== null || measured.includes(rule.metric)) return limitFaults(rule, i)
    const near = nearestWords(rule.metric, known)
    return [{ rule: i, field: 'metric', words: `rule ${i + 1} asks for the metric “${rule.metric}”, which does not exist${near === '' ? '; a run lists the names of its metrics (slipway evaluate --json)' : near}` }]
  })
  return policy.rules.some(decides) ? faults : [...faults, { rule: null, field: null, words: 'every rule is advisory, so nothing would decide; at least one rule must be required' }]
}

/** The same as one text, without a full stop; null when the policy can be meant as it is written. */
export function policyFault(policy: GatePolicy, measured: readonly string[] = []): string | null {
  const faults = policyFaults(policy, measured)
  return faults.length === 0 ? null : faults.map((f) => f.words).join('; and ')
}
