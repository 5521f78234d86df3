// Reports: one thing of the workspace as one file that a reader without Slipway opens.
import { z } from 'zod'
import { job } from './contract-kit.ts'
import { CheckId, FileToken, RunId } from './ids.ts'

const Steps = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })

export const ReportSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), runId: RunId }),
  z.object({ kind: z.literal('gate'), checkId: CheckId }),
  /** the champion first, as for `run.compare` */
  z.object({ kind: z.literal('comparison'), runs: z.array(RunId).min(2).max(8), confidence: z.number().min(0.5).max(0.9999).default(0.95), power: z.number().min(0.5).max(0.999).default(0.8), margins: z.record(z.string(), z.number().nonnegative()).default({}) }),
])
export type ReportSubject = z.infer<typeof ReportSubject>

export const reportContract = {
  /** Writes the report to the chosen place: whole or not at all. PDF needs the desktop application, which prints it. */
  'report.write': job({ input: z.object({ about: ReportSubject, format: z.enum(['html', 'pdf']), destination: FileToken }), progress: Steps, output: z.object({ fileName: z.string(), bytes: z.number().int().positive() }), touches: [] }),
}
