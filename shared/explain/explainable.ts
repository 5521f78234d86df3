// What an explanation needs of a model: a sample of rows, its features, and answers to rows mixed from sampled cells.
// Every method here asks only for cells that the data really holds, so that no feature is fed a value it never has. Owns no method.
import type { ExplainBudget } from '../domain/explanation.ts'

export interface Feature { readonly name: string, readonly kind: 'number' | 'text', /** The cell of every sampled row; NaN or '' where it is missing. */ readonly values: ArrayLike<number> | readonly string[] }

/** Where the cell of feature `feature` in mixed row `row` comes from: an index into the sample. */
export type CellSource = (row: number, feature: number) => number

export interface Explainable {
  readonly features: readonly Feature[]
  /** Rows of the sample that stand for the data set; explained rows may follow behind them. */
  readonly rows: number
  /** Rows of the data set that the sample was drawn from; absent: the sample is all of them. */
  readonly of?: number
  /** Numbers that the model answers per row: one a class, or one. */
  readonly width: number
  /** The answers of `count` mixed rows, row-major [count, width]. May be interrupted by the caller's signal. */
  predict(count: number, source: CellSource): Promise<Float64Array>
}

/** Rows that the model will have to score: what an explanation costs, known before it starts. */
export function modelRows(features: number, rows: number, explained: number, budget: ExplainBudget): number {
  return rows + features * rows * budget.shuffles + features * budget.values * rows + explained * 2 * budget.orders * (features + 1)
}
