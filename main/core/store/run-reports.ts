// Reports derived from a run (slices, groups, rows, baselines, newest time, paired difference), kept whole with what they were asked for.
import { z } from 'zod'
import { BaselineReport } from '../../../shared/domain/baseline.ts'
import { FairnessReport } from '../../../shared/domain/fairness.ts'
import { QualityReport } from '../../../shared/domain/quality.ts'
import { SliceReport } from '../../../shared/domain/slices.ts'
import type { Kept } from '../../../shared/gate/facts.ts'
import type { ReportId, RunId } from '../../../shared/ids.ts'
import { json, number, text, type ReadDb, type WriteDb } from './database.ts'

const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() })
const schemas = {
  slices: SliceReport, fairness: FairnessReport, quality: QualityReport, baselines: BaselineReport,
  'newest-time': z.object({ column: z.string(), newest: z.number().nullable(), rows: z.number().int() }),
  paired: z.object({ against: z.string(), metric: z.string(), slice: z.string(), confidence: z.number(), rows: z.number().int(), gain: Estimate.nullable(), reason: z.string().nullable() }),
} as const
export type ReportKind = keyof typeof schemas
type ReportOf<K extends ReportKind> = z.infer<(typeof schemas)[K]>

const mostListed = 50

/** Newest first, at most 50 of a kind. */
export function listRunReports<K extends ReportKind>(db: ReadDb, runId: RunId, kind: K): readonly Kept<ReportOf<K>>[] {
  return db.all(`SELECT * FROM run_reports WHERE run_id = $runId AND kind = $kind ORDER BY created_at DESC, id DESC LIMIT ${mostListed}`, { runId, kind }).map((row) => ({
    id: text(row, 'id'), at: number(row, 'created_at'), request: json(row, 'request', z.record(z.string(), z.unknown())), report: json(row, 'report', schemas[kind] as unknown as z.ZodType<ReportOf<K>>),
  }))
}

/** Kept for ever: the database refuses every later change. */
export function insertRunReport<K extends ReportKind>(db: WriteDb, kept: { readonly id: ReportId; readonly runId: RunId; readonly kind: K; readonly request: object; readonly report: ReportOf<K>; readonly createdAt: number }): void {
  db.run('INSERT INTO run_reports (id, run_id, kind, request, report, created_at) VALUES ($id, $runId, $kind, $request, $report, $createdAt)', { ...kept, request: JSON.stringify(kept.request), report: JSON.stringify(kept.report) })
}
