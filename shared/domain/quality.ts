// What a reader should know of the evaluated rows themselves before believing the numbers: each finding with its rows and what to do.
import { z } from 'zod'
import { RunId } from '../ids.ts'

export const QualityExample = z.object({
  /** 1-based record of the evaluated data set. */
  record: z.number().int(),
  /** The record that it repeats or contradicts, and where that one is. */
  other: z.object({ record: z.number().int(), where: z.enum(['evaluation', 'training']) }).nullable(),
  /** What is to be seen there, such as two labels or a value; may be empty. */
  shows: z.string(),
})
export type QualityExample = z.infer<typeof QualityExample>

export const QualityFinding = z.object({
  kind: z.enum(['duplicate-rows', 'contradicting-answers', 'leakage', 'constant-column', 'mixed-types', 'unseen-category', 'out-of-range', 'unreadable-pictures', 'tiny-pictures', 'class-imbalance', 'boxes-outside', 'empty-annotations']),
  severity: z.enum(['note', 'warning']),
  column: z.string().nullable(),
  /** Rows that it concerns. */
  rows: z.number().int(),
  sentence: z.string(),
  /** What to do about it. */
  next: z.string(),
  examples: z.array(QualityExample),
  /** The records themselves, where leaving them out is a way, at most 100,000: what `--exclude-records` takes. */
  records: z.array(z.number().int()),
})
export type QualityFinding = z.infer<typeof QualityFinding>

export const QualityReport = z.object({
  runId: RunId,
  trainingName: z.string().nullable(),
  /** Rows that were scored. */
  rows: z.number().int(),
  findings: z.array(QualityFinding),
  /** What was looked for and not found, in words. */
  clear: z.array(z.string()),
  notes: z.array(z.string()),
})
export type QualityReport = z.infer<typeof QualityReport>
