// What changed between two revisions of a policy, rule by rule, in words. Owns no storing.
import type { GatePolicy, GateRule } from '../domain/gate-rules.ts'
import { ruleForms } from './rule-forms.ts'

export interface RuleChange { readonly change: 'added' | 'removed' | 'changed' | 'same', /** What the rule is about. */ readonly rule: string, /** `limit 0.9 → 0.92` for a changed rule, else all of it. */ readonly words: string }

const naming = ['metric', 'slice', 'data', 'against', 'column', 'rate', 'stress', 'finding', 'percentile', 'batchSize', 'device', 'baseline', 'measure'] as const

const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))
const said = (rule: GateRule): [string, unknown][] => Object.entries(rule).filter(([key, value]) => key !== 'kind' && value !== undefined && value !== '')

/** What tells a rule from others of its kind: `Metric limit (accuracy)`. */
export function ruleName(rule: GateRule): string {
  const own = new Map(said(rule))
  const parts = naming.filter((key) => own.has(key)).map((key) => text(own.get(key)))
  return `${ruleForms[rule.kind].title}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}

const whole = (rule: GateRule): string => said(rule).filter(([key]) => !(naming as readonly string[]).includes(key)).map(([key, value]) => `${key} ${text(value)}`).join(', ')

/** A rule as one line of text: `Metric limit (accuracy): op >=, limit 0.9`. */
export function ruleWords(rule: GateRule): string {
  const rest = whole(rule)
  return rest === '' ? ruleName(rule) : `${ruleName(rule)}: ${rest}`
}

function changedWords(before: GateRule, after: GateRule): string {
  const [a, b] = [new Map(said(before)), new Map(said(after))]
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => text(a.get(key)) !== text(b.get(key))).map((key) => `${key} ${a.has(key) ? text(a.get(key)) : 'not given'} → ${b.has(key) ? text(b.get(key)) : 'not given'}`).join(', ')
}

/** Every rule of both: rules of one name are paired in order, the rest were added or removed. In the order of the newer policy, removed ones last. */
export function policyDiff(before: GatePolicy, after: GatePolicy): RuleChange[] {
  const left = [...before.rules]
  const take = (find: (rule: GateRule) => boolean): GateRule | null => {
    const at = left.findIndex(find)
    return at === -1 ? null : left.splice(at, 1)[0] ?? null
  }
  // Equal rules first, so that a changed one of the same name is not paired with them.
  const equal = after.rules.map((rule) => take((other) => JSON.stringify(other) === JSON.stringify(rule)))
  const changes = after.rules.map((rule, i): RuleChange => {
    if (equal[i] !== null) return { change: 'same', rule: ruleName(rule), words: whole(rule) }
    const other = take((candidate) => ruleName(candidate) === ruleName(rule))
    return other === null ? { change: 'added', rule: ruleName(rule), words: whole(rule) } : { change: 'changed', rule: ruleName(rule), words: changedWords(other, rule) }
  })
  return [...changes, ...left.map((rule): RuleChange => ({ change: 'removed', rule: ruleName(rule), words: whole(rule) }))]
}
