// The rows of a run as a reader browses them: what is asked for, in which order, and the rows that one of them is near to.
import { z } from 'zod'
import { PredictionPage } from './run.ts'

/** `surely-wrong`: wrong with a confidence of at least 0.9. `unsure`: a confidence below 0.6. The last two are of numbers. */
export const RowKind = z.enum(['all', 'wrong', 'right', 'false-positive', 'false-negative', 'surely-wrong', 'unsure', 'too-high', 'too-low'])
export type RowKind = z.infer<typeof RowKind>

const Bounds = { from: z.number().nullable().default(null), to: z.number().nullable().default(null) }
/** A condition on one column of the data set. Words are compared as they are written, parts of them without regard to case. */
export const CellCondition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('is'), column: z.string(), value: z.string() }),
  z.object({ kind: z.literal('contains'), column: z.string(), value: z.string().min(1) }),
  z.object({ kind: z.literal('between'), column: z.string(), ...Bounds }),
  z.object({ kind: z.literal('missing'), column: z.string() }),
])
export type CellCondition = z.infer<typeof CellCondition>

export const RowFilter = z.object({
  kind: RowKind.default('all'),
  truth: z.string().optional(),
  predicted: z.string().optional(),
  /** `confidence`, `loss` (of a regression: the size of the error), or the name of a score. */
  score: z.object({ by: z.string(), ...Bounds }).optional(),
  cells: z.array(CellCondition).max(20).default([]),
  /** Somewhere in the row, its id or its answers, without regard to case. */
  text: z.string().max(200).default(''),
})
export type RowFilter = z.infer<typeof RowFilter>

/** `by`: `record`, `loss`, `confidence`, `truth`, `predicted`, the name of a score, or a column of the data set. Missing values come last. */
export const RowOrder = z.object({ by: z.string(), of: z.enum(['answer', 'score', 'column']).default('answer'), descending: z.boolean().default(false) })
export type RowOrder = z.infer<typeof RowOrder>

export const NearRow = z.object({
  record: z.number().int(),
  distance: z.number(),
  /** Inputs that are not the same. */
  differs: z.array(z.string()),
  cells: z.array(z.string().nullable()),
  prediction: PredictionPage.shape.rows.element,
})
export type NearRow = z.infer<typeof NearRow>

export const NearRows = z.object({
  record: z.number().int(),
  /** The model's inputs, in the order of the cells. */
  columns: z.array(z.string()),
  cells: z.array(z.string().nullable()),
  rows: z.array(NearRow),
  /** Rows that were compared: those that the model has right, or of numbers those with an error in the lowest quarter. */
  candidates: z.number().int(),
  sentence: z.string(),
})
export type NearRows = z.infer<typeof NearRows>
