// Judges parts of the data: slices, weak segments, and groups of people or things. Owns no facts.
import type { FairnessGroup, FairnessReport, FairnessTable } from '../domain/fairness.ts'
import type { GateFact } from '../domain/gate.ts'
import type { RuleOf } from '../domain/gate-rules.ts'
import type { SegmentCondition, Slice, SliceReport } from '../domain/slices.ts'
import { formatCount, formatPlural } from '../format.ts'
import { numbersApart } from '../metrics/metric-text.ts'
import type { Kept, RunFacts } from './facts.ts'
import { sliceMeasures } from '../slices/slice-measures.ts'
import { judged, nothingGathered, open, percent, sharesApart, someOf, type Judged } from './finding.ts'

const defaultRows = { slices: 30, fairness: 10 } as const

const sliceName = (slice: Pick<Slice, 'column' | 'value'>): string => `${slice.column} = ${slice.value ?? 'missing'}`

/** A kept report that cut at least these columns with this least number of rows. */
function sliceReport(facts: readonly Kept<SliceReport>[], columns: readonly string[] | undefined, minimumRows: number): Kept<SliceReport> | undefined {
  return facts.find(({ report, request }) => {
    if (report.minimumRows !== minimumRows) return false
    const asked = Array.isArray(request['columns']) ? request['columns'] as readonly string[] : null
    return asked === null || (columns !== undefined && columns.every((c) => asked.includes(c)))
  })
}

const factOf = (kind: 'slices' | 'fairness', kept: Kept<unknown>, values: GateFact['values']): GateFact => ({ fact: kind, id: kept.id, at: kept.at, values })

interface SmallParts { readonly some: boolean, /** Such as `2 groups have fewer than 10 rows`. */ readonly words: string, readonly meaning: 'pass-over' | 'not-established' | 'fail' | undefined }

/** The finding of a rule over parts: a part that misses fails it, and parts with too few rows count as the rule says. */
function overParts(rule: RuleOf<'slices' | 'fairness'>, holds: boolean, numbers: { readonly value: number, readonly limit: number }, sentence: string, small: SmallParts, facts: readonly GateFact[]): Judged {
  const passedOver = small.meaning === undefined || small.meaning === 'pass-over'
  const said = `${sentence}${small.some ? `; ${small.words}, too few to judge${passedOver ? ', and were passed over' : ''}` : ''}.`
  if (!holds || !small.some || passedOver) return judged(rule, holds, numbers.value, numbers.limit, said, facts)
  return small.meaning === 'fail' ? judged(rule, false, numbers.value, numbers.limit, said, facts) : open(rule, numbers.limit, said, { value: numbers.value, facts })
}

/** Every slice of the columns must reach the limit. */
export function judgeSlices(rule: RuleOf<'slices'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const minimumRows = rule.minimumRows ?? defaultRows.slices
  const kept = sliceReport(facts.more.slices, rule.columns, minimumRows)
  if (kept === undefined) return open(rule, rule.limit, `This run has not been cut into slices${rule.columns === undefined ? '' : ` by ${someOf(rule.columns, 4)}`} yet, so the rule is not established.`, { needs: { what: 'slices', columns: rule.columns ?? null, minimumRows } })
  const { report } = kept
  const { share, name } = sliceMeasures[report.metric]
  const wanted = share ? '>=' : '<='
  if (rule.op !== wanted) return open(rule, rule.limit, `Slices of this task are judged by their ${name}, so the rule must be a ${share ? 'floor (>=)' : 'ceiling (<=)'}.`)
  const inColumns = report.slices.filter((s) => rule.columns === undefined || rule.columns.includes(s.column))
  const lost = (rule.columns ?? []).filter((c) => !inColumns.some((s) => s.column === c))
  if (lost.length > 0) return open(rule, rule.limit, `There are no slices by ${someOf(lost, 4)}: ${report.skipped.find((s) => s.column === lost[0])?.reason ?? 'the data has no such column, or it feeds nothing'}.`)
  const large = inColumns
  const [smallest] = [...new Set(large.map((s) => s.column))].map((column) => ({ column, rows: report.overall.rows - large.reduce((sum, s) => sum + (s.column === column ? s.rows : 0), 0) })).filter((c) => c.rows > 0).sort((a, b) => b.rows - a.rows)
  if (large.length === 0) return open(rule, rule.limit, `No slice has ${formatPlural(minimumRows, 'row')} or more, so the rule is not established.`)
  const value = (s: Slice): number => s.score[rule.at === 'low' || rule.at === 'high' ? rule.at : 'value']
  const worst = large.reduce((a, b) => ((rule.op === '>=' ? value(b) < value(a) : value(b) > value(a)) ? b : a))
  const missing = large.filter((s) => (rule.op === '>=' ? value(s) < rule.limit : value(s) > rule.limit))
  const [text, limit] = numbersApart(value(worst), rule.limit)
  const end = rule.at === 'low' || rule.at === 'high' ? ` (${rule.at} end of the 95 % interval)` : ''
  const bound = `${rule.op === '>=' ? 'at least' : 'at most'} ${limit}`
  const said = missing.length === 0
    ? `All ${formatPlural(large.length, 'slice')} of ${formatCount(minimumRows)} rows or more have an ${name}${end} of ${bound}: the weakest is ${sliceName(worst)} with ${text} on ${formatPlural(worst.rows, 'row')}`
    : `${formatCount(missing.length)} of ${formatPlural(large.length, 'slice')} ${missing.length === 1 ? 'misses' : 'miss'} an ${name}${end} of ${bound}: the weakest is ${sliceName(worst)} with ${text} on ${formatPlural(worst.rows, 'row')}`
  return overParts(rule, missing.length === 0, { value: value(worst), limit: rule.limit }, said.replace('an mean', 'a mean'), { some: smallest !== undefined, words: `${formatPlural(smallest?.rows ?? 0, 'row')} by ${smallest?.column ?? ''} ${smallest?.rows === 1 ? 'lies' : 'lie'} in slices with fewer than ${formatCount(minimumRows)} rows`, meaning: rule.small },
    [factOf('slices', kept, { slices: large.length, missing: missing.length, worst: sliceName(worst), value: worst.score.value, low: worst.score.low, high: worst.score.high, rows: worst.rows })])
}

const plain = (value: number): string => percent(numbersApart(value, 0)[0])

/** `occupation is Sales or missing`, `age is from 17 to 28`. */
function conditionWords(c: SegmentCondition): string {
  if (c.kind === 'values') return `${c.column} is ${someOf(c.values.map((v) => v ?? 'missing'), 4)}`
  if (c.low === null) return `${c.column} is at most ${plain(c.high ?? 0)}`
  return c.high === null ? `${c.column} is above ${plain(c.low)}` : `${c.column} is from ${plain(c.low)} to ${plain(c.high)}`
}

/** At most so many segments may be clearly weaker than the rest. */
export function judgeSegments(rule: RuleOf<'weak-segments'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const minimumRows = rule.minimumRows ?? defaultRows.slices
  const kept = facts.more.slices.find(({ report, request }) => report.minimumRows === minimumRows && !Array.isArray(request['columns']))
  if (kept === undefined) return open(rule, rule.atMost, 'Weak segments have not been looked for in this run yet, so the rule is not established.', { needs: { what: 'slices', columns: null, minimumRows } })
  const weak = kept.report.segments
  const [first] = weak
  const named = first === undefined ? '' : `: the first is where ${first.conditions.map(conditionWords).join(' and ')}, with ${kept.report.metric === 'accuracy' ? 'an' : 'a'} ${sliceMeasures[kept.report.metric].name} of ${numbersApart(first.score.value, 0)[0]} against ${numbersApart(kept.report.overall.value, 0)[0]} overall, on ${formatPlural(first.rows, 'row')}`
  const said = weak.length === 0 ? `No segment of ${formatPlural(minimumRows, 'row')} or more is clearly weaker than the rest` : `${formatPlural(weak.length, 'segment')} of ${formatCount(minimumRows)} rows or more ${weak.length === 1 ? 'is' : 'are'} clearly weaker than the rest${named}`
  return judged(rule, weak.length <= rule.atMost, weak.length, rule.atMost, `${said}; the gate allows ${rule.atMost === 0 ? 'none' : `at most ${formatCount(rule.atMost)}`}.`, [factOf('slices', kept, { segments: weak.length })])
}

const rateWords = { selection: 'share called positive', truePositive: 'share found of the truly positive', falsePositive: 'share called positive of the truly negative', precision: 'share truly positive of those called so' } as const

function fairnessTable(facts: readonly Kept<FairnessReport>[], rule: RuleOf<'fairness'>, minimumRows: number): { readonly kept: Kept<FairnessReport>, readonly table: FairnessTable } | null {
  for (const kept of facts) {
    if (kept.report.minimumRows !== minimumRows || (rule.class !== undefined && kept.report.class !== rule.class) || (rule.class === undefined && typeof kept.request['class'] === 'string')) continue
    const table = kept.report.tables.find((t) => t.column === rule.column && (rule.reference === undefined ? kept.request['reference'] === undefined : t.reference === rule.reference))
    if (table !== undefined) return { kept, table }
  }
  return null
}

const groupName = (group: Pick<FairnessGroup, 'value'>): string => group.value ?? 'missing'

/** Every group of a column must be treated nearly as the reference group is. */
export function judgeFairness(rule: RuleOf<'fairness'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const minimumRows = rule.minimumRows ?? defaultRows.fairness
  const found = fairnessTable(facts.more.fairness, rule, minimumRows)
  if (found === null) {
    const skipped = facts.more.fairness.flatMap((k) => k.report.skipped).find((s) => s.column === rule.column)
    if (skipped !== undefined) return open(rule, rule.limit, `The groups of ${rule.column} cannot be compared: ${skipped.reason.replace(/\.$/, '')}.`)
    return open(rule, rule.limit, `The groups of ${rule.column} have not been compared in this run yet, so the rule is not established.`,
      { needs: { what: 'fairness', columns: [rule.column], class: rule.class ?? null, reference: rule.reference ?? null, minimumRows } })
  }
  const { kept, table } = found
  const rateOf = (group: FairnessGroup): number | null => group[rule.rate]?.value ?? null
  const reference = table.groups.find((g) => g.value === table.reference)
  const base = reference === undefined ? null : rateOf(reference)
  const groups = table.groups.filter((g) => g !== reference && rateOf(g) !== null)
  const small = table.leftOut.length
  if (reference === undefined || base === null || groups.length === 0) return open(rule, rule.limit, `There are no two groups of ${rule.column} with ${formatPlural(minimumRows, 'row')} or more and a ${rateWords[rule.rate]}, so the rule is not established.`, { facts: [factOf('fairness', kept, {})] })
  const distance = (g: FairnessGroup): number => Math.abs(rateOf(g)! - base)
  const ratio = (g: FairnessGroup): number => { const [a, b] = [rateOf(g)!, base]; return Math.max(a, b) === 0 ? 1 : Math.min(a, b) / Math.max(a, b) }
  const worst = groups.reduce((a, b) => (distanceIsWorse(rule.measure === 'difference' ? [distance(a), distance(b)] : [-ratio(a), -ratio(b)]) ? b : a))
  const value = rule.measure === 'difference' ? distance(worst) : ratio(worst)
  const holds = rule.measure === 'difference' ? value <= rule.limit : value >= rule.limit
  const [a, b] = sharesApart(rateOf(worst)!, base)
  const [text, limit] = rule.measure === 'difference' ? sharesApart(value, rule.limit).map((t) => t.replace(' %', ' points')) as [string, string] : numbersApart(value, rule.limit)
  const said = `The ${rateWords[rule.rate]} is ${a} where ${rule.column} = ${groupName(worst)} (${formatPlural(worst.rows, 'row')}) and ${b} where it is ${groupName(reference)} (${formatPlural(reference.rows, 'row')}): ${rule.measure === 'difference' ? `${text} apart; the gate allows at most ${limit}` : `a ratio of ${text}; the gate asks for at least ${limit}`}`
  return overParts(rule, holds, { value, limit: rule.limit }, said, { some: small > 0, words: `${formatPlural(small, 'group')} ${small === 1 ? 'has' : 'have'} fewer than ${formatPlural(minimumRows, 'row')}`, meaning: rule.small },
    [factOf('fairness', kept, { group: groupName(worst), rate: rateOf(worst), rows: worst.rows, reference: groupName(reference), referenceRate: base, referenceRows: reference.rows, class: kept.report.class })])
}

const distanceIsWorse = ([a, b]: readonly number[]): boolean => b! > a!
