// Why a model answers as it does: which columns its quality rests on, how its answer follows each, and what made single answers.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** The rise of the mean loss when a column's values are shuffled among the rows. Below or around 0: the model does not need it here. */
export const FeatureImportance = z.object({ feature: z.string(), rise: z.number(), low: z.number(), high: z.number() })
export type FeatureImportance = z.infer<typeof FeatureImportance>

/** The mean answer over the sampled rows when a column is set to one value in all of them. */
export const DependencePoint = z.object({ value: z.union([z.number(), z.string()]), mean: z.number(), low: z.number(), high: z.number(), /** sampled rows with this value, or nearest to it */ rows: z.number().int() })
export type DependencePoint = z.infer<typeof DependencePoint>
export const Dependence = z.object({ feature: z.string(), kind: z.enum(['number', 'text']), points: z.array(DependencePoint), /** largest minus smallest mean */ range: z.number() })
export type Dependence = z.infer<typeof Dependence>

/** One column's share in the distance between a row's answer and the mean answer, by Shapley's rule. */
export const Contribution = z.object({ feature: z.string(), value: z.union([z.number(), z.string(), z.null()]), share: z.number(), /** Of the orders, of the background rows and of the sample that these are drawn from. */ standardError: z.number() })
export type Contribution = z.infer<typeof Contribution>
export const RowExplanation = z.object({
  record: z.number().int(),
  answer: z.number(),
  /** The mean answer over the background rows: answer = base + the sum of all shares, up to their errors. */
  base: z.number(),
  /** The standard error of the sum of all shares; it comes from the background rows drawn. Absent in explanations of older versions. */
  sumError: z.number().optional(),
  contributions: z.array(Contribution),
})
export type RowExplanation = z.infer<typeof RowExplanation>

/** How much work an explanation may take. */
export const ExplainBudget = z.object({
  /** Rows of the data set that are drawn for it. */
  rows: z.number().int().min(2).max(5000).default(500),
  /** Shuffles of each column. */
  shuffles: z.number().int().min(1).max(50).default(5),
  /** Values of each column for the dependence curves; 0: none. */
  values: z.number().int().min(0).max(50).default(12),
  /** Orders of the columns drawn for each explained row; each is walked in both directions. */
  orders: z.number().int().min(1).max(5000).default(100),
})
export type ExplainBudget = z.infer<typeof ExplainBudget>

export const Explanation = z.object({
  runId: RunId,
  /** What the numbers are about: the probability of a class, or the predicted value. */
  answer: z.string(),
  /** What importance is measured in. */
  loss: z.enum(['log_loss', 'error_rate', 'mse']),
  rows: z.number().int(),
  importance: z.array(FeatureImportance),
  dependence: z.array(Dependence),
  explained: z.array(RowExplanation),
  /** Rows that the model scored for it. */
  modelRows: z.number().int(),
  seconds: z.number(),
  notes: z.array(z.string()),
})
export type Explanation = z.infer<typeof Explanation>
