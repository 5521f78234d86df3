// One metric of an A/B comparison, from running sums of both sides: its effect, the interval that allows looking, and when it was decided. Owns no rows.
import type { AbDesign, AbLook, AbMetric, AbResult, AbVerdict } from '../domain/ab.ts'
import { formatCount } from '../format.ts'
import { normalQuantile } from '../statistics/distributions.ts'
import { differenceOfShares } from '../statistics/two-proportions.ts'
import { abSize } from './ab-size.ts'
import { alwaysHalfWidth, logEvidence } from './always-valid.ts'

/** Rows that had a value, their sum and the sum of their squares. */
export interface Sums { readonly rows: number; readonly sum: number; readonly squares: number }
/** Everything up to a moment. */
export interface Look { readonly at: number; readonly control: Sums; readonly treatment: Sums }

export interface AbMetricFacts { readonly metric: AbMetric; readonly name: string; readonly kind: AbResult['kind']; readonly better: AbResult['better']; readonly write: (value: number) => string }

/** Nothing is judged on fewer rows a side, nor where fewer than `leastEvents` hits or misses are to be expected on a side: normal theory does not hold there. */
export const [leastRows, leastEvents] = [100, 20]

const mean = ({ rows, sum }: Sums): number => sum / rows
const spread = ({ rows, sum, squares }: Sums): number => Math.max(0, (squares - sum * sum / rows) / (rows - 1))
const pooled = (a: Sums, b: Sums): Sums => ({ rows: a.rows + b.rows, sum: a.sum + b.sum, squares: a.squares + b.squares })
/** Half an event is added to both sides of a share, so that no variance is 0. */
const shareSpread = ({ rows, sum }: Sums): number => { const p = (sum + 0.5) / (rows + 1); return p * (1 - p) }

/** Of the difference; the larger of what both sides say apart and together, since the smaller side may have seen too little. */
function varianceOf(kind: AbResult['kind'], { control, treatment }: Look): number {
  const of = kind === 'share' ? shareSpread : spread
  const together = of(pooled(control, treatment))
  return Math.max(of(control) / control.rows + of(treatment) / treatment.rows, kind === 'share' ? together * (1 / control.rows + 1 / treatment.rows) : 0)
}

function enough(kind: AbResult['kind'], { control, treatment }: Look): boolean {
  const least = Math.min(control.rows, treatment.rows)
  if (least < leastRows) return false
  const all = pooled(control, treatment)
  // Values that are all the same have a spread of nothing but rounding.
  if (kind === 'mean') return spread(control) > 0 && spread(treatment) > 0 && spread(all) > 1e-9 * mean(all) ** 2
  const share = mean(all)
  return least * share >= leastEvents && least * (1 - share) >= leastEvents
}

function looksOf(facts: AbMetricFacts, looks: readonly Look[], smallest: number, level: number, designEffect: number): AbLook[] {
  let chance = 1
  return looks.filter((look) => enough(facts.kind, look)).map((look) => {
    const effect = mean(look.treatment) - mean(look.control)
    const information = 1 / (varianceOf(facts.kind, look) * designEffect)
    // The chance never rises again: what was once seen was seen.
    chance = Math.min(chance, Math.exp(-logEvidence(effect * information, information, smallest)))
    const half = alwaysHalfWidth(information, smallest, level)
    return { at: look.at, rows: look.control.rows + look.treatment.rows, effect, low: effect - half, high: effect + half, chance }
  })
}

function verdictOf(better: AbResult['better'], effect: number): AbVerdict {
  if (better === 'neither') return 'different'
  return (effect > 0) === (better === 'higher') ? 'better' : 'worse'
}

/** The interval of one look that was planned: Newcombe's for shares, else the normal one; wider where rows of one caller are alike. */
function fixedInterval(kind: AbResult['kind'], look: Look, level: number, designEffect: number): { low: number; high: number } {
  const effect = mean(look.treatment) - mean(look.control)
  if (kind === 'share' && designEffect === 1 && level === 0.05) { const { low, high } = differenceOfShares({ hits: look.treatment.sum, rows: look.treatment.rows }, { hits: look.control.sum, rows: look.control.rows }); return { low, high } }
  const half = normalQuantile(1 - level / 2) * Math.sqrt(varianceOf(kind, look) * designEffect)
  return { low: effect - half, high: effect + half }
}

function sentenceOf(facts: AbMetricFacts, verdict: AbVerdict, last: AbLook | undefined, smallest: number): string {
  const { name, write } = facts
  const signed = (x: number): string => `${x > 0 ? '+' : ''}${write(x)}`
  if (last === undefined) return `${name}: not enough rows on both sides${facts.kind === 'mean' ? ', or all of them alike' : ''}.`
  const span = `${signed(last.effect)} (${signed(last.low)} to ${signed(last.high)})`
  if (verdict === 'open') {
    const none = Math.max(Math.abs(last.low), Math.abs(last.high)) < smallest
    return none ? `${name}: no difference that matters; ${span}, all of it below ${write(smallest)}.` : `${name}: still open; ${span} on ${formatCount(last.rows)} rows.`
  }
  return `${name}: ${verdict === 'different' ? 'the second side differs' : `the second side is ${verdict}`}; ${span} on ${formatCount(last.rows)} rows.`
}

/** The default for what matters: two points of a share, a tenth of a standard deviation as the first rows that count show it. */
function usualSmallest(kind: AbResult['kind'], looks: readonly Look[]): number {
  if (kind === 'share') return 0.02
  const first = looks.find((look) => enough(kind, look))
  return first === undefined ? 1 : 0.1 * Math.sqrt(spread(pooled(first.control, first.treatment)))
}

/** `looks`: in the order of time, each with all rows up to it. The design was fixed before. */
export function judgeAb(facts: AbMetricFacts, looks: readonly Look[], design: AbDesign, of: { readonly smallest?: number | undefined; readonly designEffect: number; readonly primary: boolean }): AbResult {
  const end = looks.at(-1) ?? { at: 0, control: { rows: 0, sum: 0, squares: 0 }, treatment: { rows: 0, sum: 0, squares: 0 } }
  const smallest = of.smallest ?? usualSmallest(facts.kind, looks)
  const found = looksOf(facts, looks, smallest, design.level, of.designEffect)
  const [last, decided] = [found.at(-1), found.find((l) => l.chance <= design.level)]
  const verdict: AbVerdict = last === undefined ? 'not-enough' : decided === undefined ? 'open' : verdictOf(facts.better, decided.effect)
  const side = (sums: Sums): AbResult['control'] => ({ rows: sums.rows, value: sums.rows === 0 ? null : mean(sums) })
  const measure = facts.kind === 'share' ? { kind: 'share' as const, base: mean(end.control), designEffect: of.designEffect } : { kind: 'mean' as const, deviation: Math.sqrt(spread(end.control)), designEffect: of.designEffect }
  return {
    metric: facts.metric, name: facts.name, kind: facts.kind, better: facts.better, primary: of.primary, control: side(end.control), treatment: side(end.treatment), designEffect: of.designEffect,
    effect: last === undefined ? null : { value: last.effect, ...fixedInterval(facts.kind, end, design.level, of.designEffect) }, always: last === undefined ? null : { low: last.low, high: last.high },
    chance: last?.chance ?? null, decided: decided === undefined ? null : { at: decided.at, rows: decided.rows }, size: last === undefined ? null : abSize(measure, smallest, design),
    verdict, sentence: sentenceOf(facts, verdict, last, smallest), looks: found,
  }
}
