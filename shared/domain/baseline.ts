// Baselines: what a model has to beat before its numbers mean anything.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** One metric of the model beside that of a baseline, on the same rows. */
export const BaselineScore = z.object({
  /** A key of the metric catalogue. */
  metric: z.string(),
  model: z.number(),
  baseline: z.number(),
  /** How much better the model is, in the metric's unit: above 0 is better, whichever direction the metric has. With its paired 95 % interval. */
  gain: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Rows that both have an answer for. */
  rows: z.number().int(),
  /** `unclear`: the interval holds 0, or there is none. */
  verdict: z.enum(['better', 'worse', 'unclear']),
})
export type BaselineScore = z.infer<typeof BaselineScore>

export const BaselineKind = z.enum(['majority', 'prior', 'stratified', 'mean', 'median', 'last-value', 'tree', 'no-boxes', 'constant-mask'])
export type BaselineKind = z.infer<typeof BaselineKind>

export const Baseline = z.object({
  kind: BaselineKind,
  /** What it does, as it follows “than”: `always answering the most frequent class (<=50K)`. */
  does: z.string(),
  scores: z.array(BaselineScore).min(1),
  /** The first score in a sentence. */
  sentence: z.string(),
})
export type Baseline = z.infer<typeof Baseline>

/** The small decision tree, a line a node: a question, or an answer. */
export const TreeLine = z.object({ depth: z.number().int(), text: z.string(), rows: z.number().int() })
export type TreeLine = z.infer<typeof TreeLine>

export const BaselineReport = z.object({
  runId: RunId,
  /** Where constants come from: the training file, or the evaluated rows themselves. */
  constantsFrom: z.enum(['training', 'evaluation']),
  trainingName: z.string().nullable(),
  /** Rows with a true answer. */
  rows: z.number().int(),
  /** Is it better than nothing: the weakest of the comparisons with what needs no model. */
  sentence: z.string(),
  verdict: z.enum(['better', 'worse', 'unclear']),
  baselines: z.array(Baseline),
  tree: z.object({ lines: z.array(TreeLine), trainedOn: z.number().int(), columns: z.array(z.string()) }).nullable(),
  notes: z.array(z.string()),
})
export type BaselineReport = z.infer<typeof BaselineReport>
