// Rates of groups beside a reference group, with intervals of differences and ratios. States facts; refuses to call anything fair or unfair.
import type { FairnessGap, FairnessGroup, FairnessRate, FairnessTable } from './domain/fairness.ts'
import type { SliceRate } from './domain/slices.ts'
import { formatNumber, formatPlural } from './format.ts'
import type { GroupedColumn } from './slices/grouped-column.ts'
import { differenceOfShares, ratioOfShares, type Share } from './statistics/two-proportions.ts'
import { wilsonInterval } from './statistics/wilson.ts'

interface Counts { rows: number, positives: number, selected: number, hits: number }

/** 1 where the truth, or the prediction, is the class that counts as yes. */
export interface YesNo { readonly truth: Uint8Array, readonly predicted: Uint8Array }

function countGroups(column: GroupedColumn, { truth, predicted }: YesNo): Counts[] {
  const counts = column.labels.map((): Counts => ({ rows: 0, positives: 0, selected: 0, hits: 0 }))
  column.groups.forEach((group, row) => {
    const own = counts[group]!
    own.rows++
    own.positives += truth[row]!
    own.selected += predicted[row]!
    own.hits += truth[row]! & predicted[row]!
  })
  return counts
}

export const fairnessRates: readonly FairnessRate[] = ['selection', 'truePositive', 'falsePositive', 'precision']

function shareOf(counts: Counts, rate: FairnessRate): Share {
  switch (rate) {
    case 'selection': return { hits: counts.selected, rows: counts.rows }
    case 'truePositive': return { hits: counts.hits, rows: counts.positives }
    case 'falsePositive': return { hits: counts.selected - counts.hits, rows: counts.rows - counts.positives }
    case 'precision': return { hits: counts.hits, rows: counts.selected }
  }
}

const measured = ({ hits, rows }: Share): SliceRate | null => rows === 0 ? null : { value: hits / rows, ...wilsonInterval(hits, rows), rows }

function gapsOf(own: Counts, reference: Counts): FairnessGap[] {
  return fairnessRates.flatMap((rate) => {
    const [a, b] = [shareOf(own, rate), shareOf(reference, rate)]
    return a.rows === 0 || b.rows === 0 ? [] : [{ rate, difference: differenceOfShares(a, b), ratio: ratioOfShares(a, b) }]
  })
}

const name = (value: string | null): string => value ?? 'missing'
const rateNames: Readonly<Record<FairnessRate, string>> = { selection: 'selection rate', truePositive: 'true positive rate', falsePositive: 'false positive rate', precision: 'precision' }
export const rateName = (rate: FairnessRate): string => rateNames[rate]

const points = (share: number): string => (100 * share).toFixed(1).replace('-', '−')

/** The four-fifths mark: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D, 1978. */
export const fourFifths = 0.8

function factsOf(column: string, reference: string | null, groups: readonly FairnessGroup[]): string[] {
  const facts: string[] = []
  for (const rate of fairnessRates) {
    const gaps = groups.flatMap((g) => g.gaps.filter((gap) => gap.rate === rate).map((gap) => ({ group: g, gap })))
    const [widest] = [...gaps].sort((a, b) => Math.abs(b.gap.difference.value) - Math.abs(a.gap.difference.value))
    if (widest === undefined) continue
    const { value, low, high } = widest.gap.difference
    facts.push(`The ${rateName(rate)} of ${column} = ${name(widest.group.value)} differs ${gaps.length > 1 ? 'most ' : ''}from that of ${name(reference)} by ${points(value)} points (95 %: ${points(low)} to ${points(high)})${low <= 0 && high >= 0 ? ', which chance alone can explain' : ''}.`)
  }
  const below = groups.flatMap((g) => g.gaps.filter((gap) => gap.rate === 'selection' && gap.ratio.value !== null && gap.ratio.value < fourFifths).map((gap) => ({ group: g, ratio: gap.ratio })))
  for (const { group, ratio } of below) {
    facts.push(`${column} = ${name(group.value)} is selected ${formatNumber(ratio.value!)} times as often as ${name(reference)} (95 %: ${ratio.low === null ? '?' : formatNumber(ratio.low)} to ${ratio.high === null ? '∞' : formatNumber(ratio.high)}), below the four fifths that the US selection guidelines of 1978 name. Whether that is unfair, no number decides.`)
  }
  return facts
}

/** The group asked for, else the largest. */
function referenceOf(column: GroupedColumn, kept: readonly number[], counts: readonly Counts[], asked: string | null): number {
  const named = asked === null ? -1 : column.labels.indexOf(asked)
  return named >= 0 && kept.includes(named) ? named : kept.reduce((best, g) => (counts[g]!.rows > counts[best]!.rows ? g : best), kept[0]!)
}

/** One table for one column; null when fewer than two groups have `minimumRows` rows. Largest groups first. */
export function fairnessTable(column: GroupedColumn, outcomes: YesNo, reference: string | null, minimumRows: number): FairnessTable | null {
  const counts = countGroups(column, outcomes)
  const order = [...counts.keys()].filter((g) => counts[g]!.rows > 0).sort((a, b) => counts[b]!.rows - counts[a]!.rows || a - b)
  const kept = order.filter((g) => counts[g]!.rows >= minimumRows)
  if (kept.length < 2) return null
  const base = referenceOf(column, kept, counts, reference)
  const groups = kept.map((g): FairnessGroup => {
    const own = counts[g]!
    const rate = (of: FairnessRate): SliceRate | null => measured(shareOf(own, of))
    return {
      value: column.labels[g]!, rows: own.rows, positives: own.positives, selection: rate('selection'), truePositive: rate('truePositive'), falsePositive: rate('falsePositive'), precision: rate('precision'),
      gaps: g === base ? [] : gapsOf(own, counts[base]!),
    }
  })
  const least = kept.at(-1)!
  return {
    column: column.name, reference: column.labels[base]!, groups, leftOut: order.filter((g) => !kept.includes(g)).map((g) => ({ value: column.labels[g]!, rows: counts[g]!.rows })),
    smallest: { value: column.labels[least]!, rows: counts[least]!.rows }, sentences: factsOf(column.name, column.labels[base]!, groups),
  }
}

/** What any reader of the tables should know. */
export const fairnessNotes = (rows: number): readonly string[] => [
  `Intervals of differences: Newcombe 1998; of ratios: Miettinen and Nurminen 1985; both on ${formatPlural(rows, 'scored row')}. With several groups and rates, one interval in twenty misses by chance.`,
  'Equal rates cannot all hold at once where groups differ in how often the answer is truly yes; which of them matters is a question about the use, not about the numbers.',
]
