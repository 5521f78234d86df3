// How the model does on every group of every column, each against all other rows, with a correction for looking at many.
// Owns the statistics of slices; refuses to rank by luck: a slice is weak only when the corrected test says so.
import type { Slice, SliceRate } from '../domain/slices.ts'
import { normalTail, studentTwoSided } from '../statistics/distributions.ts'
import { normalQuantile975, wilsonInterval } from '../statistics/wilson.ts'
import type { GroupedColumn } from './grouped-column.ts'

/** One number per row. */
export interface Outcomes {
  /** `accuracy`: 1 right, 0 wrong; `mae`: the absolute error. */
  readonly metric: 'accuracy' | 'mae'
  readonly score: Float64Array
  /** Binary tasks: 1 where truth, or prediction, is the positive class. */
  readonly truth: Uint8Array | null
  readonly predicted: Uint8Array | null
}

export interface SliceOptions { readonly minimumRows: number, readonly level: number }

interface Sums { rows: number, sum: number, squares: number, positives: number, selected: number, hits: number }

const emptySums = (): Sums => ({ rows: 0, sum: 0, squares: 0, positives: 0, selected: 0, hits: 0 })

function addRow(sums: Sums, outcomes: Outcomes, row: number): void {
  const score = outcomes.score[row]!
  sums.rows++
  sums.sum += score
  sums.squares += score * score
  if (outcomes.truth === null || outcomes.predicted === null) return
  sums.positives += outcomes.truth[row]!
  sums.selected += outcomes.predicted[row]!
  sums.hits += outcomes.truth[row]! & outcomes.predicted[row]!
}

const minus = (all: Sums, part: Sums): Sums => ({
  rows: all.rows - part.rows, sum: all.sum - part.sum, squares: all.squares - part.squares,
  positives: all.positives - part.positives, selected: all.selected - part.selected, hits: all.hits - part.hits,
})

const variance = (sums: Sums): number => sums.rows < 2 ? 0 : Math.max(0, (sums.squares - sums.sum ** 2 / sums.rows) / (sums.rows - 1))

const rate = (hits: number, rows: number): SliceRate | null => rows === 0 ? null : { value: hits / rows, ...wilsonInterval(hits, rows), rows }

/** Wilson's interval for a share, a normal one for a mean of errors. */
export function scoreOf(sums: Pick<Sums, 'rows' | 'sum' | 'squares'>, metric: Outcomes['metric']): SliceRate {
  const value = sums.sum / sums.rows
  if (metric === 'accuracy') return { value, ...wilsonInterval(sums.sum, sums.rows), rows: sums.rows }
  const half = normalQuantile975 * Math.sqrt(variance({ ...emptySums(), ...sums }) / sums.rows)
  return { value, low: Math.max(0, value - half), high: value + half, rows: sums.rows }
}

/** Two-sided p of two groups having one mean: the pooled two-proportion test, or B. L. Welch's t (Biometrika 34, 1947). 1 where nothing varies. */
export function twoGroupP(a: Pick<Sums, 'rows' | 'sum' | 'squares'>, b: Pick<Sums, 'rows' | 'sum' | 'squares'>, metric: Outcomes['metric']): number {
  const gap = a.sum / a.rows - b.sum / b.rows
  if (metric === 'accuracy') {
    const pooled = (a.sum + b.sum) / (a.rows + b.rows)
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.rows + 1 / b.rows))
    return error === 0 ? 1 : Math.min(1, 2 * normalTail(Math.abs(gap) / error))
  }
  const [u, v] = [variance({ ...emptySums(), ...a }) / a.rows, variance({ ...emptySums(), ...b }) / b.rows]
  if (u + v === 0) return 1
  const freedom = (u + v) ** 2 / (u ** 2 / Math.max(1, a.rows - 1) + v ** 2 / Math.max(1, b.rows - 1))
  return studentTwoSided(gap / Math.sqrt(u + v), freedom)
}

/** Adjusted p-values in the order given: Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57, 1995. */
export function adjustForMany(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!)
  const out = new Array<number>(p.length)
  let least = 1
  order.forEach((index, place) => {
    least = Math.min(least, p[index]! * p.length / (p.length - place))
    out[index] = least
  })
  return out
}

/** The whole of the rows as one slice. */
export function overallScore(outcomes: Outcomes): SliceRate {
  const all = emptySums()
  for (let row = 0; row < outcomes.score.length; row++) addRow(all, outcomes, row)
  return scoreOf(all, outcomes.metric)
}

/** A group of more than three fifths of the rows is no weak part of them: the rest is then what is unusually good. */
export const mostOfTheRest = 1.5

/** Every group with at least `minimumRows` rows (and as many outside), the clearest weak ones first, then by difference. */
export function sliceTable(columns: readonly GroupedColumn[], outcomes: Outcomes, options: SliceOptions): Slice[] {
  const all = emptySums()
  for (let row = 0; row < outcomes.score.length; row++) addRow(all, outcomes, row)
  const worse = outcomes.metric === 'accuracy' ? -1 : 1
  const found = columns.flatMap((column) => {
    const sums = column.labels.map(emptySums)
    for (let row = 0; row < column.groups.length; row++) addRow(sums[column.groups[row]!]!, outcomes, row)
    return sums.flatMap((own, group) => {
      const rest = minus(all, own)
      if (own.rows < options.minimumRows || rest.rows < options.minimumRows) return []
      return [{ column: column.name, value: column.labels[group]!, own, rest, p: twoGroupP(own, rest, outcomes.metric) }]
    })
  })
  const adjusted = adjustForMany(found.map((f) => f.p))
  const slices = found.map(({ column, value, own, rest, p }, i): Slice => {
    const difference = own.sum / own.rows - rest.sum / rest.rows
    const binary = outcomes.truth !== null && outcomes.predicted !== null
    return {
      column, value, rows: own.rows, score: scoreOf(own, outcomes.metric), difference, p, adjusted: adjusted[i]!,
      weak: own.rows <= mostOfTheRest * rest.rows && difference * worse > 0 && adjusted[i]! < options.level,
      selection: binary ? rate(own.selected, own.rows) : null,
      truePositive: binary ? rate(own.hits, own.positives) : null,
      falsePositive: binary ? rate(own.selected - own.hits, own.rows - own.positives) : null,
    }
  })
  return slices.sort((a, b) => Number(b.weak) - Number(a.weak) || worse * (b.difference - a.difference) || (a.column < b.column ? -1 : 1))
}
