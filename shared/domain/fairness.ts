// Groups of people or things side by side: how often the model says yes to them, and how often rightly.
import { z } from 'zod'
import { RunId } from '../ids.ts'
import { SliceRate } from './slices.ts'

/** What is compared. `selection`: share called positive. `truePositive`: found among the truly positive. `falsePositive`: called positive among the truly negative. `precision`: truly positive among those called so. */
export const FairnessRate = z.enum(['selection', 'truePositive', 'falsePositive', 'precision'])
export type FairnessRate = z.infer<typeof FairnessRate>

const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() })
export const FairnessGap = z.object({
  rate: FairnessRate,
  /** Group minus reference; Newcombe's interval. */
  difference: Estimate,
  /** Group over reference, by the score method; null where it has no value or no end. */
  ratio: z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() }),
})
export type FairnessGap = z.infer<typeof FairnessGap>

export const FairnessGroup = z.object({
  /** null: the cell is missing. */
  value: z.string().nullable(),
  rows: z.number().int(),
  /** Truly positive rows. */
  positives: z.number().int(),
  selection: SliceRate.nullable(), truePositive: SliceRate.nullable(), falsePositive: SliceRate.nullable(), precision: SliceRate.nullable(),
  /** Against the reference group; empty for that group itself, and without the rates that one of the two has no rows for. */
  gaps: z.array(FairnessGap),
})
export type FairnessGroup = z.infer<typeof FairnessGroup>

export const FairnessTable = z.object({
  column: z.string(),
  reference: z.string().nullable(),
  groups: z.array(FairnessGroup),
  /** Smaller groups, which are not shown. */
  leftOut: z.array(z.object({ value: z.string().nullable(), rows: z.number().int() })),
  smallest: z.object({ value: z.string().nullable(), rows: z.number().int() }),
  /** What stands out, as facts. */
  sentences: z.array(z.string()),
})
export type FairnessTable = z.infer<typeof FairnessTable>

export const FairnessReport = z.object({
  runId: RunId,
  /** The class that counts as yes. */
  class: z.string(),
  rows: z.number().int(),
  minimumRows: z.number().int(),
  tables: z.array(FairnessTable),
  skipped: z.array(z.object({ column: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
})
export type FairnessReport = z.infer<typeof FairnessReport>
