// What the engine is told before it analyses logs: rows, profile, limits, and what the version's evaluation knows. No database, no clock.
import { z } from 'zod'
import { ConfidenceDrift, MonitorColumn, MonitorReport } from '../../../../shared/domain/monitor.ts'
import { ModelTask } from '../../../../shared/domain/model.ts'
import { LogArm } from '../../../../shared/domain/log-batch.ts'
import type { MetricValue } from '../../../../shared/domain/run.ts'
import { Reference } from '../../../../shared/drift/reference.ts'
import { Thresholds } from '../../../../shared/drift/thresholds.ts'
import { StoredLog } from '../logs/reading-plan.ts'

export const AnalysisPlan = z.object({
  logs: z.array(StoredLog), labels: z.array(z.string()),
  /** A folder that is the task's own, for what does not fit into memory. */
  folder: z.string(),
  task: ModelTask, classes: z.array(z.string()), positiveClass: z.string().nullable(),
  /** Rows of this registry number; null: all of the batches. */
  version: z.number().int().nullable(), arm: LogArm.nullable(),
  from: z.number().nullable(), to: z.number().nullable(), windows: z.number().int().positive(), lastRows: z.number().int().positive(),
  /** Another stretch in the place of the profile; null: the profile. */
  against: z.object({ from: z.number(), to: z.number(), version: z.number().int().nullable() }).nullable(),
  reference: Reference.nullable(), thresholds: Thresholds.nullable(),
  /** How much the model rests on each feature, where somebody explained a run. */
  importance: z.record(z.string(), z.number()),
  slices: z.array(z.string()),
  /** Stored answers of the evaluation, for what confidence meant then; null: gone. */
  predictions: z.string().nullable(),
  expected: MonitorReport.shape.quality.shape.expected,
})
export type AnalysisPlan = z.infer<typeof AnalysisPlan>

export const AnalysisResult = MonitorReport.pick({ data: true, answers: true, joint: true, last: true, columns: true, classes: true, windows: true, charts: true, quality: true, alerts: true, notes: true })
  .extend({ confidence: ConfidenceDrift, source: MonitorReport.shape.source.omit({ batches: true, profile: true, limits: true }), details: z.array(MonitorColumn) })
export type AnalysisResult = z.infer<typeof AnalysisResult>
export type Metrics = readonly z.infer<typeof MetricValue>[]
