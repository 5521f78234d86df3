// One finding: how a judgement is put together, and the words that all judges share. Owns no judgement.
import type { GateFact, GateFinding, GateWork } from '../domain/gate.ts'
import type { GateRule } from '../domain/gate-rules.ts'
import type { MetricValue } from '../domain/run.ts'
import { formatCount } from '../format.ts'
import { metricLabel, numbersApart } from '../metrics/metric-text.ts'

/** A finding, and what could be run where it is not established. */
export interface Judged { readonly finding: GateFinding, readonly needs: GateWork | null }

/** Differences smaller than this are rounding, not a drop. */
export const rounding = 1e-12

const withFacts = (facts: readonly GateFact[]): { facts?: GateFact[] } => (facts.length === 0 ? {} : { facts: [...facts] })

/** A rule that is answered. */
export const judged = (rule: GateRule, holds: boolean, value: number | null, limit: number | null, sentence: string, facts: readonly GateFact[] = []): Judged =>
  ({ finding: { rule, verdict: holds ? 'pass' : 'fail', sentence, value, limit, ...withFacts(facts) }, needs: null })

/** A rule that nothing answers yet. */
export const open = (rule: GateRule, limit: number | null, sentence: string, more: { readonly value?: number | null, readonly needs?: GateWork, readonly facts?: readonly GateFact[] } = {}): Judged =>
  ({ finding: { rule, verdict: 'not-established', sentence, value: more.value ?? null, limit, ...withFacts(more.facts ?? []) }, needs: more.needs ?? null })

/** The distance of two numbers as people read it. */
export const gap = (a: number, b: number): string => numbersApart(Math.abs(a - b), 0)[0]

export const lowerFirst = (text: string): string => /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text

/** `4.0000` reads `4`. */
export const percent = (text: string): string => text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text

/** A share in percent, with as many digits as it takes to tell it from the other one. */
export const sharesApart = (a: number, b: number): readonly [string, string] => {
  const text = (share: number, digits: number): string => `${percent((share * 100).toFixed(digits))} %`
  for (let digits = 1; digits < 7; digits++) if (text(a, digits) !== text(b, digits)) return [text(a, digits), text(b, digits)]
  return [text(a, 1), text(b, 1)]
}

/** At most `most` entries of a list, and how many more there are. */
export const someOf = (list: readonly string[], most: number): string => `${list.slice(0, most).join(', ')}${list.length > most ? ` and ${formatCount(list.length - most)} more` : ''}`

export const find = (metrics: readonly MetricValue[], metric: string, slice: string): MetricValue | undefined => metrics.find((m) => m.metric === metric && m.slice === slice)

type Wanted = { readonly metric: string, readonly slice: string, readonly at?: 'value' | 'low' | 'high' | undefined }

/** Where the metric was measured, when not where the rule looks. */
function elsewhere(metrics: readonly MetricValue[], rule: Wanted): string {
  const slices = metrics.filter((m) => m.metric === rule.metric).map((m) => (m.slice === '' ? 'all rows (no slice)' : m.slice))
  return slices.length === 0 ? '' : ` It was measured for ${someOf(slices, 8)}: name one as the slice of the rule.`
}

/** A known value, or the sentence that says why there is none. */
export function measured(metrics: readonly MetricValue[], rule: Wanted, of: string): { readonly value: number, readonly of: MetricValue } | { readonly why: string } {
  const found = find(metrics, rule.metric, rule.slice)
  const label = metricLabel(rule.metric, rule.slice)
  if (found === undefined) return { why: `${label} was not measured in ${of}, so the rule is not established.${elsewhere(metrics, rule)}` }
  if (found.value === null) return { why: `${label} is not available in ${of}, so the rule is not established: ${lowerFirst(found.reason ?? 'no reason was recorded.')}` }
  const value = rule.at === undefined || rule.at === 'value' ? found.value : found[rule.at]
  if (value === null) return { why: `${label} has no interval in ${of}, so its ${rule.at ?? ''} end is not established.` }
  return { value, of: found }
}

/** A finding without more facts, because nobody gathered them. */
export const nothingGathered = (rule: GateRule): Judged => open(rule, null, 'Only the run itself was looked at, so the rule is not established.')
