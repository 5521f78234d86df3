// The best threshold for a goal, and how sure it is: rows drawn again by a seeded bootstrap. Owns the search; knows no file.
import type { BestThreshold, MeasureEstimate, ThresholdCounts, ThresholdGoal, ThresholdMeasure } from '../domain/thresholds.ts'
import { ThresholdMeasure as Names } from '../domain/thresholds.ts'
import { redrawCounts } from '../statistics/multinomial.ts'
import { quantile } from '../statistics/quantile.ts'
import { randomStream } from '../statistics/random.ts'
import { f1Interval, wilsonInterval } from '../statistics/wilson.ts'
import { type Costs, measuresOf, type Measures } from './measures.ts'
import { countsOf, thresholdOf, type ScoreTable } from './score-table.ts'

/** How often the rows are drawn again. */
export const bootstrapDraws = 1000
/** Neighbouring scores are drawn together above this many: each then holds less than 0.1 % of the rows. */
const mostGroups = 1000

type Counted = Pick<ScoreTable, 'tp' | 'fp' | 'positives' | 'negatives'>

/** Whether entry i is better than entry j; both meet the limit. The walk goes down the thresholds, so a tie keeps the one that selects fewer. */
function better(goal: ThresholdGoal, t: Counted, i: number, j: number): boolean {
  const [tp, fp, oldTp, oldFp] = [t.tp[i]!, t.fp[i]!, t.tp[j]!, t.fp[j]!]
  switch (goal.kind) {
    // F1 = 2·TP ÷ (selected + positives), compared without division.
    case 'f1': return tp * (oldTp + oldFp + t.positives) > oldTp * (tp + fp + t.positives)
    case 'cost': return fp * goal.falsePositive - tp * goal.falseNegative < oldFp * goal.falsePositive - oldTp * goal.falseNegative
    // With precision equal, the later entry finds more.
    case 'min-recall': return tp * (oldTp + oldFp) >= oldTp * (tp + fp) && tp + fp > 0
    default: return tp > oldTp
  }
}

/** Whether entry i meets the goal's limit. Selecting nothing has no precision, so it meets no limit on precision or recall. */
function meets(goal: ThresholdGoal, t: Counted, i: number): boolean {
  const [tp, fp] = [t.tp[i]!, t.fp[i]!]
  switch (goal.kind) {
    case 'f1': return t.positives > 0
    case 'cost': return true
    case 'min-precision': return tp + fp > 0 && tp / (tp + fp) >= goal.least
    case 'min-recall': return t.positives > 0 && tp / t.positives >= goal.least
    case 'max-selected': return (tp + fp) / (t.positives + t.negatives) <= goal.most
  }
}

/** Position of the best entry; −1 when none meets the limit. */
export function bestEntry(goal: ThresholdGoal, table: Counted): number {
  let best = -1
  for (let i = 0; i < table.tp.length; i++) if (meets(goal, table, i) && (best < 0 || better(goal, table, i, best))) best = i
  return best
}

/** Neighbouring entries joined, so that at most `mostGroups` cells are drawn; the entry of `keep` ends a cell. */
function joined(table: ScoreTable, keep: number): { readonly entries: Uint32Array, readonly cells: Float64Array } {
  const size = table.scores.length
  const rows = table.positives + table.negatives
  const ends: number[] = []
  let before = 0
  for (let i = 0; i < size; i++) {
    const selected = table.tp[i]! + table.fp[i]!
    if (size > mostGroups && i !== keep && i < size - 1 && selected - before < rows / mostGroups) continue
    ends.push(i)
    before = selected
  }
  const cells = new Float64Array(ends.length * 2)
  ends.forEach((end, g) => {
    const from = g === 0 ? -1 : ends[g - 1]!
    cells[g * 2] = table.tp[end]! - (from < 0 ? 0 : table.tp[from]!)
    cells[g * 2 + 1] = table.fp[end]! - (from < 0 ? 0 : table.fp[from]!)
  })
  return { entries: Uint32Array.from(ends), cells }
}

interface Draws { readonly thresholds: number[], readonly gains: Record<ThresholdMeasure, number[]> }

const empty = (): Record<ThresholdMeasure, number[]> => ({ precision: [], recall: [], f1: [], accuracy: [], specificity: [], selected: [], cost: [] })

/** Draws the rows again and again: the best threshold of each draw, the measures at the chosen one, and what choosing on a draw adds. */
function drawAll(table: ScoreTable, goal: ThresholdGoal, chosen: number, costs: Costs | null, seed: number): Draws {
  const { entries, cells } = joined(table, chosen)
  const random = randomStream(seed)
  const drawn = new Float64Array(cells.length)
  const [tp, fp] = [new Float64Array(entries.length), new Float64Array(entries.length)]
  const out: Draws = { thresholds: [], gains: empty() }
  for (let d = 0; d < bootstrapDraws; d++) {
    redrawCounts(random, cells, drawn)
    let positives = 0, negatives = 0
    for (let g = 0; g < entries.length; g++) {
      tp[g] = positives += drawn[g * 2]!
      fp[g] = negatives += drawn[g * 2 + 1]!
    }
    const counted: Counted = { tp, fp, positives, negatives }
    const best = bestEntry(goal, counted)
    if (best < 0) continue
    const entry = entries[best]!
    out.thresholds.push(thresholdOf(table, entry))
    const told = measuresOf(countsOf(counted, tp[best]!, fp[best]!), costs)
    const truth = measuresOf(countsOf(table, table.tp[entry]!, table.fp[entry]!), costs)
    for (const name of Names.options) if (told[name] !== null && truth[name] !== null) out.gains[name].push(told[name] - truth[name])
  }
  return out
}

/** Bounds of the middle 95 %; null when fewer than half of the draws have a value. */
function middle(values: readonly number[]): { low: number | null, high: number | null } {
  if (values.length < bootstrapDraws / 2) return { low: null, high: null }
  const sorted = Float64Array.from(values).sort()
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
}

const mean = (values: readonly number[]): number | null => values.length < bootstrapDraws / 2 ? null : values.reduce((a, b) => a + b, 0) / values.length

/** Bounds of one measure at a fixed threshold, from its counts: redrawn rows would say “exactly 1” where no error was seen. */
function boundsOf(measure: ThresholdMeasure, { tp, fp, fn, tn }: ThresholdCounts, costs: Costs | null): { low: number | null, high: number | null } {
  const n = tp + fp + fn + tn
  const share = (hits: number, rows: number): { low: number | null, high: number | null } => rows === 0 ? { low: null, high: null } : wilsonInterval(hits, rows)
  switch (measure) {
    case 'precision': return share(tp, tp + fp)
    case 'recall': return share(tp, tp + fn)
    case 'f1': return f1Interval(tp, fp, fn) ?? { low: null, high: null }
    case 'accuracy': return share(tp + tn, n)
    case 'specificity': return share(tn, tn + fp)
    case 'selected': return share(tp + fp, n)
    case 'cost': return costs === null || n === 0 ? { low: null, high: null } : costBounds(fp, fn, n, costs)
  }
}

/** The sum of two shares' Wilson bounds, their distances added as squares: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008. */
function costBounds(fp: number, fn: number, n: number, costs: Costs): { low: number, high: number } {
  const parts = ([[fp, costs.falsePositive], [fn, costs.falseNegative]] as const).map(([count, price]) => ({ bounds: wilsonInterval(count, n), count, price }))
  const cost = parts.reduce((sum, p) => sum + p.count * p.price, 0)
  const away = (end: 'low' | 'high'): number => Math.sqrt(parts.reduce((sum, p) => sum + (p.price * (p.count - p.bounds[end] * n)) ** 2, 0))
  return { low: Math.max(0, cost - away('low')), high: cost + away('high') }
}

function estimate(measure: ThresholdMeasure, value: number | null, draws: Draws, counts: ThresholdCounts, costs: Costs | null): MeasureEstimate {
  if (value === null) return { measure, value, low: null, high: null, corrected: null }
  const gain = mean(draws.gains[measure])
  const bounded = (v: number): number => measure === 'cost' ? Math.max(0, v) : Math.min(1, Math.max(0, v))
  return { measure, value, ...boundsOf(measure, counts, costs), corrected: gain === null ? null : bounded(value - gain) }
}

/** Why no threshold meets a goal, in one sentence. */
function whyNone(goal: ThresholdGoal, table: ScoreTable): string {
  if (table.positives + table.negatives === 0) return 'No rows with a true answer were scored.'
  if (table.positives === 0) return 'No row is of this class, so nothing can be found.'
  if (goal.kind === 'max-selected') return 'Even the highest score is shared by more rows than may be selected.'
  const most = table.tp.reduce((top, tp, i) => Math.max(top, tp === 0 ? 0 : tp / (tp + table.fp[i]!)), 0)
  return `No threshold reaches this limit: the highest precision at any threshold is ${most.toFixed(4)}.`
}

/** The costs that a goal names; null when it names none. */
export const costsOf = (goal: ThresholdGoal): Costs | null => goal.kind === 'cost' ? goal : null

/**
 * The best threshold of the table for a goal. Its interval is the middle 95 % of the best thresholds of 1,000 seeded redraws of the rows; the measures'
 * intervals keep the threshold and are Wilson's. `corrected` takes off the mean optimism of the redraws: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 17.
 */
export function bestThreshold(table: ScoreTable, goal: ThresholdGoal, seed: number): BestThreshold {
  const chosen = bestEntry(goal, table)
  if (chosen < 0 || table.positives + table.negatives === 0) return { goal, found: null, reason: whyNone(goal, table), draws: 0 }
  const costs = costsOf(goal)
  const counts = countsOf(table, table.tp[chosen]!, table.fp[chosen]!)
  const measures: Measures = measuresOf(counts, costs)
  const draws = drawAll(table, goal, chosen, costs, seed)
  const wanted = Names.options.filter((name) => name !== 'cost' || costs !== null)
  return {
    goal, reason: null, draws: bootstrapDraws,
    found: { threshold: thresholdOf(table, chosen), counts, ...middle(draws.thresholds), measures: wanted.map((name) => estimate(name, measures[name], draws, counts, costs)) },
  }
}
